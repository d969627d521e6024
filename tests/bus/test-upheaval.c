/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-upheaval.c: everything that waits for the server is under way, and then what it waits for
 * ends in one way or another. Each call is answered, once, and the service stays. */

#include "dispatch.h"

#include <string.h>

#define ROSTER                                                                    \
  "<item jid='bob@example.org' subscription='both'><group>Friends</group></item>" \
  "<item jid='carol@example.org' subscription='from' ask='subscribe'/>"           \
  "<item jid='gateway.example.org' subscription='both'/>"
#define FEATURES                                                               \
  "<query xmlns='http://jabber.org/protocol/disco#info'>"                      \
  "<identity category='pubsub' type='pep'/><feature var='urn:xmpp:blocking'/>" \
  "<feature var='jabber:iq:search'/><feature var='vcard-temp'/></query>"
#define PICTURE                                                \
  "[byte 137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, "   \
  "72, 68, 82, 0, 0, 0, 4, 0, 0, 0, 4, 8, 2, "                 \
  "0, 0, 0, 38, 147, 9, 41, 0, 0, 0, 16, 73, 68, "             \
  "65, 84, 120, 218, 99, 248, 207, 192, 0, 71, 12, 196, 113, " \
  "0, 174, 147, 15, 241, 56, 94, 140, 17, 0, 0, 0, 0, "        \
  "73, 69, 78, 68, 174, 66, 96, 130]"

typedef struct
{
  const char *interface; /* NULL: Connection.Interface.* follows in `method` */
  const char *method;
  const char *type;
  const char *arguments; /* BOB and CAROL stand for handles */
} Call;

/* Of a connection. Both of a pair that undo each other, and each twice (see start ()). */
static const Call calls[] = {
  { NULL, "Avatars.SetAvatar", "(ays)", "(" PICTURE ", 'image/png')" },
  { NULL, "Avatars.ClearAvatar", "()", "()" },
  { NULL, "Avatars.RequestAvatar", "(u)", "(BOB,)" },
  { NULL, "Avatars.RequestAvatars", "(au)", "([BOB, CAROL],)" },
  { NULL, "Avatars.GetAvatarTokens", "(au)", "([1, BOB, CAROL],)" },
  { NULL, "ContactInfo.RequestContactInfo", "(u)", "(BOB,)" },
  { NULL, "ContactInfo.RefreshContactInfo", "(au)", "([1, BOB, CAROL],)" },
  { NULL, "ContactInfo.SetContactInfo", "(a(sasas))", "([('fn', [], ['Alice'])],)" },
  { NULL, "ContactInfo.GetContactInfo", "(au)", "([1, BOB],)" },
  { NULL, "ContactBlocking.BlockContacts", "(aub)", "([BOB, CAROL], true)" },
  { NULL, "ContactBlocking.UnblockContacts", "(au)", "([BOB],)" },
  { NULL, "ContactBlocking.RequestBlockedContacts", "()", "()" },
  { NULL, "Aliasing.RequestAliases", "(au)", "([1, BOB, CAROL],)" },
  { NULL, "Aliasing.SetAliases", "(a{us})", "({1: 'A', BOB: 'B', CAROL: 'C'},)" },
  { NULL, "Location.RequestLocation", "(u)", "(CAROL,)" },
  { NULL, "Location.SetLocation", "(a{sv})", "({'lat': <1.0>},)" },
  { NULL, "ClientTypes.RequestClientTypes", "(u)", "(BOB,)" },
  { NULL, "ContactList.RequestSubscription", "(aus)", "([CAROL], 'hi')" },
  { NULL, "ContactList.AuthorizePublication", "(au)", "([CAROL],)" },
  { NULL, "ContactGroups.SetContactGroups", "(uas)", "(BOB, ['Work'])" },
  { NULL, "ContactGroups.SetGroupMembers", "(sau)", "('Both', [BOB, CAROL])" },
  { NULL, "ContactGroups.RenameGroup", "(ss)", "('Friends', 'Foes')" },
  { NULL, "ContactGroups.RemoveGroup", "(s)", "('Friends',)" },
  { NULL, "ContactList.Unpublish", "(au)", "([BOB],)" },
  { NULL, "ContactList.RemoveContacts", "(au)", "([BOB, CAROL],)" },
  { NULL, "Contacts.GetContactByID", "(sas)", "('dave@example.org', [])" },
  { NULL, "Requests.EnsureChannel", "(a{sv})", "(" TO_BOB ",)" },
  { NULL, "Requests.CreateChannel", "(a{sv})",
    "({'" CHANNEL ".ChannelType': <'" CHANNEL ".Type.ContactSearch'>, '" CHANNEL
    ".Type.ContactSearch.Server': <'search.example.org'>},)" },
  { NULL, "SimplePresence.SetPresence", "(ss)", "('away', 'x')" },
  { NULL, "SimplePresence.SetPresence", "(ss)", "('dnd', '')" },
  { "im.linnet.Personal1", "Publish", "(sa{sv})", "('mood', {'mood': <'happy'>})" },
  { "im.linnet.Personal1", "Get", "(s)", "('carol@example.org',)" },
  { "im.linnet.Gateways1", "Register", "(s)", "('gateway.example.org',)" },
  { "im.linnet.Gateways1", "Unregister", "(s)", "('gateway.example.org',)" },
  { "im.linnet.Gateways1", "GetPrompt", "(s)", "('gateway.example.org',)" },
  { "im.linnet.Gateways1", "Translate", "(ss)", "('gateway.example.org', '1234')" },
  { "im.linnet.ServiceDiscovery1", "Info", "(ss)", "('example.org', 'x')" },
  { "im.linnet.ServiceDiscovery1", "Items", "(ss)", "('example.org', '')" },
  { "im.linnet.ServiceDiscovery1", "Devices", "(s)", "('bob@example.org',)" },
};

