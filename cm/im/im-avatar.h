/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-avatar.h: pictures of people: what is said of them, the bytes, and our own. XEP-0084, XEP-0153
 *
 * Who shows one has linnet-image look at it: here they are bytes, of which no more is known than
 * what they begin with. */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

/* Of somebody else. */
#define IM_AVATAR_MAX_BYTES (512 * 1024)
/* Of our own; servers do not like long stanzas. */
#define IM_AVATAR_MAX_OWN_BYTES 65536
#define IM_AVATAR_MAX_SIDE 1024
#define IM_AVATAR_GOOD_SIDE 192
#define IM_AVATAR_TOKEN_LENGTH 40

/* NULL-terminated; the first is preferred. */
extern const char *const im_avatar_mime_types[];

/* A picture, whosever it is. Never changes. */
typedef struct
{
  guint ref_count;
  guint width; /* 0: not known */
  guint height;
  const char *mime; /* a constant: what the bytes are, whatever was said */
  GBytes *bytes; /* (owned) */
  char token[IM_AVATAR_TOKEN_LENGTH + 1]; /* SHA-1 of the bytes, lower case */
} ImAvatar;

/* NULL: none of the kinds that are shown, or too long. */
ImAvatar *im_avatar_new (GBytes *bytes) G_GNUC_WARN_UNUSED_RESULT;
ImAvatar *im_avatar_ref (ImAvatar *self);
void im_avatar_unref (ImAvatar *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImAvatar, im_avatar_unref)
gboolean im_avatar_is_mime (const char *mime);
/* (transfer full) (nullable): 40 digits in lower case; NULL: it is no token */
char *im_avatar_dup_token (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/* Of our own: not looked at yet. Errors: IM_ERROR_INVALID_ARGUMENT, in words */
ImAvatar *
im_avatar_new_own (GBytes *bytes, const char *mime, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Looked at by linnet-image: its size is known then. `mime` (nullable): what it is said to be.
 * Errors: IM_ERROR_INVALID_ARGUMENT, in words; IM_ERROR_NOT_AVAILABLE: nobody could look. */
void im_avatar_check_async (GBytes *bytes,
                            const char *mime,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
ImAvatar *im_avatar_check_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* XEP-0084's elements, of the module that has them. */
struct _ImAvatarWire
{
  const char *data_node;
  const char *metadata_node;
  /* An item of metadata; NULL: there is none (any more). */
  void (*take) (ImAccount *account, ImContact *contact, XmppNode *item);
  XmppNode *(*new_data) (const ImAvatar *avatar);
  XmppNode *(*new_metadata) (const ImAvatar *avatar); /* NULL: none */
  /* (transfer full) (nullable): the bytes of an item of data, bounded */
  GBytes *(*read_data) (XmppNode *item);
};

/* The photo of a vCard. XEP-0054, XEP-0153 */
struct _ImPhotoWire
{
  GBytes *(*read) (const XmppNode *vcard); /* (transfer full) (nullable), bounded */
  /* (transfer full): the same with that picture; NULL: with none */
  XmppNode *(*write) (const XmppNode *vcard, const ImAvatar *avatar);
};

/* For modules. `token` (nullable): as above, well-formed. Told with the next flush. */
void im_account_set_avatar_claim (
    ImAccount *self, ImContact *contact, ImAvatarSource source, const char *token, guint n_bytes);
/* The server puts what is published into the vCard, and its hash into presences. XEP-0398 */
gboolean im_account_converts_avatars (ImAccount *self);

/* The picture that somebody has now: from the cache, else from their server, a few at a time; where
 * it is not known whether there is one, that is found out. Errors: IM_ERROR_NOT_AVAILABLE: there is
 * none, or it is not what was said; IM_ERROR_DISCONNECTED, IM_ERROR_BUSY; as the server says. */
void im_account_request_avatar_async (ImAccount *self,
                                      ImContact *contact,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
ImAvatar *im_account_request_avatar_finish (ImAccount *self,
                                            GAsyncResult *result,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Our own on the server, looked at before, or now where its size is not known. `avatar` (nullable):
 * none any more. It is kept then. One at a time, in the order of the calls. */
void im_account_publish_avatar_async (ImAccount *self,
                                      ImAvatar *avatar,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean im_account_publish_avatar_finish (ImAccount *self, GAsyncResult *result, GError **error);
/* What is kept with the account, online or not; "notify::avatar" when it changes. (nullable)
 * (transfer none) */
ImAvatar *im_account_get_avatar (ImAccount *self);
/* Checked before; published as soon as that can be. `avatar` (nullable) */
void im_account_set_avatar (ImAccount *self, ImAvatar *avatar);

/* What our presence says of it. (nullable): NULL: nothing; "": there is none. For the module. */
const char *im_account_get_said_photo (ImAccount *self);
/* Another device of ours says something else. */
void im_account_reread_photo (ImAccount *self);

/* For cm/im. */
typedef struct _ImAvatars ImAvatars;
ImAvatars *im_avatars_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_avatars_free (ImAvatars *self);
void im_avatars_server_known (ImAvatars *self);
void im_avatars_stop (ImAvatars *self);
void im_account_follow_own_avatar (ImAccount *self);
void im_account_load_avatar (ImAccount *self);

G_END_DECLS
