/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-handles.c: the methods of a connection that change nothing, most of them on
 * handles, of which only contacts have any. Telepathy: Connection, HasImmortalHandles
 *
 * Handles never die: holding and releasing check them, no more. */
#include "bus/cm-connection-private.h"

#include "bus/cm-protocol.h"
#include "bus/cm-status.h"

#define MAX_HANDLES 100000

GPtrArray *
cm_connection_get_contacts (CmConnection *self, GVariant *handles, GError **error)
{
  g_autoptr (GPtrArray) contacts = NULL;
  gsize n_handles;
  const guint32 *numbers = g_variant_get_fixed_array (handles, &n_handles, sizeof (guint32));

  if (n_handles > MAX_HANDLES)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "At most %d handles at once",
                   MAX_HANDLES);
      return NULL;
    }
  contacts = g_ptr_array_sized_new (n_handles);
  for (gsize i = 0; i < n_handles; i++)
    {
      ImContact *contact = cm_handles_get (cm_connection_get_handles (self), numbers[i], error);

      if (contact == NULL)
        return NULL;
      g_ptr_array_add (contacts, contact);
    }
  return g_steal_pointer (&contacts);
}

GPtrArray *
cm_connection_check_contacts (CmConnection *self,
                              GDBusMethodInvocation *invocation,
                              GVariant *handles)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *contacts;

  if (!cm_connection_check_connected (self, invocation))
    return NULL;
  contacts = cm_connection_get_contacts (self, handles, &error);
  if (contacts == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  return contacts;
}

