/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-password.h: asks for a password and hands it over. im.linnet.Password1 */
#pragma once

#include "ctl/ctl-account.h"

G_BEGIN_DECLS

char *ctl_password_read (int fd, const char *address, GError **error);
char *ctl_password_read_new (int fd, const char *address, GError **error);
char *ctl_password_ask (const char *question, GError **error);
void ctl_password_free (char *password);
gboolean ctl_password_call (Ctl *ctl,
                            const char *name,
                            const char *path,
                            const char *interface,
                            const char *method,
                            GVariant *arguments,
                            const char *password,
                            GError **error);
gboolean ctl_password_set (
    Ctl *ctl, CtlAccount *account, const char *password, gboolean remember, GError **error);
const char *ctl_password_get_state (Ctl *ctl, CtlAccount *account);

G_END_DECLS
