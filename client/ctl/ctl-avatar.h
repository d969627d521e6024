/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-avatar.h: the picture of a contact goes into a file. linnetctl(1) */
#pragma once

#include "ctl/ctl-contact.h"

G_BEGIN_DECLS

char *ctl_avatar_save (
    Ctl *ctl, CtlAccount *account, const char *address, const char *path, GError **error);

G_END_DECLS
