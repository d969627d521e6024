/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-dispatch-operation.c: a channel that nobody asked for, until somebody takes it. Telepathy:
 * ChannelDispatchOperation, Client.Observer, .Approver
 *
 * Observers see it first; a handler that bypasses approval has it at once; approvers are asked,
 * those that start later as well; without any, the best handler has it. What approvers say is done
 * in the order in which they say it, until one of them has succeeded. When all of them have left, a
 * handler that runs has it; where none does, it waits for the next program that can show it: nobody
 * starts what a person has just closed. What no handler takes is over; the dispatcher begins anew
 * with the next message. */
#include "bus/cm-dispatch-operation.h"

#include "bus/cm-connection.h"
#include "bus/cm-short.h"
#include "dbus/telepathy.h"

#define INTERFACE "org.freedesktop.Telepathy.ChannelDispatchOperation"
#define APPROVER "org.freedesktop.Telepathy.Client.Approver"
/* One that hangs is as good as none; some have to be started first. */
#define APPROVER_TIMEOUT_MS 10000

struct _CmDispatchOperation
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  CmClients *clients; /* (owned) */
  CmHandlers *handlers; /* (owned) */
  CmObservers *observers; /* (owned) */
  CmChannel *channel; /* (owned) */
  TpChannelDispatchOperation *skeleton; /* (owned) */
  GPtrArray *possible; /* (owned) bus names; NULL-terminated */
  GVariant *properties; /* (owned) a{sv} */
  char *object_path; /* (owned) */
  char *account_path; /* (owned) */
  GQueue approvals; /* (owned) Approval: in the order in which they came */
  GHashTable *approvers; /* (owned) bus name → GINT_TO_POINTER (has answered) */
  guint n_asked; /* approvers that have not answered */
  gboolean is_observed; /* observers have seen it */
  gboolean is_bypassed; /* its best handler needs no approval */
  gboolean may_approve; /* no observer keeps it from approvers any more */
  gboolean needs_approval; /* approvers are asked, now or from now on */
  gboolean is_delivering;
  gboolean is_lost; /* the channel was closed */
  gboolean is_over; /* somebody has the channel, or nobody can */
  gboolean is_finished; /* and all were told */
};

/* What should become of the channel; one after the other is tried. */
typedef struct
{
  GDBusMethodInvocation *invocation; /* (nullable) who said so; NULL: we */
  char *handler; /* (owned) (nullable) "": any; NULL: the caller itself */
  gint64 user_time;
  gboolean starts_nobody; /* any that runs */
  gboolean may_fail; /* it is not over when nobody takes it */
} Approval;

enum
{
  SIGNAL_FINISHED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CmDispatchOperation, cm_dispatch_operation, G_TYPE_OBJECT)

static void process (CmDispatchOperation *self);

static void
approval_free (gpointer data)
{
  Approval *approval = data;

  g_free (approval->handler);
  g_free (approval);
}

/* Nothing is told before all approvers have returned: until then they may still connect. */
static void
finish_if_told (CmDispatchOperation *self)
{
  if (!self->is_over || self->n_asked > 0 || self->is_finished)
    return;
  self->is_finished = TRUE;
  g_object_ref (self);
  if (self->is_lost)
    tp_channel_dispatch_operation_emit_channel_lost (
        self->skeleton, cm_channel_get_object_path (self->channel),
        "org.freedesktop.Telepathy.Error.Terminated", "The channel was closed");
  tp_channel_dispatch_operation_emit_finished (self->skeleton);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_object_unref (self);
}

void
cm_dispatch_operation_finish (CmDispatchOperation *self)
{
  G_GNUC_UNUSED g_autoptr (CmDispatchOperation) keep = g_object_ref (self);

  self->is_over = TRUE;
  process (self);
  finish_if_told (self);
}

static void
channel_closed_cb (CmDispatchOperation *self)
{
  if (self->is_over)
    return;
  self->is_lost = TRUE;
  cm_dispatch_operation_finish (self);
}

