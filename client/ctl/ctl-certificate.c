/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-certificate.c: certificate: what a server proves itself with, and what a person says of it.
 * linnetctl(1), im.linnet.Security1, Telepathy Authentication.TLSCertificate */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-account-make.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-question.h"
#include "ctl/ctl-text.h"

#include "model/linnet-certificate.h"

#define FINGERPRINT_DIGITS 64

static void
print_line (const char *title, const char *text)
{
  g_autofree char *safe = ctl_text_dup_safe (text != NULL ? text : "");

  if (*safe != '\0')
    g_print ("%s: %s\n", title, safe);
}

static void
add_text (GVariantBuilder *builder, const char *key, const char *text)
{
  g_variant_builder_add (builder, "{sv}", key, g_variant_new_string (text));
}

/* Of what a server sent: no word of it is believed. */
static gboolean
print_certificate (Ctl *ctl, GBytes *der, const char *const *accepted, GError **error)
{
  g_autoptr (LinnetCertificate) certificate = linnet_certificate_new (der, error);
  GVariantBuilder builder;

  if (certificate == NULL)
    return FALSE;
  if (!ctl->wants_json)
    {
      print_line (_ ("Names"), linnet_certificate_get_names (certificate));
      print_line (_ ("Subject"), linnet_certificate_get_subject (certificate));
      print_line (_ ("Issuer"), linnet_certificate_get_issuer (certificate));
      print_line (_ ("Valid from"), linnet_certificate_get_valid_from (certificate));
      print_line (_ ("Valid until"), linnet_certificate_get_valid_until (certificate));
      print_line (_ ("SHA-256 fingerprint"), linnet_certificate_get_fingerprint (certificate));
      if (accepted[0] != NULL)
        print_line (_ ("Accepted by you"), _ ("this server’s key, or one before it"));
      return TRUE;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add_text (&builder, "names", linnet_certificate_get_names (certificate));
  add_text (&builder, "subject", linnet_certificate_get_subject (certificate));
  add_text (&builder, "issuer", linnet_certificate_get_issuer (certificate));
  add_text (&builder, "valid-from", linnet_certificate_get_valid_from (certificate));
  add_text (&builder, "valid-until", linnet_certificate_get_valid_until (certificate));
  add_text (&builder, "fingerprint", linnet_certificate_get_fingerprint (certificate));
  g_variant_builder_add (&builder, "{sv}", "accepted-keys", g_variant_new_strv (accepted, -1));
  ctl_json_print (g_variant_builder_end (&builder));
  return TRUE;
}

gboolean
ctl_certificate_show (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (GStrv) arguments = ctl_parse (ctl, command, NULL, words, 0, 1, error);
  g_autoptr (GPtrArray) accounts = NULL;
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autofree const char **keys = NULL;
  g_autoptr (GVariant) certificate = NULL;
  g_autoptr (GVariant) accepted = NULL;
  g_autoptr (GBytes) der = NULL;
  CtlAccount *account =
      arguments != NULL ? ctl_account_open (ctl, arguments[0], &accounts, error) : NULL;

  if (account == NULL || !ctl_account_find_extension (ctl, account, &name, &path, error))
    return FALSE;
  certificate = ctl_get (ctl, name, path, CTL_SECURITY, "Certificate", "ay", error);
  if (certificate == NULL)
    return FALSE;
  der = g_variant_get_data_as_bytes (certificate);
  if (g_bytes_get_size (der) == 0)
    {
      g_set_error (error, CTL_ERROR, CTL_OFFLINE,
                   _ ("%s is not connected to its server. If its certificate is the reason, "
                      "“linnetctl certificate accept” shows it."),
                   account->address);
      return FALSE;
    }
  accepted = ctl_get (ctl, name, path, CTL_SECURITY, "AcceptedKeys", "as", error);
  keys = accepted != NULL ? g_variant_get_strv (accepted, NULL) : NULL;
  return keys != NULL && print_certificate (ctl, der, keys, error);
}

typedef struct
{
  Ctl *ctl;
  CtlAccount *account;
  CtlQuestion *question;
} Waiting;

static gboolean
is_asked (gpointer data, GError **error)
{
  Waiting *self = data;

  if (ctl_question_has_come (self->question))
    return TRUE;
  return ctl_account_reload (self->ctl, self->account, error) &&
         ctl_account_get_status (self->account) == CTL_CONNECTED;
}

/* Colons and case do not count. */
static gboolean
is_same_fingerprint (const char *one, const char *other)
{
  for (;; one++, other++)
    {
      one += strspn (one, ": ");
      other += strspn (other, ": ");
      if (g_ascii_toupper (*one) != g_ascii_toupper (*other))
        return FALSE;
      if (*one == '\0')
        return TRUE;
    }
}

/* A part of one proves nothing. */
static gboolean
check_fingerprint (const char *text, GError **error)
{
  gboolean is_one = TRUE;
  guint n_digits = 0;

  if (text == NULL)
    return TRUE;
  for (const char *at = text; *at != '\0'; at++)
    if (g_ascii_isxdigit (*at))
      n_digits++;
    else
      is_one = is_one && strchr (": ", *at) != NULL;
  if (is_one && n_digits == FINGERPRINT_DIGITS)
    return TRUE;
  g_set_error (error, CTL_ERROR, CTL_USAGE,
               _ ("“%s” is no SHA-256 fingerprint, which has %d hexadecimal digits."), text,
               FINGERPRINT_DIGITS);
  return FALSE;
}

static gboolean
fail_other (const char *fingerprint, GError **error)
{
  g_set_error (error, CTL_ERROR, CTL_FAILED,
               _ ("The certificate has another fingerprint: %s. It was not accepted."),
               fingerprint);
  return FALSE;
}

static gboolean
judge (CtlAccount *account, GBytes *der, const char *wanted, GError **error)
{
  g_autoptr (LinnetCertificate) certificate = linnet_certificate_new (der, error);
  g_autofree char *safe = ctl_text_dup_safe (account->address);
  const char *fingerprint;
  char line[16];

  if (certificate == NULL)
    return FALSE;
  fingerprint = linnet_certificate_get_fingerprint (certificate);
  if (wanted != NULL && is_same_fingerprint (wanted, fingerprint))
    return TRUE;
  if (wanted != NULL)
    return fail_other (fingerprint, error);
  /* Translators: “yes” is typed as it is. */
  g_printerr (_ ("Nothing proves that this is the server of %s. Compare the fingerprint with one "
                 "that you have from its owner.\nType “yes” to accept it for this account from "
                 "now on: "),
              safe);
  if (fgets (line, sizeof line, stdin) != NULL && strcmp (g_strstrip (line), "yes") == 0)
    return TRUE;
  g_set_error_literal (error, CTL_ERROR, CTL_FAILED, _ ("Given up."));
  return FALSE;
}

static gboolean
answer (Waiting *self, const char *wanted, guint timeout_s, GError **error)
{
  static const char *const none[] = { NULL };
  g_autoptr (CtlWatch) watch = NULL;
  g_autoptr (GVariant) chain = ctl_question_load_chain (self->question, error);
  g_autoptr (GVariant) own = NULL;
  g_autoptr (GBytes) der = NULL;

  if (chain == NULL)
    return FALSE;
  if (g_variant_n_children (chain) == 0)
    {
      g_set_error (error, CTL_ERROR, CTL_FAILED, _ ("The server of %s has no certificate."),
                   self->account->address);
      return FALSE;
    }
  own = g_variant_get_child_value (chain, 0);
  der = g_variant_get_data_as_bytes (own);
  if (!self->ctl->wants_json && !print_certificate (self->ctl, der, none, error))
    return FALSE;
  if (!judge (self->account, der, wanted, error))
    {
      ctl_question_reject (self->question, NULL);
      return FALSE;
    }
  watch = ctl_watch_new (self->ctl, self->account);
  return ctl_question_accept (self->question, error) &&
         ctl_watch_until_online (watch, timeout_s, error);
}

static gboolean
begin (Ctl *ctl, CtlAccount *account, GError **error)
{
  g_autoptr (GVariant) reply = NULL;

  if (!ctl_account_get_flag (account, "Enabled"))
    {
      g_set_error (error, CTL_ERROR, CTL_OFFLINE,
                   _ ("%s is disabled. “linnetctl account enable” uses it."), account->address);
      return FALSE;
    }
  if (!ctl_account_wants_online (account))
    {
      g_set_error (error, CTL_ERROR, CTL_OFFLINE,
                   _ ("%s is offline because you want it so. “linnetctl presence available” signs "
                      "in."),
                   account->address);
      return FALSE;
    }
  reply = ctl_call (ctl, ctl->manager, account->path, CTL_ACCOUNT, "Reconnect", NULL, "()", error);
  return reply != NULL;
}

/* Nothing waits for an answer; but who named a fingerprint is not told yes to another one. */
static gboolean
note_online (Ctl *ctl, CtlAccount *account, const char *wanted, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GVariant) data = NULL;
  g_autoptr (GBytes) der = NULL;
  g_autoptr (LinnetCertificate) certificate = NULL;

  if (wanted != NULL)
    {
      if (!ctl_account_find_extension (ctl, account, &name, &path, error))
        return FALSE;
      data = ctl_get (ctl, name, path, CTL_SECURITY, "Certificate", "ay", error);
      if (data == NULL)
        return FALSE;
      der = g_variant_get_data_as_bytes (data);
      certificate = linnet_certificate_new (der, error);
      if (certificate == NULL)
        return FALSE;
      if (!is_same_fingerprint (wanted, linnet_certificate_get_fingerprint (certificate)))
        return fail_other (linnet_certificate_get_fingerprint (certificate), error);
    }
  ctl_account_print (ctl, account, _ ("online: there is nothing to accept."));
  return TRUE;
}

