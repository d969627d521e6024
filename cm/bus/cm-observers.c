/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-observers.c: shows a channel to its observers before anybody handles it. Telepathy:
 * Client.Observer */
#include "bus/cm-observers.h"

#include "bus/cm-connection.h"

#define OBSERVER "org.freedesktop.Telepathy.Client.Observer"
/* One that hangs delays a conversation by so much, and no longer. */
#define TIMEOUT_MS 5000

typedef struct
{
  void (*done) (gpointer user_data);
  gpointer user_data;
  guint n_pending;
} Telling;

static void
told_one (Telling *telling)
{
  if (--telling->n_pending > 0)
    return;
  telling->done (telling->user_data);
  g_free (telling);
}

static void
replied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    g_debug ("An observer failed: %s", error->message);
  told_one (user_data);
}

static GVariant *
new_arguments (CmDelivery *delivery, const char *operation_path)
{
  GVariantBuilder requests;
  GVariantBuilder info;

  g_variant_builder_init (&requests, G_VARIANT_TYPE ("ao"));
  if (delivery->request_path != NULL)
    g_variant_builder_add (&requests, "o", delivery->request_path);
  g_variant_builder_init (&info, G_VARIANT_TYPE_VARDICT);
  if (delivery->request_path != NULL && delivery->request_properties != NULL)
    {
      GVariantBuilder properties;

      g_variant_builder_init (&properties, G_VARIANT_TYPE ("a{oa{sv}}"));
      g_variant_builder_add (&properties, "{o@a{sv}}", delivery->request_path,
                             delivery->request_properties);
      g_variant_builder_add (&info, "{sv}", "request-properties",
                             g_variant_builder_end (&properties));
    }
  return g_variant_new (
      "(oo@a(oa{sv})oaoa{sv})", delivery->account_path,
      cm_connection_get_object_path (cm_channel_get_connection (delivery->channel)),
      cm_delivery_new_channels (delivery), operation_path != NULL ? operation_path : "/", &requests,
      &info);
}

void
cm_observers_tell (GDBusConnection *bus,
                   CmClients *clients,
                   CmDelivery *delivery,
                   const char *operation_path,
                   void (*done) (gpointer user_data),
                   gpointer user_data)
{
  g_autoptr (CmDelivery) owned G_GNUC_UNUSED = delivery;
  g_autoptr (GPtrArray) names =
      cm_clients_find (clients, CM_CLIENT_OBSERVER, cm_channel_get_properties (delivery->channel));
  Telling *telling = g_new0 (Telling, 1);

  telling->done = done;
  telling->user_data = user_data;
  telling->n_pending = 1;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = cm_client_dup_path (name);

      telling->n_pending++;
      g_dbus_connection_call (bus, name, path, OBSERVER, "ObserveChannels",
                              new_arguments (delivery, operation_path), NULL,
                              G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, NULL, replied_cb, telling);
    }
  told_one (telling);
}
