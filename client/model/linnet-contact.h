/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-contact.h: somebody in the contact list of an account, or about to be */
#pragma once

#include <glib-object.h>

#include "model/linnet-picture.h"
#include "model/linnet-presence.h"

G_BEGIN_DECLS

typedef struct _LinnetAccount LinnetAccount;

/* The numbers of Telepathy's Subscription_State. */
typedef enum
{
  LINNET_SUBSCRIPTION_UNKNOWN,
  LINNET_SUBSCRIPTION_NO,
  LINNET_SUBSCRIPTION_REMOVED_REMOTELY,
  LINNET_SUBSCRIPTION_ASK,
  LINNET_SUBSCRIPTION_YES,
} LinnetSubscription;

#define LINNET_TYPE_SUBSCRIPTION (linnet_subscription_get_type ())
GType linnet_subscription_get_type (void);

#define LINNET_TYPE_CONTACT (linnet_contact_get_type ())
G_DECLARE_FINAL_TYPE (LinnetContact, linnet_contact, LINNET, CONTACT, GObject)

LinnetContact *linnet_contact_new (const char *address) G_GNUC_WARN_UNUSED_RESULT;

const char *linnet_contact_get_address (LinnetContact *self);
const char *linnet_contact_get_name (LinnetContact *self);
void linnet_contact_set_name (LinnetContact *self, const char *name);
LinnetPresence linnet_contact_get_presence (LinnetContact *self);
const char *linnet_contact_get_status_text (LinnetContact *self);
void
linnet_contact_set_presence (LinnetContact *self, LinnetPresence presence, const char *status_text);
const char *const *linnet_contact_get_groups (LinnetContact *self);
void linnet_contact_set_groups (LinnetContact *self, const char *const *groups);

/* subscribe: whether we see their presence; publish: whether they see ours, ASK is a request. */
LinnetSubscription linnet_contact_get_subscribe (LinnetContact *self);
LinnetSubscription linnet_contact_get_publish (LinnetContact *self);
const char *linnet_contact_get_request_text (LinnetContact *self);
void linnet_contact_set_subscription (LinnetContact *self,
                                      LinnetSubscription subscribe,
                                      LinnetSubscription publish,
                                      const char *request_text);
gboolean linnet_contact_is_request (LinnetContact *self);

/* The address of somebody for whom people would take them; NULL: nobody. */
const char *linnet_contact_get_looks_like (LinnetContact *self);
void linnet_contact_set_looks_like (LinnetContact *self, const char *address);

/* Whether they will see our presence as soon as they ask. */
gboolean linnet_contact_get_approved (LinnetContact *self);
void linnet_contact_set_approved (LinnetContact *self, gboolean approved);

/* When they last touched their device, in seconds since 1970; 0: they are there, or nobody says. */
gint64 linnet_contact_get_idle_since (LinnetContact *self);
void linnet_contact_set_idle_since (LinnetContact *self, gint64 since);

/* The picture, fetched when it is first asked for: notify::avatar. */
LinnetPicture *linnet_contact_get_avatar (LinnetContact *self);
gboolean linnet_contact_wants_avatar (LinnetContact *self);
const char *linnet_contact_get_avatar_token (LinnetContact *self);
void linnet_contact_set_avatar_token (LinnetContact *self, const char *token);
void linnet_contact_take_avatar (LinnetContact *self, LinnetPicture *picture);

/* Whose contact it is; NULL in tests. */
LinnetAccount *linnet_contact_get_account (LinnetContact *self);
void linnet_contact_set_account (LinnetContact *self, LinnetAccount *account);

/* The number of the contact on its connection, 0 while there is none. */
guint linnet_contact_get_handle (LinnetContact *self);
void linnet_contact_set_handle (LinnetContact *self, guint handle);

G_END_DECLS