typedef struct
{
  Fixture *fixture;
  char *account; /* (owned) */
  guint bob;
  guint carol;
  guint n_waiting;
  guint n_unknown; /* answered with there being no such method: this test is wrong */
  guint n_others; /* answered with another error than that there is no connection */
} Upheaval;

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Upheaval *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  self->n_waiting--;
  if (error == NULL)
    return;
  g_test_message ("%s", error->message);
  g_assert_false (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY));
  g_assert_false (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS));
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD))
    self->n_unknown++;
  if (strstr (error->message, "Error.Disconnected:") == NULL)
    self->n_others++;
}

static void
start_call (Upheaval *self,
            const char *path,
            const char *interface,
            const char *method,
            GVariant *arguments)
{
  self->n_waiting++;
  g_dbus_connection_call (self->fixture->bus, "im.linnet.Service", path, interface, method,
                          arguments, NULL, G_DBUS_CALL_FLAGS_NONE, 20000, NULL, answer_cb, self);
}

static void
start (Upheaval *self, const Call *call)
{
  GString *arguments = g_string_new (call->arguments);
  g_autofree char *bob = g_strdup_printf ("%u", self->bob);
  g_autofree char *carol = g_strdup_printf ("%u", self->carol);
  const char *method = strrchr (call->method, '.');
  g_autofree char *interface = call->interface != NULL
                                   ? g_strdup (call->interface)
                                   : g_strdup_printf (CONNECTION ".Interface.%.*s",
                                                      (int) (method - call->method), call->method);

  g_string_replace (arguments, "BOB", bob, 0);
  g_string_replace (arguments, "CAROL", carol, 0);
  for (guint i = 0; i < 2; i++)
    start_call (self, self->fixture->connection, interface,
                method != NULL ? method + 1 : call->method,
                fixture_parse (call->type, arguments->str));
  g_string_free (arguments, TRUE);
}

static void
start_set (Upheaval *self, const char *interface, const char *property, GVariant *value)
{
  start_call (self, self->account, PROPERTIES, "Set",
              g_variant_new ("(ssv)", interface, property, value));
}

static void
start_picture (Upheaval *self)
{
  start_set (self, ACCOUNT ".Interface.Avatar", "Avatar",
             fixture_parse ("(ays)", "(" PICTURE ", 'image/png')"));
}

/* What an account does that may wait. */
static void
start_of_account (Upheaval *self)
{
  g_autofree char *request = dispatch_ensure (self->fixture, self->account, "");

  start_call (self, request, REQUEST, "Proceed", NULL);
  start_picture (self);
  start_set (self, ACCOUNT, "Nickname", g_variant_new_string ("Alice"));
  start_call (self, DISPATCHER_PATH, DISPATCHER ".Interface.Messages1", "SendMessage",
              g_variant_new ("(os@aa{sv}u)", self->account, "bob@example.org",
                             fixture_parse ("aa{sv}", "[{'message-type': <uint32 0>}, "
                                                      "{'content-type': <'text/plain'>, "
                                                      "'content': <'hello'>}]"),
                             0));
}

static gboolean
is_answered (Fixture *f, gpointer data)
{
  return ((Upheaval *) data)->n_waiting == 0;
}

static void
hang_up (Upheaval *self)
{
  line_server_hang_up (self->fixture->server);
}

static void
disconnect (Upheaval *self)
{
  start_call (self, self->fixture->connection, CONNECTION, "Disconnect", NULL);
}

static void
remove_account (Upheaval *self)
{
  start_call (self, self->account, ACCOUNT, "Remove", NULL);
}

static void
disable (Upheaval *self)
{
  start_set (self, ACCOUNT, "Enabled", g_variant_new_boolean (FALSE));
}

static void
go_offline (Upheaval *self)
{
  start_set (self, ACCOUNT, "RequestedPresence", g_variant_new_parsed ("(@u 1, 'offline', '')"));
}

static void
reconnect (Upheaval *self)
{
  start_call (self, self->account, ACCOUNT, "Reconnect", NULL);
}

static void
change_parameters (Upheaval *self)
{
  start_call (self, self->account, ACCOUNT, "UpdateParameters",
              fixture_parse ("(a{sv}as)", "({'resource': <'elsewhere'>}, [])"));
  reconnect (self);
}

