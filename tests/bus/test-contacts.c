/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-contacts.c: who is in the list, what they are called, and in which groups. Telepathy 0.27.4
 * Connection.Interface.Contacts, .ContactList, .ContactGroups, .Aliasing */
#include "fixture.h"

#define APPROVALS "im.linnet.Approvals1"
#define CONFUSABLES "im.linnet.Confusables1"

#define ROSTER                                                                               \
  "<item jid='bob@example.org' name='Bob' subscription='both'><group>Friends</group></item>" \
  "<item jid='carol@example.org' subscription='to'/>"

static void
set_up (Fixture *f, gconstpointer data)
{
  fixture_set_up (f, data);
  line_server_set_roster (f->server, ROSTER);
  fixture_connect (f);
}

/* Nothing is there while it is waited for. */
static void
test_before_the_list_has_arrived (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) bob = NULL;
  guint handle;

  line_server_set_roster (f->server, NULL);
  path = fixture_request_connection (f);
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  assert_variant (fixture_wait_nth (f, path, CONNECTION, "StatusChanged", 1), "(0, 1)");
  fixture_refuse (f, path, CONTACT_LIST, "GetContactListAttributes",
                  fixture_parse ("(asb)", "([], false)"), "NotYet");
  fixture_refuse (f, path, CONTACT_LIST, "RequestSubscription",
                  fixture_parse ("(aus)", "([1], '')"), "NotYet");
  fixture_refuse (f, path, CONTACT_LIST, "RemoveContacts", fixture_parse ("(au)", "([1],)"),
                  "NotYet");
  fixture_refuse (f, path, CONTACT_GROUPS, "RemoveGroup", g_variant_new ("(s)", "x"), "NotYet");
  fixture_refuse (f, path, CONTACT_GROUPS, "SetContactGroups",
                  fixture_parse ("(uas)", "(1, ['x'])"), "NotYet");
  /* A name is sent with the groups, which nobody knows yet. */
  bob = fixture_call (f, path, CONTACTS, "GetContactByID",
                      fixture_parse ("(sas)", "('bob@example.org', [])"));
  g_variant_get_child (bob, 0, "u", &handle);
  fixture_refuse (f, path, CONNECTION ".Interface.Aliasing", "SetAliases",
                  g_variant_new_parsed ("({%u: 'Bobby'},)", handle), "NotYet");
  g_assert_cmpuint (fixture_count_heard (f, path, CONTACT_LIST, "ContactsChangedWithID"), ==, 0);
}

