/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-actions.c: what a person does with an account and its contacts. Telepathy Account,
 * Connection.Interface.ContactList, .ContactGroups, .Aliasing */
#include "config.h"

#include "model/linnet-account-private.h"

#include <glib/gi18n.h>

#include "model/linnet-connection.h"

#define ACCOUNT TELEPATHY "Account"

typedef struct
{
  char *address;
  char *name; /* (nullable) */
  char *message;
} Addition;

static void
addition_free (gpointer data)
{
  Addition *addition = data;

  g_free (addition->address);
  g_free (addition->name);
  g_free (addition->message);
  g_free (addition);
}

/* Takes `error`. What only the end of the connection has cancelled is a failure, for whoever waits.
 */
void
linnet_account_action_failed (GTask *task, GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      g_clear_error (&error);
      g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                           _ ("The connection was lost before the server answered."));
    }
  g_dbus_error_strip_remote_error (error);
  g_task_return_error (task, error);
}

/* The end of every action that is one call: `data` is the task. */
void
linnet_account_action_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    g_task_return_boolean (task, TRUE);
  else
    linnet_account_action_failed (task, error);
}

gboolean
linnet_account_is_online_for (LinnetAccount *self, GTask *task)
{
  if (self->connection != NULL)
    return TRUE;
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                           _ ("The contact list can be changed while the account is online."));
  return FALSE;
}

/* What is done with a contact whose number is not known yet. */
typedef struct
{
  const char *interface; /* (static) behind Telepathy's prefix */
  const char *method; /* (static) */
  GVariant *more; /* (owned) (nullable) what stands behind the numbers */
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_clear_pointer (&change->more, g_variant_unref);
  g_free (change);
}

static void
change_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  LinnetConnection *connection = LINNET_CONNECTION (source);
  Change *change = g_task_get_task_data (task);
  GError *error = NULL;
  guint32 handle = linnet_connection_ask_handle_finish (connection, result, &error);
  GVariant *arguments[] = { NULL, change->more };

  if (handle == 0)
    {
      linnet_account_action_failed (task, error);
      return;
    }
  arguments[0] = g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &handle, 1, sizeof handle);
  linnet_connection_call (connection, change->interface, change->method,
                          g_variant_new_tuple (arguments, change->more != NULL ? 2 : 1),
                          linnet_account_action_done_cb, g_object_ref (task));
}

/* Calls `method` with the number of `address`, and with `more` behind it, which is (nullable)
 * (transfer floating). */
void
linnet_account_change_contact (LinnetAccount *self,
                               const char *address,
                               const char *interface,
                               const char *method,
                               GVariant *more,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  Change *change = g_new0 (Change, 1);

  change->interface = interface;
  change->method = method;
  change->more = more != NULL ? g_variant_ref_sink (more) : NULL;
  g_task_set_task_data (task, change, change_free);
  if (linnet_account_is_online_for (self, task))
    linnet_connection_ask_handle (self->connection, address, change_cb, g_object_ref (task));
}

static GVariant *
one_handle (LinnetContact *contact)
{
  guint32 handle = linnet_contact_get_handle (contact);

  return g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &handle, 1, sizeof handle);
}

/**
 * linnet_account_action_finish:
 * @self: an account
 * @result: the result of any action of an account
 * @error: where to put an error; its message is a sentence
 *
 * Returns: whether it was done
 */
gboolean
linnet_account_action_finish (LinnetAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
is_no_address (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  return g_strcmp0 (name, TELEPATHY "Error.InvalidHandle") == 0 ||
         g_strcmp0 (name, TELEPATHY "Error.InvalidArgument") == 0;
}

static void
handle_known_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  LinnetConnection *connection = LINNET_CONNECTION (source);
  Addition *addition = g_task_get_task_data (task);
  GError *error = NULL;
  guint32 handle = linnet_connection_ask_handle_finish (connection, result, &error);

  if (handle == 0 && is_no_address (error))
    {
      g_clear_error (&error);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _ ("“%s” is not an address. Addresses look like name@example.org."),
                               addition->address);
      return;
    }
  if (handle == 0)
    {
      linnet_account_action_failed (task, error);
      return;
    }
  if (addition->name != NULL && *addition->name)
    {
      GVariantBuilder aliases;

      g_variant_builder_init (&aliases, G_VARIANT_TYPE ("a{us}"));
      g_variant_builder_add (&aliases, "{us}", handle, addition->name);
      linnet_connection_call (connection, "Aliasing", "SetAliases",
                              g_variant_new ("(a{us})", &aliases), NULL, NULL);
    }
  linnet_connection_call (
      connection, "ContactList", "RequestSubscription",
      g_variant_new ("(@aus)",
                     g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &handle, 1, sizeof handle),
                     addition->message),
      linnet_account_action_done_cb, g_object_ref (task));
}

