/* SPDX-License-Identifier: GPL-3.0-or-later */

/* gallery.c: shows the widgets of a conversation round a fake one, for people who judge pictures.
 *
 * gallery [--window] [--size=WxH] [--dark] [--contrast] [--rtl] [--details] [--folded]
 * [--text-scale=FACTOR] [--scene=NAME]
 * scene: talk, words, failed, empty, long */

#include <locale.h>
#include <stdlib.h>

#include <adwaita.h>

#include "fake-conversation.h"
#include "ui/linnet-conversation-view.h"
#include "ui/linnet-window.h"

static char *size;
static char *scene;
static gboolean whole, dark, contrast, rtl, details, folded;
static double scale = 1;

static const GOptionEntry entries[] = {
  { "size", 0, 0, G_OPTION_ARG_STRING, &size, "Size of the window", "WxH" },
  { "scene", 0, 0, G_OPTION_ARG_STRING, &scene, "What is said", "NAME" },
  { "window", 0, 0, G_OPTION_ARG_NONE, &whole, "The whole window", NULL },
  { "text-scale", 0, 0, G_OPTION_ARG_DOUBLE, &scale, "Larger text", "FACTOR" },
  { "dark", 0, 0, G_OPTION_ARG_NONE, &dark, "Dark", NULL },
  { "contrast", 0, 0, G_OPTION_ARG_NONE, &contrast, "High contrast", NULL },
  { "rtl", 0, 0, G_OPTION_ARG_NONE, &rtl, "Right to left", NULL },
  { "details", 0, 0, G_OPTION_ARG_NONE, &details, "With the side panel", NULL },
  { "folded", 0, 0, G_OPTION_ARG_NONE, &folded, "As one page of a narrow window", NULL },
  { NULL },
};

static gint64 next_id = 1;

static void
add (GPtrArray *messages, gint64 age_s, const char *body, LinnetMessageState state)
{
  g_ptr_array_add (messages, fake_message_new (next_id++, body,
                                               g_get_real_time () / G_USEC_PER_SEC - age_s, state));
}

static void
add_talk (GPtrArray *messages)
{
  const int day_s = 24 * 60 * 60;

  add (messages, 40 * day_s, "O Romeo, Romeo, wherefore art thou Romeo?", 0);
  add (messages, 40 * day_s - 20,
       "Deny thy father and refuse thy name; or, if thou wilt not, be but sworn my love, "
       "and I'll no longer be a Capulet.",
       0);
  add (messages, 40 * day_s - 90, "Shall I hear more, or shall I speak at this?",
       LINNET_MESSAGE_STATE_READ);
  add (messages, 2 * day_s, "😺", 0);
  add (messages, 2 * day_s - 10, "👍🏽❤️", LINNET_MESSAGE_STATE_READ);
  add (messages, day_s, "/me leans over the balcony", 0);
  add (messages, day_s - 60,
       "See https://en.wikipedia.org/wiki/Linnet_(bird) and https://xmpp.org/extensions/.", 0);
  add (messages, 700, "What's in a name?", 0);
  add (messages, 690, "That which we call a rose", 0);
  add (messages, 680, "by any other word would smell as sweet.", 0);
  add (messages, 300, "At nine?", LINNET_MESSAGE_STATE_READ);
  add (messages, 280, "Or at ten, if the nurse is still awake.", LINNET_MESSAGE_STATE_RECEIVED);
  add (messages, 100, "I have no joy of this contract tonight.", LINNET_MESSAGE_STATE_SENT);
  add (messages, 30, "Good night", LINNET_MESSAGE_STATE_SENDING);
}

static void
add_words (GPtrArray *messages)
{
  add (messages, 500,
       "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", 0);
  add (messages, 490,
       "https://example.org/a/very/long/path/that/does/not/want/to/be/broken/anywhere/but/must/"
       "index.html?query=0123456789012345678901234567890123456789",
       LINNET_MESSAGE_STATE_SENT);
  add (messages, 480, "مرحبا، كيف حالك اليوم؟", 0);
  add (messages, 470, "שלום, מה שלומך היום? OK", LINNET_MESSAGE_STATE_READ);
  add (messages, 460, "<b>not bold</b> & \xe2\x80\xae reversed", 0);
  add (messages, 100, "one\ntwo\n\nthree", LINNET_MESSAGE_STATE_RECEIVED);
}

static void
add_failed (GPtrArray *messages)
{
  g_autoptr (LinnetMessage) refused = NULL;

  add (messages, 500, "Parting is such sweet sorrow", 0);
  add (messages, 400, "That I shall say good night till it be morrow.", LINNET_MESSAGE_STATE_READ);
  refused = fake_message_new (next_id++, "Are you there?",
                              g_get_real_time () / G_USEC_PER_SEC - 100, LINNET_MESSAGE_STATE_SENT);
  linnet_message_set_state (refused, LINNET_MESSAGE_STATE_FAILED,
                            "Not sent: the connection was lost before the server had it.");
  g_ptr_array_add (messages, g_object_ref (refused));
  add (messages, 20, "Waiting here.", LINNET_MESSAGE_STATE_WAITING);
}

