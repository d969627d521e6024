/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-avatars.c: pictures, as programs see them: Connection.Interface.Avatars,
 * Account.Interface.Avatar */

#include "fixture.h"

#include <string.h>

#define AVATARS CONNECTION ".Interface.Avatars"
#define ACCOUNT_AVATAR ACCOUNT ".Interface.Avatar"
#define ROSTER                                        \
  "<item jid='bob@example.org' subscription='both'/>" \
  "<item jid='carol@example.org' subscription='both'/>"
#define PEP                                               \
  "<query xmlns='http://jabber.org/protocol/disco#info'>" \
  "<identity category='pubsub' type='pep'/></query>"

#define RED                                                                    \
  "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAEElEQVR42mP4z8AARwzEcQCukw" \
  "/xOF6MEQAAAABJRU5ErkJggg=="
#define RED_TOKEN "2d60a967fbcc37b5653b6ce03fc0d7683a49034b"
#define BLUE                                                                   \
  "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAEElEQVR42mNgYPiPhIjiAACOsw" \
  "/xW6KAvAAAAABJRU5ErkJggg=="
#define BLUE_TOKEN "777217a97d2755b1cc3a989c0c09a22c3e3990f5"

#define DATA "xmlns='urn:xmpp:avatar:data'"
#define ITEMS(node, id, payload)                                                           \
  "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='" node "'><item id='" id \
  "'>" payload "</item></items></pubsub>"

static void
say_metadata (Fixture *f, const char *who, const char *token)
{
  g_autofree char *info =
      *token != '\0' ? g_strdup_printf ("<info bytes='73' id='%s' type='image/png'/>", token)
                     : g_strdup ("");
  g_autofree char *said = g_strdup_printf (
      "<message from='%s' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'>"
      "<items node='urn:xmpp:avatar:metadata'><item id='%s'>"
      "<metadata xmlns='urn:xmpp:avatar:metadata'>%s</metadata></item></items></event></message>",
      who, token, info);

  line_server_say (f->server, said);
}

/* (transfer floating) */
static GVariant *
new_picture (const char *base64)
{
  gsize length;
  guchar *bytes = g_base64_decode (base64, &length);

  return g_variant_new_from_data (G_VARIANT_TYPE_BYTESTRING, bytes, length, TRUE, g_free, bytes);
}

static void
assert_picture (GVariant *data, const char *base64)
{
  g_autofree char *text = g_base64_encode (g_variant_get_data (data), g_variant_get_size (data));

  g_assert_cmpstr (text, ==, base64);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  fixture_set_up (f, data);
  line_server_set_roster (f->server, ROSTER);
  line_server_set_answer (f->server, "disco#info", PEP);
  fixture_connect (f);
}

static void
request (Fixture *f, guint a, guint b)
{
  fixture_do (f, f->connection, AVATARS, "RequestAvatars",
              g_variant_new ("(@au)", g_variant_new_parsed ("[%u, %u]", a, b)));
}

static void
test_a_picture_is_told_of_and_retrieved_once (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  guint carol = fixture_get_handle (f, "carol@example.org");
  g_autofree char *told = g_strdup_printf ("(%u, '" RED_TOKEN "')", bob);
  g_autofree char *known = g_strdup_printf ("({%u: '" RED_TOKEN "'},)", bob);
  GVariant *retrieved;
  g_autoptr (GVariant) bytes = NULL;
  g_autoptr (GVariant) tokens = NULL;
  const char *token;
  const char *mime;
  guint handle;

  line_server_set_answer (
      f->server, "<items node='urn:xmpp:avatar:data'",
      ITEMS ("urn:xmpp:avatar:data", RED_TOKEN, "<data " DATA ">" RED "</data>"));
  say_metadata (f, "bob@example.org", RED_TOKEN);
  assert_variant (fixture_wait_nth (f, f->connection, AVATARS, "AvatarUpdated", 0), told);
  tokens = fixture_call (f, f->connection, AVATARS, "GetKnownAvatarTokens",
                         g_variant_new ("(@au)", g_variant_new_parsed ("[%u, %u]", bob, carol)));
  assert_variant (tokens, known);

  request (f, bob, bob);
  retrieved = fixture_wait_nth (f, f->connection, AVATARS, "AvatarRetrieved", 0);
  g_variant_get (retrieved, "(u&s@ay&s)", &handle, &token, &bytes, &mime);
  g_assert_cmpuint (handle, ==, bob);
  g_assert_cmpstr (token, ==, RED_TOKEN);
  g_assert_cmpstr (mime, ==, "image/png");
  assert_picture (bytes, RED);

  /* Somebody else has the same one: it is known. */
  say_metadata (f, "carol@example.org", RED_TOKEN);
  fixture_wait_nth (f, f->connection, AVATARS, "AvatarUpdated", 1);
  request (f, bob, carol);
  fixture_wait_nth (f, f->connection, AVATARS, "AvatarRetrieved", 2);
  g_assert_cmpuint (line_server_count (f->server, "<items node='urn:xmpp:avatar:data'"), ==, 1);
}

