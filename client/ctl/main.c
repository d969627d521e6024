/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c: linnetctl: which command it is, its options, and how it ends. linnetctl(1) */
#include "config.h"

#include <locale.h>
#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-address.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-text.h"

/* Of the overview. */
#define NAME_COLUMNS 34

static const CtlCommand commands[] = {
  { "account list", NULL, N_ ("Show all accounts"), ctl_account_list },
  { "account show", N_ ("[ADDRESS]"), N_ ("Show everything about an account"), ctl_account_show },
  { "account add", N_ ("ADDRESS [KEY=VALUE…]"), N_ ("Make an account and sign in"),
    ctl_account_add },
  { "account set", N_ ("ADDRESS [KEY=VALUE…]"), N_ ("Change an account"), ctl_account_change,
    N_ ("KEY is display-name, nickname, icon, enabled, connect-automatically, service,\n"
        "uri-schemes, or a connection parameter, such as server, port, resource or\n"
        "priority; a wrong one names all.") },
  { "account enable", N_ ("ADDRESS"), N_ ("Use an account"), ctl_account_enable },
  { "account disable", N_ ("ADDRESS"), N_ ("Keep an account without using it"),
    ctl_account_disable },
  { "account remove", N_ ("ADDRESS"), N_ ("Remove an account from this computer"),
    ctl_account_remove },
  { "account register", N_ ("ADDRESS|LINK"), N_ ("Make a new account on a server"),
    ctl_account_register },
  { "account unregister", N_ ("ADDRESS"), N_ ("Remove an account from its server, for ever"),
    ctl_account_unregister },
  { "passwd", N_ ("[ADDRESS]"), N_ ("Have the server take another password"), ctl_passwd },
  { "certificate show", N_ ("[ADDRESS]"), N_ ("Show what the server proves itself with"),
    ctl_certificate_show },
  { "certificate accept", N_ ("[ADDRESS]"), N_ ("Trust a server that cannot prove who it is"),
    ctl_certificate_accept },
  { "certificate forget", N_ ("[ADDRESS]"), N_ ("Trust no longer what you accepted"),
    ctl_certificate_forget },
  { "status", NULL, N_ ("Show how every account is doing"), ctl_status },
  { "presence", N_ ("SHOW [TEXT]"), N_ ("Say whether you can be reached"), ctl_presence,
    N_ ("SHOW is available, chat, away, xa (away for longer), dnd (busy), hidden (you are\n"
        "online, and nobody is told) or offline.") },
  { "roster list", NULL, N_ ("Show the contacts"), ctl_roster_list,
    N_ ("The subscription is both, to (you see them), from (they see you) or none.") },
  { "roster add", N_ ("ADDRESS"), N_ ("Add a contact and ask to see their presence"),
    ctl_roster_add },
  { "roster remove", N_ ("ADDRESS"), N_ ("Remove a contact"), ctl_roster_remove,
    N_ ("Neither sees the other any more.") },
  { "roster rename", N_ ("ADDRESS NAME"), N_ ("Say what a contact is called"), ctl_roster_rename },
  { "roster group", N_ ("ADDRESS [GROUP…]"), N_ ("Put a contact into these groups only"),
    ctl_roster_group,
    N_ ("Without a group they are in none. “linnetctl group add” leaves the others.") },
  { "roster unsubscribe", N_ ("ADDRESS"), N_ ("See somebody’s presence no longer"),
    ctl_roster_unsubscribe },
  { "roster authorize", N_ ("ADDRESS"), N_ ("Let somebody see your presence"), ctl_roster_authorize,
    N_ ("Also before they ask for it.") },
  { "roster deny", N_ ("ADDRESS"), N_ ("Do not let somebody see your presence"), ctl_roster_deny },
  { "roster block", N_ ("ADDRESS"), N_ ("Hear nothing more of somebody"), ctl_roster_block },
  { "roster report", N_ ("ADDRESS"), N_ ("Block somebody, and tell the server of the abuse"),
    ctl_roster_report },
  { "roster unblock", N_ ("ADDRESS"), N_ ("Hear of somebody again"), ctl_roster_unblock },
  { "roster blocked", NULL, N_ ("Show who is blocked"), ctl_roster_blocked },
  { "group list", NULL, N_ ("Show the groups of contacts"), ctl_group_list },
  { "group rename", N_ ("GROUP NAME"), N_ ("Say what a group is called"), ctl_group_rename },
  { "group merge", N_ ("GROUP OTHER"), N_ ("Put everybody of a group into another, and remove it"),
    ctl_group_merge },
  { "group remove", N_ ("GROUP"), N_ ("Remove a group, and nobody in it"), ctl_group_remove },
  { "group add", N_ ("GROUP ADDRESS…"), N_ ("Put contacts into a group"), ctl_group_add },
  { "group drop", N_ ("GROUP ADDRESS…"), N_ ("Take contacts out of a group"), ctl_group_drop },
  { "search", N_ ("[TEXT|KEY=VALUE…]"), N_ ("Search a directory of people"), ctl_search,
    N_ ("Without words, what can be searched by is shown: some of text, name, nick,\n"
        "address, given, family, email, birthday, gender, city and organisation.") },
  { "contact", N_ ("ADDRESS"), N_ ("Show what is known of a contact"), ctl_contact_show,
    N_ ("Options can be put together: each shows its part, instead of the overview.") },
  { "profile show", NULL, N_ ("Show what you write of yourself"), ctl_profile_show },
  { "profile set", N_ ("KEY=VALUE…"), N_ ("Change what you write of yourself"), ctl_profile_set,
    N_ ("Keys are name, given, family, middle, prefix, suffix, nick, birthday, email,\n"
        "phone, address, url, organisation, unit, title, role, street, city, region,\n"
        "postalcode, country, extended, pobox, label, lat, lon, timezone, category and\n"
        "note. Behind one may stand what kind it is, as in phone.home=123. What is not\n"
        "named stays, and an empty value takes it away.") },
  { "avatar set", N_ ("FILE"), N_ ("Show this picture of yourself"), ctl_avatar_set,
    N_ ("A PNG, JPEG, WebP or GIF file of at most 64 KiB and 1024 × 1024 pixels.") },
  { "avatar clear", NULL, N_ ("Show no picture of yourself any more"), ctl_avatar_clear },
  { "nick", N_ ("[NAME|none]"), N_ ("Say what others may call you"), ctl_nick },
  { "location", N_ ("[KEY=VALUE…|none]"), N_ ("Say where you are"), ctl_location,
    N_ ("Keys are lat, lon (degrees), alt, accuracy (metres), speed, bearing, country,\n"
        "countrycode, region, locality, area, postalcode, street, building, floor, room,\n"
        "description, text, uri and language. What is not named is said no longer: each\n"
        "time all of it is replaced.\n"
        "“none” takes it back; without an argument, what is said now is shown.") },
  { "mood", N_ ("[MOOD [TEXT]|none]"), N_ ("Say how you feel"), ctl_mood,
    N_ ("MOOD is a word such as happy; --list shows all.\n"
        "“none” takes it back; without an argument, what is said now is shown.") },
  { "activity", N_ ("[ACTIVITY [TEXT]|none]"), N_ ("Say what you are doing"), ctl_activity,
    N_ ("ACTIVITY is a word such as working, reading or relaxing/reading; --list shows all.\n"
        "“none” takes it back; without an argument, what is said now is shown.") },
  { "tune", N_ ("[KEY=VALUE…|none]"), N_ ("Say what you are listening to"), ctl_tune,
    N_ ("Keys are artist, title, source, track, uri, length (seconds) and rating (1 to 10).\n"
        "What is not named is said no longer: each time all of it is replaced.\n"
        "“none” takes it back; without an argument, what is said now is shown.") },
  { "disco info", N_ ("[ADDRESS [NODE]]"), N_ ("Show what an address is and can do"),
    ctl_disco_info, N_ ("Without an address, that of your server is asked.") },
  { "disco items", N_ ("[ADDRESS [NODE]]"), N_ ("Show what belongs to an address"), ctl_disco_items,
    N_ ("Without an address, that of your server is asked.") },
  { "gateway register", N_ ("ADDRESS"), N_ ("Register with a gateway to another network"),
    ctl_gateway_register },
  { "gateway unregister", N_ ("ADDRESS"), N_ ("Have a gateway forget you"),
    ctl_gateway_unregister },
  { "gateway login", N_ ("ADDRESS"), N_ ("Have a gateway sign in for you"), ctl_gateway_login },
  { "gateway logout", N_ ("ADDRESS"), N_ ("Have a gateway sign out"), ctl_gateway_logout },
  { "gateway address", N_ ("ADDRESS [NAME]"), N_ ("Print the address of somebody behind a gateway"),
    ctl_gateway_address },
  { "server", NULL, N_ ("Show what the server offers and lacks"), ctl_server },
  { "power-saving", N_ ("[on|off|show]"), N_ ("Say that nobody is looking, to save power"),
    ctl_power_saving },
  { "send", N_ ("ADDRESS [TEXT|-]"), N_ ("Send a message"), ctl_send,
    N_ ("Without a text, or with “-”, it is read from standard input.") },
  { "listen", NULL, N_ ("Print messages as they come"), ctl_listen },
  { "debug", NULL, N_ ("Print the log of the service"), ctl_debug },
  { "__complete", NULL, NULL, ctl_complete },
};

