/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-call-size.h: how much a call may carry */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Lists of more than plain values (maps, structs), values in all, bytes in all. */
#define CM_CALL_MAX_ENTRIES 1000
#define CM_CALL_MAX_VALUES 20000
#define CM_CALL_MAX_BYTES (4 * 1024 * 1024)

gboolean cm_call_size_check (GDBusConnection *bus, GDBusMessage *call) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
