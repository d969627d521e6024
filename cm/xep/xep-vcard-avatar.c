/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-vcard-avatar.c: the photo of a vCard, and its hash in presences. XEP-0153, XEP-0398
 *
 * Where the server puts the hash into our presences, we say nothing of it. */

#include <string.h>

#include "im/im-avatar.h"
#include "im/im-module.h"
#include "im/im-vcard.h"
#include "xmpp/xmpp-ns.h"

/* Encoded, in lines as RFC 2045 has them. */
static GBytes *
read_photo (const XmppNode *vcard)
{
  XmppNode *photo = xmpp_node_find (vcard, "PHOTO", XMPP_NS_VCARD_TEMP);
  const char *text =
      photo != NULL ? xmpp_node_get_child_text (photo, "BINVAL", XMPP_NS_VCARD_TEMP) : NULL;
  gsize n_bytes = 0;
  guchar *bytes =
      text != NULL ? im_vcard_decode_binary (text, IM_AVATAR_MAX_BYTES, &n_bytes) : NULL;

  return bytes != NULL ? g_bytes_new_take (bytes, n_bytes) : NULL;
}

static XmppNode *
write_photo (const XmppNode *vcard, const ImAvatar *avatar)
{
  static const char *const names[] = { "PHOTO", NULL };
  XmppNode *changed = im_vcard_dup_without (vcard, names);
  XmppNode *photo;
  g_autofree char *text = NULL;
  gsize n_bytes;
  const guchar *bytes;

  if (avatar == NULL)
    return changed;
  bytes = g_bytes_get_data (avatar->bytes, &n_bytes);
  text = g_base64_encode (bytes, n_bytes);
  photo = xmpp_node_add (changed, "PHOTO", XMPP_NS_VCARD_TEMP);
  xmpp_node_add_with_text (photo, "TYPE", XMPP_NS_VCARD_TEMP, avatar->mime);
  xmpp_node_add_with_text (photo, "BINVAL", XMPP_NS_VCARD_TEMP, text);
  return changed;
}

/* 4.3: another device of ours. One that says nothing of it may change the photo unseen, but says
 * nothing whose hash would be wrong for long: it is read again at the next sign-in. */
static void
take_own (ImAccount *account, XmppJid *from, const char *token)
{
  XmppJid *full = im_account_get_full_jid (account);
  const char *said = im_account_get_said_photo (account);

  if (im_account_converts_avatars (account))
    im_account_set_avatar_claim (account, im_account_get_self_contact (account), IM_AVATAR_VCARD,
                                 token, 0);
  else if (full != NULL && !xmpp_jid_equal (full, from) && said != NULL &&
           strcmp (said, token) != 0)
    im_account_reread_photo (account);
}

/* 4.1: without the element nothing is said, and with an empty one neither. */
static void
read_update (
    ImAccount *account, gpointer state, XmppJid *from, XmppNode *presence, XmppNode *element)
{
  XmppNode *photo =
      element != NULL ? xmpp_node_find (element, "photo", XMPP_NS_VCARD_UPDATE) : NULL;
  const char *text = photo != NULL ? xmpp_node_get_text (photo) : NULL;
  g_autofree char *token =
      text != NULL && *text == '\0' ? g_strdup ("") : im_avatar_dup_token (text);
  g_autoptr (XmppJid) bare =
      xmpp_jid_is_bare (from) ? xmpp_jid_ref (from) : xmpp_jid_dup_bare (from);
  ImContact *contact = im_account_find_contact (account, bare);

  if (token == NULL || contact == NULL)
    return;
  if (contact == im_account_get_self_contact (account))
    take_own (account, from, token);
  else
    im_account_set_avatar_claim (account, contact, IM_AVATAR_VCARD, token, 0);
}

static void
write_update (ImAccount *account, gpointer state, XmppNode *presence)
{
  XmppNode *update = xmpp_node_add (presence, "x", XMPP_NS_VCARD_UPDATE);
  const char *token = im_account_get_said_photo (account);
  XmppNode *photo = token != NULL ? xmpp_node_add (update, "photo", NULL) : NULL;

  if (photo != NULL && *token != '\0')
    xmpp_node_add_text (photo, token);
}

static const ImPhotoWire wire = {
  .read = read_photo,
  .write = write_photo,
};

const ImModule xep_vcard_avatar = {
  .name = "vcard-avatar",
  .xep = 153,
  .presence_steps =
      (const ImPresenceStep[]){
          { "x", XMPP_NS_VCARD_UPDATE, XMPP_FROM_OWN_DEVICE | XMPP_FROM_CONTACT, read_update },
          { 0 },
      },
  .write_presence = write_update,
  .photo = &wire,
};
