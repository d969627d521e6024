/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-captcha-channel.c: a server wants to see that a person asks it for an account. Telepathy:
 * Channel.Type.ServerAuthentication, Channel.Interface.CaptchaAuthentication1
 *
 * What it shows is the server's, unread: whoever displays it decodes it. */
#include "bus/cm-captcha-channel.h"

#include "bus/cm-channel-private.h"
#include "bus/cm-connection-private.h"
#include "bus/cm-securable.h"
#include "bus/cm-short.h"
#include "dbus/telepathy.h"

#define CHANNEL_TYPE "org.freedesktop.Telepathy.Channel.Type.ServerAuthentication"
#define INTERFACE "org.freedesktop.Telepathy.Channel.Interface.CaptchaAuthentication1"
#define FLAG_REQUIRED 1

/* Captcha_Cancel_Reason; the position is its number. */
static const struct
{
  ImError error;
  const char *sentence;
} cancel_reasons[] = {
  { IM_ERROR_CANCELLED, "Nobody wanted to answer what the server asks" },
  { IM_ERROR_CAPTCHA_NOT_SUPPORTED,
    "The server wants to see that a person asks, and no program here can show what it sent" },
  { IM_ERROR_SERVICE_CONFUSED, "What the server sent to be read makes no sense" },
};
enum
{
  REASON_NOT_SUPPORTED = 1,
};

struct _CmCaptchaChannel
{
  CmChannel parent_instance;

  ImCaptchaRequest *request; /* (owned) */
  TpChannelInterfaceCaptchaAuthentication1 *captcha; /* (unowned): the base owns it */
  GDBusMethodInvocation *asking; /* (nullable) (owned by GDBus): GetCaptchas, for others */
  gboolean was_asked; /* GetCaptchas has given what there is */
};

G_DEFINE_FINAL_TYPE (CmCaptchaChannel, cm_captcha_channel, CM_TYPE_CHANNEL)

static GVariant *
new_infos (GPtrArray *captchas)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ussuas)"));
  for (guint i = 0; i < captchas->len; i++)
    {
      const ImCaptcha *captcha = captchas->pdata[i];

      g_variant_builder_add (&builder, "(ussu^as)", captcha->id, captcha->var, captcha->label,
                             captcha->is_required ? FLAG_REQUIRED : 0, captcha->types);
    }
  return g_variant_builder_end (&builder);
}

static void
return_captchas (CmCaptchaChannel *self, GDBusMethodInvocation *invocation)
{
  guint n_needed;
  GPtrArray *captchas = im_captcha_request_get_captchas (self->request, &n_needed);

  self->was_asked = TRUE;
  tp_channel_interface_captcha_authentication1_complete_get_captchas (
      self->captcha, invocation, new_infos (captchas), n_needed, "");
}

static void
renewed_cb (CmCaptchaChannel *self)
{
  GDBusMethodInvocation *asking = g_steal_pointer (&self->asking);

  if (asking != NULL)
    return_captchas (self, asking);
}

static void
state_cb (CmCaptchaChannel *self)
{
  const GError *error = im_captcha_request_get_error (self->request);
  ImCaptchaState state = im_captcha_request_get_state (self->request);
  GDBusMethodInvocation *asking =
      state == IM_CAPTCHA_LOCAL_PENDING ? NULL : g_steal_pointer (&self->asking);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (error != NULL)
    g_variant_dict_insert (&dict, "debug-message", "s", error->message);
  tp_channel_interface_captcha_authentication1_set_captcha_error (
      self->captcha, error != NULL ? im_error_get_dbus_name (error) : "");
  tp_channel_interface_captcha_authentication1_set_captcha_error_details (
      self->captcha, g_variant_dict_end (&dict));
  tp_channel_interface_captcha_authentication1_set_captcha_status (self->captcha, state);
  if (asking != NULL)
    g_dbus_method_invocation_return_error_literal (asking, IM_ERROR, IM_ERROR_NETWORK_ERROR,
                                                   "The server has sent nothing else to be read");
}

