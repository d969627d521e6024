/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-dispatch.c: any stanzas to an account with all features. Afterwards it is as it was but for
 * what they may change: it answers each request once, an honest message arrives, what it knows is
 * bounded, and nobody but the account itself has touched the contact list. Rows B of hostile input
 *
 * What is not well-formed is fuzz-stream's; here every stanza that can be read is handed on. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "im/im-contact-private.h"
#include "xep/script-world.h"
#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-parser.h"

#define WHO "alice@example.org/desk"
#define HEADER                                                                            \
  "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' " \
  "from='example.org' version='1.0'>"
#define FENCE "fence-"
/* So many inputs may leave something behind before a new account is taken. */
#define MAX_INPUTS 200

typedef struct
{
  ScriptWorld *world; /* (owned) */
  guint n_inputs;
  guint n_requests; /* that we were sent */
  guint n_answers; /* that we gave */
} Play;

/* The server can do nothing in particular, and has a contact list. */
static void
answer (Play *self, const XmppNode *request, gboolean is_roster)
{
  const char *from = xmpp_node_get (request, "to");
  g_autofree char *sender = from != NULL ? g_strdup_printf (" from='%s'", from) : g_strdup ("");
  g_autofree char *said = g_strdup_printf (
      "<iq type='result' id='%s'%s to='" WHO "'><query xmlns='%s'>%s</query></iq>",
      xmpp_node_get (request, "id"), sender, is_roster ? XMPP_NS_ROSTER : XMPP_NS_DISCO_INFO,
      is_roster ? "<item jid='bob@example.org' name='Bob' subscription='both'>"
                  "<group>Friends</group></item>"
                : "");

  script_world_say (self->world, said);
}

static Play *
play_new (void)
{
  Play *self = g_new0 (Play, 1);
  g_autofree char *leftovers = NULL;
  gboolean is_roster = FALSE;

  self->world = script_world_new (WHO, "<sub xmlns='urn:xmpp:features:pre-approval'/>", NULL, NULL);
  while (!is_roster)
    {
      g_autoptr (XmppNode) request = script_world_next_stanza (self->world);

      g_assert_nonnull (request);
      is_roster = xmpp_node_find (request, "query", XMPP_NS_ROSTER) != NULL;
      answer (self, request, is_roster);
    }
  leftovers = script_world_settle (self->world);
  return self;
}

static void
play_free (Play *self)
{
  script_world_free (self->world);
  g_free (self);
}

/* Whether the stanza may change what is ours alone. */
static gboolean
is_of_account (const XmppNode *stanza)
{
  const char *from = xmpp_node_get (stanza, "from");
  g_autoptr (XmppJid) jid = from != NULL ? xmpp_jid_new (from, NULL) : NULL;

  return from == NULL ||
         (jid != NULL && (strcmp (xmpp_jid_get_bare_text (jid), "alice@example.org") == 0 ||
                          strcmp (xmpp_jid_get_text (jid), "example.org") == 0));
}

static gboolean
is_request (const XmppNode *stanza)
{
  const char *type = xmpp_node_get (stanza, "type");

  /* One of no known type is refused as such. */
  return xmpp_node_is (stanza, "iq", XMPP_NS_CLIENT) && g_strcmp0 (type, "result") != 0 &&
         g_strcmp0 (type, "error") != 0;
}

/* Says all stanzas that can be read. Returns: whether one of them was of the account. */
static gboolean
say_all (Play *self, const uint8_t *data, size_t size)
{
  g_autoptr (XmppParser) parser = xmpp_parser_new (&xmpp_limits_default);
  g_autoptr (GString) said = g_string_new (NULL);
  gboolean of_account = FALSE;
  XmppParserEvent event;
  XmppNode *next = NULL;

  xmpp_parser_feed (parser, HEADER, strlen (HEADER), NULL);
  xmpp_parser_feed (parser, data, size, NULL);
  while ((event = xmpp_parser_next (parser, &next)) != XMPP_PARSER_EVENT_NONE)
    {
      g_autoptr (XmppNode) node = next;
      const char *id = node != NULL ? xmpp_node_get (node, "id") : NULL;

      /* An error ends the stream, and so it shall. */
      if (event != XMPP_PARSER_EVENT_STANZA || xmpp_node_is (node, "error", XMPP_NS_STREAM) ||
          (id != NULL && g_str_has_prefix (id, FENCE)))
        continue;
      of_account |= is_of_account (node);
      self->n_requests += is_request (node);
      xmpp_node_append_xml (node, said, XMPP_NS_CLIENT);
    }
  script_world_say (self->world, said->str);
  return of_account;
}