/* One try to deliver. */
typedef struct
{
  CmDispatchOperation *operation; /* (owned) */
  Approval *approval; /* (owned) */
} Delivering;

static void
delivered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Delivering *delivering = user_data;
  g_autoptr (CmDispatchOperation) self = delivering->operation;
  GDBusMethodInvocation *invocation = delivering->approval->invocation;
  g_autoptr (GError) error = NULL;
  gboolean is_done = cm_handlers_deliver_finish (CM_HANDLERS (source), result, &error);
  gboolean may_fail = delivering->approval->may_fail;

  approval_free (delivering->approval);
  g_free (delivering);
  self->is_delivering = FALSE;
  if (is_done && invocation != NULL)
    g_dbus_method_invocation_return_value (invocation, NULL);
  else if (invocation != NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else if (!is_done && cm_handlers_get (self->handlers, self->channel) != NULL)
    is_done = TRUE;
  else if (!is_done && !may_fail)
    {
      /* Nobody can show it. What is pending stays unread; a question to a person is over. */
      g_debug ("%s: %s", cm_channel_get_object_path (self->channel), error->message);
      if (cm_channel_get_target_handle_type (self->channel) == 0)
        cm_channel_close (self->channel);
      is_done = TRUE;
    }
  if (is_done)
    cm_dispatch_operation_finish (self);
  else
    process (self);
}

/* (transfer full): NULL-terminated. */
static GPtrArray *
find_handlers (CmDispatchOperation *self, const Approval *approval)
{
  GPtrArray *names;

  if (approval->handler[0] != '\0')
    {
      names = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (names, g_strdup (approval->handler));
    }
  else
    names = cm_clients_find (self->clients, CM_CLIENT_HANDLER,
                             cm_channel_get_properties (self->channel));
  for (guint i = 0; approval->starts_nobody && i < names->len; i++)
    if (cm_clients_get_owner (self->clients, g_ptr_array_index (names, i)) == NULL)
      g_ptr_array_remove_index (names, i--);
  g_ptr_array_add (names, NULL);
  return names;
}

/* Takes `approval`. The one that says Claim handles it. */
static void
deliver (CmDispatchOperation *self, Approval *approval)
{
  CmDelivery *delivery = cm_delivery_new (self->account_path, self->channel);
  Delivering *delivering = g_new0 (Delivering, 1);
  g_autoptr (GPtrArray) names = NULL;

  self->is_delivering = TRUE;
  delivery->user_time = approval->user_time;
  delivering->operation = g_object_ref (self);
  delivering->approval = approval;
  if (approval->handler == NULL)
    {
      cm_handlers_claim_async (self->handlers, delivery,
                               g_dbus_method_invocation_get_sender (approval->invocation),
                               delivered_cb, delivering);
      return;
    }
  names = find_handlers (self, approval);
  cm_handlers_deliver_async (self->handlers, delivery, (const char *const *) names->pdata,
                             delivered_cb, delivering);
}

static void
refuse (Approval *approval)
{
  if (approval->invocation != NULL)
    g_dbus_method_invocation_return_error_literal (approval->invocation, IM_ERROR,
                                                   IM_ERROR_NOT_YOURS, "The channel is another's");
  approval_free (approval);
}

static void ask_approvers (CmDispatchOperation *self);

/* The next approval, when the observers are ready and the one before has failed. */
static void
process (CmDispatchOperation *self)
{
  while (!self->is_delivering && (self->is_observed || self->is_over) &&
         !g_queue_is_empty (&self->approvals))
    {
      Approval *approval = g_queue_pop_head (&self->approvals);

      if (self->is_over)
        refuse (approval);
      else
        deliver (self, approval);
    }
  if (self->may_approve && !self->needs_approval && !self->is_over && !self->is_delivering &&
      g_queue_is_empty (&self->approvals))
    ask_approvers (self);
  finish_if_told (self);
}

