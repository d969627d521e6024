/* SPDX-License-Identifier: GPL-3.0-or-later */

/* gallery-fill.c: people and what they say, for pictures. Long names, many numbers, every state. */

#include "config.h"

#include "gallery-fill.h"

#include <libintl.h>

#include "fake-conversation.h"
#include "model/linnet-account-private.h"

#define DAY_S (24 * 60 * 60)
#define ERROR_PREFIX "org.freedesktop.Telepathy.Error."

typedef struct
{
  const char *address;
  const char *name;
  const char *group;
  LinnetPresence presence;
  const char *status;
  const char *text;
  gint64 age_s;
  guint unread;
  gboolean outgoing;
  gboolean pinned;
  gboolean muted;
  LinnetMessageState state;
} Person;

static const Person people[] = {
  { "juliet@capulet.lit", "Juliet Capulet", "Verona", LINNET_PRESENCE_AVAILABLE, "on the balcony",
    "at nine?", 60, 0, TRUE, TRUE, FALSE, LINNET_MESSAGE_STATE_READ },
  { "nurse@capulet.lit", "The Nurse with a Very Long Name That Does Not Fit", "Verona",
    LINNET_PRESENCE_AWAY, NULL,
    "I am the drudge, and toil in your delight, but you shall bear the burden soon at night.", 1200,
    3, FALSE, FALSE, FALSE, 0 },
  { "mercutio@verona.lit", "Mercutio", "Friends", LINNET_PRESENCE_BUSY,
    "A plague o’ both your houses!", "Ask for me to-morrow", DAY_S + 3600, 120, FALSE, FALSE, TRUE,
    0 },
  { "paris@verona.lit", "Paris", "", LINNET_PRESENCE_OFFLINE, NULL, "These times of woe", 300000, 0,
    TRUE, FALSE, FALSE, LINNET_MESSAGE_STATE_FAILED },
  { "laurence@cell.lit", "Friar Laurence", "Friends", LINNET_PRESENCE_EXTENDED_AWAY, NULL,
    "Wisely and slow", 3000000, 0, FALSE, FALSE, FALSE, 0 },
  { "stranger@elsewhere.example", NULL, "", LINNET_PRESENCE_UNKNOWN, NULL, "صباح الخير", 9000000, 1,
    FALSE, FALSE, FALSE, 0 },
};

static LinnetConversation *
add_person (LinnetAccount *account, const Person *person)
{
  gint64 when_s = g_get_real_time () / G_USEC_PER_SEC - person->age_s;
  const char *groups[] = { *person->group ? person->group : NULL, NULL };
  LinnetConversation *conversation = linnet_account_ensure_conversation (account, person->address);
  g_autoptr (GVariant) keys = g_variant_ref_sink (g_variant_new_parsed (
      "{'last-activity': <%x>, 'unread': <%u>, 'pinned': <%b>, 'muted-until': <%x>,"
      " 'last-message': <[{'local-id': <int64 1>, 'message-sent': <%x>, 'outgoing': <%b>, 'state': "
      "<%u>},"
      "                   {'content-type': <'text/plain'>, 'content': <%s>}]>}",
      when_s, person->unread, person->pinned, person->muted ? G_MAXINT64 : (gint64) 0, when_s,
      person->outgoing, (guint) person->state, person->text));

  linnet_conversation_update (conversation, keys);
  if (person->name != NULL)
    {
      LinnetContact *contact = linnet_account_ensure_contact (account, person->address);

      linnet_contact_set_name (contact, person->name);
      linnet_contact_set_presence (contact, person->presence, person->status);
      linnet_contact_set_groups (contact, groups);
      linnet_contact_set_subscription (contact, LINNET_SUBSCRIPTION_YES, LINNET_SUBSCRIPTION_YES,
                                       NULL);
    }
  return conversation;
}

static void
add_requests (LinnetAccount *account)
{
  LinnetContact *asking = linnet_account_ensure_contact (account, "rosaline@capulet.lit");
  LinnetContact *silent =
      linnet_account_ensure_contact (account, "a-very-long-name-indeed@subdomain.example.org");

  linnet_contact_set_subscription (asking, LINNET_SUBSCRIPTION_NO, LINNET_SUBSCRIPTION_ASK,
                                   "We met at the feast. <3");
  linnet_contact_set_looks_like (asking, "rosalina@capulet.lit");
  linnet_contact_set_subscription (silent, LINNET_SUBSCRIPTION_NO, LINNET_SUBSCRIPTION_ASK, NULL);
}

/* state: connected, or what stands in the way: certificate, password, lost */
static LinnetAccount *
add_account (LinnetService *service, const char *address, const char *state)
{
  LinnetAccount *account = linnet_account_new (address);

  account->enabled = TRUE;
  linnet_account_set_presence_now (account, LINNET_PRESENCE_AVAILABLE, "Reading");
  account->requested_presence = LINNET_PRESENCE_AVAILABLE;
  if (g_str_equal (state, "certificate"))
    linnet_account_set_error (account, ERROR_PREFIX "Cert.Untrusted", NULL);
  else if (g_str_equal (state, "password"))
    linnet_account_set_needs_password (account, TRUE);
  linnet_account_set_state (account, g_str_equal (state, "connected")
                                         ? LINNET_CONNECTION_CONNECTED
                                         : LINNET_CONNECTION_DISCONNECTED);
  linnet_service_add_account (service, account);
  g_object_unref (account);
  return account;
}

