/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-roster.h: all contacts of an account, and what changed of them since the last read; for cm/im
 * alone. RFC 6121 2 */
#pragma once

#include "im/im-account.h"
#include "im/im-contact-private.h"

G_BEGIN_DECLS

/* So many people who are not in the roster may ask to see us at once. */
#define IM_ROSTER_MAX_STRANGERS 500
/* And so many ever, as whoever has asked once stays known while we run. */
#define IM_ROSTER_MAX_EVER_STRANGERS 10000

typedef struct _ImRoster ImRoster;

ImRoster *im_roster_new (ImAccount *account, XmppJid *own) G_GNUC_WARN_UNUSED_RESULT;
void im_roster_free (ImRoster *self);

ImContact *im_roster_get_self (ImRoster *self);
void im_roster_rename_self (ImRoster *self, XmppJid *bare);
ImContact *im_roster_find (ImRoster *self, XmppJid *bare);
ImContact *im_roster_ensure (ImRoster *self, XmppJid *bare);
GHashTable *im_roster_get_contacts (ImRoster *self); /* (transfer none) XmppJid to ImContact */
char **im_roster_dup_groups (ImRoster *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean im_roster_admit_stranger (ImRoster *self, XmppJid *bare);
/* Subscribed, either way. */
gboolean im_roster_is_contact (ImRoster *self, XmppJid *bare);

/* The whole of it, as the server answered; or one pushed item: FALSE, when it is none. */
void im_roster_take_all (ImRoster *self, XmppNode *query);
gboolean im_roster_take_push (ImRoster *self, XmppNode *query);
void im_roster_set_item (ImRoster *self,
                         ImContact *contact,
                         const char *name,
                         const char *const *groups);
void im_roster_remove_item (ImRoster *self, ImContact *contact);

void im_roster_note (ImRoster *self, ImContact *contact, ImContactChange change);
void im_roster_note_place (ImRoster *self, ImContact *contact, gboolean was_in_list);
/* One signal for all that was noted. */
void im_roster_flush (ImRoster *self);
/* Nobody is there: we are offline. */
void im_roster_forget_presence (ImRoster *self);

/* im-roster-changes.c: what was noted and not told yet. */
typedef struct _ImRosterChanges ImRosterChanges;
ImRosterChanges *im_roster_changes_new (ImAccount *account,
                                        GHashTable *groups) G_GNUC_WARN_UNUSED_RESULT;
void im_roster_changes_free (ImRosterChanges *self);
void im_roster_changes_forget (ImRosterChanges *self);
void im_roster_changes_note (ImRosterChanges *self, ImContact *contact, ImContactChange change);
void im_roster_changes_note_group (ImRosterChanges *self, const char *name);
void
im_roster_changes_note_move (ImRosterChanges *self, ImContact *contact, const GPtrArray *groups);
void im_roster_changes_flush (ImRosterChanges *self);

/* im-roster-fence.c: who waits for what the server makes of a presence. */
typedef struct _ImRosterFence ImRosterFence;
ImRosterFence *im_roster_get_fence (ImRoster *self);
ImRosterFence *im_roster_fence_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_roster_fence_free (ImRosterFence *self);

/* im-roster-edit.c: edits under way end with an error. */
typedef struct _ImRosterEdits ImRosterEdits;
ImRosterEdits *im_roster_get_edits (ImRoster *self);
ImRosterEdits *im_roster_edits_new (ImAccount *account, ImRoster *roster) G_GNUC_WARN_UNUSED_RESULT;
void im_roster_edits_free (ImRosterEdits *self);
/* The server has told what it has of that contact now. */
void im_roster_edits_note_push (ImRosterEdits *self, ImContact *contact);

G_END_DECLS
