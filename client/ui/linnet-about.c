/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-about.c: the window that says what Linnet is, in which version, and by whom */
#include "config.h"

#include "ui/linnet-about.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/linnet-application.h"

/**
 * linnet_about_new:
 *
 * Returns: (transfer floating): the window, not shown yet; GTK owns it
 */
GtkWidget *
linnet_about_new (void)
{
  /* Translators: your name, and your address if you like, one person a line */
  const char *translators = _ ("translator-credits");

  return g_object_new (ADW_TYPE_ABOUT_WINDOW, "application-name", "Linnet", "application-icon",
                       LINNET_APPLICATION_ID, "version", LINNET_VERSION, "comments",
                       _ ("Chat with people over XMPP"), "license-type", GTK_LICENSE_GPL_3_0,
                       "developer-name", _ ("The Linnet developers"), "translator-credits",
                       g_str_equal (translators, "translator-credits") ? "" : translators, NULL);
}
