/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-likeness.c: whose address or name looks like that of somebody in the contact list. Unicode
 * Technical Standard 39 4, XEP-0165
 *
 * Two texts look alike when their skeletons are the same: the letters that they would be taken for,
 * in lower case, without anything that cannot be seen. A table of hashes of all contacts' skeletons
 * is made when it is first asked for, and thrown away when the list changes or nobody asked for a
 * minute: ten thousand contacts cost some milliseconds, and nothing is kept for each of them. */

#include "im/im-likeness.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/uspoof.h>

#include "im/im-account-parts.h"
#include "im/im-roster.h"

/* Of an address or a name; what is longer is compared by its beginning. */
#define MAX_BYTES 256
/* ICU's longest for one letter, in UTF-8, with room to spare. */
#define MAX_GROWTH 18
#define ASCII_GROWTH 8
#define IDLE_S 60

typedef enum
{
  WHOLE, /* an address */
  LOCAL, /* what stands before the “@” */
  NAME,
} Kind;

typedef struct
{
  guint32 hash; /* of the skeleton */
  Kind kind;
  ImContact *contact;
} Entry;

struct _ImLikeness
{
  ImAccount *account; /* owns us */
  USpoofChecker *checker; /* (owned) (nullable) */
  char ascii[128][ASCII_GROWTH]; /* skeletons of letters, while there is a checker */
  GArray *entries; /* (owned) (nullable) Entry, by their hashes */
  guint idle_id;
};

/* What can be seen of a text. (transfer full) */
static char *
dup_visible (const char *text)
{
  g_autofree char *bounded = im_dup_bounded (text, MAX_BYTES);
  g_autofree char *normal = g_utf8_normalize (bounded, -1, G_NORMALIZE_NFKC);
  GString *visible = g_string_new (NULL);

  for (const char *at = normal != NULL ? normal : ""; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      if (!g_unichar_isspace (letter) && g_unichar_type (letter) != G_UNICODE_FORMAT &&
          !u_hasBinaryProperty ((UChar32) letter, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) &&
          !g_unichar_iscntrl (letter))
        g_string_append_unichar (visible, letter);
    }
  return g_string_free (visible, FALSE);
}

/* (transfer full) */
static char *
dup_mapped (ImLikeness *self, const char *text)
{
  gsize size = strlen (text) * MAX_GROWTH + 1;
  char *mapped = g_malloc (size);
  UErrorCode status = U_ZERO_ERROR;
  int32_t length =
      uspoof_getSkeletonUTF8 (self->checker, 0, text, -1, mapped, (int32_t) size - 1, &status);

  if (U_SUCCESS (status) && length >= 0 && (gsize) length < size)
    {
      mapped[length] = '\0';
      return mapped;
    }
  g_debug ("No skeleton of a text: %s", u_errorName (status));
  g_free (mapped);
  return g_strdup (text);
}

/* Large letters may look like others than small ones do, and what they look like has a small form
 * again. (transfer full) */
static char *
dup_skeleton_of_any (ImLikeness *self, const char *visible)
{
  g_autofree char *first = dup_mapped (self, visible);
  g_autofree char *small = g_utf8_casefold (first, -1);

  return dup_mapped (self, small);
}

static gboolean
is_ascii (const char *text)
{
  while (*text != '\0' && (guchar) *text < 0x80)
    text++;
  return *text == '\0';
}

/* (transfer full) */
static char *
dup_skeleton (ImLikeness *self, const char *text)
{
  g_autofree char *visible = NULL;
  GString *skeleton;

  if (!is_ascii (text))
    {
      visible = dup_visible (text);
      return *visible != '\0' ? dup_skeleton_of_any (self, visible) : g_strdup ("");
    }
  skeleton = g_string_sized_new (64);
  for (guint i = 0; text[i] != '\0' && i < MAX_BYTES; i++)
    if (g_ascii_isgraph (text[i]))
      g_string_append (skeleton, self->ascii[(guchar) text[i]]);
  return g_string_free (skeleton, FALSE);
}

/* As g_str_hash () of the skeleton, most of which need not be made for it. 0: it is empty. */
static guint32
hash_skeleton (ImLikeness *self, const char *text)
{
  g_autofree char *skeleton = NULL;
  guint32 hash = 5381;

  if (!is_ascii (text))
    {
      skeleton = dup_skeleton (self, text);
      return *skeleton != '\0' ? g_str_hash (skeleton) : 0;
    }
  for (guint i = 0; text[i] != '\0' && i < MAX_BYTES; i++)
    for (const char *at = g_ascii_isgraph (text[i]) ? self->ascii[(guchar) text[i]] : "";
         *at != '\0'; at++)
      hash = hash * 33 + (guint32) (signed char) *at;
  return hash != 5381 ? hash : 0;
}

static gboolean
open_checker (ImLikeness *self)
{
  UErrorCode status = U_ZERO_ERROR;

  if (self->checker != NULL)
    return TRUE;
  self->checker = uspoof_open (&status);
  if (U_FAILURE (status))
    {
      g_message ("Who looks like whom cannot be found out: %s", u_errorName (status));
      self->checker = NULL;
      return FALSE;
    }
  for (guint i = 1; i < G_N_ELEMENTS (self->ascii); i++)
    {
      const char letter[] = { (char) i, '\0' };
      g_autofree char *skeleton = dup_skeleton_of_any (self, letter);

      g_strlcpy (self->ascii[i], skeleton, ASCII_GROWTH);
    }
  return TRUE;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  guint32 one = ((const Entry *) a)->hash;
  guint32 other = ((const Entry *) b)->hash;

  return one < other ? -1 : one > other;
}

