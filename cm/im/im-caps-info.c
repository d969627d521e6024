/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-caps-info.c: what one hash of capabilities stands for, or one device says. XEP-0115 5 */

#include "im/im-caps.h"

#include <string.h>

#include "im/im-contact-private.h"
#include "im/im-disco.h"
#include "store/store-caps.h"
#include "xmpp/xmpp-ns.h"

#define MAX_FEATURES 1000
#define MAX_BYTES 16384

static const char *const client_types[] = { "bot", "console", "game", "handheld", "pc",
                                            "phone", "sms", "tablet", "web" };

/** im_caps_info_ref: Returns: (transfer full): the same */
ImCapsInfo *
im_caps_info_ref (ImCapsInfo *self)
{
  self->ref_count++;
  return self;
}

/** im_caps_info_unref: @self: (transfer full): no longer needed */
void
im_caps_info_unref (ImCapsInfo *self)
{
  if (--self->ref_count > 0)
    return;
  g_free (self->name);
  g_strfreev (self->features);
  g_free (self);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/** im_caps_info_has: Returns: whether @feature is among what it can do */
gboolean
im_caps_info_has (const ImCapsInfo *self, const char *feature)
{
  return bsearch (&feature, self->features, self->n_features, sizeof *self->features,
                  compare_texts) != NULL;
}

static const char *
find_type (const char *type)
{
  for (guint i = 0; type != NULL && i < G_N_ELEMENTS (client_types); i++)
    if (strcmp (client_types[i], type) == 0)
      return client_types[i];
  return NULL;
}

/**
 * im_caps_info_new:
 * @query: an answer: the first identity of a client counts, the features are sorted and bounded
 * @is_verified: whether it fits a hash
 *
 * Returns: (transfer full)
 */
ImCapsInfo *
im_caps_info_new (XmppNode *query, gboolean is_verified)
{
  ImCapsInfo *self = g_new0 (ImCapsInfo, 1);
  GPtrArray *features = g_ptr_array_new ();
  gsize n_bytes = 0;

  self->ref_count = 1;
  self->is_verified = is_verified;
  for (XmppNode *node = xmpp_node_find (query, "identity", XMPP_NS_DISCO_INFO);
       node != NULL && self->name == NULL;
       node = xmpp_node_find_next (node, "identity", XMPP_NS_DISCO_INFO))
    if (g_strcmp0 (xmpp_node_get (node, "category"), "client") == 0)
      {
        self->type = find_type (xmpp_node_get (node, "type"));
        self->name = im_dup_bounded (xmpp_node_get (node, "name"), IM_CONTACT_MAX_NAME_BYTES);
      }
  if (self->name == NULL)
    self->name = g_strdup ("");
  for (XmppNode *node = xmpp_node_find (query, "feature", XMPP_NS_DISCO_INFO);
       node != NULL && features->len < MAX_FEATURES && n_bytes < MAX_BYTES;
       node = xmpp_node_find_next (node, "feature", XMPP_NS_DISCO_INFO))
    if (xmpp_node_get (node, "var") != NULL)
      {
        n_bytes += strlen (xmpp_node_get (node, "var"));
        g_ptr_array_add (features, g_strdup (xmpp_node_get (node, "var")));
      }
  g_ptr_array_sort (features, compare_texts);
  self->n_features = features->len;
  g_ptr_array_add (features, NULL);
  self->features = (char **) g_ptr_array_free (features, FALSE);
  return self;
}

/** im_caps_info_load: @stored: what im_caps_info_dup_stored () gave. Returns: (transfer full) */
ImCapsInfo *
im_caps_info_load (GVariant *stored)
{
  ImCapsInfo *self = g_new0 (ImCapsInfo, 1);
  const char *type;

  self->ref_count = 1;
  self->is_verified = TRUE;
  g_variant_get (stored, "(&ss^as)", &type, &self->name, &self->features);
  self->type = find_type (type);
  self->n_features = g_strv_length (self->features);
  return self;
}

/** im_caps_info_dup_stored: Returns: (transfer full): as it is kept on disk */
GVariant *
im_caps_info_dup_stored (const ImCapsInfo *self)
{
  return g_variant_ref_sink (
      g_variant_new ("(ss^as)", self->type != NULL ? self->type : "", self->name, self->features));
}

static gboolean
find_algorithm (const char *name, GChecksumType *type)
{
  static const struct
  {
    const char *name;
    GChecksumType type;
  } rows[] = { { "sha-1", G_CHECKSUM_SHA1 },
               { "sha-256", G_CHECKSUM_SHA256 },
               { "sha-384", G_CHECKSUM_SHA384 },
               { "sha-512", G_CHECKSUM_SHA512 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].name, name) == 0)
      {
        *type = rows[i].type;
        return TRUE;
      }
  return FALSE;
}

/**
 * im_caps_is_verified:
 * @key: an algorithm and a hash
 * @query: what somebody who claims it has answered
 *
 * Returns: whether it is that hash of the answer
 */
gboolean
im_caps_is_verified (const char *key, XmppNode *query)
{
  const char *space = strchr (key, ' ');
  g_autofree char *algorithm = g_strndup (key, (gsize) (space - key));
  g_autofree char *ver = NULL;
  GChecksumType type;

  if (!find_algorithm (algorithm, &type))
    return FALSE;
  ver = im_disco_dup_ver_by (query, type);
  return g_strcmp0 (ver, space + 1) == 0;
}
