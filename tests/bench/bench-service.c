/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-service.c: a Telepathy client that has a connection manager work, and reads its clocks
 *
 * bench-service SCENARIO MANAGER PARAMETERS CONTROL NUMBER: SCENARIO is sign-in, messages (or
 * messages-in, messages-out), contacts or idle;
 * MANAGER the connection manager's name; PARAMETERS a GVariant's text; CONTROL the socket of
 * replay.py; NUMBER how many contacts are online, or how many messages. Prints a line of name and
 * value each. CPU is the process clock of the connection manager; times are from the call on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>

#define BUS "org.freedesktop.DBus"
#define TP "org.freedesktop.Telepathy"
#define CONNECTION TP ".Connection"
#define CONTACT_LIST CONNECTION ".Interface.ContactList"
#define REQUESTS CONNECTION ".Interface.Requests"
#define CHANNEL TP ".Channel"
#define TEXT CHANNEL ".Type.Text"
#define MESSAGES CHANNEL ".Interface.Messages"
#define LIST_SUCCESS 3
#define N_TALKERS 100
#define N_AVATARS 1000u
#define MAX_IN_FLIGHT 100
#define SETTLE_MS 200
#define SETTLED_MS 1.0
#define TIMEOUT_S 120

typedef struct
{
  GDBusConnection *bus;
  GSocketConnection *control; /* (owned) */
  char *name; /* (owned) of the connection */
  char *path; /* (owned) */
  pid_t pid;
  clockid_t clock;
  GHashTable *counts; /* (owned) member to number of signals */
  GHashTable *present; /* (owned) handles that are there */
  GPtrArray *channels; /* (owned) paths */
  GVariant *message; /* (owned) arguments of SendMessage */
  guint list_state;
  guint n_sent;
  guint n_answered;
  gboolean is_listed;
  GVariant *listed; /* (owned) a{ua{sv}} */
  double listed_ms;
  double listed_cpu_ms;
  gint64 begun_us;
  double begun_cpu_ms;
} Bench;

static double
get_cpu_ms (Bench *self)
{
  struct timespec now;

  if (clock_gettime (self->clock, &now) != 0)
    g_error ("The connection manager is gone");
  return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

static double
get_wall_ms (Bench *self)
{
  return (double) (g_get_monotonic_time () - self->begun_us) / 1000;
}

static void
begin (Bench *self)
{
  g_hash_table_remove_all (self->counts);
  self->begun_us = g_get_monotonic_time ();
  self->begun_cpu_ms = get_cpu_ms (self);
}

static guint
count (Bench *self, const char *member)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, member));
}

static void
report_counts (Bench *self)
{
  GHashTableIter iter;
  gpointer member, number;

  g_hash_table_iter_init (&iter, self->counts);
  while (g_hash_table_iter_next (&iter, &member, &number))
    printf ("signals.%s %u\n", (char *) member, GPOINTER_TO_UINT (number));
}

static long
get_smaps_kib (Bench *self, const char *field)
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

static void
report_memory (Bench *self)
{
  printf ("private_mib %.2f\n",
          (double) (get_smaps_kib (self, "Private_Clean") + get_smaps_kib (self, "Private_Dirty")) /
              1024);
  printf ("pss_mib %.2f\n", (double) get_smaps_kib (self, "Pss") / 1024);
}

