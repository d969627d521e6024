/* SPDX-License-Identifier: GPL-3.0-or-later */
/* any-call.h: every method and property of every object, as introspection tells of them, with
 * arguments that nobody sensible sends. Each call is answered; what cannot be done is
 * an error with a name, and the service stays. */
#pragma once

#include "fixture.h"

G_BEGIN_DECLS

/* (element-type AnyObject) All that there are now. */
GPtrArray *any_call_new_objects (Fixture *f) G_GNUC_WARN_UNUSED_RESULT;
gboolean any_call_has (GPtrArray *objects, const char *interface);
/* `is_end`: the methods that end what they are called on, and no others. Returns: how many
 * interfaces were called. */
guint any_call_all (Fixture *f, GPtrArray *objects, gboolean is_end);
/* Methods that take arrays, with very long ones: no turn of the service's main loop is long.
 * `prefix` of the interfaces. Returns: how many methods. */
guint any_call_long (Fixture *f, GPtrArray *objects, const char *prefix);
/* What was at `prefix` and below has left the bus: nothing of it can be called. Returns: how many
 * interfaces were called. */
guint any_call_gone (Fixture *f, GPtrArray *objects, const char *prefix);

G_END_DECLS