static gboolean
handle_get_captchas_cb (CmCaptchaChannel *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (GError) error = NULL;
  gboolean is_pending = FALSE;

  if (!self->was_asked && im_captcha_request_get_state (self->request) == IM_CAPTCHA_LOCAL_PENDING)
    return_captchas (self, invocation);
  else if (!im_captcha_request_renew (self->request, &is_pending, &error))
    g_dbus_method_invocation_return_gerror (invocation, error);
  else if (is_pending)
    self->asking = invocation;
  else
    return_captchas (self, invocation);
  return TRUE;
}

static gboolean
handle_get_captcha_data_cb (CmCaptchaChannel *self,
                            GDBusMethodInvocation *invocation,
                            guint id,
                            const char *type)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!self->was_asked)
    {
      g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                                                     "Call GetCaptchas first");
      return TRUE;
    }
  bytes = im_captcha_request_dup_data (self->request, id, type, &error);
  if (bytes == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    tp_channel_interface_captcha_authentication1_complete_get_captcha_data (
        self->captcha, invocation,
        g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
  return TRUE;
}

static gboolean
handle_answer_captchas_cb (CmCaptchaChannel *self,
                           GDBusMethodInvocation *invocation,
                           GVariant *answers)
{
  g_autoptr (CmCaptchaChannel) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (GError) error = NULL;

  if (im_captcha_request_answer (self->request, answers, &error))
    tp_channel_interface_captcha_authentication1_complete_answer_captchas (self->captcha,
                                                                           invocation);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
  return TRUE;
}

static void
cancel (CmCaptchaChannel *self, guint reason, const char *debug_message)
{
  ImAccount *account = cm_connection_get_account (cm_channel_get_connection (CM_CHANNEL (self)));
  g_autofree char *sentence =
      reason == REASON_NOT_SUPPORTED
          ? g_strdup_printf ("%s: use “linnetctl account register %s”.",
                             cancel_reasons[reason].sentence,
                             xmpp_jid_get_bare_text (im_account_get_jid (account)))
          : g_strdup_printf ("%s.", cancel_reasons[reason].sentence);
  g_autoptr (GError) error = NULL;

  if (debug_message != NULL && *debug_message != '\0')
    error = g_error_new (IM_ERROR, (int) cancel_reasons[reason].error, "%s (%s)", sentence,
                         CM_SHORT (debug_message));
  else
    error = g_error_new_literal (IM_ERROR, (int) cancel_reasons[reason].error, sentence);
  im_captcha_request_cancel (self->request, error);
}

static gboolean
handle_cancel_captcha_cb (CmCaptchaChannel *self,
                          GDBusMethodInvocation *invocation,
                          guint reason,
                          const char *debug_message)
{
  g_autoptr (CmCaptchaChannel) alive G_GNUC_UNUSED = g_object_ref (self);
  ImCaptchaState state = im_captcha_request_get_state (self->request);

  if (state == IM_CAPTCHA_FAILED || state == IM_CAPTCHA_SUCCEEDED)
    {
      g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                                                     "It is over already");
      return TRUE;
    }
  if (reason >= G_N_ELEMENTS (cancel_reasons))
    {
      g_dbus_method_invocation_return_error_literal (
          invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "There is no such reason");
      return TRUE;
    }
  tp_channel_interface_captcha_authentication1_complete_cancel_captcha (self->captcha, invocation);
  cancel (self, reason, debug_message);
  return TRUE;
}

/* Closed before the server was content: no program could show it. */
static void
cm_captcha_channel_close (CmChannel *channel)
{
  g_autoptr (CmCaptchaChannel) self = g_object_ref (CM_CAPTCHA_CHANNEL (channel));

  cancel (self, REASON_NOT_SUPPORTED, NULL);
  cm_channel_end (channel);
}