/* It is told before it is on disk; each round is a call that the service answers. */
static void
wait_until_kept (Fixture *f, const char *token)
{
  g_autofree char *path = g_build_filename (f->data_dir, "linnet", "avatars", token, NULL);

  for (guint i = 0; i < 10000 && !g_file_test (path, G_FILE_TEST_EXISTS); i++)
    fixture_sync (f);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_the_cache_survives_the_service (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) picture = NULL;
  guint bob;

  line_server_set_answer (
      f->server, "<items node='urn:xmpp:avatar:data'",
      ITEMS ("urn:xmpp:avatar:data", RED_TOKEN, "<data " DATA ">" RED "</data>"));
  for (guint i = 0; i < 2; i++)
    {
      bob = fixture_get_handle (f, "bob@example.org");
      say_metadata (f, "bob@example.org", RED_TOKEN);
      fixture_wait_heard (f, f->connection, AVATARS, "AvatarUpdated");
      g_clear_pointer (&picture, g_variant_unref);
      picture =
          fixture_call (f, f->connection, AVATARS, "RequestAvatar", g_variant_new ("(u)", bob));
      if (i == 0)
        {
          fixture_forget (f);
          wait_until_kept (f, RED_TOKEN);
          fixture_stop_service (f);
          g_clear_pointer (&f->connection, g_free);
          fixture_start_service (f);
          fixture_connect (f);
        }
    }
  g_assert_cmpuint (line_server_count (f->server, "<items node='urn:xmpp:avatar:data'"), ==, 1);
}

static void
test_one_that_lies_is_not_retrieved (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");

  line_server_set_answer (
      f->server, "<items node='urn:xmpp:avatar:data'",
      ITEMS ("urn:xmpp:avatar:data", BLUE_TOKEN, "<data " DATA ">" RED "</data>"));
  say_metadata (f, "bob@example.org", BLUE_TOKEN);
  fixture_wait_heard (f, f->connection, AVATARS, "AvatarUpdated");
  request (f, bob, bob);
  fixture_refuse (f, f->connection, AVATARS, "RequestAvatar", g_variant_new ("(u)", bob),
                  "NotAvailable");
  g_assert_cmpuint (fixture_count_heard (f, f->connection, AVATARS, "AvatarRetrieved"), ==, 0);
}

static void
test_a_storm_of_changes_is_a_few_questions (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  guint n_asked;

  line_server_set_answer (f->server, "<items node='urn:xmpp:avatar:data'",
                          "<error type='cancel'><item-not-found "
                          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *token = g_strdup_printf ("%040x", i);

      say_metadata (f, "bob@example.org", token);
      request (f, bob, bob);
    }
  fixture_sync (f);
  n_asked = line_server_count (f->server, "<items node='urn:xmpp:avatar:data'");
  g_test_message ("%u questions", n_asked);
  g_assert_cmpuint (n_asked, <=, 6);
  g_assert_cmpuint (n_asked, >=, 1);
}

static void
test_of_ourselves_it_is_always_known (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) none = fixture_call (f, f->connection, AVATARS, "GetKnownAvatarTokens",
                                            fixture_parse ("(au)", "([1],)"));
  g_autoptr (GVariant) list = NULL;

  assert_variant (none, "({1: ''},)");
  list =
      fixture_call (f, f->connection, AVATARS, "GetAvatarTokens", fixture_parse ("(au)", "([1],)"));
  assert_variant (list, "([''],)");
}

static void
test_ours_is_published_and_cleared (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) token =
      fixture_call (f, f->connection, AVATARS, "SetAvatar",
                    g_variant_new ("(@ays)", new_picture (RED), "image/png"));
  g_autoptr (GVariant) known = NULL;
  g_autoptr (GVariant) attributes = NULL;
  g_autofree char *text = NULL;

  assert_variant (token, "('" RED_TOKEN "',)");
  assert_variant (fixture_wait_nth (f, f->connection, AVATARS, "AvatarUpdated", 0),
                  "(1, '" RED_TOKEN "')");
  known = fixture_call (f, f->connection, AVATARS, "GetKnownAvatarTokens",
                        fixture_parse ("(au)", "([1],)"));
  assert_variant (known, "({1: '" RED_TOKEN "'},)");
  attributes = fixture_call (f, f->connection, CONTACTS, "GetContactAttributes",
                             g_variant_new ("(@au^asb)", g_variant_new_parsed ("[@u 1]"),
                                            (const char *const[]){ AVATARS, NULL }, FALSE));
  text = g_variant_print (attributes, FALSE);
  g_assert_nonnull (strstr (text, "'" AVATARS "/token': <'" RED_TOKEN "'>"));
  g_assert_cmpuint (line_server_count (f->server, "<publish node='urn:xmpp:avatar:data'"), ==, 1);
  fixture_do (f, f->connection, AVATARS, "ClearAvatar", NULL);
  assert_variant (fixture_wait_nth (f, f->connection, AVATARS, "AvatarUpdated", 1), "(1, '')");
  g_assert_cmpuint (line_server_count (f->server, "<publish node='urn:xmpp:avatar:metadata'"), ==,
                    2);
}

