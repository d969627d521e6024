/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-form-field.c: one question of a form. XEP-0004 3.2
 *
 * Its texts are the server's: never markup. What a person answers is kept here until the form is
 * submitted, and wiped after that where it is a secret. */
#include "config.h"

#include "model/linnet-form-private.h"

#include <string.h>

struct _LinnetFormField
{
  GObject parent_instance;

  char *name;
  char *kind;
  char *label;
  char **values;
  GVariant *options; /* a(ss): label, value */
  GVariant *media; /* (nullable) a(ss): MIME type, URI */
  gboolean is_required;
};

enum
{
  PROP_VALUES = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetFormField, linnet_form_field, G_TYPE_OBJECT)

static void
wipe (char **values)
{
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    explicit_bzero (values[i], strlen (values[i]));
  g_strfreev (values);
}

static void
linnet_form_field_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_VALUES)
    g_value_set_boxed (value, LINNET_FORM_FIELD (object)->values);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_form_field_finalize (GObject *object)
{
  LinnetFormField *self = LINNET_FORM_FIELD (object);

  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->label, g_free);
  g_clear_pointer (&self->values, wipe);
  g_clear_pointer (&self->options, g_variant_unref);
  g_clear_pointer (&self->media, g_variant_unref);
  G_OBJECT_CLASS (linnet_form_field_parent_class)->finalize (object);
}

static void
linnet_form_field_class_init (LinnetFormFieldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = linnet_form_field_get_property;
  object_class->finalize = linnet_form_field_finalize;

  props[PROP_VALUES] =
      g_param_spec_boxed ("values", NULL, NULL, G_TYPE_STRV,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_form_field_init (LinnetFormField *self)
{
}

/**
 * linnet_form_field_new_take:
 * @field: (type (sssasa(ss)b)): name, type, label, values, options, whether it is needed
 *
 * Returns: (transfer full): a question
 */
LinnetFormField *
linnet_form_field_new_take (GVariant *field)
{
  LinnetFormField *self = g_object_new (LINNET_TYPE_FORM_FIELD, NULL);

  g_variant_get (field, "(sss^as@a(ss)b)", &self->name, &self->kind, &self->label, &self->values,
                 &self->options, &self->is_required);
  return self;
}

/**
 * linnet_form_field_get_name:
 * @self: a question
 *
 * Returns: what the server calls it
 */
const char *
linnet_form_field_get_name (LinnetFormField *self)
{
  g_return_val_if_fail (LINNET_IS_FORM_FIELD (self), NULL);
  return self->name;
}

/**
 * linnet_form_field_get_kind:
 * @self: a question
 *
 * Returns: a type of XEP-0004, "text-private" for a secret
 */
const char *
linnet_form_field_get_kind (LinnetFormField *self)
{
  g_return_val_if_fail (LINNET_IS_FORM_FIELD (self), NULL);
  return self->kind;
}

/**
 * linnet_form_field_get_label:
 * @self: a question
 *
 * Returns: the question, for people; the name where the server says nothing better
 */
const char *
linnet_form_field_get_label (LinnetFormField *self)
{
  g_return_val_if_fail (LINNET_IS_FORM_FIELD (self), NULL);
  return *self->label != '\0' ? self->label : self->name;
}

/**
 * linnet_form_field_get_required:
 * @self: a question
 *
 * Returns: whether it must be answered
 */
gboolean
linnet_form_field_get_required (LinnetFormField *self)
{
  g_return_val_if_fail (LINNET_IS_FORM_FIELD (self), FALSE);
  return self->is_required;
}

/**
 * linnet_form_field_get_values:
 * @self: a question
 *
 * Returns: (transfer none): the answer, a text each
 */
const char *const *
linnet_form_field_get_values (LinnetFormField *self)
{
  g_return_val_if_fail (LINNET_IS_FORM_FIELD (self), NULL);
  return (const char *const *) self->values;
}

/**
 * linnet_form_field_set_values:
 * @self: a question
 * @values: (array zero-terminated=1): the answer
 */
void
linnet_form_field_set_values (LinnetFormField *self, const char *const *values)
{
  g_return_if_fail (LINNET_IS_FORM_FIELD (self) && values != NULL);
  if (g_strv_equal ((const char *const *) self->values, values))
    return;
  wipe (self->values);
  self->values = g_strdupv ((char **) values);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VALUES]);
}

/**
 * linnet_form_field_get_n_options:
 * @self: a question
 *
 * Returns: how many answers it has to choose from; 0 where it is answered freely
 */
guint
linnet_form_field_get_n_options (LinnetFormField *self)
{
  g_return_val_if_fail (LINNET_IS_FORM_FIELD (self), 0);
  return (guint) g_variant_n_children (self->options);
}

/**
 * linnet_form_field_get_option:
 * @self: a question
 * @at: which, below linnet_form_field_get_n_options()
 * @value: (out) (optional) (transfer none): the value that choosing it means
 *
 * Returns: (transfer none): what people read of it
 */
const char *
linnet_form_field_get_option (LinnetFormField *self, guint at, const char **value)
{
  const char *label, *meaning;

  g_return_val_if_fail (LINNET_IS_FORM_FIELD (self), NULL);
  g_return_val_if_fail (at < g_variant_n_children (self->options), NULL);
  g_variant_get_child (self->options, at, "(&s&s)", &label, &meaning);
  if (value != NULL)
    *value = meaning;
  return *label != '\0' ? label : meaning;
}

/**
 * linnet_form_field_get_n_media:
 * @self: a question
 *
 * Returns: in how many ways what it is about can be shown or heard; 0 where it is only a text
 */
guint
linnet_form_field_get_n_media (LinnetFormField *self)
{
  g_return_val_if_fail (LINNET_IS_FORM_FIELD (self), 0);
  return self->media != NULL ? (guint) g_variant_n_children (self->media) : 0;
}

/**
 * linnet_form_field_get_medium:
 * @self: a question
 * @at: which, below linnet_form_field_get_n_media(): the server likes the first ones best
 * @type: (out) (optional) (transfer none): its MIME type, as the server says
 *
 * Returns: (transfer none): its URI, for linnet_form_load_medium_async() where it begins with
 * “cid:”
 */
const char *
linnet_form_field_get_medium (LinnetFormField *self, guint at, const char **type)
{
  const char *kind, *uri;

  g_return_val_if_fail (LINNET_IS_FORM_FIELD (self), NULL);
  g_return_val_if_fail (at < linnet_form_field_get_n_media (self), NULL);
  g_variant_get_child (self->media, at, "(&s&s)", &kind, &uri);
  if (type != NULL)
    *type = kind;
  return uri;
}

void
linnet_form_field_set_media (LinnetFormField *self, GVariant *media)
{
  g_clear_pointer (&self->media, g_variant_unref);
  self->media = media != NULL ? g_variant_ref (media) : NULL;
}
