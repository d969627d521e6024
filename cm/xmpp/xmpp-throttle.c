/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-throttle.c: a bucket of tokens for the requests of others. RFC 6120 13.12
 *
 * A flood must not make us work, nor make us speak more than the line carries. What is beyond the
 * budget is refused with resource-constraint, in order and at the budget's pace; what is beyond
 * even that is dropped. */
#include "xmpp/xmpp-throttle.h"

#include <string.h>

#include "xmpp/xmpp-ns.h"

typedef struct
{
  char *to; /* (owned, nullable) as it came */
  char *id; /* (owned) */
} Refusal;

static void
refusal_free (Refusal *self)
{
  g_free (self->to);
  g_free (self->id);
  g_free (self);
}

static gboolean
take_token (XmppThrottle *self, gint64 now_us)
{
  self->tokens += (double) (now_us - self->filled_us) * XMPP_THROTTLE_PER_SECOND / G_USEC_PER_SEC;
  self->tokens = MIN (self->tokens, XMPP_THROTTLE_BURST);
  self->filled_us = now_us;
  if (self->tokens < 1)
    return FALSE;
  self->tokens -= 1;
  return TRUE;
}

void
xmpp_throttle_init (XmppThrottle *self, gint64 now_us)
{
  self->tokens = XMPP_THROTTLE_BURST;
  self->filled_us = now_us;
  g_queue_init (&self->owed);
  self->n_dropped = 0;
}

void
xmpp_throttle_clear (XmppThrottle *self)
{
  g_queue_clear_full (&self->owed, (GDestroyNotify) refusal_free);
}

gboolean
xmpp_throttle_admit (XmppThrottle *self, gint64 now_us)
{
  return g_queue_is_empty (&self->owed) && take_token (self, now_us);
}

gboolean
xmpp_throttle_owe (XmppThrottle *self, const XmppNode *iq)
{
  const char *id = xmpp_node_get (iq, "id");
  Refusal *refusal;

  if (id == NULL || strlen (id) > XMPP_THROTTLE_MAX_ID_BYTES ||
      g_queue_get_length (&self->owed) >= XMPP_THROTTLE_MAX_OWED)
    {
      self->n_dropped++;
      return FALSE;
    }
  refusal = g_new0 (Refusal, 1);
  refusal->to = g_strdup (xmpp_node_get (iq, "from"));
  refusal->id = g_strdup (id);
  g_queue_push_tail (&self->owed, refusal);
  return TRUE;
}

XmppNode *
xmpp_throttle_next (XmppThrottle *self, gint64 now_us)
{
  Refusal *refusal;
  XmppNode *iq;

  if (g_queue_is_empty (&self->owed) || !take_token (self, now_us))
    return NULL;

  refusal = g_queue_pop_head (&self->owed);
  iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  xmpp_node_set (iq, "type", "error");
  xmpp_node_set (iq, "id", refusal->id);
  xmpp_node_set (iq, "to", refusal->to);
  xmpp_node_add_stanza_error (iq, XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT, NULL);
  refusal_free (refusal);
  return iq;
}

gint64
xmpp_throttle_get_next_us (XmppThrottle *self)
{
  if (g_queue_is_empty (&self->owed))
    return -1;
  /* In portions: one waking for each refusal would be work too. */
  return self->filled_us + G_USEC_PER_SEC / 20;
}
