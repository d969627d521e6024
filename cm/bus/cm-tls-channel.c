/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-tls-channel.c: a question whether a certificate is good, and the certificate. Telepathy:
 * Channel.Type.ServerTLSConnection, Authentication.TLSCertificate
 *
 * Only what we would refuse is asked about. Closing the channel without an answer leaves it at
 * that. */
#include "bus/cm-tls-channel.h"

#include <string.h>

#include "bus/cm-channel-private.h"
#include "bus/cm-connection-private.h"
#include "bus/cm-short.h"
#include "dbus/linnet.h"
#include "dbus/telepathy.h"

#define CHANNEL_TYPE "org.freedesktop.Telepathy.Channel.Type.ServerTLSConnection"
#define JUDGEMENT "im.linnet.Judgement1"
#define MAX_REJECTIONS_BYTES 16384
/* Of one detail: what is nested deeper cannot be sent on. */
#define MAX_TYPE_BYTES 16

struct _CmTlsChannel
{
  CmChannel parent_instance;

  ImCertificateRequest *request; /* (owned) */
  TpChannelTypeServerTLSConnection *type; /* (unowned): the base owns it */
  LinJudgement1 *judgement; /* (unowned): the base owns it */
  TpAuthenticationTLSCertificate *certificate; /* (owned) an object of its own */
};

G_DEFINE_FINAL_TYPE (CmTlsChannel, cm_tls_channel, CM_TYPE_CHANNEL)

/* TLS_Certificate_Reject_Reason; the position is its number. */
static const ImError reasons[] = {
  IM_ERROR_CERT_INVALID,
  IM_ERROR_CERT_UNTRUSTED,
  IM_ERROR_CERT_EXPIRED,
  IM_ERROR_CERT_NOT_ACTIVATED,
  IM_ERROR_CERT_FINGERPRINT_MISMATCH,
  IM_ERROR_CERT_HOSTNAME_MISMATCH,
  IM_ERROR_CERT_SELF_SIGNED,
  IM_ERROR_CERT_REVOKED,
  IM_ERROR_CERT_INSECURE,
  IM_ERROR_CERT_LIMIT_EXCEEDED,
};

static void
set_rejections (CmTlsChannel *self, GVariant *rejections)
{
  tp_authentication_tls_certificate_set_state (self->certificate, IM_CERTIFICATE_REJECTED);
  tp_authentication_tls_certificate_set_rejections (self->certificate, rejections);
  tp_authentication_tls_certificate_emit_rejected (self->certificate, rejections);
}

static guint
find_reason (int code)
{
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if ((int) reasons[i] == code)
      return i;
  return 0;
}

/* What is wrong by our own judgement. */
static GVariant *
new_own_rejections (CmTlsChannel *self)
{
  const GError *error = im_certificate_request_get_error (self->request);
  g_autoptr (GVariant) details = im_certificate_request_dup_details (self->request);
  GVariant *rejection = g_variant_new ("(us@a{sv})", find_reason (error->code),
                                       im_error_get_dbus_name (error), details);

  return g_variant_new_array (G_VARIANT_TYPE ("(usa{sv})"), &rejection, 1);
}

/* Whoever answered; the handlers of Accept and Reject have told before. */
static void
state_cb (CmTlsChannel *self)
{
  guint state = im_certificate_request_get_state (self->request);

  if (tp_authentication_tls_certificate_get_state (self->certificate) == state)
    return;
  if (state == IM_CERTIFICATE_REJECTED)
    set_rejections (self, new_own_rejections (self));
  else
    {
      tp_authentication_tls_certificate_set_state (self->certificate, state);
      tp_authentication_tls_certificate_emit_accepted (self->certificate);
    }
}

static gboolean
check_pending (CmTlsChannel *self, GDBusMethodInvocation *invocation)
{
  if (im_certificate_request_get_state (self->request) == IM_CERTIFICATE_PENDING)
    return TRUE;
  g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                                 "The certificate was judged already");
  return FALSE;
}

static gboolean
handle_accept_cb (CmTlsChannel *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (CmTlsChannel) keep G_GNUC_UNUSED = g_object_ref (self);

  if (!check_pending (self, invocation))
    return TRUE;
  tp_authentication_tls_certificate_complete_accept (self->certificate, invocation);
  im_certificate_request_accept (self->request);
  return TRUE;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, why);
  return FALSE;
}