ImContact *
cm_connection_check_contact (CmConnection *self, GDBusMethodInvocation *invocation, guint handle)
{
  g_autoptr (GError) error = NULL;
  ImContact *contact;

  if (!cm_connection_check_connected (self, invocation))
    return NULL;
  contact = cm_handles_get (cm_connection_get_handles (self), handle, &error);
  if (contact == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  return contact;
}

void
cm_connection_answer_each (CmConnection *self,
                           GDBusMethodInvocation *invocation,
                           GVariant *handles,
                           const char *type,
                           GVariant *(*new_value) (CmConnection *self, ImContact *contact))
{
  g_autoptr (GPtrArray) contacts = cm_connection_check_contacts (self, invocation, handles);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autofree char *tuple = g_strdup_printf ("(%s)", type);
  GVariantBuilder builder;

  if (contacts == NULL)
    return;
  g_variant_builder_init (&builder, G_VARIANT_TYPE (type));
  for (guint i = 0; i < contacts->len; i++)
    {
      ImContact *contact = contacts->pdata[i];
      GVariant *value = g_hash_table_add (seen, contact) ? new_value (self, contact) : NULL;

      if (value != NULL)
        g_variant_builder_add_value (
            &builder, g_variant_new_dict_entry (
                          g_variant_new_uint32 (im_contact_get_handle (contact)), value));
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new (tuple, &builder));
}

static gboolean
check_type (guint handle_type, ImError code, GError **error)
{
  if (handle_type == CM_HANDLE_TYPE_CONTACT)
    return TRUE;
  g_set_error (error, IM_ERROR, code,
               "There are no handles of the type %u here; of contacts (1) there are", handle_type);
  return FALSE;
}

/* NULL when the caller has been told why not. */
static GPtrArray *
check_handles (CmConnection *self,
               GDBusMethodInvocation *invocation,
               guint handle_type,
               GVariant *handles)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *contacts = NULL;

  if (!cm_connection_check_connected (self, invocation))
    return NULL;
  if (check_type (handle_type, IM_ERROR_INVALID_ARGUMENT, &error))
    contacts = cm_connection_get_contacts (self, handles, &error);
  if (contacts == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  return contacts;
}

static gboolean
handle_inspect_handles_cb (CmConnection *self,
                           GDBusMethodInvocation *invocation,
                           guint handle_type,
                           GVariant *handles,
                           TpConnection *skeleton)
{
  g_autoptr (GPtrArray) contacts = check_handles (self, invocation, handle_type, handles);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  if (contacts == NULL)
    return TRUE;
  for (guint i = 0; i < contacts->len; i++)
    g_ptr_array_add (
        ids, (gpointer) xmpp_jid_get_text (im_contact_get_jid (g_ptr_array_index (contacts, i))));
  g_ptr_array_add (ids, NULL);
  tp_connection_complete_inspect_handles (skeleton, invocation, (const char *const *) ids->pdata);
  return TRUE;
}

static gboolean
handle_hold_handles_cb (CmConnection *self,
                        GDBusMethodInvocation *invocation,
                        guint handle_type,
                        GVariant *handles,
                        TpConnection *skeleton)
{
  g_autoptr (GPtrArray) contacts = check_handles (self, invocation, handle_type, handles);

  if (contacts != NULL)
    tp_connection_complete_hold_handles (skeleton, invocation);
  return TRUE;
}

static gboolean
handle_release_handles_cb (CmConnection *self,
                           GDBusMethodInvocation *invocation,
                           guint handle_type,
                           GVariant *handles,
                           TpConnection *skeleton)
{
  g_autoptr (GPtrArray) contacts = check_handles (self, invocation, handle_type, handles);

  if (contacts != NULL)
    tp_connection_complete_release_handles (skeleton, invocation);
  return TRUE;
}

/* All or none. */
static GVariant *
request_handles (CmConnection *self, const char *const *ids, GError **error)
{
  CmHandles *handles = cm_connection_get_handles (self);
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();
  GVariantBuilder builder;

  for (guint i = 0; ids[i] != NULL; i++)
    {
      ImContact *contact = cm_handles_parse (handles, ids[i], error);

      if (contact == NULL)
        return NULL;
      g_ptr_array_add (contacts, contact);
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("au"));
  for (guint i = 0; i < contacts->len; i++)
    g_variant_builder_add (&builder, "u",
                           cm_handles_ensure (handles, g_ptr_array_index (contacts, i)));
  return g_variant_builder_end (&builder);
}

static gboolean
handle_request_handles_cb (CmConnection *self,
                           GDBusMethodInvocation *invocation,
                           guint handle_type,
                           const char *const *ids,
                           TpConnection *skeleton)
{
  g_autoptr (GError) error = NULL;
  GVariant *handles = NULL;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  if (check_type (handle_type, IM_ERROR_NOT_IMPLEMENTED, &error))
    handles = request_handles (self, ids, &error);
  if (handles == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    tp_connection_complete_request_handles (skeleton, invocation, handles);
  return TRUE;
}

static gboolean
handle_get_protocol_cb (CmConnection *self,
                        GDBusMethodInvocation *invocation,
                        TpConnection *skeleton)
{
  tp_connection_complete_get_protocol (skeleton, invocation, CM_PROTOCOL_NAME);
  return TRUE;
}

static gboolean
handle_get_self_handle_cb (CmConnection *self,
                           GDBusMethodInvocation *invocation,
                           TpConnection *skeleton)
{
  if (cm_connection_check_connected (self, invocation))
    tp_connection_complete_get_self_handle (skeleton, invocation, CM_SELF_HANDLE);
  return TRUE;
}

static gboolean
handle_get_status_cb (CmConnection *self, GDBusMethodInvocation *invocation, TpConnection *skeleton)
{
  tp_connection_complete_get_status (skeleton, invocation, cm_connection_get_status (self));
  return TRUE;
}

/* What is there is always told: interest costs nothing yet, so it is only accepted. */
static gboolean
handle_add_client_interest_cb (CmConnection *self,
                               GDBusMethodInvocation *invocation,
                               const char *const *tokens,
                               TpConnection *skeleton)
{
  tp_connection_complete_add_client_interest (skeleton, invocation);
  return TRUE;
}

static gboolean
handle_remove_client_interest_cb (CmConnection *self,
                                  GDBusMethodInvocation *invocation,
                                  const char *const *tokens,
                                  TpConnection *skeleton)
{
  tp_connection_complete_remove_client_interest (skeleton, invocation);
  return TRUE;
}

void
cm_connection_add_methods (CmConnection *self, TpConnection *skeleton)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } handlers[] = {
    { "handle-add-client-interest", G_CALLBACK (handle_add_client_interest_cb) },
    { "handle-get-protocol", G_CALLBACK (handle_get_protocol_cb) },
    { "handle-get-self-handle", G_CALLBACK (handle_get_self_handle_cb) },
    { "handle-get-status", G_CALLBACK (handle_get_status_cb) },
    { "handle-hold-handles", G_CALLBACK (handle_hold_handles_cb) },
    { "handle-inspect-handles", G_CALLBACK (handle_inspect_handles_cb) },
    { "handle-remove-client-interest", G_CALLBACK (handle_remove_client_interest_cb) },
    { "handle-release-handles", G_CALLBACK (handle_release_handles_cb) },
    { "handle-request-handles", G_CALLBACK (handle_request_handles_cb) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (skeleton, handlers[i].signal, handlers[i].callback, self,
                             G_CONNECT_SWAPPED);
}