static void
presences_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
has_presences (Fixture *f, gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

/* Connected, without a list yet. (transfer full): the path; `bob`: a handle. */
static char *
connect_without_answer (Fixture *f, guint *bob)
{
  g_autoptr (GVariant) found = NULL;
  char *path;

  line_server_set_roster (f->server, NULL);
  path = fixture_request_connection (f);
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  assert_variant (fixture_wait_nth (f, path, CONNECTION, "StatusChanged", 1), "(0, 1)");
  found = fixture_call (f, path, CONTACTS, "GetContactByID",
                        fixture_parse ("(sas)", "('bob@example.org', [])"));
  g_variant_get_child (found, 0, "u", bob);
  return path;
}

static void
ask_presences (Fixture *f, const char *path, guint handle, GAsyncResult **result)
{
  g_dbus_connection_call (f->bus, "im.linnet.Service", path, SIMPLE_PRESENCE, "GetPresences",
                          g_variant_new_parsed ("([%u],)", handle), NULL, G_DBUS_CALL_FLAGS_NONE,
                          G_MAXINT, NULL, presences_cb, result);
}

/* Whether somebody is offline, or nobody can know, the list says: who asks before hears it then. */
static void
test_presences_wait_for_the_list (Fixture *f, gconstpointer data)
{
  guint bob;
  g_autofree char *path = connect_without_answer (f, &bob);
  g_autofree char *expected = g_strdup_printf ("({%u: (1, 'offline', '')},)", bob);
  g_autofree char *unknown = g_strdup_printf ("({%u: (7, 'unknown', '')},)", bob);
  g_autoptr (GAsyncResult) asked = NULL;
  g_autoptr (GVariant) own = NULL;
  g_autoptr (GVariant) answer = NULL;

  ask_presences (f, path, bob, &asked);
  own = fixture_call (f, path, SIMPLE_PRESENCE, "GetPresences", fixture_parse ("(au)", "([1],)"));
  assert_variant (own, "({1: (2, 'available', '')},)");
  g_assert_null (asked);
  line_server_set_roster (f->server, ROSTER);
  fixture_wait (f, has_presences, &asked, "the presence");
  answer = g_dbus_connection_call_finish (f->bus, asked, NULL);
  assert_variant (answer, expected);
  /* The same is told to those who heard otherwise, and when it changes. */
  fixture_forget (f);
  line_server_say (f->server, "<iq type='set' id='p1'><query xmlns='jabber:iq:roster'>"
                              "<item jid='bob@example.org' subscription='from'/></query></iq>");
  assert_variant (fixture_wait_nth (f, path, SIMPLE_PRESENCE, "PresencesChanged", 0), unknown);
  line_server_say (f->server, "<iq type='set' id='p2'><query xmlns='jabber:iq:roster'>"
                              "<item jid='bob@example.org' subscription='both'/></query></iq>");
  assert_variant (fixture_wait_nth (f, path, SIMPLE_PRESENCE, "PresencesChanged", 1), expected);
  line_server_say (f->server, "<iq type='set' id='p3'><query xmlns='jabber:iq:roster'>"
                              "<item jid='bob@example.org' subscription='remove'/></query></iq>");
  assert_variant (fixture_wait_nth (f, path, SIMPLE_PRESENCE, "PresencesChanged", 2), unknown);
}

/* Nor is anybody left without an answer. */
static void
test_presences_of_a_list_that_never_came (Fixture *f, gconstpointer data)
{
  guint bob;
  g_autofree char *path = connect_without_answer (f, &bob);
  g_autoptr (GAsyncResult) asked = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  ask_presences (f, path, bob, &asked);
  fixture_do (f, path, CONNECTION, "Disconnect", NULL);
  fixture_wait (f, has_presences, &asked, "the presence");
  answer = g_dbus_connection_call_finish (f->bus, asked, &error);
  g_assert_null (answer);
  g_assert_nonnull (strstr (error->message, "Error.Disconnected"));
}

/* (transfer full): of a connection that fetches no list by itself. */
static char *
request_without_list (Fixture *f)
{
  g_autoptr (GVariant) given = g_variant_ref_sink (fixture_new_parameters (f, "secret"));
  GVariantDict dict;
  g_autoptr (GVariant) result = NULL;
  char *path;

  g_variant_dict_init (&dict, given);
  g_variant_dict_insert (&dict, CONTACT_LIST ".DownloadAtConnection", "b", FALSE);
  result = fixture_call (f, CM_PATH, CM, "RequestConnection",
                         g_variant_new ("(s@a{sv})", "jabber", g_variant_dict_end (&dict)));
  g_variant_get (result, "(so)", NULL, &path);
  return path;
}

static void
test_the_list_is_fetched_when_somebody_wants_it (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) state = NULL;
  g_autoptr (GVariant) early = NULL;
  g_autoptr (GVariant) no_groups = NULL;
  g_autoptr (GVariant) groups = NULL;

  line_server_set_roster (f->server, ROSTER);
  path = request_without_list (f);
  early = fixture_get (f, path, CONTACT_LIST, "DownloadAtConnection");
  g_assert_false (g_variant_get_boolean (early));
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  assert_variant (fixture_wait_nth (f, path, CONNECTION, "StatusChanged", 1), "(0, 1)");
  fixture_sync (f);
  state = fixture_get (f, path, CONTACT_LIST, "ContactListState");
  g_assert_cmpuint (g_variant_get_uint32 (state), ==, 0);
  g_assert_cmpuint (line_server_count (f->server, "jabber:iq:roster"), ==, 0);
  fixture_refuse (f, path, CONTACT_LIST, "GetContactListAttributes",
                  fixture_parse ("(asb)", "([], false)"), "NotYet");
  no_groups = fixture_get (f, path, CONTACT_GROUPS, "Groups");
  assert_variant (no_groups, "[]");
  fixture_do (f, path, CONTACT_LIST, "Download", NULL);
  fixture_wait_heard (f, path, CONTACT_LIST, "ContactsChangedWithID");
  /* Whoever has asked for the groups before hears of them. */
  assert_variant (fixture_wait_heard (f, path, CONTACT_GROUPS, "GroupsCreated"), "(['Friends'],)");
  groups = fixture_get (f, path, CONTACT_GROUPS, "Groups");
  assert_variant (groups, "['Friends']");
  g_assert_cmpuint (line_server_count (f->server, "jabber:iq:roster"), ==, 1);
  fixture_do (f, path, CONTACT_LIST, "Download", NULL);
  fixture_sync (f);
  g_assert_cmpuint (line_server_count (f->server, "jabber:iq:roster"), ==, 1);
}