/* What is passed on to others is bounded, and of the types that the specification has for it. */
static gboolean
check_details (GVariant *details, GError **error)
{
  static const struct
  {
    const char *key;
    const char *type;
  } known[] = {
    { "user-requested", "b" },
    { "expected-hostname", "s" },
    { "certificate-hostname", "s" },
    { "debug-message", "s" },
    { "server-message", "s" },
  };
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, details);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      g_autoptr (GVariant) held = value;
      const char *type = g_variant_get_type_string (held);

      if (strlen (type) > MAX_TYPE_BYTES || strpbrk (type, "vh") != NULL)
        return refuse (error, "A detail of a rejection is a simple value");
      for (guint i = 0; i < G_N_ELEMENTS (known); i++)
        if (g_str_equal (key, known[i].key) && !g_str_equal (type, known[i].type))
          {
            g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                         "“%s” must be of the type “%s”", key, known[i].type);
            return FALSE;
          }
    }
  return TRUE;
}

static gboolean
check_rejections (GVariant *rejections, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *details;

  if (g_variant_n_children (rejections) == 0)
    return refuse (error, "Say at least one reason");
  if (g_variant_get_size (rejections) > MAX_REJECTIONS_BYTES)
    return refuse (error, "That is too much to say of a certificate");
  g_variant_iter_init (&iter, rejections);
  while (g_variant_iter_next (&iter, "(u&s@a{sv})", NULL, &name, &details))
    {
      g_autoptr (GVariant) held = details;

      if (!g_dbus_is_error_name (name))
        {
          g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                       "“%s” is no name of an error on D-Bus", CM_SHORT (name));
          return FALSE;
        }
      if (!check_details (held, error))
        return FALSE;
    }
  return TRUE;
}

/* A number that says nothing may come with a name that does. */
static ImError
get_code (guint reason, const char *name)
{
  if (reason > 0 && reason < G_N_ELEMENTS (reasons))
    return reasons[reason];
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      const GError known = { IM_ERROR, (int) reasons[i], NULL };

      if (g_str_equal (name, im_error_get_dbus_name (&known)))
        return reasons[i];
    }
  return reasons[0];
}

static gboolean
handle_reject_cb (CmTlsChannel *self, GDBusMethodInvocation *invocation, GVariant *rejections)
{
  g_autoptr (CmTlsChannel) keep G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (GVariant) held = g_variant_ref (rejections);
  g_autoptr (GVariant) details = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;
  guint reason;

  if (!check_pending (self, invocation))
    return TRUE;
  if (!check_rejections (held, &error))
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  /* The first is the one that counts. */
  g_variant_get_child (held, 0, "(u&s@a{sv})", &reason, &name, &details);
  tp_authentication_tls_certificate_complete_reject (self->certificate, invocation);
  set_rejections (self, held);
  im_certificate_request_reject (self->request, get_code (reason, name), name, details);
  return TRUE;
}

/* Closed without an answer: our own judgement holds. */
static void
cm_tls_channel_close (CmChannel *channel)
{
  CmTlsChannel *self = CM_TLS_CHANNEL (channel);
  g_autoptr (CmTlsChannel) keep G_GNUC_UNUSED = g_object_ref (self);

  im_certificate_request_give_up (self->request);
  cm_channel_end (channel);
}

static gboolean
cm_tls_channel_export (CmChannel *channel, GError **error)
{
  CmTlsChannel *self = CM_TLS_CHANNEL (channel);

  return g_dbus_interface_skeleton_export (
      G_DBUS_INTERFACE_SKELETON (self->certificate),
      cm_connection_get_bus (cm_channel_get_connection (channel)),
      tp_channel_type_server_tls_connection_get_server_certificate (self->type), error);
}

static void
closed_cb (CmTlsChannel *self)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (self->certificate);

  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
}

static void
cm_tls_channel_add_immutable (CmChannel *channel, GVariantBuilder *properties)
{
  TpChannelTypeServerTLSConnection *type = CM_TLS_CHANNEL (channel)->type;
  LinJudgement1 *judgement = CM_TLS_CHANNEL (channel)->judgement;

#define ADD(name, value) g_variant_builder_add (properties, "{sv}", name, value)
  ADD (CHANNEL_TYPE ".ServerCertificate",
       g_variant_new_object_path (
           tp_channel_type_server_tls_connection_get_server_certificate (type)));
  ADD (CHANNEL_TYPE ".Hostname",
       g_variant_new_string (tp_channel_type_server_tls_connection_get_hostname (type)));
  ADD (CHANNEL_TYPE ".ReferenceIdentities",
       g_variant_new_strv (tp_channel_type_server_tls_connection_get_reference_identities (type),
                           -1));
  ADD (JUDGEMENT ".Error", g_variant_new_string (lin_judgement1_get_error (judgement)));
  ADD (JUDGEMENT ".Message", g_variant_new_string (lin_judgement1_get_message (judgement)));
#undef ADD
}

