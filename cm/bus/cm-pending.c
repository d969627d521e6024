/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-pending.c: what a text channel has received and nobody acknowledged. Telepathy:
 * Channel.Type.Text, Channel.Interface.Messages
 *
 * A queue: messages come at the end and mostly go from the front, so both cost nothing, however
 * many there are. */
#include "bus/cm-pending.h"

struct _CmPending
{
  GPtrArray *messages; /* (owned) CmPendingMessage, oldest first, from `first` on */
  guint first; /* those before have gone */
  guint last_id;
};

static void
pending_message_free (gpointer data)
{
  CmPendingMessage *pending = data;

  if (pending == NULL)
    return;
  im_message_unref (pending->message);
  g_clear_pointer (&pending->report, g_variant_unref);
  g_free (pending);
}

CmPending *
cm_pending_new (void)
{
  CmPending *self = g_new0 (CmPending, 1);

  self->messages = g_ptr_array_new_with_free_func (pending_message_free);
  return self;
}

void
cm_pending_free (CmPending *self)
{
  g_ptr_array_unref (self->messages);
  g_free (self);
}

guint
cm_pending_get_n (CmPending *self)
{
  return self->messages->len - self->first;
}

CmPendingMessage *
cm_pending_get (CmPending *self, guint index)
{
  return g_ptr_array_index (self->messages, self->first + index);
}

guint
cm_pending_next_id (CmPending *self)
{
  if (++self->last_id == 0)
    self->last_id = 1;
  return self->last_id;
}

static guint
find_index (CmPending *self, guint id)
{
  for (guint i = self->first; i < self->messages->len; i++)
    if (((CmPendingMessage *) g_ptr_array_index (self->messages, i))->id == id)
      return i;
  return G_MAXUINT;
}

CmPendingMessage *
cm_pending_find (CmPending *self, guint id)
{
  guint index = find_index (self, id);

  return index != G_MAXUINT ? g_ptr_array_index (self->messages, index) : NULL;
}

CmPendingMessage *
cm_pending_add (CmPending *self, ImMessage *message)
{
  CmPendingMessage *pending;
  gint64 local_id = im_message_get_local_id (message);
  guint position = self->messages->len;

  /* What was read from the store may come after what has arrived meanwhile. */
  while (position > self->first)
    {
      CmPendingMessage *before = g_ptr_array_index (self->messages, position - 1);
      gint64 before_id = im_message_get_local_id (before->message);

      if (before->report == NULL && before_id == local_id)
        return NULL;
      if (before->report != NULL || before_id < local_id)
        break;
      position--;
    }
  pending = g_new0 (CmPendingMessage, 1);
  pending->id = cm_pending_next_id (self);
  pending->message = im_message_ref (message);
  g_ptr_array_insert (self->messages, position, pending);
  return pending;
}

CmPendingMessage *
cm_pending_add_report (CmPending *self, guint id, ImMessage *message, GVariant *report)
{
  CmPendingMessage *pending = g_new0 (CmPendingMessage, 1);

  pending->id = id;
  pending->message = im_message_ref (message);
  pending->report = g_variant_ref_sink (report);
  g_ptr_array_add (self->messages, pending);
  return pending;
}

static void
remove_index (CmPending *self, guint index)
{
  if (index == self->first)
    {
      g_clear_pointer (&g_ptr_array_index (self->messages, index), pending_message_free);
      self->first++;
    }
  else
    g_ptr_array_remove_index (self->messages, index);
  /* The room that has become free is given back when it is more than what is left. */
  if (self->first > 32 && self->first * 2 > self->messages->len)
    {
      g_ptr_array_remove_range (self->messages, 0, self->first);
      self->first = 0;
    }
}

void
cm_pending_remove (CmPending *self, guint id)
{
  guint index = find_index (self, id);

  if (index != G_MAXUINT)
    remove_index (self, index);
}

GArray *
cm_pending_remove_displayed (CmPending *self, gint64 local_id)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = self->first; i < self->messages->len; i++)
    {
      CmPendingMessage *pending = g_ptr_array_index (self->messages, i);

      if (pending->report == NULL && im_message_get_local_id (pending->message) <= local_id)
        g_array_append_val (ids, pending->id);
    }
  for (guint i = 0; i < ids->len; i++)
    cm_pending_remove (self, g_array_index (ids, guint, i));
  return ids;
}

void
cm_pending_rescue (CmPending *self)
{
  for (guint i = self->first; i < self->messages->len; i++)
    ((CmPendingMessage *) g_ptr_array_index (self->messages, i))->is_rescued = TRUE;
}

gint64
cm_pending_get_displayed (CmPending *self, gint64 newest)
{
  for (guint i = self->first; i < self->messages->len; i++)
    {
      CmPendingMessage *pending = g_ptr_array_index (self->messages, i);

      if (pending->report == NULL)
        return MIN (newest, im_message_get_local_id (pending->message) - 1);
    }
  return newest;
}
