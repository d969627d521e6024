/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-avatars.c: pictures of contacts, and our own. Telepathy:
 * Connection.Interface.Avatars
 *
 * Tokens are the hashes of the bytes, so that clients may keep what they have seen. What goes out
 * is PNG, JPEG, WebP or GIF by its first bytes; whoever shows it looks at it elsewhere. */
#include "bus/cm-connection-private.h"

#include "bus/cm-status.h"
#include "im/im-avatar.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.Avatars"

/* A call that waits for the tokens or pictures of several people. */
typedef struct
{
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  GPtrArray *contacts; /* (owned) ImContact */
  guint n_pending;
} Wait;

static GVariant *
new_bytes (ImAvatar *avatar)
{
  return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, avatar->bytes, TRUE);
}

static gboolean
handle_get_avatar_requirements_cb (CmConnection *self,
                                   GDBusMethodInvocation *invocation,
                                   TpConnectionInterfaceAvatars *skeleton)
{
  if (cm_connection_check_connected (self, invocation))
    tp_connection_interface_avatars_complete_get_avatar_requirements (
        skeleton, invocation, im_avatar_mime_types, 0, 0, IM_AVATAR_MAX_SIDE, IM_AVATAR_MAX_SIDE,
        IM_AVATAR_MAX_OWN_BYTES);
  return TRUE;
}

static void
return_tokens (Wait *wait)
{
  GVariantBuilder tokens;

  g_variant_builder_init (&tokens, G_VARIANT_TYPE ("a{us}"));
  for (guint i = 0; i < wait->contacts->len; i++)
    {
      ImContact *contact = wait->contacts->pdata[i];
      const char *token = im_contact_get_avatar_token (contact);

      if (token != NULL)
        g_variant_builder_add (&tokens, "{us}", im_contact_get_handle (contact), token);
    }
  g_dbus_method_invocation_return_value (wait->invocation, g_variant_new ("(a{us})", &tokens));
}

static void
return_list (Wait *wait)
{
  GVariantBuilder tokens;

  g_variant_builder_init (&tokens, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < wait->contacts->len; i++)
    {
      const char *token = im_contact_get_avatar_token (wait->contacts->pdata[i]);

      g_variant_builder_add (&tokens, "s", token != NULL ? token : "");
    }
  g_dbus_method_invocation_return_value (wait->invocation, g_variant_new ("(as)", &tokens));
}

static void
found_out (Wait *wait)
{
  if (--wait->n_pending > 0)
    return;
  if (g_strcmp0 (g_dbus_method_invocation_get_method_name (wait->invocation), "GetAvatarTokens") ==
      0)
    return_list (wait);
  else
    return_tokens (wait);
  g_ptr_array_unref (wait->contacts);
  g_free (wait);
}

static void
found_out_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ImAvatar) avatar =
      im_account_request_avatar_finish (IM_ACCOUNT (source), result, &error);

  if (avatar == NULL)
    g_debug ("Whether there is a picture: %s", error->message);
  found_out (user_data);
}

/* Of ourselves it must be known whether there is one; of others only the old call asks. */
static gboolean
handle_get_tokens_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *handles)
{
  ImAccount *account = cm_connection_get_account (self);
  gboolean asks_all =
      g_strcmp0 (g_dbus_method_invocation_get_method_name (invocation), "GetAvatarTokens") == 0;
  g_autoptr (GPtrArray) contacts = cm_connection_check_contacts (self, invocation, handles);
  Wait *wait;

  if (contacts == NULL)
    return TRUE;
  wait = g_new0 (Wait, 1);
  wait->invocation = invocation;
  wait->contacts = g_ptr_array_ref (contacts);
  wait->n_pending = 1;
  for (guint i = 0; i < contacts->len; i++)
    {
      ImContact *contact = contacts->pdata[i];

      if (im_contact_get_avatar_token (contact) != NULL ||
          (!asks_all && contact != im_account_get_self_contact (account)))
        continue;
      wait->n_pending++;
      im_account_request_avatar_async (account, contact, found_out_cb, wait);
    }
  found_out (wait);
  return TRUE;
}

static void
requested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;
  g_autoptr (ImAvatar) avatar =
      im_account_request_avatar_finish (IM_ACCOUNT (source), result, &error);

  if (avatar != NULL)
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new ("(@ays)", new_bytes (avatar), avatar->mime));
  else
    g_dbus_method_invocation_take_error (invocation, error);
}

static gboolean
handle_request_avatar_cb (CmConnection *self, GDBusMethodInvocation *invocation, guint handle)
{
  ImContact *contact = cm_connection_check_contact (self, invocation, handle);

  if (contact != NULL)
    im_account_request_avatar_async (cm_connection_get_account (self), contact, requested_cb,
                                     invocation);
  return TRUE;
}

typedef struct
{
  CmConnection *connection; /* (owned) */
  ImContact *contact; /* lives as long as the account */
} Retrieval;

