/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-auth-channel.c: a question for a password, or for the steps of a mechanism. Telepathy:
 * Channel.Type.ServerAuthentication, Channel.Interface.SASLAuthentication, .CredentialsStorage
 *
 * The password that a client gives here crosses the bus, as the specification has it; our own
 * programs hand it over by im.linnet.Password1 instead, and this channel then shows how it went. */
#include "bus/cm-auth-channel.h"

#include "bus/cm-channel-private.h"
#include "bus/cm-connection-private.h"
#include "bus/cm-securable.h"
#include "bus/cm-short.h"
#include "dbus/telepathy.h"

#define CHANNEL_TYPE "org.freedesktop.Telepathy.Channel.Type.ServerAuthentication"
#define INTERFACE "org.freedesktop.Telepathy.Channel.Interface.SASLAuthentication"
#define STORAGE "org.freedesktop.Telepathy.Channel.Interface.CredentialsStorage.DRAFT"
#define MECHANISM "X-TELEPATHY-PASSWORD"
#define MAX_PASSWORD_BYTES 1024
/* In base64 it must fit into what a server reads before it knows us. */
#define MAX_RESPONSE_BYTES 6000

enum
{
  SASL_NOT_STARTED = 0,
  SASL_IN_PROGRESS = 1,
  SASL_SERVER_SUCCEEDED = 2,
  SASL_CLIENT_ACCEPTED = 3,
  SASL_SUCCEEDED = 4,
  SASL_SERVER_FAILED = 5,
  SASL_CLIENT_FAILED = 6,
};

enum
{
  ABORT_INVALID_CHALLENGE = 0,
  ABORT_USER = 1,
};

struct _CmAuthChannel
{
  CmChannel parent_instance;

  ImAuthRequest *request; /* (owned) */
  TpChannelInterfaceSASLAuthentication *sasl; /* (unowned): the base owns it */
  char **mechanisms; /* (owned) X-TELEPATHY-PASSWORD, then those of the server */
  gboolean is_relayed; /* the mechanism under way is the server's */
  gboolean is_accepted; /* the success is believed, whether it has come or not */
  gboolean is_given_up; /* it ends because it was closed */
  guint status;
};

G_DEFINE_FINAL_TYPE (CmAuthChannel, cm_auth_channel, CM_TYPE_CHANNEL)

static void
set_status (CmAuthChannel *self, guint status, const GError *error)
{
  const char *name = error != NULL ? im_error_get_dbus_name (error) : "";
  g_auto (GVariantDict) dict =
      G_VARIANT_DICT_INIT (error != NULL ? im_auth_request_get_details (self->request) : NULL);
  g_autoptr (GVariant) details = NULL;

  if (self->status == status)
    return;
  if (error != NULL && !g_variant_dict_contains (&dict, "debug-message"))
    g_variant_dict_insert (&dict, "debug-message", "s", error->message);
  details = g_variant_ref_sink (g_variant_dict_end (&dict));
  self->status = status;
  tp_channel_interface_sasl_authentication_set_sasl_status (self->sasl, status);
  tp_channel_interface_sasl_authentication_set_sasl_error (self->sasl, name);
  tp_channel_interface_sasl_authentication_set_sasl_error_details (self->sasl, details);
  if (cm_channel_get_properties (CM_CHANNEL (self)) != NULL)
    tp_channel_interface_sasl_authentication_emit_sasl_status_changed (self->sasl, status, name,
                                                                       details);
}

/* There are failures after which the server need not be asked again: they end the connection. */
static gboolean
is_by_server (CmAuthChannel *self, const GError *error)
{
  static const ImError codes[] = { IM_ERROR_AUTHENTICATION_FAILED, IM_ERROR_SERVICE_BUSY,
                                   IM_ERROR_ENCRYPTION_NOT_AVAILABLE };

  if (self->is_given_up ||
      (self->status != SASL_IN_PROGRESS && self->status != SASL_CLIENT_ACCEPTED))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, IM_ERROR, (int) codes[i]))
      return TRUE;
  return FALSE;
}