static void
push (CmDispatchOperation *self, const Approval *wanted)
{
  G_GNUC_UNUSED g_autoptr (CmDispatchOperation) keep = g_object_ref (self);
  Approval *approval = g_memdup2 (wanted, sizeof *wanted);

  approval->handler = g_strdup (wanted->handler);
  g_queue_push_tail (&self->approvals, approval);
  process (self);
}

/* No approver says anything; `starts_nobody`: they have left. */
static void
approve_ourselves (CmDispatchOperation *self, gboolean starts_nobody)
{
  const Approval approval = {
    .handler = (char *) "",
    .starts_nobody = starts_nobody,
    .may_fail = starts_nobody,
  };

  push (self, &approval);
}

void
cm_dispatch_operation_handle_with (CmDispatchOperation *self,
                                   GDBusMethodInvocation *invocation,
                                   const char *handler,
                                   gint64 user_time)
{
  const Approval approval = { invocation, (char *) handler, user_time, FALSE, FALSE };

  if (handler[0] != '\0' && !cm_client_is_name (handler))
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                           "“%s” is not the bus name of a client",
                                           CM_SHORT (handler));
  else
    push (self, &approval);
}

static gboolean
handle_handle_with_cb (CmDispatchOperation *self,
                       GDBusMethodInvocation *invocation,
                       const char *handler)
{
  cm_dispatch_operation_handle_with (self, invocation, handler, 0);
  return TRUE;
}

static gboolean
handle_handle_with_time_cb (CmDispatchOperation *self,
                            GDBusMethodInvocation *invocation,
                            const char *handler,
                            gint64 user_time)
{
  cm_dispatch_operation_handle_with (self, invocation, handler, user_time);
  return TRUE;
}

static gboolean
handle_claim_cb (CmDispatchOperation *self, GDBusMethodInvocation *invocation)
{
  const Approval approval = { invocation, NULL, 0, FALSE, FALSE };

  push (self, &approval);
  return TRUE;
}

/* Nobody else will say anything of it. */
static gboolean
is_idle (CmDispatchOperation *self)
{
  return self->needs_approval && !self->is_over && !self->is_delivering && self->n_asked == 0 &&
         g_hash_table_size (self->approvers) == 0 && g_queue_is_empty (&self->approvals);
}

/* One approver that is asked. */
typedef struct
{
  CmDispatchOperation *operation; /* (owned) */
  char *bus_name; /* (owned) */
} Asking;

static void
approver_told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Asking *asking = user_data;
  g_autoptr (CmDispatchOperation) self = asking->operation;
  g_autofree char *bus_name = asking->bus_name;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  g_free (asking);
  self->n_asked--;
  if (reply != NULL)
    g_hash_table_replace (self->approvers, g_steal_pointer (&bus_name), GINT_TO_POINTER (TRUE));
  else
    {
      g_debug ("The approver %s failed: %s", bus_name, error->message);
      g_hash_table_remove (self->approvers, bus_name);
    }
  /* All of them failed: as if there were none. */
  if (is_idle (self))
    approve_ourselves (self, FALSE);
  finish_if_told (self);
}

static void
ask_approver (CmDispatchOperation *self, const char *bus_name)
{
  g_autofree char *path = cm_client_dup_path (bus_name);
  g_autoptr (CmDelivery) delivery = NULL;
  Asking *asking;

  if (g_hash_table_contains (self->approvers, bus_name))
    return;
  g_hash_table_insert (self->approvers, g_strdup (bus_name), GINT_TO_POINTER (FALSE));
  self->n_asked++;
  delivery = cm_delivery_new (self->account_path, self->channel);
  asking = g_new0 (Asking, 1);
  asking->operation = g_object_ref (self);
  asking->bus_name = g_strdup (bus_name);
  g_dbus_connection_call (self->bus, bus_name, path, APPROVER, "AddDispatchOperation",
                          g_variant_new ("(@a(oa{sv})o@a{sv})", cm_delivery_new_channels (delivery),
                                         self->object_path, self->properties),
                          NULL, G_DBUS_CALL_FLAGS_NONE, APPROVER_TIMEOUT_MS, NULL, approver_told_cb,
                          asking);
}

