/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-client.c: the window as a Telepathy client. Telepathy Client, .Handler, .Approver
 *
 * Text channels are approved without a question, because nothing pops up: a notification tells of
 * them, and what is in them is acknowledged only when it was displayed. */
#include "config.h"

#include "model/linnet-client.h"

#include "dbus/telepathy.h"

#include "model/linnet-account-private.h"
#include "model/linnet-captcha.h"
#include "model/linnet-certificate-question.h"
#include "model/linnet-connection.h"

#define CLIENT_PATH "/org/freedesktop/Telepathy/Client/Linnet"
#define CHANNEL TELEPATHY "Channel"
#define TEXT CHANNEL ".Type.Text"
#define SERVER_AUTHENTICATION CHANNEL ".Type.ServerAuthentication"
#define SERVER_TLS CHANNEL ".Type.ServerTLSConnection"
#define SASL CHANNEL ".Interface.SASLAuthentication"
#define CAPTCHA CHANNEL ".Interface.CaptchaAuthentication1"

struct _LinnetClient
{
  GObject parent_instance;

  GDBusConnection *bus;
  LinnetService *service;
  TpClient *client;
  TpClientHandler *handler;
  TpClientApprover *approver;
  GPtrArray *handled; /* (owned) object paths of channels */
  guint name;
  guint closed_signals;
};

G_DEFINE_FINAL_TYPE (LinnetClient, linnet_client, G_TYPE_OBJECT)

static void
show_handled (LinnetClient *self)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  g_ptr_array_extend (paths, self->handled, NULL, NULL);
  g_ptr_array_add (paths, NULL);
  tp_client_handler_set_handled_channels (self->handler, (const char *const *) paths->pdata);
}

static void
closed_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *member,
           GVariant *arguments,
           gpointer data)
{
  LinnetClient *self = data;
  guint at;

  if (!g_ptr_array_find_with_equal_func (self->handled, path, g_str_equal, &at))
    return;
  g_ptr_array_remove_index (self->handled, at);
  show_handled (self);
}

static void
remember (LinnetClient *self, const char *path)
{
  if (!g_ptr_array_find_with_equal_func (self->handled, path, g_str_equal, NULL))
    g_ptr_array_add (self->handled, g_strdup (path));
}

static void
take_text (LinnetClient *self,
           LinnetAccount *account,
           const char *path,
           GVariant *properties,
           gboolean asked)
{
  const char *target;
  LinnetConversation *conversation;

  if (account->connection == NULL ||
      !g_variant_lookup (properties, CHANNEL ".TargetID", "&s", &target))
    return;
  linnet_connection_handle_channel (account->connection, path, properties);
  conversation = linnet_account_lookup_conversation (account, target);
  if (asked && conversation != NULL)
    linnet_service_want_conversation (self->service, conversation);
}

static void
take_authentication (LinnetAccount *account, const char *path, GVariant *properties)
{
  const char *method = NULL;

  g_variant_lookup (properties, SERVER_AUTHENTICATION ".AuthenticationMethod", "&s", &method);
  if (g_strcmp0 (method, CAPTCHA) == 0 && account->service_name != NULL)
    linnet_account_take_question (account,
                                  linnet_captcha_new (account->bus, account->service_name, path));
  else
    linnet_account_take_sign_in (account, path);
}

static void
take_certificate (LinnetAccount *account, const char *path, GVariant *properties)
{
  LinnetQuestion *question =
      account->service_name != NULL
          ? linnet_certificate_question_new (account->bus, account->service_name, path, properties)
          : NULL;

  if (question != NULL)
    linnet_account_take_question (account, question);
}

