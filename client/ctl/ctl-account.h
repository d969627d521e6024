/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-account.h: accounts as the account manager shows them. Telepathy Account */
#pragma once

#include "ctl/ctl.h"

G_BEGIN_DECLS

/* Of the interface Addressing, and set by its method. */
#define CTL_ACCOUNT_URI_SCHEMES "URISchemes"

/* Telepathy's Connection_Status. */
enum
{
  CTL_CONNECTED = 0,
  CTL_CONNECTING = 1,
  CTL_DISCONNECTED = 2,
};

#define CTL_PRESENCE_OFFLINE 1

typedef struct
{
  guint type; /* Telepathy's Connection_Presence_Type */
  char *show; /* (owned): Telepathy's status */
  char *text; /* (owned) */
} CtlPresence;

typedef struct
{
  char *path; /* (owned) */
  char *address; /* (owned) */
  GVariant *properties; /* (owned): a{sv} of Telepathy's Account */
} CtlAccount;

/* Watches one account, from before it is told to do something. */
typedef struct _CtlWatch CtlWatch;

GPtrArray *ctl_accounts_load (Ctl *ctl, GError **error);
CtlAccount *ctl_accounts_find (GPtrArray *accounts, const char *address, GError **error);
GPtrArray *ctl_accounts_select (Ctl *ctl, GError **error);
CtlAccount *ctl_accounts_select_one (Ctl *ctl, GPtrArray *accounts, GError **error);
CtlAccount *ctl_account_open (Ctl *ctl, const char *address, GPtrArray **accounts, GError **error);
gboolean ctl_account_reload (Ctl *ctl, CtlAccount *self, GError **error);
gboolean
ctl_account_set (Ctl *ctl, CtlAccount *self, const char *property, GVariant *value, GError **error);
void ctl_account_free (CtlAccount *self);

const char *ctl_account_get_text (CtlAccount *self, const char *property);
gboolean ctl_account_get_flag (CtlAccount *self, const char *property);
guint ctl_account_get_status (CtlAccount *self);
const char *ctl_account_get_state (CtlAccount *self);
/* For which kinds of address it is wanted: as, empty where no account manager keeps that. */
GVariant *ctl_account_load_uri_schemes (Ctl *ctl, CtlAccount *self) G_GNUC_WARN_UNUSED_RESULT;
const char *ctl_account_get_connection (CtlAccount *self);
char *ctl_account_dup_error (CtlAccount *self);
gboolean ctl_account_wants_online (CtlAccount *self);
gboolean ctl_account_is_on_its_way (CtlAccount *self);
CtlPresence *ctl_account_dup_presence (CtlAccount *self, const char *property);
char *ctl_account_dup_connection_name (CtlAccount *self);
gboolean
ctl_account_find_extension (Ctl *ctl, CtlAccount *self, char **name, char **path, GError **error);

CtlWatch *ctl_watch_new (Ctl *ctl, CtlAccount *account);
void ctl_watch_free (CtlWatch *self);
gboolean ctl_watch_until_online (CtlWatch *self, guint timeout_s, GError **error);
gboolean ctl_account_await (Ctl *ctl, CtlAccount *account, GError **error);
gboolean ctl_watch_until_presence (CtlWatch *self,
                                   const CtlPresence *wanted,
                                   guint timeout_s,
                                   GError **error);

void ctl_presence_free (CtlPresence *self);
CtlPresence *ctl_presence_new (guint type, const char *show, const char *text);
CtlPresence *ctl_presence_parse (const char *show, const char *text, GError **error);
const char *ctl_presence_get_word (const CtlPresence *self);
GVariant *ctl_presence_to_variant (const CtlPresence *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlAccount, ctl_account_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlPresence, ctl_presence_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlWatch, ctl_watch_free)

G_END_DECLS
