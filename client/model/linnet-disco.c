/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-disco.c: what an address is and can do, and what belongs to it.
 *
 * Made for a tree of which only what is unfolded is asked: each item is one of these, and asks
 * nobody until it is opened. All its texts are the network's: never markup. */
#include "config.h"

#include "model/linnet-disco.h"

#include "model/linnet-page-private.h"

#define DISCOVERY "im.linnet.ServiceDiscovery1"

struct _LinnetDisco
{
  LinnetPage parent_instance;

  LinnetAccount *account; /* (owned) (nullable) until it is opened */
  char *address; /* (owned) */
  char *node; /* (owned) "" for the address itself */
  char *name; /* (owned) (nullable) */
  char *kind; /* (owned) (nullable) */
  char **features; /* (owned) */
  GListStore *items; /* (owned) LinnetDisco */
  guint n_asked;
};

enum
{
  PROP_TITLE = 1,
  PROP_FEATURES,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetDisco, linnet_disco, LINNET_TYPE_PAGE)

static void
end (LinnetDisco *self)
{
  if (--self->n_asked == 0 && linnet_page_get_state (LINNET_PAGE (self)) == LINNET_PAGE_LOADING)
    linnet_page_set_ready (LINNET_PAGE (self));
}

static void
take_info (LinnetDisco *self, GVariant *info)
{
  g_autoptr (GVariant) identities = NULL;
  g_auto (GStrv) features = NULL;
  const char *category, *type, *name;

  g_variant_get (info, "(@a(ssss)^as@aa(ssas))", &identities, &features, NULL);
  g_object_freeze_notify (G_OBJECT (self));
  if (g_variant_n_children (identities) > 0)
    {
      g_variant_get_child (identities, 0, "(&s&s&s&s)", &category, &type, NULL, &name);
      g_free (self->kind);
      self->kind = g_strdup_printf ("%s/%s", category, type);
      if (*name != '\0' && g_strcmp0 (self->name, name) != 0)
        {
          g_free (self->name);
          self->name = g_strdup (name);
          g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TITLE]);
        }
    }
  g_strfreev (self->features);
  self->features = g_steal_pointer (&features);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FEATURES]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
info_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetDisco) self = data;
  g_autoptr (GVariant) info = linnet_page_finish (LINNET_PAGE (self), source, result);

  if (info == NULL)
    return;
  take_info (self, info);
  end (self);
}

/* Itself, as servers like to list it, is not within itself. */
static gboolean
is_self (LinnetDisco *self, const char *address, const char *node)
{
  return g_str_equal (address, self->address) && g_str_equal (node, self->node);
}

/* What says what it is and not what belongs to it is empty. */
static void
items_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetDisco) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GVariantIter) iter = NULL;
  const char *address, *node, *name;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL)
    g_debug ("%s: items: %s", self->address, error->message);
  else
    {
      g_variant_get (reply, "(a(sss))", &iter);
      while (g_variant_iter_next (iter, "(&s&s&s)", &address, &node, &name))
        if (!is_self (self, address, node))
          {
            LinnetDisco *item = linnet_disco_new (self->account, address, node);

            item->name = *name != '\0' ? g_strdup (name) : NULL;
            g_ptr_array_add (items, item);
          }
      g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                           items->pdata, items->len);
    }
  end (self);
}

static void
linnet_disco_ask (LinnetPage *page)
{
  LinnetDisco *self = LINNET_DISCO (page);

  self->n_asked = 2;
  linnet_page_call (page, DISCOVERY, "Info", g_variant_new ("(ss)", self->address, self->node),
                    "(a(ssss)asaa(ssas))", info_cb, g_object_ref (self));
  linnet_page_call (page, DISCOVERY, "Items", g_variant_new ("(ss)", self->address, self->node),
                    "(a(sss))", items_cb, g_object_ref (self));
}

