/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-register.c: account register: a server's questions, and a person's answers.
 * im.linnet.Registrar1, im.linnet.FormSession1 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "ctl/ctl-account-make.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-parameter.h"
#include "ctl/ctl-password.h"
#include "ctl/ctl-text.h"

#define FORM "(ssa(sssasa(ss)b))"
#define USERNAME "username"
#define PASSWORD "password"
#define MAX_LINE_BYTES 8192

/* FormSession1.Status */
enum
{
  STATUS_WORKING,
  STATUS_ASKING,
  STATUS_DONE,
};

typedef struct
{
  Ctl *ctl; /* (unowned) */
  const CtlMakeOptions *options; /* (unowned) */
  const char *wanted; /* (unowned) the address, as typed */
  char **answers; /* (unowned) FIELD=VALUE; NULL once they were sent */
  char *path; /* (owned) (nullable) */
  GVariant *properties; /* (owned) (nullable) a{sv} */
  char *password; /* (owned) (nullable) */
  GHashTable *last; /* (owned) field → what was answered before */
  GPtrArray *files; /* (owned) of pictures, to be removed */
  guint subscription;
  gboolean is_changed;
  gboolean is_again; /* the server has said no before */
  gboolean is_other; /* this form is answered with something else than the one before */
  gboolean is_asked; /* the person was asked for something of this form */
  gboolean is_gateway; /* which is told a password that there is already */
} Registration;

static void
registration_clear (Registration *self)
{
  g_autoptr (GVariant) reply G_GNUC_UNUSED = NULL;

  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->ctl->bus, self->subscription);
  if (self->path != NULL)
    reply = ctl_call (self->ctl, CTL_SERVICE_NAME, self->path, CTL_FORM_SESSION, "Cancel", NULL,
                      "()", NULL);
  for (guint i = 0; self->files != NULL && i < self->files->len; i++)
    g_unlink (self->files->pdata[i]);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->last, g_hash_table_unref);
  g_clear_pointer (&self->properties, g_variant_unref);
  g_clear_pointer (&self->password, ctl_password_free);
  g_free (self->path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Registration, registration_clear)

static void
changed_cb (GDBusConnection *bus,
            const char *sender,
            const char *path,
            const char *interface,
            const char *member,
            GVariant *arguments,
            gpointer data)
{
  ((Registration *) data)->is_changed = TRUE;
}

static guint
get_status (Registration *self)
{
  guint32 status = STATUS_WORKING;

  g_variant_lookup (self->properties, "Status", "u", &status);
  return status;
}

static gboolean
check (gpointer data, GError **error)
{
  Registration *self = data;

  if (!self->is_changed)
    return FALSE;
  self->is_changed = FALSE;
  g_clear_pointer (&self->properties, g_variant_unref);
  self->properties = ctl_get_all (self->ctl, CTL_SERVICE_NAME, self->path, CTL_FORM_SESSION, error);
  return self->properties != NULL && get_status (self) != STATUS_WORKING;
}

/* Until the server asks, or it is over. */
static gboolean
await (Registration *self, GError **error)
{
  gboolean in_time = FALSE;

  if (!ctl_wait (self->ctl, (guint) self->options->timeout_s, check, self, &in_time, error))
    return FALSE;
  if (!in_time)
    g_set_error_literal (error, CTL_ERROR, CTL_TIMED_OUT, _ ("The server did not answer in time."));
  return in_time;
}

/* The last thing that was said beside the form; "" for nothing. */
static char *
dup_note (Registration *self)
{
  g_autoptr (GVariant) notes =
      g_variant_lookup_value (self->properties, "Notes", G_VARIANT_TYPE ("a(us)"));
  char *text = NULL;
  GVariantIter iter;
  const char *note;

  if (notes == NULL)
    return g_strdup ("");
  g_variant_iter_init (&iter, notes);
  while (g_variant_iter_next (&iter, "(u&s)", NULL, &note))
    {
      g_free (text);
      text = g_strdup (note);
    }
  return text != NULL ? text : g_strdup ("");
}

static void
print_lines (const char *text)
{
  g_autofree char *safe = ctl_text_dup_lines (text, "");

  if (*text != '\0')
    g_printerr ("%s\n", safe);
}

