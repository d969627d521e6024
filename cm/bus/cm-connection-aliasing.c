/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-aliasing.c: what contacts are called. Telepathy: Connection.Interface.Aliasing */
#include "bus/cm-connection-private.h"
#include "im/im-info.h"
#include "im/im-nickname.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.Aliasing"
/* Connection_Alias_Flags: aliases of contacts can be set, and are kept on the server. */
#define ALIAS_FLAGS_USER_SET 1
#define MAX_ALIAS_BYTES 1023

static gboolean
handle_get_alias_flags_cb (CmConnection *self,
                           GDBusMethodInvocation *invocation,
                           TpConnectionInterfaceAliasing *skeleton)
{
  if (cm_connection_check_connected (self, invocation))
    tp_connection_interface_aliasing_complete_get_alias_flags (skeleton, invocation,
                                                               ALIAS_FLAGS_USER_SET);
  return TRUE;
}

/* Whoever has no name but the address is asked; the answer waits for the last of them. */
typedef struct
{
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  GPtrArray *contacts; /* (owned) ImContact, of the account */
  guint n_pending;
} RequestAliases;

static void
request_aliases_done (RequestAliases *request)
{
  GVariantBuilder builder;

  if (--request->n_pending > 0)
    return;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < request->contacts->len; i++)
    g_variant_builder_add (&builder, "s", im_contact_get_alias (request->contacts->pdata[i]));
  g_dbus_method_invocation_return_value (request->invocation, g_variant_new ("(as)", &builder));
  g_ptr_array_unref (request->contacts);
  g_free (request);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) info G_GNUC_UNUSED =
      im_account_request_info_finish (IM_ACCOUNT (source), result, &error);

  if (error != NULL)
    g_debug ("A contact did not say its name: %s", error->message);
  request_aliases_done (user_data);
}

static gboolean
handle_request_aliases_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *handles)
{
  ImAccount *account = cm_connection_get_account (self);
  g_autoptr (GPtrArray) contacts = cm_connection_check_contacts (self, invocation, handles);
  RequestAliases *request;

  if (contacts == NULL)
    return TRUE;
  request = g_new0 (RequestAliases, 1);
  request->invocation = invocation;
  request->contacts = g_ptr_array_ref (contacts);
  request->n_pending = 1;
  for (guint i = 0; i < contacts->len; i++)
    if (!im_contact_is_named (contacts->pdata[i]))
      {
        request->n_pending++;
        im_account_request_info_async (account, contacts->pdata[i], FALSE, asked_cb, request);
      }
  request_aliases_done (request);
  return TRUE;
}

/* What comes is told by the signal. */
static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) info G_GNUC_UNUSED =
      im_account_request_info_finish (IM_ACCOUNT (source), result, &error);

  if (error != NULL)
    g_debug ("A contact did not say its name: %s", error->message);
}

/* Who has no name but the address, and has not been asked yet, is. */
static GVariant *
new_alias (CmConnection *self, ImContact *contact)
{
  if (!im_contact_is_named (contact) && im_contact_get_info (contact) == NULL)
    im_account_request_info_async (cm_connection_get_account (self), contact, FALSE, looked_up_cb,
                                   NULL);
  return g_variant_new_string (im_contact_get_alias (contact));
}

static gboolean
handle_get_aliases_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *handles)
{
  cm_connection_answer_each (self, invocation, handles, "a{us}", new_alias);
  return TRUE;
}

/* One call may set many: it returns when the last has been answered, with the first error. */
typedef struct
{
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  GError *error; /* (owned) (nullable) */
  guint n_pending;
} SetAliases;

static void
set_aliases_done (SetAliases *set)
{
  if (--set->n_pending > 0)
    return;
  if (set->error != NULL)
    g_dbus_method_invocation_take_error (set->invocation, set->error);
  else
    g_dbus_method_invocation_return_value (set->invocation, NULL);
  g_free (set);
}

