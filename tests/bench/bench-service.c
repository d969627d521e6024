/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-service.c: a Telepathy client that has a connection manager work, and reads its clocks
 *
 * bench-service SCENARIO MANAGER PARAMETERS CONTROL NUMBER: SCENARIO is sign-in, messages (or
 * messages-in, messages-out), contacts, people or idle;
 * MANAGER the connection manager's name; PARAMETERS a GVariant's text; CONTROL the socket of
 * replay.py; NUMBER how many contacts are online, or how many messages. Prints a line of name and
 * value each. CPU is the process clock of the connection manager; times are from the call on. */
#include "bench-driver.h"

#include <stdio.h>
#include <string.h>

#define LIST_SUCCESS 3
#define N_TALKERS 100
#define N_AVATARS 1000u
#define MAX_IN_FLIGHT 100

static gboolean
has_list (Bench *self, guint number)
{
  return self->list_state == LIST_SUCCESS;
}

static gboolean
is_complete (Bench *self, guint n_online)
{
  return self->is_listed && g_hash_table_size (self->present) >= n_online;
}

static void
attributes_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Bench *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    g_error ("GetContactListAttributes: %s", error->message);
  self->listed = g_variant_get_child_value (answer, 0);
  self->is_listed = TRUE;
  self->listed_ms = bench_get_wall_ms (self);
  self->listed_cpu_ms = bench_get_cpu_ms (self) - self->begun_cpu_ms;
  printf ("contacts %u\n", (guint) g_variant_n_children (self->listed));
}

static void
list_contacts (Bench *self)
{
  static const char *const interfaces[] = { CONNECTION ".Interface.SimplePresence",
                                            CONNECTION ".Interface.Aliasing",
                                            CONNECTION ".Interface.ContactGroups", NULL };

  g_dbus_connection_call (self->bus, self->name, self->path, CONTACT_LIST,
                          "GetContactListAttributes", g_variant_new ("(^asb)", interfaces, FALSE),
                          NULL, 0, TIMEOUT_S * 1000, NULL, attributes_cb, self);
}

/* Until the list was read and everybody who is online is known to be. */
void
bench_sign_in (Bench *self, guint n_online)
{
  bench_begin (self);
  g_dbus_connection_call (self->bus, self->name, self->path, CONNECTION, "Connect", NULL, NULL, 0,
                          -1, NULL, NULL, NULL);
  bench_wait_until (self, has_list, 0);
  list_contacts (self);
  bench_wait_until (self, is_complete, n_online);
}

static void
measure_sign_in (Bench *self, guint n_online)
{
  bench_sign_in (self, n_online);
  printf ("wall_ms %.1f\n", bench_get_wall_ms (self));
  printf ("cpu_ms %.1f\n", bench_get_cpu_ms (self) - self->begun_cpu_ms);
  printf ("listed_wall_ms %.1f\nlisted_cpu_ms %.1f\n", self->listed_ms, self->listed_cpu_ms);
  bench_report_memory (self);
  bench_report_counts (self);
  bench_settle (self);
  printf ("settled_cpu_ms %.1f\n", bench_get_cpu_ms (self) - self->begun_cpu_ms);
  bench_run_for (1000);
  printf ("settled_private_mib %.2f\n", (double) (bench_get_smaps_kib (self, "Private_Clean") +
                                                  bench_get_smaps_kib (self, "Private_Dirty")) /
                                            1024);
}

/* au (transfer floating) */
GVariant *
bench_new_handles (Bench *self)
{
  GVariantBuilder builder;
  GVariantIter iter;
  guint handle;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("au"));
  g_variant_iter_init (&iter, self->listed);
  while (g_variant_iter_next (&iter, "{u@a{sv}}", &handle, NULL))
    g_variant_builder_add (&builder, "u", handle);
  return g_variant_builder_end (&builder);
}

