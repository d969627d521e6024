/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-key.h: a key of an a{sv}, made once: making it again is half of what an entry costs */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CM_KEY_N_NUMBERS 8

/* A constant but for what it remembers; main thread. */
typedef struct
{
  const char *name;
  GVariant *variant; /* (owned) (nullable) made when it is first used */
  GVariant *numbers[CM_KEY_N_NUMBERS]; /* (owned) (nullable) likewise, entries with small numbers */
} CmKey;

void cm_key_add (CmKey *self, GVariantBuilder *builder, GVariant *value);
void cm_key_add_number (CmKey *self, GVariantBuilder *builder, guint number);

G_END_DECLS