/* The server gives the list, and does not say yet what it can do. */
static void
test_the_list_is_not_for_whoever_is_not_connected (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  line_server_set_roster (f->server, ROSTER);
  line_server_set_answer (f->server, "disco#info", "");
  path = fixture_request_connection (f);
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  assert_variant (fixture_wait_nth (f, path, CONTACT_LIST, "ContactListStateChanged", 1), "(3,)");
  /* What the server can do is waited for at most a second. */
  if (fixture_count_heard (f, path, CONNECTION, "StatusChanged") != 1)
    {
      g_test_skip ("The machine is too slow to see it");
      return;
    }
  fixture_refuse (f, path, CONTACT_LIST, "GetContactListAttributes",
                  fixture_parse ("(asb)", "([], false)"), "NotYet");
}

/* Whoever needs the list hears why there is none, until there is. */
static void
test_a_list_that_was_refused (Fixture *f, gconstpointer data)
{
  static const char *const refused[] = { "RemoveContacts", "AuthorizePublication", "Unpublish" };
  g_autofree char *path = NULL;
  g_autoptr (GVariant) state = NULL;
  g_autoptr (GError) error = NULL;

  line_server_set_answer (f->server, "jabber:iq:roster",
                          "<error type='cancel'><feature-not-implemented "
                          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                          "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No lists here</text>"
                          "</error>");
  path = fixture_request_connection (f);
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  assert_variant (fixture_wait_nth (f, path, CONTACT_LIST, "ContactListStateChanged", 1), "(2,)");
  state = fixture_get (f, path, CONTACT_LIST, "ContactListState");
  g_assert_cmpuint (g_variant_get_uint32 (state), ==, 2);
  g_assert_null (fixture_try (f, path, CONTACT_LIST, "GetContactListAttributes",
                              fixture_parse ("(asb)", "([], false)"), &error));
  g_assert_nonnull (strstr (error->message, "Error.NotImplemented"));
  g_assert_nonnull (strstr (error->message, "No lists here"));
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    fixture_refuse (f, path, CONTACT_LIST, refused[i], fixture_parse ("(au)", "([1],)"),
                    "NotImplemented");
  fixture_refuse (f, path, CONTACT_GROUPS, "RemoveGroup", g_variant_new ("(s)", "x"),
                  "NotImplemented");
  g_assert_cmpuint (fixture_count_heard (f, path, CONTACT_LIST, "ContactsChangedWithID"), ==, 0);

  line_server_set_answer (f->server, "jabber:iq:roster",
                          "<query xmlns='jabber:iq:roster'>" ROSTER "</query>");
  fixture_do (f, path, CONTACT_LIST, "Download", NULL);
  fixture_wait_heard (f, path, CONTACT_LIST, "ContactsChangedWithID");
  assert_variant (fixture_wait_nth (f, path, CONTACT_LIST, "ContactListStateChanged", 2), "(1,)");
  assert_variant (fixture_wait_nth (f, path, CONTACT_LIST, "ContactListStateChanged", 3), "(3,)");
}

static void
test_the_list_is_told_when_it_arrives (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  GVariant *body;
  g_autofree char *text = NULL;

  line_server_set_roster (f->server, ROSTER);
  path = fixture_request_connection (f);
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  body = fixture_wait_heard (f, path, CONTACT_LIST, "ContactsChangedWithID");
  text = g_variant_print (body, FALSE);
  g_assert_nonnull (strstr (text, "'bob@example.org'"));
  g_assert_nonnull (strstr (text, "'carol@example.org'"));
  fixture_sync (f);
  g_assert_cmpuint (fixture_count_heard (f, path, CONTACT_LIST, "ContactsChangedWithID"), ==, 1);
  g_assert_cmpuint (fixture_count_heard (f, path, CONTACT_LIST, "ContactsChanged"), ==, 0);
}

