/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-roster-edit-private.h: changes of the roster as jobs, one after the other for each contact */
#pragma once

#include "im/im-roster.h"

G_BEGIN_DECLS

typedef enum
{
  IM_ROSTER_JOB_SET_NAME,
  IM_ROSTER_JOB_SET_GROUPS,
  IM_ROSTER_JOB_ADD_GROUP,
  IM_ROSTER_JOB_REMOVE_GROUP,
  IM_ROSTER_JOB_RENAME_GROUP,
  IM_ROSTER_JOB_REMOVE,
  IM_ROSTER_JOB_LAST_OF_ITEM = IM_ROSTER_JOB_REMOVE,
  IM_ROSTER_JOB_SUBSCRIBE,
  IM_ROSTER_JOB_UNSUBSCRIBE,
  IM_ROSTER_JOB_AUTHORIZE,
  IM_ROSTER_JOB_DENY,
} ImRosterJob;

/* What somebody asked for: some jobs, one answer. */
typedef struct _ImRosterOperation ImRosterOperation;

ImRosterOperation *im_roster_begin_operation (ImAccount *account,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void im_roster_add_job (ImAccount *account,
                        ImRosterOperation *operation,
                        ImContact *contact,
                        ImRosterJob kind,
                        const char *text,
                        const char *other,
                        const char *const *groups);
/* When all jobs are made: `operation` may be gone then. */
void im_roster_finish_part (ImRosterOperation *operation, const GError *error);

/* im-roster-fence.c. `error` (nullable) of any domain: the connection is gone */
typedef void (*ImRosterFenceFunc) (gpointer data, const GError *error);

void im_roster_fence_wait (ImRosterFence *self, ImRosterFenceFunc func, gpointer data);

gboolean im_roster_is_in_group (const ImContact *contact, const char *group);

G_END_DECLS
