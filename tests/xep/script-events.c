/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script-events.c: what the model tells, a line each. docs/adding-a-xep.md lists the forms */

#include "script-world.h"

#include <string.h>

#include "im/im-caps.h"
#include "im/im-module.h"
#include "im/im-idle.h"
#include "im/im-time.h"

static const char *const subscription_names[] = { "unknown", "no", "removed", "ask", "yes" };
static const char *const message_states[] = { "none", "waiting", "sending", "sent",
                                              "received", "read", "failed" };
static const char *const chat_states[] = { "gone", "inactive", "active", "paused", "composing" };
static const char *const facts[] = { NULL, "location", "mood", "activity", "tune" };
static const char *const kinds[] = { "normal", "action", "notice", "auto-reply", "report" };

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
append_groups (GString *line, ImContact *contact)
{
  g_string_append (line, " groups");
  for (guint i = 0; i < im_contact_get_n_groups (contact); i++)
    g_string_append_printf (line, "%c%s", i == 0 ? '=' : ',', im_contact_get_group (contact, i));
}

static void
append_resources (GString *line, ImContact *contact, gboolean has_caps)
{
  g_string_append (line, has_caps ? " caps" : " resources");
  for (guint i = 0; i < im_contact_get_n_resources (contact); i++)
    {
      const ImResource *resource = im_contact_get_resource (contact, i);

      g_string_append_printf (line, "%c%s", i == 0 ? '=' : ',', resource->name);
      if (has_caps)
        {
          g_string_append_printf (line, ":%s",
                                  resource->caps_node != NULL ? resource->caps_node : "none");
          if (resource->caps != NULL)
            g_string_append_printf (line, "%c%s:%u", resource->caps->is_verified ? '!' : '?',
                                    resource->caps->type != NULL ? resource->caps->type : "",
                                    resource->caps->n_features);
        }
    }
}

static void
append_facts (GString *line, ImContact *contact, ImContactChange change)
{
  for (guint i = 1; i < IM_N_FACTS; i++)
    {
      GVariant *value = im_contact_get_fact (contact, i);
      g_autofree char *text = value != NULL ? g_variant_print (value, FALSE) : g_strdup ("none");

      if (change & IM_CONTACT_FACT (i))
        g_string_append_printf (line, " %s=%s", facts[i], text);
    }
}

/* By the last word of their names. */
static void
append_classes (GString *line, ImAccount *account, ImContact *contact)
{
  GPtrArray *rows = im_account_get_channel_classes (account);
  const guint32 mask = im_account_get_classes_of (account, contact);

  g_string_append (line, " classes=");
  for (guint i = 0; i < rows->len; i++)
    if (mask & 1u << i)
      g_string_append (line, strrchr (((ImChannelClass *) rows->pdata[i])->channel_type, '.') + 1);
}

static void
append_info (GString *line, ImContact *contact)
{
  GVariant *info = im_contact_get_info (contact);
  g_autofree char *text = info != NULL ? g_variant_print (info, FALSE) : g_strdup ("none");

  g_string_append_printf (line, " info=%s", text);
}

static const char *
name_avatar (const char *token)
{
  if (token == NULL)
    return "unknown";
  return *token == '\0' ? "none" : token;
}

