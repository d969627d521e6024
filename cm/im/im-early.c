/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-early.c: what people say before the list of contacts is there: presences, and events of
 * personal eventing. RFC 6121 2.2, 4.2.2; Telepathy: ContactList.Download
 *
 * A server says once who is there, soon after we are. Whether they are contacts the list alone can
 * tell, and that may come later: because nobody asked for it yet, or as the server could not give
 * it. Until then the last word of each is kept as text, within bounds, and nothing of it is
 * believed. */
#include "im/im-early.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-pep.h"
#include "im/im-presence.h"

#define NUMBER_LENGTH 16 /* in digits */

/* Of each, and of all together. */
#define MAX_STANZA_BYTES 16384
#define MAX_BYTES (8 << 20)

struct _ImEarly
{
  ImAccount *account; /* owns us */
  GHashTable *stanzas; /* (owned) (nullable) from whom, and of what, to text */
  guint64 n_kept; /* ever; its number stands before each text */
  gsize n_bytes; /* of all names and texts */
  gboolean is_replaying; /* who is not in the list is a stranger now */
};

/** im_early_new: @account: its owner. Returns: (transfer full): nothing is kept */
ImEarly *
im_early_new (ImAccount *account)
{
  ImEarly *self = g_new0 (ImEarly, 1);

  self->account = account;
  return self;
}

/** im_early_forget: the stream is gone, and what came with it */
void
im_early_forget (ImEarly *self)
{
  g_clear_pointer (&self->stanzas, g_hash_table_unref);
  self->n_bytes = 0;
}

/** im_early_free: @self: (transfer full): nobody waits for it any more */
void
im_early_free (ImEarly *self)
{
  im_early_forget (self);
  g_free (self);
}

/* Of a presence the sender, of an event also its node and whether something is said or taken back:
 * what comes later stands for both. (transfer full) */
static char *
dup_key (XmppNode *stanza, XmppJid *from)
{
  XmppNode *event = xmpp_node_find (stanza, "event", XMPP_NS_PUBSUB_EVENT);
  XmppNode *change = event != NULL ? xmpp_node_get_first (event) : NULL;
  const char *node = change != NULL ? xmpp_node_get (change, "node") : NULL;

  XmppNode *item = change != NULL ? xmpp_node_get_first (change) : NULL;

  return g_strconcat (xmpp_jid_get_text (from), "\n", node != NULL ? node : "", "\n",
                      item != NULL ? xmpp_node_get_name (item) : "", NULL);
}

/**
 * im_early_keep:
 * @stanza: of somebody who is not in the list: a presence, or a message with an event
 *
 * Nothing is kept where the list is there: who is not in it is a stranger.
 */
void
im_early_keep (ImEarly *self, XmppNode *stanza, XmppJid *from)
{
  g_autofree char *key = NULL;
  g_autofree char *xml = NULL;
  g_autofree char *text = NULL;
  const char *before;
  gsize n_bytes;

  if (self->is_replaying || im_account_get_roster_state (self->account) == IM_ROSTER_SUCCESS)
    return;
  if (self->stanzas == NULL)
    self->stanzas = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  key = dup_key (stanza, from);
  xml = xmpp_node_to_xml (stanza);
  text = g_strdup_printf ("%016" G_GINT64_MODIFIER "x%s", ++self->n_kept, xml);
  n_bytes = strlen (key) + strlen (text);
  before = g_hash_table_lookup (self->stanzas, key);
  if (before != NULL)
    self->n_bytes -= strlen (key) + strlen (before);
  if (n_bytes <= MAX_STANZA_BYTES && self->n_bytes + n_bytes <= MAX_BYTES)
    {
      self->n_bytes += n_bytes;
      g_hash_table_replace (self->stanzas, g_steal_pointer (&key), g_steal_pointer (&text));
      return;
    }
  g_hash_table_remove (self->stanzas, key);
  g_debug ("Too much is said before the list of contacts is there; some of it is not kept");
}

static void
replay (ImAccount *account, const char *text)
{
  g_autoptr (XmppNode) stanza = xmpp_node_new_from_xml (text, -1, NULL);
  const char *sender = stanza != NULL ? xmpp_node_get (stanza, "from") : NULL;
  g_autoptr (XmppJid) from = sender != NULL ? xmpp_jid_new (sender, NULL) : NULL;
  XmppFrom kind;

  if (from == NULL || im_account_get_session (account) == NULL)
    return;
  kind = xmpp_session_classify (im_account_get_session (account), from);
  if (xmpp_node_is (stanza, "presence", XMPP_NS_CLIENT))
    im_presence_receive (account, stanza, from, kind);
  else
    im_pep_receive (account, stanza, from, kind);
}

/** im_early_replay: the list has been read: whoever is in it is heard, as if they had spoken now,
 * in the order in which they did; it is told with the next flush */
void
im_early_replay (ImEarly *self)
{
  g_autoptr (GHashTable) stanzas = g_steal_pointer (&self->stanzas);
  g_autoptr (GList) texts = NULL;

  self->n_bytes = 0;
  if (stanzas == NULL)
    return;
  self->is_replaying = TRUE;
  texts = g_list_sort (g_hash_table_get_values (stanzas), (GCompareFunc) strcmp);
  for (GList *text = texts; text != NULL; text = text->next)
    replay (self->account, (const char *) text->data + NUMBER_LENGTH);
  self->is_replaying = FALSE;
}