static void
cm_tls_channel_dispose (GObject *object)
{
  CmTlsChannel *self = CM_TLS_CHANNEL (object);

  if (self->certificate != NULL)
    closed_cb (self);
  g_clear_object (&self->certificate);
  g_clear_object (&self->request);
  G_OBJECT_CLASS (cm_tls_channel_parent_class)->dispose (object);
}

static void
cm_tls_channel_class_init (CmTlsChannelClass *klass)
{
  CM_CHANNEL_CLASS (klass)->export = cm_tls_channel_export;
  CM_CHANNEL_CLASS (klass)->close = cm_tls_channel_close;
  CM_CHANNEL_CLASS (klass)->destroy = cm_tls_channel_close;
  CM_CHANNEL_CLASS (klass)->add_immutable = cm_tls_channel_add_immutable;
  G_OBJECT_CLASS (klass)->dispose = cm_tls_channel_dispose;
}

static void
cm_tls_channel_init (CmTlsChannel *self)
{
}

static void
fill_certificate (CmTlsChannel *self)
{
  g_autoptr (GPtrArray) chain = im_certificate_request_dup_chain (self->request);
  GVariantBuilder data = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aay"));

  for (guint i = 0; i < chain->len; i++)
    g_variant_builder_add_value (
        &data,
        g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, g_ptr_array_index (chain, i), TRUE));
  self->certificate = tp_authentication_tls_certificate_skeleton_new ();
  tp_authentication_tls_certificate_set_certificate_type (self->certificate, "x509");
  tp_authentication_tls_certificate_set_certificate_chain_data (self->certificate,
                                                                g_variant_builder_end (&data));
  tp_authentication_tls_certificate_set_rejections (
      self->certificate, g_variant_new_array (G_VARIANT_TYPE ("(usa{sv})"), NULL, 0));
  g_signal_connect_object (self->certificate, "handle-accept", G_CALLBACK (handle_accept_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->certificate, "handle-reject", G_CALLBACK (handle_reject_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
add_judgement (CmTlsChannel *self)
{
  const GError *error = im_certificate_request_get_error (self->request);

  self->judgement = lin_judgement1_skeleton_new ();
  lin_judgement1_set_error (self->judgement, im_error_get_dbus_name (error));
  lin_judgement1_set_message (self->judgement, error->message);
  cm_channel_add_interface (CM_CHANNEL (self), G_DBUS_INTERFACE_SKELETON (self->judgement),
                            JUDGEMENT);
}

/**
 * cm_tls_channel_new:
 * @connection: the connection that is signing in
 * @bus: where it will be exported
 * @request: the question; claimed
 *
 * Returns: (transfer full): not exported
 * Spec: Telepathy Channel.Type.ServerTLSConnection
 */
CmTlsChannel *
cm_tls_channel_new (CmConnection *connection, GDBusConnection *bus, ImCertificateRequest *request)
{
  CmTlsChannel *self = g_object_new (CM_TYPE_TLS_CHANNEL, NULL);
  g_auto (GStrv) identities = im_certificate_request_dup_identities (request);
  g_autofree char *path = g_strdup_printf ("%s/tls%u", cm_connection_get_object_path (connection),
                                           cm_connection_next_serial (connection));
  g_autofree char *certificate_path = g_strconcat (path, "/certificate", NULL);

  im_certificate_request_claim (request);
  cm_channel_setup (CM_CHANNEL (self), connection, bus, path, CHANNEL_TYPE, NULL, FALSE);
  self->request = g_object_ref (request);
  self->type = tp_channel_type_server_tls_connection_skeleton_new ();
  tp_channel_type_server_tls_connection_set_server_certificate (self->type, certificate_path);
  tp_channel_type_server_tls_connection_set_hostname (self->type, identities[0]);
  tp_channel_type_server_tls_connection_set_reference_identities (self->type,
                                                                  (const char *const *) identities);
  cm_channel_add_interface (CM_CHANNEL (self), G_DBUS_INTERFACE_SKELETON (self->type), NULL);
  add_judgement (self);
  fill_certificate (self);
  g_signal_connect_object (request, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "closed", G_CALLBACK (closed_cb), NULL);
  return self;
}
