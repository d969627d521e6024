/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-fact.h: what people say of themselves as a{sv} and as elements, by a table of its fields */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

/* Texts are cut to so many bytes, whole characters, when read; longer ones are not written. */
#define IM_FACT_MAX_BYTES 1023

typedef enum
{
  IM_FACT_FIELD_TEXT = 0, /* s */
  IM_FACT_FIELD_NUMBER, /* u */
  IM_FACT_FIELD_DECIMAL, /* d */
  IM_FACT_FIELD_TIME, /* x, seconds since 1970; XEP-0082 */
} ImFactFieldKind;

/* A child element whose text is the value of the key of its name. */
typedef struct
{
  const char *name; /* NULL ends the table */
  ImFactFieldKind kind;
  double least; /* of numbers; one that is outside is not read, and refused when written */
  double most;
} ImFactField;

/* Into an open a{sv}. What cannot be read is left out. */
void im_fact_read (XmppNode *payload, const ImFactField *fields, GVariantBuilder *value);
/* Entries that the table has not are left to the caller, who has looked at `others` keys. FALSE
 * with IM_ERROR_INVALID_ARGUMENT naming the key. */
gboolean im_fact_write (GVariant *value,
                        const ImFactField *fields,
                        const char *const *others,
                        XmppNode *payload,
                        GError **error);
/* (nullable): the first child that is one of `names`, which are sorted. */
const char *im_fact_find_name (XmppNode *payload, const char *const *names, gsize n_names);
gboolean im_fact_is_name (const char *name, const char *const *names, gsize n_names);
/* NULL for an empty one. */
GVariant *im_fact_end (GVariantBuilder *value) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
