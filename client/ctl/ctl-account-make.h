/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-account-make.h: a new account; what the commands that change accounts share */
#pragma once

#include "ctl/ctl-account.h"

G_BEGIN_DECLS

/* What is chosen for a new account on the command line. */
typedef struct
{
  char *server; /* (owned) (nullable) */
  char *name; /* (owned) (nullable) */
  int port;
  int password_fd; /* -1: ask */
  int timeout_s;
  gboolean no_password;
  gboolean no_remember;
  gboolean no_enable;
  gboolean no_wait;
} CtlMakeOptions;

void ctl_make_options_clear (CtlMakeOptions *self);
gboolean ctl_make_options_check (const CtlMakeOptions *self, GError **error);

gboolean ctl_account_check_password (Ctl *ctl, GError **error);
gboolean
ctl_account_check_new (Ctl *ctl, const char *address, gboolean is_anonymous, GError **error);
gboolean ctl_account_set_all (Ctl *ctl, CtlAccount *account, GVariant *properties, GError **error);
void ctl_account_print (Ctl *ctl, CtlAccount *account, const char *sentence);
gboolean ctl_account_make (Ctl *ctl,
                           const char *address,
                           GVariant *parameters,
                           GVariant *properties,
                           const char *password,
                           const CtlMakeOptions *options,
                           GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CtlMakeOptions, ctl_make_options_clear)

G_END_DECLS