static char *
describe_contact (ImAccount *account, ImContact *contact, ImContactChange change)
{
  GString *line = g_string_new ("contact ");

  g_string_append (line, xmpp_jid_get_text (im_contact_get_jid (contact)));
  if (change & IM_CONTACT_ALIAS)
    g_string_append_printf (line, " alias=%s", im_contact_get_alias (contact));
  if (change & IM_CONTACT_SUBSCRIPTION)
    {
      g_string_append_printf (line, " subscribe=%s publish=%s",
                              subscription_names[im_contact_get_subscribe (contact)],
                              subscription_names[im_contact_get_publish (contact)]);
      if (*im_contact_get_publish_request (contact) != '\0')
        g_string_append_printf (line, " request=%s", im_contact_get_publish_request (contact));
    }
  if (change & IM_CONTACT_GROUPS)
    append_groups (line, contact);
  if (change & IM_CONTACT_PRESENCE)
    {
      g_string_append_printf (line, " presence=%s", im_contact_get_presence (contact)->status);
      if (*im_contact_get_presence (contact)->message != '\0')
        g_string_append_printf (line, ":%s", im_contact_get_presence (contact)->message);
    }
  if (change & IM_CONTACT_RESOURCES)
    append_resources (line, contact, FALSE);
  if (change & IM_CONTACT_CAPS)
    append_resources (line, contact, TRUE);
  if (change & IM_CONTACT_CLASSES)
    append_classes (line, account, contact);
  if (change & IM_CONTACT_IDLE)
    {
      gint64 since_s = im_contact_get_idle_since_s (contact);
      g_autofree char *since = since_s > 0 ? im_time_format (since_s * G_USEC_PER_SEC) : NULL;

      g_string_append_printf (line, " idle=%s", since != NULL ? since : "none");
    }
  append_facts (line, contact, change);
  if (change & IM_CONTACT_INFO)
    append_info (line, contact);
  if (change & IM_CONTACT_AVATAR)
    g_string_append_printf (line, " avatar=%s",
                            name_avatar (im_contact_get_avatar_token (contact)));
  if (change & IM_CONTACT_REMOVED)
    g_string_append (line, " removed");
  return g_string_free (line, FALSE);
}

static void
contacts_changed_cb (ImAccount *account, GPtrArray *contacts, GArray *changes, gpointer user_data)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  for (guint i = 0; i < contacts->len; i++)
    g_ptr_array_add (lines, describe_contact (account, contacts->pdata[i],
                                              g_array_index (changes, ImContactChange, i)));
  g_ptr_array_sort (lines, compare_texts);
  for (guint i = 0; i < lines->len; i++)
    script_world_add_event (user_data, lines->pdata[i]);
}

static void
groups_changed_cb (ImAccount *account,
                   const char *const *created,
                   const char *const *removed,
                   gpointer user_data)
{
  GString *line = g_string_new ("groups");

  for (guint i = 0; created[i] != NULL; i++)
    g_string_append_printf (line, " +%s", created[i]);
  for (guint i = 0; removed[i] != NULL; i++)
    g_string_append_printf (line, " -%s", removed[i]);
  script_world_add_event (user_data, g_string_free (line, FALSE));
}

/** script_world_add_contacts: one line: @what, then each address behind @sign, sorted */
void
script_world_add_contacts (ScriptWorld *self,
                           const char *what,
                           const char *sign,
                           GPtrArray *contacts)
{
  GString *line = g_string_new (what);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < contacts->len; i++)
    g_ptr_array_add (names, (gpointer) xmpp_jid_get_text (im_contact_get_jid (contacts->pdata[i])));
  g_ptr_array_sort (names, compare_texts);
  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (line, " %s%s", sign, (const char *) names->pdata[i]);
  script_world_add_event (self, g_string_free (line, FALSE));
}

static void
blocked_changed_cb (ImAccount *account,
                    GPtrArray *blocked,
                    GPtrArray *unblocked,
                    gpointer user_data)
{
  if (blocked->len > 0)
    script_world_add_contacts (user_data, "blocked", "+", blocked);
  if (unblocked->len > 0)
    script_world_add_contacts (user_data, "blocked", "-", unblocked);
}

static void
state_cb (ImAccount *account, GParamSpec *pspec, gpointer user_data)
{
  static const char *const names[] = { "offline", "connecting", "online" };
  const GError *error = im_account_get_error (account);

  if (im_account_get_state (account) != IM_ACCOUNT_CONNECTING)
    script_world_add_event (
        user_data,
        g_strdup_printf ("state %s%s%s", names[im_account_get_state (account)],
                         error != NULL ? " " : "",
                         error != NULL ? strrchr (im_error_get_dbus_name (error), '.') + 1 : ""));
}

