/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-gateway.c: a way into another network.
 *
 * One that knows us is in the contact list: its contact says by its presence whether we are in.
 * What it calls itself is the network's: never markup. */
#include "config.h"

#include "model/linnet-gateway.h"

struct _LinnetGateway
{
  GObject parent_instance;

  char *address; /* (owned) */
  char *title; /* (owned) */
  char *network; /* (owned) */
  LinnetContact *contact; /* (owned) (nullable) */
};

enum
{
  PROP_CONTACT = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetGateway, linnet_gateway, G_TYPE_OBJECT)

static void
linnet_gateway_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CONTACT)
    g_value_set_object (value, LINNET_GATEWAY (object)->contact);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_gateway_finalize (GObject *object)
{
  LinnetGateway *self = LINNET_GATEWAY (object);

  g_clear_object (&self->contact);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->network, g_free);
  G_OBJECT_CLASS (linnet_gateway_parent_class)->finalize (object);
}

static void
linnet_gateway_class_init (LinnetGatewayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = linnet_gateway_get_property;
  object_class->finalize = linnet_gateway_finalize;

  props[PROP_CONTACT] =
      g_param_spec_object ("contact", NULL, NULL, LINNET_TYPE_CONTACT,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_gateway_init (LinnetGateway *self)
{
}

/**
 * linnet_gateway_new:
 * @address: its address
 * @title: what it calls itself; "" for nothing
 * @network: the type that XEP-0030's registry has for its network, such as “irc”
 *
 * Returns: (transfer full): a gateway that does not know us
 */
LinnetGateway *
linnet_gateway_new (const char *address, const char *title, const char *network)
{
  LinnetGateway *self = g_object_new (LINNET_TYPE_GATEWAY, NULL);

  self->address = g_strdup (address);
  self->title = g_strdup (*title != '\0' ? title : address);
  self->network = g_strdup (network);
  return self;
}

/** linnet_gateway_get_address: Returns: its address */
const char *
linnet_gateway_get_address (LinnetGateway *self)
{
  g_return_val_if_fail (LINNET_IS_GATEWAY (self), NULL);
  return self->address;
}

/** linnet_gateway_get_title: Returns: what it calls itself, or its address */
const char *
linnet_gateway_get_title (LinnetGateway *self)
{
  g_return_val_if_fail (LINNET_IS_GATEWAY (self), NULL);
  return self->title;
}

/** linnet_gateway_get_network: Returns: the type of its network, such as “irc” */
const char *
linnet_gateway_get_network (LinnetGateway *self)
{
  g_return_val_if_fail (LINNET_IS_GATEWAY (self), NULL);
  return self->network;
}

/** linnet_gateway_get_contact: Returns: (transfer none) (nullable): itself in the contact list;
 * %NULL: it does not know us. Its presence says whether we are in */
LinnetContact *
linnet_gateway_get_contact (LinnetGateway *self)
{
  g_return_val_if_fail (LINNET_IS_GATEWAY (self), NULL);
  return self->contact;
}

/** linnet_gateway_set_contact: @contact: (nullable): itself in the contact list */
void
linnet_gateway_set_contact (LinnetGateway *self, LinnetContact *contact)
{
  g_return_if_fail (LINNET_IS_GATEWAY (self));
  if (g_set_object (&self->contact, contact))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONTACT]);
}
