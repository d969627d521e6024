/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-server.c: server: what the account's server offers and lacks, in words. XEP-0030 */
#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-text.h"

#define DISCOVERY "im.linnet.ServiceDiscovery1"
/* A server has some ten services. */
#define MAX_SERVICES 32

typedef enum
{
  AT_SERVER,
  AT_ACCOUNT,
  IN_STREAM,
  AT_SERVICE,
  N_PLACES,
} Place;

/* One feature, or “category/type” of an identity, is enough. */
typedef struct
{
  const char *name;
  Place place;
  const char *features[3];
  const char *offers;
  const char *lacks;
} Row;

static const Row rows[] = {
  { "archive",
    AT_ACCOUNT,
    { "urn:xmpp:mam:2", "urn:xmpp:mam:1" },
    N_ ("It keeps your messages, so that every device can have them."),
    N_ ("It keeps no messages: what one device has, another one does not get later.") },
  { "carbons",
    AT_SERVER,
    { "urn:xmpp:carbons:2" },
    N_ ("All your devices see what is said, as it is said."),
    N_ ("Only one of your devices sees what is said.") },
  { "offline",
    AT_SERVER,
    { "msgoffline" },
    N_ ("It takes messages for you while you are offline."),
    N_ ("It does not say that it takes messages for you while you are offline.") },
  { "blocking",
    AT_SERVER,
    { "urn:xmpp:blocking" },
    N_ ("It can keep people away from you."),
    N_ ("It cannot keep people away from you.") },
  { "reporting",
    AT_SERVER,
    { "urn:xmpp:reporting:1", "urn:xmpp:reporting:0" },
    N_ ("It hears reports of abuse."),
    N_ ("It hears no reports of abuse.") },
  { "invisible",
    AT_SERVER,
    { "urn:xmpp:invisible:1", "jabber:iq:privacy" },
    N_ ("You can be online without being seen."),
    N_ ("You cannot be online without being seen.") },
  { "personal-eventing",
    AT_ACCOUNT,
    { "pubsub/pep" },
    N_ ("You can say where you are, how you feel and what you do."),
    N_ ("You cannot say where you are, how you feel and what you do.") },
  { "vcard",
    AT_SERVER,
    { "vcard-temp" },
    N_ ("It keeps a card with your name and address."),
    N_ ("It keeps no card with your name and address.") },
  { "avatar-conversion",
    AT_ACCOUNT,
    { "urn:xmpp:pep-vcard-conversion:0" },
    N_ ("Old and new programs see the same picture of you."),
    N_ ("Old programs may see another picture of you than new ones.") },
  { "private-storage",
    AT_SERVER,
    { "jabber:iq:private" },
    N_ ("Programs can keep their settings on it."),
    N_ ("Programs cannot keep their settings on it.") },
  { "stream-management",
    IN_STREAM,
    { "urn:xmpp:sm:3" },
    N_ ("What was under way when a connection broke can be saved."),
    N_ ("What was under way when a connection broke may be lost.") },
  { "client-state",
    IN_STREAM,
    { "urn:xmpp:csi:0" },
    N_ ("It sends less while nobody is looking."),
    N_ ("It sends as much while nobody is looking.") },
  { "roster-versioning",
    IN_STREAM,
    { "urn:xmpp:features:rosterver" },
    N_ ("It sends the contact list only when that has changed."),
    N_ ("It sends the whole contact list every time.") },
  { "pre-approval",
    IN_STREAM,
    { "urn:xmpp:features:pre-approval" },
    N_ ("You can let people see you before they ask."),
    N_ ("You can let people see you only once they have asked.") },
  { "push",
    AT_ACCOUNT,
    { "urn:xmpp:push:0" },
    N_ ("It can wake telephones."),
    N_ ("It cannot wake telephones.") },
  { "calls",
    AT_SERVER,
    { "urn:xmpp:extdisco:2", "urn:xmpp:extdisco:1" },
    N_ ("It helps calls to find their way."),
    N_ ("It does not help calls to find their way.") },
  { "password",
    AT_SERVER,
    { "jabber:iq:register" },
    N_ ("The password can be changed, and the account removed, from here."),
    N_ ("The password cannot be changed from here, nor the account removed.") },
  { "upload",
    AT_SERVICE,
    { "urn:xmpp:http:upload:0" },
    N_ ("It takes files for others to fetch."),
    N_ ("It takes no files for others to fetch.") },
  { "rooms",
    AT_SERVICE,
    { "conference/text" },
    N_ ("It has rooms for groups."),
    N_ ("It has no rooms for groups.") },
  { "directory",
    AT_SERVICE,
    { "jabber:iq:search" },
    N_ ("It has a directory of people."),
    N_ ("It has no directory of people.") },
  { "file-proxy",
    AT_SERVICE,
    { "proxy/bytestreams" },
    N_ ("It passes files on between people who cannot reach each other."),
    N_ ("It does not pass files on between people who cannot reach each other.") },
  { "gateway",
    AT_SERVICE,
    { "gateway/" },
    N_ ("It has a gateway to another network."),
    N_ ("It has no gateway to another network.") },
};

