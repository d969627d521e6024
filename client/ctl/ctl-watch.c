/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-watch.c: waits until an account is what it was told to be. Telepathy Account
 *
 * A watch is made before the account is told anything: what it failed with earlier is not taken for
 * the answer. */
#include "config.h"

#include <glib/gi18n.h>

#include "ctl/ctl-account.h"

struct _CtlWatch
{
  Ctl *ctl; /* (unowned) */
  CtlAccount *account; /* (unowned) */
  const CtlPresence *wanted; /* (unowned) (nullable): to be online is enough */
  guint subscription;
  gboolean is_changed;
  gboolean has_moved; /* another status or error came since we watch */
};

static void
changed_cb (GDBusConnection *bus,
            const char *sender,
            const char *path,
            const char *interface,
            const char *member,
            GVariant *arguments,
            gpointer data)
{
  CtlWatch *self = data;
  g_autoptr (GVariant) changed = NULL;
  g_autoptr (GVariant) status = NULL;

  self->is_changed = TRUE;
  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(a{sv})")))
    return;
  changed = g_variant_get_child_value (arguments, 0);
  status = g_variant_lookup_value (changed, "ConnectionStatus", NULL);
  if (status != NULL)
    self->has_moved = TRUE;
}

/** ctl_watch_new: @account: what to watch; outlives the watch. Returns: (transfer full): it */
CtlWatch *
ctl_watch_new (Ctl *ctl, CtlAccount *account)
{
  CtlWatch *self = g_new0 (CtlWatch, 1);

  self->ctl = ctl;
  self->account = account;
  self->is_changed = TRUE;
  self->has_moved = *ctl_account_get_text (account, "ConnectionError") == '\0';
  self->subscription = g_dbus_connection_signal_subscribe (
      ctl->bus, ctl->manager, CTL_ACCOUNT, "AccountPropertyChanged", account->path, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, changed_cb, self, NULL);
  return self;
}

void
ctl_watch_free (CtlWatch *self)
{
  g_dbus_connection_signal_unsubscribe (self->ctl->bus, self->subscription);
  g_free (self);
}

static gboolean
has_presence (CtlAccount *account, const CtlPresence *wanted)
{
  g_autoptr (CtlPresence) current = ctl_account_dup_presence (account, "CurrentPresence");

  return g_str_equal (current->show, wanted->show) && g_str_equal (current->text, wanted->text);
}

/* Whether the server has said what it can do, and has nothing to hide anybody with. */
static gboolean
can_hide_nobody (Ctl *ctl, CtlAccount *account)
{
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GVariant) features = NULL;
  g_autofree const char **names = NULL;

  if (!ctl_account_find_extension (ctl, account, &name, &path, NULL))
    return FALSE;
  features = ctl_get (ctl, name, path, CTL_SECURITY, "ServerFeatures", "as", NULL);
  names = features != NULL ? g_variant_get_strv (features, NULL) : NULL;
  return names != NULL && names[0] != NULL && !g_strv_contains (names, "urn:xmpp:invisible:1") &&
         !g_strv_contains (names, "jabber:iq:privacy");
}

static gboolean
check_presence (CtlWatch *self, GError **error)
{
  if (self->wanted == NULL || has_presence (self->account, self->wanted))
    return TRUE;
  if (g_str_equal (self->wanted->show, "hidden") && can_hide_nobody (self->ctl, self->account))
    g_set_error (error, CTL_ERROR, CTL_FAILED,
                 _ ("The server of %s can hide nobody: others see that you are busy."),
                 self->account->address);
  return FALSE;
}

static gboolean
check (gpointer data, GError **error)
{
  CtlWatch *self = data;
  gboolean wants_offline = self->wanted != NULL && self->wanted->type <= CTL_PRESENCE_OFFLINE;
  guint status;

  if (!self->is_changed)
    return FALSE;
  self->is_changed = FALSE;
  if (!ctl_account_reload (self->ctl, self->account, error))
    return FALSE;
  status = ctl_account_get_status (self->account);
  if (wants_offline)
    return status == CTL_DISCONNECTED;
  if (status == CTL_CONNECTED)
    return check_presence (self, error);
  if (status == CTL_DISCONNECTED && self->has_moved)
    {
      g_autofree char *why = ctl_account_dup_error (self->account);

      if (why != NULL)
        g_set_error_literal (error, CTL_ERROR, CTL_OFFLINE, why);
    }
  return FALSE;
}

static gboolean
wait (CtlWatch *self, guint timeout_s, GError **error)
{
  gboolean in_time;

  if (!ctl_wait (self->ctl, timeout_s, check, self, &in_time, error))
    return FALSE;
  if (in_time)
    return TRUE;
  if (self->wanted == NULL)
    g_set_error (error, CTL_ERROR, CTL_TIMED_OUT,
                 ngettext ("%s was not online within %u second.",
                           "%s was not online within %u seconds.", timeout_s),
                 self->account->address, timeout_s);
  else
    g_set_error (error, CTL_ERROR, CTL_TIMED_OUT,
                 ngettext ("%s did not have that presence within %u second.",
                           "%s did not have that presence within %u seconds.", timeout_s),
                 self->account->address, timeout_s);
  return FALSE;
}

/**
 * ctl_watch_until_online:
 * @timeout_s: how long at most
 *
 * Returns: whether the account is online
 * Errors: CTL_OFFLINE with the reason, CTL_TIMED_OUT
 */
gboolean
ctl_watch_until_online (CtlWatch *self, guint timeout_s, GError **error)
{
  self->wanted = NULL;
  return wait (self, timeout_s, error);
}

/**
 * ctl_watch_until_presence:
 * @wanted: what others shall see
 * @timeout_s: how long at most
 *
 * Returns: whether others see it
 * Errors: CTL_OFFLINE with the reason, CTL_TIMED_OUT
 */
gboolean
ctl_watch_until_presence (CtlWatch *self,
                          const CtlPresence *wanted,
                          guint timeout_s,
                          GError **error)
{
  self->wanted = wanted;
  return wait (self, timeout_s, error);
}

/**
 * ctl_account_await:
 * @account: an account
 *
 * Waits for an account that is signing in, as all do when the service starts. One that is offline
 * to stay so is not waited for.
 *
 * Returns: FALSE if it was on its way, and did not arrive
 * Errors: CTL_OFFLINE with the reason, CTL_TIMED_OUT
 */
gboolean
ctl_account_await (Ctl *ctl, CtlAccount *account, GError **error)
{
  g_autoptr (CtlWatch) watch = NULL;

  if (ctl_account_get_status (account) == CTL_CONNECTED || !ctl_account_is_on_its_way (account))
    return TRUE;
  watch = ctl_watch_new (ctl, account);
  return ctl_watch_until_online (watch, CTL_TIMEOUT_S, error);
}
