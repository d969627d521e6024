/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-driver.c: a Telepathy client of a connection manager, whose clocks it reads, and the
 * control socket of replay.py */
#include "bench-driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gio/gunixsocketaddress.h>

/* What replay.py calls the last of a painter's pictures: 2^100 + 999. */
#define LAST_PICTURE "00000000000000100000000000000000000003e7"
#define SETTLE_MS 200
#define SETTLED_MS 1.0

double
bench_get_cpu_ms (Bench *self)
{
  struct timespec now;

  if (clock_gettime (self->clock, &now) != 0)
    g_error ("The connection manager is gone");
  return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

double
bench_get_wall_ms (Bench *self)
{
  return (double) (g_get_monotonic_time () - self->begun_us) / 1000;
}

void
bench_begin (Bench *self)
{
  g_hash_table_remove_all (self->counts);
  self->begun_us = g_get_monotonic_time ();
  self->begun_cpu_ms = bench_get_cpu_ms (self);
}

guint
bench_count (Bench *self, const char *member)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, member));
}

void
bench_report_counts (Bench *self)
{
  GHashTableIter iter;
  gpointer member, number;

  g_hash_table_iter_init (&iter, self->counts);
  while (g_hash_table_iter_next (&iter, &member, &number))
    printf ("signals.%s %u\n", (char *) member, GPOINTER_TO_UINT (number));
}

long
bench_get_smaps_kib (Bench *self, const char *field)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", (int) self->pid);
  g_autofree char *line = g_strdup_printf ("\n%s:", field);
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    {
      g_printerr ("%s cannot be read: the service was not started with LINNET_DUMPABLE=1\n", path);
      exit (EXIT_FAILURE);
    }
  at = strstr (text, line);
  return at != NULL ? strtol (at + strlen (line), NULL, 10) : 0;
}

void
bench_report_memory (Bench *self)
{
  printf ("private_mib %.2f\n", (double) (bench_get_smaps_kib (self, "Private_Clean") +
                                          bench_get_smaps_kib (self, "Private_Dirty")) /
                                    1024);
  printf ("pss_mib %.2f\n", (double) bench_get_smaps_kib (self, "Pss") / 1024);
}