static void
test_attributes_come_in_one_call (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) result = fixture_call (
      f, f->connection, CONTACT_LIST, "GetContactListAttributes",
      fixture_parse ("(asb)", "(['" ALIASING "', '" CONTACT_GROUPS "', 'no.such'], true)"));
  g_autofree char *text = g_variant_print (result, FALSE);
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autoptr (GVariant) by_id =
      fixture_call (f, f->connection, CONTACTS, "GetContactByID",
                    fixture_parse ("(sas)", "('Bob@example.org/x', ['" SIMPLE_PRESENCE "'])"));
  g_autoptr (GVariant) some = NULL;
  g_autoptr (GVariant) map = NULL;

  g_assert_nonnull (strstr (text, "'" CONNECTION "/contact-id': <'bob@example.org'>"));
  g_assert_nonnull (strstr (text, "'" CONTACT_LIST "/subscribe': <uint32 4>"));
  g_assert_nonnull (strstr (text, "'" ALIASING "/alias': <'Bob'>"));
  g_assert_nonnull (strstr (text, "'" ALIASING "/alias': <'carol@example.org'>"));
  g_assert_nonnull (strstr (text, "'" CONTACT_GROUPS "/groups': <['Friends']>"));
  g_assert_null (strstr (text, "alice@example.org"));
  {
    guint handle;

    g_variant_get (by_id, "(u@a{sv})", &handle, NULL);
    g_assert_cmpuint (handle, ==, bob);
  }
  /* Handles that are nobody's are left out; each is there once. */
  some = fixture_call (f, f->connection, CONTACTS, "GetContactAttributes",
                       g_variant_new ("(@auasb)",
                                      g_variant_new_parsed ("[@u 0, %u, %u, 4294967295]", bob, bob),
                                      NULL, FALSE));
  map = g_variant_get_child_value (some, 0);
  g_assert_cmpuint (g_variant_n_children (map), ==, 1);
  fixture_refuse (f, f->connection, CONTACTS, "GetContactByID",
                  fixture_parse ("(sas)", "('@', [])"), "InvalidHandle");
}

#define ADDRESSING CONNECTION ".Interface.Addressing1"

static void
test_contacts_by_what_address_books_call_them (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) by_uri = NULL;
  g_autoptr (GVariant) by_field = NULL;
  g_autoptr (GVariant) nobody = NULL;
  g_autofree char *wanted = NULL;
  guint bob, eve;

  bob = fixture_get_handle (f, "bob@example.org");
  by_uri =
      fixture_call (f, f->connection, ADDRESSING, "GetContactsByURI",
                    fixture_parse ("(asas)", "(['xmpp:BOB@example.org', 'xmpp:bob@example.org',"
                                             " 'xmpp:bob@example.org?message', 'xmpp:@',"
                                             " 'sip:bob@example.org', 'bob@example.org', ''],"
                                             " ['" ALIASING "', 'no.such.Interface'])"));
  wanted = g_strdup_printf ("({'xmpp:BOB@example.org': %u, 'xmpp:bob@example.org': %u},"
                            " {%u: {'" CONNECTION "/contact-id': <'bob@example.org'>,"
                            " '" ADDRESSING "/addresses': <{'x-jabber': 'bob@example.org'}>,"
                            " '" ADDRESSING "/uris': <['xmpp:bob@example.org']>,"
                            " '" ALIASING "/alias': <'Bob'>}})",
                            bob, bob, bob);
  assert_variant (by_uri, wanted);

  /* Somebody who is in no list, too. */
  by_field = fixture_call (
      f, f->connection, ADDRESSING, "GetContactsByVCardField",
      fixture_parse ("(sasas)", "('X-Jabber', ['eve@example.net/phone', 'a b', '@'], [])"));
  eve = fixture_get_handle (f, "eve@example.net");
  g_clear_pointer (&wanted, g_free);
  wanted = g_strdup_printf ("({'eve@example.net/phone': %u},"
                            " {%u: {'" CONNECTION "/contact-id': <'eve@example.net'>,"
                            " '" ADDRESSING "/addresses': <{'x-jabber': 'eve@example.net'}>,"
                            " '" ADDRESSING "/uris': <['xmpp:eve@example.net']>}})",
                            eve, eve);
  assert_variant (by_field, wanted);
  nobody = fixture_call (f, f->connection, ADDRESSING, "GetContactsByVCardField",
                         fixture_parse ("(sasas)", "('tel', ['+1'], [])"));
  assert_variant (nobody, "({}, {})");
}

