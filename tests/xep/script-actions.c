/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script-actions.c: what a person does in a script, a line each. docs/adding-a-xep.md lists the
 * forms */

#include "script-world.h"

#include <stdlib.h>
#include <string.h>

#include "im/im-caps.h"
#include "im/im-client-state.h"
#include "im/im-directory.h"
#include "im/im-idle.h"
#include "im/im-nickname.h"
#include "im/im-time.h"

#define DIRECTORY "script-directory"

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  im_account_edit_roster_finish (IM_ACCOUNT (source), result, &error);
  script_world_report (user_data, "edit", error);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autoptr (ImMessage) message G_GNUC_UNUSED =
      im_conversation_send_finish (IM_CONVERSATION (source), result, &error);

  script_world_report (user_data, "send", error);
}

static void
blocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  im_account_block_finish (IM_ACCOUNT (source), result, &error);
  script_world_report (user_data, "block", error);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) contacts =
      im_account_list_blocked_finish (IM_ACCOUNT (source), result, &error);

  if (contacts != NULL)
    script_world_add_contacts (user_data, "list", "", contacts);
  else
    script_world_report (user_data, "list", error);
}

static void
password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  im_account_change_password_finish (IM_ACCOUNT (source), result, &error);
  script_world_report (user_data, "password", error);
}

static void
unregistered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  im_account_unregister_finish (IM_ACCOUNT (source), result, &error);
  script_world_report (user_data, "unregister", error);
}

/* directory SERVICE NAME,NAME: what it can be asked for. */
static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  ImDirectory *directory = im_account_open_directory_finish (IM_ACCOUNT (source), result, &error);
  g_autoptr (GString) line = g_string_new ("directory ");

  if (directory == NULL)
    {
      script_world_report (user_data, "directory", error);
      return;
    }
  g_string_append (line, xmpp_jid_get_text (directory->service));
  for (guint i = 0; i < directory->form->fields->len; i++)
    {
      const ImField *field = directory->form->fields->pdata[i];

      g_string_append_printf (line, "%c%s", i == 0 ? ' ' : ',', field->var);
    }
  script_world_add_event (user_data, g_strdup (line->str));
  g_object_set_data_full (source, DIRECTORY, directory, (GDestroyNotify) im_directory_free);
}

/* found NAME=VALUE NAME=VALUE, for each row, in its order. */
static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autofree char *next = NULL;
  g_autoptr (ImForm) table =
      im_account_search_directory_finish (IM_ACCOUNT (source), result, &next, &error);

  for (guint i = 0; table != NULL && i < table->items->len; i++)
    {
      const GPtrArray *row = table->items->pdata[i];
      g_autoptr (GString) line = g_string_new ("found");

      for (guint f = 0; f < row->len; f++)
        {
          const ImField *field = row->pdata[f];

          g_string_append_printf (line, " %s=%s", field->var, im_field_get_value (field));
        }
      script_world_add_event (user_data, g_strdup (line->str));
    }
  if (next != NULL)
    script_world_add_event (user_data, g_strdup_printf ("next %s", next));
  script_world_report (user_data, "search", error);
}

/* words[1…]: NAME=VALUE; :LIMIT:AFTER for a page */
static void
search (ScriptWorld *world, char **words)
{
  ImAccount *account = script_world_get_account (world);
  GVariantBuilder answers = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sas}"));
  g_auto (GStrv) page = NULL;

  for (guint i = 1; words[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      const char *values[] = { pair[1], NULL };

      if (words[i][0] == ':')
        page = g_strsplit (words[i] + 1, ":", 2);
      else
        g_variant_builder_add (&answers, "{s^as}", pair[0], values);
    }
  im_account_search_directory_async (account, g_object_get_data (G_OBJECT (account), DIRECTORY),
                                     g_variant_builder_end (&answers),
                                     page != NULL ? (guint) atoi (page[0]) : 0,
                                     page != NULL ? page[1] : NULL, NULL, found_cb, world);
}

static void
published_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  im_account_publish_fact_finish (IM_ACCOUNT (source), result, &error);
  script_world_report (user_data, "publish", error);
}

