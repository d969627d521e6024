/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-security.c: how safe an account's connection is, and whom a person has believed.
 *
 * Where the account is ours all of it is there while the account is offline, too: what was accepted
 * can be forgotten at any time. Elsewhere it is there while there is a connection. */
#include "config.h"

#include "model/linnet-security.h"

#include <glib/gi18n.h>

#include "dbus/linnet.h"

#include "model/linnet-account-private.h"

#define SECURITY "im.linnet.Security1"

struct _LinnetSecurity
{
  GObject parent_instance;

  LinnetAccount *account; /* (owned) */
  LinSecurity1 *proxy; /* (owned) (nullable) while there is something to ask */
  char *path; /* (owned) (nullable) of the object that is asked, or will be */
  LinnetCertificate *certificate; /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable) of the proxy that is being made */
};

enum
{
  PROP_ENCRYPTED = 1,
  PROP_CHANNEL_BINDING_REFUSED,
  PROP_RESUMED,
  PROP_TLS_VERSION,
  PROP_CIPHER,
  PROP_MECHANISM,
  PROP_CHANNEL_BINDING,
  PROP_TEXT,
  PROP_CERTIFICATE,
  PROP_ACCEPTED_KEYS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetSecurity, linnet_security, G_TYPE_OBJECT)

static void
read_certificate (LinnetSecurity *self)
{
  GVariant *der = self->proxy != NULL ? lin_security1_get_certificate (self->proxy) : NULL;
  g_autoptr (GBytes) bytes = der != NULL ? g_variant_get_data_as_bytes (der) : NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->certificate);
  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    return;
  self->certificate = linnet_certificate_new (bytes, &error);
  if (self->certificate == NULL)
    g_debug ("%s: %s", self->path, error->message);
}

static void
changed_cb (LinnetSecurity *self)
{
  read_certificate (self);
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 1; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), props[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetSecurity) self = data;
  g_autoptr (GError) error = NULL;
  LinSecurity1 *proxy = lin_security1_proxy_new_finish (result, &error);

  if (proxy == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_debug ("%s: %s", self->path, error->message);
      return;
    }
  g_set_object (&self->proxy, proxy);
  g_object_unref (proxy);
  g_signal_connect_object (self->proxy, "g-properties-changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);
}

static void
leave (LinnetSecurity *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->path, g_free);
  g_clear_object (&self->proxy);
}

static void
follow (LinnetSecurity *self)
{
  const char *name = linnet_account_get_extension_name (self->account);
  const char *path = name != NULL ? linnet_account_get_extension_path (self->account) : NULL;

  if (g_strcmp0 (path, self->path) == 0)
    {
      /* There is something to say once the account is online. */
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TEXT]);
      return;
    }
  leave (self);
  if (path == NULL)
    {
      changed_cb (self);
      return;
    }
  self->path = g_strdup (path);
  self->cancellable = g_cancellable_new ();
  lin_security1_proxy_new (self->account->bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, name, path,
                           self->cancellable, made_cb, g_object_ref (self));
}

static void
linnet_security_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetSecurity *self = LINNET_SECURITY (object);

  switch (id)
    {
    case PROP_TEXT:
      g_value_take_string (value, linnet_security_dup_text (self));
      break;
    case PROP_CERTIFICATE:
      g_value_set_object (value, self->certificate);
      break;
    case PROP_ACCEPTED_KEYS:
      g_value_take_boxed (value, linnet_security_dup_accepted_keys (self));
      break;
    default:
      /* The others are called what the service calls them. */
      if (self->proxy != NULL)
        g_object_get_property (G_OBJECT (self->proxy), pspec->name, value);
    }
}

static void
linnet_security_dispose (GObject *object)
{
  LinnetSecurity *self = LINNET_SECURITY (object);

  leave (self);
  g_clear_object (&self->certificate);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (linnet_security_parent_class)->dispose (object);
}

