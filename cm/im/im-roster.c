/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-roster.c: all contacts of an account, and what changed of them since the last read. RFC 6121 2
 *
 * Contacts are never freed before the account: faces keep pointers. Changes are noted and told once
 * per read. */

#include "im/im-roster.h"

#include <stdlib.h>
#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-likeness.h"

struct _ImRoster
{
  ImAccount *account; /* owns us */
  GHashTable *contacts; /* (owned) bare address, of the contact, to (owned) ImContact */
  ImContact *own;
  GHashTable *groups; /* (owned) name to how many are in it */
  ImRosterChanges *changes; /* (owned) */
  ImRosterEdits *edits; /* (owned) */
  ImRosterFence *fence; /* (owned) */
  guint n_strangers; /* at most so many ask to see us */
  guint n_ever_strangers; /* who asked, and was not known before */
};

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
count_group (ImRoster *self, const char *name, int step)
{
  int count = GPOINTER_TO_INT (g_hash_table_lookup (self->groups, name));

  if (count == 0 || count + step == 0)
    im_roster_changes_note_group (self->changes, name);
  if (count + step == 0)
    g_hash_table_remove (self->groups, name);
  else
    g_hash_table_insert (self->groups, g_strdup (name), GINT_TO_POINTER (count + step));
}

/* Sorted, without doubles and empty names, bounded. */
static GPtrArray *
tidy_groups (const char *const *names)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (*names[i] != '\0')
      g_ptr_array_add (groups, im_dup_bounded (names[i], IM_CONTACT_MAX_NAME_BYTES));
  g_ptr_array_sort (groups, compare_texts);
  for (guint i = groups->len; i > 1; i--)
    if (strcmp (groups->pdata[i - 1], groups->pdata[i - 2]) == 0)
      g_ptr_array_remove_index (groups, i - 1);
  if (groups->len > IM_CONTACT_MAX_GROUPS)
    g_ptr_array_set_size (groups, IM_CONTACT_MAX_GROUPS);
  return groups;
}

static gboolean
has_groups (const ImContact *contact, const GPtrArray *groups)
{
  if (contact->n_groups != groups->len)
    return FALSE;
  for (guint i = 0; i < groups->len; i++)
    if (strcmp (contact->groups[i], groups->pdata[i]) != 0)
      return FALSE;
  return TRUE;
}

static gboolean
set_groups (ImRoster *self, ImContact *contact, const char *const *names)
{
  g_autoptr (GPtrArray) groups = tidy_groups (names);
  GRefString **old = contact->groups;
  guint n_old = contact->n_groups;

  if (has_groups (contact, groups))
    return FALSE;
  im_roster_changes_note_move (self->changes, contact, groups);
  contact->groups = groups->len > 0 ? g_new (GRefString *, groups->len) : NULL;
  contact->n_groups = (guint16) groups->len;
  for (guint i = 0; i < groups->len; i++)
    {
      contact->groups[i] = g_ref_string_new_intern (groups->pdata[i]);
      count_group (self, contact->groups[i], 1);
    }
  for (guint i = 0; i < n_old; i++)
    {
      count_group (self, old[i], -1);
      g_ref_string_release (old[i]);
    }
  g_free (old);
  return TRUE;
}

static void
set_name (ImRoster *self, ImContact *contact, const char *name)
{
  if (!im_contact_set_roster_name (contact, name))
    return;
  im_likeness_forget (self->account->likeness);
  im_roster_note (self, contact, IM_CONTACT_ALIAS);
}

/* Whether we may see somebody is the difference between unknown and offline. Who has no number was
 * shown to nobody. */
static void
note_visibility (ImRoster *self, ImContact *contact, gboolean was_visible)
{
  if (!contact->subscription.to != !was_visible && contact->n_resources == 0 &&
      contact->shown == NULL && im_contact_get_handle (contact) != 0)
    im_roster_note (self, contact, IM_CONTACT_PRESENCE);
}

static gboolean
is_too_long (const char *text)
{
  return text != NULL && strlen (text) > IM_CONTACT_MAX_NAME_BYTES;
}

