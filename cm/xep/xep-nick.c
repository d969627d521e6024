/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-nick.c: what people call themselves, and what we do: by personal eventing, with a wish to see
 * somebody, with the first message to somebody new. XEP-0172
 *
 * A nickname that was chosen here stands above what the server has until it has taken it, also when
 * the line breaks meanwhile or the program ends; it is said again at the next sign-in. Otherwise
 * the one that the server has counts, also when it has none any more: another device may have
 * changed it. */

#include <string.h>

#include "im/im-account.h"
#include "im/im-pep.h"
#include "xmpp/xmpp-ns.h"

#define MAX_TOLD 500
/* What is kept with the account: a nickname that the server has not taken. */
#define CHOSEN "nickname-is-chosen"

typedef struct
{
  char *said; /* (owned) (nullable) what the server has, as far as we know */
  gboolean is_chosen; /* here, and the server has not taken it yet */
  guint serial; /* of what was chosen last */
  GHashTable *told; /* (owned) (nullable) addresses of people who are new and have heard it */
} State;

static void
note_said (State *state, const char *text)
{
  g_free (state->said);
  state->said = g_strdup (text);
}

static void
note_chosen (ImAccount *account, State *state, gboolean is_chosen)
{
  if (!state->is_chosen == !is_chosen)
    return;
  state->is_chosen = is_chosen;
  im_account_set_extra (account, CHOSEN, is_chosen ? g_variant_new_boolean (TRUE) : NULL);
}

typedef struct
{
  State *state; /* lives as long as the account, which the request keeps */
  char *text; /* (owned) */
  guint serial;
} Publication;

static void
published_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Publication *publication = user_data;
  State *state = publication->state;
  ImAccount *account = IM_ACCOUNT (source);
  g_autoptr (GError) error = NULL;

  /* Else it is said again at the next sign-in. */
  if (!im_pep_publish_finish (account, result, &error))
    g_message ("The nickname of an account was not published: %s", error->message);
  else
    note_said (state, publication->text);
  if (error == NULL && publication->serial == state->serial)
    note_chosen (account, state, FALSE);
  g_free (publication->text);
  g_free (publication);
}

static XmppNode *
new_nick (const char *text)
{
  XmppNode *nick = xmpp_node_new ("nick", XMPP_NS_NICK);

  if (*text != '\0')
    xmpp_node_add_text (nick, text);
  return nick;
}

static gboolean
can_publish (ImAccount *account)
{
  return im_account_get_session (account) != NULL && im_account_is_server_known (account) &&
         im_pep_is_possible (account);
}

static void
publish (ImAccount *account, State *state)
{
  const char *nickname = im_account_get_nickname (account);
  Publication *publication = g_new0 (Publication, 1);

  publication->state = state;
  publication->text = g_strdup (nickname);
  publication->serial = ++state->serial;
  im_pep_publish_async (account, XMPP_NS_NICK, IM_PEP_ONLY_ITEM, IM_PEP_CONTACTS,
                        new_nick (nickname), published_cb, publication);
}

static void
nickname_cb (ImAccount *account, GParamSpec *pspec, gpointer user_data)
{
  State *state = user_data;

  if (g_strcmp0 (im_account_get_nickname (account), state->said) == 0 && !state->is_chosen)
    return; /* as the server has it */
  note_chosen (account, state, TRUE);
  if (can_publish (account))
    publish (account, state);
  else
    state->serial++;
}

static void
attach (ImAccount *account, gpointer data)
{
  State *state = data;

  g_variant_lookup (im_account_get_extra (account), CHOSEN, "b", &state->is_chosen);
  g_signal_connect (account, "notify::nickname", G_CALLBACK (nickname_cb), state);
}

static void
server_known (ImAccount *account, gpointer data)
{
  State *state = data;

  if (state->is_chosen && can_publish (account))
    publish (account, state);
}

static void
take_own (ImAccount *account, State *state, const char *text)
{
  if (state->is_chosen)
    return; /* ours is newer, and on its way */
  note_said (state, text);
  im_account_set_nickname (account, text);
}

static void
take_event (ImAccount *account, gpointer state, ImContact *contact, XmppNode *item)
{
  const char *text = item != NULL ? xmpp_node_get_child_text (item, "nick", XMPP_NS_NICK) : NULL;

  if (contact != im_account_get_self_contact (account))
    im_account_set_nick (account, contact, text);
  else if (item == NULL)
    take_own (account, state, "");
  else if (text != NULL && strlen (text) <= 1023)
    take_own (account, state, text);
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

/* What another device says at the next connection is news. */
static void
offline (ImAccount *account, gpointer data)
{
  State *state = data;

  g_clear_pointer (&state->said, g_free);
}

static void
clear (ImAccount *account, gpointer data)
{
  State *state = data;

  g_signal_handlers_disconnect_by_data (account, state);
  offline (account, state);
  g_clear_pointer (&state->told, g_hash_table_unref);
}

const ImModule xep_nick = {
  .name = "nick",
  .xep = 172,
  .features = (const char *const[]){ XMPP_NS_NICK, NULL },
  .state_size = sizeof (State),
  .pep =
      (const ImPepNode[]){
          { IM_PEP_NODE (XMPP_NS_NICK), .from = XMPP_FROM_ACCOUNT | XMPP_FROM_CONTACT,
            .event = take_event },
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
  .attach = attach,
  .server_known = server_known,
  .offline = offline,
  .clear = clear,
};
