/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-device.c: one of a contact's devices: what it is, and whether somebody is there. What it
 * calls itself is of the network: never markup. */
#include "config.h"

#include "model/linnet-device.h"

#include "model/linnet-notify.h"

#define CONNECTION "org.freedesktop.Telepathy.Connection.Interface."
#define PRESENCE CONNECTION "SimplePresence/presence"
#define CLIENT_TYPES CONNECTION "ClientTypes/client-types"

struct _LinnetDevice
{
  GObject parent_instance;

  char *name;
  char *kind;
  char *status_text;
  char *program; /* (owned) (nullable) */
  char **features; /* (owned) */
  LinnetPresence presence;
  gboolean verified;
};

enum
{
  PROP_NAME = 1,
  PROP_KIND,
  PROP_PRESENCE,
  PROP_STATUS_TEXT,
  PROP_PROGRAM,
  PROP_FEATURES,
  PROP_VERIFIED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetDevice, linnet_device, G_TYPE_OBJECT)

static void
linnet_device_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetDevice *self = LINNET_DEVICE (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_KIND:
      g_value_set_string (value, self->kind);
      break;
    case PROP_PRESENCE:
      g_value_set_enum (value, self->presence);
      break;
    case PROP_STATUS_TEXT:
      g_value_set_string (value, self->status_text);
      break;
    case PROP_PROGRAM:
      g_value_set_string (value, self->program);
      break;
    case PROP_FEATURES:
      g_value_set_boxed (value, self->features);
      break;
    case PROP_VERIFIED:
      g_value_set_boolean (value, self->verified);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_device_finalize (GObject *object)
{
  LinnetDevice *self = LINNET_DEVICE (object);

  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->status_text, g_free);
  g_clear_pointer (&self->program, g_free);
  g_clear_pointer (&self->features, g_strfreev);
  G_OBJECT_CLASS (linnet_device_parent_class)->finalize (object);
}

static void
linnet_device_class_init (LinnetDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_device_get_property;
  object_class->finalize = linnet_device_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, NULL, flags);
  props[PROP_PRESENCE] = g_param_spec_enum ("presence", NULL, NULL, LINNET_TYPE_PRESENCE,
                                            LINNET_PRESENCE_UNKNOWN, flags);
  props[PROP_STATUS_TEXT] = g_param_spec_string ("status-text", NULL, NULL, NULL, flags);
  props[PROP_PROGRAM] = g_param_spec_string ("program", NULL, NULL, NULL, flags);
  props[PROP_FEATURES] = g_param_spec_boxed ("features", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_VERIFIED] = g_param_spec_boolean ("verified", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_device_init (LinnetDevice *self)
{
  self->features = g_new0 (char *, 1);
}

/**
 * linnet_device_new:
 * @name: the resource of its address
 *
 * Returns: (transfer full): a device of which nothing else is known
 */
LinnetDevice *
linnet_device_new (const char *name)
{
  LinnetDevice *self = g_object_new (LINNET_TYPE_DEVICE, NULL);

  self->name = g_strdup (name);
  return self;
}

/**
 * linnet_device_get_name:
 * @self: a device
 *
 * Returns: the resource of its address, which may mean something to people
 */
const char *
linnet_device_get_name (LinnetDevice *self)
{
  g_return_val_if_fail (LINNET_IS_DEVICE (self), NULL);
  return self->name;
}

/**
 * linnet_device_get_kind:
 * @self: a device
 *
 * Returns: (nullable): what it is: "phone", "pc", "web" and so on, the client types of the
 *   specification; %NULL while that is not known
 */
const char *
linnet_device_get_kind (LinnetDevice *self)
{
  g_return_val_if_fail (LINNET_IS_DEVICE (self), NULL);
  return self->kind;
}

/**
 * linnet_device_get_presence:
 * @self: a device
 *
 * Returns: the presence that it shows
 */
LinnetPresence
linnet_device_get_presence (LinnetDevice *self)
{
  g_return_val_if_fail (LINNET_IS_DEVICE (self), LINNET_PRESENCE_UNKNOWN);
  return self->presence;
}

/**
 * linnet_device_get_status_text:
 * @self: a device
 *
 * Returns: (nullable): the person's own words beside the presence
 */
const char *
linnet_device_get_status_text (LinnetDevice *self)
{
  g_return_val_if_fail (LINNET_IS_DEVICE (self), NULL);
  return self->status_text;
}

/**
 * linnet_device_get_program:
 * @self: a device
 *
 * Returns: (nullable): what its program calls itself; %NULL while that is not known
 */
const char *
linnet_device_get_program (LinnetDevice *self)
{
  g_return_val_if_fail (LINNET_IS_DEVICE (self), NULL);
  return self->program;
}

/**
 * linnet_device_get_features:
 * @self: a device
 *
 * Returns: what it can do, by the names of XEP-0030; empty while that is not known
 */
const char *const *
linnet_device_get_features (LinnetDevice *self)
{
  g_return_val_if_fail (LINNET_IS_DEVICE (self), NULL);
  return (const char *const *) self->features;
}

/**
 * linnet_device_get_verified:
 * @self: a device
 *
 * Returns: whether its hash proves what it says that it can do. XEP-0115 5.4
 */
gboolean
linnet_device_get_verified (LinnetDevice *self)
{
  g_return_val_if_fail (LINNET_IS_DEVICE (self), FALSE);
  return self->verified;
}

/**
 * linnet_device_take_abilities:
 * @self: a device
 * @program: what its program calls itself, or ""
 * @features: what it can do
 * @verified: whether that is proven
 */
void
linnet_device_take_abilities (LinnetDevice *self,
                              const char *program,
                              const char *const *features,
                              gboolean verified)
{
  g_return_if_fail (LINNET_IS_DEVICE (self));
  g_object_freeze_notify (G_OBJECT (self));
  linnet_notify_string (self, &self->program, *program != '\0' ? program : NULL,
                        props[PROP_PROGRAM]);
  if (!g_strv_equal ((const char *const *) self->features, features))
    {
      g_strfreev (self->features);
      self->features = g_strdupv ((char **) features);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FEATURES]);
    }
  if (!self->verified != !verified)
    {
      self->verified = verified;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VERIFIED]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * linnet_device_take_attributes:
 * @self: a device
 * @attributes: (type a{sv}): what the service says of it, all of it
 */
void
linnet_device_take_attributes (LinnetDevice *self, GVariant *attributes)
{
  LinnetPresence presence = LINNET_PRESENCE_UNKNOWN;
  g_autofree const char **kinds = NULL;
  const char *text = NULL;
  guint32 type;

  g_return_if_fail (LINNET_IS_DEVICE (self));
  if (g_variant_lookup (attributes, PRESENCE, "(u&s&s)", &type, NULL, &text))
    presence = linnet_presence_from_telepathy (type);
  g_variant_lookup (attributes, CLIENT_TYPES, "^a&s", &kinds);
  g_object_freeze_notify (G_OBJECT (self));
  linnet_notify_string (self, &self->kind, kinds != NULL ? kinds[0] : NULL, props[PROP_KIND]);
  linnet_notify_string (self, &self->status_text, text, props[PROP_STATUS_TEXT]);
  if (self->presence != presence)
    {
      self->presence = presence;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PRESENCE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}
