/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-delegation.c: a handler takes a channel by itself, or gives its channels to others, each by
 * itself. Telepathy: ChannelDispatcher, DelegateChannels */
#include "bus/cm-delegation.h"

typedef struct
{
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  GVariantBuilder delegated;
  GVariantBuilder not_delegated;
  guint n_pending;
} Delegation;

typedef struct
{
  Delegation *delegation;
  char *path; /* (owned) */
} Delegated;

static void
delegation_done (Delegation *delegation)
{
  if (--delegation->n_pending > 0)
    return;
  g_dbus_method_invocation_return_value (
      delegation->invocation,
      g_variant_new ("(aoa{o(ss)})", &delegation->delegated, &delegation->not_delegated));
  g_free (delegation);
}

static void
delegated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Delegated *delegated = user_data;
  Delegation *delegation = delegated->delegation;
  g_autoptr (GError) error = NULL;

  if (cm_handlers_deliver_finish (CM_HANDLERS (source), result, &error))
    g_variant_builder_add (&delegation->delegated, "o", delegated->path);
  else
    {
      g_autofree char *name = g_dbus_error_encode_gerror (error);

      g_dbus_error_strip_remote_error (error);
      g_variant_builder_add (&delegation->not_delegated, "{o(ss)}", delegated->path, name,
                             error->message);
    }
  delegation_done (delegation);
  g_free (delegated->path);
  g_free (delegated);
}

/* NULL-terminated; without those of the caller. */
static GPtrArray *
find_handlers (CmClients *clients,
               CmChannel *channel,
               const char *sender,
               const char *preferred_handler)
{
  GPtrArray *names =
      cm_clients_find (clients, CM_CLIENT_HANDLER, cm_channel_get_properties (channel));

  for (guint i = 0; i < names->len; i++)
    if (g_strcmp0 (cm_clients_get_owner (clients, g_ptr_array_index (names, i)), sender) == 0 ||
        g_str_equal (g_ptr_array_index (names, i), preferred_handler))
      g_ptr_array_remove_index (names, i--);
  if (preferred_handler[0] != '\0')
    g_ptr_array_insert (names, 0, g_strdup (preferred_handler));
  g_ptr_array_add (names, NULL);
  return names;
}

void
cm_delegate_channels (CmClients *clients,
                      CmHandlers *handlers,
                      GPtrArray *channels,
                      gint64 user_time,
                      const char *preferred_handler,
                      GDBusMethodInvocation *invocation)
{
  const char *sender = g_dbus_method_invocation_get_sender (invocation);
  Delegation *delegation = g_new0 (Delegation, 1);

  delegation->invocation = invocation;
  delegation->n_pending = 1;
  g_variant_builder_init (&delegation->delegated, G_VARIANT_TYPE ("ao"));
  g_variant_builder_init (&delegation->not_delegated, G_VARIANT_TYPE ("a{o(ss)}"));
  for (guint i = 0; i < channels->len; i++)
    {
      CmChannel *channel = g_ptr_array_index (channels, i);
      g_autofree char *account_path = cm_channel_dup_account_path (channel);
      g_autoptr (GPtrArray) names = find_handlers (clients, channel, sender, preferred_handler);
      CmDelivery *delivery = cm_delivery_new (account_path, channel);
      Delegated *delegated = g_new0 (Delegated, 1);

      delivery->user_time = user_time;
      delegated->delegation = delegation;
      delegated->path = g_strdup (cm_channel_get_object_path (channel));
      delegation->n_pending++;
      cm_handlers_deliver_async (handlers, delivery, (const char *const *) names->pdata,
                                 delegated_cb, delegated);
    }
  delegation_done (delegation);
}

static void
presented_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;

  if (cm_handlers_deliver_finish (CM_HANDLERS (source), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
}

void
cm_present_channel (CmClients *clients,
                    CmHandlers *handlers,
                    CmChannel *channel,
                    gint64 user_time,
                    GDBusMethodInvocation *invocation)
{
  g_autoptr (GPtrArray) names =
      cm_handlers_get (handlers, channel) != NULL
          ? cm_handlers_dup_names (handlers, channel)
          : cm_clients_find (clients, CM_CLIENT_HANDLER, cm_channel_get_properties (channel));
  g_autofree char *account_path = cm_channel_dup_account_path (channel);
  CmDelivery *delivery = cm_delivery_new (account_path, channel);

  g_ptr_array_add (names, NULL);
  delivery->user_time = user_time;
  cm_handlers_deliver_async (handlers, delivery, (const char *const *) names->pdata, presented_cb,
                             invocation);
}

/* Another program asked the connection for it and does with it what it likes: observers see it, and
 * nobody has to approve. Where it is a handler, it handles it; a script that asked and left does
 * not take the channel with it. */
void
cm_observe_requested (CmClients *clients,
                      CmHandlers *handlers,
                      CmObservers *observers,
                      CmChannel *channel)
{
  g_autofree char *path = cm_channel_dup_account_path (channel);
  const char *requester = cm_channel_get_requester (channel);
  g_autofree char *name = cm_clients_dup_handler_of (clients, requester);

  cm_observers_tell (observers, cm_delivery_new (path, channel), NULL, NULL, NULL);
  if (name != NULL)
    cm_handlers_claim_async (handlers, cm_delivery_new (path, channel), requester, NULL, NULL);
}