typedef struct
{
  Ctl *ctl; /* (unowned) */
  CtlAccount *account; /* (unowned) */
  GHashTable *found[N_PLACES]; /* (owned) feature → address (owned) where it is */
} Server;

static void
server_clear (Server *self)
{
  for (guint i = 0; i < N_PLACES; i++)
    g_clear_pointer (&self->found[i], g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Server, server_clear)

static void
take (Server *self, Place place, char *feature, const char *address)
{
  if (g_hash_table_contains (self->found[place], feature))
    g_free (feature);
  else
    g_hash_table_insert (self->found[place], feature, g_strdup (address));
}

static gboolean
ask (Server *self, Place place, const char *address, GError **error)
{
  g_autoptr (GVariant) info =
      ctl_connection_call (self->ctl, self->account, DISCOVERY, "Info",
                           g_variant_new ("(ss)", address, ""), "(a(ssss)asaa(ssas))", error);
  g_autoptr (GVariantIter) identities = NULL;
  g_autoptr (GVariantIter) features = NULL;
  const char *category;
  const char *type;
  const char *feature;

  if (info == NULL)
    return FALSE;
  g_variant_get (info, "(a(ssss)as@aa(ssas))", &identities, &features, NULL);
  while (g_variant_iter_next (identities, "(&s&s&s&s)", &category, &type, NULL, NULL))
    {
      take (self, place, g_strdup_printf ("%s/%s", category, type), address);
      take (self, place, g_strdup_printf ("%s/", category), address);
    }
  while (g_variant_iter_next (features, "&s", &feature))
    take (self, place, g_strdup (feature), address);
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
          !ask (self, AT_SERVICE, address, &local_error))
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
  GVariantIter iter;
  const char *feature;

  if (!ctl_account_find_extension (self->ctl, self->account, &name, &path, error))
    return FALSE;
  names = ctl_get (self->ctl, name, path, CTL_SECURITY, "StreamFeatures", "as", error);
  if (names == NULL)
    return FALSE;
  g_variant_iter_init (&iter, names);
  while (g_variant_iter_next (&iter, "&s", &feature))
    take (self, IN_STREAM, g_strdup (feature), "");
  return TRUE;
}

/* (nullable): where it is */
static const char *
find (Server *self, const Row *row)
{
  for (guint i = 0; i < G_N_ELEMENTS (row->features) && row->features[i] != NULL; i++)
    {
      const char *address = g_hash_table_lookup (self->found[row->place], row->features[i]);

      if (address != NULL)
        return address;
    }
  return NULL;
}

static void
print_lines (Server *self, gboolean is_offered)
{
  gboolean is_any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *address = find (self, &rows[i]);
      g_autofree char *safe = ctl_text_dup_safe (address != NULL ? address : "");

      if ((address != NULL) != is_offered)
        continue;
      if (!is_any)
        g_print ("%s\n", is_offered ? _ ("Offered:") : _ ("Not offered:"));
      is_any = TRUE;
      if (rows[i].place == AT_SERVICE && is_offered)
        g_print ("  %s (%s)\n", _ (rows[i].offers), safe);
      else
        g_print ("  %s\n", is_offered ? _ (rows[i].offers) : _ (rows[i].lacks));
    }
}

static void
print_json (Server *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *address = find (self, &rows[i]);

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

  for (guint i = 0; i < N_PLACES; i++)
    server.found[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!ctl_online_open (&online, ctl, command, NULL, words, 0, 0, error))
    return FALSE;
  server.account = online.account;
  domain = strrchr (online.account->address, '@');
  domain = domain != NULL ? domain + 1 : online.account->address;
  if (!ask (&server, AT_SERVER, domain, error) ||
      !ask (&server, AT_ACCOUNT, online.account->address, error) ||
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
