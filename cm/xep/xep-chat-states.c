/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-chat-states.c: who is writing, both ways. XEP-0085
 *
 * 5.1: a message with a text tries; a state alone goes only to those who have answered with one,
 * since it tells that we are here. */

#include "im/im-account.h"
#include "im/im-conversation-private.h"
#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

#define MAX_PEERS 1000

typedef enum
{
  SUPPORT_UNKNOWN = 0,
  SUPPORT_YES,
  SUPPORT_NO,
} Support;

typedef struct
{
  GHashTable *peers; /* (owned) (nullable) bare address to Support */
} State;

static const char *const names[] = {
  [IM_CHAT_STATE_GONE] = "gone",
  [IM_CHAT_STATE_INACTIVE] = "inactive",
  [IM_CHAT_STATE_ACTIVE] = "active",
  [IM_CHAT_STATE_PAUSED] = "paused",
  [IM_CHAT_STATE_COMPOSING] = "composing",
};

static Support
get_support (const State *self, XmppJid *peer)
{
  return self->peers != NULL
             ? GPOINTER_TO_INT (g_hash_table_lookup (self->peers, xmpp_jid_get_text (peer)))
             : SUPPORT_UNKNOWN;
}

static void
note_support (State *self, XmppJid *peer, Support support)
{
  if (get_support (self, peer) == support)
    return;
  if (self->peers == NULL)
    self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_hash_table_size (self->peers) >= MAX_PEERS)
    g_hash_table_remove_all (self->peers); /* it is learnt again with the next message */
  g_hash_table_insert (self->peers, g_strdup (xmpp_jid_get_text (peer)), GINT_TO_POINTER (support));
}

/* What was said long ago says nothing about now. */
static gboolean
is_old (ImMessage *message)
{
  return xmpp_node_find (im_message_get_stanza (message), "delay", XMPP_NS_DELAY) != NULL;
}

static void
read_state (ImAccount *account, gpointer state, ImMessage *message, XmppNode *element)
{
  ImConversation *conversation =
      im_account_find_conversation (account, im_message_get_peer (message));

  if (is_old (message))
    return;
  note_support (state, im_message_get_peer (message), SUPPORT_YES);
  for (guint i = 0; conversation != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], xmpp_node_get_name (element)))
      im_conversation_receive_chat_state (conversation, im_message_get_sender (message), i);
}

/* 5.1: who answers without a state has none. */
static void
read_body (ImAccount *account, gpointer state, ImMessage *message, XmppNode *element)
{
  if (!is_old (message) &&
      xmpp_node_find (im_message_get_stanza (message), NULL, XMPP_NS_CHAT_STATES) == NULL)
    note_support (state, im_message_get_peer (message), SUPPORT_NO);
}

static void
write_state (ImAccount *account, gpointer state, ImMessage *message, XmppNode *stanza)
{
  Support support = get_support (state, im_message_get_peer (message));
  ImConversation *conversation =
      im_account_find_conversation (account, im_message_get_peer (message));

  if (*im_message_get_body (message) != '\0')
    {
      if (support != SUPPORT_NO)
        xmpp_node_add (stanza, names[IM_CHAT_STATE_ACTIVE], XMPP_NS_CHAT_STATES);
      return;
    }
  if (support == SUPPORT_YES && conversation != NULL)
    xmpp_node_add (stanza, names[im_conversation_get_own_chat_state (conversation)],
                   XMPP_NS_CHAT_STATES);
}

static void
clear (ImAccount *account, gpointer state)
{
  g_clear_pointer (&((State *) state)->peers, g_hash_table_unref);
}

const ImModule xep_chat_states = {
  .name = "chat-states",
  .xep = 85,
  .features = (const char *const[]){ XMPP_NS_CHAT_STATES, NULL },
  .state_size = sizeof (State),
  .steps =
      (const ImStep[]){
          { IM_READ, "active", XMPP_NS_CHAT_STATES, XMPP_FROM_ANYONE, read_state },
          { IM_READ, "inactive", XMPP_NS_CHAT_STATES, XMPP_FROM_ANYONE, read_state },
          { IM_READ, "gone", XMPP_NS_CHAT_STATES, XMPP_FROM_ANYONE, read_state },
          { IM_READ, "composing", XMPP_NS_CHAT_STATES, XMPP_FROM_ANYONE, read_state },
          { IM_READ, "paused", XMPP_NS_CHAT_STATES, XMPP_FROM_ANYONE, read_state },
          { IM_READ, "body", XMPP_NS_CLIENT, XMPP_FROM_ANYONE, read_body },
          { .phase = IM_WRITE, .from = XMPP_FROM_ANYONE, .look = write_state },
          { 0 },
      },
  .offline = clear,
  .clear = clear,
};