/**
 * linnet_account_add_contact_async:
 * @self: an account that is online
 * @address: an address, as typed
 * @name: (nullable): what to call the contact
 * @message: (nullable): what they are told with the request
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when the contact is asked, or the address is none
 * @data: for @callback
 */
void
linnet_account_add_contact_async (LinnetAccount *self,
                                  const char *address,
                                  const char *name,
                                  const char *message,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Addition *addition = g_new0 (Addition, 1);

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && address != NULL);
  addition->address = g_strdup (address);
  addition->name = g_strdup (name);
  addition->message = g_strdup (message != NULL ? message : "");
  g_task_set_task_data (task, addition, addition_free);
  if (linnet_account_is_online_for (self, task))
    linnet_connection_ask_handle (self->connection, address, handle_known_cb, g_object_ref (task));
}

/**
 * linnet_account_answer_request_async:
 * @self: an account that is online
 * @contact: somebody who asks to see our presence
 * @accept: whether they may; we then ask to see theirs
 * @callback: (scope async): called when the answer is given
 * @data: for @callback
 */
void
linnet_account_answer_request_async (LinnetAccount *self,
                                     LinnetContact *contact,
                                     gboolean accept,
                                     GAsyncReadyCallback callback,
                                     gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && LINNET_IS_CONTACT (contact));
  if (!linnet_account_is_online_for (self, task))
    return;
  if (accept && linnet_contact_get_subscribe (contact) != LINNET_SUBSCRIPTION_YES &&
      linnet_contact_get_subscribe (contact) != LINNET_SUBSCRIPTION_ASK)
    linnet_connection_call (self->connection, "ContactList", "RequestSubscription",
                            g_variant_new ("(@aus)", one_handle (contact), ""), NULL, NULL);
  linnet_connection_call (self->connection, "ContactList",
                          accept ? "AuthorizePublication" : "Unpublish",
                          g_variant_new ("(@au)", one_handle (contact)),
                          linnet_account_action_done_cb, g_object_ref (task));
}

/**
 * linnet_account_rename_contact_async:
 * @self: an account that is online
 * @contact: a contact
 * @name: what to call the contact
 * @callback: (scope async): called when the server has it
 * @data: for @callback
 */
void
linnet_account_rename_contact_async (LinnetAccount *self,
                                     LinnetContact *contact,
                                     const char *name,
                                     GAsyncReadyCallback callback,
                                     gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  GVariantBuilder aliases;

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && LINNET_IS_CONTACT (contact) && name != NULL);
  if (!linnet_account_is_online_for (self, task))
    return;
  g_variant_builder_init (&aliases, G_VARIANT_TYPE ("a{us}"));
  g_variant_builder_add (&aliases, "{us}", linnet_contact_get_handle (contact), name);
  linnet_connection_call (self->connection, "Aliasing", "SetAliases",
                          g_variant_new ("(a{us})", &aliases), linnet_account_action_done_cb,
                          g_object_ref (task));
}

/**
 * linnet_account_remove_contact_async:
 * @self: an account that is online
 * @contact: a contact; both sides stop seeing each other's presence
 * @callback: (scope async): called when the server has it
 * @data: for @callback
 */
void
linnet_account_remove_contact_async (LinnetAccount *self,
                                     LinnetContact *contact,
                                     GAsyncReadyCallback callback,
                                     gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && LINNET_IS_CONTACT (contact));
  if (linnet_account_is_online_for (self, task))
    linnet_connection_call (self->connection, "ContactList", "RemoveContacts",
                            g_variant_new ("(@au)", one_handle (contact)),
                            linnet_account_action_done_cb, g_object_ref (task));
}

/**
 * linnet_account_set_contact_groups_async:
 * @self: an account that is online
 * @contact: a contact
 * @groups: (array zero-terminated=1): the groups it shall be in, and no others
 * @callback: (scope async): called when the server has it
 * @data: for @callback
 */
