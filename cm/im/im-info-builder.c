/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-info-builder.c: makes an a(sasas) of what others say, within limits. Telepathy:
 * Contact_Info_Field */

#include "im/im-info.h"

#include <string.h>

#include "im/im-contact-private.h"

/** im_info_builder_init: nothing is in it */
void
im_info_builder_init (ImInfoBuilder *self)
{
  g_variant_builder_init (&self->builder, IM_INFO_TYPE);
  self->n_fields = 0;
  self->n_bytes = 0;
}

/** im_info_builder_is_full: Returns: whether nothing more goes in */
gboolean
im_info_builder_is_full (const ImInfoBuilder *self)
{
  return self->n_fields >= IM_INFO_MAX_FIELDS || self->n_bytes >= IM_INFO_MAX_BYTES;
}

/**
 * im_info_builder_add:
 * @name: a field
 * @parameters: NULL-terminated: "type=home"
 * @values: NULL-terminated, texts of somebody else; each is cut, and loses the white space around
 * it
 */
void
im_info_builder_add (ImInfoBuilder *self,
                     const char *name,
                     const char *const *parameters,
                     const char *const *values)
{
  g_autoptr (GStrvBuilder) bounded = g_strv_builder_new ();
  g_auto (GStrv) texts = NULL;
  gsize n_bytes = 0;

  for (guint i = 0; values[i] != NULL; i++)
    {
      g_autofree char *text = im_dup_bounded (values[i], IM_INFO_MAX_TEXT_BYTES);

      n_bytes += strlen (g_strstrip (text));
      g_strv_builder_add (bounded, text);
    }
  if (n_bytes == 0 || im_info_builder_is_full (self))
    return;
  texts = g_strv_builder_end (bounded);
  self->n_fields++;
  self->n_bytes += n_bytes;
  g_variant_builder_add (&self->builder, "(s^as^as)", name, parameters, texts);
}

/** im_info_builder_end: Returns: (transfer floating): a(sasas) */
GVariant *
im_info_builder_end (ImInfoBuilder *self)
{
  return g_variant_builder_end (&self->builder);
}
