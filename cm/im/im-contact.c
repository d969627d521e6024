/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-contact.c: somebody with an address: roster item, presence of each resource. RFC 6121 2-4
 *
 * What a remote side says of itself is bounded here: resources, texts, priority. */

#include "im/im-contact-private.h"

#include <string.h>

#include "im/im-caps.h"
#include "im/im-disco.h"
#include "xmpp/xmpp-jid-escape.h"

static const ImPresence offline = { IM_PRESENCE_OFFLINE, (char *) "offline", (char *) "" };
static const ImPresence unknown = { IM_PRESENCE_UNKNOWN, (char *) "unknown", (char *) "" };

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
 * im_dup_bounded:
 * @text: (nullable): from somebody else; NULL is ""
 * @limit: bytes
 *
 * Returns: (transfer full): the beginning of it, in whole characters
 */
char *
im_dup_bounded (const char *text, gsize limit)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length > limit)
    {
      length = limit;
      while (length > 0 && ((guchar) text[length] & 0xc0) == 0x80)
        length--;
    }
  return text != NULL ? g_strndup (text, length) : g_strdup ("");
}

/**
 * im_contact_new:
 * @jid: a bare address
 *
 * Returns: (transfer full): somebody of whom nothing is known
 */
ImContact *
im_contact_new (XmppJid *jid)
{
  ImContact *self = g_new0 (ImContact, 1);

  im_contact_set_jid (self, jid);
  return self;
}

/** im_contact_set_jid: @jid: a bare address */
void
im_contact_set_jid (ImContact *self, XmppJid *jid)
{
  g_autoptr (XmppJid) before G_GNUC_UNUSED = g_steal_pointer (&self->jid);

  self->jid = xmpp_jid_ref (jid);
  g_clear_pointer (&self->readable, g_free);
  if (strchr (xmpp_jid_get_bare_text (jid), '\\') != NULL)
    self->readable = xmpp_jid_dup_shown_text (jid);
}

/** im_contact_free: @self: (transfer full): a contact that no face keeps any more */
void
im_contact_free (ImContact *self)
{
  im_contact_drop_resources (self);
  for (guint i = 0; i < self->n_groups; i++)
    g_ref_string_release (self->groups[i]);
  g_free (self->groups);
  g_free (self->roster_name);
  g_free (self->readable);
  g_free (self->publish_request);
  im_contact_forget_facts (self);
  if (self->said != NULL)
    {
      g_free (self->said->nick);
      g_free (self->said->vcard_nick);
      g_clear_pointer (&self->said->info, g_variant_unref);
      for (guint i = 0; i < IM_N_AVATAR_SOURCES; i++)
        g_free (self->said->avatars[i]);
      g_free (self->said);
    }
  im_presence_free (self->shown);
  xmpp_jid_unref (self->jid);
  g_free (self);
}