static void
test_what_cannot_be_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *large = g_strnfill (100000, 'A');
  g_autoptr (GVariant) types = fixture_get (f, f->connection, AVATARS, "SupportedAvatarMIMETypes");
  g_autoptr (GVariant) bytes = fixture_get (f, f->connection, AVATARS, "MaximumAvatarBytes");
  g_autoptr (GVariant) old =
      fixture_call (f, f->connection, AVATARS, "GetAvatarRequirements", NULL);

  assert_variant (types, "['image/png', 'image/jpeg', 'image/webp', 'image/gif']");
  assert_variant (bytes, "65536");
  assert_variant (old, "(['image/png', 'image/jpeg', 'image/webp', 'image/gif'], 0, 0, 1024, "
                       "1024, 65536)");
  fixture_refuse (f, f->connection, AVATARS, "SetAvatar",
                  g_variant_new ("(@ays)", new_picture (RED), "image/jpeg"), "InvalidArgument");
  fixture_refuse (f, f->connection, AVATARS, "SetAvatar",
                  g_variant_new ("(@ays)", new_picture ("PHN2Zy8+"), "image/svg+xml"),
                  "InvalidArgument");
  fixture_refuse (f, f->connection, AVATARS, "SetAvatar",
                  g_variant_new ("(@ays)", new_picture (large), "image/png"), "InvalidArgument");
  fixture_refuse (f, f->connection, AVATARS, "SetAvatar",
                  g_variant_new ("(@ays)", new_picture (""), ""), "InvalidArgument");
  fixture_refuse (f, f->connection, AVATARS, "RequestAvatars", fixture_parse ("(au)", "([99],)"),
                  "InvalidHandle");
  fixture_refuse (f, f->connection, AVATARS, "RequestAvatar", fixture_parse ("(u)", "(99,)"),
                  "InvalidHandle");
  fixture_refuse (f, f->connection, AVATARS, "GetKnownAvatarTokens",
                  fixture_parse ("(au)", "([99],)"), "InvalidHandle");
  g_assert_cmpuint (line_server_count (f->server, "<publish"), ==, 0);
}

static GVariant *
get_kept (Fixture *f, const char *path)
{
  return fixture_get (f, path, ACCOUNT_AVATAR, "Avatar");
}

static void
assert_kept (Fixture *f, const char *path, const char *base64)
{
  g_autoptr (GVariant) kept = get_kept (f, path);
  g_autoptr (GVariant) bytes = g_variant_get_child_value (kept, 0);

  assert_picture (bytes, base64);
}

static void
go_online (Fixture *f, const char *path)
{
  fixture_set (f, path, ACCOUNT, "RequestedPresence",
               g_variant_new_parsed ("(@u 2, 'available', '')"));
  fixture_set (f, path, ACCOUNT, "Enabled", g_variant_new_boolean (TRUE));
}

static void
test_an_account_keeps_it_and_publishes_it_when_it_can (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{}");
  g_autoptr (GVariant) none = get_kept (f, path);

  assert_variant (none, "([], '')");
  line_server_set_answer (f->server, "disco#info", PEP);
  fixture_set (f, path, ACCOUNT_AVATAR, "Avatar",
               g_variant_new ("(@ays)", new_picture (RED), "image/png"));
  fixture_wait_heard (f, path, ACCOUNT_AVATAR, "AvatarChanged");
  fixture_refuse_set (f, path, ACCOUNT_AVATAR, "Avatar",
                      g_variant_new ("(@ays)", new_picture ("PHN2Zy8+"), "image/png"),
                      "InvalidArgument");
  assert_kept (f, path, RED);
  go_online (f, path);
  fixture_wait_server (f, "<publish node='urn:xmpp:avatar:metadata'", 1);
  g_assert_cmpuint (line_server_count (f->server, "<publish node='urn:xmpp:avatar:data'"), ==, 1);
  fixture_stop_service (f);
  fixture_start_service (f);
  assert_kept (f, path, RED);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *is_answered = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  g_assert_no_error (error);
  *is_answered = answer != NULL;
}

