/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-gateway.c: gateway unregister, login, logout and address: people of other networks.
 * im.linnet.Gateways1
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-text.h"

#define MAX_LINE_BYTES 4096

/* `said`: what has happened then, of %s. */
static gboolean
run (Ctl *ctl,
     const CtlCommand *command,
     char **words,
     const char *method,
     const char *said,
     GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_autoptr (GVariant) reply = NULL;
  g_autofree char *safe = NULL;
  g_auto (GStrv) parts = g_strsplit (said, "%s", 2);

  if (!ctl_online_open (&online, ctl, command, NULL, words, 1, 1, error))
    return FALSE;
  reply = ctl_connection_call (ctl, online.account, CTL_GATEWAYS, method,
                               g_variant_new ("(s)", online.arguments[0]), "()", error);
  if (reply == NULL)
    return FALSE;
  safe = ctl_text_dup_safe (online.arguments[0]);
  if (!ctl->wants_json)
    g_print ("%s%s%s", parts[0], safe, parts[1]);
  else
    ctl_json_print (g_variant_new_parsed ("{'gateway': <%s>}", online.arguments[0]));
  return TRUE;
}

gboolean
ctl_gateway_unregister (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  return run (ctl, command, words, "Unregister", _ ("%s has forgotten you.\n"), error);
}

gboolean
ctl_gateway_login (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  return run (ctl, command, words, "LogIn", _ ("%s is told that you are here.\n"), error);
}

gboolean
ctl_gateway_logout (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  return run (ctl, command, words, "LogOut", _ ("%s is told that you are gone.\n"), error);
}

/* What the gateway says that people have to type. (transfer full) (nullable) */
static char *
ask_contact (Ctl *ctl, CtlOnline *online, GError **error)
{
  g_autoptr (GVariant) reply =
      ctl_connection_call (ctl, online->account, CTL_GATEWAYS, "GetPrompt",
                           g_variant_new ("(s)", online->arguments[0]), "(ss)", error);
  g_autofree char *line = g_malloc0 (MAX_LINE_BYTES);
  g_autofree char *safe = NULL;
  g_autofree char *safe_prompt = NULL;
  const char *description;
  const char *prompt;

  if (reply == NULL)
    return NULL;
  g_variant_get (reply, "(&s&s)", &description, &prompt);
  safe = ctl_text_dup_lines (description, "");
  safe_prompt = ctl_text_dup_safe (*prompt != '\0' ? prompt : _ ("Name"));
  if (*description != '\0')
    g_printerr ("%s\n", safe);
  g_printerr ("%s: ", safe_prompt);
  if (fgets (line, MAX_LINE_BYTES, stdin) != NULL && *g_strstrip (line) != '\0' &&
      g_utf8_validate (line, -1, NULL))
    return g_steal_pointer (&line);
  g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("The gateway needs to know whom you mean."));
  return NULL;
}

gboolean
ctl_gateway_address (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_autofree char *typed = NULL;
  g_autofree char *safe = NULL;
  g_autoptr (GVariant) reply = NULL;
  const char *address;

  if (!ctl_online_open (&online, ctl, command, NULL, words, 1, 2, error))
    return FALSE;
  typed = online.arguments[1] != NULL ? g_strdup (online.arguments[1])
                                      : ask_contact (ctl, &online, error);
  if (typed == NULL)
    return FALSE;
  reply = ctl_connection_call (ctl, online.account, CTL_GATEWAYS, "Translate",
                               g_variant_new ("(ss)", online.arguments[0], typed), "(s)", error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(&s)", &address);
  safe = ctl_text_dup_safe (address);
  if (ctl->wants_json)
    ctl_json_print (g_variant_new_parsed ("{'address': <%s>}", address));
  else
    g_print ("%s\n", safe);
  return TRUE;
}