static gboolean
woken_cb (gpointer is_woken)
{
  *(gboolean *) is_woken = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until `is_done`, which looks again with everything that comes. */
void
bench_wait_until (Bench *self, gboolean (*is_done) (Bench *self, guint number), guint number)
{
  gboolean is_late = FALSE;
  guint timer = g_timeout_add_seconds (TIMEOUT_S, woken_cb, &is_late);

  while (!is_done (self, number))
    {
      if (is_late)
        g_error ("It takes too long; presences %u, messages %u, answers %u of %u, list state %u",
                 g_hash_table_size (self->present), bench_count (self, "MessageReceived"),
                 self->n_answered, self->n_sent, self->list_state);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (timer);
}

void
bench_run_for (guint time_ms)
{
  gboolean is_over = FALSE;
  guint timer = g_timeout_add (time_ms, woken_cb, &is_over);

  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

/* What it still has to do belongs to what it was asked. */
void
bench_settle (Bench *self)
{
  double before_ms;

  do
    {
      before_ms = bench_get_cpu_ms (self);
      bench_run_for (SETTLE_MS);
    }
  while (bench_get_cpu_ms (self) - before_ms > SETTLED_MS);
}

GVariant *
bench_call (
    Bench *self, const char *name, const char *path, const char *method, GVariant *arguments)
{
  g_autofree char *interface = g_strndup (method, strrchr (method, '.') - method);
  g_autoptr (GError) error = NULL;
  GVariant *answer =
      g_dbus_connection_call_sync (self->bus, name, path, interface, strrchr (method, '.') + 1,
                                   arguments, NULL, 0, TIMEOUT_S * 1000, NULL, &error);

  if (answer == NULL)
    g_error ("%s: %s", method, error->message);
  return answer;
}

static void
take_presences (Bench *self, GVariant *presences)
{
  GVariantIter iter;
  guint handle, type;

  g_variant_iter_init (&iter, presences);
  while (g_variant_iter_next (&iter, "{u(uss)}", &handle, &type, NULL, NULL))
    if (type >= 2 && type <= 6)
      g_hash_table_add (self->present, GUINT_TO_POINTER (handle));
}

/* Older managers show contact lists as channels as well. */
static void
take_channels (Bench *self, GVariant *channels)
{
  GVariantIter iter;
  GVariant *properties;
  const char *path;

  g_variant_iter_init (&iter, channels);
  while (g_variant_iter_next (&iter, "(&o@a{sv})", &path, &properties))
    {
      const char *type = "";

      g_variant_lookup (properties, CHANNEL ".ChannelType", "&s", &type);
      if (strcmp (type, TEXT) == 0)
        g_ptr_array_add (self->channels, g_strdup (path));
      g_variant_unref (properties);
    }
}

static void
signal_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *member,
           GVariant *arguments,
           gpointer user_data)
{
  Bench *self = user_data;
  g_autoptr (GVariant) first = NULL;

  g_hash_table_insert (self->counts, (gpointer) g_intern_string (member),
                       GUINT_TO_POINTER (bench_count (self, member) + 1));
  if (strcmp (member, "MessageReceived") == 0)
    return;
  if (g_variant_n_children (arguments) > 0)
    first = g_variant_get_child_value (arguments, 0);
  if (strcmp (member, "AvatarUpdated") == 0)
    {
      const char *token;

      g_variant_get_child (arguments, 1, "&s", &token);
      self->has_last_picture |= strcmp (token, LAST_PICTURE) == 0;
    }
  else if (strcmp (member, "PresencesChanged") == 0)
    take_presences (self, first);
  else if (strcmp (member, "NewChannels") == 0)
    take_channels (self, first);
  else if (strcmp (member, "ContactListStateChanged") == 0)
    self->list_state = g_variant_get_uint32 (first);
  else if (strcmp (member, "ConnectionError") == 0)
    g_error ("The connection ended: %s", g_variant_get_string (first, NULL));
}

void
bench_tell_server (Bench *self, const char *line)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->control)), line,
                             strlen (line), NULL, NULL, NULL);
}

/* A line of its answer. */
guint
bench_ask_server (Bench *self, const char *line)
{
  char answer[64];
  gssize length;

  bench_tell_server (self, line);
  length = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (self->control)), answer,
                                sizeof answer - 1, NULL, NULL);
  answer[MAX (length, 0)] = '\0';
  return (guint) g_ascii_strtoull (answer, NULL, 10);
}

void
bench_connect_to_server (Bench *self, const char *control)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (control);
  g_autoptr (GError) error = NULL;

  self->control = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  if (self->control == NULL)
    g_error ("%s", error->message);
}

void
bench_request_connection (Bench *self, const char *manager, const char *parameters)
{
  g_autofree char *name = g_strconcat (TP ".ConnectionManager.", manager, NULL);
  g_autofree char *path =
      g_strconcat ("/org/freedesktop/Telepathy/ConnectionManager/", manager, NULL);
  g_autoptr (GError) error = NULL;
  GVariant *given = g_variant_parse (G_VARIANT_TYPE_VARDICT, parameters, NULL, NULL, &error);
  g_autoptr (GVariant) made = NULL;
  g_autoptr (GVariant) number = NULL;

  if (given == NULL)
    g_error ("The parameters: %s", error->message);
  made = bench_call (self, name, path, TP ".ConnectionManager.RequestConnection",
                     g_variant_new ("(s@a{sv})", "jabber", given));
  g_variant_get (made, "(so)", &self->name, &self->path);
  number =
      bench_call (self, BUS, "/", BUS ".GetConnectionUnixProcessID", g_variant_new ("(s)", name));
  g_variant_get (number, "(u)", &self->pid);
  if (clock_getcpuclockid (self->pid, &self->clock) != 0)
    g_error ("The process has no clock");
  g_dbus_connection_signal_subscribe (self->bus, self->name, NULL, NULL, NULL, NULL, 0, signal_cb,
                                      self, NULL);
  printf ("pid %d\n", (int) self->pid);
}