/* What a group of commands does when no word follows. */
static const struct
{
  const char *group;
  const char *command;
} defaults[] = {
  { "account", "account list" },
  { "roster", "roster list" },
  { "group", "group list" },
  { "disco", "disco info" },
  { "profile", "profile show" },
  { "avatar", "avatar set" },
  { "certificate", "certificate show" },
  { "gateway", "gateway address" },
};

/* Words are bytes of the person's locale; where that is none, they are taken for UTF-8. */
static gboolean
check_text (char **words, GError **error)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      char *text;

      if (g_utf8_validate (words[i], -1, NULL))
        continue;
      text = g_locale_to_utf8 (words[i], -1, NULL, NULL, NULL);
      if (text == NULL)
        {
          g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("An argument is no valid text."));
          return FALSE;
        }
      g_free (words[i]);
      words[i] = text;
    }
  return TRUE;
}

/* GOption leaves “--” where something like an option follows it. */
static void
drop_separator (char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], "--"))
      {
        guint n_left = g_strv_length (&words[i + 1]);

        g_free (words[i]);
        memmove (&words[i], &words[i + 1], (n_left + 1) * sizeof *words);
        return;
      }
}

static char **
parse (GOptionContext *context, const char *name, char **words, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GError) local_error = NULL;
  g_auto (GStrv) arguments = NULL;
  g_autofree char *program =
      name != NULL ? g_strconcat ("linnetctl ", name, NULL) : g_strdup ("linnetctl");

  g_set_prgname (program);
  g_strv_builder_add (builder, program);
  g_strv_builder_addv (builder, (const char **) words);
  arguments = g_strv_builder_end (builder);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (context, &arguments, &local_error))
    {
      g_set_error_literal (error, CTL_ERROR, CTL_USAGE, local_error->message);
      return NULL;
    }
  return g_strdupv (arguments + 1);
}

