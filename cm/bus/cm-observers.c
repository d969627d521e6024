/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-observers.c: shows channels to their observers before anybody handles them. Telepathy:
 * Client.Observer
 *
 * Handlers wait for all observers, approvers only for those that say so. */
#include "bus/cm-observers.h"

#include "bus/cm-connection.h"

#define OBSERVER "org.freedesktop.Telepathy.Client.Observer"
/* One that hangs delays a conversation by so much, and no longer. */
#define TIMEOUT_MS 5000

struct _CmObservers
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  CmClients *clients; /* (owned) */
  GPtrArray *calls; /* (unowned) Call: not answered yet */
  GPtrArray *waiters; /* (unowned) Waiter: each is called once */
};

G_DEFINE_FINAL_TYPE (CmObservers, cm_observers, G_TYPE_OBJECT)

/* One channel on its way to its observers. */
typedef struct
{
  CmObserversFunc func; /* (nullable) */
  gpointer user_data;
  guint n_calls; /* and one while they are made */
  guint n_delaying;
} Telling;

typedef struct
{
  CmObservers *observers; /* (owned) */
  CmChannel *channel; /* (owned) */
  char *bus_name; /* (owned) */
  Telling *telling; /* (nullable) */
  gboolean is_delaying;
} Call;

/* Somebody for whom a channel has been told of already. */
typedef struct
{
  CmChannel *channel; /* (owned) */
  CmObserversFunc func;
  gpointer user_data;
} Waiter;

static gboolean
is_being_told (CmObservers *self, CmChannel *channel, const char *bus_name)
{
  for (guint i = 0; i < self->calls->len; i++)
    {
      Call *call = g_ptr_array_index (self->calls, i);

      if (call->channel == channel && (bus_name == NULL || g_str_equal (call->bus_name, bus_name)))
        return TRUE;
    }
  return FALSE;
}

static void
release_waiters (CmObservers *self, CmChannel *channel)
{
  for (guint i = 0; !is_being_told (self, channel, NULL) && i < self->waiters->len; i++)
    {
      Waiter *waiter = g_ptr_array_index (self->waiters, i);

      if (waiter->channel != channel)
        continue;
      g_ptr_array_steal_index (self->waiters, i--);
      waiter->func (CM_OBSERVERS_LET_HANDLE, waiter->user_data);
      g_object_unref (waiter->channel);
      g_free (waiter);
    }
}

static void
told_one (Telling *telling, gboolean is_delaying)
{
  telling->n_calls--;
  if (is_delaying)
    telling->n_delaying--;
  if (is_delaying && telling->n_delaying == 0 && telling->func != NULL)
    telling->func (CM_OBSERVERS_LET_APPROVE, telling->user_data);
  if (telling->n_calls > 0)
    return;
  if (telling->func != NULL)
    telling->func (CM_OBSERVERS_LET_HANDLE, telling->user_data);
  g_free (telling);
}

static void
replied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (CmObservers) self = call->observers;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    g_debug ("The observer %s failed: %s", call->bus_name, error->message);
  g_ptr_array_remove_fast (self->calls, call);
  if (call->telling != NULL)
    told_one (call->telling, call->is_delaying);
  release_waiters (self, call->channel);
  g_object_unref (call->channel);
  g_free (call->bus_name);
  g_free (call);
}

