/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-start.c: one start of a program, from its exec to its first frame
 *
 * bench-start empty|adwaita|linnet STARTED_US: STARTED_US is the monotonic clock just before the
 * start. Prints milliseconds until the first frame was drawn, milliseconds of CPU until then, and
 * KiB of memory in proportional share, a second later. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <adwaita.h>

#include "ui/linnet-application.h"

static gint64 started_us;
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
  printf ("%.1f %.1f %ld\n", first_frame_ms, cpu_ms, get_pss_kib ());
  g_application_quit (data);
  return G_SOURCE_REMOVE;
}

static void
painted_cb (GdkFrameClock *clock, GApplication *application)
{
  struct timespec cpu;

  if (first_frame_ms > 0)
    return;
  first_frame_ms = (double) (g_get_monotonic_time () - started_us) / 1000;
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &cpu);
  cpu_ms = (double) cpu.tv_sec * 1000 + (double) cpu.tv_nsec / 1e6;
  g_timeout_add (1000, report_cb, application);
}

static void
realized_cb (GtkWidget *window, GApplication *application)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb),
                    application);
}

static void
window_added_cb (GtkApplication *application, GtkWindow *window)
{
  g_signal_connect (window, "realize", G_CALLBACK (realized_cb), application);
}

static void
activate_empty_cb (GtkApplication *application)
{
  gtk_window_present (GTK_WINDOW (gtk_application_window_new (application)));
}

static void
activate_adwaita_cb (GtkApplication *application)
{
  gtk_window_present (GTK_WINDOW (adw_application_window_new (application)));
}

int
main (int argc, char **argv)
{
  g_autoptr (GtkApplication) application = NULL;

  if (argc != 3)
    return 2;
  started_us = g_ascii_strtoll (argv[2], NULL, 10);
  if (g_str_equal (argv[1], "linnet"))
    application = GTK_APPLICATION (linnet_application_new ());
  else if (g_str_equal (argv[1], "adwaita"))
    {
      application =
          GTK_APPLICATION (adw_application_new ("im.linnet.Empty", G_APPLICATION_DEFAULT_FLAGS));
      g_signal_connect (application, "activate", G_CALLBACK (activate_adwaita_cb), NULL);
    }
  else
    {
      application = gtk_application_new ("im.linnet.Empty", G_APPLICATION_DEFAULT_FLAGS);
      g_signal_connect (application, "activate", G_CALLBACK (activate_empty_cb), NULL);
    }
  g_signal_connect (application, "window-added", G_CALLBACK (window_added_cb), NULL);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
