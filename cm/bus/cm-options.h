/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-options.h: an a{sv} from the bus, checked by a table of key, type and validator */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  const char *key; /* NULL ends the table */
  const char *signature; /* of the value; "u" takes any of n q i u x t in range, and likewise for
                            the other integers */
  gboolean is_required;
  /* (nullable) says no by a sentence about the value */
  gboolean (*check) (GVariant *value, GError **error);
} CmOption;

GVariant *cm_options_check (GVariant *options,
                            const CmOption *table,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
GVariant *cm_options_convert_integer (GVariant *value,
                                      const char *signature) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