/**
 * ctl_parse:
 * @command: the command
 * @entries: its options, without those that all have
 * @words: what was typed behind its name
 * @least: how many arguments it needs
 * @most: how many it takes, or CTL_ANY_NUMBER
 *
 * Reads the options of a command; --help ends the program.
 *
 * Returns: (transfer full): the arguments, in UTF-8
 * Errors: CTL_USAGE
 */
char **
ctl_parse (Ctl *ctl,
           const CtlCommand *command,
           const GOptionEntry *entries,
           char **words,
           guint least,
           guint most,
           GError **error)
{
  g_autoptr (GOptionContext) context =
      g_option_context_new (command->arguments != NULL ? _ (command->arguments) : NULL);
  g_auto (GStrv) arguments = NULL;
  const GOptionEntry common[] = {
    { "account", 'a', 0, G_OPTION_ARG_FILENAME, &ctl->account, N_ ("Use this account"),
      N_ ("ADDRESS") },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &ctl->wants_json, N_ ("Print JSON, for programs"), NULL },
    { NULL },
  };

  if (command->summary != NULL)
    g_option_context_set_summary (context, _ (command->summary));
  if (command->details != NULL)
    g_option_context_set_description (context, _ (command->details));
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, common, NULL);
  arguments = parse (context, command->name, words, error);
  if (arguments == NULL || !check_text (arguments, error))
    return NULL;
  drop_separator (arguments);
  if (g_strv_length (arguments) >= least && g_strv_length (arguments) <= most)
    return ctl_address_read_all (ctl, command, arguments, error) ? g_steal_pointer (&arguments)
                                                                 : NULL;
  g_set_error_literal (error, CTL_ERROR, CTL_USAGE,
                       g_strv_length (arguments) < least ? _ ("An argument is missing.")
                                                         : _ ("There is an argument too many."));
  return NULL;
}

/* Of one group of commands, or of all. */
static char *
dup_overview (const char *group)
{
  GString *text = g_string_new (_ ("Commands:"));

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *usage = NULL;
      gsize length = group != NULL ? strlen (group) : 0;

      if (commands[i].summary == NULL)
        continue;
      if (group != NULL &&
          (!g_str_has_prefix (commands[i].name, group) || commands[i].name[length] != ' '))
        continue;
      usage = g_strdup_printf ("%s %s", commands[i].name,
                               commands[i].arguments != NULL ? _ (commands[i].arguments) : "");
      g_string_append_printf (text, "\n  %s", usage);
      for (guint width = ctl_text_get_width (usage); width < NAME_COLUMNS; width++)
        g_string_append_c (text, ' ');
      g_string_append (text, _ (commands[i].summary));
    }
  g_string_append (text, "\n\n");
  g_string_append (text, _ ("“linnetctl COMMAND --help” says more about one; linnetctl(1) about "
                            "all, and about exit codes."));
  return g_string_free (text, FALSE);
}