/* What we say of ourselves: the text of an a{sv}. */
static void
publish (ScriptWorld *world, const char *what, const char *text)
{
  static const char *const names[] = { NULL, "location", "mood", "activity", "tune" };
  g_autoptr (GVariant) value = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);

  g_assert_nonnull (value);
  for (guint i = 1; i < IM_N_FACTS; i++)
    if (strcmp (names[i], what) == 0)
      im_account_publish_fact_async (script_world_get_account (world), i, value, published_cb,
                                     world);
}

static void
block (ScriptWorld *world, XmppJid *peer, gboolean is_blocked, gboolean is_abuse)
{
  ImAccount *account = script_world_get_account (world);
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();

  g_ptr_array_add (contacts, im_account_ensure_contact (account, peer));
  im_account_block_async (account, contacts, is_blocked, is_abuse, blocked_cb, world);
}

static void
edit (ScriptWorld *world, ImRosterEdit what, XmppJid *peer, const char *value)
{
  ImAccount *account = script_world_get_account (world);
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();

  g_ptr_array_add (contacts, im_account_ensure_contact (account, peer));
  im_account_edit_roster_async (account, what, contacts, value, edited_cb, world);
}

static void
set_groups (ScriptWorld *world, XmppJid *peer, const char *value)
{
  ImAccount *account = script_world_get_account (world);
  g_auto (GStrv) groups = g_strsplit (value, ",", -1);

  im_account_set_groups_async (account, im_account_ensure_contact (account, peer),
                               (const char *const *) groups, edited_cb, world);
}

static void
set_chat_state (ScriptWorld *world, XmppJid *peer, const char *value)
{
  static const char *const names[] = { "gone", "inactive", "active", "paused", "composing" };
  ImConversation *conversation =
      im_account_ensure_conversation (script_world_get_account (world), peer);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], value) == 0)
      im_conversation_set_chat_state (conversation, i);
}

/** script_set_presence: @status: Telepathy's identifier */
void
script_set_presence (ScriptWorld *world, const char *status, const char *message)
{
  static const struct
  {
    const char *status;
    ImPresenceType type;
  } rows[] = { { "available", IM_PRESENCE_AVAILABLE },
               { "chat", IM_PRESENCE_AVAILABLE },
               { "away", IM_PRESENCE_AWAY },
               { "xa", IM_PRESENCE_EXTENDED_AWAY },
               { "dnd", IM_PRESENCE_BUSY },
               { "hidden", IM_PRESENCE_HIDDEN } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].status, status) == 0)
      {
        g_autoptr (ImPresence) presence = im_presence_new (rows[i].type, status, message);

        im_account_set_presence (script_world_get_account (world), presence);
      }
}

static void
look (ScriptWorld *world, const char *where)
{
  GError *error = NULL;

  im_account_set_saves_power (script_world_get_account (world), strcmp (where, "away") == 0,
                              &error);
  script_world_report (world, "looking", error);
}

/* A program handles all classes of channels, or none. */
static void
handle (ScriptWorld *world, const char *program, gboolean is_handler)
{
  ImAccount *account = script_world_get_account (world);

  g_assert_true (im_account_set_handled (account, program, is_handler ? G_MAXUINT32 : 0));
  im_account_announce_features (account);
}

/* idle TIME, idle now */
static void
set_idle (ScriptWorld *world, const char *since)
{
  GError *error = NULL;

  im_account_set_idle_since_s (script_world_get_account (world),
                               im_time_parse (since) / G_USEC_PER_SEC, &error);
  script_world_report (world, "idle", error);
}

/* Of the account: the text of an a{sv}. */
static void
set_parameters (ScriptWorld *world, const char *text)
{
  g_autoptr (GVariant) value = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);
  g_auto (GStrv) later = NULL;

  g_assert_nonnull (value);
  later = im_account_update_parameters (script_world_get_account (world), value, NULL, NULL);
  g_assert_nonnull (later);
}

static void
nickname_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  im_account_publish_nickname_finish (IM_ACCOUNT (source), result, &error);
  script_world_report (user_data, "nick-set", error);
}

typedef struct
{
  ScriptWorld *world;
  ImContact *contact; /* lives as long as the account */
} TypeRequest;

static void
type_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree TypeRequest *request = user_data;
  const char *type = im_contact_get_client_type (request->contact);
  GError *error = NULL;

  if (im_account_wait_for_caps_finish (IM_ACCOUNT (source), result, &error))
    script_world_add_event (request->world,
                            g_strdup_printf ("type %s", type != NULL ? type : "none"));
  else
    script_world_report (request->world, "type", error);
}

