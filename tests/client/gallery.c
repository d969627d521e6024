/* SPDX-License-Identifier: GPL-3.0-or-later */

/* gallery.c: shows one scene of the window round a fake service, for people who judge pictures, and
 * for the test that walks the accessible tree. Says “ready WIDTHxHEIGHT” when it stands still.
 *
 * gallery [--size=WxH] [--dark] [--contrast] [--text-scale=FACTOR] SCENE; gallery --list.
 * Words come from the folder of LINNET_LOCALE_DIR and the environment's language. */

#include <libintl.h>
#include <locale.h>
#include <stdio.h>

#include <adwaita.h>

#include "config.h"

#include "client-test.h"
#include "gallery-fill.h"
#include "ui/linnet-about.h"
#include "ui/linnet-composer.h"
#include "ui/linnet-contact-dialogs.h"
#include "ui/linnet-message-row.h"
#include "ui/linnet-new-conversation.h"
#include "ui/linnet-preferences.h"
#include "ui/linnet-setup-view.h"
#include "ui/linnet-shortcuts.h"
#include "ui/linnet-timeline.h"
#include "ui/linnet-window.h"

#define STILL_MS 700

typedef struct
{
  GtkApplication *app;
  GtkWidget *window;
  int width;
  LinnetService *service;
  LinnetConversation *first; /* NULL if there is none */
} Stage;

typedef struct
{
  const char *name;
  const char *state; /* of the account: see gallery_fill () */
  guint n_accounts;
  void (*show) (Stage *stage, const char *name);
} Scene;

static char *size;
static gboolean dark, contrast, list;
static double text_scale = 1;

static const GOptionEntry entries[] = {
  { "size", 0, 0, G_OPTION_ARG_STRING, &size, "Size of the window", "WxH" },
  { "dark", 0, 0, G_OPTION_ARG_NONE, &dark, "Dark", NULL },
  { "contrast", 0, 0, G_OPTION_ARG_NONE, &contrast, "High contrast", NULL },
  { "text-scale", 0, 0, G_OPTION_ARG_DOUBLE, &text_scale, "Larger text", "FACTOR" },
  { "list", 0, 0, G_OPTION_ARG_NONE, &list, "Name all scenes", NULL },
  { NULL },
};

static void
show_nothing (Stage *stage, const char *name)
{
}

static void
show_missing (Stage *stage, const char *name)
{
  linnet_service_set_state (stage->service, LINNET_SERVICE_MISSING);
}

static GtkWidget *
field (GtkWidget *setup, const char *name)
{
  return client_test_find (setup, name);
}

/* What the server says is put there by hand: there is none. */
static void
blame (GtkWidget *setup, const char *row, const char *label, const char *entry, const char *words)
{
  gtk_label_set_text (GTK_LABEL (field (setup, label)), words);
  gtk_widget_set_visible (field (setup, row), TRUE);
  if (entry != NULL)
    gtk_widget_add_css_class (field (setup, entry), "error");
}

/* As the window would say it, with names in the places of the translation. */
static char *
dup_sentence (const char *english, const char *first, const char *second)
{
  g_auto (GStrv) pieces = g_strsplit (dgettext (GETTEXT_PACKAGE, english), "%s", 3);

  return g_strconcat (pieces[0], first, pieces[1], second, second != NULL ? pieces[2] : NULL, NULL);
}

static void
show_form (Stage *stage, const char *name)
{
  GtkWidget *setup = client_test_find_type (stage->window, LINNET_TYPE_SETUP_VIEW);

  linnet_setup_view_show_form (LINNET_SETUP_VIEW (setup));
  gtk_editable_set_text (GTK_EDITABLE (field (setup, "address_row")),
                         g_str_equal (name, "form-address") ? "romeo" : "romeo@montague.lit");
  gtk_editable_set_text (GTK_EDITABLE (field (setup, "password_row")), "secret");
  if (g_str_equal (name, "form-address"))
    gtk_widget_activate_action (setup, "setup.sign-in", NULL);
  else if (g_str_equal (name, "form-password"))
    {
      g_autofree char *sentence =
          dup_sentence ("The password for %s was not accepted.", "romeo@montague.lit", NULL);

      blame (setup, "password_error_row", "password_error", "password_row", sentence);
    }
  else if (g_str_equal (name, "form-certificate"))
    {
      g_autofree char *sentence =
          dup_sentence ("The server could not prove that it is %s: its certificate is for %s. "
                        "The password was not sent.",
                        "montague.lit", "mail.example.org");

      blame (setup, "general_error", "general_error", NULL, sentence);
    }
  else if (g_str_equal (name, "form-connection"))
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (field (setup, "connection_row")), TRUE);
}

static void
show_search (Stage *stage, const char *name)
{
  gtk_widget_activate_action (stage->window, "win.search", NULL);
  gtk_editable_set_text (GTK_EDITABLE (client_test_find (stage->window, "search_entry")),
                         g_str_equal (name, "search-nothing") ? "Hamlet" : "verona");
}

