/* SPDX-License-Identifier: GPL-3.0-or-later */
/* first-frame.c: tells when a GTK program, any, has drawn its first frame
 *
 * Preloaded into a program that calls g_application_run (). FIRST_FRAME_US in its environment is
 * the monotonic clock just before the start. Prints milliseconds until the first frame was drawn,
 * milliseconds of CPU until then, and KiB of memory in proportional share a second later, and ends
 * the program. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gtk/gtk.h>

static double first_frame_ms;
static double cpu_ms;

static long
get_pss_kib (void)
{
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL))
    return 0;
  at = strstr (text, "\nPss:");
  return at != NULL ? strtol (at + strlen ("\nPss:"), NULL, 10) : 0;
}

static gboolean
report_cb (gpointer data)
{
  printf ("first-frame %.1f %.1f %ld\n", first_frame_ms, cpu_ms, get_pss_kib ());
  fflush (stdout);
  _exit (0);
}

static gboolean
painted_cb (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer data)
{
  gint64 started_us = g_ascii_strtoll (g_getenv ("FIRST_FRAME_US"), NULL, 10);
  struct timespec cpu;

  first_frame_ms = (double) (g_get_monotonic_time () - started_us) / 1000;
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &cpu);
  cpu_ms = (double) cpu.tv_sec * 1000 + (double) cpu.tv_nsec / 1e6;
  g_timeout_add (1000, report_cb, NULL);
  return FALSE;
}

/* In front of GIO's. */
int
g_application_run (GApplication *application, int argc, char **argv)
{
  int (*run) (GApplication * application, int argc, char **argv) =
      dlsym (RTLD_NEXT, "g_application_run");

  /* Its signals are there once its class is. */
  g_type_class_unref (g_type_class_ref (GDK_TYPE_FRAME_CLOCK));
  g_signal_add_emission_hook (g_signal_lookup ("after-paint", GDK_TYPE_FRAME_CLOCK), 0, painted_cb,
                              NULL, NULL);
  return run (application, argc, argv);
}
