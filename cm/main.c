/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c: telepathy-linnet, the service: options, the store, the bus, an orderly end */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "bus/cm-debug.h"
#include "bus/cm-service.h"
#include "im/im-account-manager.h"
#include "xep/xep-modules.h"

/* Larger pieces of memory than that are given back when they are freed. */
#define LARGE_BYTES (128 * 1024)
/* What is said and written at the end gets so long. */
#define STOP_TIMEOUT_S 10

typedef struct
{
  GMainLoop *loop; /* (owned) */
  ImAccountManager *accounts; /* (owned) */
  gboolean is_persistent;
  gboolean is_stopping;
} Program;

/* The longest turn of the main loop, in ns of CPU, for tests: from when it has waited until it
 * waits again. It is the first source to be asked on both sides. */
typedef struct
{
  GSource source;
  gint64 *longest_ns; /* in a file of the test, which may set it to 0 */
  gint64 began_ns;
} TurnSource;

static gint64
get_thread_cpu_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static gboolean
turn_prepare (GSource *source, int *timeout_ms)
{
  TurnSource *self = (TurnSource *) source;
  gint64 turn_ns = get_thread_cpu_ns () - self->began_ns;

  if (turn_ns > __atomic_load_n (self->longest_ns, __ATOMIC_RELAXED))
    __atomic_store_n (self->longest_ns, turn_ns, __ATOMIC_RELAXED);
  *timeout_ms = -1;
  return FALSE;
}

static gboolean
turn_check (GSource *source)
{
  ((TurnSource *) source)->began_ns = get_thread_cpu_ns ();
  return FALSE;
}

static void
measure_turns (const char *path)
{
  static GSourceFuncs funcs = { turn_prepare, turn_check, NULL, NULL, NULL, NULL };
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  void *page = fd >= 0 ? mmap (NULL, sizeof (gint64), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                       : MAP_FAILED;
  g_autoptr (GSource) source = NULL;

  if (fd >= 0)
    close (fd);
  if (page == MAP_FAILED)
    {
      g_printerr ("telepathy-linnet: %s: %s\n", path, g_strerror (errno));
      return;
    }
  source = g_source_new (&funcs, sizeof (TurnSource));
  ((TurnSource *) source)->longest_ns = page;
  ((TurnSource *) source)->began_ns = get_thread_cpu_ns ();
  g_source_set_priority (source, G_MININT);
  g_source_set_static_name (source, "turns");
  g_source_attach (source, NULL);
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr (GError) error = NULL;

  if (!im_account_manager_stop_finish (IM_ACCOUNT_MANAGER (source), result, &error))
    g_message ("Not everything was ended in good order: %s", error->message);
  g_main_loop_quit (program->loop);
}

static gboolean
give_up_cb (gpointer user_data)
{
  g_message ("The end takes too long; leaving");
  g_main_loop_quit (((Program *) user_data)->loop);
  return G_SOURCE_REMOVE;
}

static void
stop (Program *program)
{
  if (program->is_stopping)
    return;
  program->is_stopping = TRUE;
  g_timeout_add_seconds (STOP_TIMEOUT_S, give_up_cb, program);
  im_account_manager_stop_async (program->accounts, stopped_cb, program);
}

static gboolean
signal_cb (gpointer user_data)
{
  stop (user_data);
  return G_SOURCE_CONTINUE;
}

static void
idle_cb (CmService *service, gpointer user_data)
{
  Program *program = user_data;

  if (!program->is_persistent)
    stop (program);
}

/* The session is over: what is stored is safe, and nobody could hear us. */
static void
bus_closed_cb (GDBusConnection *bus,
               gboolean remote_peer_vanished,
               GError *error,
               gpointer user_data)
{
  stop (user_data);
}

static int
run (Program *program, const char *data_dir, CmDebug *debug)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (CmService) service = NULL;

  if (bus == NULL)
    {
      g_printerr ("telepathy-linnet: there is no session bus: %s\n", error->message);
      return EXIT_FAILURE;
    }
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  g_signal_connect (bus, "closed", G_CALLBACK (bus_closed_cb), program);
  program->accounts = im_account_manager_new (xep_modules, data_dir, &error);
  if (program->accounts == NULL)
    {
      g_printerr ("telepathy-linnet: %s\n", error->message);
      return EXIT_FAILURE;
    }
  if (!cm_debug_export (debug, bus, &error))
    g_error ("The log cannot be exported: %s", error->message);
  service = cm_service_new (bus, program->accounts);
  g_signal_connect (service, "idle", G_CALLBACK (idle_cb), program);
  /* Before anybody can see that we are there. */
  g_unix_signal_add (SIGTERM, signal_cb, program);
  g_unix_signal_add (SIGINT, signal_cb, program);
  cm_service_start (service);
  g_main_loop_run (program->loop);
  g_dbus_connection_flush_sync (bus, NULL, NULL);
  g_signal_handlers_disconnect_by_data (bus, program);
  g_clear_object (&program->accounts);
  return EXIT_SUCCESS;
}

/* GLib before 2.76 has an allocator of its own that keeps for ever what it once had, and a large
 * answer on the bus has hundreds of thousands of small pieces. It asks the environment before
 * main (), so we begin again. Not under AddressSanitizer, which has its own malloc () and would
 * then report an answer of the keyring that libsecret loses. */
static void
set_up_memory (char **argv)
{
#ifndef __SANITIZE_ADDRESS__
  g_autofree char *program = NULL;

#ifdef __GLIBC__
  mallopt (M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
  if (glib_check_version (2, 76, 0) == NULL || g_getenv ("G_SLICE") != NULL)
    return;
  program = g_file_read_link ("/proc/self/exe", NULL);
  g_setenv ("G_SLICE", "always-malloc", TRUE);
  if (program != NULL && execv (program, argv) != 0)
    g_debug ("Going on with more memory than is needed: %s", g_strerror (errno));
#endif
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (CmDebug) debug = NULL;
  g_autofree char *data_dir = NULL;
  gboolean show_version = FALSE;
  Program program = { 0 };
  const GOptionEntry entries[] = {
    { "persist", 0, 0, G_OPTION_ARG_NONE, &program.is_persistent,
      "Stay when nobody needs the service", NULL },
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &data_dir, "Keep accounts and history there",
      "FOLDER" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &show_version, "Say the version and leave", NULL },
    { NULL },
  };
  int status;

  set_up_memory (argv);
  setlocale (LC_ALL, "");
  umask (077);
  /* No core file with passwords in it, and no other process of the same person reading our memory,
   * unless that person says so: for debuggers, and for the tests, which measure it. */
  if (g_strcmp0 (g_getenv ("LINNET_DUMPABLE"), "1") != 0)
    prctl (PR_SET_DUMPABLE, 0);
  debug = cm_debug_new ();
  g_option_context_set_summary (
      context, "Speaks XMPP and shows it on D-Bus as a Telepathy connection manager.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc > 1)
    {
      g_printerr ("telepathy-linnet: %s\n",
                  error != NULL ? error->message : "no arguments are expected");
      return 2;
    }
  if (show_version)
    {
      g_print ("telepathy-linnet %s\n", LINNET_VERSION);
      return EXIT_SUCCESS;
    }
  if (data_dir == NULL)
    data_dir = g_build_filename (g_get_user_data_dir (), "linnet", NULL);
  program.loop = g_main_loop_new (NULL, FALSE);
  if (g_getenv ("LINNET_TURNS") != NULL)
    measure_turns (g_getenv ("LINNET_TURNS"));
  status = run (&program, data_dir, debug);
  g_main_loop_unref (program.loop);
  return status;
}
