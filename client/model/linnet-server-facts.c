/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-server-facts.c: what a server offers and lacks, in words. XEP-0030, XEP-0157
 *
 * Here is the one table of it: the window and linnetctl ask the server each in its way, and put the
 * answers in here. */
#include "config.h"

#include "model/linnet-server-facts.h"

#include <string.h>

#include <glib/gi18n.h>

#define SERVER_INFO "http://jabber.org/network/serverinfo"
/* Of one server; a hostile one says no more. */
#define MAX_FEATURES 4096
#define MAX_CONTACTS 32

struct _LinnetServerFacts
{
  GHashTable *found[LINNET_SERVER_N_PLACES]; /* (owned) feature → address (owned) where it is */
};

static const LinnetServerRow rows[] = {
  { "archive",
    N_ ("Message Archive"),
    LINNET_SERVER_AT_ACCOUNT,
    { "urn:xmpp:mam:2", "urn:xmpp:mam:1" },
    N_ ("It keeps your messages, so that every device can have them."),
    N_ ("It keeps no messages: what one device has, another one does not get later.") },
  { "carbons",
    N_ ("Message Copies"),
    LINNET_SERVER_AT_SERVER,
    { "urn:xmpp:carbons:2" },
    N_ ("All your devices see what is said, as it is said."),
    N_ ("Only one of your devices sees what is said.") },
  { "offline",
    N_ ("Offline Messages"),
    LINNET_SERVER_AT_SERVER,
    { "msgoffline" },
    N_ ("It takes messages for you while you are offline."),
    N_ ("It does not say that it takes messages for you while you are offline.") },
  { "blocking",
    N_ ("Blocking"),
    LINNET_SERVER_AT_SERVER,
    { "urn:xmpp:blocking" },
    N_ ("It can keep people away from you."),
    N_ ("It cannot keep people away from you.") },
  { "reporting",
    N_ ("Reports of Abuse"),
    LINNET_SERVER_AT_SERVER,
    { "urn:xmpp:reporting:1", "urn:xmpp:reporting:0" },
    N_ ("It hears reports of abuse."),
    N_ ("It hears no reports of abuse.") },
  { "invisible",
    N_ ("Invisibility"),
    LINNET_SERVER_AT_SERVER,
    { "urn:xmpp:invisible:1", "jabber:iq:privacy" },
    N_ ("You can be online without being seen."),
    N_ ("You cannot be online without being seen.") },
  { "personal-eventing",
    N_ ("Personal News"),
    LINNET_SERVER_AT_ACCOUNT,
    { "pubsub/pep" },
    N_ ("You can say where you are, how you feel and what you do."),
    N_ ("You cannot say where you are, how you feel and what you do.") },
  { "vcard",
    N_ ("Profile Card"),
    LINNET_SERVER_AT_SERVER,
    { "vcard-temp" },
    N_ ("It keeps a card with your name and address."),
    N_ ("It keeps no card with your name and address.") },
  { "avatar-conversion",
    N_ ("One Picture for All Programs"),
    LINNET_SERVER_AT_ACCOUNT,
    { "urn:xmpp:pep-vcard-conversion:0" },
    N_ ("Old and new programs see the same picture of you."),
    N_ ("Old programs may see another picture of you than new ones.") },
  { "private-storage",
    N_ ("Settings of Programs"),
    LINNET_SERVER_AT_SERVER,
    { "jabber:iq:private" },
    N_ ("Programs can keep their settings on it."),
    N_ ("Programs cannot keep their settings on it.") },
  { "stream-management",
    N_ ("Broken Connections"),
    LINNET_SERVER_IN_STREAM,
    { "urn:xmpp:sm:3" },
    N_ ("What was under way when a connection broke can be saved."),
    N_ ("What was under way when a connection broke may be lost.") },
  { "client-state",
    N_ ("Saving Power"),
    LINNET_SERVER_IN_STREAM,
    { "urn:xmpp:csi:0" },
    N_ ("It sends less while nobody is looking."),
    N_ ("It sends as much while nobody is looking.") },
  { "roster-versioning",
    N_ ("Short Contact List"),
    LINNET_SERVER_IN_STREAM,
    { "urn:xmpp:features:rosterver" },
    N_ ("It sends the contact list only when that has changed."),
    N_ ("It sends the whole contact list every time.") },
  { "pre-approval",
    N_ ("Approval in Advance"),
    LINNET_SERVER_IN_STREAM,
    { "urn:xmpp:features:pre-approval" },
    N_ ("You can let people see you before they ask."),
    N_ ("You can let people see you only once they have asked.") },
  { "push",
    N_ ("Waking Telephones"),
    LINNET_SERVER_AT_ACCOUNT,
    { "urn:xmpp:push:0" },
    N_ ("It can wake telephones."),
    N_ ("It cannot wake telephones.") },
  { "calls",
    N_ ("Help for Calls"),
    LINNET_SERVER_AT_SERVER,
    { "urn:xmpp:extdisco:2", "urn:xmpp:extdisco:1" },
    N_ ("It helps calls to find their way."),
    N_ ("It does not help calls to find their way.") },
  { "password",
    N_ ("Account Changes"),
    LINNET_SERVER_AT_SERVER,
    { "jabber:iq:register" },
    N_ ("The password can be changed, and the account removed, from here."),
    N_ ("The password cannot be changed from here, nor the account removed.") },
  { "upload",
    N_ ("Sharing Files"),
    LINNET_SERVER_AT_SERVICE,
    { "urn:xmpp:http:upload:0" },
    N_ ("It takes files for others to fetch."),
    N_ ("It takes no files for others to fetch.") },
  { "rooms",
    N_ ("Rooms"),
    LINNET_SERVER_AT_SERVICE,
    { "conference/text" },
    N_ ("It has rooms for groups."),
    N_ ("It has no rooms for groups.") },
  { "directory",
    N_ ("Directory of People"),
    LINNET_SERVER_AT_SERVICE,
    { "jabber:iq:search" },
    N_ ("It has a directory of people."),
    N_ ("It has no directory of people.") },
  { "file-proxy",
    N_ ("Passing Files On"),
    LINNET_SERVER_AT_SERVICE,
    { "proxy/bytestreams" },
    N_ ("It passes files on between people who cannot reach each other."),
    N_ ("It does not pass files on between people who cannot reach each other.") },
  { "gateway",
    N_ ("Gateways"),
    LINNET_SERVER_AT_SERVICE,
    { "gateway/" },
    N_ ("It has a gateway to another network."),
    N_ ("It has no gateway to another network.") },
};

