/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-form.h: a form that somebody wants to have filled in, or a table of what was found. XEP-0004,
 * XEP-0221 */
#pragma once

#include "im/im-types.h"
#include "xmpp/xmpp-node.h"

G_BEGIN_DECLS

/* XEP-0004 3.3 */
typedef enum
{
  IM_FIELD_TEXT_SINGLE = 0,
  IM_FIELD_BOOLEAN,
  IM_FIELD_FIXED,
  IM_FIELD_HIDDEN,
  IM_FIELD_JID_MULTI,
  IM_FIELD_JID_SINGLE,
  IM_FIELD_LIST_MULTI,
  IM_FIELD_LIST_SINGLE,
  IM_FIELD_TEXT_MULTI,
  IM_FIELD_TEXT_PRIVATE,
} ImFieldType;

/* One of the answers to choose from; a medium that shows what is asked. */
typedef struct
{
  char *label; /* (owned) of a medium: its MIME type */
  char *value; /* (owned) of a medium: its URI */
} ImOption;

typedef struct
{
  char *var; /* (owned) "" only where it is fixed */
  char *label; /* (owned) "" for none */
  char *description; /* (owned) "" for none */
  char **values; /* (owned) never NULL */
  ImOption *options; /* (owned) (nullable) */
  ImOption *media; /* (owned) (nullable) */
  guint n_options;
  guint n_media;
  ImFieldType type;
  gboolean is_required;
} ImField;

typedef struct
{
  char *title; /* (owned) "" for none */
  char *instructions; /* (owned) "" for none */
  GPtrArray *fields; /* (owned) ImField, owned, in their order */
  GPtrArray *items; /* (owned) GPtrArray of ImField each: the rows of a table */
} ImForm;

/* `node` is an <x xmlns='jabber:x:data'/>; NULL: it is not, or asks for nothing (cancel). */
ImForm *im_form_new_from_node (const XmppNode *node) G_GNUC_WARN_UNUSED_RESULT;
ImForm *im_form_new (void) G_GNUC_WARN_UNUSED_RESULT;
void im_form_free (ImForm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImForm, im_form_free)

/* A field more, for forms that are older than XEP-0004. */
ImField *im_form_add (ImForm *self, ImFieldType type, const char *var, const char *label);
void im_form_set_instructions (ImForm *self, const char *text); /* (nullable) */
/* The value that is offered; for one that takes one. */
void im_form_fill_in (ImForm *self, const char *var, const char *value);
ImField *im_form_find (const ImForm *self, const char *var); /* (nullable) (transfer none) */
const char *im_form_get_form_type (const ImForm *self); /* XEP-0068; "" for none */
const char *im_field_get_value (const ImField *self); /* the first; "" for none */
const char *im_field_type_to_name (ImFieldType type);

/* Whether `answers` (a{sas}) and `secrets` (nullable: field to text) can be submitted. */
gboolean im_form_check (const ImForm *self, GVariant *answers, GHashTable *secrets, GError **error);
/* Into `parent`: <x type='submit'/>. What is not answered keeps its value. */
void im_form_submit (const ImForm *self, GVariant *answers, GHashTable *secrets, XmppNode *parent);
/* (transfer floating) (ssa(sssasa(ss)b)): as im.linnet.Commands1 has it. */
GVariant *im_form_to_variant (const ImForm *self);

G_END_DECLS
