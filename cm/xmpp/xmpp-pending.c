/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-pending.c: a table of requests by id, each with whom it asked. RFC 6120 8.1.2.1, 8.2.3
 *
 * An id alone proves nothing: whoever learns or guesses one could answer in another's name. An
 * answer counts only from whom was asked; our server, our bare address and no address at all are
 * one and the same, because the server speaks for all three. */
#include "xmpp/xmpp-pending.h"

#include <string.h>

#include "xmpp/xmpp-error.h"

struct _XmppPending
{
  XmppJid *account; /* (owned) full */
  GHashTable *table; /* (owned) id → Entry, both owned by the entry */
};

typedef struct
{
  XmppPending *owner;
  char *id; /* (owned) */
  XmppJid *to; /* (owned) NULL: our server, for our account */
  GTask *task; /* (owned) */
  GSource *cancel; /* (owned, nullable) */
  gint64 deadline_us;
} Entry;

static void
entry_free (Entry *self)
{
  if (self->cancel != NULL)
    g_source_destroy (self->cancel);
  g_clear_pointer (&self->cancel, g_source_unref);
  g_clear_pointer (&self->to, xmpp_jid_unref);
  g_clear_object (&self->task);
  g_free (self->id);
  g_free (self);
}

/* Out of the table first: the task's callback may ask anew, or end everything. */
static void
entry_fail (Entry *self, XmppError code, const char *message)
{
  g_hash_table_steal (self->owner->table, self->id);
  g_task_return_new_error (self->task, XMPP_ERROR, code, "%s", message);
  entry_free (self);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Entry *entry = user_data;

  g_hash_table_steal (entry->owner->table, entry->id);
  g_task_return_error_if_cancelled (entry->task);
  entry_free (entry);
  return G_SOURCE_REMOVE;
}

static gboolean
is_own_side (XmppPending *self, XmppJid *jid)
{
  if (jid == NULL || xmpp_jid_equal (jid, self->account))
    return TRUE;
  if (!xmpp_jid_is_bare (jid))
    return FALSE;
  return xmpp_jid_equal_bare (jid, self->account) ||
         strcmp (xmpp_jid_get_text (jid), xmpp_jid_get_domain (self->account)) == 0;
}

static gboolean
may_answer (XmppPending *self, Entry *entry, XmppJid *from)
{
  if (is_own_side (self, entry->to))
    return is_own_side (self, from);
  return from != NULL && xmpp_jid_equal (from, entry->to);
}

XmppPending *
xmpp_pending_new (XmppJid *account)
{
  XmppPending *self = g_new0 (XmppPending, 1);

  self->account = xmpp_jid_ref (account);
  self->table = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) entry_free);
  return self;
}

void
xmpp_pending_free (XmppPending *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->table);
  xmpp_jid_unref (self->account);
  g_free (self);
}

void
xmpp_pending_add (XmppPending *self, const char *id, XmppJid *to, gint64 deadline_us, GTask *task)
{
  Entry *entry = g_new0 (Entry, 1);
  GCancellable *cancellable = g_task_get_cancellable (task);

  entry->owner = self;
  entry->id = g_strdup (id);
  entry->to = to != NULL ? xmpp_jid_ref (to) : NULL;
  entry->task = task;
  entry->deadline_us = deadline_us;
  g_hash_table_insert (self->table, entry->id, entry);
  if (cancellable != NULL)
    {
      entry->cancel = g_cancellable_source_new (cancellable);
      g_source_set_callback (entry->cancel, G_SOURCE_FUNC (cancelled_cb), entry, NULL);
      g_source_attach (entry->cancel, g_task_get_context (task));
    }
}

gboolean
xmpp_pending_answer (XmppPending *self, XmppNode *iq, XmppJid *from)
{
  const char *id = xmpp_node_get (iq, "id");
  Entry *entry = id != NULL ? g_hash_table_lookup (self->table, id) : NULL;

  if (entry == NULL || !may_answer (self, entry, from))
    return FALSE;

  g_hash_table_steal (self->table, id);
  if (g_strcmp0 (xmpp_node_get (iq, "type"), "error") == 0)
    g_task_return_error (entry->task, xmpp_stanza_error_new_from_node (iq));
  else
    g_task_return_pointer (entry->task, xmpp_node_ref (iq), (GDestroyNotify) xmpp_node_unref);
  entry_free (entry);
  return TRUE;
}

gint64
xmpp_pending_expire (XmppPending *self, gint64 now_us)
{
  g_autoptr (GPtrArray) overdue = g_ptr_array_new ();
  gint64 next_us = -1;
  GHashTableIter iter;
  Entry *entry;

  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    if (entry->deadline_us <= now_us)
      g_ptr_array_add (overdue, g_strdup (entry->id));
    else if (next_us < 0 || entry->deadline_us < next_us)
      next_us = entry->deadline_us;

  /* By id: what one callback ends must not be ended again. */
  for (guint i = 0; i < overdue->len; i++)
    {
      g_autofree char *id = g_ptr_array_index (overdue, i);

      entry = g_hash_table_lookup (self->table, id);
      if (entry != NULL)
        entry_fail (entry, XMPP_ERROR_TIMED_OUT, "No answer came in time.");
    }
  return next_us;
}

void
xmpp_pending_fail_all (XmppPending *self)
{
  GHashTableIter iter;
  Entry *entry;

  for (;;)
    {
      g_hash_table_iter_init (&iter, self->table);
      if (!g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
        return;
      entry_fail (entry, XMPP_ERROR_NOT_CONNECTED, "The connection ended before the answer came.");
    }
}

guint
xmpp_pending_get_n (XmppPending *self)
{
  return g_hash_table_size (self->table);
}