/* A picture is written to a file: nobody here looks at it. */
static void
show_medium (Registration *self, const char *type, const char *uri)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) data = NULL;
  g_autofree char *path = NULL;
  g_autofree char *safe = ctl_text_dup_safe (uri);
  g_autofree char *safe_type = ctl_text_dup_safe (type);
  gconstpointer bytes;
  gsize n_bytes;
  int fd;

  if (g_str_has_prefix (uri, "cid:"))
    reply = ctl_call (self->ctl, CTL_SERVICE_NAME, self->path, CTL_FORM_SESSION, "GetMedium",
                      g_variant_new ("(s)", uri), "(say)", NULL);
  if (reply == NULL)
    {
      g_printerr (_ ("To be looked at first: %s\n"), safe);
      return;
    }
  data = g_variant_get_child_value (reply, 1);
  bytes = g_variant_get_fixed_array (data, &n_bytes, 1);
  path = g_build_filename (g_get_user_runtime_dir (), "linnetctl-XXXXXX", NULL);
  fd = g_mkstemp (path);
  if (fd < 0 || !g_file_set_contents (path, bytes, (gssize) n_bytes, NULL))
    {
      g_printerr ("%s\n", _ ("A picture belongs to this question, but it cannot be written."));
      if (fd >= 0)
        g_unlink (path);
    }
  else
    {
      g_printerr (_ ("To be looked at first (%s): %s\n"), safe_type, path);
      g_ptr_array_add (self->files, g_steal_pointer (&path));
    }
  if (fd >= 0)
    g_close (fd, NULL);
}

static void
show_media (Registration *self, const char *field)
{
  g_autoptr (GVariant) media =
      g_variant_lookup_value (self->properties, "Media", G_VARIANT_TYPE ("a{sa(ss)}"));
  g_autoptr (GVariant) shown =
      media != NULL ? g_variant_lookup_value (media, field, G_VARIANT_TYPE ("a(ss)")) : NULL;
  GVariantIter iter;
  const char *type;
  const char *uri;

  if (shown == NULL)
    return;
  g_variant_iter_init (&iter, shown);
  while (g_variant_iter_next (&iter, "(&s&s)", &type, &uri))
    show_medium (self, type, uri);
}

/* One of --answer; NULL: none. */
static const char *
find_given (Registration *self, const char *field)
{
  gsize length = strlen (field);

  for (guint i = 0; self->answers != NULL && self->answers[i] != NULL; i++)
    if (strncmp (self->answers[i], field, length) == 0 && self->answers[i][length] == '=')
      return self->answers[i] + length + 1;
  return NULL;
}

typedef struct
{
  const char *name;
  const char *type;
  const char *label;
  const char **values; /* (owned) of borrowed texts */
  GVariant *options; /* (owned) a(ss) */
  gboolean is_needed;
} Field;

static void
field_clear (Field *self)
{
  g_free (self->values);
  g_clear_pointer (&self->options, g_variant_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Field, field_clear)

static void
print_choices (const Field *field)
{
  GVariantIter iter;
  const char *label;
  const char *value;

  g_variant_iter_init (&iter, field->options);
  while (g_variant_iter_next (&iter, "(&s&s)", &label, &value))
    {
      g_autofree char *safe = ctl_text_dup_safe (label);
      g_autofree char *safe_value = ctl_text_dup_safe (value);

      g_printerr ("  %s: %s\n", safe_value, safe);
    }
}

/* What the person types; an empty line keeps what was there. (transfer full) (nullable) */
static char *
ask_line (const Field *field, const char *before, const char *note, GError **error)
{
  g_autofree char *safe = ctl_text_dup_safe (*field->label != '\0' ? field->label : field->name);
  g_autofree char *kept = ctl_text_dup_safe (before != NULL ? before : "");
  g_autofree char *line = g_malloc0 (MAX_LINE_BYTES);

  print_choices (field);
  if (g_str_equal (field->type, "boolean"))
    g_printerr ("%s (true, false) [%s]: ", safe, kept);
  else
    g_printerr (*kept != '\0' ? "%s [%s]: " : "%s: ", safe, kept);
  if (fgets (line, MAX_LINE_BYTES, stdin) == NULL)
    {
      g_printerr ("\n");
      if (*note != '\0')
        g_set_error_literal (error, CTL_ERROR, CTL_FAILED, note);
      else
        g_set_error (
            error, CTL_ERROR, CTL_USAGE,
            _ ("The server wants to know “%s”. Type it, or give it with --answer=%s=VALUE."), safe,
            field->name);
      return NULL;
    }
  g_strchomp (line);
  if (!g_utf8_validate (line, -1, NULL))
    {
      g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("An argument is no valid text."));
      return NULL;
    }
  return g_steal_pointer (&line);
}

