/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-error.h: sentences about what went wrong with an account. window.md section 1 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which field of the sign-in page an error is about. */
typedef enum
{
  LINNET_FIELD_NONE,
  LINNET_FIELD_ADDRESS,
  LINNET_FIELD_PASSWORD,
  LINNET_FIELD_SERVER,
} LinnetField;

char *linnet_error_describe (const char *name,
                             GVariant *details,
                             const char *address) G_GNUC_WARN_UNUSED_RESULT;
char *linnet_error_describe_delivery (const char *name,
                                      const char *message) G_GNUC_WARN_UNUSED_RESULT;
LinnetField linnet_error_get_field (const char *name);

G_END_DECLS
