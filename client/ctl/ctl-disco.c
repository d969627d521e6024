/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-disco.c: disco info and items: what addresses are and can do. linnetctl(1) */
#include "config.h"

#include <glib/gi18n.h>

#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-text.h"

#define DISCOVERY "im.linnet.ServiceDiscovery1"

static GVariant *
ask (Ctl *ctl, CtlOnline *online, const char *method, const char *reply, GError **error)
{
  const char *address = online->arguments[0] != NULL ? online->arguments[0] : "";
  const char *node =
      online->arguments[0] != NULL && online->arguments[1] != NULL ? online->arguments[1] : "";
  GVariant *answer = ctl_connection_call (ctl, online->account, DISCOVERY, method,
                                          g_variant_new ("(ss)", address, node), reply, error);

  if (answer == NULL && *address != '\0')
    ctl_contact_explain (ctl, online->account, address, error);
  return answer;
}

static void
print_identities (GVariant *identities)
{
  const char *const titles[] = { _ ("Category"), _ ("Type"), _ ("Language"), _ ("Name"), NULL };
  g_autoptr (CtlTable) table = ctl_table_new (titles);
  GVariantIter iter;
  const char *cells[4];

  g_variant_iter_init (&iter, identities);
  while (g_variant_iter_next (&iter, "(&s&s&s&s)", &cells[0], &cells[1], &cells[2], &cells[3]))
    ctl_table_add (table, cells);
  ctl_table_print (table, _ ("It does not say what it is."));
}

static void
print_field (GVariant *field)
{
  g_autoptr (GVariantIter) values = NULL;
  const char *name;
  const char *value;

  g_variant_get (field, "(&s&sas)", &name, NULL, &values);
  while (g_variant_iter_next (values, "&s", &value))
    {
      g_autofree char *line = g_strdup_printf ("%s: %s", name, value);
      g_autofree char *safe = ctl_text_dup_safe (line);

      g_print ("%s\n", safe);
    }
}

static void
print_info (GVariant *info)
{
  g_autoptr (GVariant) identities = g_variant_get_child_value (info, 0);
  g_autoptr (GVariant) forms = g_variant_get_child_value (info, 2);
  g_autoptr (GVariantIter) features = NULL;
  const char *feature;

  print_identities (identities);
  g_print ("\n");
  g_variant_get_child (info, 1, "as", &features);
  while (g_variant_iter_next (features, "&s", &feature))
    {
      g_autofree char *safe = ctl_text_dup_safe (feature);

      g_print ("%s\n", safe);
    }
  for (gsize i = 0; i < g_variant_n_children (forms); i++)
    {
      g_autoptr (GVariant) form = g_variant_get_child_value (forms, i);

      g_print ("\n");
      for (gsize f = 0; f < g_variant_n_children (form); f++)
        {
          g_autoptr (GVariant) field = g_variant_get_child_value (form, f);

          print_field (field);
        }
    }
}

gboolean
ctl_disco_info (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_autoptr (GVariant) info = NULL;

  if (!ctl_online_open (&online, ctl, command, NULL, words, 0, 2, error))
    return FALSE;
  info = ask (ctl, &online, "Info", "(a(ssss)asaa(ssas))", error);
  if (info == NULL)
    return FALSE;
  if (ctl->wants_json)
    ctl_json_print (info);
  else
    print_info (info);
  return TRUE;
}

gboolean
ctl_disco_items (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  const char *const titles[] = { _ ("Address"), _ ("Node"), _ ("Name"), NULL };
  g_auto (CtlOnline) online = { 0 };
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) items = NULL;
  g_autoptr (CtlTable) table = NULL;
  GVariantIter iter;
  const char *cells[3];

  if (!ctl_online_open (&online, ctl, command, NULL, words, 0, 2, error))
    return FALSE;
  reply = ask (ctl, &online, "Items", "(a(sss))", error);
  if (reply == NULL)
    return FALSE;
  items = g_variant_get_child_value (reply, 0);
  if (ctl->wants_json)
    {
      ctl_json_print (items);
      return TRUE;
    }
  table = ctl_table_new (titles);
  g_variant_iter_init (&iter, items);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &cells[0], &cells[1], &cells[2]))
    ctl_table_add (table, cells);
  ctl_table_print (table, _ ("Nothing belongs to it."));
  return TRUE;
}