static void
state_cb (CmAuthChannel *self)
{
  const GError as_asked = { IM_ERROR, IM_ERROR_CANCELLED, (char *) "The account goes offline" };
  const GError *error = im_auth_request_get_error (self->request);

  switch (im_auth_request_get_state (self->request))
    {
    case IM_AUTH_STATE_TRYING:
      if (self->is_accepted)
        break; /* what comes now is no longer the mechanism's */
      set_status (self, SASL_IN_PROGRESS, NULL);
      break;
    case IM_AUTH_STATE_OFFERED:
      if (self->is_accepted)
        im_auth_request_accept (self->request);
      else
        set_status (self, SASL_SERVER_SUCCEEDED, NULL);
      break;
    case IM_AUTH_STATE_FAILED:
      set_status (self, SASL_SERVER_FAILED, error);
      break;
    case IM_AUTH_STATE_SUCCEEDED:
      if (self->is_accepted)
        set_status (self, SASL_SUCCEEDED, NULL);
      else if (self->status != SASL_SUCCEEDED)
        set_status (self, SASL_SERVER_SUCCEEDED, NULL);
      break;
    case IM_AUTH_STATE_WITHDRAWN:
    case IM_AUTH_STATE_ABORTED:
      set_status (self, is_by_server (self, error) ? SASL_SERVER_FAILED : SASL_CLIENT_FAILED,
                  error != NULL ? error : &as_asked);
      break;
    case IM_AUTH_STATE_WAITING:
    default:
      set_status (self, SASL_NOT_STARTED, NULL);
      break;
    }
}

static void
return_not_available (GDBusMethodInvocation *invocation, const char *what)
{
  g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                                                 what);
}

static gboolean
check_mechanism (CmAuthChannel *self, GDBusMethodInvocation *invocation, const char *mechanism)
{
  if (!g_strv_contains ((const char *const *) self->mechanisms, mechanism))
    {
      g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED,
                                             "The mechanism “%s” is not among those offered",
                                             CM_SHORT (mechanism));
      return FALSE;
    }
  switch (im_auth_request_get_state (self->request))
    {
    case IM_AUTH_STATE_WAITING:
    case IM_AUTH_STATE_FAILED:
    case IM_AUTH_STATE_WITHDRAWN:
      return TRUE;
    case IM_AUTH_STATE_TRYING:
    case IM_AUTH_STATE_OFFERED:
      return_not_available (invocation, "The server is being asked already");
      return FALSE;
    case IM_AUTH_STATE_SUCCEEDED:
    case IM_AUTH_STATE_ABORTED:
    default:
      return_not_available (invocation, "The sign-in is over");
      return FALSE;
    }
}

static void
start_relay (CmAuthChannel *self, const char *mechanism, GBytes *initial)
{
  self->is_relayed = TRUE;
  self->is_accepted = FALSE;
  im_auth_request_start (self->request, mechanism, initial);
}

static GBytes *
new_bytes (GVariant *data)
{
  gsize n_bytes;
  gconstpointer bytes = g_variant_get_fixed_array (data, &n_bytes, 1);

  return g_bytes_new (bytes, n_bytes);
}

static gboolean
check_size (GDBusMethodInvocation *invocation, GVariant *data)
{
  if (g_variant_get_size (data) <= MAX_RESPONSE_BYTES)
    return TRUE;
  g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                         "A response has at most %d bytes", MAX_RESPONSE_BYTES);
  return FALSE;
}

static void
challenged_cb (CmAuthChannel *self, GBytes *data)
{
  tp_channel_interface_sasl_authentication_emit_new_challenge (
      self->sasl, g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, data, TRUE));
}

static gboolean
handle_start_mechanism_cb (CmAuthChannel *self,
                           GDBusMethodInvocation *invocation,
                           const char *mechanism)
{
  if (!check_mechanism (self, invocation, mechanism))
    return TRUE;
  if (g_str_equal (mechanism, MECHANISM))
    {
      g_dbus_method_invocation_return_error_literal (
          invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
          "The password is this mechanism's initial data: call StartMechanismWithData");
      return TRUE;
    }
  tp_channel_interface_sasl_authentication_complete_start_mechanism (self->sasl, invocation);
  start_relay (self, mechanism, NULL);
  return TRUE;
}