static gboolean
woken_cb (gpointer is_woken)
{
  *(gboolean *) is_woken = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until `is_done`, which looks again with everything that comes. */
static void
wait_until (Bench *self, gboolean (*is_done) (Bench *self, guint number), guint number)
{
  gboolean is_late = FALSE;
  guint timer = g_timeout_add_seconds (TIMEOUT_S, woken_cb, &is_late);

  while (!is_done (self, number))
    {
      if (is_late)
        g_error ("It takes too long; presences %u, messages %u, answers %u of %u, list state %u",
                 g_hash_table_size (self->present), count (self, "MessageReceived"),
                 self->n_answered, self->n_sent, self->list_state);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (timer);
}

static void
run_for (guint time_ms)
{
  gboolean is_over = FALSE;
  guint timer = g_timeout_add (time_ms, woken_cb, &is_over);

  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

/* What it still has to do belongs to what it was asked. */
static void
settle (Bench *self)
{
  double before_ms;

  do
    {
      before_ms = get_cpu_ms (self);
      run_for (SETTLE_MS);
    }
  while (get_cpu_ms (self) - before_ms > SETTLED_MS);
}

static GVariant *
call (Bench *self, const char *name, const char *path, const char *method, GVariant *arguments)
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
                       GUINT_TO_POINTER (count (self, member) + 1));
  if (strcmp (member, "MessageReceived") == 0)
    return;
  if (g_variant_n_children (arguments) > 0)
    first = g_variant_get_child_value (arguments, 0);
  if (strcmp (member, "PresencesChanged") == 0)
    take_presences (self, first);
  else if (strcmp (member, "NewChannels") == 0)
    take_channels (self, first);
  else if (strcmp (member, "ContactListStateChanged") == 0)
    self->list_state = g_variant_get_uint32 (first);
  else if (strcmp (member, "ConnectionError") == 0)
    g_error ("The connection ended: %s", g_variant_get_string (first, NULL));
}

static void
tell_server (Bench *self, const char *line)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->control)), line,
                             strlen (line), NULL, NULL, NULL);
}

/* A line of its answer. */
static guint
ask_server (Bench *self, const char *line)
{
  char answer[64];
  gssize length;

  tell_server (self, line);
  length = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (self->control)), answer,
                                sizeof answer - 1, NULL, NULL);
  answer[MAX (length, 0)] = '\0';
  return (guint) g_ascii_strtoull (answer, NULL, 10);
}

static void
connect_to_server (Bench *self, const char *control)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (control);
  g_autoptr (GError) error = NULL;

  self->control = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  if (self->control == NULL)
    g_error ("%s", error->message);
}

static void
request_connection (Bench *self, const char *manager, const char *parameters)
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
  made = call (self, name, path, TP ".ConnectionManager.RequestConnection",
               g_variant_new ("(s@a{sv})", "jabber", given));
  g_variant_get (made, "(so)", &self->name, &self->path);
  number = call (self, BUS, "/", BUS ".GetConnectionUnixProcessID", g_variant_new ("(s)", name));
  g_variant_get (number, "(u)", &self->pid);
  if (clock_getcpuclockid (self->pid, &self->clock) != 0)
    g_error ("The process has no clock");
  g_dbus_connection_signal_subscribe (self->bus, self->name, NULL, NULL, NULL, NULL, 0, signal_cb,
                                      self, NULL);
  printf ("pid %d\n", (int) self->pid);
}

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
  self->listed_ms = get_wall_ms (self);
  self->listed_cpu_ms = get_cpu_ms (self) - self->begun_cpu_ms;
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
static void
sign_in (Bench *self, guint n_online)
{
  begin (self);
  g_dbus_connection_call (self->bus, self->name, self->path, CONNECTION, "Connect", NULL, NULL, 0,
                          -1, NULL, NULL, NULL);
  wait_until (self, has_list, 0);
  list_contacts (self);
  wait_until (self, is_complete, n_online);
}

static void
measure_sign_in (Bench *self, guint n_online)
{
  sign_in (self, n_online);
  printf ("wall_ms %.1f\n", get_wall_ms (self));
  printf ("cpu_ms %.1f\n", get_cpu_ms (self) - self->begun_cpu_ms);
  printf ("listed_wall_ms %.1f\nlisted_cpu_ms %.1f\n", self->listed_ms, self->listed_cpu_ms);
  report_memory (self);
  report_counts (self);
  settle (self);
  printf ("settled_cpu_ms %.1f\n", get_cpu_ms (self) - self->begun_cpu_ms);
  run_for (1000);
  printf ("settled_private_mib %.2f\n",
          (double) (get_smaps_kib (self, "Private_Clean") + get_smaps_kib (self, "Private_Dirty")) /
              1024);
}

/* au (transfer floating) */
static GVariant *
new_handles (Bench *self)
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

