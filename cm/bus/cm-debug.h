/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-debug.h: the log of this process on the bus. Telepathy: Debug */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CM_TYPE_DEBUG (cm_debug_get_type ())
G_DECLARE_FINAL_TYPE (CmDebug, cm_debug, CM, DEBUG, GObject)

/* Installs itself as GLib's log writer, for the life of the process: made first thing in main ().
 */
CmDebug *cm_debug_new (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean cm_debug_export (CmDebug *self, GDBusConnection *bus, GError **error);

G_END_DECLS
