/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-account-skeleton.h: Account whose Properties.Set can be refused */
#pragma once

#include "dbus/telepathy.h"

G_BEGIN_DECLS

/* Sets what `property` names; the caller is answered with the error. */
typedef gboolean (*CmAccountSetFunc) (gpointer user_data,
                                      const char *property,
                                      GVariant *value,
                                      GError **error);

TpAccount *cm_account_skeleton_new (CmAccountSetFunc func,
                                    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