static void
add_long (GPtrArray *messages)
{
  g_autoptr (GString) body = g_string_new (NULL);

  for (int i = 1; i <= 60; i++)
    g_string_append_printf (body, "Line %d of a poem that does not end.\n", i);
  for (int i = 0; i < 40; i++)
    add (messages, 9000 - 100 * i, "But soft! What light through yonder window breaks?", i % 3);
  add (messages, 60, body->str, 0);
}

static void
load (LinnetConversation *conversation)
{
  LinnetTimelineModel *model = linnet_conversation_get_timeline (conversation);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);

  if (g_strcmp0 (scene, "words") == 0)
    add_words (messages);
  else if (g_strcmp0 (scene, "failed") == 0)
    add_failed (messages);
  else if (g_strcmp0 (scene, "long") == 0)
    add_long (messages);
  else if (g_strcmp0 (scene, "empty") != 0)
    add_talk (messages);
  linnet_timeline_model_add_page (model, LINNET_PAGE_OLDER, messages, TRUE);
  if (messages->len > 0)
    linnet_conversation_set_last_message (conversation, messages->pdata[messages->len - 1]);
}

static LinnetConversation *
add_conversation (LinnetAccount *account,
                  const char *id,
                  const char *name,
                  LinnetPresence presence,
                  gint64 age_s,
                  guint unread)
{
  LinnetContact *contact = linnet_account_ensure_contact (account, id);
  LinnetConversation *conversation = linnet_account_ensure_conversation (account, id);
  gint64 when_s = g_get_real_time () / G_USEC_PER_SEC - age_s;
  g_autoptr (GVariant) keys = g_variant_ref_sink (
      g_variant_new_parsed ("{'last-activity': <%x>, 'unread': <%u>,"
                            " 'last-message': <[{'local-id': <int64 1>, 'message-sent': <%x>},"
                            " {'content-type': <'text/plain'>, 'content': <'At nine, then?'>}]>}",
                            when_s, unread, when_s));

  linnet_contact_set_name (contact, name);
  linnet_contact_set_presence (contact, presence, NULL);
  linnet_contact_set_subscription (contact, LINNET_SUBSCRIPTION_YES, LINNET_SUBSCRIPTION_YES, NULL);
  linnet_conversation_update (conversation, keys);
  return conversation;
}

static GtkWidget *
make_window (AdwApplication *app)
{
  LinnetService *service = linnet_service_new (NULL);
  g_autoptr (LinnetAccount) account = linnet_account_new ("romeo@montague.lit");
  GtkWidget *window;
  LinnetConversation *conversation;

  linnet_account_set_state (account, LINNET_CONNECTION_CONNECTED);
  linnet_service_add_account (service, account);
  add_conversation (account, "nurse@capulet.lit", "Nurse", LINNET_PRESENCE_AWAY, 4000, 12);
  add_conversation (account, "mercutio@verona.lit", "Mercutio the Very Long-Winded of Verona",
                    LINNET_PRESENCE_BUSY, 90000, 0);
  add_conversation (account, "tybalt@capulet.lit", "Tybalt", LINNET_PRESENCE_OFFLINE, 900000, 0);
  conversation = add_conversation (account, "juliet@capulet.lit", "Juliet Capulet",
                                   LINNET_PRESENCE_AVAILABLE, 60, 0);
  load (conversation);
  linnet_service_set_state (service, LINNET_SERVICE_READY);
  window = linnet_window_new (GTK_APPLICATION (app), service, NULL);
  linnet_window_open (LINNET_WINDOW (window), conversation);
  return window;
}

static GtkWidget *
make_view (AdwApplication *app)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (app));
  GtkWidget *view = linnet_conversation_view_new ();
  g_autoptr (LinnetConversation) conversation =
      fake_conversation_new ("juliet@capulet.lit", "Juliet Capulet");

  load (conversation);
  if (g_strcmp0 (scene, "talk") == 0)
    linnet_conversation_set_unread (conversation, 3);
  g_object_set (view, "folded", folded, NULL);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), view);
  linnet_conversation_view_set_conversation (LINNET_CONVERSATION_VIEW (view), conversation);
  if (details)
    gtk_widget_activate_action (view, "conversation.toggle-details", NULL);
  linnet_conversation_view_focus_composer (LINNET_CONVERSATION_VIEW (view));
  return window;
}

static void
activate_cb (AdwApplication *app)
{
  GtkWidget *window;
  int width = 1000;
  int height = 680;

  if (size != NULL)
    sscanf (size, "%dx%d", &width, &height);
  if (dark)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", (int) (96 * 1024 * scale), NULL);
  if (rtl)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  window = whole ? make_window (app) : make_view (app);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) app = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (contrast)
    g_setenv ("ADW_DEBUG_HIGH_CONTRAST", "1", TRUE);
  app = adw_application_new ("im.linnet.Linnet", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (app, "activate", G_CALLBACK (activate_cb), NULL);
  return g_application_run (G_APPLICATION (app), 1, argv);
}
