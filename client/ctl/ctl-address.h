/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-address.h: addresses as people type them, or as links. RFC 5122 */
#pragma once

#include "ctl/ctl-command.h"

G_BEGIN_DECLS

gboolean ctl_address_check_bare (const char *address, GError **error);
gboolean ctl_address_read (Ctl *ctl, char **word, GError **error);
gboolean ctl_address_read_all (Ctl *ctl, const CtlCommand *command, char **words, GError **error);

G_END_DECLS