static gboolean
handle_channels_cb (LinnetClient *self,
                    GDBusMethodInvocation *invocation,
                    const char *account_path,
                    const char *connection_path,
                    GVariant *channels,
                    const char *const *requests,
                    guint64 user_action_time,
                    GVariant *info,
                    TpClientHandler *handler)
{
  LinnetAccount *account = linnet_service_ensure_account (self->service, account_path);
  GVariantIter iter;
  GVariant *properties;
  const char *path, *type;

  if (account == NULL)
    {
      g_dbus_method_invocation_return_dbus_error (invocation, TELEPATHY "Error.NotAvailable",
                                                  "This account is not known here.");
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  /* The account may not have told of its new connection yet. */
  linnet_account_take_connection (account, connection_path);
  g_variant_iter_init (&iter, channels);
  while (g_variant_iter_loop (&iter, "(&o@a{sv})", &path, &properties))
    {
      type = NULL;
      g_variant_lookup (properties, CHANNEL ".ChannelType", "&s", &type);
      remember (self, path);
      if (g_strcmp0 (type, SERVER_AUTHENTICATION) == 0)
        take_authentication (account, path, properties);
      else if (g_strcmp0 (type, SERVER_TLS) == 0)
        take_certificate (account, path, properties);
      else if (g_strcmp0 (type, TEXT) == 0)
        take_text (self, account, path, properties, user_action_time != 0 && requests[0] != NULL);
    }
  show_handled (self);
  tp_client_handler_complete_handle_channels (handler, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
approved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  /* Somebody else was faster, or the channel is gone: nothing is lost. */
  if (reply == NULL)
    g_debug ("approving: %s", error->message);
}

static gboolean
add_dispatch_operation_cb (LinnetClient *self,
                           GDBusMethodInvocation *invocation,
                           GVariant *channels,
                           const char *operation,
                           GVariant *properties,
                           TpClientApprover *approver)
{
  tp_client_approver_complete_add_dispatch_operation (approver, invocation);
  g_dbus_connection_call (self->bus, g_dbus_method_invocation_get_sender (invocation), operation,
                          TELEPATHY "ChannelDispatchOperation", "HandleWith",
                          g_variant_new ("(s)", LINNET_CLIENT_NAME), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, approved_cb, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static GVariant *
text_filter (void)
{
  GVariantBuilder filter;

  g_variant_builder_init (&filter, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&filter, "{sv}", CHANNEL ".ChannelType", g_variant_new_string (TEXT));
  g_variant_builder_add (&filter, "{sv}", CHANNEL ".TargetHandleType", g_variant_new_uint32 (1));
  return g_variant_builder_end (&filter);
}

static GVariant *
authentication_filter (const char *method)
{
  GVariantBuilder filter;

  g_variant_builder_init (&filter, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&filter, "{sv}", CHANNEL ".ChannelType",
                         g_variant_new_string (SERVER_AUTHENTICATION));
  g_variant_builder_add (&filter, "{sv}", SERVER_AUTHENTICATION ".AuthenticationMethod",
                         g_variant_new_string (method));
  return g_variant_builder_end (&filter);
}

static GVariant *
certificate_filter (void)
{
  GVariantBuilder filter;

  g_variant_builder_init (&filter, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&filter, "{sv}", CHANNEL ".ChannelType",
                         g_variant_new_string (SERVER_TLS));
  return g_variant_builder_end (&filter);
}

static GVariant *
approver_filters (void)
{
  GVariant *text = text_filter ();

  return g_variant_new_array (G_VARIANT_TYPE_VARDICT, &text, 1);
}

static GVariant *
handler_filters (gboolean answers_questions)
{
  GVariantBuilder all;

  g_variant_builder_init (&all, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_add_value (&all, text_filter ());
  g_variant_builder_add_value (&all, authentication_filter (SASL));
  if (answers_questions)
    {
      g_variant_builder_add_value (&all, authentication_filter (CAPTCHA));
      g_variant_builder_add_value (&all, certificate_filter ());
    }
  return g_variant_builder_end (&all);
}

static void
set_up (LinnetClient *self)
{
  static const char *const interfaces[] = { TELEPATHY "Client.Approver", TELEPATHY "Client.Handler",
                                            NULL };
  static const char *const none[] = { NULL };

  tp_client_set_interfaces (self->client, interfaces);
  tp_client_handler_set_bypass_approval (self->handler, FALSE);
  tp_client_handler_set_capabilities (self->handler, none);
  tp_client_handler_set_handled_channels (self->handler, none);
  tp_client_approver_set_approver_channel_filter (self->approver, approver_filters ());
  g_signal_connect_object (self->handler, "handle-handle-channels", G_CALLBACK (handle_channels_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->approver, "handle-add-dispatch-operation",
                           G_CALLBACK (add_dispatch_operation_cb), self, G_CONNECT_SWAPPED);
}

static void
linnet_client_dispose (GObject *object)
{
  LinnetClient *self = LINNET_CLIENT (object);

  g_clear_handle_id (&self->name, g_bus_unown_name);
  if (self->closed_signals != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->closed_signals);
  self->closed_signals = 0;
  if (self->bus != NULL)
    {
      g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->client));
      g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->handler));
      g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->approver));
    }
  g_clear_object (&self->bus);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (linnet_client_parent_class)->dispose (object);
}

static void
linnet_client_finalize (GObject *object)
{
  LinnetClient *self = LINNET_CLIENT (object);

  g_clear_object (&self->client);
  g_clear_object (&self->handler);
  g_clear_object (&self->approver);
  g_clear_pointer (&self->handled, g_ptr_array_unref);
  G_OBJECT_CLASS (linnet_client_parent_class)->finalize (object);
}

static void
linnet_client_class_init (LinnetClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = linnet_client_dispose;
  object_class->finalize = linnet_client_finalize;
}

static void
linnet_client_init (LinnetClient *self)
{
  self->client = tp_client_skeleton_new ();
  self->handler = tp_client_handler_skeleton_new ();
  self->approver = tp_client_approver_skeleton_new ();
  self->handled = g_ptr_array_new_with_free_func (g_free);
  set_up (self);
}

static void export(LinnetClient *self, gpointer skeleton)
{
  g_autoptr (GError) error = NULL;

  if (!g_dbus_interface_skeleton_export (skeleton, self->bus, CLIENT_PATH, &error))
    g_warning ("exporting %s: %s", CLIENT_PATH, error->message);
}

/**
 * linnet_client_new:
 * @bus: the session bus
 * @service: what channels belong to
 * @answers_questions: whether LinnetAccount:question is shown to people
 *
 * Returns: (transfer full): the client, on the bus while it lives
 */
LinnetClient *
linnet_client_new (GDBusConnection *bus, LinnetService *service, gboolean answers_questions)
{
  LinnetClient *self = g_object_new (LINNET_TYPE_CLIENT, NULL);

  self->bus = g_object_ref (bus);
  self->service = g_object_ref (service);
  tp_client_handler_set_handler_channel_filter (self->handler, handler_filters (answers_questions));
  export(self, self->client);
  export(self, self->handler);
  export(self, self->approver);
  self->closed_signals = g_dbus_connection_signal_subscribe (
      bus, NULL, CHANNEL, "Closed", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, closed_cb, self, NULL);
  self->name = g_bus_own_name_on_connection (bus, LINNET_CLIENT_NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                             NULL, NULL, NULL, NULL);
  return self;
}