/* One for all forms; who changes nothing after a refusal has another one. */
static gboolean
read_password (Registration *self, GError **error)
{
  int fd = self->options->password_fd;

  if (self->password != NULL && (!self->is_again || self->is_other || fd >= 0))
    return TRUE;
  ctl_password_free (self->password);
  self->is_asked = self->is_asked || fd < 0;
  self->password = self->is_gateway ? ctl_password_read (fd, self->wanted, error)
                                    : ctl_password_read_new (fd, self->wanted, error);
  return self->password != NULL;
}

/* A secret goes by pipe. */
static gboolean
give_secret (Registration *self, const Field *field, GError **error)
{
  g_autofree char *label = ctl_text_dup_safe (*field->label != '\0' ? field->label : field->name);
  g_autofree char *question = g_strdup_printf ("%s: ", label);
  gboolean is_password = g_str_equal (field->name, PASSWORD);
  char *secret = NULL;
  gboolean is_given;

  if (!is_password)
    {
      self->is_asked = TRUE;
      secret = ctl_password_ask (question, error);
    }
  if (is_password ? !read_password (self, error) : secret == NULL)
    return FALSE;
  is_given = ctl_password_call (self->ctl, CTL_SERVICE_NAME, self->path, CTL_FORM_SESSION,
                                "SetSecret", g_variant_new ("(sh)", field->name, 0),
                                is_password ? self->password : secret, error);
  ctl_password_free (secret);
  ctl_translate_error (error);
  return is_given;
}

static gboolean
answer (Registration *self,
        const Field *field,
        const char *note,
        GVariantBuilder *answers,
        GError **error)
{
  const char *given = find_given (self, field->name);
  const char *last = g_hash_table_lookup (self->last, field->name);
  g_autofree char *typed = NULL;
  g_auto (GStrv) values = NULL;

  if (g_str_equal (field->type, "fixed"))
    {
      for (guint i = 0; field->values[i] != NULL; i++)
        print_lines (field->values[i]);
      return TRUE;
    }
  if (given == NULL && g_str_equal (field->type, "text-private"))
    return give_secret (self, field, error);
  /* Whoever gave an address has said that. */
  if (given == NULL && !self->is_again && g_str_equal (field->name, USERNAME) &&
      field->values[0] != NULL && *field->values[0] != '\0')
    return TRUE;
  if (given == NULL)
    {
      self->is_asked = TRUE;
      show_media (self, field->name);
      typed = ask_line (field, last != NULL ? last : field->values[0], note, error);
      if (typed == NULL)
        return FALSE;
      if (*typed == '\0' && last == NULL)
        return TRUE;
      given = *typed != '\0' ? typed : last;
    }
  values = g_str_equal (field->type, "list-multi") || g_str_equal (field->type, "jid-multi")
               ? g_strsplit (given, ",", -1)
               : g_strsplit (given, "\n", -1);
  g_variant_builder_add (answers, "{s^as}", field->name, values);
  if (g_strcmp0 (given, last) != 0)
    {
      self->is_other = TRUE;
      g_hash_table_insert (self->last, g_strdup (field->name), g_strdup (given));
    }
  return TRUE;
}

