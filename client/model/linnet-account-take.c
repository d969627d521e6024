/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-take.c: what the bus says of an account; each change is notified. Telepathy
 * Account */
#include "config.h"

#include "model/linnet-account-private.h"

#include "model/linnet-error.h"

static void
take_string (LinnetAccount *self, char **field, const char *value, const char *property)
{
  if (g_strcmp0 (*field, value) == 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
  g_object_notify (G_OBJECT (self), property);
}

/* What others see of us now. */
void
linnet_account_set_presence_now (LinnetAccount *self,
                                 LinnetPresence presence,
                                 const char *status_text)
{
  if (self->presence != presence)
    {
      self->presence = presence;
      g_object_notify (G_OBJECT (self), "presence");
    }
  take_string (self, &self->status_text, status_text != NULL && *status_text ? status_text : NULL,
               "status-text");
}

/* Why the last connection ended; NULL or "" for no reason. */
void
linnet_account_set_error (LinnetAccount *self, const char *name, GVariant *details)
{
  g_autofree char *text = NULL;

  if (name != NULL && *name)
    text = linnet_error_describe (name, details, linnet_account_get_address (self));
  g_object_freeze_notify (G_OBJECT (self));
  take_string (self, &self->error_text, text, "error-text");
  take_string (self, &self->error_name, name != NULL && *name ? name : NULL, "error-name");
  g_object_thaw_notify (G_OBJECT (self));
}

/* Whether it waits for a password. */
void
linnet_account_set_needs_password (LinnetAccount *self, gboolean needs_password)
{
  if (!self->needs_password == !needs_password)
    return;
  self->needs_password = needs_password;
  g_object_notify (G_OBJECT (self), "needs-password");
}

static void
take_parameters (LinnetAccount *self, GVariant *parameters)
{
  const char *address;

  g_clear_pointer (&self->parameters, g_variant_unref);
  self->parameters = g_variant_ref (parameters);
  if (g_variant_lookup (parameters, "account", "&s", &address))
    take_string (self, &self->address, address, "address");
}

static void
take_requested_presence (LinnetAccount *self, guint type)
{
  LinnetPresence presence = linnet_presence_from_telepathy (type);

  if (self->requested_presence == presence)
    return;
  self->requested_presence = presence;
  g_object_notify (G_OBJECT (self), "requested-presence");
}

static void
take_told (LinnetAccount *self, GVariant *properties)
{
  const char *text;

  g_variant_lookup (properties, "ConnectionStatus", "u", &self->told_status);
  if (g_variant_lookup (properties, "Connection", "&o", &text))
    {
      g_free (self->told_connection);
      self->told_connection = g_strdup (text);
    }
  if (g_variant_lookup (properties, "ConnectionError", "&s", &text))
    {
      g_free (self->told_error);
      self->told_error = g_strdup (text);
    }
}

/* Between two tries Telepathy calls an account connecting, without a connection: for people it is
 * not connected then, and there is a reason, which no longer counts while a try goes on. */
static void
take_state (LinnetAccount *self, GVariant *properties)
{
  gboolean has_failed, is_waiting;
  g_autoptr (GVariant) details =
      g_variant_lookup_value (properties, "ConnectionErrorDetails", G_VARIANT_TYPE_VARDICT);

  if (details != NULL)
    {
      g_clear_pointer (&self->error_details, g_variant_unref);
      self->error_details = g_steal_pointer (&details);
    }
  take_told (self, properties);
  has_failed = self->told_error != NULL && self->told_error[0] != '\0';
  is_waiting = has_failed && g_strcmp0 (self->told_connection, "/") == 0;
  if (self->told_status == 2 || is_waiting)
    {
      linnet_account_set_error (self, self->told_error, self->error_details);
      linnet_account_set_state (self, LINNET_CONNECTION_DISCONNECTED);
    }
  else if (self->told_status <= 2)
    {
      linnet_account_set_error (self, NULL, NULL);
      linnet_account_set_state (self, self->told_status + 1);
    }
  if (self->state == LINNET_CONNECTION_CONNECTED)
    linnet_account_set_needs_password (self, FALSE);
  else if (self->state == LINNET_CONNECTION_DISCONNECTED)
    linnet_account_set_needs_password (
        self, self->enabled && linnet_error_get_field (self->error_name) == LINNET_FIELD_PASSWORD);
}

/* Properties of Telepathy's Account, all or only those that are new. */
void
linnet_account_take_properties (LinnetAccount *self, GVariant *properties)
{
  g_autoptr (GVariant) parameters =
      g_variant_lookup_value (properties, "Parameters", G_VARIANT_TYPE_VARDICT);
  const char *text, *status;
  guint32 type;
  gboolean yes;

  g_object_freeze_notify (G_OBJECT (self));
  if (parameters != NULL)
    take_parameters (self, parameters);
  if (g_variant_lookup (properties, "DisplayName", "&s", &text))
    linnet_account_set_display_name (self, text);
  if (g_variant_lookup (properties, "Nickname", "&s", &text))
    take_string (self, &self->nickname, *text != '\0' ? text : NULL, "nickname");
  if (g_variant_lookup (properties, "Enabled", "b", &yes) && !yes != !self->enabled)
    {
      self->enabled = yes;
      g_object_notify (G_OBJECT (self), "enabled");
    }
  if (g_variant_lookup (properties, "CurrentPresence", "(u&s&s)", &type, &status, &text))
    linnet_account_set_presence_now (self, linnet_presence_from_telepathy (type), text);
  if (g_variant_lookup (properties, "RequestedPresence", "(u&s&s)", &type, &status, &text))
    take_requested_presence (self, type);
  take_state (self, properties);
  if (g_variant_lookup (properties, "Connection", "&o", &text))
    linnet_account_take_connection (self, text);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Somebody who is no longer in the contact list. */
void
linnet_account_remove_contact_row (LinnetAccount *self, LinnetContact *contact)
{
  g_autoptr (LinnetContact) held G_GNUC_UNUSED = g_object_ref (contact);
  LinnetConversation *conversation =
      g_hash_table_lookup (self->by_id, linnet_contact_get_address (contact));
  guint at;

  if (conversation != NULL)
    linnet_conversation_set_contact (conversation, NULL);
  g_hash_table_remove (self->by_address, linnet_contact_get_address (contact));
  if (g_list_store_find (self->requests, contact, &at))
    g_list_store_remove (self->requests, at);
  if (g_list_store_find (self->contacts, contact, &at))
    g_list_store_remove (self->contacts, at);
}

/* A contact asks to see our presence, or does not any more. */
void
linnet_account_note_request (LinnetAccount *self, LinnetContact *contact)
{
  guint at;
  gboolean listed = g_list_store_find (self->requests, contact, &at);

  if (linnet_contact_is_request (contact) && !listed)
    g_list_store_append (self->requests, contact);
  else if (!linnet_contact_is_request (contact) && listed)
    g_list_store_remove (self->requests, at);
}

/* A conversation that is gone. */
void
linnet_account_remove_conversation_row (LinnetAccount *self, const char *id)
{
  LinnetConversation *conversation = g_hash_table_lookup (self->by_id, id);
  guint at;

  if (conversation == NULL)
    return;
  g_hash_table_remove (self->by_id, id);
  if (g_list_store_find (self->conversations, conversation, &at))
    g_list_store_remove (self->conversations, at);
}