static void
show_talk (Stage *stage, const char *name)
{
  if (g_str_equal (name, "unread"))
    linnet_conversation_set_unread (stage->first, 4);
  gallery_say (stage->first, name);
  linnet_window_open (LINNET_WINDOW (stage->window), stage->first);
  if (g_str_equal (name, "typing"))
    linnet_conversation_set_typing (stage->first, linnet_conversation_get_id (stage->first),
                                    LINNET_CHAT_STATE_COMPOSING);
  else if (g_str_equal (name, "lookalike"))
    linnet_contact_set_looks_like (linnet_conversation_get_contact (stage->first),
                                   "juliett@capulet.lit");
  else if (g_str_equal (name, "details"))
    {
      client_test_settle (stage->window);
      gtk_widget_activate_action (client_test_find_type (stage->window, LINNET_TYPE_COMPOSER),
                                  "conversation.toggle-details", NULL);
    }
  else if (g_str_equal (name, "writing"))
    linnet_composer_type (
        LINNET_COMPOSER (client_test_find_type (stage->window, LINNET_TYPE_COMPOSER)),
        "Night’s candles are burnt out, and jocund day\nstands tiptoe on the misty mountain "
        "tops.\nI must be gone and live, or stay and die.");
  else if (g_str_equal (name, "command"))
    {
      GtkWidget *composer = client_test_find_type (stage->window, LINNET_TYPE_COMPOSER);

      linnet_composer_type (LINNET_COMPOSER (composer), "/jion the feast");
      gtk_widget_activate_action (composer, "composer.send", NULL);
    }
}

static void
show_requests (Stage *stage, const char *name)
{
  gtk_widget_activate_action (stage->window, "win.requests", NULL);
}

static void
show_above (Stage *stage, GtkWidget *dialog)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (dialog), &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (dialog), MIN (width, stage->width), height);
  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (stage->window));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_new (Stage *stage, const char *name)
{
  GtkWidget *dialog = linnet_new_conversation_new (stage->service);
  GtkWidget *entry = client_test_find (dialog, "entry");

  if (g_str_equal (name, "new-typed"))
    gtk_editable_set_text (GTK_EDITABLE (entry), "benvolio@montague.lit");
  else if (g_str_equal (name, "new-nothing"))
    gtk_editable_set_text (GTK_EDITABLE (entry), "Hamlet");
  show_above (stage, dialog);
}

static void
show_contact_dialog (Stage *stage, const char *name)
{
  LinnetContact *contact = linnet_conversation_get_contact (stage->first);
  GtkWindow *parent = GTK_WINDOW (stage->window);

  if (g_str_equal (name, "rename"))
    linnet_contact_dialogs_rename (parent, contact);
  else if (g_str_equal (name, "groups"))
    linnet_contact_dialogs_groups (parent, contact);
  else
    linnet_contact_dialogs_remove (parent, contact);
}

static void
show_preferences (Stage *stage, const char *name)
{
  show_above (stage, linnet_preferences_new (stage->service, NULL));
}

static void
show_about (Stage *stage, const char *name)
{
  show_above (stage, linnet_about_new ());
}

static void
show_shortcuts (Stage *stage, const char *name)
{
  show_above (stage, linnet_shortcuts_new ());
}

static void
show_popover (Stage *stage, const char *name)
{
  const char *button = g_str_equal (name, "presence")    ? "presence_button"
                       : g_str_equal (name, "main-menu") ? "menu_button"
                                                         : "menu";

  if (g_str_equal (name, "conversation-menu"))
    show_talk (stage, name);
  client_test_settle (stage->window);
  gtk_menu_button_popup (GTK_MENU_BUTTON (client_test_find (
      g_str_equal (name, "conversation-menu")
          ? gtk_widget_get_ancestor (client_test_find_type (stage->window, LINNET_TYPE_TIMELINE),
                                     g_type_from_name ("LinnetConversationView"))
          : stage->window,
      button)));
}

static void
show_row_menu (Stage *stage, const char *name)
{
  GtkWidget *row = NULL;

  show_talk (stage, name);
  client_test_settle (stage->window);
  for (GtkWidget *child =
           gtk_widget_get_first_child (client_test_find_type (stage->window, LINNET_TYPE_TIMELINE));
       child != NULL; child = gtk_widget_get_next_sibling (child))
    if (LINNET_IS_MESSAGE_ROW (child) && gtk_widget_get_mapped (child))
      row = child;
  gtk_widget_activate_action (row, "message.menu", NULL);
}

static void
show_toast (Stage *stage, const char *name)
{
  linnet_window_say (LINNET_WINDOW (stage->window),
                     dgettext (GETTEXT_PACKAGE, "The contact has been asked."));
}