/* One form, from its title to its answers. */
static gboolean
fill_in (Registration *self, GError **error)
{
  g_autoptr (GVariant) form =
      g_variant_lookup_value (self->properties, "Form", G_VARIANT_TYPE (FORM));
  g_autoptr (GVariant) fields = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_auto (GVariantBuilder) answers = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sas}"));
  g_autofree char *note = dup_note (self);
  const char *title;
  const char *instructions;

  self->is_other = self->is_asked = FALSE;
  g_variant_get (form, "(&s&s@a(sssasa(ss)b))", &title, &instructions, &fields);
  print_lines (note);
  if (!self->is_again)
    {
      print_lines (title);
      print_lines (instructions);
    }
  for (gsize i = 0; i < g_variant_n_children (fields); i++)
    {
      g_auto (Field) field = { NULL };

      g_variant_get_child (fields, i, "(&s&s&s^a&s@a(ss)b)", &field.name, &field.type, &field.label,
                           &field.values, &field.options, &field.is_needed);
      if (!answer (self, &field, note, &answers, error))
        return FALSE;
    }
  /* The same without anybody's doing would be refused for ever. */
  if (self->is_again && !self->is_asked && *note != '\0')
    {
      g_set_error_literal (error, CTL_ERROR, CTL_FAILED, note);
      return FALSE;
    }
  reply = ctl_call (self->ctl, CTL_SERVICE_NAME, self->path, CTL_FORM_SESSION, "Submit",
                    g_variant_new ("(sa{sas})", "submit", &answers), "()", error);
  self->is_again = TRUE;
  self->answers = NULL;
  self->is_changed = TRUE;
  return reply != NULL;
}

/* Returns: (transfer full) (nullable): the address of the new account */
static char *
converse (Registration *self, GError **error)
{
  g_autoptr (GVariant) result = NULL;
  g_autofree char *note = NULL;
  const char *address = NULL;

  do
    if (!await (self, error) || (get_status (self) == STATUS_ASKING && !fill_in (self, error)))
      return NULL;
  while (get_status (self) <= STATUS_ASKING);

  result = g_variant_lookup_value (self->properties, "Result", G_VARIANT_TYPE_VARDICT);
  if (get_status (self) == STATUS_DONE && result != NULL &&
      (g_variant_lookup (result, "account", "&s", &address) ||
       g_variant_lookup (result, "gateway", "&s", &address)))
    return g_strdup (address);
  note = dup_note (self);
  g_set_error_literal (error, CTL_ERROR, CTL_FAILED,
                       *note != '\0' ? note : _ ("There is no account."));
  return NULL;
}

/* Takes the answer of a method that begins it, perhaps none. */
static gboolean
follow (Registration *self, GVariant *begun)
{
  g_autoptr (GVariant) reply = begun;

  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(o)", &self->path);
  self->files = g_ptr_array_new_with_free_func (g_free);
  self->last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->is_changed = TRUE;
  self->subscription = g_dbus_connection_signal_subscribe (
      self->ctl->bus, CTL_SERVICE_NAME, CTL_PROPERTIES, "PropertiesChanged", self->path, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, changed_cb, self, NULL);
  return TRUE;
}

static gboolean
begin (Registration *self, const char *address, const char *token, GVariant *others, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  GVariantDict parameters;

  g_variant_dict_init (&parameters, others);
  if (self->options->server != NULL)
    g_variant_dict_insert (&parameters, "server", "s", self->options->server);
  if (self->options->port > 0)
    g_variant_dict_insert (&parameters, "port", "q", (guint16) self->options->port);
  reply =
      ctl_call (self->ctl, CTL_SERVICE_NAME, CTL_ACCOUNT_MANAGER_PATH, CTL_REGISTRAR, "Register",
                g_variant_new ("(ss@a{sv})", address, token != NULL ? token : "",
                               g_variant_dict_end (&parameters)),
                "(o)", error);
  return follow (self, g_steal_pointer (&reply));
}

static gboolean
run (Ctl *ctl,
     char **arguments,
     char **answers,
     const char *token,
     const CtlMakeOptions *options,
     GError **error)
{
  g_auto (Registration)
      registration = { .ctl = ctl, .options = options, .wanted = arguments[0], .answers = answers };
  g_autoptr (GVariant) specs = NULL;
  g_autoptr (CtlChanges) changes = NULL;
  g_autofree char *address = NULL;

  if (!ctl_connect (ctl, error))
    return FALSE;
  specs = ctl_parameters_load (ctl, error);
  changes = specs != NULL ? ctl_changes_parse (specs, arguments + 1, NULL, error) : NULL;
  if (changes == NULL || !begin (&registration, arguments[0], token, changes->parameters, error))
    return FALSE;
  address = converse (&registration, error);
  if (address == NULL)
    return FALSE;
  if (!ctl_account_make (ctl, address, changes->parameters, changes->properties,
                         ctl->is_foreign ? NULL : registration.password, options, error))
    {
      g_prefix_error (error, _ ("%s exists on its server now. "), address);
      return FALSE;
    }
  return TRUE;
}

