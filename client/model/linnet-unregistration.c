/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-unregistration.c: an account leaves its server for ever.
 *
 * What cannot be undone is typed, not clicked: nothing runs until the address of the account was
 * typed. Here the account stays, disabled, with its history. */
#include "config.h"

#include "model/linnet-unregistration.h"

#include <string.h>

#include <glib/gi18n.h>

#include "model/linnet-account-private.h"
#include "model/linnet-notify.h"

#define REGISTRATION "im.linnet.Registration1"
#define ERROR_PREFIX TELEPATHY "Error."
/* The server ends everything else first. */
#define PATIENCE_MS 120000

struct _LinnetUnregistration
{
  GObject parent_instance;

  LinnetAccount *account; /* (owned) */
  char *error_text; /* (owned) (nullable) */
  LinnetUnregistrationState state;
};

enum
{
  PROP_STATE = 1,
  PROP_ERROR_TEXT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_ENUM_TYPE (LinnetUnregistrationState,
                    linnet_unregistration_state,
                    G_DEFINE_ENUM_VALUE (LINNET_UNREGISTRATION_ASKING, "asking"),
                    G_DEFINE_ENUM_VALUE (LINNET_UNREGISTRATION_CONFIRMED, "confirmed"),
                    G_DEFINE_ENUM_VALUE (LINNET_UNREGISTRATION_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (LINNET_UNREGISTRATION_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (LINNET_UNREGISTRATION_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (LINNET_UNREGISTRATION_UNKNOWN, "unknown"))
G_DEFINE_FINAL_TYPE (LinnetUnregistration, linnet_unregistration, G_TYPE_OBJECT)

static void
set_state (LinnetUnregistration *self, LinnetUnregistrationState state, const char *error_text)
{
  g_object_freeze_notify (G_OBJECT (self));
  linnet_notify_string (self, &self->error_text, error_text, props[PROP_ERROR_TEXT]);
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetUnregistration) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    {
      set_state (self, LINNET_UNREGISTRATION_DONE, NULL);
      return;
    }
  name = g_dbus_error_get_remote_error (error);
  g_dbus_error_strip_remote_error (error);
  if (name == NULL || g_str_equal (name, ERROR_PREFIX "NetworkError") ||
      g_str_equal (name, "org.freedesktop.DBus.Error.NoReply"))
    set_state (self, LINNET_UNREGISTRATION_UNKNOWN,
               _ ("The connection ended before the server answered. Sign in to see whether the "
                  "account is still there."));
  else if (g_str_equal (name, ERROR_PREFIX "Disconnected"))
    set_state (self, LINNET_UNREGISTRATION_FAILED,
               _ ("An account can be removed from its server while it is online."));
  else if (g_str_equal (name, "org.freedesktop.DBus.Error.UnknownMethod"))
    set_state (self, LINNET_UNREGISTRATION_FAILED,
               _ ("Another program manages this account. It cannot be removed from its server "
                  "here."));
  else
    set_state (self, LINNET_UNREGISTRATION_FAILED, error->message);
}

static void
linnet_unregistration_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetUnregistration *self = LINNET_UNREGISTRATION (object);

  if (id == PROP_STATE)
    g_value_set_enum (value, self->state);
  else if (id == PROP_ERROR_TEXT)
    g_value_set_string (value, self->error_text);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_unregistration_finalize (GObject *object)
{
  LinnetUnregistration *self = LINNET_UNREGISTRATION (object);

  g_clear_object (&self->account);
  g_clear_pointer (&self->error_text, g_free);
  G_OBJECT_CLASS (linnet_unregistration_parent_class)->finalize (object);
}

static void
linnet_unregistration_class_init (LinnetUnregistrationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_unregistration_get_property;
  object_class->finalize = linnet_unregistration_finalize;

  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, LINNET_TYPE_UNREGISTRATION_STATE,
                                         LINNET_UNREGISTRATION_ASKING, flags);
  props[PROP_ERROR_TEXT] = g_param_spec_string ("error-text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_unregistration_init (LinnetUnregistration *self)
{
}

/**
 * linnet_unregistration_new:
 * @account: an account
 *
 * Returns: (transfer full): what can remove it from its server, and has not yet
 */
LinnetUnregistration *
linnet_unregistration_new (LinnetAccount *account)
{
  LinnetUnregistration *self = g_object_new (LINNET_TYPE_UNREGISTRATION, NULL);

  self->account = g_object_ref (account);
  return self;
}

/** linnet_unregistration_get_state: Returns: how far it is */
LinnetUnregistrationState
linnet_unregistration_get_state (LinnetUnregistration *self)
{
  g_return_val_if_fail (LINNET_IS_UNREGISTRATION (self), LINNET_UNREGISTRATION_FAILED);
  return self->state;
}

/** linnet_unregistration_get_error_text: Returns: (nullable): what happened instead, a sentence */
const char *
linnet_unregistration_get_error_text (LinnetUnregistration *self)
{
  g_return_val_if_fail (LINNET_IS_UNREGISTRATION (self), NULL);
  return self->error_text;
}

/**
 * linnet_unregistration_set_typed:
 * @self: an account that may leave its server
 * @typed: what a person has typed so far; the address of the account means yes
 */
void
linnet_unregistration_set_typed (LinnetUnregistration *self, const char *typed)
{
  g_autofree char *address = g_strdup (typed);

  g_return_if_fail (LINNET_IS_UNREGISTRATION (self) && typed != NULL);
  if (self->state == LINNET_UNREGISTRATION_RUNNING || self->state == LINNET_UNREGISTRATION_DONE)
    return;
  set_state (self,
             strcmp (g_strstrip (address), linnet_account_get_address (self->account)) == 0
                 ? LINNET_UNREGISTRATION_CONFIRMED
                 : LINNET_UNREGISTRATION_ASKING,
             NULL);
}

/**
 * linnet_unregistration_run:
 * @self: an account that a person has confirmed to leave its server; else nothing happens
 */
void
linnet_unregistration_run (LinnetUnregistration *self)
{
  LinnetAccount *account = self->account;

  g_return_if_fail (LINNET_IS_UNREGISTRATION (self));
  if (self->state != LINNET_UNREGISTRATION_CONFIRMED)
    return;
  if (account->bus == NULL)
    {
      set_state (self, LINNET_UNREGISTRATION_FAILED,
                 _ ("The service of this account is not running."));
      return;
    }
  set_state (self, LINNET_UNREGISTRATION_RUNNING, NULL);
  g_dbus_connection_call (account->bus, account->manager_name, account->path, REGISTRATION,
                          "Unregister", NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, PATIENCE_MS,
                          NULL, ended_cb, g_object_ref (self));
}
