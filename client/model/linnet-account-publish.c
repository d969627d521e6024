/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-publish.c: what somebody tells others of themselves.
 *
 * A nickname is kept with the account, and told when that is online; all else is told now or not at
 * all. */
#include "config.h"

#include "model/linnet-account-publish.h"

#include <glib/gi18n.h>

#include "model/linnet-account-private.h"
#include "model/linnet-connection.h"

#define PERSONAL "im.linnet.Personal1"
#define IDLE "im.linnet.Idle1"

/**
 * linnet_account_get_nickname:
 * @self: an account
 *
 * Returns: (nullable): what its owner is called; others may call them something else
 */
const char *
linnet_account_get_nickname (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return self->nickname;
}

/**
 * linnet_account_set_nickname_async:
 * @self: an account, online or not
 * @nickname: what its owner is called; "" for nothing
 * @callback: (scope async): called when the account has it
 * @data: for @callback
 */
void
linnet_account_set_nickname_async (LinnetAccount *self,
                                   const char *nickname,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && nickname != NULL);
  linnet_account_call (
      self, "org.freedesktop.DBus.Properties", "Set",
      g_variant_new ("(ssv)", TELEPATHY "Account", "Nickname", g_variant_new_string (nickname)),
      task);
}

static void
tell (LinnetAccount *self,
      const char *interface,
      const char *method,
      GVariant *arguments,
      GTask *task)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (arguments);

  if (self->connection == NULL || self->state != LINNET_CONNECTION_CONNECTED)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                             _ ("Others can be told while the account is online."));
  else
    linnet_connection_call (self->connection, interface, method, owned,
                            linnet_account_action_done_cb, g_object_ref (task));
}

/**
 * linnet_account_publish_async:
 * @self: an account that is online
 * @fact: what is told
 * @value: (type a{sv}) (transfer floating): with the keys of im.linnet.Personal1 or of Telepathy's
 *   Location; without any it is taken back
 * @callback: (scope async): called when the server has it
 * @data: for @callback
 */
void
linnet_account_publish_async (LinnetAccount *self,
                              LinnetFact fact,
                              GVariant *value,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && fact < LINNET_N_FACTS);
  if (fact == LINNET_FACT_LOCATION)
    tell (self, "Location", "SetLocation", g_variant_new ("(@a{sv})", owned), task);
  else
    tell (self, PERSONAL, "Publish",
          g_variant_new ("(s@a{sv})", linnet_fact_get_name (fact), owned), task);
}

/**
 * linnet_account_set_idle_since_async:
 * @self: an account that is online
 * @since: when its owner has last touched this device, in seconds since 1970; 0: they are here
 * @callback: (scope async): called when others are told
 * @data: for @callback
 */
void
linnet_account_set_idle_since_async (LinnetAccount *self,
                                     gint64 since,
                                     GAsyncReadyCallback callback,
                                     gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (LINNET_IS_ACCOUNT (self));
  tell (self, IDLE, "SetSince", g_variant_new ("(x)", since), task);
}
