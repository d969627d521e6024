/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-handles.h: contact handles of a connection: numbers for bare addresses, never reused, never
 * dropped (HasImmortalHandles). The self handle is 1 */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

typedef struct _CmHandles CmHandles;

CmHandles *cm_handles_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void cm_handles_free (CmHandles *self);
/* The connection is gone, though somebody may still hold it: the numbers of contacts are those of
 * the next one. */
void cm_handles_retire (CmHandles *self);
guint cm_handles_ensure (CmHandles *self, ImContact *contact);
/* NULL with IM_ERROR_INVALID_HANDLE naming it. */
ImContact *cm_handles_get (CmHandles *self, guint handle, GError **error);
/* Normalises; NULL with IM_ERROR_INVALID_HANDLE. */
ImContact *cm_handles_parse (CmHandles *self, const char *id, GError **error);
#define CM_SELF_HANDLE 1u

G_END_DECLS
