/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-roster-changes.c: what changed of the contacts since the last read, told in one signal each
 * for groups, their members, and contacts. RFC 6121 2, Telepathy Connection.Interface.PowerSaving
 *
 * While nobody is looking, what is only to be looked at waits for something that is more, or a
 * minute. */

#include "im/im-roster.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-client-state.h"

/* What is only to be looked at, and how long it may wait while nobody does. */
#define FACTS (IM_CONTACT_FACT (IM_N_FACTS) - IM_CONTACT_FACTS)
#define QUIET                                                                              \
  (IM_CONTACT_PRESENCE | IM_CONTACT_RESOURCES | IM_CONTACT_CAPS | IM_CONTACT_CLIENT_TYPE | \
   IM_CONTACT_CLASSES | IM_CONTACT_IDLE | IM_CONTACT_AVATAR | FACTS)
#define QUIET_MOST_S 60

/* Which groups somebody joined and left. */
typedef struct
{
  ImContact *contact;
  GStrvBuilder *added; /* (owned) */
  GStrvBuilder *removed; /* (owned) */
} Move;

struct _ImRosterChanges
{
  ImAccount *account; /* owns the roster, which owns us */
  GHashTable *groups; /* the roster's: name to how many are in it */
  GPtrArray *noted; /* (owned) ImContact with changes */
  GPtrArray *moves; /* (owned) (nullable) Move: whose groups changed */
  GHashTable *old_groups; /* (owned) (nullable) names to whether they existed */
  gboolean is_urgent; /* something was noted that must be told at once */
  guint late_id; /* what was noted is told then */
};

static void
free_move (gpointer data)
{
  Move *move = data;

  g_strv_builder_unref (move->added);
  g_strv_builder_unref (move->removed);
  g_free (move);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/** im_roster_changes_new: @groups: the roster's, by name. Returns: (transfer full): nothing changed
 */
ImRosterChanges *
im_roster_changes_new (ImAccount *account, GHashTable *groups)
{
  ImRosterChanges *self = g_new0 (ImRosterChanges, 1);

  self->account = account;
  self->groups = groups;
  self->noted = g_ptr_array_new ();
  return self;
}

/** im_roster_changes_free: @self: (transfer full): nobody is told any more */
void
im_roster_changes_free (ImRosterChanges *self)
{
  im_roster_changes_forget (self);
  g_ptr_array_unref (self->noted);
  g_free (self);
}

/** im_roster_changes_forget: nobody is told of what was noted */
void
im_roster_changes_forget (ImRosterChanges *self)
{
  g_ptr_array_set_size (self->noted, 0);
  g_clear_handle_id (&self->late_id, g_source_remove);
  self->is_urgent = FALSE;
  g_clear_pointer (&self->old_groups, g_hash_table_unref);
  g_clear_pointer (&self->moves, g_ptr_array_unref);
}

/** im_roster_changes_note: @change: of @contact; told with the next flush */
void
im_roster_changes_note (ImRosterChanges *self, ImContact *contact, ImContactChange change)
{
  if (contact->changes == 0)
    g_ptr_array_add (self->noted, contact);
  contact->changes |= change;
  if ((change & ~(guint) QUIET) != 0 || contact->is_self)
    self->is_urgent = TRUE;
}

/** im_roster_changes_note_group: @name: comes or goes; remembers whether it was there when people
 * last heard of groups */
void
im_roster_changes_note_group (ImRosterChanges *self, const char *name)
{
  if (self->old_groups == NULL)
    self->old_groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!g_hash_table_contains (self->old_groups, name))
    g_hash_table_insert (self->old_groups, g_strdup (name),
                         GINT_TO_POINTER (g_hash_table_contains (self->groups, name)));
}

static gboolean
is_among (char **names, guint n_names, const char *name)
{
  for (guint i = 0; i < n_names; i++)
    if (strcmp (names[i], name) == 0)
      return TRUE;
  return FALSE;
}

/** im_roster_changes_note_move: @groups: (element-type utf8): those that @contact is in from now
 * on. Nobody wants to hear of each of ten thousand while the list comes in */