static gboolean
is_answered (Fixture *f, gpointer data)
{
  return *(gboolean *) data;
}

/* One that takes some time to be looked at, and then none: there is none, whatever was looked at
 * when. */
static void
test_the_last_word_about_it_counts (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{}");
  gboolean is_first_answered = FALSE;

  g_dbus_connection_call (
      f->bus, "im.linnet.Service", path, "org.freedesktop.DBus.Properties", "Set",
      g_variant_new ("(ssv)", ACCOUNT_AVATAR, "Avatar",
                     g_variant_new ("(@ays)", new_picture (RED), "image/png")),
      NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, answered_cb, &is_first_answered);
  fixture_set (f, path, ACCOUNT_AVATAR, "Avatar", g_variant_new ("(@ays)", new_picture (""), ""));
  fixture_wait (f, is_answered, &is_first_answered, "the answer to the first one");
  assert_kept (f, path, "");
}

static GVariant *
new_account (Fixture *f, GVariant *avatar)
{
  GVariantBuilder properties = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&properties, "{sv}", ACCOUNT_AVATAR ".Avatar", avatar);
  return g_variant_new ("(sss@a{sv}a{sv})", "linnet", "jabber", "Alice",
                        fixture_new_parameters (f, "secret"), &properties);
}

/* It is looked at before there is an account. */
static void
test_an_account_is_made_with_one (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) made = NULL;
  g_autoptr (GVariant) valid = NULL;
  const char *path;

  fixture_refuse (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
                  new_account (f, g_variant_new_string (RED)), "InvalidArgument");
  fixture_refuse (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
                  new_account (f, g_variant_new ("(@ays)", new_picture ("PHN2Zy8+"), "image/png")),
                  "InvalidArgument");
  valid = fixture_get (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "ValidAccounts");
  assert_variant (valid, "[]");
  made = fixture_call (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
                       new_account (f, g_variant_new ("(@ays)", new_picture (RED), "image/png")));
  g_variant_get (made, "(&o)", &path);
  assert_kept (f, path, RED);
  line_server_set_answer (f->server, "disco#info", PEP);
  go_online (f, path);
  fixture_wait_server (f, "<publish node='urn:xmpp:avatar:metadata'", 1);
}

static void
test_an_account_follows_another_device (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{}");

  line_server_set_answer (f->server, "disco#info", PEP);
  line_server_set_answer (
      f->server, "<items node='urn:xmpp:avatar:data'",
      ITEMS ("urn:xmpp:avatar:data", BLUE_TOKEN, "<data " DATA ">" BLUE "</data>"));
  go_online (f, path);
  fixture_wait_server (f, "disco#info", 2);
  say_metadata (f, "alice@example.org", BLUE_TOKEN);
  fixture_wait_nth (f, path, ACCOUNT_AVATAR, "AvatarChanged", 0);
  assert_kept (f, path, BLUE);
  say_metadata (f, "alice@example.org", "");
  fixture_wait_nth (f, path, ACCOUNT_AVATAR, "AvatarChanged", 1);
  assert_kept (f, path, "");
  /* What was chosen here goes there at once. */
  fixture_set (f, path, ACCOUNT_AVATAR, "Avatar", g_variant_new ("(@ays)", new_picture (RED), ""));
  fixture_wait_server (f, "<publish node='urn:xmpp:avatar:metadata'", 1);
}

#define ADD_WITH_ROSTER(name, func) \
  g_test_add (name, Fixture, NULL, set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_WITH_ROSTER ("/bus/avatars/retrieved", test_a_picture_is_told_of_and_retrieved_once);
  ADD_WITH_ROSTER ("/bus/avatars/cache", test_the_cache_survives_the_service);
  ADD_WITH_ROSTER ("/bus/avatars/f06-lies", test_one_that_lies_is_not_retrieved);
  ADD_WITH_ROSTER ("/bus/avatars/j06-storm", test_a_storm_of_changes_is_a_few_questions);
  ADD_WITH_ROSTER ("/bus/avatars/own-known", test_of_ourselves_it_is_always_known);
  ADD_WITH_ROSTER ("/bus/avatars/set", test_ours_is_published_and_cleared);
  ADD_WITH_ROSTER ("/bus/avatars/refused", test_what_cannot_be_is_refused);
  ADD ("/bus/account-avatar/kept", test_an_account_keeps_it_and_publishes_it_when_it_can);
  ADD ("/bus/account-avatar/last-word", test_the_last_word_about_it_counts);
  ADD ("/avatars/account/made-with-one", test_an_account_is_made_with_one);
  ADD ("/bus/account-avatar/followed", test_an_account_follows_another_device);
  return g_test_run ();
}