static void
test_the_list_refuses_handles_that_are_none (Fixture *f, gconstpointer data)
{
  static const char *const methods[] = { "AuthorizePublication", "RemoveContacts", "Unsubscribe",
                                         "Unpublish" };
  static const char *const group_methods[] = { "SetGroupMembers", "AddToGroup", "RemoveFromGroup" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    fixture_refuse (f, f->connection, CONTACT_LIST, methods[i],
                    fixture_parse ("(au)", "([1, 99],)"), "InvalidHandle");
  fixture_refuse (f, f->connection, CONTACT_LIST, "RequestSubscription",
                  fixture_parse ("(aus)", "([0], '')"), "InvalidHandle");
  for (guint i = 0; i < G_N_ELEMENTS (group_methods); i++)
    fixture_refuse (f, f->connection, CONTACT_GROUPS, group_methods[i],
                    fixture_parse ("(sau)", "('x', [99])"), "InvalidHandle");
  fixture_refuse (f, f->connection, CONTACT_GROUPS, "SetContactGroups",
                  fixture_parse ("(uas)", "(99, ['x'])"), "InvalidHandle");
  fixture_refuse (f, f->connection, ALIASING, "GetAliases", fixture_parse ("(au)", "([99],)"),
                  "InvalidHandle");
  fixture_refuse (f, f->connection, ALIASING, "RequestAliases", fixture_parse ("(au)", "([99],)"),
                  "InvalidHandle");
  fixture_refuse (f, f->connection, ALIASING, "SetAliases",
                  fixture_parse ("(a{us})", "({99: 'x'},)"), "InvalidHandle");
  g_assert_cmpuint (line_server_count (f->server, "<presence type='subscribe"), ==, 0);
}

static void
test_groups_are_changed_before_the_method_returns (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autoptr (GVariant) groups = NULL;

  fixture_do (f, f->connection, CONTACT_GROUPS, "SetContactGroups",
              g_variant_new ("(u^as)", bob, (const char *const[]){ "Work", "Home", NULL }));
  g_assert_cmpuint (fixture_count_heard (f, f->connection, CONTACT_GROUPS, "GroupsCreated"), ==, 1);
  g_assert_cmpuint (fixture_count_heard (f, f->connection, CONTACT_GROUPS, "GroupsRemoved"), ==, 1);
  g_assert_cmpuint (fixture_count_heard (f, f->connection, CONTACT_GROUPS, "GroupsChanged"), ==, 1);
  assert_variant (fixture_wait_heard (f, f->connection, CONTACT_GROUPS, "GroupsRemoved"),
                  "(['Friends'],)");
  groups = fixture_get (f, f->connection, CONTACT_GROUPS, "Groups");
  g_assert_cmpuint (g_variant_n_children (groups), ==, 2);
  fixture_do (f, f->connection, CONTACT_GROUPS, "RenameGroup",
              g_variant_new ("(ss)", "Work", "Job"));
  fixture_refuse (f, f->connection, CONTACT_GROUPS, "RenameGroup",
                  g_variant_new ("(ss)", "Work", "X"), "DoesNotExist");
  fixture_refuse (f, f->connection, CONTACT_GROUPS, "RenameGroup",
                  g_variant_new ("(ss)", "Job", "Home"), "NotAvailable");
  fixture_do (f, f->connection, CONTACT_GROUPS, "RenameGroup",
              g_variant_new ("(ss)", "Job", "Job"));
  fixture_refuse (f, f->connection, CONTACT_GROUPS, "AddToGroup",
                  g_variant_new ("(s@au)", "", g_variant_new_parsed ("[%u]", bob)),
                  "InvalidArgument");
  /* What is not there is removed already. */
  fixture_do (f, f->connection, CONTACT_GROUPS, "RemoveGroup", g_variant_new ("(s)", "Nobody"));
  fixture_do (f, f->connection, CONTACT_GROUPS, "RemoveFromGroup",
              g_variant_new ("(s@au)", "Nobody", g_variant_new_parsed ("[%u]", bob)));
  fixture_do (f, f->connection, CONTACT_GROUPS, "RemoveGroup", g_variant_new ("(s)", "Job"));
  g_clear_pointer (&groups, g_variant_unref);
  groups = fixture_get (f, f->connection, CONTACT_GROUPS, "Groups");
  assert_variant (groups, "['Home']");
}

static void
test_aliases_are_set_and_told (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autofree char *long_text = g_strnfill (2000, 'x');
  g_autoptr (GVariant) aliases = NULL;

  fixture_do (f, f->connection, ALIASING, "SetAliases",
              g_variant_new ("(@a{us})", g_variant_new_parsed ("{%u: 'Robert', 1: 'Me'}", bob)));
  g_assert_cmpuint (fixture_count_heard (f, f->connection, ALIASING, "AliasesChanged"), >=, 1);
  aliases = fixture_call (f, f->connection, ALIASING, "RequestAliases",
                          g_variant_new ("(@au)", g_variant_new_parsed ("[%u, 1]", bob)));
  assert_variant (aliases, "(['Robert', 'Me'],)");
  fixture_refuse (f, f->connection, ALIASING, "SetAliases",
                  g_variant_new ("(@a{us})", g_variant_new_parsed ("{%u: %s}", bob, long_text)),
                  "InvalidArgument");
}

/* XEP-0172: our own is set when the server has it, and it says why it has not. */
static void
test_our_alias_is_what_the_server_has (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) refused = NULL;
  g_autoptr (GVariant) taken = NULL;

  line_server_set_roster (f->server, "");
  line_server_set_answer (f->server, "disco#info",
                          "<query xmlns='http://jabber.org/protocol/disco#info'>"
                          "<identity category='pubsub' type='pep'/></query>");
  line_server_set_answer (f->server, ">Me<",
                          "<error type='auth'><forbidden "
                          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
  fixture_connect (f);
  fixture_refuse (f, f->connection, ALIASING, "SetAliases",
                  fixture_parse ("(a{us})", "({1: 'Me'},)"), "PermissionDenied");
  refused =
      fixture_call (f, f->connection, ALIASING, "GetAliases", fixture_parse ("(au)", "([1],)"));
  assert_variant (refused, "({1: 'alice@example.org'},)");
  line_server_set_answer (f->server, ">I<", "<query xmlns='jabber:iq:last'/>");
  fixture_do (f, f->connection, ALIASING, "SetAliases", fixture_parse ("(a{us})", "({1: 'I'},)"));
  g_assert_cmpuint (fixture_count_heard (f, f->connection, ALIASING, "AliasesChanged"), ==, 1);
  taken = fixture_call (f, f->connection, ALIASING, "GetAliases", fixture_parse ("(au)", "([1],)"));
  assert_variant (taken, "({1: 'I'},)");
}

/* Each is told once; who has no name is asked for one, and that is told when it comes. */
static void
test_aliases_that_are_not_known_are_asked_for (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  guint carol = fixture_get_handle (f, "carol@example.org");
  g_autofree char *wanted = g_strdup_printf ("({%u: 'Bob', %u: 'carol@example.org'},)", bob, carol);
  g_autofree char *told = g_strdup_printf ("([(%u, 'Caro')],)", carol);
  g_autoptr (GVariant) known = NULL;

  line_server_set_answer (f->server, "<vCard",
                          "<vCard xmlns='vcard-temp'><NICKNAME>Caro</NICKNAME></vCard>");
  known = fixture_call (
      f, f->connection, ALIASING, "GetAliases",
      g_variant_new ("(@au)", g_variant_new_parsed ("[%u, %u, %u]", bob, carol, bob)));
  assert_variant (known, wanted);
  assert_variant (fixture_wait_heard (f, f->connection, ALIASING, "AliasesChanged"), told);
  g_assert_cmpuint (line_server_count (f->server, "<vCard"), ==, 1);
}

/* A program that changes one name again and again, before the server has taken the first. */
static void
test_changes_of_one_contact_do_not_pile_up (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  GVariantBuilder builder;

  line_server_set_answer (f->server, "<item jid='bob@example.org'", "");
  /* As many as a call may carry, twice. */
  for (guint call = 0; call < 2; call++)
    {
      g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{us}"));
      for (guint i = 0; i < 1000; i++)
        g_variant_builder_add (&builder, "{us}", bob, i % 2 == 0 ? "Bob" : "Robert");
      g_dbus_connection_call (f->bus, "im.linnet.Service", f->connection, ALIASING, "SetAliases",
                              g_variant_new ("(a{us})", &builder), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                              NULL, NULL, NULL);
    }
  fixture_refuse (f, f->connection, ALIASING, "SetAliases",
                  g_variant_new_parsed ("({%u: 'Rob'},)", bob), "Busy");
  fixture_wait_server (f, "<item jid='bob@example.org'", 1);
  line_server_hang_up (f->server);
  fixture_wait_heard (f, f->connection, CONNECTION, "StatusChanged");
  fixture_sync (f);
}

static void
test_requests_to_see_us_are_told_each_time (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      line_server_say (f->server, "<presence from='dave@example.org' type='subscribe'>"
                                  "<status>please</status></presence>");
      fixture_wait_nth (f, f->connection, CONTACT_LIST, "ContactsChangedWithID", i);
    }
  {
    g_autofree char *text = g_variant_print (
        fixture_wait_nth (f, f->connection, CONTACT_LIST, "ContactsChangedWithID", 1), FALSE);

    g_assert_nonnull (strstr (text, "3, 'please'"));
  }
}