static void
alias_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SetAliases *set = user_data;
  g_autoptr (GError) error = NULL;

  if (!im_account_edit_roster_finish (IM_ACCOUNT (source), result, &error) && set->error == NULL)
    set->error = g_steal_pointer (&error);
  set_aliases_done (set);
}

static void
nickname_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SetAliases *set = user_data;
  g_autoptr (GError) error = NULL;

  if (!im_account_publish_nickname_finish (IM_ACCOUNT (source), result, &error) &&
      set->error == NULL)
    set->error = g_steal_pointer (&error);
  set_aliases_done (set);
}

static void
set_alias (CmConnection *self, SetAliases *set, ImContact *contact, const char *alias)
{
  ImAccount *account = cm_connection_get_account (self);
  g_autoptr (GPtrArray) one = g_ptr_array_new ();

  set->n_pending++;
  if (contact == im_account_get_self_contact (account))
    {
      im_account_publish_nickname_async (account, alias, nickname_set_cb, set);
      return;
    }
  g_ptr_array_add (one, contact);
  im_account_edit_roster_async (account, IM_ROSTER_SET_NAME, one, alias, alias_set_cb, set);
}

/* All are checked before the first is sent. */
static gboolean
check_aliases (CmConnection *self, GVariant *aliases, GError **error)
{
  GVariantIter iter;
  guint handle;
  const char *alias;

  g_variant_iter_init (&iter, aliases);
  while (g_variant_iter_next (&iter, "{u&s}", &handle, &alias))
    {
      if (cm_handles_get (cm_connection_get_handles (self), handle, error) == NULL)
        return FALSE;
      if (strlen (alias) > MAX_ALIAS_BYTES)
        {
          g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "A name has at most %d bytes",
                       MAX_ALIAS_BYTES);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
handle_set_aliases_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *aliases)
{
  g_autoptr (GError) error = NULL;
  SetAliases *set;
  GVariantIter iter;
  guint handle;
  const char *alias;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  if (!check_aliases (self, aliases, &error))
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  set = g_new0 (SetAliases, 1);
  set->invocation = invocation;
  set->n_pending = 1;
  g_variant_iter_init (&iter, aliases);
  while (g_variant_iter_next (&iter, "{u&s}", &handle, &alias))
    set_alias (self, set, cm_handles_get (cm_connection_get_handles (self), handle, NULL), alias);
  set_aliases_done (set);
  return TRUE;
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  cm_packer_add_string_entry (attributes, INTERFACE "/alias", im_contact_get_alias (contact));
}

static void
contacts_changed_cb (TpConnectionInterfaceAliasing *skeleton,
                     GPtrArray *contacts,
                     GArray *changes,
                     ImAccount *account)
{
  GVariantBuilder builder;
  guint n_changed = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(us)"));
  for (guint i = 0; i < contacts->len; i++)
    {
      ImContact *contact = g_ptr_array_index (contacts, i);

      /* Nobody knows a contact without a handle. */
      if ((g_array_index (changes, ImContactChange, i) & IM_CONTACT_ALIAS) == 0 ||
          im_contact_get_handle (contact) == 0)
        continue;
      g_variant_builder_add (&builder, "(us)", im_contact_get_handle (contact),
                             im_contact_get_alias (contact));
      n_changed++;
    }
  if (n_changed > 0)
    tp_connection_interface_aliasing_emit_aliases_changed (skeleton,
                                                           g_variant_builder_end (&builder));
  else
    g_variant_builder_clear (&builder);
}

void
cm_connection_add_aliasing (CmConnection *self)
{
  TpConnectionInterfaceAliasing *skeleton = tp_connection_interface_aliasing_skeleton_new ();

  g_signal_connect_object (skeleton, "handle-get-alias-flags",
                           G_CALLBACK (handle_get_alias_flags_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-request-aliases",
                           G_CALLBACK (handle_request_aliases_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-get-aliases", G_CALLBACK (handle_get_aliases_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-set-aliases", G_CALLBACK (handle_set_aliases_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "contacts-changed",
                           G_CALLBACK (contacts_changed_cb), skeleton, G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
