/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-debug.c: debug [--follow]. Telepathy Debug */
#include "config.h"

#include <stdio.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "ctl/ctl-command.h"
#include "ctl/ctl-text.h"

#define DEBUG CTL_TELEPATHY "Debug"
#define DEBUG_PATH "/org/freedesktop/Telepathy/debug"

typedef struct
{
  Ctl *ctl; /* (unowned) */
  const char *domain; /* (nullable): only this one */
  double last_s; /* of the newest line that was kept */
  gboolean is_over;
  gboolean is_new_service; /* the service was started again */
} Log;

static void
print_line (Log *self, double time_s, const char *domain, guint level, const char *text)
{
  static const char *const levels[] = {
    "error", "critical", "warning", "message", "info", "debug"
  };
  const char *word = levels[MIN (level, G_N_ELEMENTS (levels) - 1)];
  g_autofree char *time = ctl_text_dup_time ((gint64) time_s);
  g_autofree char *safe_domain = ctl_text_dup_safe (domain);
  g_autofree char *safe = ctl_text_dup_lines (text, "  ");
  GVariantBuilder builder;

  if (self->domain != NULL && !g_str_equal (self->domain, domain))
    return;
  if (!self->ctl->wants_json)
    {
      g_print ("%s %s %s: %s\n", time, safe_domain, word, safe);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "time", g_variant_new_double (time_s));
  g_variant_builder_add (&builder, "{sv}", "domain", g_variant_new_string (domain));
  g_variant_builder_add (&builder, "{sv}", "level", g_variant_new_string (word));
  g_variant_builder_add (&builder, "{sv}", "text", g_variant_new_string (text));
  ctl_json_print (g_variant_builder_end (&builder));
}

static void
message_cb (GDBusConnection *bus,
            const char *sender,
            const char *path,
            const char *interface,
            const char *member,
            GVariant *arguments,
            gpointer data)
{
  Log *self = data;
  double time_s;
  const char *domain, *text;
  guint32 level;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(dsus)")))
    return;
  g_variant_get (arguments, "(d&su&s)", &time_s, &domain, &level, &text);
  if (time_s <= self->last_s)
    return;
  print_line (self, time_s, domain, level, text);
  fflush (stdout);
}

static gboolean
print_kept (Log *self, GError **error)
{
  g_autoptr (GVariant) reply = ctl_call (self->ctl, CTL_SERVICE_NAME, DEBUG_PATH, DEBUG,
                                         "GetMessages", NULL, "(a(dsus))", error);
  g_autoptr (GVariantIter) iter = NULL;
  double time_s;
  const char *domain, *text;
  guint32 level;

  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(a(dsus))", &iter);
  while (g_variant_iter_loop (iter, "(d&su&s)", &time_s, &domain, &level, &text))
    {
      if (time_s > self->last_s)
        print_line (self, time_s, domain, level, text);
      self->last_s = MAX (self->last_s, time_s);
    }
  fflush (stdout);
  return TRUE;
}

static gboolean
interrupted_cb (gpointer data)
{
  Log *self = data;

  self->is_over = TRUE;
  return G_SOURCE_CONTINUE;
}

static gboolean
set_enabled (Ctl *ctl, gboolean is_enabled, GError **error)
{
  return ctl_set (ctl, CTL_SERVICE_NAME, DEBUG_PATH, DEBUG, "Enabled",
                  g_variant_new_boolean (is_enabled), error);
}

static void
name_cb (GDBusConnection *bus,
         const char *sender,
         const char *path,
         const char *interface,
         const char *member,
         GVariant *arguments,
         gpointer data)
{
  Log *self = data;
  const char *owner;

  g_variant_get (arguments, "(&s&s&s)", NULL, NULL, &owner);
  self->is_new_service = *owner != '\0';
}

/* A service that leaves is not started for its log; when it is back, its log is, too. */
static gboolean
check_over (gpointer data, GError **error)
{
  Log *self = data;

  if (self->is_new_service)
    {
      self->is_new_service = FALSE;
      if (set_enabled (self->ctl, TRUE, NULL))
        print_kept (self, NULL);
    }
  return self->is_over;
}

/* It is switched on before what is kept is read, so that no line is lost; what is in both is
 * printed once. */
static gboolean
follow (Log *self, guint timeout_s, GError **error)
{
  g_autoptr (GVariant) before =
      ctl_get (self->ctl, CTL_SERVICE_NAME, DEBUG_PATH, DEBUG, "Enabled", "b", error);
  guint subscriptions[2];
  guint sources[2];
  gboolean in_time, good;

  if (before == NULL)
    return FALSE;
  subscriptions[0] = g_dbus_connection_signal_subscribe (
      self->ctl->bus, CTL_SERVICE_NAME, DEBUG, "NewDebugMessage", DEBUG_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, message_cb, self, NULL);
  subscriptions[1] = g_dbus_connection_signal_subscribe (
      self->ctl->bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
      "/org/freedesktop/DBus", CTL_SERVICE_NAME, G_DBUS_SIGNAL_FLAGS_NONE, name_cb, self, NULL);
  sources[0] = g_unix_signal_add (SIGINT, interrupted_cb, self);
  sources[1] = g_unix_signal_add (SIGTERM, interrupted_cb, self);
  good = set_enabled (self->ctl, TRUE, error) && print_kept (self, error) &&
         ctl_wait (self->ctl, timeout_s, check_over, self, &in_time, error);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  for (guint i = 0; i < G_N_ELEMENTS (subscriptions); i++)
    g_dbus_connection_signal_unsubscribe (self->ctl->bus, subscriptions[i]);
  self->ctl->may_not_start = TRUE;
  if (!g_variant_get_boolean (before) && !g_dbus_connection_is_closed (self->ctl->bus))
    set_enabled (self->ctl, FALSE, NULL);
  return good;
}

gboolean
ctl_debug (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  gboolean follows = FALSE;
  int timeout_s = 0;
  g_autofree char *domain = NULL;
  const GOptionEntry entries[] = {
    { "follow", 'f', 0, G_OPTION_ARG_NONE, &follows, N_ ("Go on as lines come"), NULL },
    { "domain", 'd', 0, G_OPTION_ARG_FILENAME, &domain, N_ ("Print only lines of this part"),
      N_ ("NAME") },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s, N_ ("With --follow: end after so long"),
      N_ ("SECONDS") },
    { NULL },
  };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 0, 0, error);
  Log log = { .ctl = ctl };

  if (arguments == NULL || !ctl_check_timeout (timeout_s, error) || !ctl_connect (ctl, error))
    return FALSE;
  log.domain = domain;
  return follows ? follow (&log, timeout_s, error) : print_kept (&log, error);
}