static void
test_who_is_not_in_the_list_can_be_removed (Fixture *f, gconstpointer data)
{
  guint eve = fixture_get_handle (f, "eve@example.org");
  guint bob = fixture_get_handle (f, "bob@example.org");
  static const char *const methods[] = { "Unsubscribe", "Unpublish", "RemoveContacts" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    fixture_do (f, f->connection, CONTACT_LIST, methods[i],
                g_variant_new ("(@au)", g_variant_new_parsed ("[%u]", eve)));
  fixture_do (f, f->connection, CONTACT_LIST, "RemoveContacts",
              g_variant_new ("(@au)", g_variant_new_parsed ("[%u]", bob)));
  /* Told before the method returned, and not among the changes. */
  {
    g_autofree char *wanted = g_strdup_printf ("({}, {}, {%u: 'bob@example.org'})", bob);
    guint n = fixture_count_heard (f, f->connection, CONTACT_LIST, "ContactsChangedWithID");

    g_assert_cmpuint (n, ==, 1);
    assert_variant (fixture_wait_heard (f, f->connection, CONTACT_LIST, "ContactsChangedWithID"),
                    wanted);
  }
}

/* More of them than are kept would cost one the next time something of it is changed. */
static void
test_nobody_is_in_too_many_groups (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) groups = NULL;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("Group %u", i);

      g_strv_builder_add (builder, name);
    }
  groups = g_strv_builder_end (builder);
  fixture_do (f, f->connection, CONTACT_GROUPS, "SetContactGroups",
              g_variant_new ("(u^as)", bob, groups));
  fixture_refuse (f, f->connection, CONTACT_GROUPS, "AddToGroup",
                  g_variant_new ("(s@au)", "One more", g_variant_new_parsed ("[%u]", bob)),
                  "InvalidArgument");
  fixture_do (f, f->connection, CONTACT_GROUPS, "AddToGroup",
              g_variant_new ("(s@au)", "Group 7", g_variant_new_parsed ("[%u]", bob)));
  fixture_do (f, f->connection, CONTACT_GROUPS, "RenameGroup",
              g_variant_new ("(ss)", "Group 7", "One more"));
}