/* A name on one line: no control characters, no white space around it; NULL for nothing. */
static char *
dup_nick (const char *nick)
{
  g_autofree char *bounded = im_dup_bounded (nick, IM_CONTACT_MAX_NAME_BYTES);

  for (char *at = bounded; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  g_strstrip (bounded);
  return *bounded != '\0' ? g_steal_pointer (&bounded) : NULL;
}

static ImContactSaid *
ensure_said (ImContact *self)
{
  if (self->said == NULL)
    self->said = g_new0 (ImContactSaid, 1);
  return self->said;
}

static gboolean
set_nick (char **place, const char *nick)
{
  g_autofree char *given = dup_nick (nick);

  if (g_strcmp0 (*place, given) == 0)
    return FALSE;
  g_free (*place);
  *place = g_steal_pointer (&given);
  return TRUE;
}

/**
 * im_contact_set_nick:
 * @nick: (nullable): what it calls itself; "" is nothing; bounded
 *
 * Returns: whether that is news
 */
gboolean
im_contact_set_nick (ImContact *self, const char *nick)
{
  if (self->said == NULL && (nick == NULL || *nick == '\0'))
    return FALSE;
  return set_nick (&ensure_said (self)->nick, nick);
}

/** im_contact_set_vcard_nick: @nick: (nullable): what its vCard calls it. Returns: whether that is
 * news */
gboolean
im_contact_set_vcard_nick (ImContact *self, const char *nick)
{
  if (self->said == NULL && (nick == NULL || *nick == '\0'))
    return FALSE;
  return set_nick (&ensure_said (self)->vcard_nick, nick);
}

/**
 * im_contact_set_roster_name:
 * @name: (nullable): what the roster calls it; bounded
 *
 * Returns: whether it changed
 */
gboolean
im_contact_set_roster_name (ImContact *self, const char *name)
{
  g_autofree char *bounded =
      name != NULL && *name != '\0' ? im_dup_bounded (name, IM_CONTACT_MAX_NAME_BYTES) : NULL;

  if (g_strcmp0 (self->roster_name, bounded) == 0)
    return FALSE;
  g_free (self->roster_name);
  self->roster_name = g_steal_pointer (&bounded);
  return TRUE;
}

/**
 * im_contact_set_publish_request:
 * @text: (nullable): what they wrote with their request; bounded
 *
 * Returns: whether it changed
 */
gboolean
im_contact_set_publish_request (ImContact *self, const char *text)
{
  g_autofree char *bounded =
      text != NULL && *text != '\0' ? im_dup_bounded (text, IM_PRESENCE_MAX_MESSAGE_BYTES) : NULL;

  if (g_strcmp0 (self->publish_request, bounded) == 0)
    return FALSE;
  g_free (self->publish_request);
  self->publish_request = g_steal_pointer (&bounded);
  return TRUE;
}

/**
 * im_contact_set_shown:
 * @presence: (nullable): what is shown while no resource has a say; for our own contact, always
 */
void
im_contact_set_shown (ImContact *self, const ImPresence *presence)
{
  im_presence_free (self->shown);
  self->shown = im_presence_copy (presence);
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

/**
 * im_contact_set_fact:
 * @value: (nullable): what they say; NULL: nothing
 *
 * Returns: whether that is news
 */
gboolean
im_contact_set_fact (ImContact *self, ImFact fact, GVariant *value)
{
  g_autoptr (GVariant) given = value != NULL ? g_variant_ref_sink (value) : NULL;
  GVariant *known = im_contact_get_fact (self, fact);

  g_return_val_if_fail (fact > IM_FACT_NONE && fact < IM_N_FACTS, FALSE);

  if (known == given || (known != NULL && given != NULL && g_variant_equal (known, given)))
    return FALSE;
  g_clear_pointer (&ensure_said (self)->facts[fact], g_variant_unref);
  self->said->facts[fact] = g_steal_pointer (&given);
  return TRUE;
}

/** im_contact_forget_facts: nothing that they said counts any more */
void
im_contact_forget_facts (ImContact *self)
{
  for (guint i = 0; self->said != NULL && i < IM_N_FACTS; i++)
    g_clear_pointer (&self->said->facts[i], g_variant_unref);
}

/** im_contact_get_fact: Returns: (transfer none) (nullable): what they say of themselves */
GVariant *
im_contact_get_fact (const ImContact *self, ImFact fact)
{
  return self->said != NULL ? self->said->facts[fact] : NULL;
}

/** im_contact_get_jid: Returns: (transfer none): the bare address */
XmppJid *
im_contact_get_jid (const ImContact *self)
{
  return self->jid;
}

/** im_contact_get_alias: Returns: the roster's name, else the nick, else that of the vCard, else
 * the address as people read it. Spec: XEP-0106 5.1 */
const char *
im_contact_get_alias (const ImContact *self)
{
  if (self->roster_name != NULL)
    return self->roster_name;
  if (self->said != NULL && self->said->nick != NULL)
    return self->said->nick;
  if (self->said != NULL && self->said->vcard_nick != NULL)
    return self->said->vcard_nick;
  return self->readable != NULL ? self->readable : xmpp_jid_get_text (self->jid);
}

/** im_contact_is_named: Returns: whether the alias is more than the address */
gboolean
im_contact_is_named (const ImContact *self)
{
  return self->roster_name != NULL ||
         (self->said != NULL && (self->said->nick != NULL || self->said->vcard_nick != NULL));
}

/** im_contact_get_nick: Returns: (nullable): what it calls itself */
const char *
im_contact_get_nick (const ImContact *self)
{
  return self->said != NULL ? self->said->nick : NULL;
}

/** im_contact_get_roster_name: Returns: (nullable): what the roster calls it */
const char *
im_contact_get_roster_name (const ImContact *self)
{
  return self->roster_name;
}

/** im_contact_is_in_list: Returns: whether it is in the roster, or asks to see us */
gboolean
im_contact_is_in_list (const ImContact *self)
{
  return self->is_in_roster || self->subscription.pending_in;
}

/** im_contact_get_subscribe: Returns: whether we see their presence */
ImSubscription
im_contact_get_subscribe (const ImContact *self)
{
  return im_subscription_get_subscribe (&self->subscription);
}

/** im_contact_get_publish: Returns: whether they see our presence */
ImSubscription
im_contact_get_publish (const ImContact *self)
{
  return im_subscription_get_publish (&self->subscription);
}

/** im_contact_get_publish_request: Returns: what they wrote with their request, "" for none */
const char *
im_contact_get_publish_request (const ImContact *self)
{
  return self->publish_request != NULL ? self->publish_request : "";
}

/** im_contact_get_n_groups: Returns: how many groups it is in */
guint
im_contact_get_n_groups (const ImContact *self)
{
  return self->n_groups;
}

/** im_contact_get_group: @index: less than their number. Returns: a group's name */
const char *
im_contact_get_group (const ImContact *self, guint index)
{
  g_return_val_if_fail (index < self->n_groups, NULL);
  return self->groups[index];
}

/** im_contact_get_presence: Returns: (transfer none): of the best resource; never NULL; until the
 * main loop goes on */
const ImPresence *
im_contact_get_presence (const ImContact *self)
{
  if (self->is_self && self->shown != NULL)
    return self->shown;
  if (self->n_resources > 0)
    return &self->resources[0].presence;
  if (self->shown != NULL)
    return self->shown;
  return self->subscription.to ? &offline : &unknown;
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

/** im_contact_is_blocked: Returns: whether the server keeps it away from us */
gboolean
im_contact_is_blocked (const ImContact *self)
{
  return self->is_blocked;
}

/** im_contact_get_handle: Returns: what a face gave it, 0 for nothing */
guint
im_contact_get_handle (const ImContact *self)
{
  return self->handle;
}

/** im_contact_set_handle: @handle: what the face calls it */
void
im_contact_set_handle (ImContact *self, guint handle)
{
  self->handle = handle;
}