void
linnet_account_set_contact_groups_async (LinnetAccount *self,
                                         LinnetContact *contact,
                                         const char *const *groups,
                                         GAsyncReadyCallback callback,
                                         gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && LINNET_IS_CONTACT (contact) && groups != NULL);
  if (linnet_account_is_online_for (self, task))
    linnet_connection_call (self->connection, "ContactGroups", "SetContactGroups",
                            g_variant_new ("(u^as)", linnet_contact_get_handle (contact), groups),
                            linnet_account_action_done_cb, g_object_ref (task));
}

static void
call_object (LinnetAccount *self,
             const char *name,
             const char *path,
             const char *interface,
             const char *method,
             GVariant *arguments,
             GTask *task)
{
  g_autoptr (GVariant) owned = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;

  if (self->bus == NULL || name == NULL || path == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                               _ ("The service of this account is not running."));
      return;
    }
  g_dbus_connection_call (self->bus, name, path, interface, method, owned, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task),
                          linnet_account_action_done_cb, g_object_ref (task));
}

/* Of the Account object. */
void
linnet_account_call (LinnetAccount *self,
                     const char *interface,
                     const char *method,
                     GVariant *arguments,
                     GTask *task)
{
  call_object (self, self->manager_name, self->path, interface, method, arguments, task);
}

/* Of the object that has our own interfaces: under another account manager it is the connection. */
void
linnet_account_call_extension (LinnetAccount *self,
                               const char *interface,
                               const char *method,
                               GVariant *arguments,
                               GTask *task)
{
  call_object (self, linnet_account_get_extension_name (self),
               linnet_account_get_extension_path (self), interface, method, arguments, task);
}

static void
logged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!linnet_account_action_finish (LINNET_ACCOUNT (source), result, &error))
    g_debug ("%s: %s: %s", linnet_account_get_address (LINNET_ACCOUNT (source)),
             (const char *) data, error->message);
}

static void
set_property (LinnetAccount *self, const char *name, GVariant *value)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, logged_cb, (gpointer) name);

  linnet_account_call (self, "org.freedesktop.DBus.Properties", "Set",
                       g_variant_new ("(ssv)", ACCOUNT, name, value), task);
}

/**
 * linnet_account_update_async:
 * @self: an account
 * @set: (transfer floating): parameters to set, a{sv}
 * @unset: (array zero-terminated=1): names of parameters that shall have their defaults
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when they are stored; a reconnection makes all of them count
 * @data: for @callback
 */
void
linnet_account_update_async (LinnetAccount *self,
                             GVariant *set,
                             const char *const *unset,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && set != NULL && unset != NULL);
  linnet_account_call (self, ACCOUNT, "UpdateParameters", g_variant_new ("(@a{sv}^as)", set, unset),
                       task);
}

/**
 * linnet_account_request_presence:
 * @self: an account
 * @presence: what others shall see; offline ends the connection
 * @status_text: (nullable): the user's own words beside it
 */
void
linnet_account_request_presence (LinnetAccount *self,
                                 LinnetPresence presence,
                                 const char *status_text)
{
  g_return_if_fail (LINNET_IS_ACCOUNT (self));
  set_property (self, "RequestedPresence",
                g_variant_new ("(uss)", linnet_presence_to_telepathy (presence),
                               linnet_presence_get_status (presence),
                               status_text != NULL ? status_text : ""));
}

/* A new try begins: what the last one ended with is past. */
static void
forget_failure (LinnetAccount *self)
{
  linnet_account_set_error (self, NULL, NULL);
  linnet_account_set_needs_password (self, FALSE);
}

/**
 * linnet_account_set_enabled:
 * @self: an account
 * @enabled: whether it shall be in use
 */
void
linnet_account_set_enabled (LinnetAccount *self, gboolean enabled)
{
  g_return_if_fail (LINNET_IS_ACCOUNT (self));
  if (enabled)
    forget_failure (self);
  set_property (self, "Enabled", g_variant_new_boolean (enabled));
}

/**
 * linnet_account_reconnect:
 * @self: an account
 *
 * Connects now, whatever time was to pass before the next try.
 */
void
linnet_account_reconnect (LinnetAccount *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, logged_cb, (gpointer) "Reconnect");

  g_return_if_fail (LINNET_IS_ACCOUNT (self));
  forget_failure (self);
  linnet_account_call (self, ACCOUNT, "Reconnect", NULL, task);
}

/**
 * linnet_account_remove_async:
 * @self: an account
 * @callback: (scope async): called when it is gone from this computer; on its server it stays
 * @data: for @callback
 */
void
linnet_account_remove_async (LinnetAccount *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (LINNET_IS_ACCOUNT (self));
  linnet_account_call (self, ACCOUNT, "Remove", NULL, task);
}