static void
cm_captcha_channel_add_immutable (CmChannel *channel, GVariantBuilder *properties)
{
  g_variant_builder_add (properties, "{sv}", CHANNEL_TYPE ".AuthenticationMethod",
                         g_variant_new_string (INTERFACE));
  g_variant_builder_add (properties, "{sv}", INTERFACE ".CanRetryCaptcha",
                         g_variant_new_boolean (TRUE));
  cm_securable_add_immutable (
      properties, TRUE, im_captcha_request_is_verified (CM_CAPTCHA_CHANNEL (channel)->request));
}

static void
cm_captcha_channel_dispose (GObject *object)
{
  CmCaptchaChannel *self = CM_CAPTCHA_CHANNEL (object);
  GDBusMethodInvocation *asking = g_steal_pointer (&self->asking);

  if (asking != NULL)
    g_dbus_method_invocation_return_error_literal (asking, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                                                   "The channel is closed");
  g_clear_object (&self->request);
  G_OBJECT_CLASS (cm_captcha_channel_parent_class)->dispose (object);
}

static void
cm_captcha_channel_class_init (CmCaptchaChannelClass *klass)
{
  CM_CHANNEL_CLASS (klass)->close = cm_captcha_channel_close;
  CM_CHANNEL_CLASS (klass)->destroy = cm_captcha_channel_close;
  CM_CHANNEL_CLASS (klass)->add_immutable = cm_captcha_channel_add_immutable;
  G_OBJECT_CLASS (klass)->dispose = cm_captcha_channel_dispose;
}

static void
cm_captcha_channel_init (CmCaptchaChannel *self)
{
}

static void
add_captcha_interface (CmCaptchaChannel *self)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } handlers[] = {
    { "handle-get-captchas", G_CALLBACK (handle_get_captchas_cb) },
    { "handle-get-captcha-data", G_CALLBACK (handle_get_captcha_data_cb) },
    { "handle-answer-captchas", G_CALLBACK (handle_answer_captchas_cb) },
    { "handle-cancel-captcha", G_CALLBACK (handle_cancel_captcha_cb) },
  };

  self->captcha = tp_channel_interface_captcha_authentication1_skeleton_new ();
  tp_channel_interface_captcha_authentication1_set_can_retry_captcha (self->captcha, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->captcha, handlers[i].signal, handlers[i].callback, self,
                             G_CONNECT_SWAPPED);
  cm_channel_add_interface (CM_CHANNEL (self), G_DBUS_INTERFACE_SKELETON (self->captcha),
                            INTERFACE);
}

/**
 * cm_captcha_channel_new:
 * @connection: the connection whose account is being made
 * @bus: where it will be exported
 * @request: the question
 *
 * Returns: (transfer full): not exported
 * Spec: Telepathy Channel.Interface.CaptchaAuthentication1
 */
CmCaptchaChannel *
cm_captcha_channel_new (CmConnection *connection, GDBusConnection *bus, ImCaptchaRequest *request)
{
  CmCaptchaChannel *self = g_object_new (CM_TYPE_CAPTCHA_CHANNEL, NULL);
  TpChannelTypeServerAuthentication *type = tp_channel_type_server_authentication_skeleton_new ();
  g_autofree char *path =
      g_strdup_printf ("%s/captcha%u", cm_connection_get_object_path (connection),
                       cm_connection_next_serial (connection));

  cm_channel_setup (CM_CHANNEL (self), connection, bus, path, CHANNEL_TYPE, NULL, FALSE);
  self->request = g_object_ref (request);
  tp_channel_type_server_authentication_set_authentication_method (type, INTERFACE);
  cm_channel_add_interface (CM_CHANNEL (self), G_DBUS_INTERFACE_SKELETON (type), NULL);
  add_captcha_interface (self);
  cm_securable_add (CM_CHANNEL (self), TRUE, im_captcha_request_is_verified (request));
  state_cb (self);
  g_signal_connect_object (request, "renewed", G_CALLBACK (renewed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (request, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