static void
add_entry (ImLikeness *self, ImContact *contact, Kind kind, const char *text)
{
  Entry entry = { text != NULL ? hash_skeleton (self, text) : 0, kind, contact };

  if (entry.hash != 0)
    g_array_append_val (self->entries, entry);
}

static const char *
get_text (const ImContact *contact, Kind kind)
{
  switch (kind)
    {
    case WHOLE:
      return xmpp_jid_get_bare_text (contact->jid);
    case LOCAL:
      return xmpp_jid_get_local (contact->jid);
    case NAME:
    default:
      return contact->roster_name;
    }
}

static void
fill (ImLikeness *self)
{
  GHashTableIter iter;
  gpointer value;

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_hash_table_iter_init (&iter, im_roster_get_contacts (self->account->roster));
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ImContact *contact = value;

      for (Kind kind = WHOLE; (contact->is_in_roster || contact->is_self) && kind <= NAME; kind++)
        add_entry (self, contact, kind, get_text (contact, kind));
    }
  g_array_sort (self->entries, compare_entries);
}

static gboolean
idle_cb (gpointer user_data)
{
  ImLikeness *self = user_data;

  self->idle_id = 0;
  im_likeness_forget (self);
  g_clear_pointer (&self->checker, uspoof_close);
  return G_SOURCE_REMOVE;
}

static gboolean
get_ready (ImLikeness *self)
{
  g_clear_handle_id (&self->idle_id, g_source_remove);
  if (!open_checker (self))
    return FALSE;
  if (self->entries == NULL)
    fill (self);
  self->idle_id = g_timeout_add_seconds (IDLE_S, idle_cb, self);
  return TRUE;
}

/* A name may be taken for any of the three; an address for an address, and its beginning for
 * another's only where it is not simply the same: there are many Bobs. */
static gboolean
is_like (ImLikeness *self, const Entry *entry, Kind kind, const char *text, const char *skeleton)
{
  const char *theirs = get_text (entry->contact, entry->kind);
  g_autofree char *other = NULL;

  if (theirs == NULL || (kind != NAME && (entry->kind != kind || strcmp (theirs, text) == 0)))
    return FALSE;
  other = dup_skeleton (self, theirs);
  return strcmp (other, skeleton) == 0;
}

/* (nullable) Somebody else than `but`. */
static ImContact *
find (ImLikeness *self, Kind kind, const char *text, XmppJid *but)
{
  g_autofree char *skeleton = text != NULL ? dup_skeleton (self, text) : NULL;
  Entry wanted = { 0, kind, NULL };
  guint place;

  if (skeleton == NULL || *skeleton == '\0')
    return NULL;
  wanted.hash = g_str_hash (skeleton);
  if (!g_array_binary_search (self->entries, &wanted, compare_entries, &place))
    return NULL;
  while (place > 0 && g_array_index (self->entries, Entry, place - 1).hash == wanted.hash)
    place--;
  for (; place < self->entries->len; place++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, place);

      if (entry->hash != wanted.hash)
        break;
      if ((but == NULL || !xmpp_jid_equal (entry->contact->jid, but)) &&
          is_like (self, entry, kind, text, skeleton))
        return entry->contact;
    }
  return NULL;
}

/** im_likeness_new: @account: its owner. Returns: (transfer full): nothing is known */
ImLikeness *
im_likeness_new (ImAccount *account)
{
  ImLikeness *self = g_new0 (ImLikeness, 1);

  self->account = account;
  return self;
}

/** im_likeness_free: @self: (transfer full) */
void
im_likeness_free (ImLikeness *self)
{
  im_likeness_forget (self);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_pointer (&self->checker, uspoof_close);
  g_free (self);
}

/** im_likeness_forget: the contact list has changed; it is read again when somebody asks */
void
im_likeness_forget (ImLikeness *self)
{
  g_clear_pointer (&self->entries, g_array_unref);
}

/**
 * im_account_find_lookalike:
 * @bare: (nullable): the address of somebody who is not in the contact list
 * @name: (nullable): what they call themselves
 *
 * Returns: (nullable) (transfer none): the contact, or we ourselves, for whom people would take
 * them Spec: UTS 39 4; XEP-0165 3
 */
ImContact *
im_account_find_lookalike (ImAccount *self, XmppJid *bare, const char *name)
{
  ImContact *found = NULL;

  if (!get_ready (self->likeness))
    return NULL;
  if (bare != NULL)
    found = find (self->likeness, WHOLE, xmpp_jid_get_bare_text (bare), bare);
  if (found == NULL && bare != NULL)
    found = find (self->likeness, LOCAL, xmpp_jid_get_local (bare), bare);
  if (found == NULL && name != NULL)
    found = find (self->likeness, NAME, name, bare);
  return found;
}

/**
 * im_account_get_lookalike:
 * @contact: anybody
 *
 * Returns: (nullable) (transfer none): for whom people would take them: by their address, where
 * that is not in the contact list, and by the name that they give themselves, where the list has
 * none
 */
ImContact *
im_account_get_lookalike (ImAccount *self, ImContact *contact)
{
  const char *name = im_contact_is_named (contact) ? im_contact_get_alias (contact) : NULL;

  if (contact->is_self || contact->roster_name != NULL)
    return NULL;
  if (!contact->is_in_roster)
    return im_account_find_lookalike (self, contact->jid, name);
  if (name == NULL || !get_ready (self->likeness))
    return NULL;
  return find (self->likeness, NAME, name, contact->jid);
}
