/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-packer.c: a large value for the bus, written straight into one piece of memory. GVariant's
 * normal form
 *
 * What is known of ten thousand contacts is a tree of three hundred thousand GVariants, each of
 * them in three pieces of memory, when a builder makes it. Here it is one piece, which goes back to
 * the system when the value has left. Only what is needed is there: u and s, and arrays, tuples and
 * entries of a dictionary of which at least one member has no fixed size. */
#include "bus/cm-packer.h"

#include <string.h>

#define ALIGN_NUMBER 4
#define ALIGN_VARIANT 8

static void
align (CmPacker *self, guint alignment)
{
  static const guint8 zeros[ALIGN_VARIANT] = { 0 };
  guint missing = -self->bytes->len & (alignment - 1);

  g_byte_array_append (self->bytes, zeros, missing);
}

/* A member without a fixed size is complete. */
static void
note_end (CmPacker *self)
{
  gsize end = self->bytes->len;

  if (self->depth > 0)
    g_array_append_val (self->ends, end);
}

static void
open_level (CmPacker *self, guint alignment, gboolean is_array)
{
  g_assert (self->depth < CM_PACKER_MAX_DEPTH);
  align (self, alignment);
  self->levels[self->depth++] = (CmPackerLevel){ self->bytes->len, self->ends->len, is_array };
}

/* How many bytes each number needs that says where a member ends: it must be able to count the
 * whole, those numbers too. */
static guint
get_end_bytes (gsize body_bytes, guint n_ends)
{
  if (body_bytes + n_ends <= G_MAXUINT8)
    return 1;
  if (body_bytes + 2 * (gsize) n_ends <= G_MAXUINT16)
    return 2;
  return body_bytes + 4 * (gsize) n_ends <= G_MAXUINT32 ? 4 : 8;
}

static void
append_end (CmPacker *self, guint index, gsize start, guint end_bytes)
{
  guint64 end = GUINT64_TO_LE (g_array_index (self->ends, gsize, index) - start);

  g_byte_array_append (self->bytes, (const guint8 *) &end, end_bytes);
}

/**
 * cm_packer_init:
 * @self: on the stack
 *
 * Nothing is written yet: one value is.
 */
void
cm_packer_init (CmPacker *self)
{
  self->bytes = g_byte_array_new ();
  self->ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->depth = 0;
}

/**
 * cm_packer_clear:
 * @self: one that was begun, and need not be ended
 */
void
cm_packer_clear (CmPacker *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_clear_pointer (&self->ends, g_array_unref);
}

/**
 * cm_packer_end:
 * @self: everything that was opened was closed
 * @type: what was written
 *
 * Returns: (transfer floating): the value; the memory is its own
 * Spec: GVariant's serialised form, of which this is the normal one
 */
GVariant *
cm_packer_end (CmPacker *self, const GVariantType *type)
{
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&self->bytes));

  g_assert (self->depth == 0);
  cm_packer_clear (self);
  return g_variant_new_from_bytes (type, bytes, TRUE);
}

/**
 * cm_packer_open_array:
 * @alignment: of an element: 8 if there is a variant in it, or else 4 if there is a number, or 1
 *
 * What follows, until it is closed, are elements; they have no fixed size.
 */
void
cm_packer_open_array (CmPacker *self, guint alignment)
{
  open_level (self, alignment, TRUE);
}

/**
 * cm_packer_open_tuple:
 * @alignment: the largest of a member
 *
 * What follows, until it is closed, are members of a tuple or of a dictionary's entry.
 */
void
cm_packer_open_tuple (CmPacker *self, guint alignment)
{
  open_level (self, alignment, FALSE);
}

/** cm_packer_close: ends what was opened last */
void
cm_packer_close (CmPacker *self)
{
  CmPackerLevel *level = &self->levels[self->depth - 1];
  guint first = level->first_end;
  guint last = self->ends->len;
  gsize body_bytes = self->bytes->len - level->start;
  guint end_bytes;

  /* A tuple does not say where its last member ends, and counts from the back. */
  if (!level->is_array && last > first &&
      g_array_index (self->ends, gsize, last - 1) == self->bytes->len)
    last--;
  end_bytes = get_end_bytes (body_bytes, last - first);
  for (guint i = first; i < last; i++)
    append_end (self, level->is_array ? i : first + last - 1 - i, level->start, end_bytes);
  g_array_set_size (self->ends, first);
  self->depth--;
  note_end (self);
}

/** cm_packer_add_number: @number: a u */
void
cm_packer_add_number (CmPacker *self, guint32 number)
{
  align (self, ALIGN_NUMBER);
  g_byte_array_append (self->bytes, (const guint8 *) &number, sizeof number);
}

/** cm_packer_add_string: @text: an s, valid UTF-8 */
void
cm_packer_add_string (CmPacker *self, const char *text)
{
  g_byte_array_append (self->bytes, (const guint8 *) text, (guint) strlen (text) + 1);
  note_end (self);
}

/** cm_packer_open_entry: @key: of an a{sv}. What follows is one value, the entry's */
void
cm_packer_open_entry (CmPacker *self, const char *key)
{
  cm_packer_open_tuple (self, ALIGN_VARIANT);
  cm_packer_add_string (self, key);
  cm_packer_open_tuple (self, ALIGN_VARIANT);
}

/** cm_packer_close_entry: @type: of the value that was written since the entry was opened */
void
cm_packer_close_entry (CmPacker *self, const char *type)
{
  static const guint8 zero = 0;
  CmPackerLevel *variant = &self->levels[--self->depth];

  g_array_set_size (self->ends, variant->first_end);
  g_byte_array_append (self->bytes, &zero, 1);
  g_byte_array_append (self->bytes, (const guint8 *) type, (guint) strlen (type));
  note_end (self);
  cm_packer_close (self);
}

/** cm_packer_add_boolean_entry: @key: of an a{sv}; @is_true: a b */
void
cm_packer_add_boolean_entry (CmPacker *self, const char *key, gboolean is_true)
{
  const guint8 byte = is_true ? 1 : 0;

  cm_packer_open_entry (self, key);
  g_byte_array_append (self->bytes, &byte, 1);
  cm_packer_close_entry (self, "b");
}

/** cm_packer_add_number_entry: @key: of an a{sv}; @number: a u */
void
cm_packer_add_number_entry (CmPacker *self, const char *key, guint32 number)
{
  cm_packer_open_entry (self, key);
  cm_packer_add_number (self, number);
  cm_packer_close_entry (self, "u");
}

/** cm_packer_add_string_entry: @key: of an a{sv}; @text: an s, valid UTF-8 */
void
cm_packer_add_string_entry (CmPacker *self, const char *key, const char *text)
{
  cm_packer_open_entry (self, key);
  cm_packer_add_string (self, text);
  cm_packer_close_entry (self, "s");
}

/** cm_packer_add_entry: @key: of an a{sv}; @value: of any type, in normal form */
void
cm_packer_add_entry (CmPacker *self, const char *key, GVariant *value)
{
  cm_packer_open_entry (self, key);
  g_byte_array_append (self->bytes, g_variant_get_data (value), (guint) g_variant_get_size (value));
  cm_packer_close_entry (self, g_variant_get_type_string (value));
}
