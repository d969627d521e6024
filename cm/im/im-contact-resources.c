/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-contact-resources.c: the devices of somebody, best first, and what each can do. RFC 6121 4,
 * XEP-0115 */
#include "im/im-contact-private.h"

#include <string.h>

#include "im/im-caps.h"
#include "im/im-disco.h"

static void
clear_resource (ImContactResource *self)
{
  g_free ((char *) self->resource.name);
  g_free (self->presence.message);
  if (self->resource.caps_node != NULL)
    g_ref_string_release ((GRefString *) self->resource.caps_node);
  if (self->caps_key != NULL)
    g_ref_string_release (self->caps_key);
  if (self->resource.caps != NULL)
    im_caps_info_unref (self->resource.caps);
}

/* Chatty first, then there, busy, away. */
static int
rank_presence (const ImResource *resource)
{
  switch (resource->type)
    {
    case IM_PRESENCE_AVAILABLE:
      return g_strcmp0 (resource->status, "chat") == 0 ? 5 : 4;
    case IM_PRESENCE_BUSY:
      return 3;
    case IM_PRESENCE_AWAY:
      return 2;
    default:
      return 1;
    }
}

static gboolean
is_better (const ImResource *a, const ImResource *b)
{
  if (a->priority != b->priority)
    return a->priority > b->priority;
  return rank_presence (a) > rank_presence (b);
}

/* The newest of equals goes first. */
static void
insert_resource (ImContact *self, const ImContactResource *resource)
{
  guint place = 0;

  self->resources = g_renew (ImContactResource, self->resources, self->n_resources + 1u);
  while (place < self->n_resources &&
         is_better (&self->resources[place].resource, &resource->resource))
    place++;
  memmove (self->resources + place + 1, self->resources + place,
           (self->n_resources - place) * sizeof (ImContactResource));
  self->resources[place] = *resource;
  self->n_resources++;
}

static gboolean
find_resource (const ImContact *self, const char *name, guint *place)
{
  for (*place = 0; *place < self->n_resources; (*place)++)
    if (strcmp (self->resources[*place].resource.name, name) == 0)
      return TRUE;
  return FALSE;
}

/* Out of the array; its texts go to the caller. */
static ImContactResource
steal_resource (ImContact *self, guint place)
{
  ImContactResource stolen = self->resources[place];

  self->n_resources--;
  memmove (self->resources + place, self->resources + place + 1,
           (self->n_resources - place) * sizeof (ImContactResource));
  if (self->n_resources == 0)
    g_clear_pointer (&self->resources, g_free);
  return stolen;
}

/**
 * im_contact_put_resource:
 * @name: the resource
 * @presence: what it says; `status` is a constant, `message` is copied and bounded
 * @priority: −128…127
 *
 * Returns: FALSE: there are too many, and it is ignored
 */
gboolean
im_contact_put_resource (ImContact *self,
                         const char *name,
                         const ImPresence *presence,
                         int priority)
{
  ImContactResource resource = { 0 };
  guint place;

  if (find_resource (self, name, &place))
    {
      resource = steal_resource (self, place);
      g_free (resource.presence.message);
    }
  else if (self->n_resources >= IM_CONTACT_MAX_RESOURCES)
    return FALSE;
  else
    resource.resource.name = g_strdup (name);
  resource.presence.type = presence->type;
  resource.presence.status = presence->status;
  resource.presence.message = im_dup_bounded (presence->message, IM_PRESENCE_MAX_MESSAGE_BYTES);
  resource.resource.type = presence->type;
  resource.resource.status = presence->status;
  resource.resource.message = resource.presence.message;
  resource.resource.priority = CLAMP (priority, -128, 127);
  insert_resource (self, &resource);
  return TRUE;
}

/**
 * im_contact_drop_resource:
 * @name: a resource that left
 *
 * Returns: whether it was there
 */
gboolean
im_contact_drop_resource (ImContact *self, const char *name)
{
  ImContactResource resource;
  guint place;

  if (!find_resource (self, name, &place))
    return FALSE;
  resource = steal_resource (self, place);
  clear_resource (&resource);
  return TRUE;
}