static void
linnet_disco_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetDisco *self = LINNET_DISCO (object);

  if (id == PROP_TITLE)
    g_value_set_string (value, linnet_disco_get_title (self));
  else if (id == PROP_FEATURES)
    g_value_set_boxed (value, self->features);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_disco_dispose (GObject *object)
{
  g_clear_object (&LINNET_DISCO (object)->account);
  G_OBJECT_CLASS (linnet_disco_parent_class)->dispose (object);
}

static void
linnet_disco_finalize (GObject *object)
{
  LinnetDisco *self = LINNET_DISCO (object);

  g_clear_object (&self->items);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->node, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->features, g_strfreev);
  G_OBJECT_CLASS (linnet_disco_parent_class)->finalize (object);
}

static void
linnet_disco_class_init (LinnetDiscoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_disco_get_property;
  object_class->dispose = linnet_disco_dispose;
  object_class->finalize = linnet_disco_finalize;
  LINNET_PAGE_CLASS (klass)->ask = linnet_disco_ask;

  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_FEATURES] = g_param_spec_boxed ("features", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_disco_init (LinnetDisco *self)
{
  self->items = g_list_store_new (LINNET_TYPE_DISCO);
  self->features = g_new0 (char *, 1);
}

/**
 * linnet_disco_new:
 * @account: an account
 * @address: who shall be asked; "" is the account's own server
 * @node: (nullable): about what of theirs
 *
 * Returns: (transfer full): what asks nobody until it is opened
 */
LinnetDisco *
linnet_disco_new (LinnetAccount *account, const char *address, const char *node)
{
  LinnetDisco *self = g_object_new (LINNET_TYPE_DISCO, NULL);

  self->account = g_object_ref (account);
  self->address = g_strdup (address);
  self->node = g_strdup (node != NULL ? node : "");
  return self;
}

/**
 * linnet_disco_open:
 * @self: what is to be looked at; once is enough, and after a failure it asks again
 */
void
linnet_disco_open (LinnetDisco *self)
{
  g_return_if_fail (LINNET_IS_DISCO (self));
  if (linnet_page_get_account (LINNET_PAGE (self)) == NULL && self->account != NULL)
    linnet_page_start (LINNET_PAGE (self), self->account);
  else
    linnet_page_load (LINNET_PAGE (self));
}

/** linnet_disco_get_address: Returns: who is asked */
const char *
linnet_disco_get_address (LinnetDisco *self)
{
  g_return_val_if_fail (LINNET_IS_DISCO (self), NULL);
  return self->address;
}

/** linnet_disco_get_node: Returns: about what of theirs; "" for themselves */
const char *
linnet_disco_get_node (LinnetDisco *self)
{
  g_return_val_if_fail (LINNET_IS_DISCO (self), NULL);
  return self->node;
}

/** linnet_disco_get_title: Returns: what they call it, else its node, else its address */
const char *
linnet_disco_get_title (LinnetDisco *self)
{
  g_return_val_if_fail (LINNET_IS_DISCO (self), NULL);
  if (self->name != NULL)
    return self->name;
  return *self->node != '\0' ? self->node : self->address;
}

/** linnet_disco_get_kind: Returns: (nullable): “category/type” of XEP-0030; %NULL: not known */
const char *
linnet_disco_get_kind (LinnetDisco *self)
{
  g_return_val_if_fail (LINNET_IS_DISCO (self), NULL);
  return self->kind;
}

/** linnet_disco_get_features: Returns: (transfer none): what it can do; empty until it has said */
const char *const *
linnet_disco_get_features (LinnetDisco *self)
{
  g_return_val_if_fail (LINNET_IS_DISCO (self), NULL);
  return (const char *const *) self->features;
}

/** linnet_disco_get_items: Returns: (transfer none) (element-type LinnetDisco): what belongs to it;
 * empty until it has said */
GListModel *
linnet_disco_get_items (LinnetDisco *self)
{
  g_return_val_if_fail (LINNET_IS_DISCO (self), NULL);
  return G_LIST_MODEL (self->items);
}
