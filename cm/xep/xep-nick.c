/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-nick.c: what people call themselves, and what we do: by personal eventing, with a wish to see
 * somebody, with the first message to somebody new. XEP-0172 */

#include <string.h>

#include "im/im-module.h"
#include "im/im-nickname.h"
#include "im/im-pep.h"
#include "xmpp/xmpp-ns.h"

#define MAX_TOLD 500

typedef struct
{
  GHashTable *told; /* (owned) (nullable) addresses of people who are new and have heard it */
} State;

static XmppNode *
new_nick (const char *text)
{
  XmppNode *nick = xmpp_node_new ("nick", XMPP_NS_NICK);

  if (*text != '\0')
    xmpp_node_add_text (nick, text);
  return nick;
}

static const char *
read_nick (XmppNode *item)
{
  return xmpp_node_get_child_text (item, "nick", XMPP_NS_NICK);
}

static void
take_event (ImAccount *account, gpointer state, ImContact *contact, XmppNode *item)
{
  if (contact != im_account_get_self_contact (account))
    {
      im_account_set_nick (account, contact, item != NULL ? read_nick (item) : NULL);
      im_contact_set_item (contact, IM_FACT_NONE, item != NULL ? xmpp_node_get (item, "id") : NULL);
    }
  else if (item != NULL)
    im_account_take_own_nick (account, item);
  else
    im_account_drop_own_nick (account, NULL);
}

/* An older one than the one that counts may go. */
static void
take_retraction (ImAccount *account, gpointer state, ImContact *contact, const char *item_id)
{
  if (contact == im_account_get_self_contact (account))
    im_account_drop_own_nick (account, item_id);
  else if (im_contact_is_item (contact, IM_FACT_NONE, item_id))
    im_account_set_nick (account, contact, NULL);
}

/* 4.1, 4.2: whoever published one has said enough. */
static void
take_from_stranger (ImAccount *account, XmppJid *from, const char *text)
{
  g_autoptr (XmppJid) bare =
      xmpp_jid_is_bare (from) ? xmpp_jid_ref (from) : xmpp_jid_dup_bare (from);
  ImContact *contact = im_account_ensure_contact (account, bare);

  if (contact != im_account_get_self_contact (account) && im_contact_get_nick (contact) == NULL)
    im_account_set_nick (account, contact, text);
}

static void
read_subscribe (
    ImAccount *account, gpointer state, XmppJid *from, XmppNode *presence, XmppNode *element)
{
  if (element != NULL)
    take_from_stranger (account, from, xmpp_node_get_text (element));
}

static void
read_message (ImAccount *account, gpointer state, ImMessage *message, XmppNode *element)
{
  if (xmpp_node_find (im_message_get_stanza (message), "body", XMPP_NS_CLIENT) != NULL)
    take_from_stranger (account, im_message_get_sender (message), xmpp_node_get_text (element));
}

static void
add_nick (ImAccount *account, XmppNode *stanza)
{
  const char *nickname = im_account_get_nickname (account);

  if (*nickname != '\0')
    xmpp_node_add_with_text (stanza, "nick", XMPP_NS_NICK, nickname);
}

static void
write_subscribe (ImAccount *account, gpointer state, XmppNode *presence)
{
  add_nick (account, presence);
}

/* Whether it is the first that somebody who is not in our list hears of us. */
static gboolean
is_first (ImAccount *account, State *state, XmppJid *peer)
{
  ImContact *contact = im_account_find_contact (account, peer);
  ImConversation *conversation = im_account_find_conversation (account, peer);

  if ((contact != NULL && im_contact_is_in_list (contact)) ||
      (conversation != NULL && im_conversation_get_last_message (conversation) != NULL &&
       im_message_get_state (im_conversation_get_last_message (conversation)) ==
           IM_MESSAGE_STATE_NONE))
    return FALSE;
  if (state->told == NULL)
    state->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_hash_table_size (state->told) >= MAX_TOLD)
    return FALSE;
  return g_hash_table_add (state->told, g_strdup (xmpp_jid_get_text (peer)));
}

static void
write_message (ImAccount *account, gpointer state, ImMessage *message, XmppNode *stanza)
{
  if (*im_message_get_body (message) != '\0' &&
      is_first (account, state, im_message_get_peer (message)))
    add_nick (account, stanza);
}

static void
clear (ImAccount *account, gpointer data)
{
  State *state = data;

  g_clear_pointer (&state->told, g_hash_table_unref);
}

static const ImNicknameWire wire = {
  .node = XMPP_NS_NICK,
  .new_nick = new_nick,
  .read = read_nick,
};

const ImModule xep_nick = {
  .name = "nick",
  .xep = 172,
  .features = (const char *const[]){ XMPP_NS_NICK, NULL },
  .state_size = sizeof (State),
  .pep =
      (const ImPepNode[]){
          { IM_PEP_NODE (XMPP_NS_NICK), .from = XMPP_FROM_ACCOUNT | XMPP_FROM_CONTACT,
            .event = take_event, .retracted = take_retraction },
          { 0 },
      },
  .subscribe_steps =
      (const ImPresenceStep[]){
          { "nick", XMPP_NS_NICK, XMPP_FROM_ANYONE, read_subscribe },
          { 0 },
      },
  .steps =
      (const ImStep[]){
          { IM_READ, "nick", XMPP_NS_NICK, XMPP_FROM_CONTACT | XMPP_FROM_STRANGER, read_message },
          { .phase = IM_WRITE, .from = XMPP_FROM_ANYONE, .look = write_message },
          { 0 },
      },
  .write_subscribe = write_subscribe,
  .clear = clear,
  .nickname = &wire,
};
