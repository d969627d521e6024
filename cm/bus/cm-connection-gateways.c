/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-gateways.c: services that reach people of other networks. im.linnet.Gateways1 */
#include "bus/cm-connection-private.h"

#include "bus/cm-registrar.h"
#include "dbus/linnet.h"
#include "im/im-gateway.h"

#define INTERFACE "im.linnet.Gateways1"

typedef struct
{
  CmConnection *connection; /* (unowned): owns us by its skeleton */
  CmRegistrar *sessions; /* (owned) */
} Gateways;

static void
free_gateways (gpointer data, GClosure *closure)
{
  g_object_unref (((Gateways *) data)->sessions);
  g_free (data);
}

/* NULL: the caller has got an error. */
static XmppJid *
parse (CmConnection *self, GDBusMethodInvocation *invocation, const char *address)
{
  g_autoptr (XmppJid) jid = NULL;

  if (!cm_connection_check_connected (self, invocation))
    return NULL;
  jid = xmpp_jid_new (address, NULL);
  if (jid != NULL && xmpp_jid_get_local (jid) == NULL && xmpp_jid_is_bare (jid))
    return g_steal_pointer (&jid);
  g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                         "“%s” is not the address of a gateway", address);
  return NULL;
}

static gboolean
handle_register_cb (Gateways *self,
                    GDBusMethodInvocation *invocation,
                    const char *address,
                    LinGateways1 *skeleton)
{
  g_autoptr (XmppJid) gateway = parse (self->connection, invocation, address);
  g_autoptr (ImRegistrar) registrar = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (gateway == NULL)
    return TRUE;
  if (cm_registrar_has_room (self->sessions, invocation, &error))
    registrar = im_gateway_register (cm_connection_get_account (self->connection), gateway, &error);
  if (registrar != NULL)
    path = cm_registrar_add (self->sessions, invocation, registrar, &error);
  if (path != NULL)
    lin_gateways1_complete_register (skeleton, invocation, path);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
  return TRUE;
}

static void
unregistered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;

  if (im_gateway_unregister_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_take_error (invocation, error);
}

static gboolean
handle_unregister_cb (CmConnection *self, GDBusMethodInvocation *invocation, const char *address)
{
  g_autoptr (XmppJid) gateway = parse (self, invocation, address);

  if (gateway != NULL)
    im_gateway_unregister_async (cm_connection_get_account (self), gateway, unregistered_cb,
                                 invocation);
  return TRUE;
}

static void
told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;

  if (im_gateway_set_online_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_take_error (invocation, error);
}

static gboolean
handle_log_in_cb (CmConnection *self, GDBusMethodInvocation *invocation, const char *address)
{
  g_autoptr (XmppJid) gateway = parse (self, invocation, address);

  if (gateway != NULL)
    im_gateway_set_online_async (cm_connection_get_account (self), gateway, TRUE, told_cb,
                                 invocation);
  return TRUE;
}

static gboolean
handle_log_out_cb (CmConnection *self, GDBusMethodInvocation *invocation, const char *address)
{
  g_autoptr (XmppJid) gateway = parse (self, invocation, address);

  if (gateway != NULL)
    im_gateway_set_online_async (cm_connection_get_account (self), gateway, FALSE, told_cb,
                                 invocation);
  return TRUE;
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;
  g_auto (GStrv) texts = im_gateway_ask_finish (IM_ACCOUNT (source), result, &error);

  if (texts == NULL)
    g_dbus_method_invocation_take_error (invocation, error);
  else if (texts[1] != NULL)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(ss)", texts[0], texts[1]));
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", texts[0]));
}

static gboolean
handle_get_prompt_cb (CmConnection *self, GDBusMethodInvocation *invocation, const char *address)
{
  g_autoptr (XmppJid) gateway = parse (self, invocation, address);

  if (gateway != NULL)
    im_gateway_ask_async (cm_connection_get_account (self), gateway, NULL, asked_cb, invocation);
  return TRUE;
}

static gboolean
handle_translate_cb (CmConnection *self,
                     GDBusMethodInvocation *invocation,
                     const char *address,
                     const char *contact)
{
  g_autoptr (XmppJid) gateway = parse (self, invocation, address);

  if (gateway != NULL)
    im_gateway_ask_async (cm_connection_get_account (self), gateway, contact, asked_cb, invocation);
  return TRUE;
}

void
cm_connection_add_gateways (CmConnection *self, CmService *service)
{
  LinGateways1 *skeleton = lin_gateways1_skeleton_new ();
  Gateways *gateways = g_new0 (Gateways, 1);

  gateways->connection = self;
  gateways->sessions = cm_registrar_new_unexported (service, cm_connection_get_object_path (self));
  g_signal_connect_data (skeleton, "handle-register", G_CALLBACK (handle_register_cb), gateways,
                         free_gateways, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-unregister", G_CALLBACK (handle_unregister_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-log-in", G_CALLBACK (handle_log_in_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-log-out", G_CALLBACK (handle_log_out_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-get-prompt", G_CALLBACK (handle_get_prompt_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-translate", G_CALLBACK (handle_translate_cb), self,
                           G_CONNECT_SWAPPED);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