static gboolean
handle_start_mechanism_with_data_cb (CmAuthChannel *self,
                                     GDBusMethodInvocation *invocation,
                                     const char *mechanism,
                                     GVariant *data)
{
  gsize n_bytes;
  const char *bytes = g_variant_get_fixed_array (data, &n_bytes, 1);
  char *password;

  if (!check_mechanism (self, invocation, mechanism))
    return TRUE;
  if (!g_str_equal (mechanism, MECHANISM))
    {
      g_autoptr (GBytes) initial = new_bytes (data);

      if (!check_size (invocation, data))
        return TRUE;
      tp_channel_interface_sasl_authentication_complete_start_mechanism_with_data (self->sasl,
                                                                                   invocation);
      start_relay (self, mechanism, initial);
      return TRUE;
    }
  self->is_relayed = self->is_accepted = FALSE;
  if (n_bytes == 0 || n_bytes > MAX_PASSWORD_BYTES ||
      !g_utf8_validate (bytes, (gssize) n_bytes, NULL))
    {
      g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                             "A password is UTF-8 of 1 to %d bytes",
                                             MAX_PASSWORD_BYTES);
      return TRUE;
    }
  password = g_strndup (bytes, n_bytes);
  tp_channel_interface_sasl_authentication_complete_start_mechanism_with_data (self->sasl,
                                                                               invocation);
  im_auth_request_try (self->request, password);
  explicit_bzero (password, n_bytes);
  g_free (password);
  return TRUE;
}

static gboolean
handle_respond_cb (CmAuthChannel *self, GDBusMethodInvocation *invocation, GVariant *data)
{
  g_autoptr (GBytes) bytes = new_bytes (data);

  if (!check_size (invocation, data))
    return TRUE;
  if (im_auth_request_answer (self->request, bytes))
    tp_channel_interface_sasl_authentication_complete_respond (self->sasl, invocation);
  else
    return_not_available (invocation, "The server has asked nothing");
  return TRUE;
}

static gboolean
handle_accept_sasl_cb (CmAuthChannel *self, GDBusMethodInvocation *invocation)
{
  /* A password meets no challenges, so there is nothing to accept while the server is asked. */
  if (self->status == SASL_SERVER_SUCCEEDED)
    {
      tp_channel_interface_sasl_authentication_complete_accept_sasl (self->sasl, invocation);
      self->is_accepted = TRUE;
      set_status (self, SASL_SUCCEEDED, NULL);
      im_auth_request_accept (self->request);
    }
  else if (self->status == SASL_IN_PROGRESS && self->is_relayed)
    {
      tp_channel_interface_sasl_authentication_complete_accept_sasl (self->sasl, invocation);
      self->is_accepted = TRUE;
      set_status (self, SASL_CLIENT_ACCEPTED, NULL);
    }
  else
    return_not_available (invocation, "There is no success to accept");
  return TRUE;
}