/* Whom one writes to about what. */
static const struct
{
  const char *field;
  const char *title;
} kinds[] = {
  { "admin-addresses", N_ ("Administration") },
  { "support-addresses", N_ ("Help") },
  { "abuse-addresses", N_ ("Abuse") },
  { "security-addresses", N_ ("Security") },
  { "feedback-addresses", N_ ("Feedback") },
  { "status-addresses", N_ ("State of the Server") },
  { "sales-addresses", N_ ("Sales") },
};

/** linnet_server_get_rows: Returns: (array length=n_rows): all that is told of a server */
const LinnetServerRow *
linnet_server_get_rows (guint *n_rows)
{
  *n_rows = G_N_ELEMENTS (rows);
  return rows;
}

/** linnet_server_facts_new: Returns: (transfer full): of a server that has not answered */
LinnetServerFacts *
linnet_server_facts_new (void)
{
  LinnetServerFacts *self = g_new0 (LinnetServerFacts, 1);

  for (guint i = 0; i < LINNET_SERVER_N_PLACES; i++)
    self->found[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/** linnet_server_facts_free: @self: (transfer full): no longer needed */
void
linnet_server_facts_free (LinnetServerFacts *self)
{
  for (guint i = 0; i < LINNET_SERVER_N_PLACES; i++)
    g_hash_table_unref (self->found[i]);
  g_free (self);
}

static void
take (LinnetServerFacts *self, LinnetServerPlace place, char *feature, const char *address)
{
  if (g_hash_table_contains (self->found[place], feature) ||
      g_hash_table_size (self->found[place]) >= MAX_FEATURES)
    g_free (feature);
  else
    g_hash_table_insert (self->found[place], feature, g_strdup (address));
}

/**
 * linnet_server_facts_take_info:
 * @self: the facts
 * @place: what was asked: the server, the account or one of the services
 * @address: who was asked
 * @info: (type (a(ssss)asaa(ssas))): what im.linnet.ServiceDiscovery1.Info returned
 */
void
linnet_server_facts_take_info (LinnetServerFacts *self,
                               LinnetServerPlace place,
                               const char *address,
                               GVariant *info)
{
  g_autoptr (GVariantIter) identities = NULL;
  g_autoptr (GVariantIter) features = NULL;
  const char *category, *type, *feature;

  g_variant_get (info, "(a(ssss)as@aa(ssas))", &identities, &features, NULL);
  while (g_variant_iter_next (identities, "(&s&s&s&s)", &category, &type, NULL, NULL))
    {
      take (self, place, g_strdup_printf ("%s/%s", category, type), address);
      take (self, place, g_strdup_printf ("%s/", category), address);
    }
  while (g_variant_iter_next (features, "&s", &feature))
    take (self, place, g_strdup (feature), address);
}

/**
 * linnet_server_facts_take_stream:
 * @self: the facts
 * @features: (type as): im.linnet.Security1.StreamFeatures
 */
void
linnet_server_facts_take_stream (LinnetServerFacts *self, GVariant *features)
{
  GVariantIter iter;
  const char *feature;

  g_variant_iter_init (&iter, features);
  while (g_variant_iter_next (&iter, "&s", &feature))
    take (self, LINNET_SERVER_IN_STREAM, g_strdup (feature), "");
}

/**
 * linnet_server_facts_find:
 * @self: the facts
 * @row: one of linnet_server_get_rows()
 *
 * Returns: (nullable) (transfer none): the address that offers it, "" for the connection itself;
 *   %NULL: nobody does
 */
const char *
linnet_server_facts_find (LinnetServerFacts *self, const LinnetServerRow *row)
{
  for (guint i = 0; i < G_N_ELEMENTS (row->features) && row->features[i] != NULL; i++)
    {
      const char *address = g_hash_table_lookup (self->found[row->place], row->features[i]);

      if (address != NULL)
        return address;
    }
  return NULL;
}

/* What a program can do something with, and nothing that runs anything. */
static gboolean
is_reachable (const char *uri)
{
  static const char *const schemes[] = { "https:", "http:", "mailto:", "xmpp:", "tel:" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (uri, schemes[i], strlen (schemes[i])) == 0)
      return uri[strlen (schemes[i])] != '\0' && strlen (uri) < 1024;
  return FALSE;
}

/* a(ssas): the fields of a form, of which the hidden one says what the form is. */
static gboolean
is_server_info (GVariant *form)
{
  GVariantIter iter;
  const char *name;
  GVariant *values;

  g_variant_iter_init (&iter, form);
  while (g_variant_iter_next (&iter, "(&s&s@as)", &name, NULL, &values))
    {
      g_autoptr (GVariant) owned = values;
      const char *value;

      if (!g_str_equal (name, "FORM_TYPE") || g_variant_n_children (owned) != 1)
        continue;
      g_variant_get_child (owned, 0, "&s", &value);
      return g_str_equal (value, SERVER_INFO);
    }
  return FALSE;
}

static guint
tell_field (GVariant *form, guint kind, guint n_told, LinnetServerContactFunc func, gpointer data)
{
  GVariantIter iter;
  const char *name, *uri;
  GVariant *values;

  g_variant_iter_init (&iter, form);
  while (g_variant_iter_next (&iter, "(&s&s@as)", &name, NULL, &values))
    {
      g_autoptr (GVariant) owned = values;
      GVariantIter texts;

      if (!g_str_equal (name, kinds[kind].field))
        continue;
      g_variant_iter_init (&texts, owned);
      while (n_told < MAX_CONTACTS && g_variant_iter_next (&texts, "&s", &uri))
        if (is_reachable (uri))
          {
            func (_ (kinds[kind].title), uri, data);
            n_told++;
          }
    }
  return n_told;
}

/**
 * linnet_server_tell_contacts:
 * @info: (type (a(ssss)asaa(ssas))): what im.linnet.ServiceDiscovery1.Info returned of a server
 * @func: (scope call): called for each person or page that the server names: what for, translated,
 *   and a URI of which at least the scheme is a usual one
 * @data: for @func
 *
 * Spec: XEP-0157
 */
void
linnet_server_tell_contacts (GVariant *info, LinnetServerContactFunc func, gpointer data)
{
  g_autoptr (GVariant) forms = g_variant_get_child_value (info, 2);
  guint n_told = 0;

  for (gsize i = 0; i < g_variant_n_children (forms); i++)
    {
      g_autoptr (GVariant) form = g_variant_get_child_value (forms, i);

      if (!is_server_info (form))
        continue;
      for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
        n_told = tell_field (form, kind, n_told, func, data);
      return;
    }
}
