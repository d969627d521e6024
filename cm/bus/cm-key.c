/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-key.c: entries of an a{sv}, without parsing a format for each. GVariant */
#include "bus/cm-key.h"

static GVariant *
new_entry (CmKey *self, GVariant *value)
{
  if (self->variant == NULL)
    self->variant = g_variant_ref_sink (g_variant_new_string (self->name));
  return g_variant_new_dict_entry (self->variant, g_variant_new_variant (value));
}

/**
 * cm_key_add:
 * @self: the key
 * @builder: of an a{sv}
 * @value: (transfer floating): what it is
 *
 * Adds an entry.
 */
void
cm_key_add (CmKey *self, GVariantBuilder *builder, GVariant *value)
{
  g_variant_builder_add_value (builder, new_entry (self, value));
}

/**
 * cm_key_add_number:
 * @self: the key
 * @builder: of an a{sv}
 * @number: a u; small ones come again and again, and are made once
 *
 * Adds an entry.
 */
void
cm_key_add_number (CmKey *self, GVariantBuilder *builder, guint number)
{
  if (number >= CM_KEY_N_NUMBERS)
    {
      cm_key_add (self, builder, g_variant_new_uint32 (number));
      return;
    }
  if (self->numbers[number] == NULL)
    self->numbers[number] = g_variant_ref_sink (new_entry (self, g_variant_new_uint32 (number)));
  g_variant_builder_add_value (builder, self->numbers[number]);
}
