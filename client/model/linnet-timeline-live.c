/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-timeline-live.c: what is said, changed and removed while the window of messages is there
 */
#include "config.h"

#include "model/linnet-timeline-private.h"

#define FLOOD_MAX 500

/* A message of ours whose row is there already, because it was shown before the service had it. */
LinnetMessage *
linnet_timeline_find_echo (LinnetTimelineModel *self, LinnetMessage *message)
{
  if (!linnet_message_get_outgoing (message))
    return NULL;
  for (guint i = 0; i < self->messages->len; i++)
    {
      LinnetMessage *other = g_ptr_array_index (self->messages, i);

      if (linnet_message_get_local_id (other) == 0 && linnet_message_get_outgoing (other) &&
          linnet_message_get_state (other) != LINNET_MESSAGE_STATE_FAILED &&
          g_strcmp0 (linnet_message_get_body (other), linnet_message_get_body (message)) == 0)
        return other;
    }
  return NULL;
}

/**
 * linnet_timeline_model_append:
 * @self: a timeline
 * @message: a live message, or one of ours that is only on its way to the service
 *
 * Takes what has just been said. A window that is not live does not take it. In a flood only the
 * newest messages stay, and the older end has more.
 */
void
linnet_timeline_model_append (LinnetTimelineModel *self, LinnetMessage *message)
{
  LinnetMessage *echo;

  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self) && LINNET_IS_MESSAGE (message));

  if (linnet_timeline_model_update (self, message))
    return;
  if (self->newer_end != LINNET_TIMELINE_END_COMPLETE)
    return;
  echo =
      linnet_message_get_local_id (message) != 0 ? linnet_timeline_find_echo (self, message) : NULL;
  if (echo != NULL)
    {
      linnet_message_update (echo, message);
      linnet_timeline_index_message (self, echo);
      linnet_timeline_schedule (self);
      return;
    }
  g_ptr_array_add (self->messages, g_object_ref (message));
  linnet_timeline_index_message (self, message);
  if (++self->live_since_apply > FLOOD_MAX)
    {
      linnet_timeline_forget_range (self, 0, self->messages->len - FLOOD_MAX);
      linnet_timeline_set_end (self, LINNET_PAGE_OLDER, LINNET_TIMELINE_END_MORE);
    }
  linnet_timeline_cut (self, LINNET_PAGE_NEWER);
  linnet_timeline_schedule (self);
}

/**
 * linnet_timeline_model_update:
 * @self: a timeline
 * @fresh: a message as it is now
 *
 * Returns: whether the window has this message; it is then up to date
 */
gboolean
linnet_timeline_model_update (LinnetTimelineModel *self, LinnetMessage *fresh)
{
  LinnetMessage *message;

  g_return_val_if_fail (LINNET_IS_TIMELINE_MODEL (self) && LINNET_IS_MESSAGE (fresh), FALSE);

  message = linnet_timeline_model_lookup (self, linnet_message_get_local_id (fresh));
  if (message == NULL)
    return FALSE;
  if (linnet_message_update (message, fresh))
    linnet_timeline_schedule (self);
  return TRUE;
}

/**
 * linnet_timeline_model_remove:
 * @self: a timeline
 * @local_id: a message that is gone; nothing happens if the window has it not
 */
void
linnet_timeline_model_remove (LinnetTimelineModel *self, gint64 local_id)
{
  guint at;
  LinnetMessage *message;

  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self));
  message = linnet_timeline_model_lookup (self, local_id);
  if (message == NULL || !g_ptr_array_find (self->messages, message, &at))
    return;
  linnet_timeline_forget_range (self, at, 1);
  linnet_timeline_schedule (self);
}

/**
 * linnet_timeline_model_drop_echo:
 * @self: a timeline
 * @echo: a message that the service never took
 */
void
linnet_timeline_model_drop_echo (LinnetTimelineModel *self, LinnetMessage *echo)
{
  guint at;

  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self) && LINNET_IS_MESSAGE (echo));
  if (!g_ptr_array_find (self->messages, echo, &at))
    return;
  linnet_timeline_forget_range (self, at, 1);
  linnet_timeline_schedule (self);
}

/**
 * linnet_timeline_model_identify:
 * @self: a timeline
 * @echo: a message that was appended without a number
 * @local_id: the number that the service gave to it
 * @token: (nullable): its id on the wire
 *
 * The service has the message. If it has told of it already, the echo goes.
 */
void
linnet_timeline_model_identify (LinnetTimelineModel *self,
                                LinnetMessage *echo,
                                gint64 local_id,
                                const char *token)
{
  LinnetMessage *known;
  g_autoptr (LinnetMessage) fresh = NULL;

  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self) && LINNET_IS_MESSAGE (echo));

  known = linnet_timeline_model_lookup (self, local_id);
  if (known == echo || linnet_message_get_local_id (echo) != 0)
    return;
  if (known != NULL)
    {
      linnet_timeline_model_drop_echo (self, echo);
      return;
    }
  fresh =
      g_object_new (LINNET_TYPE_MESSAGE, "local-id", local_id, "token", token, "body",
                    linnet_message_get_body (echo), "state", linnet_message_get_state (echo), NULL);
  linnet_message_update (echo, fresh);
  if (g_ptr_array_find (self->messages, echo, NULL))
    linnet_timeline_index_message (self, echo);
}
