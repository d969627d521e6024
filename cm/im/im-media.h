/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-media.h: what a form shows, as it came: pictures, sounds. XEP-0221, XEP-0231 */
#pragma once

#include "im/im-form.h"

G_BEGIN_DECLS

typedef struct _ImMedia ImMedia;

ImMedia *im_media_new (void) G_GNUC_WARN_UNUSED_RESULT;
void im_media_free (ImMedia *self);
void im_media_clear (ImMedia *self);
/* The content id of a URI that is answered on the stream itself; NULL: nothing is fetched. */
const char *im_media_get_cid (const char *uri);
gboolean im_media_has (ImMedia *self, const char *cid);
/* Takes `bytes`. */
void im_media_add (ImMedia *self, const char *cid, const char *type, GBytes *bytes);
/* (nullable) (transfer none) `type`: as the server says; "" for nothing said. */
GBytes *im_media_get (ImMedia *self, const char *uri, const char **type);

G_END_DECLS