static void
roster_state_cb (ImAccount *account, GParamSpec *pspec, gpointer user_data)
{
  static const char *const names[] = { "none", "waiting", "failure", "success" };

  const GError *error = im_account_get_roster_error (account);

  script_world_add_event (
      user_data,
      error == NULL
          ? g_strdup_printf ("roster %s", names[im_account_get_roster_state (account)])
          : g_strdup_printf ("roster %s %s %s", names[im_account_get_roster_state (account)],
                             strrchr (im_error_get_dbus_name (error), '.') + 1, error->message));
}

static void
message_received_cb (ImConversation *conversation,
                     ImMessage *message,
                     gboolean is_fresh,
                     gpointer user_data)
{
  GString *line = g_string_new ("message ");
  GVariant *thread = im_message_get_header (message, IM_HEADER_THREAD);

  g_string_append_printf (line, "%s %s %s", im_conversation_get_id (conversation),
                          kinds[im_message_get_kind (message)], im_message_get_body (message));
  if (im_message_get_sent_us (message) > 0)
    {
      g_autoptr (GDateTime) sent =
          g_date_time_new_from_unix_utc (im_message_get_sent_us (message) / G_USEC_PER_SEC);
      g_autofree char *text = g_date_time_format_iso8601 (sent);

      g_string_append_printf (line, " sent=%s", text);
    }
  if (thread != NULL)
    g_string_append_printf (line, " thread=%s", g_variant_get_string (thread, NULL));
  script_world_add_event (user_data, g_string_free (line, FALSE));
}

static void
message_changed_cb (ImConversation *conversation, ImMessage *message, gpointer user_data)
{
  const char *error = im_message_get_error_name (message);

  script_world_add_event (
      user_data, g_strdup_printf (
                     "changed %s %s %s%s%s", im_conversation_get_id (conversation),
                     im_message_get_body (message), message_states[im_message_get_state (message)],
                     error != NULL ? " " : "", error != NULL ? strrchr (error, '.') + 1 : ""));
}

static void
chat_state_cb (ImConversation *conversation, XmppJid *who, guint state, gpointer user_data)
{
  script_world_add_event (
      user_data, g_strdup_printf ("chat-state %s %s", xmpp_jid_get_text (who), chat_states[state]));
}

static void
conversation_added_cb (ImAccount *account, ImConversation *conversation, gpointer user_data)
{
  g_signal_connect (conversation, "message-received", G_CALLBACK (message_received_cb), user_data);
  g_signal_connect (conversation, "message-changed", G_CALLBACK (message_changed_cb), user_data);
  g_signal_connect (conversation, "chat-state-changed", G_CALLBACK (chat_state_cb), user_data);
}

static void
delimiter_cb (ImAccount *account, GParamSpec *pspec, gpointer user_data)
{
  script_world_add_event (
      user_data, g_strdup_printf ("delimiter %s", im_account_get_group_delimiter (account)));
}

/** script_events_watch: @world: whose account's events become lines */
void
script_events_watch (ScriptWorld *world)
{
  ImAccount *account = script_world_get_account (world);

  g_signal_connect (account, "contacts-changed", G_CALLBACK (contacts_changed_cb), world);
  g_signal_connect (account, "groups-changed", G_CALLBACK (groups_changed_cb), world);
  g_signal_connect (account, "blocked-changed", G_CALLBACK (blocked_changed_cb), world);
  g_signal_connect (account, "notify::state", G_CALLBACK (state_cb), world);
  g_signal_connect (account, "notify::roster-state", G_CALLBACK (roster_state_cb), world);
  g_signal_connect (account, "conversation-added", G_CALLBACK (conversation_added_cb), world);
  g_signal_connect (script_world_get_account (world), "notify::group-delimiter",
                    G_CALLBACK (delimiter_cb), world);
}