/* How many there are of a contact, in the mean. */
static void
report_attributes (GVariant *answer)
{
  g_autoptr (GVariant) rows = g_variant_get_child_value (answer, 0);
  gsize n_attributes = 0;
  gsize n_rows = g_variant_n_children (rows);

  for (gsize i = 0; i < n_rows; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      g_autoptr (GVariant) attributes = g_variant_get_child_value (row, 1);

      n_attributes += g_variant_n_children (attributes);
    }
  printf ("attributes_each %.2f\n", (double) n_attributes / (double) MAX (n_rows, 1));
}

/* Everything that is known of everybody, in one call. */
void
bench_ask_attributes (Bench *self)
{
  static const char *const interfaces[] = { CONNECTION,
                                            CONTACT_LIST,
                                            CONNECTION ".Interface.SimplePresence",
                                            CONNECTION ".Interface.Aliasing",
                                            CONNECTION ".Interface.ContactGroups",
                                            CONNECTION ".Interface.ContactCapabilities",
                                            CONNECTION ".Interface.ClientTypes",
                                            CONNECTION ".Interface.ContactBlocking",
                                            CONNECTION ".Interface.ContactInfo",
                                            CONNECTION ".Interface.Location",
                                            CONNECTION ".Interface.Avatars",
                                            CONNECTION ".Interface.Addressing1",
                                            NULL };
  GVariant *arguments = g_variant_new ("(@au^asb)", bench_new_handles (self), interfaces, FALSE);
  g_autoptr (GVariant) answer = NULL;

  bench_settle (self);
  bench_begin (self);
  answer = bench_call (self, self->name, self->path,
                       CONNECTION ".Interface.Contacts.GetContactAttributes", arguments);
  printf ("attributes_wall_ms %.1f\n", bench_get_wall_ms (self));
  bench_settle (self);
  printf ("attributes_cpu_ms %.1f\nattributes_mib %.2f\n",
          bench_get_cpu_ms (self) - self->begun_cpu_ms,
          (double) g_variant_get_size (answer) / (1024 * 1024));
  report_attributes (answer);
}

gboolean
bench_has_avatars (Bench *self, guint number)
{
  return bench_count (self, "AvatarUpdated") >= number;
}

/* Everybody has another picture at once, and nobody wants to see it. */
static void
storm_avatars (Bench *self)
{
  g_autofree char *line = g_strdup_printf ("avatars %u\n", N_AVATARS);

  bench_begin (self);
  bench_tell_server (self, line);
  bench_wait_until (self, bench_has_avatars, N_AVATARS);
  bench_settle (self);
  printf ("avatar_cpu_us %.1f\navatar_requests %u\n",
          (bench_get_cpu_ms (self) - self->begun_cpu_ms) * 1000 / N_AVATARS,
          bench_ask_server (self, "pictures\n"));
}

static void
measure_contacts (Bench *self, guint n_online)
{
  long before_kib = bench_get_smaps_kib (self, "Private_Dirty");

  bench_sign_in (self, n_online);
  bench_settle (self);
  printf ("crowd_cpu_ms %.1f\ncrowd_queries %u\n", bench_get_cpu_ms (self) - self->begun_cpu_ms,
          bench_ask_server (self, "queries\n"));
  bench_run_for (1000);
  printf ("contact_bytes %.0f\nsent_bytes %.0f\n",
          (double) (bench_get_smaps_kib (self, "Private_Dirty") - before_kib) * 1024 /
              (double) g_variant_n_children (self->listed),
          (double) bench_ask_server (self, "sent\n") /
              (double) g_variant_n_children (self->listed));
  bench_ask_attributes (self);
  storm_avatars (self);
}

static gboolean
has_channels (Bench *self, guint number)
{
  return self->channels->len >= number;
}

static gboolean
has_messages (Bench *self, guint number)
{
  return bench_count (self, "MessageReceived") >= number;
}