static gboolean
handle_abort_sasl_cb (CmAuthChannel *self,
                      GDBusMethodInvocation *invocation,
                      guint reason,
                      const char *debug_message)
{
  g_autoptr (GError) error = NULL;

  if (reason > ABORT_USER)
    {
      g_dbus_method_invocation_return_error_literal (
          invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "There is no such reason");
      return TRUE;
    }
  if (self->status == SASL_SUCCEEDED || self->status == SASL_CLIENT_ACCEPTED ||
      im_auth_request_get_state (self->request) == IM_AUTH_STATE_SUCCEEDED)
    {
      return_not_available (invocation, "The sign-in has succeeded");
      return TRUE;
    }
  if (self->status == SASL_SERVER_FAILED || self->status == SASL_CLIENT_FAILED)
    {
      /* No further effect: one may try again, or close the channel. */
      tp_channel_interface_sasl_authentication_complete_abort_sasl (self->sasl, invocation);
      return TRUE;
    }
  error = reason == ABORT_INVALID_CHALLENGE
              ? g_error_new (IM_ERROR, IM_ERROR_SERVICE_CONFUSED,
                             "The program that signs in did not understand the server: %s",
                             CM_SHORT (debug_message))
              : g_error_new_literal (IM_ERROR, IM_ERROR_CANCELLED, "Signing in was cancelled");
  tp_channel_interface_sasl_authentication_complete_abort_sasl (self->sasl, invocation);
  im_auth_request_withdraw (self->request, error);
  return TRUE;
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;

  if (im_auth_request_store_finish (IM_AUTH_REQUEST (source), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
}

static gboolean
handle_store_credentials_cb (CmAuthChannel *self,
                             GDBusMethodInvocation *invocation,
                             gboolean is_to_be_stored)
{
  /* After AcceptSASL it “will have no effect”. */
  if (self->is_accepted || im_auth_request_get_state (self->request) >= IM_AUTH_STATE_SUCCEEDED)
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    im_auth_request_store_async (self->request, is_to_be_stored, stored_cb, invocation);
  return TRUE;
}

/* Closed before the sign-in succeeded: nobody will answer. Why it failed stays the reason. A
 * password that was given elsewhere goes on without the channel. */
static void
cm_auth_channel_close (CmChannel *channel)
{
  CmAuthChannel *self = CM_AUTH_CHANNEL (channel);
  ImAuthState state = im_auth_request_get_state (self->request);

  g_object_ref (self);
  self->is_given_up = TRUE;
  if (state == IM_AUTH_STATE_FAILED || state == IM_AUTH_STATE_WITHDRAWN)
    im_auth_request_abort (self->request, im_auth_request_get_error (self->request));
  else if (state == IM_AUTH_STATE_WAITING || state == IM_AUTH_STATE_OFFERED ||
           (state == IM_AUTH_STATE_TRYING && !self->is_accepted &&
            im_auth_request_is_programs (self->request)))
    {
      g_autoptr (GError) error = g_error_new_literal (
          IM_ERROR, IM_ERROR_AUTHENTICATION_FAILED,
          state == IM_AUTH_STATE_WAITING ? "A password is needed, and nobody gave one"
                                         : "The program that signed in gave it up");

      im_auth_request_abort (self->request, error);
    }
  cm_channel_end (channel);
  g_object_unref (self);
}

static void
cm_auth_channel_add_immutable (CmChannel *channel, GVariantBuilder *properties)
{
  TpChannelInterfaceSASLAuthentication *sasl = CM_AUTH_CHANNEL (channel)->sasl;
  ImAuthRequest *request = CM_AUTH_CHANNEL (channel)->request;

#define ADD(name, value) g_variant_builder_add (properties, "{sv}", name, value)
  ADD (CHANNEL_TYPE ".AuthenticationMethod", g_variant_new_string (INTERFACE));
  ADD (INTERFACE ".AvailableMechanisms",
       g_variant_new_strv (tp_channel_interface_sasl_authentication_get_available_mechanisms (sasl),
                           -1));
  ADD (INTERFACE ".HasInitialData", g_variant_new_boolean (TRUE));
  ADD (INTERFACE ".CanTryAgain", g_variant_new_boolean (TRUE));
  ADD (INTERFACE ".AuthorizationIdentity",
       g_variant_new_string (
           tp_channel_interface_sasl_authentication_get_authorization_identity (sasl)));
  ADD (INTERFACE ".DefaultUsername",
       g_variant_new_string (tp_channel_interface_sasl_authentication_get_default_username (sasl)));
  ADD (INTERFACE ".DefaultRealm",
       g_variant_new_string (tp_channel_interface_sasl_authentication_get_default_realm (sasl)));
  ADD (INTERFACE ".MaySaveResponse", g_variant_new_boolean (TRUE));
#undef ADD
  cm_securable_add_immutable (properties, im_auth_request_is_encrypted (request),
                              im_auth_request_is_verified (request));
}

static void
cm_auth_channel_dispose (GObject *object)
{
  g_clear_object (&CM_AUTH_CHANNEL (object)->request);
  g_clear_pointer (&CM_AUTH_CHANNEL (object)->mechanisms, g_strfreev);
  G_OBJECT_CLASS (cm_auth_channel_parent_class)->dispose (object);
}

static void
cm_auth_channel_class_init (CmAuthChannelClass *klass)
{
  CM_CHANNEL_CLASS (klass)->close = cm_auth_channel_close;
  CM_CHANNEL_CLASS (klass)->destroy = cm_auth_channel_close;
  CM_CHANNEL_CLASS (klass)->add_immutable = cm_auth_channel_add_immutable;
  G_OBJECT_CLASS (klass)->dispose = cm_auth_channel_dispose;
}

static void
cm_auth_channel_init (CmAuthChannel *self)
{
}

static char **
dup_mechanisms (ImAuthRequest *request)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) relayed = im_auth_request_dup_relayed (request);

  g_strv_builder_add (names, MECHANISM);
  g_strv_builder_addv (names, (const char **) relayed);
  return g_strv_builder_end (names);
}