/* A server that cannot be told that somebody may see us is not told; who may is known. */
static void
test_who_is_approved_before_they_ask (Fixture *f, gconstpointer data)
{
  guint carol = fixture_get_handle (f, "carol@example.org");
  guint eve = fixture_get_handle (f, "eve@example.net");
  g_autoptr (GVariant) none = fixture_call (f, f->connection, APPROVALS, "List", NULL);
  g_autoptr (GVariant) some = NULL;
  g_autoptr (GVariant) one = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GVariant) by_id = NULL;

  assert_variant (none, "([],)");
  fixture_do (f, f->connection, CONTACT_LIST, "AuthorizePublication",
              g_variant_new ("(@au)", g_variant_new_parsed ("[%u, %u]", carol, eve)));
  g_assert_cmpuint (fixture_count_heard (f, f->connection, CONTACT_LIST, "ContactsChangedWithID"),
                    ==, 1);
  some = fixture_call (f, f->connection, APPROVALS, "List", NULL);
  text = g_variant_print (some, FALSE);
  g_assert_nonnull (strstr (text, "carol@example.org"));
  g_assert_nonnull (strstr (text, "eve@example.net"));
  by_id = fixture_call (f, f->connection, CONTACTS, "GetContactByID",
                        fixture_parse ("(sas)", "('eve@example.net', ['" APPROVALS "'])"));
  g_free (text);
  text = g_variant_print (by_id, FALSE);
  g_assert_nonnull (strstr (text, "'" APPROVALS "/approved': <true>"));
  fixture_do (f, f->connection, CONTACT_LIST, "Unpublish",
              g_variant_new ("(@au)", g_variant_new_parsed ("[%u]", eve)));
  one = fixture_call (f, f->connection, APPROVALS, "List", NULL);
  assert_variant (one, "(['carol@example.org'],)");
  line_server_say (f->server, "<presence from='carol@example.org' type='subscribe'/>");
  fixture_wait_server (f, "type='subscribed'", 1);
}