static const Scene scenes[] = {
  { "welcome", "", 0, show_nothing },
  { "missing", "", 0, show_missing },
  { "form", "", 0, show_form },
  { "form-address", "", 0, show_form },
  { "form-password", "", 0, show_form },
  { "form-certificate", "", 0, show_form },
  { "form-connection", "", 0, show_form },
  { "empty", "empty", 1, show_nothing },
  { "list", "connected", 1, show_nothing },
  { "two-accounts", "connected", 2, show_nothing },
  { "search", "connected", 1, show_search },
  { "search-nothing", "connected", 1, show_search },
  { "talk", "connected", 1, show_talk },
  { "talk-two-accounts", "connected", 2, show_talk },
  { "words", "connected", 1, show_talk },
  { "failed", "connected", 1, show_talk },
  { "long", "connected", 1, show_talk },
  { "quiet", "connected", 1, show_talk },
  { "unread", "connected", 1, show_talk },
  { "typing", "connected", 1, show_talk },
  { "lookalike", "connected", 1, show_talk },
  { "writing", "connected", 1, show_talk },
  { "command", "connected", 1, show_talk },
  { "details", "connected", 1, show_talk },
  { "row-menu", "connected", 1, show_row_menu },
  { "conversation-menu", "connected", 1, show_popover },
  { "requests", "connected", 1, show_requests },
  { "requests-none", "empty", 1, show_requests },
  { "new", "connected", 1, show_new },
  { "new-typed", "connected", 2, show_new },
  { "new-nothing", "connected", 1, show_new },
  { "rename", "connected", 1, show_contact_dialog },
  { "groups", "connected", 1, show_contact_dialog },
  { "remove", "connected", 1, show_contact_dialog },
  { "preferences", "connected", 2, show_preferences },
  { "presence", "connected", 2, show_popover },
  { "main-menu", "connected", 1, show_popover },
  { "banner-service", "connected", 1, show_missing },
  { "banner-certificate", "certificate", 1, show_nothing },
  { "banner-password", "password", 1, show_nothing },
  { "toast", "connected", 1, show_toast },
  { "about", "connected", 1, show_about },
  { "shortcuts", "connected", 1, show_shortcuts },
};

static gboolean
still_cb (gpointer window)
{
  g_print ("ready %dx%d\n", gtk_widget_get_width (window), gtk_widget_get_height (window));
  fflush (stdout);
  return G_SOURCE_REMOVE;
}

static void
set_up_look (void)
{
  GtkSettings *settings = gtk_settings_get_default ();

  g_object_set (settings, "gtk-enable-animations", FALSE, "gtk-cursor-blink", FALSE,
                "gtk-decoration-layout", ":close", "gtk-xft-dpi", (int) (96 * 1024 * text_scale),
                NULL);
  if (dark)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);
}

/* Those of the application, so that menus look as they do there. */
static void
add_actions (GtkApplication *app)
{
  static const GActionEntry actions[] = {
    { "preferences", NULL, NULL, NULL, NULL, { 0 } },
    { "shortcuts", NULL, NULL, NULL, NULL, { 0 } },
    { "about", NULL, NULL, NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (app), actions, G_N_ELEMENTS (actions), NULL);
}

static void
activate_cb (GtkApplication *app, const Scene *scene)
{
  static Stage stage = { .width = 1000 };
  int height = 680;

  set_up_look ();
  if (size != NULL)
    sscanf (size, "%dx%d", &stage.width, &height);
  add_actions (app);
  stage.app = app;
  stage.service = linnet_service_new (NULL);
  stage.first = gallery_fill (stage.service, scene->state, scene->n_accounts);
  stage.window = linnet_window_new (app, stage.service, NULL);
  linnet_service_set_state (stage.service, LINNET_SERVICE_READY);
  gtk_window_set_default_size (GTK_WINDOW (stage.window), stage.width, height);
  gtk_window_present (GTK_WINDOW (stage.window));
  scene->show (&stage, scene->name);
  g_timeout_add (STILL_MS, still_cb, stage.window);
}

static void
set_up_words (void)
{
  setlocale (LC_ALL, "");
  if (g_getenv ("LINNET_LOCALE_DIR") != NULL)
    bindtextdomain (GETTEXT_PACKAGE, g_getenv ("LINNET_LOCALE_DIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) app = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new ("SCENE");
  g_autoptr (GError) error = NULL;
  const Scene *scene = NULL;

  set_up_words ();
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    {
      if (list)
        g_print ("%s\n", scenes[i].name);
      if (g_strcmp0 (argv[1], scenes[i].name) == 0)
        scene = &scenes[i];
    }
  if (list || scene == NULL)
    return list ? 0 : 2;
  if (contrast)
    g_setenv ("ADW_DEBUG_HIGH_CONTRAST", "1", TRUE);
  app = adw_application_new ("im.linnet.Linnet", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (app, "activate", G_CALLBACK (activate_cb), (gpointer) scene);
  return g_application_run (G_APPLICATION (app), 1, argv);
}