/* Its own; that of the test stays. */
static void
end_stream (Upheaval *self)
{
  line_server_say (self->fixture->server, "</stream:stream>");
}

static void
forget_everybody (Upheaval *self)
{
  line_server_say (self->fixture->server,
                   "<iq type='set' id='p1'><query xmlns='jabber:iq:roster'>"
                   "<item jid='bob@example.org' subscription='remove'/></query></iq>"
                   "<iq type='set' id='p2'><query xmlns='jabber:iq:roster'>"
                   "<item jid='carol@example.org' subscription='remove'/></query></iq>");
  fixture_sync (self->fixture);
  hang_up (self);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  fixture_set_up (f, data);
  line_server_set_roster (f->server, ROSTER);
  line_server_set_answer (f->server, "disco#info", FEATURES);
  line_server_set_answer (f->server, "<blocklist", "<blocklist xmlns='urn:xmpp:blocking'/>");
}

/* The account is online, with what it asks for then; and nothing more is answered but with that. */
static void
begin (Upheaval *self, const char *answer)
{
  Fixture *f = self->fixture;

  self->account = dispatch_go_online (f);
  self->bob = fixture_get_handle (f, "bob@example.org");
  self->carol = fixture_get_handle (f, "carol@example.org");
  fixture_do (f, f->connection, CONNECTION ".Interface.ContactBlocking", "RequestBlockedContacts",
              NULL);
  line_server_set_answer (f->server, "<iq", answer);
  line_server_set_answer (f->server, "<blocklist", answer);
  line_server_set_answer (f->server, "disco#info", answer);
  line_server_set_roster (f->server, NULL);
  start_of_account (self);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    start (self, &calls[i]);
}

static void
finish (Upheaval *self)
{
  fixture_wait (self->fixture, is_answered, self, "each call answered");
  g_assert_cmpuint (self->n_unknown, ==, 0);
  fixture_sync (self->fixture);
  g_free (self->account);
}

static void
test_everything_ends (Fixture *f, gconstpointer data)
{
  void (*end) (Upheaval * self) = (void (*) (Upheaval * self)) data;
  Upheaval self = { .fixture = f };

  begin (&self, "");
  fixture_sync (f);
  g_test_message ("%u calls wait", self.n_waiting);
  g_assert_cmpuint (self.n_waiting, >, 40);
  end (&self);
  finish (&self);
  g_assert_cmpuint (self.n_others, ==, 0);
}

/* It has not even said what it can do, or whom it blocks. */
static void
test_it_ends_before_the_server_is_known (Fixture *f, gconstpointer data)
{
  Upheaval self = { .fixture = f };

  line_server_set_answer (f->server, data, "");
  self.account = dispatch_go_online (f);
  self.bob = fixture_get_handle (f, "bob@example.org");
  self.carol = fixture_get_handle (f, "carol@example.org");
  start_picture (&self);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    if (strstr (calls[i].method, "Block") != NULL || g_str_equal (calls[i].method, "Publish"))
      start (&self, &calls[i]);
  fixture_sync (f);
  line_server_hang_up (f->server);
  finish (&self);
  g_assert_cmpuint (self.n_others, ==, 0);
}

static void
test_everything_is_answered_so (Fixture *f, gconstpointer data)
{
  Upheaval self = { .fixture = f };

  begin (&self, data);
  finish (&self);
}

#define ADD_END(name, func) \
  g_test_add (name, Fixture, func, set_up, test_everything_ends, fixture_tear_down)

#define ADD_EARLY(name, silence)                                                       \
  g_test_add (name, Fixture, silence, set_up, test_it_ends_before_the_server_is_known, \
              fixture_tear_down)
#define ADD_ANSWER(name, answer) \
  g_test_add (name, Fixture, answer, set_up, test_everything_is_answered_so, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_END ("/bus/upheaval/hang-up", hang_up);
  ADD_END ("/bus/upheaval/end-of-stream", end_stream);
  ADD_END ("/bus/upheaval/disconnect", disconnect);
  ADD_END ("/bus/upheaval/remove", remove_account);
  ADD_END ("/bus/upheaval/disable", disable);
  ADD_END ("/bus/upheaval/offline", go_offline);
  ADD_END ("/bus/upheaval/reconnect", reconnect);
  ADD_END ("/bus/upheaval/change-parameters", change_parameters);
  ADD_END ("/bus/upheaval/forget-everybody", forget_everybody);
  ADD_EARLY ("/bus/upheaval/before-features", "disco#info");
  ADD_EARLY ("/bus/upheaval/before-list", "<blocklist");
  ADD_ANSWER ("/bus/upheaval/refused", "<error type='cancel'><item-not-found "
                                       "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
  ADD_ANSWER ("/bus/upheaval/empty-error", "<error/>");
  ADD_ANSWER ("/bus/upheaval/of-another-namespace", "<query xmlns='urn:linnet:no-such'/>");
  ADD_ANSWER ("/bus/upheaval/of-pubsub", "<pubsub xmlns='http://jabber.org/protocol/pubsub'/>");
  return g_test_run ();
}
