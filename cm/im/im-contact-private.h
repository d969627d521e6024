/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-contact-private.h: what the roster and the presence do to a contact; for cm/im alone */
#pragma once

#include "im/im-contact.h"
#include "im/im-subscription.h"

G_BEGIN_DECLS

#define IM_CONTACT_MAX_RESOURCES 64
#define IM_CONTACT_MAX_GROUPS 100
#define IM_CONTACT_MAX_NAME_BYTES 1023
#define IM_PRESENCE_MAX_MESSAGE_BYTES 4096

/* A resource as the presence has it, with the value that is lent out. */
typedef struct
{
  ImResource
      resource; /* name and message owned, caps_node and caps references, status a constant */
  GRefString *caps_key; /* (owned) (nullable) the algorithm and hash of what it claims */
  ImPresence presence; /* lends from `resource` */
} ImContactResource;

/* What somebody says of themselves: few say anything. */
typedef struct
{
  char *nick; /* (owned) (nullable) by personal eventing or in a message */
  char *vcard_nick; /* (owned) (nullable) */
  GVariant *facts[IM_N_FACTS]; /* (owned) (nullable) */
  guint items[IM_N_FACTS]; /* hashes of the ids of the items that say so, of the nick the first; 0:
                              not known */
  GVariant *info; /* (owned) (nullable) by im-info.c */
  char *avatars[IM_N_AVATAR_SOURCES]; /* (owned) (nullable) hashes; "": none */
  char *avatar_item; /* (owned) (nullable) that says so, where it has another name than the hash */
  guint avatar_bytes; /* as personal eventing says; 0: nothing is said */
} ImContactSaid;

/* Small, because there are ten thousand of them. */
struct _ImContact
{
  XmppJid *jid; /* (owned) bare */
  char *roster_name; /* (owned) (nullable) */
  char *readable; /* (owned) (nullable) the address without its escapes; NULL: it has none */
  GRefString **groups; /* (owned) (nullable) sorted by text */
  ImContactResource *resources; /* (owned) (nullable) best first */
  ImPresence
      *shown; /* (owned) (nullable) instead of a resource's: our own, a last word, an error */
  char *publish_request; /* (owned) (nullable) */
  ImContactSaid *said; /* (owned) (nullable) */
  const char *client_type; /* (nullable) a constant: as it was told last */
  guint handle;
  guint32 classes; /* as they were told last */
  guint changes; /* since the last flush */
  guint16 n_groups;
  guint16 n_resources;
  ImSubscriptionBits subscription;
  guint is_in_roster : 1;
  guint is_self : 1;
  guint is_blocked : 1;
  guint is_cut : 1; /* the roster has more of its name or groups than is kept here */
  guint is_seen : 1; /* in the roster that is being read */
  guint is_welcome : 1; /* may see us once they ask, while this connection lasts */
};

ImContact *im_contact_new (XmppJid *jid) G_GNUC_WARN_UNUSED_RESULT;
void im_contact_free (ImContact *self);
void im_contact_set_jid (ImContact *self, XmppJid *jid); /* whoever keeps it by that renames it */

gboolean im_contact_is_kept (const ImContact *self); /* in the list, or would be if not blocked */
gboolean im_contact_set_roster_name (ImContact *self, const char *name);
gboolean im_contact_set_nick (ImContact *self, const char *nick);
gboolean im_contact_set_vcard_nick (ImContact *self, const char *nick);
gboolean im_contact_set_publish_request (ImContact *self, const char *text);
/* Of our own contact, or the last word of somebody who left; NULL: as the resources say. */
void im_contact_set_shown (ImContact *self, const ImPresence *presence);
/* A resource is there or changed. FALSE: there are too many. */
gboolean im_contact_put_resource (ImContact *self,
                                  const char *name,
                                  const ImPresence *presence,
                                  int priority);
gboolean im_contact_drop_resource (ImContact *self, const char *name);
void im_contact_drop_resources (ImContact *self);
/* Whether it changed. */
gboolean im_contact_set_resource_caps (ImContact *self,
                                       const char *name,
                                       const char *caps_node,
                                       const char *caps_key);
gboolean im_contact_claims (const ImContact *self, const char *name, const char *caps_key);
/* What `caps_key` means, if the resource still claims it. Whether it changed. */
gboolean im_contact_set_resource_info (ImContact *self,
                                       const char *name,
                                       const char *caps_key,
                                       ImCapsInfo *info);
/* `value` (nullable) floating or not. Whether it changed. */
gboolean im_contact_set_fact (ImContact *self, ImFact fact, GVariant *value);
void im_contact_forget_facts (ImContact *self);
/* At most `limit` bytes, whole characters. */
char *im_dup_bounded (const char *text, gsize limit) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