static void
linnet_security_class_init (LinnetSecurityClass *klass)
{
  static const char *const flags_of[] = { "encrypted", "channel-binding-refused", "resumed" };
  static const char *const texts[] = { "tls-version", "cipher", "mechanism", "channel-binding",
                                       "text" };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_security_get_property;
  object_class->dispose = linnet_security_dispose;

  for (guint i = 0; i < G_N_ELEMENTS (flags_of); i++)
    props[PROP_ENCRYPTED + i] = g_param_spec_boolean (flags_of[i], NULL, NULL, FALSE, flags);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    props[PROP_TLS_VERSION + i] = g_param_spec_string (texts[i], NULL, NULL, NULL, flags);
  props[PROP_CERTIFICATE] =
      g_param_spec_object ("certificate", NULL, NULL, LINNET_TYPE_CERTIFICATE, flags);
  props[PROP_ACCEPTED_KEYS] = g_param_spec_boxed ("accepted-keys", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_security_init (LinnetSecurity *self)
{
}

/**
 * linnet_security_new:
 * @account: an account
 *
 * Returns: (transfer full): an object that follows its connections, for as long as it lives
 */
LinnetSecurity *
linnet_security_new (LinnetAccount *account)
{
  LinnetSecurity *self = g_object_new (LINNET_TYPE_SECURITY, NULL);

  self->account = g_object_ref (account);
  if (account->bus == NULL)
    return self;
  g_signal_connect_object (account, "notify::state", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  follow (self);
  return self;
}

/**
 * linnet_security_dup_text:
 * @self: how safe a connection is
 *
 * Returns: (transfer full) (nullable): that in a sentence, translated; %NULL: there is no
 * connection
 */
char *
linnet_security_dup_text (LinnetSecurity *self)
{
  const char *version, *binding;

  g_return_val_if_fail (LINNET_IS_SECURITY (self), NULL);
  if (self->proxy == NULL ||
      linnet_account_get_state (self->account) != LINNET_CONNECTION_CONNECTED)
    return NULL;
  if (!lin_security1_get_encrypted (self->proxy))
    return g_strdup (_ ("Nothing keeps others from reading along on the way to the server."));
  version = lin_security1_get_tls_version (self->proxy);
  binding = lin_security1_get_channel_binding (self->proxy);
  if (binding != NULL && *binding != '\0')
    return g_strdup_printf (_ ("The way to the server is encrypted by %s, and the sign-in is tied "
                               "to it: somebody in between would have been found out."),
                            version);
  if (lin_security1_get_channel_binding_refused (self->proxy))
    return g_strdup_printf (_ ("The way to the server is encrypted by %s. The server offered to "
                               "tie the sign-in to it, and then refused."),
                            version);
  return g_strdup_printf (_ ("The way to the server is encrypted by %s."), version);
}

/**
 * linnet_security_get_certificate:
 * @self: how safe a connection is
 *
 * Returns: (transfer none) (nullable): what the server has proved itself with
 */
LinnetCertificate *
linnet_security_get_certificate (LinnetSecurity *self)
{
  g_return_val_if_fail (LINNET_IS_SECURITY (self), NULL);
  return self->certificate;
}

/**
 * linnet_security_dup_accepted_keys:
 * @self: how safe a connection is
 *
 * Returns: (transfer full) (array zero-terminated=1): keys of servers that a person has accepted
 * for this account although nothing proves whose they are
 */
char **
linnet_security_dup_accepted_keys (LinnetSecurity *self)
{
  char **keys = NULL;

  g_return_val_if_fail (LINNET_IS_SECURITY (self), NULL);
  if (self->proxy != NULL)
    keys = lin_security1_dup_accepted_keys (self->proxy);
  return keys != NULL ? keys : g_new0 (char *, 1);
}

/**
 * linnet_security_forget_keys_async:
 * @self: how safe a connection is
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when they count no more; the source is the account, finish with
 *   linnet_account_action_finish()
 * @data: for @callback
 */
void
linnet_security_forget_keys_async (LinnetSecurity *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LINNET_IS_SECURITY (self));
  task = g_task_new (self->account, cancellable, callback, data);
  linnet_account_call_extension (self->account, SECURITY, "ForgetKeys", NULL, task);
}
