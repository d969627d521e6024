/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fixture.c: the service on a bus of its own, for tests of its objects */
#include "fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define TIMEOUT_S 20

static void
heard_free (gpointer data)
{
  Heard *heard = data;

  g_free (heard->path);
  g_free (heard->name);
  g_variant_unref (heard->body);
  g_free (heard);
}

static void
heard_cb (GDBusConnection *bus,
          const char *sender,
          const char *path,
          const char *interface,
          const char *member,
          GVariant *body,
          gpointer user_data)
{
  Fixture *self = user_data;
  Heard *heard = g_new0 (Heard, 1);

  heard->path = g_strdup (path);
  heard->name = g_strconcat (interface, ".", member, NULL);
  heard->body = g_variant_ref (body);
  g_ptr_array_add (self->heard, heard);
}

static gboolean
timeout_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
fixture_wait (Fixture *self,
              gboolean (*func) (Fixture *self, gpointer data),
              gpointer data,
              const char *what)
{
  gboolean is_late = FALSE;
  guint id = g_timeout_add_seconds (TIMEOUT_S, timeout_cb, &is_late);

  while (!func (self, data))
    {
      if (is_late)
        g_error ("Not seen in %d s: %s", TIMEOUT_S, what);
      g_main_context_iteration (NULL, TRUE);
    }
  if (!is_late)
    g_source_remove (id);
}

static gboolean
has_result (Fixture *self, gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

GVariant *
fixture_try (Fixture *self,
             const char *path,
             const char *interface,
             const char *method,
             GVariant *arguments,
             GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *what = g_strdup_printf ("the answer to %s.%s", interface, method);

  g_dbus_connection_call (self->bus, "im.linnet.Service", path, interface, method, arguments, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT, NULL, result_cb, &result);
  fixture_wait (self, has_result, &result, what);
  return g_dbus_connection_call_finish (self->bus, result, error);
}

GVariant *
fixture_call (Fixture *self,
              const char *path,
              const char *interface,
              const char *method,
              GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  GVariant *result = fixture_try (self, path, interface, method, arguments, &error);

  if (error != NULL)
    g_error ("%s.%s: %s", interface, method, error->message);
  return result;
}

void
fixture_do (Fixture *self,
            const char *path,
            const char *interface,
            const char *method,
            GVariant *arguments)
{
  g_variant_unref (fixture_call (self, path, interface, method, arguments));
}

void
fixture_refuse (Fixture *self,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *arguments,
                const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = fixture_try (self, path, interface, method, arguments, &error);
  g_autofree char *wanted =
      strchr (name, '.') != NULL ? g_strdup (name) : g_strconcat (TP "Error.", name, NULL);
  g_autofree char *remote = NULL;

  if (result != NULL)
    {
      g_autofree char *text = g_variant_print (result, TRUE);

      g_error ("%s.%s should have failed with %s, and returned %s", interface, method, name, text);
    }
  remote = g_dbus_error_get_remote_error (error);
  if (g_strcmp0 (remote, wanted) != 0)
    g_error ("%s.%s should have failed with %s, and said %s", interface, method, name,
             error->message);
}

GVariant *
fixture_get (Fixture *self, const char *path, const char *interface, const char *property)
{
  g_autoptr (GVariant) result =
      fixture_call (self, path, PROPERTIES, "Get", g_variant_new ("(ss)", interface, property));
  GVariant *value;

  g_variant_get (result, "(v)", &value);
  return value;
}

void
fixture_set (
    Fixture *self, const char *path, const char *interface, const char *property, GVariant *value)
{
  fixture_do (self, path, PROPERTIES, "Set",
              g_variant_new ("(ssv)", interface, property, value));
}

void
fixture_refuse_set (Fixture *self,
                    const char *path,
                    const char *interface,
                    const char *property,
                    GVariant *value,
                    const char *name)
{
  fixture_refuse (self, path, PROPERTIES, "Set",
                  g_variant_new ("(ssv)", interface, property, value), name);
}

typedef struct
{
  const char *path; /* NULL: any */
  char *name; /* (owned) */
  guint index;
  Heard *found;
} Search;

static gboolean
search (Fixture *self, gpointer data)
{
  Search *wanted = data;
  guint n_found = 0;

  for (guint i = 0; i < self->heard->len; i++)
    {
      Heard *heard = g_ptr_array_index (self->heard, i);

      if (g_str_equal (heard->name, wanted->name) &&
          (wanted->path == NULL || g_str_equal (heard->path, wanted->path)) &&
          n_found++ == wanted->index)
        {
          wanted->found = heard;
          return TRUE;
        }
    }
  return FALSE;
}

GVariant *
fixture_wait_nth (
    Fixture *self, const char *path, const char *interface, const char *member, guint index)
{
  g_autofree char *name = g_strconcat (interface, ".", member, NULL);
  Search wanted = { path, name, index, NULL };

  fixture_wait (self, search, &wanted, name);
  return wanted.found->body;
}

GVariant *
fixture_wait_heard (Fixture *self, const char *path, const char *interface, const char *member)
{
  return fixture_wait_nth (self, path, interface, member, 0);
}

guint
fixture_count_heard (Fixture *self, const char *path, const char *interface, const char *member)
{
  g_autofree char *name = g_strconcat (interface, ".", member, NULL);
  Search wanted = { path, name, 0, NULL };

  while (search (self, &wanted))
    wanted.index++;
  return wanted.index;
}

void
fixture_forget (Fixture *self)
{
  fixture_sync (self);
  g_ptr_array_set_size (self->heard, 0);
}

void
fixture_sync (Fixture *self)
{
  fixture_do (self, CM_PATH, CM, "ListProtocols", NULL);
}

typedef struct
{
  const char *text;
  guint n_times;
} Saying;

static gboolean
has_said (Fixture *self, gpointer data)
{
  Saying *saying = data;

  return line_server_count (self->server, saying->text) >= saying->n_times;
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* The server's threads tell nobody; it is asked now and then. */
void
fixture_wait_server (Fixture *self, const char *text, guint n_times)
{
  Saying saying = { text, n_times };
  guint id = g_timeout_add (5, tick_cb, NULL);

  fixture_wait (self, has_said, &saying, text);
  g_source_remove (id);
}

static gboolean
is_owned (Fixture *self, gpointer data)
{
  const char *name = data;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      self->bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner",
      g_variant_new ("(s)", name), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean has_owner = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &has_owner);
  return has_owner;
}

/* A test that fails leaves nothing behind. */
static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* GTestDBus would change the environment below the feet of GDBus's thread. */
static void
start_daemon (Fixture *self)
{
  /* Nothing can be activated: no keyring, nor whatever else is installed. */
  static const char config[] =
      "<!DOCTYPE busconfig PUBLIC '-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN' "
      "'http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd'>"
      "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>"
      "<policy context='default'><allow send_destination='*' eavesdrop='true'/>"
      "<allow eavesdrop='true'/><allow own='*'/></policy></busconfig>";
  g_autofree char *path = g_build_filename (self->data_dir, "bus.conf", NULL);
  g_autofree char *option = g_strconcat ("--config-file=", path, NULL);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                 G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, config, -1, &error);
  g_assert_no_error (error);
  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  self->daemon = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", option, "--nofork",
                                              "--nopidfile", "--print-address", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->daemon));
  self->address = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Where the service notes its longest turn (LINNET_TURNS). */
