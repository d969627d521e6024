/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-avatar.c: pictures of people by personal eventing: what is said of one, and the bytes.
 * XEP-0084
 *
 * A picture that is on some other server only is none: whoever fetched it would say who looks at
 * whom. */

#include <string.h>

#include "im/im-avatar.h"
#include "im/im-module.h"
#include "im/im-vcard.h"
#include "xmpp/xmpp-ns.h"

/* Of the formats of one picture, so many are looked at. */
#define MAX_FORMATS 20

/* Nothing said is 0; what is no length, or too long, is FALSE. */
static gboolean
read_length (XmppNode *info, guint *n_bytes)
{
  const char *text = xmpp_node_get (info, "bytes");
  guint64 length = 0;

  *n_bytes = 0;
  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 1, IM_AVATAR_MAX_BYTES, &length, NULL))
    return FALSE;
  *n_bytes = (guint) length;
  return TRUE;
}

/* 0: not to be had. The one that the item is called after is on the server, and PNG is what
 * everybody can show. */
static guint
rate (XmppNode *info, const char *token, const char *item_id)
{
  const char *mime = xmpp_node_get (info, "type");

  if (token == NULL || xmpp_node_get (info, "url") != NULL || !im_avatar_is_mime (mime))
    return 0;
  return 1 + (g_ascii_strcasecmp (mime, "image/png") == 0 ? 1 : 0) +
         (g_strcmp0 (token, item_id) == 0 ? 2 : 0);
}

/* 4.2: an empty one says that there is none; one of which nothing is to be had says nothing. */
static void
take_metadata (ImAccount *account, ImContact *contact, XmppNode *metadata, const char *item_id)
{
  g_autofree char *best = NULL;
  guint best_rate = 0;
  guint best_bytes = 0;
  guint n_seen = 0;

  for (XmppNode *info = xmpp_node_find (metadata, "info", XMPP_NS_AVATAR_METADATA);
       info != NULL && n_seen < MAX_FORMATS;
       info = xmpp_node_find_next (info, "info", XMPP_NS_AVATAR_METADATA), n_seen++)
    {
      g_autofree char *token = im_avatar_dup_token (xmpp_node_get (info, "id"));
      guint n_bytes;
      guint rated = read_length (info, &n_bytes) ? rate (info, token, item_id) : 0;

      if (rated <= best_rate)
        continue;
      g_free (best);
      best = g_steal_pointer (&token);
      best_rate = rated;
      best_bytes = n_bytes;
    }
  if (best == NULL && n_seen == 0 &&
      xmpp_node_find (metadata, "pointer", XMPP_NS_AVATAR_METADATA) == NULL)
    best = g_strdup ("");
  im_account_set_avatar_claim (account, contact, IM_AVATAR_PEP, best, best_bytes);
}

/* An older one than the one that is seen may go. */
static void
take_retraction (ImAccount *account, gpointer state, ImContact *contact, const char *item_id)
{
  if (item_id == NULL || im_contact_is_avatar_item (contact, item_id))
    im_account_set_avatar_claim (account, contact, IM_AVATAR_PEP, NULL, 0);
}

static void
take_item (ImAccount *account, ImContact *contact, XmppNode *item)
{
  XmppNode *metadata = item != NULL ? xmpp_node_get_first (item) : NULL;
  g_autofree char *item_id = item != NULL ? im_avatar_dup_token (xmpp_node_get (item, "id")) : NULL;

  if (metadata != NULL && xmpp_node_is (metadata, "metadata", XMPP_NS_AVATAR_METADATA))
    {
      take_metadata (account, contact, metadata, item_id);
      im_contact_set_avatar_item (contact, xmpp_node_get (item, "id"));
    }
  else
    im_account_set_avatar_claim (account, contact, IM_AVATAR_PEP, NULL, 0);
}

static void
take_event (ImAccount *account, gpointer state, ImContact *contact, XmppNode *item)
{
  take_item (account, contact, item);
}

static XmppNode *
new_data (const ImAvatar *avatar)
{
  XmppNode *data = xmpp_node_new ("data", XMPP_NS_AVATAR_DATA);
  gsize n_bytes;
  const guchar *bytes = g_bytes_get_data (avatar->bytes, &n_bytes);
  g_autofree char *text = g_base64_encode (bytes, n_bytes);

  xmpp_node_add_text (data, text);
  return data;
}

static void
set_number (XmppNode *node, const char *name, gsize number)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GSIZE_FORMAT, number);
  xmpp_node_set (node, name, text);
}

static XmppNode *
new_metadata (const ImAvatar *avatar)
{
  XmppNode *metadata = xmpp_node_new ("metadata", XMPP_NS_AVATAR_METADATA);
  XmppNode *info;

  if (avatar == NULL)
    return metadata;
  info = xmpp_node_add (metadata, "info", NULL);
  set_number (info, "bytes", g_bytes_get_size (avatar->bytes));
  xmpp_node_set (info, "id", avatar->token);
  set_number (info, "height", avatar->height);
  set_number (info, "width", avatar->width);
  xmpp_node_set (info, "type", avatar->mime);
  return metadata;
}

static GBytes *
read_data (XmppNode *item)
{
  const char *text = xmpp_node_get_child_text (item, "data", XMPP_NS_AVATAR_DATA);
  gsize n_bytes = 0;
  guchar *bytes =
      text != NULL ? im_vcard_decode_binary (text, IM_AVATAR_MAX_BYTES, &n_bytes) : NULL;

  return bytes != NULL ? g_bytes_new_take (bytes, n_bytes) : NULL;
}

static const ImAvatarWire wire = {
  .data_node = XMPP_NS_AVATAR_DATA,
  .metadata_node = XMPP_NS_AVATAR_METADATA,
  .take = take_item,
  .new_data = new_data,
  .new_metadata = new_metadata,
  .read_data = read_data,
};

const ImModule xep_avatar = {
  .name = "avatar",
  .xep = 84,
  .pep =
      (const ImPepNode[]){
          { IM_PEP_NODE (XMPP_NS_AVATAR_METADATA), .from = XMPP_FROM_ACCOUNT | XMPP_FROM_CONTACT,
            .event = take_event, .retracted = take_retraction },
          { 0 },
      },
  .avatar = &wire,
};