void
im_roster_changes_note_move (ImRosterChanges *self, ImContact *contact, const GPtrArray *groups)
{
  Move *move;

  if (self->account->roster_state != IM_ROSTER_SUCCESS)
    return;
  move = g_new0 (Move, 1);
  move->contact = contact;
  move->added = g_strv_builder_new ();
  move->removed = g_strv_builder_new ();
  for (guint i = 0; i < groups->len; i++)
    if (!is_among (contact->groups, contact->n_groups, groups->pdata[i]))
      g_strv_builder_add (move->added, groups->pdata[i]);
  for (guint i = 0; i < contact->n_groups; i++)
    if (!is_among ((char **) groups->pdata, groups->len, contact->groups[i]))
      g_strv_builder_add (move->removed, contact->groups[i]);
  if (self->moves == NULL)
    self->moves = g_ptr_array_new_with_free_func (free_move);
  g_ptr_array_add (self->moves, move);
}

/* Who left the list and came back, or came and left, between two flushes, did neither. */
static ImContactChange
judge_place (const ImContact *contact, ImContactChange change)
{
  if (im_contact_is_in_list (contact))
    return change & IM_CONTACT_REMOVED
               ? (change & ~(ImContactChange) IM_CONTACT_REMOVED) | IM_CONTACT_SUBSCRIPTION
               : change;
  return change & ~(ImContactChange) IM_CONTACT_SUBSCRIPTION;
}

static void
flush_groups (ImRosterChanges *self)
{
  g_autoptr (GHashTable) old = g_steal_pointer (&self->old_groups);
  g_autoptr (GPtrArray) created = g_ptr_array_new ();
  g_autoptr (GPtrArray) removed = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;
  gpointer existed;

  if (old == NULL)
    return;
  g_hash_table_iter_init (&iter, old);
  while (g_hash_table_iter_next (&iter, &name, &existed))
    {
      gboolean exists = g_hash_table_contains (self->groups, name);

      if (exists != GPOINTER_TO_INT (existed))
        g_ptr_array_add (exists ? created : removed, name);
    }
  if (created->len == 0 && removed->len == 0)
    return;
  g_ptr_array_sort (created, compare_texts);
  g_ptr_array_sort (removed, compare_texts);
  g_ptr_array_add (created, NULL);
  g_ptr_array_add (removed, NULL);
  g_signal_emit_by_name (self->account, "groups-changed", created->pdata, removed->pdata);
}

static void
flush_moves (ImRosterChanges *self)
{
  g_autoptr (GPtrArray) moves = g_steal_pointer (&self->moves);

  for (guint i = 0; moves != NULL && i < moves->len; i++)
    {
      Move *move = moves->pdata[i];
      g_auto (GStrv) added = g_strv_builder_end (move->added);
      g_auto (GStrv) removed = g_strv_builder_end (move->removed);

      g_signal_emit_by_name (self->account, "membership-changed", move->contact, added, removed);
    }
}

static ImContactChange
take_change (ImRosterChanges *self, ImContact *contact)
{
  ImContactChange change = judge_place (contact, contact->changes);

  contact->changes = 0;
  if (im_contact_get_client_type (contact) != contact->client_type)
    {
      contact->client_type = im_contact_get_client_type (contact);
      change |= IM_CONTACT_CLIENT_TYPE;
    }
  if (im_account_get_classes_of (self->account, contact) != contact->classes)
    {
      contact->classes = im_account_get_classes_of (self->account, contact);
      change |= IM_CONTACT_CLASSES;
    }
  return change;
}

static void
flush_contacts (ImRosterChanges *self)
{
  g_autoptr (GPtrArray) contacts = g_steal_pointer (&self->noted);
  g_autoptr (GArray) changes =
      g_array_sized_new (FALSE, FALSE, sizeof (ImContactChange), contacts->len);

  self->noted = g_ptr_array_new ();
  self->is_urgent = FALSE;
  g_clear_handle_id (&self->late_id, g_source_remove);
  for (guint i = 0; i < contacts->len; i++)
    {
      ImContactChange change = take_change (self, contacts->pdata[i]);

      g_array_append_val (changes, change);
    }
  g_signal_emit_by_name (self->account, "contacts-changed", contacts, changes);
}

static gboolean
late_cb (gpointer user_data)
{
  ImRosterChanges *self = user_data;

  self->late_id = 0;
  flush_contacts (self);
  return G_SOURCE_REMOVE;
}

/** im_roster_changes_flush: tells, in one signal of each kind, all that was noted since the last
 * time, but for what may wait */
void
im_roster_changes_flush (ImRosterChanges *self)
{
  flush_groups (self);
  flush_moves (self);
  if (self->noted->len == 0)
    return;
  if (self->is_urgent || !im_account_get_saves_power (self->account))
    flush_contacts (self);
  else if (self->late_id == 0)
    self->late_id = g_timeout_add_seconds (QUIET_MOST_S, late_cb, self);
}
