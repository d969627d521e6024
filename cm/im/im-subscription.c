/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-subscription.c: who may see whose presence, as a client learns it. RFC 6121 3 and Appendix A
 *
 * Only the roster grants or takes a subscription: a presence stanza alone, which a stranger may
 * forge, never does. */

#include "im/im-subscription.h"

#include <string.h>

static gboolean
set (ImSubscriptionBits *self, const ImSubscriptionBits *next)
{
  gboolean has_changed = self->to != next->to || self->from != next->from ||
                         self->pending_out != next->pending_out ||
                         self->pending_in != next->pending_in || self->approved != next->approved ||
                         self->lost_to != next->lost_to || self->lost_from != next->lost_from;

  *self = *next;
  return has_changed;
}

/**
 * im_subscription_stanza_from_type:
 * @type: (nullable): the type of a presence
 *
 * Returns: what it means for a subscription, NONE for all others
 */
ImSubscriptionStanza
im_subscription_stanza_from_type (const char *type)
{
  if (g_strcmp0 (type, "subscribe") == 0)
    return IM_SUBSCRIPTION_STANZA_SUBSCRIBE;
  if (g_strcmp0 (type, "subscribed") == 0)
    return IM_SUBSCRIPTION_STANZA_SUBSCRIBED;
  if (g_strcmp0 (type, "unsubscribe") == 0)
    return IM_SUBSCRIPTION_STANZA_UNSUBSCRIBE;
  if (g_strcmp0 (type, "unsubscribed") == 0)
    return IM_SUBSCRIPTION_STANZA_UNSUBSCRIBED;
  return IM_SUBSCRIPTION_STANZA_NONE;
}

/**
 * im_subscription_take_item:
 * @subscription: (nullable): of the roster item: none, to, from, both, remove; NULL is none
 * @ask: (nullable): of the roster item
 * @is_approved: of the roster item
 *
 * Returns: whether anything changed
 * Spec: RFC 6121 2.1.2, Appendix A.1
 */
gboolean
im_subscription_take_item (ImSubscriptionBits *self,
                           const char *subscription,
                           const char *ask,
                           gboolean is_approved)
{
  ImSubscriptionBits next = *self;

  if (g_strcmp0 (subscription, "remove") == 0)
    {
      memset (&next, 0, sizeof next);
      return set (self, &next);
    }
  next.to = g_strcmp0 (subscription, "to") == 0 || g_strcmp0 (subscription, "both") == 0;
  next.from = g_strcmp0 (subscription, "from") == 0 || g_strcmp0 (subscription, "both") == 0;
  next.pending_out = !next.to && g_strcmp0 (ask, "subscribe") == 0;
  next.approved = is_approved;
  if (next.to || next.pending_out)
    next.lost_to = self->to || self->pending_out ? self->lost_to : FALSE;
  if (next.from)
    {
      next.pending_in = FALSE;
      if (!self->from)
        next.lost_from = FALSE;
    }
  return set (self, &next);
}

/**
 * im_subscription_receive:
 * @stanza: what the contact sent
 *
 * Returns: whether anything changed
 * Spec: RFC 6121 Appendix A.3
 */
gboolean
im_subscription_receive (ImSubscriptionBits *self, ImSubscriptionStanza stanza)
{
  ImSubscriptionBits next = *self;

  switch (stanza)
    {
    case IM_SUBSCRIPTION_STANZA_SUBSCRIBE:
      if (self->from)
        return FALSE; /* A.3.1: the server answers by itself */
      next.pending_in = TRUE;
      next.lost_from = FALSE;
      break;
    case IM_SUBSCRIPTION_STANZA_UNSUBSCRIBE:
      next.pending_in = FALSE;
      next.lost_from = TRUE;
      break;
    case IM_SUBSCRIPTION_STANZA_SUBSCRIBED:
      next.lost_to = FALSE;
      break;
    case IM_SUBSCRIPTION_STANZA_UNSUBSCRIBED:
      next.lost_to = TRUE;
      break;
    case IM_SUBSCRIPTION_STANZA_NONE:
    default:
      break;
    }
  return set (self, &next);
}

/**
 * im_subscription_send:
 * @stanza: what we send to the contact
 *
 * Returns: whether anything changed; what is granted or taken follows with the roster's push
 * Spec: RFC 6121 Appendix A.2
 */
gboolean
im_subscription_send (ImSubscriptionBits *self, ImSubscriptionStanza stanza)
{
  ImSubscriptionBits next = *self;

  switch (stanza)
    {
    case IM_SUBSCRIPTION_STANZA_SUBSCRIBE:
    case IM_SUBSCRIPTION_STANZA_UNSUBSCRIBE:
      next.lost_to = FALSE;
      break;
    case IM_SUBSCRIPTION_STANZA_UNSUBSCRIBED:
      next.pending_in = FALSE;
      next.lost_from = FALSE;
      break;
    case IM_SUBSCRIPTION_STANZA_SUBSCRIBED:
    case IM_SUBSCRIPTION_STANZA_NONE:
    default:
      break; /* the request stays until the roster says `from` */
    }
  return set (self, &next);
}

/** im_subscription_get_subscribe: Returns: whether we see the contact's presence */
ImSubscription
im_subscription_get_subscribe (const ImSubscriptionBits *self)
{
  if (self->lost_to)
    return IM_SUBSCRIPTION_REMOVED_REMOTELY;
  if (self->to)
    return IM_SUBSCRIPTION_YES;
  return self->pending_out ? IM_SUBSCRIPTION_ASK : IM_SUBSCRIPTION_NO;
}

/** im_subscription_get_publish: Returns: whether the contact sees our presence */
ImSubscription
im_subscription_get_publish (const ImSubscriptionBits *self)
{
  if (self->lost_from)
    return IM_SUBSCRIPTION_REMOVED_REMOTELY;
  if (self->from)
    return IM_SUBSCRIPTION_YES;
  return self->pending_in ? IM_SUBSCRIPTION_ASK : IM_SUBSCRIPTION_NO;
}
