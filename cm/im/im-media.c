/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-media.c: what a form shows, as it came: pictures, sounds. XEP-0221, XEP-0231
 *
 * To us they are bytes; nothing that lies elsewhere is ever fetched. */

#include "im/im-media.h"

#include <string.h>

#define CID "cid:"

typedef struct
{
  char *type; /* (owned) MIME, as the server says; "" for nothing said */
  GBytes *bytes; /* (owned) */
} Medium;

struct _ImMedia
{
  GHashTable *by_cid; /* (owned) cid → Medium, both owned */
};

static void
medium_free (gpointer data)
{
  Medium *medium = data;

  g_free (medium->type);
  g_bytes_unref (medium->bytes);
  g_free (medium);
}

/** im_media_new: Returns: (transfer full): with nothing in it */
ImMedia *
im_media_new (void)
{
  ImMedia *self = g_new0 (ImMedia, 1);

  self->by_cid = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, medium_free);
  return self;
}

void
im_media_free (ImMedia *self)
{
  g_hash_table_unref (self->by_cid);
  g_free (self);
}

/** im_media_clear: what was shown is shown no more */
void
im_media_clear (ImMedia *self)
{
  g_hash_table_remove_all (self->by_cid);
}

/** im_media_get_cid: @uri: of a field. Returns: (nullable) (transfer none): what to ask the server
 * for; NULL: it lies elsewhere */
const char *
im_media_get_cid (const char *uri)
{
  return g_str_has_prefix (uri, CID) ? uri + strlen (CID) : NULL;
}

/** im_media_has: Returns: whether it is there already */
gboolean
im_media_has (ImMedia *self, const char *cid)
{
  return g_hash_table_contains (self->by_cid, cid);
}

/** im_media_add: @type: MIME, as the server says; @bytes: (transfer full): bounded by the caller */
void
im_media_add (ImMedia *self, const char *cid, const char *type, GBytes *bytes)
{
  Medium *medium = g_new0 (Medium, 1);

  medium->type = g_strdup (type);
  medium->bytes = bytes;
  g_hash_table_replace (self->by_cid, g_strdup (cid), medium);
}

/** im_media_get: @type: (out) (transfer none). Returns: (nullable) (transfer none): its bytes */
GBytes *
im_media_get (ImMedia *self, const char *uri, const char **type)
{
  const char *cid = im_media_get_cid (uri);
  const Medium *medium = cid != NULL ? g_hash_table_lookup (self->by_cid, cid) : NULL;

  if (medium == NULL)
    return NULL;
  *type = medium->type;
  return medium->bytes;
}