/* Everything that is known of everybody, in one call. */
static void
ask_attributes (Bench *self)
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
  GVariant *arguments = g_variant_new ("(@au^asb)", new_handles (self), interfaces, FALSE);
  g_autoptr (GVariant) answer = NULL;

  settle (self);
  begin (self);
  answer = call (self, self->name, self->path,
                 CONNECTION ".Interface.Contacts.GetContactAttributes", arguments);
  printf ("attributes_wall_ms %.1f\n", get_wall_ms (self));
  settle (self);
  printf ("attributes_cpu_ms %.1f\nattributes_mib %.2f\n", get_cpu_ms (self) - self->begun_cpu_ms,
          (double) g_variant_get_size (answer) / (1024 * 1024));
}

static gboolean
has_avatars (Bench *self, guint number)
{
  return count (self, "AvatarUpdated") >= number;
}

/* Everybody has another picture at once, and nobody wants to see it. */
static void
storm_avatars (Bench *self)
{
  g_autofree char *line = g_strdup_printf ("avatars %u\n", N_AVATARS);

  begin (self);
  tell_server (self, line);
  wait_until (self, has_avatars, N_AVATARS);
  settle (self);
  printf ("avatar_cpu_us %.1f\navatar_requests %u\n",
          (get_cpu_ms (self) - self->begun_cpu_ms) * 1000 / N_AVATARS,
          ask_server (self, "pictures\n"));
}

static void
measure_contacts (Bench *self, guint n_online)
{
  long before_kib = get_smaps_kib (self, "Private_Dirty");

  sign_in (self, n_online);
  settle (self);
  printf ("crowd_cpu_ms %.1f\ncrowd_queries %u\n", get_cpu_ms (self) - self->begun_cpu_ms,
          ask_server (self, "queries\n"));
  run_for (1000);
  printf ("contact_bytes %.0f\nsent_bytes %.0f\n",
          (double) (get_smaps_kib (self, "Private_Dirty") - before_kib) * 1024 /
              (double) g_variant_n_children (self->listed),
          (double) ask_server (self, "sent\n") / (double) g_variant_n_children (self->listed));
  ask_attributes (self);
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
  return count (self, "MessageReceived") >= number;
}

/* A first message from everybody, and so a channel with everybody. */
static void
open_channels (Bench *self)
{
  g_autofree char *line = g_strdup_printf ("messages %u\n", N_TALKERS);

  tell_server (self, line);
  wait_until (self, has_channels, N_TALKERS);
  settle (self);
}

static void
measure_incoming (Bench *self, guint number)
{
  g_autofree char *line = g_strdup_printf ("messages %u\n", number);
  double wall_ms;

  begin (self);
  tell_server (self, line);
  wait_until (self, has_messages, number);
  wall_ms = get_wall_ms (self);
  settle (self);
  printf ("in_cpu_us %.1f\nin_wall_us %.1f\n",
          (get_cpu_ms (self) - self->begun_cpu_ms) * 1000 / number, wall_ms * 1000 / number);
  report_counts (self);
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
  begin (self);
  for (guint i = 0; i < MIN (MAX_IN_FLIGHT, number); i++)
    send_next (self);
  wait_until (self, is_answered, number);
  wall_ms = get_wall_ms (self);
  settle (self);
  printf ("out_cpu_us %.1f\nout_wall_us %.1f\n",
          (get_cpu_ms (self) - self->begun_cpu_ms) * 1000 / number, wall_ms * 1000 / number);
  report_counts (self);
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
  connect_to_server (&self, argv[4]);
  request_connection (&self, argv[2], argv[3]);
  if (strcmp (argv[1], "sign-in") == 0)
    measure_sign_in (&self, number);
  else if (strcmp (argv[1], "contacts") == 0)
    measure_contacts (&self, number);
  else
    sign_in (&self, 0);
  if (g_str_has_prefix (argv[1], "messages"))
    {
      open_channels (&self);
      if (strcmp (argv[1], "messages-out") != 0)
        measure_incoming (&self, number);
      if (strcmp (argv[1], "messages-in") != 0)
        measure_outgoing (&self, number);
      report_memory (&self);
    }
  if (strcmp (argv[1], "idle") == 0)
    {
      printf ("ready\n");
      getchar ();
    }
  return 0;
}