static char *
map_turns (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->data_dir, "turns", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, sizeof *self->turn_ns), ==, 0);
  if (self->turn_ns == NULL)
    self->turn_ns = mmap (NULL, sizeof *self->turn_ns, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (self->turn_ns != MAP_FAILED);
  close (fd);
  return g_steal_pointer (&path);
}

double
fixture_take_turn_ms (Fixture *self)
{
  return (double) __atomic_exchange_n (self->turn_ns, 0, __ATOMIC_RELAXED) / 1e6;
}

void
fixture_start_service (Fixture *self)
{
  g_autofree char *turns = map_turns (self);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", self->address, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", self->data_dir, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CACHE_HOME", self->data_dir, TRUE);
  g_subprocess_launcher_setenv (launcher, "LINNET_TURNS", turns, TRUE);
  self->service =
      g_subprocess_launcher_spawn (launcher, &error, g_getenv ("LINNET_SERVICE"), "--persist",
                                   "--data-dir", self->data_dir, NULL);
  g_assert_no_error (error);
  /* NameOwnerChanged wakes the loop. Of its names this is asked for last. */
  fixture_wait (self, is_owned, (gpointer) "im.linnet.Service", "the service");
  fixture_wait (self, is_owned, (gpointer) ACCOUNT_MANAGER, "the account manager");
}