/** im_contact_drop_resources: nobody is there any more */
void
im_contact_drop_resources (ImContact *self)
{
  for (guint i = 0; i < self->n_resources; i++)
    clear_resource (&self->resources[i]);
  g_clear_pointer (&self->resources, g_free);
  self->n_resources = 0;
}

static void
set_ref_string (const char **place, const char *text)
{
  if (*place != NULL)
    g_ref_string_release ((GRefString *) *place);
  *place = text != NULL ? g_ref_string_new_intern (text) : NULL;
}

/**
 * im_contact_set_resource_caps:
 * @name: a resource
 * @caps_node: (nullable): node#ver of XEP-0115
 * @caps_key: (nullable): the algorithm and the hash
 *
 * Returns: whether it changed; if so, what it means is not known
 */
gboolean
im_contact_set_resource_caps (ImContact *self,
                              const char *name,
                              const char *caps_node,
                              const char *caps_key)
{
  ImContactResource *resource;
  guint place;

  if (!find_resource (self, name, &place))
    return FALSE;
  resource = &self->resources[place];
  if (g_strcmp0 (resource->resource.caps_node, caps_node) == 0 &&
      g_strcmp0 (resource->caps_key, caps_key) == 0)
    return FALSE;
  set_ref_string (&resource->resource.caps_node, caps_node);
  set_ref_string ((const char **) &resource->caps_key, caps_key);
  g_clear_pointer (&resource->resource.caps, im_caps_info_unref);
  return TRUE;
}

/** im_contact_claims: Returns: whether the resource @name is there and claims @caps_key */
gboolean
im_contact_claims (const ImContact *self, const char *name, const char *caps_key)
{
  guint place;

  return find_resource (self, name, &place) &&
         g_strcmp0 (self->resources[place].caps_key, caps_key) == 0;
}

/**
 * im_contact_set_resource_info:
 * @name: a resource
 * @caps_key: what it should claim
 * @info: what that means
 *
 * Returns: whether it still does, and that is news
 */
gboolean
im_contact_set_resource_info (ImContact *self,
                              const char *name,
                              const char *caps_key,
                              ImCapsInfo *info)
{
  ImContactResource *resource;
  guint place;

  if (!find_resource (self, name, &place))
    return FALSE;
  resource = &self->resources[place];
  if (g_strcmp0 (resource->caps_key, caps_key) != 0 || resource->resource.caps == info)
    return FALSE;
  g_clear_pointer (&resource->resource.caps, im_caps_info_unref);
  resource->resource.caps = im_caps_info_ref (info);
  return TRUE;
}

/** im_contact_get_client_type: Returns: (nullable): of the most available device, as the registrar
 * has it; ours, where another one of ourselves has not said */
const char *
im_contact_get_client_type (const ImContact *self)
{
  const ImResource *best = self->n_resources > 0 ? &self->resources[0].resource : NULL;

  if (best != NULL && best->caps != NULL)
    return best->caps->type;
  return self->is_self ? IM_DISCO_TYPE : NULL;
}

/** im_contact_is_client_type_known: Returns: whether nothing more can be found out, as of somebody
 * offline, or whose device claims nothing */
gboolean
im_contact_is_client_type_known (const ImContact *self)
{
  const ImResource *best = self->n_resources > 0 ? &self->resources[0].resource : NULL;

  if (best != NULL)
    return best->caps != NULL || best->caps_node == NULL;
  return self->is_self || im_contact_get_presence (self)->type == IM_PRESENCE_OFFLINE;
}

/** im_contact_get_n_resources: Returns: how many of its resources are there */
guint
im_contact_get_n_resources (const ImContact *self)
{
  return self->n_resources;
}

/** im_contact_get_resource: @index: less than their number, 0 the best. Returns: (transfer none):
 * the resource */
const ImResource *
im_contact_get_resource (const ImContact *self, guint index)
{
  g_return_val_if_fail (index < self->n_resources, NULL);
  return &self->resources[index].resource;
}
