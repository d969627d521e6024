/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account.h: one account: its parameters, its connection, its contacts and conversations; exists
 * while offline too */
#pragma once

#include "im/im-auth-request.h"
#include "im/im-captcha-request.h"
#include "im/im-certificate-request.h"
#include "im/im-contact.h"
#include "im/im-conversation.h"
#include "im/im-module.h"
#include "im/im-types.h"

G_BEGIN_DECLS

#define IM_TYPE_ACCOUNT (im_account_get_type ())
G_DECLARE_FINAL_TYPE (ImAccount, im_account, IM, ACCOUNT, GObject)

typedef enum
{
  IM_ACCOUNT_OFFLINE = 0,
  IM_ACCOUNT_CONNECTING, /* looking up … roster asked */
  IM_ACCOUNT_ONLINE, /* bound, own presence known and sent, the server known or too slow */
} ImAccountState;

typedef enum
{
  IM_ROSTER_NONE = 0, /* Telepathy's Contact_List_State */
  IM_ROSTER_WAITING = 1,
  IM_ROSTER_FAILURE = 2,
  IM_ROSTER_SUCCESS = 3,
} ImRosterState;

/* Properties with notify: "state", "roster-state", "presence" (own, as others see it),
 * "auth-request", "certificate-request", "captcha-request",
 * "is-enabled", "display-name", "nickname", "icon-name", "stage" (XmppLoginStage
 * while connecting), "retry-at" (monotonic µs of the next try; 0: none), "password-state" (guint,
 * im.linnet.Password1.State), "parameters", "requested-presence", "automatic-presence",
 * "connect-automatically", "is-valid", "has-been-online", "extra", "group-delimiter",
 * "avatar" (ImAvatar, im-avatar.h).
 *
 * Signals, in the order in which one read's changes are told:
 *
 * - "groups-changed" (GStrv created, GStrv removed): XMPP cannot tell a renamed group from a new
 * one
 *
 * - "membership-changed" (ImContact *, GStrv added, GStrv removed): the groups of one contact, once
 *   the contact list is complete
 *
 * - "contacts-changed" (GPtrArray of ImContact *, GArray of ImContactChange, same length)
 *
 * - "server-known": im_account_server_has () and im_account_own_has () have answers
 *
 * - "blocked-changed" (GPtrArray of ImContact * blocked, GPtrArray of ImContact * unblocked)
 *
 * - "conversation-added" (ImConversation), "conversation-removed" (ImConversation)
 *
 * - "conversations-changed" (GPtrArray of ImConversation): coalesced, ≤ 4/s, the last always comes
 *
 * - "messages-confirmed" (GPtrArray of ImMessage): the server has them, by one answer; each
 *   conversation has told before
 *
 * - "message-fresh" (ImConversation, ImMessage): it has come, or it is ours and came back; opens a
 *   channel when there is none */

XmppJid *im_account_get_jid (ImAccount *self); /* (transfer none) bare */
XmppJid *im_account_get_full_jid (ImAccount *self); /* (transfer none) (nullable) while online */
ImAccountState im_account_get_state (ImAccount *self);
/* Whether it is offline until the time of the next try has come. */
gboolean im_account_is_waiting (ImAccount *self);
/* Why it last went (or stayed) offline: IM_ERROR; NULL: as asked. Kept until it is online. */
const GError *im_account_get_error (ImAccount *self);
/* Its name on D-Bus: Telepathy's, or what a program said. (transfer none) (nullable) */
const char *im_account_get_error_name (ImAccount *self);
/* a{sv} of Telepathy's Connection_Error details: server-message, debug-message, … (transfer none)
 */
GVariant *im_account_get_error_details (ImAccount *self);
ImRosterState im_account_get_roster_state (ImAccount *self);
const GError *im_account_get_roster_error (ImAccount *self); /* (nullable) of IM_ROSTER_FAILURE */
ImAuthRequest *im_account_get_auth_request (ImAccount *self); /* (nullable) (transfer none) */
ImCertificateRequest *
im_account_get_certificate_request (ImAccount *self); /* (nullable) (transfer none) */
ImCaptchaRequest *im_account_get_captcha_request (ImAccount *self); /* (nullable) (transfer none) */

