/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-packer.h: a large value for the bus, written straight into one piece of memory */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CM_PACKER_MAX_DEPTH 8

/* What is open: an array, a tuple, a dictionary's entry or a variant. */
typedef struct
{
  gsize start; /* of its bytes */
  guint first_end; /* of its own in `ends` */
  gboolean is_array;
} CmPackerLevel;

/* On the stack: cm_packer_init () first, cm_packer_end () or cm_packer_clear () last. */
typedef struct
{
  GByteArray *bytes; /* (owned) */
  GArray *ends; /* (owned) gsize: where members that have no fixed size end */
  CmPackerLevel levels[CM_PACKER_MAX_DEPTH];
  guint depth;
} CmPacker;

void cm_packer_init (CmPacker *self);
void cm_packer_clear (CmPacker *self);
GVariant *cm_packer_end (CmPacker *self, const GVariantType *type) G_GNUC_WARN_UNUSED_RESULT;

void cm_packer_open_array (CmPacker *self, guint alignment);
void cm_packer_open_tuple (CmPacker *self, guint alignment);
void cm_packer_close (CmPacker *self);
void cm_packer_add_number (CmPacker *self, guint32 number);
void cm_packer_add_string (CmPacker *self, const char *text);

/* Entries of an a{sv}. */
void cm_packer_open_entry (CmPacker *self, const char *key);
void cm_packer_close_entry (CmPacker *self, const char *type);
void cm_packer_add_boolean_entry (CmPacker *self, const char *key, gboolean is_true);
void cm_packer_add_number_entry (CmPacker *self, const char *key, guint32 number);
void cm_packer_add_entry (CmPacker *self, const char *key, GVariant *value);
void cm_packer_add_string_entry (CmPacker *self, const char *key, const char *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CmPacker, cm_packer_clear)

G_END_DECLS