static GVariant *
new_arguments (CmDelivery *delivery, const char *operation_path, gboolean is_recovering)
{
  GVariantBuilder requests;
  GVariantBuilder info;

  g_variant_builder_init (&requests, G_VARIANT_TYPE ("ao"));
  if (delivery->request_path != NULL)
    g_variant_builder_add (&requests, "o", delivery->request_path);
  g_variant_builder_init (&info, G_VARIANT_TYPE_VARDICT);
  if (is_recovering)
    g_variant_builder_add (&info, "{sv}", "recovering", g_variant_new_boolean (TRUE));
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

static void
call (CmObservers *self,
      CmDelivery *delivery,
      const char *operation_path,
      const char *bus_name,
      Telling *telling)
{
  g_autofree char *path = cm_client_dup_path (bus_name);
  Call *made = g_new0 (Call, 1);

  made->observers = g_object_ref (self);
  made->channel = g_object_ref (delivery->channel);
  made->bus_name = g_strdup (bus_name);
  made->telling = telling;
  made->is_delaying = cm_clients_has_wish (self->clients, bus_name, CM_CLIENT_DELAYS_APPROVERS);
  if (telling != NULL)
    {
      telling->n_calls++;
      telling->n_delaying += made->is_delaying ? 1 : 0;
    }
  g_ptr_array_add (self->calls, made);
  g_dbus_connection_call (self->bus, bus_name, path, OBSERVER, "ObserveChannels",
                          new_arguments (delivery, operation_path, telling == NULL), NULL,
                          G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, NULL, replied_cb, made);
}

/**
 * cm_observers_tell:
 *
 * Spec: Telepathy Client.Observer, ObserveChannels, DelayApprovers
 */
void
cm_observers_tell (CmObservers *self,
                   CmDelivery *delivery,
                   const char *operation_path,
                   CmObserversFunc func,
                   gpointer user_data)
{
  g_autoptr (CmDelivery) owned G_GNUC_UNUSED = delivery;
  g_autoptr (GPtrArray) names = cm_clients_find (self->clients, CM_CLIENT_OBSERVER,
                                                 cm_channel_get_properties (delivery->channel));
  Telling *telling = g_new0 (Telling, 1);

  telling->func = func;
  telling->user_data = user_data;
  telling->n_calls = 1;
  for (guint i = 0; i < names->len; i++)
    call (self, delivery, operation_path, g_ptr_array_index (names, i), telling);
  if (telling->n_delaying == 0 && func != NULL)
    func (CM_OBSERVERS_LET_APPROVE, user_data);
  told_one (telling, FALSE);
}

void
cm_observers_wait (CmObservers *self, CmChannel *channel, CmObserversFunc func, gpointer user_data)
{
  Waiter *waiter;

  if (!is_being_told (self, channel, NULL))
    {
      func (CM_OBSERVERS_LET_HANDLE, user_data);
      return;
    }
  waiter = g_new0 (Waiter, 1);
  waiter->channel = g_object_ref (channel);
  waiter->func = func;
  waiter->user_data = user_data;
  g_ptr_array_add (self->waiters, waiter);
}

/**
 * cm_observers_recover:
 *
 * Spec: Telepathy Client.Observer, Recover
 */
void
cm_observers_recover (CmObservers *self,
                      CmDelivery *delivery,
                      const char *operation_path,
                      const char *bus_name)
{
  g_autoptr (CmDelivery) owned G_GNUC_UNUSED = delivery;

  if (!is_being_told (self, delivery->channel, bus_name))
    call (self, delivery, operation_path, bus_name, NULL);
}

static void
cm_observers_dispose (GObject *object)
{
  CmObservers *self = CM_OBSERVERS (object);

  g_clear_object (&self->clients);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (cm_observers_parent_class)->dispose (object);
}

static void
cm_observers_finalize (GObject *object)
{
  g_ptr_array_unref (CM_OBSERVERS (object)->calls);
  g_ptr_array_unref (CM_OBSERVERS (object)->waiters);
  G_OBJECT_CLASS (cm_observers_parent_class)->finalize (object);
}

static void
cm_observers_class_init (CmObserversClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_observers_dispose;
  G_OBJECT_CLASS (klass)->finalize = cm_observers_finalize;
}

static void
cm_observers_init (CmObservers *self)
{
  self->calls = g_ptr_array_new ();
  self->waiters = g_ptr_array_new ();
}

CmObservers *
cm_observers_new (GDBusConnection *bus, CmClients *clients)
{
  CmObservers *self = g_object_new (CM_TYPE_OBSERVERS, NULL);

  self->bus = g_object_ref (bus);
  self->clients = g_object_ref (clients);
  return self;
}