gboolean
ctl_account_register (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlMakeOptions) options = { .password_fd = -1, .timeout_s = CTL_TIMEOUT_S };
  g_auto (GStrv) answers = NULL;
  g_autofree char *token = NULL;
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_FILENAME, &options.server,
      N_ ("Connect to this host instead of asking DNS"), N_ ("HOST") },
    { "port", 0, 0, G_OPTION_ARG_INT, &options.port, N_ ("Connect to this port of the server"),
      N_ ("NUMBER") },
    { "name", 0, 0, G_OPTION_ARG_FILENAME, &options.name, N_ ("Call the account so"), N_ ("NAME") },
    { "answer", 0, 0, G_OPTION_ARG_STRING_ARRAY, &answers,
      N_ ("Answer a question of the server so, without being asked"), N_ ("FIELD=VALUE") },
    { "token", 0, 0, G_OPTION_ARG_STRING, &token, N_ ("Show this invitation"), N_ ("TOKEN") },
    { "password-fd", 0, 0, G_OPTION_ARG_INT, &options.password_fd,
      N_ ("Read a new password from this file descriptor"), N_ ("NUMBER") },
    { "no-remember", 0, 0, G_OPTION_ARG_NONE, &options.no_remember,
      N_ ("Keep the password only until the service ends"), NULL },
    { "no-enable", 0, 0, G_OPTION_ARG_NONE, &options.no_enable, N_ ("Do not sign in yet"), NULL },
    { "no-wait", 0, 0, G_OPTION_ARG_NONE, &options.no_wait,
      N_ ("Do not wait until it is signed in"), NULL },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &options.timeout_s, N_ ("Wait so long at most"),
      N_ ("SECONDS") },
    { NULL },
  };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 1, CTL_ANY_NUMBER, error);

  return arguments != NULL && ctl_make_options_check (&options, error) &&
         run (ctl, arguments, answers, token, &options, error);
}

gboolean
ctl_gateway_register (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlMakeOptions) options = { .password_fd = -1, .timeout_s = CTL_TIMEOUT_S };
  g_auto (CtlOnline) online = { 0 };
  g_auto (GStrv) answers = NULL;
  g_auto (Registration) registration = { .ctl = ctl, .options = &options };
  g_autofree char *gateway = NULL;
  const GOptionEntry entries[] = {
    { "answer", 0, 0, G_OPTION_ARG_STRING_ARRAY, &answers,
      N_ ("Answer a question of the gateway so, without being asked"), N_ ("FIELD=VALUE") },
    { "password-fd", 0, 0, G_OPTION_ARG_INT, &options.password_fd,
      N_ ("Read a password from this file descriptor"), N_ ("NUMBER") },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &options.timeout_s, N_ ("Wait so long at most"),
      N_ ("SECONDS") },
    { NULL },
  };

  if (!ctl_online_open (&online, ctl, command, entries, words, 1, 1, error) ||
      !ctl_check_timeout (options.timeout_s, error))
    return FALSE;
  registration.wanted = online.arguments[0];
  registration.answers = answers;
  registration.is_gateway = TRUE;
  if (!follow (&registration,
               ctl_connection_call (ctl, online.account, CTL_GATEWAYS, "Register",
                                    g_variant_new ("(s)", online.arguments[0]), "(o)", error)))
    return FALSE;
  gateway = converse (&registration, error);
  if (gateway == NULL)
    return FALSE;
  if (ctl->wants_json)
    ctl_json_print (g_variant_new_parsed ("{'gateway': <%s>}", gateway));
  else
    g_print (_ ("%s knows you now, and is a contact.\n"), gateway);
  return TRUE;
}
