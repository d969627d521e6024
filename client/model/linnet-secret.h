/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-secret.h: hands a secret to the service through a pipe, never over the bus */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int linnet_secret_open (const char *secret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
