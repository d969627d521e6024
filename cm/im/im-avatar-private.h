/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-avatar-private.h: the two halves of an account's pictures: those of others, and ours; for
 * cm/im alone */
#pragma once

#include "im/im-avatar.h"

G_BEGIN_DECLS

typedef struct _ImAvatarQueue ImAvatarQueue;

struct _ImAvatars
{
  ImAccount *account; /* owns us */
  ImAvatarQueue *queue; /* (owned) im-avatar-fetch.c */
  GQueue publications; /* (owned) GTask: the first is under way */
  guint serial; /* of what was chosen last */
  gboolean is_following; /* what the server has is being read */
  gboolean is_reading; /* our own vCard */
  gboolean is_photo_known; /* on this connection */
  char *said; /* (owned) (nullable) the hash in our presence, since it is known */
};

ImAvatarQueue *im_avatar_queue_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_avatar_queue_free (ImAvatarQueue *self);
void im_avatar_queue_stop (ImAvatarQueue *self);

G_END_DECLS
