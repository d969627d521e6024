/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-contact.h: contacts of a connection. Telepathy Connection.Interface.ContactList */
#pragma once

#include "ctl/ctl-account.h"
#include "ctl/ctl-command.h"

G_BEGIN_DECLS

/* Telepathy's Subscription_State. */
enum
{
  CTL_SUBSCRIPTION_REMOVED = 2,
  CTL_SUBSCRIPTION_ASK = 3,
  CTL_SUBSCRIPTION_YES = 4,
};

typedef struct
{
  guint handle;
  char *address; /* (owned) */
  char *name; /* (owned) */
  CtlPresence *presence; /* (owned) */
  gint64 idle_since_s; /* since 1970; 0: not said */
  guint subscribe; /* whether we see them */
  guint publish; /* whether they see us */
  char *request; /* (owned): what they said when they asked to see us */
  char **groups; /* (owned) */
  char *lookalike; /* (owned) (nullable): the address of somebody whom they look like */
  gboolean is_approved; /* sees us as soon as they ask */
  gboolean is_blocked;
  gboolean is_self; /* the account itself */
} CtlContact;

/* An account that is online, and what is known of its contacts. */
typedef struct
{
  GPtrArray *accounts; /* (owned) */
  CtlAccount *account; /* (unowned): of accounts */
  GPtrArray *contacts; /* (owned) (nullable) */
  char **arguments; /* (owned) */
} CtlOnline;

gboolean ctl_online_open (CtlOnline *self,
                          Ctl *ctl,
                          const CtlCommand *command,
                          const GOptionEntry *entries,
                          char **words,
                          guint least,
                          guint most,
                          GError **error);
gboolean ctl_online_await (CtlOnline *self, Ctl *ctl, GError **error);
void ctl_online_clear (CtlOnline *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CtlOnline, ctl_online_clear)

void ctl_contact_free (CtlContact *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlContact, ctl_contact_free)
GPtrArray *ctl_contacts_load (Ctl *ctl, CtlAccount *account, GError **error);
CtlContact *ctl_contacts_find (GPtrArray *contacts, const char *address, GError **error);
CtlContact *ctl_contact_load (Ctl *ctl, CtlAccount *account, const char *address, GError **error);
CtlContact *ctl_contact_find (Ctl *ctl, CtlAccount *account, const char *address, GError **error);
gboolean ctl_contact_is_listed (
    Ctl *ctl, CtlAccount *account, guint handle, gboolean *is_listed, GError **error);
gboolean
ctl_contact_check_reachable (Ctl *ctl, CtlAccount *account, const char *address, GError **error);
void ctl_contact_explain (Ctl *ctl, CtlAccount *account, const char *address, GError **error);
guint
ctl_contact_ensure_handle (Ctl *ctl, CtlAccount *account, const char *address, GError **error);
char *ctl_contact_dup_connection (CtlAccount *account, GError **error);
GVariant *ctl_connection_call (Ctl *ctl,
                               CtlAccount *account,
                               const char *interface,
                               const char *method,
                               GVariant *arguments,
                               const char *reply,
                               GError **error);
gboolean ctl_contact_call (Ctl *ctl,
                           CtlAccount *account,
                           const char *interface,
                           const char *method,
                           GVariant *arguments,
                           GError **error);
const char *ctl_contact_get_subscription (const CtlContact *self);
char *ctl_contact_dup_standing (const CtlContact *self);
void ctl_contact_add_json (const CtlContact *self, GVariantBuilder *builder);

G_END_DECLS