static void
ask_approvers (CmDispatchOperation *self)
{
  g_autoptr (GPtrArray) names = cm_clients_find (self->clients, CM_CLIENT_APPROVER,
                                                 cm_channel_get_properties (self->channel));

  self->needs_approval = TRUE;
  for (guint i = 0; i < names->len; i++)
    ask_approver (self, g_ptr_array_index (names, i));
  if (names->len == 0)
    approve_ourselves (self, FALSE);
}

static void
client_appeared_cb (CmDispatchOperation *self, const char *bus_name)
{
  GVariant *properties = cm_channel_get_properties (self->channel);

  if (self->is_over || !self->needs_approval)
    return;
  if (cm_clients_does_match (self->clients, bus_name, CM_CLIENT_APPROVER, properties))
    ask_approver (self, bus_name);
  else if (is_idle (self) &&
           cm_clients_does_match (self->clients, bus_name, CM_CLIENT_HANDLER, properties))
    approve_ourselves (self, TRUE);
}

/* One that has not answered yet is heard of when its call fails. */
static void
client_vanished_cb (CmDispatchOperation *self, const char *bus_name)
{
  if (!GPOINTER_TO_INT (g_hash_table_lookup (self->approvers, bus_name)))
    return;
  g_hash_table_remove (self->approvers, bus_name);
  if (is_idle (self))
    approve_ourselves (self, TRUE);
}

/* The best handler has it without approval; only if that fails is anybody asked. */
static void
bypass_approval (CmDispatchOperation *self)
{
  const Approval approval = {
    .handler = g_ptr_array_index (self->possible, 0),
    .may_fail = TRUE,
  };

  self->may_approve = TRUE;
  push (self, &approval);
}

static void
observed_cb (CmObserversStage stage, gpointer user_data)
{
  CmDispatchOperation *self = user_data;

  if (stage == CM_OBSERVERS_LET_APPROVE)
    {
      self->may_approve = !self->is_bypassed;
      process (self);
      return;
    }
  self->is_observed = TRUE;
  process (self);
  if (self->is_bypassed && !self->is_over)
    bypass_approval (self);
  g_object_unref (self);
}

/**
 * cm_dispatch_operation_start:
 * @is_observed: observers have seen the channel before
 *
 * Spec: Telepathy ChannelDispatcher, dispatching channels
 */
void
cm_dispatch_operation_start (CmDispatchOperation *self, gboolean is_observed)
{
  g_object_ref (self);
  if (!is_observed)
    {
      cm_observers_tell (self->observers, cm_delivery_new (self->account_path, self->channel),
                         self->object_path, observed_cb, self);
      return;
    }
  observed_cb (CM_OBSERVERS_LET_APPROVE, self);
  observed_cb (CM_OBSERVERS_LET_HANDLE, self);
}

static void
cm_dispatch_operation_dispose (GObject *object)
{
  CmDispatchOperation *self = CM_DISPATCH_OPERATION (object);

  if (self->skeleton != NULL &&
      g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->skeleton);
  g_clear_object (&self->channel);
  g_clear_object (&self->observers);
  g_clear_object (&self->handlers);
  g_clear_object (&self->clients);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (cm_dispatch_operation_parent_class)->dispose (object);
}

static void
cm_dispatch_operation_finalize (GObject *object)
{
  CmDispatchOperation *self = CM_DISPATCH_OPERATION (object);

  g_queue_clear_full (&self->approvals, approval_free);
  g_clear_pointer (&self->approvers, g_hash_table_unref);
  g_clear_pointer (&self->possible, g_ptr_array_unref);
  g_clear_pointer (&self->properties, g_variant_unref);
  g_clear_pointer (&self->object_path, g_free);
  g_clear_pointer (&self->account_path, g_free);
  G_OBJECT_CLASS (cm_dispatch_operation_parent_class)->finalize (object);
}

