/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-vcard4.c: reads the vCards that people publish by personal eventing. XEP-0292, RFC 6351
 *
 * Only read: what we say of ourselves is vcard-temp, which servers turn into this one for those who
 * look for it. */

#include <string.h>

#include "im/im-info.h"
#include "xmpp/xmpp-ns.h"

#define MAX_PARTS 8
#define MAX_TYPES 16
#define MAX_TYPE_BYTES 32

typedef enum
{
  ONE, /* the first child, whatever its type is called */
  EACH, /* a field for each child */
  ALL, /* a value for each child */
  PARTS, /* a child for each value */
  GEO, /* a geo: URI, of which the first two numbers are values */
} Kind;

static const struct
{
  const char *element;
  const char *field;
  Kind kind;
  const char
      *scheme; /* (nullable) which is left out; of "impp": without it, it is another network */
  const char *parts[MAX_PARTS];
} rows[] = {
  { "fn", "fn", ONE, NULL, { NULL } },
  { "n", "n", PARTS, NULL, { "surname", "given", "additional", "prefix", "suffix" } },
  { "nickname", "nickname", EACH, NULL, { NULL } },
  { "bday", "bday", ONE, NULL, { NULL } },
  { "adr",
    "adr",
    PARTS,
    NULL,
    { "pobox", "ext", "street", "locality", "region", "code", "country" } },
  { "tel", "tel", ONE, "tel:", { NULL } },
  { "email", "email", ONE, NULL, { NULL } },
  { "impp", "x-jabber", ONE, "xmpp:", { NULL } },
  { "tz", "tz", ONE, NULL, { NULL } },
  { "geo", "geo", GEO, "geo:", { NULL } },
  { "title", "title", ONE, NULL, { NULL } },
  { "role", "role", ONE, NULL, { NULL } },
  { "org", "org", ALL, NULL, { NULL } },
  { "categories", "categories", EACH, NULL, { NULL } },
  { "note", "note", ONE, NULL, { NULL } },
  { "prodid", "prodid", ONE, NULL, { NULL } },
  { "rev", "rev", ONE, NULL, { NULL } },
  { "uid", "uid", ONE, NULL, { NULL } },
  { "url", "url", ONE, NULL, { NULL } },
};

/* Values are all children but the parameters. */
static const XmppNode *
find_value (const XmppNode *from)
{
  while (from != NULL && (strcmp (xmpp_node_get_ns (from), XMPP_NS_VCARD4) != 0 ||
                          strcmp (xmpp_node_get_name (from), "parameters") == 0))
    from = xmpp_node_get_next (from);
  return from;
}