/* Whether that is not all of them. */
static gboolean
take_groups (ImRoster *self, ImContact *contact, XmppNode *item)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  gboolean is_cut = FALSE;

  for (XmppNode *group = xmpp_node_find (item, "group", XMPP_NS_ROSTER);
       group != NULL && groups->len < IM_CONTACT_MAX_GROUPS;
       group = xmpp_node_find_next (group, "group", XMPP_NS_ROSTER))
    {
      is_cut = is_cut || is_too_long (xmpp_node_get_text (group));
      g_ptr_array_add (groups, (gpointer) xmpp_node_get_text (group));
      if (groups->len == IM_CONTACT_MAX_GROUPS)
        is_cut = is_cut || xmpp_node_find_next (group, "group", XMPP_NS_ROSTER) != NULL;
    }
  g_ptr_array_add (groups, NULL);
  if (set_groups (self, contact, (const char *const *) groups->pdata))
    im_roster_note (self, contact, IM_CONTACT_GROUPS);
  return is_cut;
}

static void
take_item (ImRoster *self, XmppJid *jid, XmppNode *item)
{
  ImContact *contact = im_roster_ensure (self, jid);
  gboolean was_in_list = im_contact_is_in_list (contact);
  gboolean was_approved = contact->subscription.approved;
  gboolean was_visible = contact->subscription.to;
  const char *approved = xmpp_node_get (item, "approved");
  gboolean is_news;

  contact->is_seen = TRUE;
  if (!contact->is_in_roster)
    im_likeness_forget (self->account->likeness);
  contact->is_in_roster = TRUE;
  is_news = im_subscription_take_item (
      &contact->subscription, xmpp_node_get (item, "subscription"), xmpp_node_get (item, "ask"),
      g_strcmp0 (approved, "true") == 0 || g_strcmp0 (approved, "1") == 0);
  note_visibility (self, contact, was_visible);
  if (!contact->subscription.pending_in && im_contact_set_publish_request (contact, NULL))
    is_news = TRUE;
  /* That was for once, or has been taken back elsewhere. */
  if (contact->subscription.from || (was_approved && !contact->subscription.approved))
    contact->is_welcome = FALSE;
  if (is_news || !was_in_list)
    im_roster_note_place (self, contact, was_in_list);
  set_name (self, contact, xmpp_node_get (item, "name"));
  contact->is_cut = take_groups (self, contact, item) || is_too_long (xmpp_node_get (item, "name"));
}

static XmppJid *
read_address (ImRoster *self, XmppNode *item)
{
  const char *text = xmpp_node_get (item, "jid");
  g_autoptr (XmppJid) jid = text != NULL ? xmpp_jid_new (text, NULL) : NULL;

  if (jid == NULL)
    return NULL;
  return xmpp_jid_is_bare (jid) ? g_steal_pointer (&jid) : xmpp_jid_dup_bare (jid);
}

static void
free_contact (gpointer contact)
{
  im_contact_free (contact);
}

/**
 * im_roster_new:
 * @account: its owner
 * @own: the account's bare address
 *
 * Returns: (transfer full): a roster with nobody but ourselves
 */
ImRoster *
im_roster_new (ImAccount *account, XmppJid *own)
{
  ImRoster *self = g_new0 (ImRoster, 1);

  self->account = account;
  self->contacts = g_hash_table_new_full (xmpp_jid_hash, xmpp_jid_equal, NULL, free_contact);
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->changes = im_roster_changes_new (account, self->groups);
  self->own = im_roster_ensure (self, own);
  self->own->is_self = TRUE;
  self->edits = im_roster_edits_new (account, self);
  self->fence = im_roster_fence_new (account);
  return self;
}

/** im_roster_free: @self: (transfer full): a roster that no face watches */
void
im_roster_free (ImRoster *self)
{
  im_roster_edits_free (self->edits);
  im_roster_fence_free (self->fence);
  im_roster_changes_free (self->changes);
  g_hash_table_unref (self->contacts);
  g_hash_table_unref (self->groups);
  g_free (self);
}

/** im_roster_get_self: Returns: (transfer none): our own contact */
ImContact *
im_roster_get_self (ImRoster *self)
{
  return self->own;
}

/** im_roster_rename_self: @bare: the address that the server has lent to one who has no account;
 * nothing changes where somebody else has it */
void
im_roster_rename_self (ImRoster *self, XmppJid *bare)
{
  if (g_hash_table_contains (self->contacts, bare))
    return;
  g_hash_table_steal (self->contacts, self->own->jid);
  im_contact_set_jid (self->own, bare);
  g_hash_table_insert (self->contacts, self->own->jid, self->own);
}

/** im_roster_get_edits: Returns: (transfer none): the edits under way */
ImRosterEdits *
im_roster_get_edits (ImRoster *self)
{
  return self->edits;
}

/** im_roster_get_fence: Returns: (transfer none): who waits for the server */
ImRosterFence *
im_roster_get_fence (ImRoster *self)
{
  return self->fence;
}

