/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-contact.h: somebody with an address: roster item, presence of each resource. RFC 6121 2-4
 *
 * A plain struct owned by its account; never freed before the account, so faces may keep pointers.
 */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

/* Telepathy's Subscription_State. */
typedef enum
{
  IM_SUBSCRIPTION_UNKNOWN = 0,
  IM_SUBSCRIPTION_NO = 1,
  IM_SUBSCRIPTION_REMOVED_REMOTELY = 2,
  IM_SUBSCRIPTION_ASK = 3,
  IM_SUBSCRIPTION_YES = 4,
} ImSubscription;

/* What changed of a contact, gathered until the end of a read. */
typedef enum
{
  IM_CONTACT_PRESENCE = 1 << 0,
  IM_CONTACT_ALIAS = 1 << 1,
  IM_CONTACT_SUBSCRIPTION = 1 << 2, /* subscribe, publish, publish request */
  IM_CONTACT_GROUPS = 1 << 3,
  IM_CONTACT_REMOVED = 1 << 4, /* from the contact list */
  IM_CONTACT_CAPS = 1 << 5,
  IM_CONTACT_RESOURCES = 1 << 6,
  IM_CONTACT_CLIENT_TYPE = 1 << 16,
  IM_CONTACT_CLASSES = 1 << 17, /* the channels that can be had with it */
  IM_CONTACT_INFO = 1 << 18,
  IM_CONTACT_IDLE = 1 << 19,
  IM_CONTACT_AVATAR = 1 << 20,
  IM_CONTACT_FACTS = 1 << 7, /* the first fact; IM_CONTACT_FACT () has the others */
} ImContactChange;

/* What somebody says of themselves, each a GVariant. XEP-0080, 0107, 0108, 0118 */
typedef enum
{
  IM_FACT_NONE = 0,
  IM_FACT_LOCATION, /* a{sv}: keys and types of Telepathy's Location */
  IM_FACT_MOOD, /* a{sv}: mood s, text s */
  IM_FACT_ACTIVITY, /* a{sv}: general s, specific s, text s */
  IM_FACT_TUNE, /* a{sv}: artist s, title s, source s, track s, uri s, length u, rating u */
  IM_N_FACTS,
} ImFact;

/* Where it is said of somebody what picture they have. What personal eventing says stands above. */
typedef enum
{
  IM_AVATAR_PEP = 0,
  IM_AVATAR_VCARD,
  IM_N_AVATAR_SOURCES,
} ImAvatarSource;

#define IM_CONTACT_FACT(fact) ((ImContactChange) (IM_CONTACT_FACTS << ((fact) -1)))

typedef struct
{
  const char *name; /* resource */
  ImPresenceType type;
  const char *status; /* Telepathy's identifier */
  const char *message;
  int priority;
  const char *caps_node; /* (nullable) XEP-0115 node#ver: what it claims */
  gint64 idle_since_s; /* since 1970; 0: not said */
  ImCapsInfo *caps; /* (nullable) what it can do, once that is known */
} ImResource;

XmppJid *im_contact_get_jid (const ImContact *self); /* (transfer none) bare */
/* The person has put it in the list, or it is the person. */
gboolean im_contact_is_own_choice (const ImContact *self);
const char *im_contact_get_alias (
    const ImContact *self); /* roster name, nick, that of the vCard, the address */
gboolean im_contact_is_named (const ImContact *self); /* FALSE: the alias is the address */
const char *im_contact_get_nick (const ImContact *self); /* (nullable) not that of the vCard */
const char *im_contact_get_roster_name (const ImContact *self); /* (nullable) */
gboolean im_contact_is_in_list (const ImContact *self); /* in the roster, or asking; seen */
ImSubscription im_contact_get_subscribe (const ImContact *self);
ImSubscription im_contact_get_publish (const ImContact *self);
const char *im_contact_get_publish_request (const ImContact *self); /* "" for none */
gboolean im_contact_is_approved (const ImContact *self); /* sees us as soon as they ask */
guint im_contact_get_n_groups (const ImContact *self);
const char *im_contact_get_group (const ImContact *self, guint index);
const ImPresence *
im_contact_get_presence (const ImContact *self); /* of the best resource; never NULL */
guint im_contact_get_n_resources (const ImContact *self);
const ImResource *im_contact_get_resource (const ImContact *self, guint index); /* best first */
/* (nullable) (transfer none) */
GVariant *im_contact_get_fact (const ImContact *self, ImFact fact);
/* (nullable) (transfer none) a(sasas): of their vCard; NULL: nobody has asked for it */
GVariant *im_contact_get_info (const ImContact *self);
/* (nullable) a client type of the registrar: what the best resource is, where that is known */
const char *im_contact_get_client_type (const ImContact *self);
gboolean im_contact_is_client_type_known (const ImContact *self);
/* Pictures, im-avatar.c: the hash of what is seen. (nullable): NULL: not known; "": none */
const char *im_contact_get_avatar_token (const ImContact *self);
/* Which item of personal eventing says so; nothing is said: none. For the module. */
void im_contact_set_avatar_item (ImContact *self, const char *item_id);
gboolean im_contact_is_avatar_item (const ImContact *self, const char *item_id);
/* In which item of a node somebody says a fact, or (IM_FACT_NONE) their nick: an older one that is
 * retracted takes nothing away. For modules. */
void im_contact_set_item (ImContact *self, ImFact fact, const char *id);
gboolean im_contact_is_item (const ImContact *self, ImFact fact, const char *id);
const char *im_contact_get_avatar_claim (const ImContact *self, ImAvatarSource source);
guint im_contact_get_avatar_bytes (const ImContact *self); /* as was said; 0: it was not */
gboolean im_contact_is_blocked (const ImContact *self); /* FALSE while that is not known */
/* For faces: a Telepathy handle, 0 until the face gives one. Handles are of the connection and
 * never die. */
guint im_contact_get_handle (const ImContact *self);
void im_contact_set_handle (ImContact *self, guint handle);

G_END_DECLS
