/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-subscription.h: who may see whose presence, as a client learns it. RFC 6121 3 and Appendix A
 */
#pragma once

#include "im/im-contact.h"

G_BEGIN_DECLS

/* The roster says `to`, `from`, `pending_out` and `approved`; presence stanzas say the rest, which
 * no roster keeps. */
typedef struct
{
  guint to : 1;
  guint from : 1;
  guint pending_out : 1;
  guint pending_in : 1;
  guint approved : 1; /* in advance, RFC 6121 3.4 */
  guint lost_to : 1; /* the contact took it back or refused */
  guint lost_from : 1; /* the contact no longer wants it */
} ImSubscriptionBits;

typedef enum
{
  IM_SUBSCRIPTION_STANZA_NONE = 0, /* some other presence */
  IM_SUBSCRIPTION_STANZA_SUBSCRIBE,
  IM_SUBSCRIPTION_STANZA_SUBSCRIBED,
  IM_SUBSCRIPTION_STANZA_UNSUBSCRIBE,
  IM_SUBSCRIPTION_STANZA_UNSUBSCRIBED,
} ImSubscriptionStanza;

ImSubscriptionStanza im_subscription_stanza_from_type (const char *type);
/* All three return whether anything changed. */
gboolean im_subscription_take_item (ImSubscriptionBits *self,
                                    const char *subscription,
                                    const char *ask,
                                    gboolean is_approved);
gboolean im_subscription_receive (ImSubscriptionBits *self, ImSubscriptionStanza stanza);
gboolean im_subscription_send (ImSubscriptionBits *self, ImSubscriptionStanza stanza);
ImSubscription im_subscription_get_subscribe (const ImSubscriptionBits *self);
ImSubscription im_subscription_get_publish (const ImSubscriptionBits *self);

G_END_DECLS