/* A first message from everybody, and so a channel with everybody. */
static void
open_channels (Bench *self)
{
  g_autofree char *line = g_strdup_printf ("messages %u\n", N_TALKERS);

  bench_tell_server (self, line);
  bench_wait_until (self, has_channels, N_TALKERS);
  bench_settle (self);
}

static void
measure_incoming (Bench *self, guint number)
{
  g_autofree char *line = g_strdup_printf ("messages %u\n", number);
  double wall_ms;

  bench_begin (self);
  bench_tell_server (self, line);
  bench_wait_until (self, has_messages, number);
  wall_ms = bench_get_wall_ms (self);
  bench_settle (self);
  printf ("in_cpu_us %.1f\nin_wall_us %.1f\n",
          (bench_get_cpu_ms (self) - self->begun_cpu_ms) * 1000 / number, wall_ms * 1000 / number);
  bench_report_counts (self);
}

static void send_next (Bench *self);

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Bench *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    g_error ("SendMessage: %s", error->message);
  self->n_answered++;
  send_next (self);
}

static gboolean
is_answered (Bench *self, guint number)
{
  return self->n_answered >= number;
}

static guint n_to_send;

static void
send_next (Bench *self)
{
  if (self->n_sent == n_to_send)
    return;
  g_dbus_connection_call (
      self->bus, self->name, g_ptr_array_index (self->channels, self->n_sent++ % N_TALKERS),
      MESSAGES, "SendMessage", self->message, NULL, 0, TIMEOUT_S * 1000, NULL, answered_cb, self);
}

static GVariant *
new_message (void)
{
  return g_variant_ref_sink (g_variant_new_parsed (
      "([{'message-type': <@u 0>}, {'content-type': <'text/plain'>, 'content': "
      "<'But soft, what light through yonder window breaks? It is the east.'>}], @u 0)"));
}

static void
measure_outgoing (Bench *self, guint number)
{
  double wall_ms;

  n_to_send = number;
  self->message = new_message ();
  bench_begin (self);
  for (guint i = 0; i < MIN (MAX_IN_FLIGHT, number); i++)
    send_next (self);
  bench_wait_until (self, is_answered, number);
  wall_ms = bench_get_wall_ms (self);
  bench_settle (self);
  printf ("out_cpu_us %.1f\nout_wall_us %.1f\n",
          (bench_get_cpu_ms (self) - self->begun_cpu_ms) * 1000 / number, wall_ms * 1000 / number);
  bench_report_counts (self);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Bench self = { 0 };
  guint number;

  if (argc != 6)
    return 2;
  self.bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  if (self.bus == NULL)
    g_error ("%s", error->message);
  self.counts = g_hash_table_new (g_str_hash, g_str_equal);
  self.present = g_hash_table_new (NULL, NULL);
  self.channels = g_ptr_array_new_with_free_func (g_free);
  setvbuf (stdout, NULL, _IOLBF, 0);
  number = (guint) g_ascii_strtoull (argv[5], NULL, 10);
  bench_connect_to_server (&self, argv[4]);
  bench_request_connection (&self, argv[2], argv[3]);
  if (strcmp (argv[1], "sign-in") == 0)
    measure_sign_in (&self, number);
  else if (strcmp (argv[1], "contacts") == 0)
    measure_contacts (&self, number);
  else if (strcmp (argv[1], "people") == 0)
    bench_people (&self, number);
  else
    bench_sign_in (&self, 0);
  if (g_str_has_prefix (argv[1], "messages"))
    {
      open_channels (&self);
      if (strcmp (argv[1], "messages-out") != 0)
        measure_incoming (&self, number);
      if (strcmp (argv[1], "messages-in") != 0)
        measure_outgoing (&self, number);
      bench_report_memory (&self);
    }
  if (strcmp (argv[1], "idle") == 0)
    {
      printf ("ready\n");
      getchar ();
    }
  return 0;
}