/* Accounts and their people; returns: the first conversation, NULL if there shall be none. */
LinnetConversation *
gallery_fill (LinnetService *service, const char *state, guint n_accounts)
{
  LinnetConversation *first = NULL;
  gboolean is_empty = g_str_equal (state, "empty");
  LinnetAccount *account;

  if (n_accounts == 0)
    return NULL;
  account = add_account (service, "romeo@montague.lit", is_empty ? "connected" : state);
  if (is_empty)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      LinnetConversation *conversation = add_person (account, &people[i]);

      first = first != NULL ? first : conversation;
    }
  add_requests (account);
  if (n_accounts > 1)
    {
      Person other = people[0];

      other.age_s = 200;
      other.outgoing = FALSE;
      other.text = "And who is this Romeo of yours?";
      add_person (add_account (service, "count-paris@work.verona.lit", "connected"), &other);
    }
  return first;
}

typedef struct
{
  gint64 age_s;
  const char *body;
  LinnetMessageState state;
} Line;

static const Line talk[] = {
  { 400 * DAY_S, "O Romeo, Romeo, wherefore art thou Romeo?", 0 },
  { 40 * DAY_S,
    "Deny thy father and refuse thy name; or, if thou wilt not, be but sworn my love, "
    "and I'll no longer be a Capulet.",
    0 },
  { 40 * DAY_S - 90, "Shall I hear more, or shall I speak at this?", LINNET_MESSAGE_STATE_READ },
  { 2 * DAY_S, "😺", 0 },
  { 2 * DAY_S - 10, "👍🏽❤️", LINNET_MESSAGE_STATE_READ },
  { DAY_S, "/me leans over the balcony", 0 },
  { DAY_S - 60, "See https://en.wikipedia.org/wiki/Linnet_(bird) and https://xmpp.org/extensions/.",
    0 },
  { 700, "What's in a name?", 0 },
  { 690, "That which we call a rose", 0 },
  { 680, "by any other word would smell as sweet.", 0 },
  { 300, "At nine?", LINNET_MESSAGE_STATE_READ },
  { 280, "Or at ten, if the nurse is still awake.", LINNET_MESSAGE_STATE_RECEIVED },
  { 100, "I have no joy of this contract tonight.", LINNET_MESSAGE_STATE_SENT },
  { 30, "Good night", LINNET_MESSAGE_STATE_SENDING },
};

static const Line words[] = {
  { 500, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", 0 },
  { 490,
    "https://example.org/a/very/long/path/that/does/not/want/to/be/broken/anywhere/but/must/"
    "index.html?query=0123456789012345678901234567890123456789",
    LINNET_MESSAGE_STATE_SENT },
  { 480, "مرحبا، كيف حالك اليوم؟", 0 },
  { 470, "שלום, מה שלומך היום? OK", LINNET_MESSAGE_STATE_READ },
  { 460, "<b>not bold</b> & \xe2\x80\xae reversed", 0 },
  { 100, "one\ntwo\n\nthree", LINNET_MESSAGE_STATE_RECEIVED },
};

static const Line failed[] = {
  { 500, "Parting is such sweet sorrow", 0 },
  { 400, "That I shall say good night till it be morrow.", LINNET_MESSAGE_STATE_READ },
  { 100, "Are you there?", LINNET_MESSAGE_STATE_FAILED },
  { 20, "Waiting here.", LINNET_MESSAGE_STATE_WAITING },
};

static gint64 next_id = 1;

static void
add (GPtrArray *messages, gint64 age_s, const char *body, LinnetMessageState state)
{
  gint64 when_s = g_get_real_time () / G_USEC_PER_SEC - age_s;
  LinnetMessage *message = fake_message_new (next_id++, body, when_s, state);

  if (state == LINNET_MESSAGE_STATE_FAILED)
    linnet_message_set_state (
        message, state,
        dgettext (GETTEXT_PACKAGE, "Not sent: the connection was lost before the server had it."));
  g_ptr_array_add (messages, message);
}

static void
add_lines (GPtrArray *messages, const Line *lines, guint n)
{
  for (guint i = 0; i < n; i++)
    add (messages, lines[i].age_s, lines[i].body, lines[i].state);
}

static void
add_long (GPtrArray *messages)
{
  g_autoptr (GString) body = g_string_new (NULL);

  for (int i = 1; i <= 60; i++)
    g_string_append_printf (body, "Line %d of a poem that does not end.\n", i);
  for (int i = 0; i < 40; i++)
    add (messages, 9000 - 100 * i, "But soft! What light through yonder window breaks?",
         i % 3 == 0 ? LINNET_MESSAGE_STATE_READ : LINNET_MESSAGE_STATE_NONE);
  add (messages, 60, body->str, 0);
}

/* What is said in a conversation: words, failed, long, quiet, or anything else. */
void
gallery_say (LinnetConversation *conversation, const char *scene)
{
  LinnetTimelineModel *model = linnet_conversation_get_timeline (conversation);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);

  if (g_str_equal (scene, "words"))
    add_lines (messages, words, G_N_ELEMENTS (words));
  else if (g_str_equal (scene, "failed"))
    add_lines (messages, failed, G_N_ELEMENTS (failed));
  else if (g_str_equal (scene, "long"))
    add_long (messages);
  else if (!g_str_equal (scene, "quiet"))
    add_lines (messages, talk, G_N_ELEMENTS (talk));
  linnet_timeline_model_want_older (model);
  linnet_timeline_model_add_page (model, LINNET_PAGE_OLDER, messages, TRUE);
  linnet_timeline_model_flush (model);
  if (messages->len > 0)
    linnet_conversation_set_last_message (conversation, messages->pdata[messages->len - 1]);
}
