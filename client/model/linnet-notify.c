/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-notify.c: a property that is set only when it changes, and told then */
#include "config.h"

#include "model/linnet-notify.h"

/**
 * linnet_notify_string:
 * @object: whose property it is
 * @place: (inout) (transfer full) (nullable): where it is kept
 * @text: (nullable): what it is now
 * @pspec: the property
 */
void
linnet_notify_string (gpointer object, char **place, const char *text, GParamSpec *pspec)
{
  char *old = *place;

  if (g_strcmp0 (old, text) == 0)
    return;
  *place = g_strdup (text);
  g_free (old);
  g_object_notify_by_pspec (object, pspec);
}
