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
  LinnetPresence presence;
};

enum
{
  PROP_NAME = 1,
  PROP_KIND,
  PROP_PRESENCE,
  PROP_STATUS_TEXT,
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
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_device_init (LinnetDevice *self)
{
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