/* Parameters (Telepathy connection parameters of telepathy-surface.md), checked by
 * im-parameters.h's table. `password` is write-only: it goes to the Secret Service or, for a
 * connection without account, is kept for its life. */
GVariant *im_account_get_parameters (
    ImAccount *self); /* a{sv} (transfer none), without secrets, only what was set */
/* Returns: names that need a reconnect (transfer full), NULL with IM_ERROR_INVALID_ARGUMENT naming
 * the parameter. */
char **im_account_update_parameters (ImAccount *self,
                                     GVariant *set,
                                     const char *const *unset,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One connection, without retrying: for RequestConnection. IM_ERROR by notify::state and
 * im_account_get_error (). */
void im_account_connect (ImAccount *self);
void im_account_disconnect (ImAccount *self);
/* For tests that play the server: a login done elsewhere. `stream` is bound as `jid` and not
 * started. */
void im_account_connect_with_stream (ImAccount *self,
                                     XmppStream *stream,
                                     XmppJid *jid,
                                     XmppNode *features);
/* How often the line is made sure of; 0: never. Set: for this connection alone. */
guint im_account_get_keepalive_s (ImAccount *self);
gboolean im_account_set_keepalive_s (ImAccount *self, guint interval_s, GError **error);
/* Own presence: sent at once while online, else remembered for the next connection. */
void im_account_set_presence (ImAccount *self, const ImPresence *presence);
const ImPresence *im_account_get_presence (ImAccount *self);

/* As the account manager wants it (only accounts of im_account_manager): enabled + requested
 * presence decide; keeps trying with jittered back-off, at once when the network comes back. */
gboolean im_account_is_enabled (ImAccount *self);
void im_account_set_enabled (ImAccount *self, gboolean is_enabled);
void im_account_request_presence (ImAccount *self, const ImPresence *presence);
const ImPresence *im_account_get_requested_presence (ImAccount *self);
const ImPresence *im_account_get_automatic_presence (ImAccount *self);
void im_account_set_automatic_presence (ImAccount *self, const ImPresence *presence);
gboolean im_account_get_connect_automatically (ImAccount *self);
void im_account_set_connect_automatically (ImAccount *self, gboolean value);
void im_account_reconnect (ImAccount *self); /* now: Account.Reconnect, "Try Now" */
/* For what needs a connection: goes online, if it may; and why it is not. */
void im_account_bring_online (ImAccount *self);
GError *im_account_dup_why_offline (ImAccount *self) G_GNUC_WARN_UNUSED_RESULT;
const char *im_account_get_display_name (ImAccount *self);
void im_account_set_display_name (ImAccount *self, const char *name);
const char *im_account_get_nickname (ImAccount *self);
void im_account_set_nickname (ImAccount *self, const char *nickname);
const char *im_account_get_icon_name (ImAccount *self);
void im_account_set_icon_name (ImAccount *self, const char *icon_name);
/* What programs have us keep with it, by name: a{sv} (transfer none). `value` (nullable) */
GVariant *im_account_get_extra (ImAccount *self);
void im_account_set_extra (ImAccount *self, const char *name, GVariant *value);
gboolean
im_account_is_valid (ImAccount *self); /* has what it needs to connect (a password may be asked) */
gboolean im_account_has_been_online (ImAccount *self);
gboolean
im_account_is_kept (ImAccount *self); /* of the account manager; FALSE: only of a connection */
const char *im_account_get_unique_name (ImAccount *self); /* "linnet/jabber/<escaped>" */
guint im_account_get_password_state (ImAccount *self);
/* Into the Secret Service (or kept for the session where there is none); answers an open auth
 * request. */
void im_account_set_password_async (ImAccount *self,
                                    const char *password,
                                    gboolean remember,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean im_account_set_password_finish (ImAccount *self, GAsyncResult *result, GError **error);
void im_account_forget_password_async (ImAccount *self,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean im_account_forget_password_finish (ImAccount *self, GAsyncResult *result, GError **error);

/* Contacts. */
ImContact *im_account_get_self_contact (ImAccount *self);
ImContact *im_account_find_contact (ImAccount *self, XmppJid *bare); /* (nullable) */
ImContact *im_account_ensure_contact (ImAccount *self, XmppJid *bare);
void im_account_foreach_contact (ImAccount *self,
                                 void (*func) (ImContact *contact, gpointer user_data),
                                 gpointer user_data);
/* Where the parameter DownloadAtConnection is FALSE the roster is asked for by this alone; after a
 * failure it is asked for again. */
void im_account_download_roster (ImAccount *self);
/* What stands between the names of groups within groups, "" for nothing. Set: for the module. */
const char *im_account_get_group_delimiter (ImAccount *self);
void im_account_set_group_delimiter (ImAccount *self, const char *delimiter);
char **im_account_dup_groups (ImAccount *self) G_GNUC_WARN_UNUSED_RESULT;
/* Roster edits: each finishes when the server has said yes or no (IM_ERROR). RFC 6121 2, 3. */
typedef enum
{
  IM_ROSTER_SET_NAME, /* value: name */
  IM_ROSTER_SET_GROUPS, /* value: GStrv joined? use im_account_set_groups_async */
  IM_ROSTER_SUBSCRIBE, /* value: message */
  IM_ROSTER_UNSUBSCRIBE,
  IM_ROSTER_AUTHORIZE, /* also pre-approval, RFC 6121 3.4, where the server offers it */
  IM_ROSTER_DENY, /* refuse, or withdraw: unsubscribed */
  IM_ROSTER_REMOVE,
} ImRosterEdit;
/* One edit on many contacts. `contacts` (element-type ImContact). */
void im_account_edit_roster_async (ImAccount *self,
                                   ImRosterEdit edit,
                                   GPtrArray *contacts,
                                   const char *value,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
void im_account_set_groups_async (ImAccount *self,
                                  ImContact *contact,
                                  const char *const *groups,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
/* Members added to or removed from a group; `replace`: exactly these. */
void im_account_set_group_members_async (ImAccount *self,
                                         const char *group,
                                         GPtrArray *add,
                                         GPtrArray *remove,
                                         gboolean replace,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
void im_account_remove_group_async (ImAccount *self,
                                    const char *group,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
void im_account_rename_group_async (ImAccount *self,
                                    const char *group,
                                    const char *name,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean im_account_edit_roster_finish (ImAccount *self,
                                        GAsyncResult *result,
                                        GError **error); /* for all of them */

/* What the server can do, asked for at sign-in. "pubsub/pep" is an identity. */
gboolean im_account_is_server_known (ImAccount *self);
gboolean im_account_server_has (ImAccount *self, const char *feature);
/* Sorted; nothing while it is not known. */
char **im_account_dup_server_features (ImAccount *self) G_GNUC_WARN_UNUSED_RESULT;
char **im_account_dup_stream_features (ImAccount *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean im_account_own_has (ImAccount *self, const char *feature);

/* On the server, while online: another password, kept where the old one was; an end of the account,
 * which stays here, disabled. */
void im_account_change_password_async (ImAccount *self,
                                       const char *password,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean im_account_change_password_finish (ImAccount *self, GAsyncResult *result, GError **error);
void
im_account_unregister_async (ImAccount *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean im_account_unregister_finish (ImAccount *self, GAsyncResult *result, GError **error);

/* Blocking: the list is the server's. Whoever asks before it has come waits. */
void im_account_block_async (ImAccount *self,
                             GPtrArray *contacts,
                             gboolean is_blocked,
                             gboolean is_abuse,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean im_account_block_finish (ImAccount *self, GAsyncResult *result, GError **error);
void
im_account_list_blocked_async (ImAccount *self, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *im_account_list_blocked_finish (ImAccount *self,
                                           GAsyncResult *result,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean im_account_can_report (ImAccount *self);

/* Conversations. */
GPtrArray *
im_account_get_conversations (ImAccount *self); /* (transfer none) (element-type ImConversation) */
ImConversation *im_account_find_conversation (ImAccount *self,
                                              XmppJid *bare); /* (nullable) (transfer none) */
ImConversation *im_account_ensure_conversation (ImAccount *self,
                                                XmppJid *bare); /* (transfer none) */
void im_account_forget_conversation_async (ImAccount *self,
                                           ImConversation *conversation,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
gboolean
im_account_forget_conversation_finish (ImAccount *self, GAsyncResult *result, GError **error);
/* (element-type ImMessage) newest first; `filter` has the words; account-wide where `conversation`
 * is NULL. `limit` 1…200. `before`: local id where the last page said to go on, 0: from the newest;
 * `next`: 0 for the end. */
void im_account_search_async (ImAccount *self,
                              ImConversation *conversation,
                              const ImHistoryFilter *filter,
                              guint limit,
                              gint64 before,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
GPtrArray *im_account_search_finish (ImAccount *self,
                                     GAsyncResult *result,
                                     gint64 *next,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What we say of ourselves. `value` a{sv}; empty: nothing any more. */
void im_account_publish_fact_async (ImAccount *self,
                                    ImFact fact,
                                    GVariant *value,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean im_account_publish_fact_finish (ImAccount *self, GAsyncResult *result, GError **error);
/* What is known of a contact, else what the server has: a{sv}, empty for nothing. */
void im_account_request_fact_async (ImAccount *self,
                                    ImContact *contact,
                                    ImFact fact,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GVariant *im_account_request_fact_finish (ImAccount *self,
                                          GAsyncResult *result,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For modules. */
/* What a contact says of themselves; NULL: nothing. Told with the next flush. */
void im_account_set_fact (ImAccount *self, ImContact *contact, ImFact fact, GVariant *value);
/* What a contact calls itself, by personal eventing or in its vCard; NULL: nothing. Likewise. */
void im_account_set_nick (ImAccount *self, ImContact *contact, const char *nick);
void im_account_set_vcard_nick (ImAccount *self, ImContact *contact, const char *nick);
/* Of a full address that is there: what it claims by XEP-0115; NULL: nothing. Told with the next
 * flush, and again when it is known what that means. */
void im_account_set_resource_caps (
    ImAccount *self, XmppJid *full, const char *node, const char *algorithm, const char *ver);
/* The server blocked them, or let them go. NULL: all. */
void im_account_take_blocked (ImAccount *self, GPtrArray *jids, gboolean is_blocked);
XmppSession *im_account_get_session (ImAccount *self); /* (nullable) (transfer none) */
gpointer im_account_get_module_state (ImAccount *self, const ImModule *module);
GPtrArray *im_account_get_features (ImAccount *self); /* (transfer none) sorted: what we can do */
/* (element-type ImChannelClass) (transfer none): those of all modules; a mask has a bit for each.
 */
GPtrArray *im_account_get_channel_classes (ImAccount *self);
/* What a program handles of them, 0: nothing any more; FALSE: too many programs. Told to others by
 * im_account_announce_features (). */
gboolean im_account_set_handled (ImAccount *self, const char *client, guint32 mask);
void im_account_forget_handled (ImAccount *self);
void im_account_announce_features (ImAccount *self);
/* The mask of those that can be had with a contact, and with one of its devices. */
guint32 im_account_get_classes_of (ImAccount *self, const ImContact *contact);
guint32 im_account_get_classes_of_resource (ImAccount *self, const ImResource *resource);

G_END_DECLS