/** im_roster_get_contacts: Returns: (transfer none): everybody, by address */
GHashTable *
im_roster_get_contacts (ImRoster *self)
{
  return self->contacts;
}

/** im_roster_find: @bare: an address. Returns: (nullable) (transfer none): somebody who is known */
ImContact *
im_roster_find (ImRoster *self, XmppJid *bare)
{
  return g_hash_table_lookup (self->contacts, bare);
}

/** im_roster_ensure: @bare: an address. Returns: (transfer none): whoever has it */
ImContact *
im_roster_ensure (ImRoster *self, XmppJid *bare)
{
  ImContact *contact = g_hash_table_lookup (self->contacts, bare);

  if (contact != NULL)
    return contact;
  contact = im_contact_new (bare);
  g_hash_table_insert (self->contacts, contact->jid, contact);
  return contact;
}

/** im_roster_dup_groups: Returns: (transfer full): the names of all groups, sorted */
char **
im_roster_dup_groups (ImRoster *self)
{
  GPtrArray *names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_texts);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}

/* Those who have taken their request back make room for those who have not. */
static void
forget_withdrawn (ImRoster *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ImContact *contact = value;
      gboolean was_in_list = im_contact_is_in_list (contact);

      if (contact->is_in_roster || contact->subscription.pending_in ||
          !im_subscription_take_item (&contact->subscription, "remove", NULL, FALSE))
        continue;
      im_roster_note_place (self, contact, was_in_list);
    }
}

static guint
count_strangers (ImRoster *self)
{
  GHashTableIter iter;
  gpointer contact;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    count += im_contact_is_kept (contact) && !((ImContact *) contact)->is_in_roster;
  return count;
}

/** im_roster_admit_stranger: @bare: of somebody who is not in the roster. Returns: whether they may
 * ask to see us */
gboolean
im_roster_admit_stranger (ImRoster *self, XmppJid *bare)
{
  gboolean is_known = im_roster_find (self, bare) != NULL;

  if (!is_known && self->n_ever_strangers >= IM_ROSTER_MAX_EVER_STRANGERS)
    return FALSE;
  if (self->n_strangers >= IM_ROSTER_MAX_STRANGERS)
    {
      forget_withdrawn (self);
      self->n_strangers = count_strangers (self);
    }
  if (self->n_strangers >= IM_ROSTER_MAX_STRANGERS)
    return FALSE;
  self->n_strangers++;
  self->n_ever_strangers += is_known ? 0 : 1;
  return TRUE;
}

/** im_roster_is_contact: @bare: an address. Returns: whether it is subscribed, either way */
gboolean
im_roster_is_contact (ImRoster *self, XmppJid *bare)
{
  ImContact *contact = im_roster_find (self, bare);

  return contact != NULL && (contact->subscription.to || contact->subscription.from);
}

/**
 * im_roster_take_all:
 * @query: the server's whole roster; who is not in it is no longer in ours
 *
 * Spec: RFC 6121 2.1.4
 */
void
im_roster_take_all (ImRoster *self, XmppNode *query)
{
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    ((ImContact *) contact)->is_seen = FALSE;
  for (XmppNode *item = xmpp_node_find (query, "item", XMPP_NS_ROSTER); item != NULL;
       item = xmpp_node_find_next (item, "item", XMPP_NS_ROSTER))
    {
      g_autoptr (XmppJid) jid = read_address (self, item);

      if (jid == NULL || xmpp_jid_equal (jid, self->own->jid))
        g_debug ("The roster has an item with an address that it should not have; left out");
      else if (g_strcmp0 (xmpp_node_get (item, "subscription"), "remove") != 0)
        take_item (self, jid, item);
    }
  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    if (((ImContact *) contact)->is_in_roster && !((ImContact *) contact)->is_seen)
      im_roster_remove_item (self, contact);
}

/**
 * im_roster_take_push:
 * @query: what the server pushed; its sender was judged
 *
 * Returns: FALSE when there is not exactly one item with an address
 * Spec: RFC 6121 2.1.6
 */