void
fixture_stop_service (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (self->service, SIGTERM);
  g_subprocess_wait_check_async (self->service, NULL, result_cb, &result);
  fixture_wait (self, has_result, &result, "the end of the service");
  g_subprocess_wait_check_finish (self->service, result, &error);
  g_assert_no_error (error);
  g_clear_object (&self->service);
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->data_dir = g_dir_make_tmp ("linnet-bus-XXXXXX", &error);
  g_assert_no_error (error);
  self->heard = g_ptr_array_new_with_free_func (heard_free);
  self->server = line_server_new ("secret");
  start_daemon (self);
  self->bus = g_dbus_connection_new_for_address_sync (
      self->address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
          G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  self->subscription =
      g_dbus_connection_signal_subscribe (self->bus, NULL, NULL, NULL, NULL, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, heard_cb, self, NULL);
  fixture_start_service (self);
}

void
fixture_set_up_connected (Fixture *self, gconstpointer data)
{
  fixture_set_up (self, data);
  fixture_connect (self);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  if (self->service != NULL)
    fixture_stop_service (self);
  g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_clear_object (&self->bus);
  line_server_free (self->server);
  g_subprocess_force_exit (self->daemon);
  g_subprocess_wait (self->daemon, NULL, NULL);
  g_clear_object (&self->daemon);
  g_free (self->address);
  g_ptr_array_unref (self->heard);
  munmap (self->turn_ns, sizeof *self->turn_ns);
  remove_tree (self->data_dir);
  g_free (self->data_dir);
  g_free (self->connection);
}

GVariant *
fixture_parse (const char *type, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value =
      g_variant_parse (G_VARIANT_TYPE (type), text, NULL, NULL, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  /* Floating, as the others that make one. */
  bytes = g_variant_get_data_as_bytes (value);
  return g_variant_new_from_bytes (G_VARIANT_TYPE (type), bytes, TRUE);
}

GVariant *
fixture_new_parameters (Fixture *self, const char *password)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "account", g_variant_new_string ("alice@example.org"));
  if (password != NULL)
    g_variant_builder_add (&builder, "{sv}", "password", g_variant_new_string (password));
  g_variant_builder_add (&builder, "{sv}", "server", g_variant_new_string ("127.0.0.1"));
  g_variant_builder_add (&builder, "{sv}", "port",
                         g_variant_new_uint16 (line_server_get_port (self->server)));
  g_variant_builder_add (&builder, "{sv}", "require-encryption", g_variant_new_boolean (FALSE));
  return g_variant_builder_end (&builder);
}

char *
fixture_request_connection (Fixture *self)
{
  g_autoptr (GVariant) result =
      fixture_call (self, CM_PATH, CM, "RequestConnection",
                    g_variant_new ("(s@a{sv})", "jabber", fixture_new_parameters (self, "secret")));
  char *path;

  g_variant_get (result, "(so)", NULL, &path);
  return path;
}

static gboolean
has_list (Fixture *self, gpointer data)
{
  g_autofree char *name = g_strconcat (CONTACT_LIST, ".ContactListStateChanged", NULL);

  for (guint i = 0; i < self->heard->len; i++)
    {
      Heard *heard = g_ptr_array_index (self->heard, i);
      guint state;

      if (!g_str_equal (heard->name, name))
        continue;
      g_variant_get (heard->body, "(u)", &state);
      if (state == 3)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_connected (Fixture *self, gpointer data)
{
  for (guint i = 0; i < self->heard->len; i++)
    {
      Heard *heard = g_ptr_array_index (self->heard, i);
      guint status;

      if (!g_str_equal (heard->name, CONNECTION ".StatusChanged"))
        continue;
      g_variant_get (heard->body, "(uu)", &status, NULL);
      if (status == 0)
        return TRUE;
    }
  return FALSE;
}

void
fixture_connect (Fixture *self)
{
  self->connection = fixture_request_connection (self);
  fixture_do (self, self->connection, CONNECTION, "Connect", NULL);
  fixture_wait (self, is_connected, NULL, "CONNECTED");
  fixture_wait (self, has_list, NULL, "the contact list");
  fixture_forget (self);
}

guint
fixture_get_handle (Fixture *self, const char *id)
{
  const char *const ids[] = { id, NULL };
  g_autoptr (GVariant) result = fixture_call (self, self->connection, CONNECTION, "RequestHandles",
                                              g_variant_new ("(u^as)", 1, ids));
  g_autoptr (GVariant) handles = g_variant_get_child_value (result, 0);
  guint handle;

  g_assert_cmpuint (g_variant_n_children (handles), ==, 1);
  g_variant_get_child (handles, 0, "u", &handle);
  return handle;
}

char *
fixture_ensure_text (Fixture *self, const char *id)
{
  g_autofree char *request =
      g_strdup_printf ("{'" CHANNEL ".ChannelType': <'" TEXT "'>, '" CHANNEL
                       ".TargetHandleType': <uint32 1>, '" CHANNEL ".TargetID': <'%s'>}",
                       id);
  g_autoptr (GVariant) result =
      fixture_call (self, self->connection, REQUESTS, "EnsureChannel",
                    g_variant_new ("(@a{sv})", fixture_parse ("a{sv}", request)));
  char *path;

  g_variant_get (result, "(bo@a{sv})", NULL, &path, NULL);
  return path;
}

char *
fixture_create_account (Fixture *self, const char *properties)
{
  g_autoptr (GVariant) result =
      fixture_call (self, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
                    g_variant_new ("(sss@a{sv}@a{sv})", "linnet", "jabber", "Alice",
                                   fixture_new_parameters (self, "secret"),
                                   fixture_parse ("a{sv}", properties)));
  char *path;

  g_variant_get (result, "(o)", &path);
  return path;
}
