/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c: runs the window */
#include "config.h"

#include <locale.h>

#include <glib/gi18n.h>

#include "ui/linnet-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (LinnetApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LINNET_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Linnet");
  application = linnet_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