static void
request_type (ScriptWorld *world, XmppJid *peer)
{
  ImAccount *account = script_world_get_account (world);
  TypeRequest *request = g_new (TypeRequest, 1);

  request->world = world;
  request->contact = im_account_ensure_contact (account, peer);
  im_account_wait_for_caps_async (account, request->contact, type_cb, request);
}

static const struct
{
  const char *verb;
  ImRosterEdit edit;
} edits[] = {
  { "rename", IM_ROSTER_SET_NAME },
  { "subscribe", IM_ROSTER_SUBSCRIBE },
  { "unsubscribe", IM_ROSTER_UNSUBSCRIBE },
  { "authorize", IM_ROSTER_AUTHORIZE },
  { "deny", IM_ROSTER_DENY },
  { "remove", IM_ROSTER_REMOVE },
};

/** script_act: @line: verb, address or word, rest. Returns: FALSE: there is no such verb */
gboolean
script_act (ScriptWorld *world, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  guint n_words = g_strv_length (words);
  const char *verb = n_words > 0 ? words[0] : "";
  const char *value = n_words > 2 ? words[2] : "";
  g_autoptr (XmppJid) peer = n_words > 1 ? xmpp_jid_new (words[1], NULL) : NULL;
  ImAccount *account = script_world_get_account (world);

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    if (strcmp (edits[i].verb, verb) == 0)
      {
        edit (world, edits[i].edit, peer, value);
        return TRUE;
      }
  if (strcmp (verb, "send") == 0)
    im_conversation_send_async (im_account_ensure_conversation (account, peer),
                                im_message_new_outgoing (IM_MESSAGE_NORMAL, value), 0, NULL,
                                sent_cb, world);
  else if (strcmp (verb, "block") == 0 || strcmp (verb, "report") == 0)
    block (world, peer, TRUE, strcmp (verb, "report") == 0);
  else if (strcmp (verb, "publish") == 0)
    publish (world, words[1], value);
  else if (strcmp (verb, "nick") == 0)
    im_account_set_nickname (account, words[1] != NULL ? line + strlen ("nick ") : "");
  else if (strcmp (verb, "nick-set") == 0)
    im_account_publish_nickname_async (account, words[1] != NULL ? line + strlen ("nick-set ") : "",
                                       nickname_cb, world);
  else if (strcmp (verb, "parameters") == 0)
    set_parameters (world, line + strlen ("parameters "));
  else if (strcmp (verb, "type") == 0)
    request_type (world, peer);
  else if (strcmp (verb, "unblock") == 0)
    block (world, peer, FALSE, FALSE);
  else if (strcmp (verb, "password") == 0)
    im_account_change_password_async (account, words[1], password_cb, world);
  else if (strcmp (verb, "download") == 0)
    im_account_download_roster (account);
  else if (strcmp (verb, "unregister") == 0)
    im_account_unregister_async (account, unregistered_cb, world);
  else if (strcmp (verb, "looking") == 0 && n_words > 1)
    look (world, words[1]);
  else if (strcmp (verb, "idle") == 0 && n_words > 1)
    set_idle (world, words[1]);
  else if (strcmp (verb, "directory") == 0)
    im_account_open_directory_async (account, peer, n_words > 2, NULL, opened_cb, world);
  else if (strcmp (verb, "search") == 0)
    search (world, words);
  else if (strcmp (verb, "blocked") == 0)
    im_account_list_blocked_async (account, listed_cb, world);
  else if (strcmp (verb, "handler") == 0 && n_words > 1)
    handle (world, words[1], strcmp (value, "gone") != 0);
  else if (strcmp (verb, "groups") == 0)
    set_groups (world, peer, value);
  else if (strcmp (verb, "chat-state") == 0)
    set_chat_state (world, peer, value);
  else if (strcmp (verb, "presence") == 0 && n_words > 1)
    script_set_presence (world, words[1], value);
  else
    return n_words > 0 &&
           (script_act_on_vcard (world, words, line) || script_act_on_avatar (world, words) ||
            script_act_at_gateway (world, words, line));
  return TRUE;
}
