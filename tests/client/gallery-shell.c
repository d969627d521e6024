/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gallery-shell.c: shows the window round a fake service, for people who judge pictures.
 *
 * gallery-shell [--size=WxH] [--dark] [--rtl] [--scene=NAME]
 * scene: main, open, setup, form, error, requests, new, preferences, empty, banner, missing */
#include <locale.h>
#include <stdio.h>

#include <adwaita.h>

#include "client-test.h"
#include "fake-conversation.h"
#include "ui/linnet-new-conversation.h"
#include "ui/linnet-preferences.h"
#include "ui/linnet-setup-view.h"
#include "ui/linnet-window.h"

static char *size;
static char *scene;
static gboolean dark, rtl;

static const GOptionEntry entries[] = {
  { "size", 0, 0, G_OPTION_ARG_STRING, &size, "Size of the window", "WxH" },
  { "scene", 0, 0, G_OPTION_ARG_STRING, &scene, "What is shown", "NAME" },
  { "dark", 0, 0, G_OPTION_ARG_NONE, &dark, "Dark", NULL },
  { "rtl", 0, 0, G_OPTION_ARG_NONE, &rtl, "Right to left", NULL },
  { NULL },
};

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
  guint state;
} Person;

static const Person people[] = {
  { "juliet@capulet.lit", "Juliet Capulet", "Verona", LINNET_PRESENCE_AVAILABLE, "on the balcony",
    "at nine?", 60, 0, TRUE, TRUE, FALSE, LINNET_MESSAGE_STATE_READ },
  { "nurse@capulet.lit", "The Nurse with a Very Long Name That Does Not Fit", "Verona",
    LINNET_PRESENCE_AWAY, NULL,
    "I am the drudge, and toil in your delight, but you shall bear the burden soon at night.", 1200,
    3, FALSE, FALSE, FALSE, 0 },
  { "mercutio@verona.lit", "Mercutio", "Friends", LINNET_PRESENCE_BUSY,
    "A plague o’ both your houses!", "Ask for me to-morrow", 90000, 120, FALSE, FALSE, TRUE, 0 },
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
      person->outgoing, person->state, person->text));

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

static LinnetConversation *
fill (LinnetService *service)
{
  g_autoptr (LinnetAccount) account = linnet_account_new ("romeo@montague.lit");
  LinnetConversation *first = NULL;
  LinnetContact *asking;

  linnet_account_set_state (account, LINNET_CONNECTION_CONNECTED);
  linnet_service_add_account (service, account);
  if (g_strcmp0 (scene, "empty") == 0)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      LinnetConversation *conversation = add_person (account, &people[i]);

      first = first != NULL ? first : conversation;
    }
  asking = linnet_account_ensure_contact (account, "rosaline@capulet.lit");
  linnet_contact_set_subscription (asking, LINNET_SUBSCRIPTION_NO, LINNET_SUBSCRIPTION_ASK,
                                   "We met at the feast. <3");
  return first;
}

static void
show_scene (GtkApplication *app,
            GtkWidget *window,
            LinnetService *service,
            LinnetConversation *first)
{
  GtkWidget *other = NULL;
  GtkWidget *setup = client_test_find_type (window, LINNET_TYPE_SETUP_VIEW);

  if (g_strcmp0 (scene, "open") == 0)
    {
      linnet_timeline_model_want_older (linnet_conversation_get_timeline (first));
      fake_conversation_load (first, 30);
      linnet_window_open (LINNET_WINDOW (window), first);
    }
  else if (g_strcmp0 (scene, "requests") == 0)
    gtk_widget_activate_action (window, "win.requests", NULL);
  else if (g_strcmp0 (scene, "new") == 0)
    other = linnet_new_conversation_new (service);
  else if (g_strcmp0 (scene, "preferences") == 0)
    other = linnet_preferences_new (service, NULL);
  else if (g_strcmp0 (scene, "form") == 0 || g_strcmp0 (scene, "error") == 0)
    {
      linnet_setup_view_show_form (LINNET_SETUP_VIEW (setup));
      gtk_editable_set_text (GTK_EDITABLE (client_test_find_type (setup, ADW_TYPE_ENTRY_ROW)),
                             "romeo");
      gtk_editable_set_text (
          GTK_EDITABLE (client_test_find_type (setup, ADW_TYPE_PASSWORD_ENTRY_ROW)), "secret");
      if (g_strcmp0 (scene, "error") == 0)
        gtk_widget_activate_action (setup, "setup.sign-in", NULL);
    }
  if (other != NULL)
    {
      gtk_window_set_transient_for (GTK_WINDOW (other), GTK_WINDOW (window));
      gtk_window_present (GTK_WINDOW (other));
    }
}

static void
activate_cb (GtkApplication *app, LinnetService *service)
{
  static const char *const without_account[] = { "setup", "form", "error", "missing", NULL };
  gboolean is_empty = scene != NULL && g_strv_contains (without_account, scene);
  LinnetConversation *first = is_empty ? NULL : fill (service);
  GtkWidget *window = linnet_window_new (app, service, NULL);
  int width = 1000, height = 680;

  linnet_service_set_state (service,
                            g_strcmp0 (scene, "missing") == 0 || g_strcmp0 (scene, "banner") == 0
                                ? LINNET_SERVICE_MISSING
                                : LINNET_SERVICE_READY);
  if (size != NULL)
    sscanf (size, "%dx%d", &width, &height);
  if (dark)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);
  if (rtl)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  show_scene (app, window, service, first);
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) app = NULL;
  g_autoptr (LinnetService) service = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  app = adw_application_new ("im.linnet.Linnet", G_APPLICATION_NON_UNIQUE);
  service = linnet_service_new (NULL);
  g_signal_connect (app, "activate", G_CALLBACK (activate_cb), service);
  return g_application_run (G_APPLICATION (app), 1, argv);
}