static void
check_text (const char *text)
{
  if (text != NULL)
    g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
check_contact (ImContact *contact, gpointer user_data)
{
  GPtrArray *list = user_data;
  GString *line;

  check_text (im_contact_get_alias (contact));
  check_text (im_contact_get_publish_request (contact));
  check_text (im_contact_get_presence (contact)->status);
  check_text (im_contact_get_presence (contact)->message);
  g_assert_cmpuint (im_contact_get_n_groups (contact), <=, IM_CONTACT_MAX_GROUPS);
  g_assert_cmpuint (im_contact_get_n_resources (contact), <=, IM_CONTACT_MAX_RESOURCES);
  for (guint i = 0; i < im_contact_get_n_resources (contact); i++)
    {
      const ImResource *resource = im_contact_get_resource (contact, i);

      check_text (resource->name);
      check_text (resource->message);
      check_text (resource->caps_node);
      g_assert_cmpint (resource->priority, >=, -128);
      g_assert_cmpint (resource->priority, <=, 127);
    }
  if (im_contact_get_roster_name (contact) == NULL && im_contact_get_n_groups (contact) == 0)
    return;
  line = g_string_new (xmpp_jid_get_text (im_contact_get_jid (contact)));
  g_string_append_printf (line, " “%s”", im_contact_get_roster_name (contact));
  for (guint i = 0; i < im_contact_get_n_groups (contact); i++)
    {
      check_text (im_contact_get_group (contact, i));
      g_string_append_printf (line, " [%s]", im_contact_get_group (contact, i));
    }
  g_ptr_array_add (list, g_string_free (line, FALSE));
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* Names and groups of the contact list, in an order that does not depend on who else is known. */
static char *
check_contacts (Play *self)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  im_account_foreach_contact (script_world_get_account (self->world), check_contact, list);
  g_ptr_array_sort (list, compare_lines);
  g_ptr_array_add (list, NULL);
  return g_strjoinv ("\n", (char **) list->pdata);
}

static void
count_answers (Play *self, const char *leftovers)
{
  g_auto (GStrv) lines = g_strsplit (leftovers, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_assert_false (g_str_has_prefix (lines[i], "C: nothing in time"));
      if (g_str_has_prefix (lines[i], "C: <iq ") && (strstr (lines[i], " type='result'") != NULL ||
                                                     strstr (lines[i], " type='error'") != NULL))
        self->n_answers++;
    }
  g_assert_cmpuint (self->n_answers, <=, self->n_requests);
}

static void
check_honest_message (Play *self)
{
  g_autoptr (XmppJid) bob = xmpp_jid_new ("bob@example.org", NULL);
  ImContact *contact = im_account_find_contact (script_world_get_account (self->world), bob);
  g_autofree char *said =
      g_strdup_printf ("<message from='bob@example.org/pad' type='chat' id='h%u'>"
                       "<body>honest %u</body></message>",
                       self->n_inputs, self->n_inputs);
  g_autofree char *told =
      g_strdup_printf ("D: message bob@example.org normal honest %u\n", self->n_inputs);
  g_autofree char *leftovers = NULL;

  script_world_say (self->world, said);
  leftovers = script_world_settle (self->world);
  g_assert_nonnull (leftovers);
  count_answers (self, leftovers);
  if (contact == NULL || !im_contact_is_blocked (contact))
    g_assert_nonnull (strstr (leftovers, told));
}

/* Kept from input to input. */
static Play *play;

/* The files of the account go. */
static void
clean_up (void)
{
  g_clear_pointer (&play, play_free);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static gboolean will_clean_up;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *leftovers = NULL;
  gboolean of_account;

  if (!will_clean_up)
    will_clean_up = atexit (clean_up) == 0;
  if (play == NULL)
    play = play_new ();
  before = check_contacts (play);
  of_account = say_all (play, data, size);
  leftovers = script_world_settle (play->world);
  if (leftovers != NULL)
    count_answers (play, leftovers);
  after = check_contacts (play);
  if (!of_account)
    g_assert_cmpstr (before, ==, after);
  check_honest_message (play);
  if (++play->n_inputs == MAX_INPUTS)
    g_clear_pointer (&play, play_free);
  return 0;
}
