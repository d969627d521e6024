/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-timeline-items.c: messages with their dividers and groups: a pure function of neighbours.
 * window.md sections 3 and 4 */
#include "config.h"

#include "model/linnet-timeline-private.h"

#define GROUP_MAX_S (15 * 60)
#define GROUP_MAX 20

static LinnetDivider *
day_divider (LinnetTimelineModel *self, guint day)
{
  LinnetDivider *divider = g_hash_table_lookup (self->days, GUINT_TO_POINTER (day));

  if (divider == NULL)
    {
      divider = linnet_divider_new (LINNET_DIVIDER_DAY, day);
      g_hash_table_insert (self->days, GUINT_TO_POINTER (day), divider);
    }
  return divider;
}

/* The n-th incoming message from the end is the first unread one, once it is loaded. */
void
linnet_timeline_items_resolve_unread (LinnetTimelineModel *self)
{
  guint left = self->unread_wanted;

  if (left == 0 || self->messages->len == 0 || self->newer_end != LINNET_TIMELINE_END_COMPLETE)
    return;
  for (guint i = self->messages->len; i > 0; i--)
    {
      LinnetMessage *message = g_ptr_array_index (self->messages, i - 1);

      if (linnet_message_get_outgoing (message))
        continue;
      if (--left == 0 || (i == 1 && self->older_end == LINNET_TIMELINE_END_COMPLETE))
        {
          g_set_object (&self->first_unread, message);
          self->unread_wanted = 0;
          return;
        }
    }
}

void
linnet_timeline_items_set_groups (GPtrArray *items)
{
  LinnetMessage *head = NULL, *before = NULL;
  guint n = 0;

  for (guint i = 0; i < items->len; i++)
    {
      gpointer item = g_ptr_array_index (items, i);
      gpointer after = i + 1 < items->len ? g_ptr_array_index (items, i + 1) : NULL;
      gboolean joined, goes_on;

      if (!LINNET_IS_MESSAGE (item))
        {
          before = NULL;
          continue;
        }
      joined = before != NULL && n < GROUP_MAX && linnet_message_is_followed_by (before, item) &&
               linnet_message_get_timestamp_s (item) - linnet_message_get_timestamp_s (head) <=
                   GROUP_MAX_S;
      if (!joined)
        {
          head = item;
          n = 0;
        }
      n++;
      goes_on = after != NULL && LINNET_IS_MESSAGE (after) && n < GROUP_MAX &&
                linnet_message_is_followed_by (item, after) &&
                linnet_message_get_timestamp_s (after) - linnet_message_get_timestamp_s (head) <=
                    GROUP_MAX_S;
      linnet_message_set_group (
          item, joined ? (goes_on ? LINNET_MESSAGE_GROUP_MIDDLE : LINNET_MESSAGE_GROUP_LAST)
                       : (goes_on ? LINNET_MESSAGE_GROUP_FIRST : LINNET_MESSAGE_GROUP_SINGLE));
      before = item;
    }
}

GPtrArray *
linnet_timeline_items_new (LinnetTimelineModel *self)
{
  GPtrArray *items = g_ptr_array_new_full (self->messages->len + 16, g_object_unref);
  guint day = 0;

  if (self->older_end == LINNET_TIMELINE_END_COMPLETE && self->messages->len > 0)
    g_ptr_array_add (items, g_object_ref (self->beginning));
  else if (self->older_end == LINNET_TIMELINE_END_FAILED)
    g_ptr_array_add (items, g_object_ref (self->failed));
  for (guint i = 0; i < self->messages->len; i++)
    {
      LinnetMessage *message = g_ptr_array_index (self->messages, i);

      if (linnet_message_get_day (message) != day)
        {
          /* A clock that went back makes no second divider of the same day. */
          if (linnet_message_get_day (message) > day)
            g_ptr_array_add (items,
                             g_object_ref (day_divider (self, linnet_message_get_day (message))));
          day = MAX (day, linnet_message_get_day (message));
        }
      if (message == self->first_unread)
        g_ptr_array_add (items, g_object_ref (self->unread));
      g_ptr_array_add (items, g_object_ref (message));
    }
  return items;
}