static void
add_sasl_interface (CmAuthChannel *self, XmppJid *jid)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } handlers[] = {
    { "handle-start-mechanism", G_CALLBACK (handle_start_mechanism_cb) },
    { "handle-start-mechanism-with-data", G_CALLBACK (handle_start_mechanism_with_data_cb) },
    { "handle-respond", G_CALLBACK (handle_respond_cb) },
    { "handle-accept-sasl", G_CALLBACK (handle_accept_sasl_cb) },
    { "handle-abort-sasl", G_CALLBACK (handle_abort_sasl_cb) },
  };

  self->sasl = tp_channel_interface_sasl_authentication_skeleton_new ();
  tp_channel_interface_sasl_authentication_set_available_mechanisms (
      self->sasl, (const char *const *) self->mechanisms);
  tp_channel_interface_sasl_authentication_set_has_initial_data (self->sasl, TRUE);
  tp_channel_interface_sasl_authentication_set_can_try_again (self->sasl, TRUE);
  tp_channel_interface_sasl_authentication_set_authorization_identity (
      self->sasl, xmpp_jid_get_bare_text (jid));
  tp_channel_interface_sasl_authentication_set_default_username (
      self->sasl, xmpp_jid_get_local (jid) != NULL ? xmpp_jid_get_local (jid) : "");
  tp_channel_interface_sasl_authentication_set_default_realm (self->sasl,
                                                              xmpp_jid_get_domain (jid));
  tp_channel_interface_sasl_authentication_set_may_save_response (self->sasl, TRUE);
  tp_channel_interface_sasl_authentication_set_sasl_error_details (self->sasl,
                                                                   g_variant_new ("a{sv}", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->sasl, handlers[i].signal, handlers[i].callback, self,
                             G_CONNECT_SWAPPED);
  cm_channel_add_interface (CM_CHANNEL (self), G_DBUS_INTERFACE_SKELETON (self->sasl), INTERFACE);
}

/* Where the password is ours to keep; under another account manager it is that one's. */
static void
add_storage_interface (CmAuthChannel *self)
{
  TpChannelInterfaceCredentialsStorage *storage;

  if (!im_auth_request_can_store (self->request))
    return;
  storage = tp_channel_interface_credentials_storage_skeleton_new ();
  g_signal_connect_object (storage, "handle-store-credentials",
                           G_CALLBACK (handle_store_credentials_cb), self, G_CONNECT_SWAPPED);
  cm_channel_add_interface (CM_CHANNEL (self), G_DBUS_INTERFACE_SKELETON (storage), STORAGE);
}

/**
 * cm_auth_channel_new:
 * @connection: the connection that is signing in
 * @bus: where it will be exported
 * @request: the question
 *
 * Returns: (transfer full): not exported
 * Spec: Telepathy Channel.Type.ServerAuthentication
 */
CmAuthChannel *
cm_auth_channel_new (CmConnection *connection, GDBusConnection *bus, ImAuthRequest *request)
{
  CmAuthChannel *self = g_object_new (CM_TYPE_AUTH_CHANNEL, NULL);
  TpChannelTypeServerAuthentication *type = tp_channel_type_server_authentication_skeleton_new ();
  g_autofree char *path = g_strdup_printf ("%s/auth%u", cm_connection_get_object_path (connection),
                                           cm_connection_next_serial (connection));

  cm_channel_setup (CM_CHANNEL (self), connection, bus, path, CHANNEL_TYPE, NULL, FALSE);
  self->request = g_object_ref (request);
  self->mechanisms = dup_mechanisms (request);
  tp_channel_type_server_authentication_set_authentication_method (type, INTERFACE);
  cm_channel_add_interface (CM_CHANNEL (self), G_DBUS_INTERFACE_SKELETON (type), NULL);
  add_sasl_interface (self, im_account_get_jid (cm_connection_get_account (connection)));
  add_storage_interface (self);
  cm_securable_add (CM_CHANNEL (self), im_auth_request_is_encrypted (request),
                    im_auth_request_is_verified (request));
  state_cb (self);
  g_signal_connect_object (request, "challenged", G_CALLBACK (challenged_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (request, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