gboolean
ctl_certificate_accept (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_autofree char *fingerprint = NULL;
  int timeout_s = CTL_TIMEOUT_S;
  const GOptionEntry entries[] = {
    { "fingerprint", 0, 0, G_OPTION_ARG_STRING, &fingerprint,
      N_ ("Accept it without asking if this is its SHA-256 fingerprint"), N_ ("DIGITS") },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s, N_ ("Wait so long at most"),
      N_ ("SECONDS") },
    { NULL },
  };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 0, 1, error);
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (CtlQuestion) question = NULL;
  g_autoptr (CtlWatch) watch = NULL;
  CtlAccount *account;
  Waiting waiting = { ctl };
  gboolean in_time = TRUE;

  if (arguments == NULL || !ctl_check_timeout (timeout_s, error) ||
      !check_fingerprint (fingerprint, error))
    return FALSE;
  account = ctl_account_open (ctl, arguments[0], &accounts, error);
  if (account == NULL)
    return FALSE;
  if (ctl_account_get_status (account) == CTL_CONNECTED)
    return note_online (ctl, account, fingerprint, error);
  question = ctl_question_new (ctl, account, error);
  watch = question != NULL ? ctl_watch_new (ctl, account) : NULL; /* wakes us */
  if (question == NULL || !begin (ctl, account, error))
    return FALSE;
  waiting.account = account;
  waiting.question = question;
  if (!ctl_wait (ctl, (guint) timeout_s, is_asked, &waiting, &in_time, error))
    return FALSE;
  if (!in_time)
    {
      g_autofree char *reason = ctl_account_dup_error (account);

      g_set_error (error, CTL_ERROR, CTL_TIMED_OUT,
                   _ ("%s did not come to a certificate in time. %s"), account->address,
                   reason != NULL ? reason : "");
      return FALSE;
    }
  if (!ctl_question_has_come (question))
    return note_online (ctl, account, fingerprint, error);
  if (!answer (&waiting, fingerprint, (guint) timeout_s, error))
    return FALSE;
  ctl_account_print (ctl, account, _ ("online: the server’s key is accepted for this account."));
  return TRUE;
}

gboolean
ctl_certificate_forget (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (GStrv) arguments = ctl_parse (ctl, command, NULL, words, 0, 1, error);
  g_autoptr (GPtrArray) accounts = NULL;
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GVariant) reply = NULL;
  CtlAccount *account =
      arguments != NULL ? ctl_account_open (ctl, arguments[0], &accounts, error) : NULL;

  if (account == NULL || !ctl_account_find_extension (ctl, account, &name, &path, error))
    return FALSE;
  reply = ctl_call (ctl, name, path, CTL_SECURITY, "ForgetKeys", NULL, "()", error);
  if (reply == NULL)
    return FALSE;
  ctl_account_print (ctl, account, _ ("what you accepted is forgotten, from the next sign-in on."));
  return TRUE;
}