static gboolean
is_group (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    if (g_str_equal (defaults[i].group, word))
      return TRUE;
  return FALSE;
}

static const CtlCommand *
find_named (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  return NULL;
}

/* Whoever leaves out the first of two words is told where the second one belongs. */
static void
fail_unknown (const char *first, const char *second, GError **error)
{
  g_autoptr (GString) meant = g_string_new (NULL);

  for (guint i = 0; second == NULL && i < G_N_ELEMENTS (commands); i++)
    {
      const char *space = strchr (commands[i].name, ' ');

      if (space == NULL || !g_str_equal (space + 1, first))
        continue;
      /* Translators: stands between the names of commands, which are in quotation marks. */
      g_string_append (meant, meant->len > 0 ? _ ("” or “") : "");
      g_string_append (meant, commands[i].name);
    }
  if (meant->len > 0)
    g_set_error (error, CTL_ERROR, CTL_USAGE,
                 _ ("There is no command “%s”. Perhaps “%s” is meant."), first, meant->str);
  else
    g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("There is no command “%s%s%s”."), first,
                 second != NULL ? " " : "", second != NULL ? second : "");
}

/* The command, and in *n_words how many words name it. */
static const CtlCommand *
find_command (char **words, guint *n_words, GError **error)
{
  const CtlCommand *command = NULL;

  *n_words = 1;
  if (words[0] == NULL)
    {
      g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("What is to be done is missing."));
      return NULL;
    }
  if (!is_group (words[0]))
    command = find_named (words[0]);
  else if (words[1] == NULL || words[1][0] == '-')
    for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
      command =
          g_str_equal (defaults[i].group, words[0]) ? find_named (defaults[i].command) : command;
  else
    {
      g_autofree char *name = g_strconcat (words[0], " ", words[1], NULL);

      *n_words = 2;
      command = find_named (name);
    }
  if (command == NULL)
    fail_unknown (words[0], *n_words == 2 ? words[1] : NULL, error);
  return command;
}

static gboolean
wants_help (const char *word)
{
  return word != NULL && (g_str_equal (word, "--help") || g_str_equal (word, "-h"));
}

/* “help” and a command is what that command says of itself, and “help” alone is --help. */
static char **
dup_words (char **words)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean is_help = words[0] != NULL && g_str_equal (words[0], "help");

  g_strv_builder_addv (builder, (const char **) (is_help ? words + 1 : words));
  if (is_help)
    g_strv_builder_add (builder, "--help");
  return g_strv_builder_end (builder);
}

static gboolean
run (Ctl *ctl, char **typed, GError **error)
{
  g_auto (GStrv) words = dup_words (typed);
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("COMMAND …"));
  g_autofree char *overview = NULL;
  g_auto (GStrv) rest = NULL;
  gboolean shows_version = FALSE;
  guint n_words;
  const CtlCommand *command;
  const GOptionEntry entries[] = {
    { "account", 'a', 0, G_OPTION_ARG_FILENAME, &ctl->account, N_ ("Use this account"),
      N_ ("ADDRESS") },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &ctl->wants_json, N_ ("Print JSON, for programs"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &shows_version, N_ ("Say the version and leave"), NULL },
    { NULL },
  };
  gboolean is_of_group = words[0] != NULL && is_group (words[0]) && wants_help (words[1]);

  overview = dup_overview (is_of_group ? words[0] : NULL);
  g_option_context_set_summary (context, _ ("Linnet’s accounts, contacts and messages, from the "
                                            "command line."));
  g_option_context_set_description (context, overview);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_strict_posix (context, !is_of_group);
  rest = parse (context, is_of_group ? words[0] : NULL, words, error);
  if (rest == NULL)
    return FALSE;
  if (shows_version)
    {
      g_print ("linnetctl %s\n", LINNET_VERSION);
      return TRUE;
    }
  command = find_command (rest, &n_words, error);
  return command != NULL && command->run (ctl, command, rest + n_words, error);
}

/* A sentence for people, which may have others' words in it. */
static void
complain (const GError *error)
{
  g_autofree char *safe = ctl_text_dup_lines (error->message, "  ");

  g_printerr ("linnetctl: %s\n", safe);
  if (error->domain == CTL_ERROR && error->code == CTL_USAGE)
    g_printerr (_ ("“%s --help” says more.\n"), g_get_prgname ());
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Ctl ctl = { 0 };
  int status = CTL_OK;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LINNET_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  if (!run (&ctl, argc > 0 ? argv + 1 : argv, &error))
    {
      complain (error);
      status = error->domain == CTL_ERROR ? error->code : CTL_FAILED;
    }
  ctl_clear (&ctl);
  return status;
}
