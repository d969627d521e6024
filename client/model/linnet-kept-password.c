/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-kept-password.c: whether the password of an account is kept, and where; never the password
 * itself. im.linnet.Password1
 *
 * Where another program manages the account, that one keeps it, and says nothing. */
#include "config.h"

#include "model/linnet-kept-password.h"

#include "dbus/linnet.h"

#include "model/linnet-account-private.h"

#define PASSWORD "im.linnet.Password1"

struct _LinnetKeptPassword
{
  GObject parent_instance;

  LinnetAccount *account; /* (owned) */
  LinPassword1 *proxy; /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) */
};

enum
{
  PROP_STATE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_ENUM_TYPE (LinnetKept,
                    linnet_kept,
                    G_DEFINE_ENUM_VALUE (LINNET_KEPT_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (LINNET_KEPT_NOT, "not"),
                    G_DEFINE_ENUM_VALUE (LINNET_KEPT_IN_KEYRING, "in-keyring"),
                    G_DEFINE_ENUM_VALUE (LINNET_KEPT_FOR_SESSION, "for-session"))
G_DEFINE_FINAL_TYPE (LinnetKeptPassword, linnet_kept_password, G_TYPE_OBJECT)

static void
changed_cb (LinnetKeptPassword *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetKeptPassword) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LinPassword1) proxy = lin_password1_proxy_new_finish (result, &error);

  if (proxy == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_debug ("%s: %s", linnet_account_get_address (self->account), error->message);
      return;
    }
  self->proxy = g_steal_pointer (&proxy);
  g_signal_connect_object (self->proxy, "notify::state", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);
}

static void
linnet_kept_password_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STATE)
    g_value_set_enum (value, linnet_kept_password_get_state (LINNET_KEPT_PASSWORD (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_kept_password_dispose (GObject *object)
{
  LinnetKeptPassword *self = LINNET_KEPT_PASSWORD (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->proxy);
  G_OBJECT_CLASS (linnet_kept_password_parent_class)->dispose (object);
}

static void
linnet_kept_password_finalize (GObject *object)
{
  LinnetKeptPassword *self = LINNET_KEPT_PASSWORD (object);

  g_clear_object (&self->account);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (linnet_kept_password_parent_class)->finalize (object);
}

static void
linnet_kept_password_class_init (LinnetKeptPasswordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = linnet_kept_password_get_property;
  object_class->dispose = linnet_kept_password_dispose;
  object_class->finalize = linnet_kept_password_finalize;

  props[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, LINNET_TYPE_KEPT, LINNET_KEPT_UNKNOWN,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_kept_password_init (LinnetKeptPassword *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * linnet_kept_password_new:
 * @account: an account
 *
 * Returns: (transfer full): an object that follows whether its password is kept
 */
LinnetKeptPassword *
linnet_kept_password_new (LinnetAccount *account)
{
  LinnetKeptPassword *self = g_object_new (LINNET_TYPE_KEPT_PASSWORD, NULL);

  self->account = g_object_ref (account);
  /* By its well-known name: the proxy is in step again when the service comes back. */
  if (account->bus != NULL && account->own_manager)
    lin_password1_proxy_new (account->bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START,
                             account->manager_name, account->path, self->cancellable, made_cb,
                             g_object_ref (self));
  return self;
}

/**
 * linnet_kept_password_get_state:
 * @self: the password of an account
 *
 * Returns: whether it is kept, and where
 */
LinnetKept
linnet_kept_password_get_state (LinnetKeptPassword *self)
{
  guint state;

  g_return_val_if_fail (LINNET_IS_KEPT_PASSWORD (self), LINNET_KEPT_UNKNOWN);
  state = self->proxy != NULL ? lin_password1_get_state (self->proxy) : LINNET_KEPT_UNKNOWN;
  return state <= LINNET_KEPT_FOR_SESSION ? state : LINNET_KEPT_UNKNOWN;
}

/**
 * linnet_kept_password_forget_async:
 * @self: the password of an account, which may be online, and stays so
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when it is kept nowhere; the source is the account, finish with
 *   linnet_account_action_finish()
 * @data: for @callback
 */
void
linnet_kept_password_forget_async (LinnetKeptPassword *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LINNET_IS_KEPT_PASSWORD (self));
  task = g_task_new (self->account, cancellable, callback, data);
  linnet_account_call (self->account, PASSWORD, "Forget", NULL, task);
}
