/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-location.c: where somebody is, with the keys and types of Telepathy's Location. XEP-0080
 *
 * Coordinates of another datum than WGS 84 are not converted: they are left out. */

#include <string.h>

#include "im/im-contact.h"
#include "im/im-fact.h"
#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

#define MAX_LANGUAGE_BYTES 100

/* The first two are of a datum. */
#define N_OF_DATUM 2
static const ImFactField fields[] = {
  { "lat", IM_FACT_FIELD_DECIMAL, -90, 90 },
  { "lon", IM_FACT_FIELD_DECIMAL, -180, 180 },

  { "accuracy", IM_FACT_FIELD_DECIMAL, 0, 1e9 },
  { "alt", IM_FACT_FIELD_DECIMAL, -1e9, 1e9 },
  { "area", IM_FACT_FIELD_TEXT, 0, 0 },
  { "bearing", IM_FACT_FIELD_DECIMAL, 0, 360 },
  { "building", IM_FACT_FIELD_TEXT, 0, 0 },
  { "country", IM_FACT_FIELD_TEXT, 0, 0 },
  { "countrycode", IM_FACT_FIELD_TEXT, 0, 0 },
  { "description", IM_FACT_FIELD_TEXT, 0, 0 },
  { "floor", IM_FACT_FIELD_TEXT, 0, 0 },
  { "locality", IM_FACT_FIELD_TEXT, 0, 0 },
  { "postalcode", IM_FACT_FIELD_TEXT, 0, 0 },
  { "region", IM_FACT_FIELD_TEXT, 0, 0 },
  { "room", IM_FACT_FIELD_TEXT, 0, 0 },
  { "speed", IM_FACT_FIELD_DECIMAL, 0, 1e9 },
  { "street", IM_FACT_FIELD_TEXT, 0, 0 },
  { "text", IM_FACT_FIELD_TEXT, 0, 0 },
  { "timestamp", IM_FACT_FIELD_TIME, 0, 0 },
  { "uri", IM_FACT_FIELD_TEXT, 0, 0 },
  { 0 },
};

static gboolean
is_wgs84 (XmppNode *payload)
{
  const char *datum = xmpp_node_get_child_text (payload, "datum", XMPP_NS_GEOLOC);

  return datum == NULL || *datum == '\0' || g_ascii_strcasecmp (datum, "WGS84") == 0 ||
         g_ascii_strcasecmp (datum, "WGS-84") == 0;
}

static GVariant *
read_location (XmppNode *payload)
{
  const char *language = xmpp_node_get_with_ns (payload, "lang", XMPP_NS_XML);
  GVariantBuilder value;

  if (!xmpp_node_is (payload, "geoloc", XMPP_NS_GEOLOC) || xmpp_node_get_first (payload) == NULL)
    return NULL;
  g_variant_builder_init (&value, G_VARIANT_TYPE_VARDICT);
  im_fact_read (payload, is_wgs84 (payload) ? fields : fields + N_OF_DATUM, &value);
  if (language != NULL && *language != '\0' && strlen (language) <= MAX_LANGUAGE_BYTES)
    g_variant_builder_add (&value, "{sv}", "language", g_variant_new_string (language));
  return im_fact_end (&value);
}

static gboolean
write_language (GVariant *value, XmppNode *payload, GError **error)
{
  g_autoptr (GVariant) language = g_variant_lookup_value (value, "language", NULL);

  if (language == NULL)
    return TRUE;
  if (!g_variant_is_of_type (language, G_VARIANT_TYPE_STRING) ||
      g_variant_get_size (language) > MAX_LANGUAGE_BYTES)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                           "“language” cannot have that value");
      return FALSE;
    }
  xmpp_node_set (payload, "xml:lang", g_variant_get_string (language, NULL));
  return TRUE;
}

static gboolean
is_known (const char *key)
{
  for (const ImFactField *field = fields; field->name != NULL; field++)
    if (strcmp (field->name, key) == 0)
      return TRUE;
  return strcmp (key, "language") == 0;
}

/* (transfer full): what can be said of it. Programs may say more: COMPAT: Empathy,
 * "accuracy-level". All of it, where there is nothing else. */
static GVariant *
dup_known (GVariant *value)
{
  GVariantBuilder known;
  GVariantIter iter;
  const char *key;
  GVariant *entry;
  g_autoptr (GVariant) built = NULL;

  g_variant_builder_init (&known, G_VARIANT_TYPE_VARDICT);
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &entry))
    {
      if (is_known (key))
        g_variant_builder_add (&known, "{sv}", key, entry);
      g_variant_unref (entry);
    }
  built = g_variant_ref_sink (g_variant_builder_end (&known));
  return g_variant_ref (g_variant_n_children (built) > 0 ? built : value);
}

static XmppNode *
write_location (GVariant *value, GError **error)
{
  static const char *const others[] = { "language", NULL };
  g_autoptr (XmppNode) payload = xmpp_node_new ("geoloc", XMPP_NS_GEOLOC);
  g_autoptr (GVariant) known = dup_known (value);

  if (!im_fact_write (known, fields, others, payload, error) ||
      !write_language (known, payload, error))
    return NULL;
  return g_steal_pointer (&payload);
}

const ImModule xep_location = {
  .name = "location",
  .xep = 80,
  .pep =
      (const ImPepNode[]){
          { IM_PEP_NODE (XMPP_NS_GEOLOC), .from = XMPP_FROM_ACCOUNT | XMPP_FROM_CONTACT,
            .fact = IM_FACT_LOCATION, .read = read_location, .write = write_location },
          { 0 },
      },
};
