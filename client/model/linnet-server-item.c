/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-server-item.c: something that a server offers or lacks, or somebody to write to. An item
 * never changes. */
#include "config.h"

#include "model/linnet-server-item.h"

struct _LinnetServerItem
{
  GObject parent_instance;

  char *title;
  char *text;
  char *address; /* (nullable) */
};

enum
{
  PROP_TITLE = 1,
  PROP_TEXT,
  PROP_ADDRESS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetServerItem, linnet_server_item, G_TYPE_OBJECT)

static void
linnet_server_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetServerItem *self = LINNET_SERVER_ITEM (object);

  if (id == PROP_TITLE)
    g_value_set_string (value, self->title);
  else if (id == PROP_TEXT)
    g_value_set_string (value, self->text);
  else if (id == PROP_ADDRESS)
    g_value_set_string (value, self->address);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_server_item_finalize (GObject *object)
{
  LinnetServerItem *self = LINNET_SERVER_ITEM (object);

  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->address, g_free);
  G_OBJECT_CLASS (linnet_server_item_parent_class)->finalize (object);
}

static void
linnet_server_item_class_init (LinnetServerItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_server_item_get_property;
  object_class->finalize = linnet_server_item_finalize;

  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_server_item_init (LinnetServerItem *self)
{
}

/**
 * linnet_server_item_new:
 * @title: what it is called, translated
 * @text: a sentence, translated: what it gives, or what follows where it is missing
 * @address: (nullable): where it is; %NULL: it is missing
 *
 * Returns: (transfer full): an item
 */
LinnetServerItem *
linnet_server_item_new (const char *title, const char *text, const char *address)
{
  LinnetServerItem *self = g_object_new (LINNET_TYPE_SERVER_ITEM, NULL);

  self->title = g_strdup (title);
  self->text = g_strdup (text);
  self->address = g_strdup (address);
  return self;
}

/** linnet_server_item_get_title: Returns: what it is called */
const char *
linnet_server_item_get_title (LinnetServerItem *self)
{
  g_return_val_if_fail (LINNET_IS_SERVER_ITEM (self), NULL);
  return self->title;
}

/** linnet_server_item_get_text: Returns: what it gives or what follows; of people, their URI */
const char *
linnet_server_item_get_text (LinnetServerItem *self)
{
  g_return_val_if_fail (LINNET_IS_SERVER_ITEM (self), NULL);
  return self->text;
}

/** linnet_server_item_get_address: Returns: (nullable): where it is, perhaps "" for the connection
 * itself; %NULL: it is missing */
const char *
linnet_server_item_get_address (LinnetServerItem *self)
{
  g_return_val_if_fail (LINNET_IS_SERVER_ITEM (self), NULL);
  return self->address;
}
