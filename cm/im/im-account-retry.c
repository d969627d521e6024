/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-retry.c: what is wanted of an account against what is: connects, tries again, gives up
 * until a person acts
 *
 * Only an account of the account manager acts by itself. The network monitor is a hint, never a
 * condition: it may think that a machine without a default route is offline. */

#include "im/im-account-parts.h"
#include "im/im-reconnect.h"

#define STEADY_US (60 * G_USEC_PER_SEC)
#define NETWORK_SETTLES_MS 1000
#define NETWORK_PING_TIMEOUT_MS 10000

static gboolean
wants_online (ImAccount *self)
{
  return self->record->is_enabled && im_account_is_valid (self) &&
         self->requested_presence->type != IM_PRESENCE_OFFLINE &&
         self->requested_presence->type != IM_PRESENCE_UNSET;
}

static void
set_retry_at (ImAccount *self, gint64 retry_at_us)
{
  if (self->retry_at_us == retry_at_us)
    return;
  self->retry_at_us = retry_at_us;
  im_account_notify (self, "retry-at");
}

/** im_account_forget_retry: no try is waited for */
void
im_account_forget_retry (ImAccount *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  set_retry_at (self, 0);
}

static gboolean
retry_cb (gpointer user_data)
{
  ImAccount *self = user_data;

  self->retry_id = 0;
  set_retry_at (self, 0);
  im_account_reconsider (self);
  return G_SOURCE_REMOVE;
}

/**
 * im_account_note_end:
 * @online_us: how long it was online
 *
 * A connection, or the attempt at one, has ended; what comes next depends on the account's error.
 */
void
im_account_note_end (ImAccount *self, gint64 online_us)
{
  guint delay_ms;

  if (!self->is_managed || !self->record->is_kept || !wants_online (self))
    return;
  if (self->error == NULL || !im_reconnect_may_help (self->error) ||
      !im_account_may_sign_up_again (self))
    {
      self->waits_for_person = TRUE;
      return;
    }
  if (online_us > STEADY_US)
    self->n_failures = 0;
  self->n_failures++;
  delay_ms = im_reconnect_delay_ms (self->n_failures, self->error, g_random_double ());
  g_debug ("%s: next try in %u ms", self->unique_name, delay_ms);
  self->retry_id = g_timeout_add (delay_ms, retry_cb, self);
  set_retry_at (self, g_get_monotonic_time () + delay_ms * G_GINT64_CONSTANT (1000));
}

/** im_account_is_waiting: Returns: whether it is offline until the time of the next try has come */
gboolean
im_account_is_waiting (ImAccount *self)
{
  return self->retry_id != 0;
}

/** im_account_reconsider: goes on, off, or stays as it is, as is wanted now */
void
im_account_reconsider (ImAccount *self)
{
  if (!self->is_managed || !self->record->is_kept)
    return;
  if (!wants_online (self))
    {
      im_account_forget_retry (self);
      self->n_failures = 0;
      im_account_disconnect (self);
      return;
    }
  im_account_set_presence (self, self->requested_presence);
  if (self->state == IM_ACCOUNT_OFFLINE && self->retry_id == 0 && !self->waits_for_person)
    im_account_connect (self);
}

/** im_account_reconnect: now, whatever was in the way: a person asks */
void
im_account_reconnect (ImAccount *self)
{
  im_account_forget_retry (self);
  self->n_failures = 0;
  if (self->state != IM_ACCOUNT_OFFLINE)
    {
      self->waits_for_person = TRUE; /* not by itself while it goes offline */
      im_account_fail (self, NULL);
    }
  self->waits_for_person = FALSE;
  if (self->is_managed && self->record->is_kept)
    im_account_reconsider (self);
  else
    im_account_connect (self);
}

/** im_account_bring_online: somebody needs a connection, so there is one or an attempt at one,
 * wherever that is possible; with its automatic presence, where it was meant to be offline */
void
im_account_bring_online (ImAccount *self)
{
  const ImPresenceType requested = self->requested_presence->type;

  if (self->state != IM_ACCOUNT_OFFLINE || !self->record->is_enabled || !im_account_is_valid (self))
    return;
  if (requested == IM_PRESENCE_OFFLINE || requested == IM_PRESENCE_UNSET)
    im_account_request_presence (self, self->automatic_presence);
  else
    im_account_reconnect (self);
}

/** im_account_dup_why_offline: Returns: (transfer full): why who needs a connection has none.
 * IM_ERROR_DOES_NOT_EXIST: it was removed; IM_ERROR_NOT_AVAILABLE: it is disabled;
 * IM_ERROR_OFFLINE: nobody wants it online; else how the last connection ended */
GError *
im_account_dup_why_offline (ImAccount *self)
{
  if (self->is_removed)
    return g_error_new_literal (IM_ERROR, IM_ERROR_DOES_NOT_EXIST, "The account was removed");
  if (!self->record->is_enabled)
    return g_error_new_literal (IM_ERROR, IM_ERROR_NOT_AVAILABLE, "The account is disabled");
  if (self->error != NULL)
    return g_error_copy (self->error);
  return g_error_new_literal (IM_ERROR, IM_ERROR_OFFLINE, "The account is not connected");
}

static gboolean
network_settled_cb (gpointer user_data)
{
  ImAccount *self = user_data;

  self->network_check_id = 0;
  if (self->state == IM_ACCOUNT_ONLINE)
    im_account_ping_now (self, NETWORK_PING_TIMEOUT_MS);
  else if (self->retry_id != 0)
    {
      im_account_forget_retry (self);
      self->n_failures = 0;
      im_account_reconsider (self);
    }
  return G_SOURCE_REMOVE;
}

static void
network_changed_cb (ImAccount *self, gboolean is_available, GNetworkMonitor *monitor)
{
  if (!is_available)
    return;
  g_clear_handle_id (&self->network_check_id, g_source_remove);
  self->network_check_id =
      g_timeout_add (NETWORK_SETTLES_MS / 2 + g_random_int_range (0, NETWORK_SETTLES_MS / 2),
                     network_settled_cb, self);
}

/** im_account_unwatch_network: it no longer acts by itself */
void
im_account_unwatch_network (ImAccount *self)
{
  g_clear_handle_id (&self->network_check_id, g_source_remove);
  g_clear_signal_handler (&self->network_id, g_network_monitor_get_default ());
}

/** im_account_set_is_managed: @is_managed: whether a kept account acts by itself from now on */
void
im_account_set_is_managed (ImAccount *self, gboolean is_managed)
{
  if (self->is_managed == is_managed)
    return;
  self->is_managed = is_managed;
  if (is_managed)
    self->network_id =
        g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                                 G_CALLBACK (network_changed_cb), self, G_CONNECT_SWAPPED);
  else
    {
      im_account_unwatch_network (self);
      im_account_forget_retry (self);
    }
  im_account_reconsider (self);
}
