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

/* One of the server's services, and what it says. */
typedef struct
{
  guint *n_waiting; /* (unowned) */
  char *address; /* (owned) */
  GVariant *info; /* (owned) (nullable) */
} Service;

static void
service_free (gpointer data)
{
  Service *service = data;

  g_free (service->address);
  g_clear_pointer (&service->info, g_variant_unref);
  g_free (service);
}

static void
service_told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Service *service = user_data;
  g_autoptr (GError) error = NULL;

  service->info = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  /* What does not answer is not there. */
  if (service->info == NULL)
    g_debug ("%s: %s", service->address, error->message);
  --*service->n_waiting;
}

static Service *
ask_service (Server *self, const char *name, const char *address, guint *n_waiting)
{
  Service *service = g_new0 (Service, 1);

  service->n_waiting = n_waiting;
  service->address = g_strdup (address);
  ++*n_waiting;
  g_dbus_connection_call (self->ctl->bus, name, ctl_account_get_connection (self->account),
                          DISCOVERY, "Info", g_variant_new ("(ss)", address, ""),
                          G_VARIANT_TYPE ("(a(ssss)asaa(ssas))"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          service_told_cb, service);
  return service;
}

/* All at once: one that is dead is waited for no longer than any other. */
static gboolean
ask_services (Server *self, const char *domain, GError **error)
{
  g_autofree char *name = ctl_contact_dup_connection (self->account, error);
  g_autoptr (GPtrArray) services = g_ptr_array_new_with_free_func (service_free);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariantIter) items = NULL;
  const char *address;
  guint n_waiting = 0;

  if (name == NULL)
    return FALSE;
  reply = ctl_connection_call (self->ctl, self->account, DISCOVERY, "Items",
                               g_variant_new ("(ss)", domain, ""), "(a(sss))", error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(a(sss))", &items);
  while (services->len < MAX_SERVICES &&
         g_variant_iter_next (items, "(&s&s&s)", &address, NULL, NULL))
    if (strchr (address, '@') == NULL)
      g_ptr_array_add (services, ask_service (self, name, address, &n_waiting));
  while (n_waiting > 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < services->len; i++)
    {
      const Service *service = services->pdata[i];

      if (service->info != NULL)
        linnet_server_facts_take_info (self->facts, LINNET_SERVER_AT_SERVICE, service->address,
                                       service->info);
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
