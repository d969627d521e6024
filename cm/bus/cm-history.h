/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-history.h: the messages of an account, kept on this machine. im.linnet.History1 */
#pragma once

#include "bus/cm-service.h"

G_BEGIN_DECLS

#define CM_TYPE_HISTORY (cm_history_get_type ())
G_DECLARE_FINAL_TYPE (CmHistory, cm_history, CM, HISTORY, GObject)

/* Exported while it lives. */
CmHistory *cm_history_new (CmService *service,
                           ImAccount *account,
                           const char *object_path,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