static gboolean
is_type (const char *text)
{
  size_t length = strlen (text);

  return length > 0 && length <= MAX_TYPE_BYTES &&
         strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

/* (transfer full) "type=home"; a preference is a type, as RFC 2426 has it. */
static char **
dup_types (const XmppNode *element)
{
  g_autoptr (GStrvBuilder) types = g_strv_builder_new ();
  const XmppNode *parameters = xmpp_node_find (element, "parameters", XMPP_NS_VCARD4);
  const XmppNode *type =
      parameters != NULL ? xmpp_node_find (parameters, "type", XMPP_NS_VCARD4) : NULL;
  const XmppNode *text = type != NULL ? xmpp_node_find (type, "text", XMPP_NS_VCARD4) : NULL;

  for (guint n_types = 0; text != NULL && n_types < MAX_TYPES; n_types++)
    {
      g_autofree char *name = g_ascii_strdown (xmpp_node_get_text (text), -1);
      g_autofree char *parameter = g_strconcat ("type=", name, NULL);

      if (is_type (name))
        g_strv_builder_add (types, parameter);
      text = xmpp_node_find_next (text, "text", XMPP_NS_VCARD4);
    }
  if (parameters != NULL && xmpp_node_find (parameters, "pref", XMPP_NS_VCARD4) != NULL)
    g_strv_builder_add (types, "type=pref");
  return g_strv_builder_end (types);
}

static void
read_values (ImInfoBuilder *builder,
             gsize row,
             const XmppNode *element,
             const char *const *parameters)
{
  const char *values[IM_INFO_MAX_FIELDS + 1] = { NULL };
  guint n_values = 0;

  for (const XmppNode *value = find_value (xmpp_node_get_first (element));
       value != NULL && n_values < IM_INFO_MAX_FIELDS;
       value = find_value (xmpp_node_get_next (value)))
    {
      const char *one[] = { xmpp_node_get_text (value), NULL };

      if (rows[row].kind == EACH)
        im_info_builder_add (builder, rows[row].field, parameters, one);
      values[n_values++] = one[0];
    }
  if (rows[row].kind == ALL)
    im_info_builder_add (builder, rows[row].field, parameters, values);
}

static void
read_parts (ImInfoBuilder *builder,
            gsize row,
            const XmppNode *element,
            const char *const *parameters)
{
  const char *values[MAX_PARTS + 1] = { NULL };

  for (guint i = 0; i < MAX_PARTS && rows[row].parts[i] != NULL; i++)
    {
      values[i] = xmpp_node_get_child_text (element, rows[row].parts[i], XMPP_NS_VCARD4);
      if (values[i] == NULL)
        values[i] = "";
    }
  im_info_builder_add (builder, rows[row].field, parameters, values);
}

static void
read_one (ImInfoBuilder *builder, gsize row, const XmppNode *element, const char *const *parameters)
{
  const XmppNode *value = find_value (xmpp_node_get_first (element));
  const char *text = value != NULL ? xmpp_node_get_text (value) : "";
  const char *scheme = rows[row].scheme;
  const char *values[] = { text, NULL };

  if (scheme != NULL && g_ascii_strncasecmp (text, scheme, strlen (scheme)) == 0)
    values[0] += strlen (scheme);
  else if (scheme != NULL && strcmp (rows[row].field, "tel") != 0)
    return;
  im_info_builder_add (builder, rows[row].field, parameters, values);
}

/* RFC 5870 3.3: "geo:48.2,16.3;u=40" */
static void
read_geo (ImInfoBuilder *builder, gsize row, const XmppNode *element)
{
  static const char *const none[] = { NULL };
  const XmppNode *value = find_value (xmpp_node_get_first (element));
  const char *text = value != NULL ? xmpp_node_get_text (value) : "";
  g_auto (GStrv) numbers = NULL;

  if (g_ascii_strncasecmp (text, rows[row].scheme, strlen (rows[row].scheme)) != 0)
    return;
  numbers = g_strsplit_set (text + strlen (rows[row].scheme), ",;", 4);
  if (g_strv_length (numbers) >= 2)
    {
      const char *values[] = { numbers[0], numbers[1], NULL };

      im_info_builder_add (builder, rows[row].field, none, values);
    }
}

static void
read_element (ImInfoBuilder *builder, gsize row, const XmppNode *element)
{
  g_auto (GStrv) owned = dup_types (element);
  const char *const *parameters = (const char *const *) owned;

  switch (rows[row].kind)
    {
    case EACH:
    case ALL:
      read_values (builder, row, element, parameters);
      break;
    case PARTS:
      read_parts (builder, row, element, parameters);
      break;
    case GEO:
      read_geo (builder, row, element);
      break;
    case ONE:
    default:
      read_one (builder, row, element, parameters);
      break;
    }
}

static GVariant *
read_vcard (const XmppNode *vcard)
{
  ImInfoBuilder builder;

  im_info_builder_init (&builder);
  if (xmpp_node_is (vcard, "vcard", XMPP_NS_VCARD4))
    for (const XmppNode *element = xmpp_node_get_first (vcard);
         element != NULL && !im_info_builder_is_full (&builder);
         element = xmpp_node_get_next (element))
      for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
        if (xmpp_node_is (element, rows[i].element, XMPP_NS_VCARD4))
          {
            read_element (&builder, i, element);
            break;
          }
  return im_info_builder_end (&builder);
}

static const ImInfoWire wire = {
  .node = XMPP_NS_VCARD4_NODE,
  .read = read_vcard,
};

const ImModule xep_vcard4 = {
  .name = "vcard4",
  .xep = 292,
  .pep_info = &wire,
};
