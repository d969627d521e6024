/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-contact.c: somebody with an address: what they are called, and how we stand with them. RFC
 * 6121 2-4
 *
 * What a remote side says of itself is bounded here, and in im-contact-resources.c. */

#include "im/im-contact-private.h"

#include <string.h>

#include "xmpp/xmpp-jid-escape.h"

static const ImPresence offline = { IM_PRESENCE_OFFLINE, (char *) "offline", (char *) "" };
static const ImPresence unknown = { IM_PRESENCE_UNKNOWN, (char *) "unknown", (char *) "" };

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
      g_free (self->said->avatar_item);
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
  /* In one piece: a tree of small values is some times as large. */
  if (given != NULL)
    g_variant_get_data (given);
  g_clear_pointer (&ensure_said (self)->facts[fact], g_variant_unref);
  self->said->facts[fact] = g_steal_pointer (&given);
  return TRUE;
}

/** im_contact_set_item: @fact: IM_FACT_NONE: the nick. @id: (nullable): of the item that says it;
 * NULL: it is not known, or nothing is said */
void
im_contact_set_item (ImContact *self, ImFact fact, const char *id)
{
  if (self->said != NULL)
    self->said->items[fact] = id != NULL ? g_str_hash (id) : 0;
}

/** im_contact_is_item: @fact: IM_FACT_NONE: the nick. Returns: whether what is known may be what
 * the item @id said. Spec: XEP-0060 7.2.2.1 */
gboolean
im_contact_is_item (const ImContact *self, ImFact fact, const char *id)
{
  guint known = self->said != NULL ? self->said->items[fact] : 0;

  return known == 0 || id == NULL || known == g_str_hash (id);
}

/** im_contact_forget_facts: nothing that they said counts any more */
void
im_contact_forget_facts (ImContact *self)
{
  for (guint i = IM_FACT_NONE + 1; self->said != NULL && i < IM_N_FACTS; i++)
    {
      g_clear_pointer (&self->said->facts[i], g_variant_unref);
      self->said->items[i] = 0;
    }
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

/** im_contact_is_own_choice: Returns: whether the person has put it in the roster, or it is the
 * person: what anybody else calls themselves says nothing about who they are */
gboolean
im_contact_is_own_choice (const ImContact *self)
{
  return self->is_in_roster || self->is_self;
}

/** im_contact_is_kept: Returns: whether it is in the roster, or asks to see us, or has taken that
 * back and nobody has said that they know. Spec: Telepathy ContactList, Removed_Remotely */
gboolean
im_contact_is_kept (const ImContact *self)
{
  return self->is_in_roster || self->subscription.pending_in || self->subscription.lost_from;
}

/** im_contact_is_in_list: Returns: whether it is one of the contacts that people see: kept, and not
 * blocked, unless we see its presence or have asked for that. Spec: Telepathy
 * ContactList.GetContactListAttributes */
gboolean
im_contact_is_in_list (const ImContact *self)
{
  return im_contact_is_kept (self) &&
         (!self->is_blocked || im_contact_get_subscribe (self) != IM_SUBSCRIPTION_NO);
}

/** im_contact_get_subscribe: Returns: whether we see their presence */
ImSubscription
im_contact_get_subscribe (const ImContact *self)
{
  return im_subscription_get_subscribe (&self->subscription);
}

/** im_contact_get_publish: Returns: whether they see our presence: who is blocked does not. Spec:
 * Telepathy ContactList, “publish” */
ImSubscription
im_contact_get_publish (const ImContact *self)
{
  if (self->is_blocked)
    return IM_SUBSCRIPTION_NO;
  return im_subscription_get_publish (&self->subscription);
}

/** im_contact_get_publish_request: Returns: what they wrote with their request, "" for none */
const char *
im_contact_get_publish_request (const ImContact *self)
{
  return self->publish_request != NULL && !self->is_blocked ? self->publish_request : "";
}

/** im_contact_is_approved: Returns: whether they do not see us, and will as soon as they ask. Spec:
 * RFC 6121 3.4 */
gboolean
im_contact_is_approved (const ImContact *self)
{
  return !self->subscription.from && (self->subscription.approved || self->is_welcome);
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
