/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-server.c: server: what the account's server offers and lacks, in words. XEP-0030 */
#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-text.h"

#include "model/linnet-server-facts.h"

#define DISCOVERY "im.linnet.ServiceDiscovery1"
/* A server has some ten services. */
#define MAX_SERVICES 32

typedef struct
{
  Ctl *ctl; /* (unowned) */
  CtlAccount *account; /* (unowned) */
  LinnetServerFacts *facts; /* (owned) */
} Server;

static void
server_clear (Server *self)
{
  g_clear_pointer (&self->facts, linnet_server_facts_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Server, server_clear)

static gboolean
ask (Server *self, LinnetServerPlace place, const char *address, GError **error)
{
  g_autoptr (GVariant) info =
      ctl_connection_call (self->ctl, self->account, DISCOVERY, "Info",
                           g_variant_new ("(ss)", address, ""), "(a(ssss)asaa(ssas))", error);

  if (info == NULL)
    return FALSE;
  linnet_server_facts_take_info (self->facts, place, address, info);
  return TRUE;
}

/* What does not answer is not there. */
static gboolean
ask_services (Server *self, const char *domain, GError **error)
{
  g_autoptr (GVariant) reply =
      ctl_connection_call (self->ctl, self->account, DISCOVERY, "Items",
                           g_variant_new ("(ss)", domain, ""), "(a(sss))", error);
  g_autoptr (GVariantIter) items = NULL;
  const char *address;
  guint n_asked = 0;

  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(a(sss))", &items);
  while (n_asked < MAX_SERVICES && g_variant_iter_next (items, "(&s&s&s)", &address, NULL, NULL))
    {
      g_autoptr (GError) local_error = NULL;

      if (strchr (address, '@') == NULL && ++n_asked > 0 &&
          !ask (self, LINNET_SERVER_AT_SERVICE, address, &local_error))
        g_debug ("%s: %s", address, local_error->message);
    }
  return TRUE;
}

static gboolean
ask_stream (Server *self, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GVariant) names = NULL;

  if (!ctl_account_find_extension (self->ctl, self->account, &name, &path, error))
    return FALSE;
  names = ctl_get (self->ctl, name, path, CTL_SECURITY, "StreamFeatures", "as", error);
  if (names == NULL)
    return FALSE;
  linnet_server_facts_take_stream (self->facts, names);
  return TRUE;
}

static void
print_lines (Server *self, gboolean is_offered)
{
  gboolean is_any = FALSE;
  guint n_rows;
  const LinnetServerRow *rows = linnet_server_get_rows (&n_rows);

  for (guint i = 0; i < n_rows; i++)
    {
      const char *address = linnet_server_facts_find (self->facts, &rows[i]);
      g_autofree char *safe = ctl_text_dup_safe (address != NULL ? address : "");

      if ((address != NULL) != is_offered)
        continue;
      if (!is_any)
        g_print ("%s\n", is_offered ? _ ("Offered:") : _ ("Not offered:"));
      is_any = TRUE;
      if (rows[i].place == LINNET_SERVER_AT_SERVICE && is_offered)
        g_print ("  %s (%s)\n", _ (rows[i].offers), safe);
      else
        g_print ("  %s\n", is_offered ? _ (rows[i].offers) : _ (rows[i].lacks));
    }
}

static void
print_json (Server *self)
{
  GVariantBuilder builder;
  guint n_rows;
  const LinnetServerRow *rows = linnet_server_get_rows (&n_rows);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < n_rows; i++)
    {
      const char *address = linnet_server_facts_find (self->facts, &rows[i]);

      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&builder, "{sv}", "name", g_variant_new_string (rows[i].name));
      g_variant_builder_add (&builder, "{sv}", "offered", g_variant_new_boolean (address != NULL));
      g_variant_builder_add (&builder, "{sv}", "address",
                             g_variant_new_string (address != NULL ? address : ""));
      g_variant_builder_add (
          &builder, "{sv}", "text",
          g_variant_new_string (address != NULL ? _ (rows[i].offers) : _ (rows[i].lacks)));
      g_variant_builder_close (&builder);
    }
  ctl_json_print (g_variant_builder_end (&builder));
}

gboolean
ctl_server (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_auto (Server) server = { .ctl = ctl };
  const char *domain;

  server.facts = linnet_server_facts_new ();
  if (!ctl_online_open (&online, ctl, command, NULL, words, 0, 0, error))
    return FALSE;
  server.account = online.account;
  domain = strrchr (online.account->address, '@');
  domain = domain != NULL ? domain + 1 : online.account->address;
  if (!ask (&server, LINNET_SERVER_AT_SERVER, domain, error) ||
      !ask (&server, LINNET_SERVER_AT_ACCOUNT, online.account->address, error) ||
      !ask_services (&server, domain, error) || !ask_stream (&server, error))
    return FALSE;
  if (ctl->wants_json)
    {
      print_json (&server);
      return TRUE;
    }
  print_lines (&server, TRUE);
  print_lines (&server, FALSE);
  return TRUE;
}