static void
cm_dispatch_operation_class_init (CmDispatchOperationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_dispatch_operation_dispose;
  G_OBJECT_CLASS (klass)->finalize = cm_dispatch_operation_finalize;

  signals[SIGNAL_FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cm_dispatch_operation_init (CmDispatchOperation *self)
{
  self->approvers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->skeleton = tp_channel_dispatch_operation_skeleton_new ();
  g_signal_connect_object (self->skeleton, "handle-handle-with", G_CALLBACK (handle_handle_with_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-handle-with-time",
                           G_CALLBACK (handle_handle_with_time_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-claim", G_CALLBACK (handle_claim_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
set_properties (CmDispatchOperation *self)
{
  g_autoptr (CmDelivery) delivery = cm_delivery_new (self->account_path, self->channel);
  const char *connection =
      cm_connection_get_object_path (cm_channel_get_connection (self->channel));
  static const char *const none[] = { NULL };
  GVariantBuilder builder;

  tp_channel_dispatch_operation_set_interfaces (self->skeleton, none);
  tp_channel_dispatch_operation_set_connection (self->skeleton, connection);
  tp_channel_dispatch_operation_set_account (self->skeleton, self->account_path);
  tp_channel_dispatch_operation_set_channels (self->skeleton, cm_delivery_new_channels (delivery));
  tp_channel_dispatch_operation_set_possible_handlers (self->skeleton,
                                                       (const char *const *) self->possible->pdata);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", INTERFACE ".Interfaces", g_variant_new_strv (none, -1));
  g_variant_builder_add (&builder, "{sv}", INTERFACE ".Connection",
                         g_variant_new_object_path (connection));
  g_variant_builder_add (&builder, "{sv}", INTERFACE ".Account",
                         g_variant_new_object_path (self->account_path));
  g_variant_builder_add (&builder, "{sv}", INTERFACE ".PossibleHandlers",
                         g_variant_new_strv ((const char *const *) self->possible->pdata, -1));
  self->properties = g_variant_ref_sink (g_variant_builder_end (&builder));
}

CmDispatchOperation *
cm_dispatch_operation_new (GDBusConnection *bus,
                           CmClients *clients,
                           CmHandlers *handlers,
                           CmObservers *observers,
                           CmChannel *channel,
                           guint serial,
                           GError **error)
{
  g_autoptr (CmDispatchOperation) self = g_object_new (CM_TYPE_DISPATCH_OPERATION, NULL);

  self->bus = g_object_ref (bus);
  self->clients = g_object_ref (clients);
  self->handlers = g_object_ref (handlers);
  self->observers = g_object_ref (observers);
  self->channel = g_object_ref (channel);
  self->account_path = cm_channel_dup_account_path (channel);
  self->object_path =
      g_strdup_printf ("/org/freedesktop/Telepathy/DispatchOperation/linnet%u", serial);
  self->possible =
      cm_clients_find (clients, CM_CLIENT_HANDLER, cm_channel_get_properties (channel));
  self->is_bypassed = self->possible->len > 0 &&
                      cm_clients_has_wish (clients, g_ptr_array_index (self->possible, 0),
                                           CM_CLIENT_BYPASSES_APPROVAL);
  g_ptr_array_add (self->possible, NULL);
  set_properties (self);
  g_signal_connect_object (channel, "closed", G_CALLBACK (channel_closed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (clients, "appeared", G_CALLBACK (client_appeared_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (clients, "vanished", G_CALLBACK (client_vanished_cb), self,
                           G_CONNECT_SWAPPED);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), bus,
                                         self->object_path, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
cm_dispatch_operation_get_object_path (CmDispatchOperation *self)
{
  return self->object_path;
}

GVariant *
cm_dispatch_operation_get_properties (CmDispatchOperation *self)
{
  return self->properties;
}

CmChannel *
cm_dispatch_operation_get_channel (CmDispatchOperation *self)
{
  return self->channel;
}