/* Who looks like a contact is known by a handle, and before there is one. */
static void
test_who_looks_like_a_contact (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *arguments;
    const char *answer;
  } rows[] = { { "('b0b@example.org', '')", "('bob@example.org',)" },
               { "('eve@evil.example', 'BOB')", "('bob@example.org',)" },
               { "('', 'Carol')", "('carol@example.org',)" },
               { "('eve@evil.example', 'Eve')", "('',)" },
               { "('', '')", "('',)" } };
  g_autofree char *long_name = g_strnfill (2000, 'x');
  g_autoptr (GVariant) asked = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) answer = fixture_call (f, f->connection, CONFUSABLES, "Find",
                                                  fixture_parse ("(ss)", rows[i].arguments));

      assert_variant (answer, rows[i].answer);
    }
  fixture_refuse (f, f->connection, CONFUSABLES, "Find", g_variant_new ("(ss)", "@", ""),
                  "InvalidArgument");
  fixture_refuse (f, f->connection, CONFUSABLES, "Find", g_variant_new ("(ss)", "", long_name),
                  "InvalidArgument");
  asked = fixture_call (f, f->connection, CONTACTS, "GetContactByID",
                        fixture_parse ("(sas)", "('b0b@evil.example', ['" CONFUSABLES "'])"));
  text = g_variant_print (asked, FALSE);
  g_assert_nonnull (strstr (text, "'" CONFUSABLES "/confusable-with': <'bob@example.org'>"));
}

#define ADD_LISTED(name, func) g_test_add (name, Fixture, NULL, set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/contacts/before-the-list", test_before_the_list_has_arrived);
  ADD ("/bus/contacts/presences-wait", test_presences_wait_for_the_list);
  ADD ("/bus/contacts/presences-never", test_presences_of_a_list_that_never_came);
  ADD ("/bus/contacts/list-is-wanted", test_the_list_is_fetched_when_somebody_wants_it);
  ADD ("/bus/contacts/list-and-not-connected", test_the_list_is_not_for_whoever_is_not_connected);
  ADD ("/bus/contacts/list-is-refused", test_a_list_that_was_refused);
  ADD ("/bus/contacts/list-is-told", test_the_list_is_told_when_it_arrives);
  ADD_LISTED ("/bus/contacts/attributes", test_attributes_come_in_one_call);
  ADD_LISTED ("/bus/contacts/addresses", test_contacts_by_what_address_books_call_them);
  ADD_LISTED ("/bus/contacts/no-handles", test_the_list_refuses_handles_that_are_none);
  ADD_LISTED ("/bus/contacts/groups", test_groups_are_changed_before_the_method_returns);
  ADD_LISTED ("/bus/contacts/aliases", test_aliases_are_set_and_told);
  ADD_LISTED ("/bus/contacts/aliases-asked-for", test_aliases_that_are_not_known_are_asked_for);
  ADD_LISTED ("/bus/contacts/too-many-groups", test_nobody_is_in_too_many_groups);
  ADD ("/bus/contacts/own-alias", test_our_alias_is_what_the_server_has);
  ADD_LISTED ("/bus/contacts/many-aliases", test_changes_of_one_contact_do_not_pile_up);
  ADD_LISTED ("/bus/contacts/requests", test_requests_to_see_us_are_told_each_time);
  ADD_LISTED ("/bus/contacts/approved", test_who_is_approved_before_they_ask);
  ADD_LISTED ("/bus/contacts/confusable", test_who_looks_like_a_contact);
  ADD_LISTED ("/bus/contacts/removed", test_who_is_not_in_the_list_can_be_removed);
  return g_test_run ();
}