static void
retrieved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Retrieval *retrieval = user_data;
  g_autoptr (CmConnection) self = retrieval->connection;
  ImContact *contact = retrieval->contact;
  g_autoptr (GError) error = NULL;
  g_autoptr (ImAvatar) avatar =
      im_account_request_avatar_finish (IM_ACCOUNT (source), result, &error);

  g_free (retrieval);
  if (avatar == NULL)
    g_debug ("A picture was not retrieved: %s", error->message);
  else if (cm_connection_get_status (self) == CM_STATUS_CONNECTED)
    tp_connection_interface_avatars_emit_avatar_retrieved (
        cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_AVATARS),
        cm_handles_ensure (cm_connection_get_handles (self), contact), avatar->token,
        new_bytes (avatar), avatar->mime);
}

static gboolean
handle_request_avatars_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *handles)
{
  g_autoptr (GPtrArray) contacts = cm_connection_check_contacts (self, invocation, handles);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  if (contacts == NULL)
    return TRUE;
  g_dbus_method_invocation_return_value (invocation, NULL);
  for (guint i = 0; i < contacts->len; i++)
    if (g_hash_table_add (seen, contacts->pdata[i]))
      {
        Retrieval *retrieval = g_new (Retrieval, 1);

        retrieval->connection = g_object_ref (self);
        retrieval->contact = contacts->pdata[i];
        im_account_request_avatar_async (cm_connection_get_account (self), retrieval->contact,
                                         retrieved_cb, retrieval);
      }
  return TRUE;
}

typedef struct
{
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  ImAvatar *avatar; /* (owned) */
} Setting;

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Setting *setting = user_data;
  GError *error = NULL;

  if (im_account_publish_avatar_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (setting->invocation,
                                           g_variant_new ("(s)", setting->avatar->token));
  else
    g_dbus_method_invocation_take_error (setting->invocation, error);
  im_avatar_unref (setting->avatar);
  g_free (setting);
}

static gboolean
handle_set_avatar_cb (CmConnection *self,
                      GDBusMethodInvocation *invocation,
                      GVariant *data,
                      const char *mime)
{
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  ImAvatar *avatar;
  Setting *setting;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  bytes = g_variant_get_data_as_bytes (data);
  avatar = im_avatar_new_own (bytes, mime, &error);
  if (avatar == NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return TRUE;
    }
  setting = g_new0 (Setting, 1);
  setting->invocation = invocation;
  setting->avatar = avatar;
  im_account_publish_avatar_async (cm_connection_get_account (self), avatar, set_cb, setting);
  return TRUE;
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;

  if (im_account_publish_avatar_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_take_error (invocation, error);
}

static gboolean
handle_clear_avatar_cb (CmConnection *self, GDBusMethodInvocation *invocation)
{
  if (cm_connection_check_connected (self, invocation))
    im_account_publish_avatar_async (cm_connection_get_account (self), NULL, cleared_cb,
                                     invocation);
  return TRUE;
}

static void
contacts_changed_cb (CmConnection *self, GPtrArray *contacts, GArray *changes, ImAccount *account)
{
  TpConnectionInterfaceAvatars *skeleton =
      cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_AVATARS);

  for (guint i = 0; i < contacts->len; i++)
    /* Nobody knows a contact without a handle. */
    if ((g_array_index (changes, ImContactChange, i) & IM_CONTACT_AVATAR) != 0 &&
        im_contact_get_handle (contacts->pdata[i]) != 0)
      {
        const char *token = im_contact_get_avatar_token (contacts->pdata[i]);

        tp_connection_interface_avatars_emit_avatar_updated (
            skeleton, im_contact_get_handle (contacts->pdata[i]), token != NULL ? token : "");
      }
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  const char *token = im_contact_get_avatar_token (contact);

  if (token != NULL)
    cm_packer_add_string_entry (attributes, INTERFACE "/token", token);
}

void
cm_connection_add_avatars (CmConnection *self)
{
  TpConnectionInterfaceAvatars *skeleton = tp_connection_interface_avatars_skeleton_new ();

  g_object_set (skeleton, "supported-avatar-mime-types", im_avatar_mime_types,
                "recommended-avatar-height", IM_AVATAR_GOOD_SIDE, "recommended-avatar-width",
                IM_AVATAR_GOOD_SIDE, "maximum-avatar-height", IM_AVATAR_MAX_SIDE,
                "maximum-avatar-width", IM_AVATAR_MAX_SIDE, "maximum-avatar-bytes",
                IM_AVATAR_MAX_OWN_BYTES, NULL);
  g_signal_connect_object (skeleton, "handle-get-avatar-requirements",
                           G_CALLBACK (handle_get_avatar_requirements_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-get-avatar-tokens", G_CALLBACK (handle_get_tokens_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-get-known-avatar-tokens",
                           G_CALLBACK (handle_get_tokens_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-request-avatar", G_CALLBACK (handle_request_avatar_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-request-avatars",
                           G_CALLBACK (handle_request_avatars_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-set-avatar", G_CALLBACK (handle_set_avatar_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-clear-avatar", G_CALLBACK (handle_clear_avatar_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "contacts-changed",
                           G_CALLBACK (contacts_changed_cb), self, G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
