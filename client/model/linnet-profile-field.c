/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-profile-field.c: one line of what somebody writes of themselves. Telepathy
 * Contact_Info_Field */
#include "config.h"

#include "model/linnet-profile-field.h"

#include <string.h>

#define TYPE "type="

struct _LinnetProfileField
{
  GObject parent_instance;

  char *name; /* (owned) */
  char **types; /* (owned); other parameters stand as they are, with “=” */
  char **values; /* (owned) */
};

enum
{
  PROP_NAME = 1,
  PROP_TYPES,
  PROP_VALUES,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetProfileField, linnet_profile_field, G_TYPE_OBJECT)

static void
set_texts (LinnetProfileField *self, char ***place, const char *const *texts, guint prop)
{
  static const char *const none[] = { NULL };
  const char *const *given = texts != NULL ? texts : none;

  if (g_strv_equal ((const char *const *) *place, given))
    return;
  g_strfreev (*place);
  *place = g_strdupv ((char **) given);
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static void
linnet_profile_field_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetProfileField *self = LINNET_PROFILE_FIELD (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TYPES:
      g_value_set_boxed (value, self->types);
      break;
    case PROP_VALUES:
      g_value_set_boxed (value, self->values);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_profile_field_set_property (GObject *object,
                                   guint id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  LinnetProfileField *self = LINNET_PROFILE_FIELD (object);

  switch (id)
    {
    case PROP_TYPES:
      linnet_profile_field_set_types (self, g_value_get_boxed (value));
      break;
    case PROP_VALUES:
      linnet_profile_field_set_values (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_profile_field_finalize (GObject *object)
{
  LinnetProfileField *self = LINNET_PROFILE_FIELD (object);

  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->types, g_strfreev);
  g_clear_pointer (&self->values, g_strfreev);
  G_OBJECT_CLASS (linnet_profile_field_parent_class)->finalize (object);
}

static void
linnet_profile_field_class_init (LinnetProfileFieldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_profile_field_get_property;
  object_class->set_property = linnet_profile_field_set_property;
  object_class->finalize = linnet_profile_field_finalize;
  props[PROP_NAME] =
      g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_TYPES] = g_param_spec_boxed ("types", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_VALUES] = g_param_spec_boxed ("values", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_profile_field_init (LinnetProfileField *self)
{
  self->types = g_new0 (char *, 1);
  self->values = g_new0 (char *, 1);
}

/**
 * linnet_profile_field_new:
 * @name: of a vCard's field, such as "tel"
 * @types: (nullable): such as "home"
 * @values: (nullable): what it says
 *
 * Returns: (transfer full): a field
 */
LinnetProfileField *
linnet_profile_field_new (const char *name, const char *const *types, const char *const *values)
{
  LinnetProfileField *self = g_object_new (LINNET_TYPE_PROFILE_FIELD, NULL);

  self->name = g_strdup (name);
  linnet_profile_field_set_types (self, types);
  linnet_profile_field_set_values (self, values);
  return self;
}

/** linnet_profile_field_new_from_variant: @field: (sasas). Returns: (transfer full): a field */
LinnetProfileField *
linnet_profile_field_new_from_variant (GVariant *field)
{
  const char *name;
  g_autofree const char **parameters = NULL;
  g_autofree const char **values = NULL;

  g_variant_get (field, "(&s^a&s^a&s)", &name, &parameters, &values);
  for (guint i = 0; parameters[i] != NULL; i++)
    if (g_str_has_prefix (parameters[i], TYPE))
      parameters[i] += strlen (TYPE);
  return linnet_profile_field_new (name, parameters, values);
}

/** linnet_profile_field_to_variant: Returns: (transfer floating): (sasas) */
GVariant *
linnet_profile_field_to_variant (LinnetProfileField *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parameters = NULL;

  g_return_val_if_fail (LINNET_IS_PROFILE_FIELD (self), NULL);
  for (guint i = 0; self->types[i] != NULL; i++)
    {
      g_autofree char *parameter =
          g_strconcat (strchr (self->types[i], '=') != NULL ? "" : TYPE, self->types[i], NULL);

      g_strv_builder_add (builder, parameter);
    }
  parameters = g_strv_builder_end (builder);
  return g_variant_new ("(s^as^as)", self->name, parameters, self->values);
}

/** linnet_profile_field_get_name: Returns: (transfer none): of a vCard's field, such as "tel" */
const char *
linnet_profile_field_get_name (LinnetProfileField *self)
{
  g_return_val_if_fail (LINNET_IS_PROFILE_FIELD (self), NULL);
  return self->name;
}

/** linnet_profile_field_get_types: Returns: (transfer none): such as "home"; perhaps none */
const char *const *
linnet_profile_field_get_types (LinnetProfileField *self)
{
  g_return_val_if_fail (LINNET_IS_PROFILE_FIELD (self), NULL);
  return (const char *const *) self->types;
}

/** linnet_profile_field_set_types: @types: (nullable): such as "home" */
void
linnet_profile_field_set_types (LinnetProfileField *self, const char *const *types)
{
  g_return_if_fail (LINNET_IS_PROFILE_FIELD (self));
  set_texts (self, &self->types, types, PROP_TYPES);
}

/** linnet_profile_field_get_values: Returns: (transfer none): what it says */
const char *const *
linnet_profile_field_get_values (LinnetProfileField *self)
{
  g_return_val_if_fail (LINNET_IS_PROFILE_FIELD (self), NULL);
  return (const char *const *) self->values;
}

/** linnet_profile_field_set_values: @values: (nullable): what it says */
void
linnet_profile_field_set_values (LinnetProfileField *self, const char *const *values)
{
  g_return_if_fail (LINNET_IS_PROFILE_FIELD (self));
  set_texts (self, &self->values, values, PROP_VALUES);
}

/** linnet_profile_field_is_empty: Returns: whether it says nothing */
gboolean
linnet_profile_field_is_empty (LinnetProfileField *self)
{
  g_return_val_if_fail (LINNET_IS_PROFILE_FIELD (self), TRUE);
  for (guint i = 0; self->values[i] != NULL; i++)
    if (*self->values[i] != '\0')
      return FALSE;
  return TRUE;
}
