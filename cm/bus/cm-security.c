/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-security.c: shows how safe an account's connection is. im.linnet.Security1 */
#include "bus/cm-security.h"

#include "dbus/linnet.h"
#include "im/im-security.h"

struct _CmSecurity
{
  GObject parent_instance;

  ImAccount *account; /* (owned) */
  LinSecurity1 *skeleton; /* (owned) */
};

G_DEFINE_FINAL_TYPE (CmSecurity, cm_security, G_TYPE_OBJECT)

static const ImSecurity nothing = {
  (char *) "", (char *) "", (char *) "", (char *) "", FALSE, NULL
};

static void
features_cb (CmSecurity *self)
{
  g_auto (GStrv) features = im_account_dup_server_features (self->account);

  lin_security1_set_server_features (self->skeleton, (const char *const *) features);
}

static void
tell_keys (CmSecurity *self)
{
  g_auto (GStrv) keys = im_account_dup_accepted_keys (self->account);

  lin_security1_set_accepted_keys (self->skeleton, (const char *const *) keys);
}

static gboolean
handle_forget_keys_cb (CmSecurity *self, GDBusMethodInvocation *invocation)
{
  if (!im_account_forget_keys (self->account))
    {
      g_dbus_method_invocation_return_error (
          invocation, IM_ERROR, IM_ERROR_DOES_NOT_EXIST, "Nobody accepted a key for %s",
          xmpp_jid_get_text (im_account_get_jid (self->account)));
      return TRUE;
    }
  tell_keys (self);
  lin_security1_complete_forget_keys (self->skeleton, invocation);
  return TRUE;
}

static void
state_cb (CmSecurity *self)
{
  const ImSecurity *now = im_account_get_security (self->account);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_auto (GStrv) offered = im_account_dup_stream_features (self->account);

  if (now == NULL)
    now = &nothing;
  lin_security1_set_encrypted (self->skeleton, *now->tls_version != '\0');
  lin_security1_set_tls_version (self->skeleton, now->tls_version);
  lin_security1_set_cipher (self->skeleton, now->cipher);
  lin_security1_set_certificate (
      self->skeleton,
      g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING,
                                now->certificate != NULL ? now->certificate : empty, TRUE));
  lin_security1_set_mechanism (self->skeleton, now->mechanism);
  lin_security1_set_channel_binding (self->skeleton, now->channel_binding);
  lin_security1_set_channel_binding_refused (self->skeleton, now->is_binding_refused);
  lin_security1_set_resumed (self->skeleton, FALSE);
  lin_security1_set_stream_features (self->skeleton, (const char *const *) offered);
  tell_keys (self);
  features_cb (self);
}

static void
cm_security_dispose (GObject *object)
{
  CmSecurity *self = CM_SECURITY (object);
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (self->skeleton);

  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (cm_security_parent_class)->dispose (object);
}

static void
cm_security_finalize (GObject *object)
{
  g_object_unref (CM_SECURITY (object)->skeleton);
  G_OBJECT_CLASS (cm_security_parent_class)->finalize (object);
}

static void
cm_security_class_init (CmSecurityClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_security_dispose;
  G_OBJECT_CLASS (klass)->finalize = cm_security_finalize;
}

static void
cm_security_init (CmSecurity *self)
{
  self->skeleton = lin_security1_skeleton_new ();
}

/**
 * cm_security_new:
 * @service: on whose bus
 * @account: what it shows
 * @object_path: of the account, or of its connection
 *
 * Returns: (transfer full) (nullable): exported while it lives
 * Errors: those of g_dbus_interface_skeleton_export ()
 */
CmSecurity *
cm_security_new (CmService *service, ImAccount *account, const char *object_path, GError **error)
{
  g_autoptr (CmSecurity) self = g_object_new (CM_TYPE_SECURITY, NULL);

  self->account = g_object_ref (account);
  state_cb (self);
  g_signal_connect_object (self->skeleton, "handle-forget-keys", G_CALLBACK (handle_forget_keys_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "server-known", G_CALLBACK (features_cb), self,
                           G_CONNECT_SWAPPED);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                         cm_service_get_bus (service), object_path, error))
    return NULL;
  return g_steal_pointer (&self);
}
