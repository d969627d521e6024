/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-command.h: the commands of linnetctl. linnetctl(1) */
#pragma once

#include "ctl/ctl.h"

G_BEGIN_DECLS

typedef struct _CtlCommand CtlCommand;

struct _CtlCommand
{
  const char *name; /* one word or two */
  const char *arguments; /* (nullable): what follows the options, for --help */
  const char *summary;
  /* The words behind the command's name. */
  gboolean (*run) (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
  const char *details; /* (nullable): more for its --help */
};

char **ctl_parse (Ctl *ctl,
                  const CtlCommand *command,
                  const GOptionEntry *entries,
                  char **words,
                  guint least,
                  guint most,
                  GError **error);

#define CTL_ANY_NUMBER G_MAXUINT

gboolean ctl_account_list (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_account_show (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_account_add (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_account_change (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_account_enable (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_account_disable (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_account_remove (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_account_register (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_account_unregister (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_certificate_show (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_certificate_accept (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_certificate_forget (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_passwd (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_status (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_presence (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_list (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_add (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_remove (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_rename (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_group (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_unsubscribe (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_authorize (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_deny (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_block (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_report (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_unblock (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_roster_blocked (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_group_list (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_group_rename (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_group_merge (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_group_remove (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_group_add (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_group_drop (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_search (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_contact_show (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_profile_show (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_profile_set (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_avatar_set (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_avatar_clear (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_nick (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_location (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_mood (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_activity (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_tune (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_disco_info (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_disco_items (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_gateway_register (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_gateway_unregister (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_gateway_login (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_gateway_logout (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_gateway_address (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_server (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_power_saving (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_send (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_listen (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_debug (Ctl *ctl, const CtlCommand *command, char **words, GError **error);
gboolean ctl_complete (Ctl *ctl, const CtlCommand *command, char **words, GError **error);

G_END_DECLS