gboolean
im_roster_take_push (ImRoster *self, XmppNode *query)
{
  XmppNode *item = xmpp_node_find (query, "item", XMPP_NS_ROSTER);
  g_autoptr (XmppJid) jid = NULL;
  ImContact *contact;

  if (item == NULL || xmpp_node_find_next (item, "item", XMPP_NS_ROSTER) != NULL)
    return FALSE;
  jid = read_address (self, item);
  if (jid == NULL)
    return FALSE;
  if (xmpp_jid_equal (jid, self->own->jid))
    return TRUE; /* nothing that we keep of ourselves */
  if (g_strcmp0 (xmpp_node_get (item, "subscription"), "remove") != 0)
    take_item (self, jid, item);
  contact = im_roster_find (self, jid);
  if (contact == NULL)
    return TRUE;
  if (g_strcmp0 (xmpp_node_get (item, "subscription"), "remove") == 0 &&
      (contact->is_in_roster || contact->subscription.pending_in))
    im_roster_remove_item (self, contact); /* else: so the server says that a request has gone */
  im_roster_edits_note_push (self->edits, contact);
  return TRUE;
}

/** im_roster_note_place: @was_in_list: before; what changed is how we stand with @contact, and
 * perhaps whether people see it in the list */
void
im_roster_note_place (ImRoster *self, ImContact *contact, gboolean was_in_list)
{
  if (im_contact_is_in_list (contact))
    im_roster_note (self, contact, IM_CONTACT_SUBSCRIPTION);
  else if (was_in_list)
    im_roster_note (self, contact, IM_CONTACT_REMOVED);
}

/**
 * im_roster_set_item:
 * @name: (nullable): the new name
 * @groups: (nullable): all groups
 *
 * The server has accepted this; it is true before the push comes.
 */
void
im_roster_set_item (ImRoster *self, ImContact *contact, const char *name, const char *const *groups)
{
  if (!contact->is_in_roster)
    {
      gboolean was_in_list = im_contact_is_in_list (contact);

      im_likeness_forget (self->account->likeness);
      contact->is_in_roster = TRUE;
      im_roster_note_place (self, contact, was_in_list);
    }
  set_name (self, contact, name);
  if (set_groups (self, contact, groups))
    im_roster_note (self, contact, IM_CONTACT_GROUPS);
}

/** im_roster_remove_item: @contact: somebody who is no longer in the roster */
void
im_roster_remove_item (ImRoster *self, ImContact *contact)
{
  gboolean was_in_list = im_contact_is_in_list (contact);
  gboolean was_visible = contact->subscription.to;

  im_likeness_forget (self->account->likeness);
  contact->is_in_roster = FALSE;
  contact->is_cut = FALSE;
  contact->is_welcome = FALSE;
  im_subscription_take_item (&contact->subscription, "remove", NULL, FALSE);
  note_visibility (self, contact, was_visible);
  im_contact_set_publish_request (contact, NULL);
  set_name (self, contact, NULL);
  if (set_groups (self, contact, NULL))
    im_roster_note (self, contact, IM_CONTACT_GROUPS);
  if (contact->n_resources > 0 || contact->shown != NULL)
    im_roster_note (self, contact, IM_CONTACT_PRESENCE | IM_CONTACT_RESOURCES);
  im_contact_drop_resources (contact);
  im_contact_set_shown (contact, NULL);
  if (was_in_list)
    im_roster_note (self, contact, IM_CONTACT_REMOVED);
}

/** im_roster_note: @change: what changed of @contact; told with the next flush */
void
im_roster_note (ImRoster *self, ImContact *contact, ImContactChange change)
{
  im_roster_changes_note (self->changes, contact, change);
}

/** im_roster_flush: tells, in one signal, all that was noted since the last time */
void
im_roster_flush (ImRoster *self)
{
  im_roster_changes_flush (self->changes);
}

/* Who still asks is told of again with the next sign-in: RFC 6121 3.1.3. */
static void
forget_request (ImContact *contact)
{
  contact->subscription.pending_in = FALSE;
  im_contact_set_publish_request (contact, NULL);
  if (!contact->is_in_roster)
    im_subscription_take_item (&contact->subscription, "remove", NULL, FALSE);
}

/** im_roster_forget_presence: we are offline, so nobody's presence is known, nor who asks to see
 * us, and nobody is told */
void
im_roster_forget_presence (ImRoster *self)
{
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    {
      im_contact_drop_resources (contact);
      im_contact_forget_facts (contact);
      forget_request (contact);
      ((ImContact *) contact)->is_welcome = FALSE;
      ((ImContact *) contact)->client_type = NULL;
      ((ImContact *) contact)->classes = 0;
      if (!((ImContact *) contact)->is_self)
        im_contact_set_shown (contact, NULL);
      ((ImContact *) contact)->changes = 0;
    }
  im_roster_changes_forget (self->changes);
}
