/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-vcard.c: the elements of a vCard as fields, both ways, by one table. XEP-0054 9
 *
 * An element all of whose fields stay is left as it stands, with whatever else is in it; so what
 * nobody changed is not written differently, and what is no field, or was one too many to be shown,
 * is not touched at all. */

#include <string.h>

#include "im/im-info.h"
#include "xmpp/xmpp-ns.h"

#define MAX_PARTS 8

typedef enum
{
  TEXT, /* the element's own text */
  LIST, /* its own text, several with commas between them: a field each */
  PARTS, /* a child for each value */
  REST, /* a child for the first value, any number of the second for the others */
  LINES, /* one value, a child for each line */
  WORDS, /* a field for each child */
} Kind;

typedef struct
{
  const char *element;
  const char *field;
  Kind kind;
  const char *parts[MAX_PARTS]; /* children */
  const char *const *types; /* (nullable) */
} Row;

static const char *const no_parameters[] = { NULL };
static const char *const place_types[] = { "home", "work", "postal", "parcel",
                                           "dom", "intl", "pref", NULL };
static const char *const tel_types[] = { "home", "work", "voice", "fax", "pager", "msg", "cell",
                                         "video", "bbs", "modem", "isdn", "pcs", "pref", NULL };
static const char *const email_types[] = { "home", "work", "internet", "pref", "x400", NULL };

/* What is written is the first row of its field. */
static const Row rows[] = {
  { "FN", "fn", TEXT, { NULL }, NULL },
  { "N", "n", PARTS, { "FAMILY", "GIVEN", "MIDDLE", "PREFIX", "SUFFIX" }, NULL },
  { "NICKNAME", "nickname", LIST, { NULL }, NULL },
  { "BDAY", "bday", TEXT, { NULL }, NULL },
  { "ADR",
    "adr",
    PARTS,
    { "POBOX", "EXTADD", "STREET", "LOCALITY", "REGION", "PCODE", "CTRY" },
    place_types },
  { "LABEL", "label", LINES, { "LINE" }, place_types },
  { "TEL", "tel", PARTS, { "NUMBER" }, tel_types },
  { "EMAIL", "email", PARTS, { "USERID" }, email_types },
  { "JABBERID", "x-jabber", TEXT, { NULL }, NULL },
  { "MAILER", "mailer", TEXT, { NULL }, NULL },
  { "TZ", "tz", TEXT, { NULL }, NULL },
  { "GEO", "geo", PARTS, { "LAT", "LON" }, NULL },
  { "TITLE", "title", TEXT, { NULL }, NULL },
  { "ROLE", "role", TEXT, { NULL }, NULL },
  { "ORG", "org", REST, { "ORGNAME", "ORGUNIT" }, NULL },
  { "CATEGORIES", "categories", WORDS, { "KEYWORD" }, NULL },
  { "NOTE", "note", TEXT, { NULL }, NULL },
  { "DESC", "note", TEXT, { NULL }, NULL },
  { "PRODID", "prodid", TEXT, { NULL }, NULL },
  { "REV", "rev", TEXT, { NULL }, NULL },
  { "SORT-STRING", "sort-string", TEXT, { NULL }, NULL },
  { "UID", "uid", TEXT, { NULL }, NULL },
  { "URL", "url", TEXT, { NULL }, NULL },
};

static const ImInfoField fields[] = {
  { "fn", NULL, 1, 1 },
  { "n", NULL, 5, 1 },
  { "nickname", NULL, 1, 0 },
  { "bday", NULL, 1, 1 },
  { "adr", place_types, 7, 0 },
  { "label", place_types, 1, 0 },
  { "tel", tel_types, 1, 0 },
  { "email", email_types, 1, 0 },
  { "x-jabber", NULL, 1, 0 },
  { "mailer", NULL, 1, 1 },
  { "tz", NULL, 1, 1 },
  { "geo", NULL, 2, 1 },
  { "title", NULL, 1, 0 },
  { "role", NULL, 1, 0 },
  { "org", NULL, 0, 0 },
  { "categories", NULL, 1, 0 },
  { "note", NULL, 1, 0 },
  { "prodid", NULL, 1, 1 },
  { "rev", NULL, 1, 1 },
  { "sort-string", NULL, 1, 1 },
  { "uid", NULL, 1, 1 },
  { "url", NULL, 1, 0 },
  { NULL, NULL, 0, 0 },
};

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static const char *
get_part (const XmppNode *element, const char *name)
{
  return or_empty (xmpp_node_get_child_text (element, name, XMPP_NS_VCARD_TEMP));
}

static const Row *
find_row (const XmppNode *element)
{
  if (strcmp (xmpp_node_get_ns (element), XMPP_NS_VCARD_TEMP) == 0)
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
      if (strcmp (rows[i].element, xmpp_node_get_name (element)) == 0)
        return &rows[i];
  return NULL;
}

/* In the table's order. */
static void
read_types (const Row *row, const XmppNode *element, GStrvBuilder *types)
{
  for (guint i = 0; row->types != NULL && row->types[i] != NULL; i++)
    {
      g_autofree char *name = g_ascii_strup (row->types[i], -1);
      g_autofree char *type = g_strconcat ("type=", row->types[i], NULL);

      if (xmpp_node_find (element, name, XMPP_NS_VCARD_TEMP) != NULL)
        g_strv_builder_add (types, type);
    }
}

static void
add_one (ImInfoBuilder *builder, const Row *row, const char *const *types, const char *text)
{
  const char *const values[] = { text, NULL };

  im_info_builder_add (builder, row->field, types, values);
}

static void
read_parts (ImInfoBuilder *builder,
            const Row *row,
            const XmppNode *element,
            const char *const *types)
{
  const char *values[MAX_PARTS + 1] = { NULL };
  guint n_values = 0;

  while (n_values < MAX_PARTS && row->parts[n_values] != NULL)
    {
      values[n_values] = get_part (element, row->parts[n_values]);
      n_values++;
    }
  /* COMPAT: some have put the number or the address right into the element */
  if (n_values == 1 && *values[0] == '\0')
    values[0] = xmpp_node_get_text (element);
  im_info_builder_add (builder, row->field, types, values);
}

static void
read_list (ImInfoBuilder *builder, const Row *row, const XmppNode *element)
{
  g_auto (GStrv) texts = g_strsplit (xmpp_node_get_text (element), ",", IM_INFO_MAX_FIELDS + 1);

  for (guint i = 0; texts[i] != NULL && i < IM_INFO_MAX_FIELDS; i++)
    add_one (builder, row, no_parameters, texts[i]);
}

/* The values of all children of that name. */
static void
add_children (GPtrArray *texts, const XmppNode *element, const char *name)
{
  for (const XmppNode *child = xmpp_node_find (element, name, XMPP_NS_VCARD_TEMP);
       child != NULL && texts->len < IM_INFO_MAX_FIELDS;
       child = xmpp_node_find_next (child, name, XMPP_NS_VCARD_TEMP))
    if (*xmpp_node_get_text (child) != '\0')
      g_ptr_array_add (texts, (gpointer) xmpp_node_get_text (child));
}

static void
read_children (ImInfoBuilder *builder,
               const Row *row,
               const XmppNode *element,
               const char *const *types)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autofree char *lines = NULL;

  if (row->kind == REST)
    g_ptr_array_add (texts, (gpointer) get_part (element, row->parts[0]));
  add_children (texts, element, row->parts[row->kind == REST ? 1 : 0]);
  for (guint i = 0; row->kind == WORDS && i < texts->len; i++)
    add_one (builder, row, types, texts->pdata[i]);
  g_ptr_array_add (texts, NULL);
  if (row->kind == REST)
    im_info_builder_add (builder, row->field, types, (const char *const *) texts->pdata);
  else if (row->kind == LINES)
    {
      lines = g_strjoinv ("\n", (char **) texts->pdata);
      add_one (builder, row, types, lines);
    }
}

static void
read_element (ImInfoBuilder *builder, const Row *row, const XmppNode *element)
{
  g_autoptr (GStrvBuilder) gathered = g_strv_builder_new ();
  g_auto (GStrv) types = NULL;

  read_types (row, element, gathered);
  types = g_strv_builder_end (gathered);
  switch (row->kind)
    {
    case TEXT:
      add_one (builder, row, no_parameters, xmpp_node_get_text (element));
      break;
    case LIST:
      read_list (builder, row, element);
      break;
    case PARTS:
      read_parts (builder, row, element, (const char *const *) types);
      break;
    case REST:
    case LINES:
    case WORDS:
    default:
      read_children (builder, row, element, (const char *const *) types);
      break;
    }
}

static GVariant *
read_vcard (const XmppNode *vcard)
{
  ImInfoBuilder builder;

  im_info_builder_init (&builder);
  for (const XmppNode *element = xmpp_node_get_first (vcard);
       element != NULL && !im_info_builder_is_full (&builder);
       element = xmpp_node_get_next (element))
    {
      const Row *row = find_row (element);

      if (row != NULL)
        read_element (&builder, row, element);
    }
  return im_info_builder_end (&builder);
}

static const Row *
find_row_of_field (const char *field)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].field, field) == 0)
      return &rows[i];
  return NULL;
}

static void
write_types (XmppNode *element, const char *const *parameters)
{
  for (guint i = 0; parameters[i] != NULL; i++)
    {
      g_autofree char *name = g_ascii_strup (parameters[i] + strlen ("type="), -1);

      xmpp_node_add (element, name, NULL);
    }
}

static void
write_lines (XmppNode *element, const Row *row, const char *value)
{
  g_auto (GStrv) lines = g_strsplit (value, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    xmpp_node_add_with_text (element, row->parts[0], NULL, lines[i]);
}

static void
write_values (XmppNode *element, const Row *row, const char *const *values)
{
  switch (row->kind)
    {
    case TEXT:
    case LIST:
      xmpp_node_add_text (element, values[0]);
      break;
    case LINES:
      write_lines (element, row, values[0]);
      break;
    case PARTS:
    case REST:
    case WORDS:
    default:
      for (guint i = 0; values[i] != NULL; i++)
        if (*values[i] != '\0' || row->parts[1] == NULL)
          xmpp_node_add_with_text (element, row->parts[row->kind == REST ? MIN (i, 1) : i], NULL,
                                   values[i]);
      break;
    }
}

static void
append_types (GString *key, const Row *row, const char *const *parameters)
{
  for (guint i = 0; row->types != NULL && row->types[i] != NULL; i++)
    {
      g_autofree char *type = g_strconcat ("type=", row->types[i], NULL);

      if (g_strv_contains (parameters, type))
        g_string_append_printf (key, "\n%s", type);
    }
}

/* Equal for fields that say the same: whatever the order of the types, and without empty ends. */
static char *
new_key (GVariant *field)
{
  const char *name;
  g_auto (GStrv) parameters = NULL;
  g_auto (GStrv) values = NULL;
  guint n_values;
  GString *key;

  g_variant_get (field, "(&s^as^as)", &name, &parameters, &values);
  key = g_string_new (name);
  append_types (key, find_row_of_field (name), (const char *const *) parameters);
  n_values = g_strv_length (values);
  for (guint i = 0; i < n_values; i++)
    g_strstrip (values[i]);
  while (n_values > 0 && *values[n_values - 1] == '\0')
    n_values--;
  for (guint i = 0; i < n_values; i++)
    g_string_append_printf (key, "\n%" G_GSIZE_FORMAT ":%s", strlen (values[i]), values[i]);
  return g_string_free (key, FALSE);
}

/* What is wanted and not yet there: key → how often. */
static GHashTable *
new_wishes (GVariant *info)
{
  GHashTable *wishes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < g_variant_n_children (info); i++)
    {
      g_autoptr (GVariant) field = g_variant_get_child_value (info, i);
      char *key = new_key (field);

      g_hash_table_insert (
          wishes, key, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (wishes, key)) + 1));
    }
  return wishes;
}

static gboolean
grant (GHashTable *wishes, GVariant *field, int change)
{
  g_autofree char *key = new_key (field);
  guint n_times = GPOINTER_TO_UINT (g_hash_table_lookup (wishes, key));

  if (n_times == 0 && change < 0)
    return FALSE;
  g_hash_table_insert (wishes, g_steal_pointer (&key), GUINT_TO_POINTER (n_times + change));
  return TRUE;
}

static gboolean
is_only_one (const char *name)
{
  for (const ImInfoField *field = fields; field->name != NULL; field++)
    if (strcmp (field->name, name) == 0)
      return field->max == 1;
  return FALSE;
}

static gboolean
has_field (GVariant *info, const char *wanted)
{
  for (gsize i = 0; i < g_variant_n_children (info); i++)
    {
      g_autoptr (GVariant) field = g_variant_get_child_value (info, i);
      const char *name;

      g_variant_get_child (field, 0, "&s", &name);
      if (strcmp (name, wanted) == 0)
        return TRUE;
    }
  return FALSE;
}

/* All of @said, or none of it, counts as said from now on. */
static gboolean
grant_all (GHashTable *wishes, GVariant *said)
{
  gsize n_granted = 0;

  while (n_granted < g_variant_n_children (said))
    {
      g_autoptr (GVariant) field = g_variant_get_child_value (said, n_granted);

      if (!grant (wishes, field, -1))
        break;
      n_granted++;
    }
  if (n_granted == g_variant_n_children (said))
    return TRUE;
  while (n_granted > 0)
    {
      g_autoptr (GVariant) field = g_variant_get_child_value (said, --n_granted);

      grant (wishes, field, 1);
    }
  return FALSE;
}

/* Whether @element stays as it is. One that says nothing is in nobody's way, unless there may be
 * one only. */
static gboolean
stays (GHashTable *wishes, GVariant *info, const XmppNode *element)
{
  const Row *row = find_row (element);
  ImInfoBuilder builder;
  g_autoptr (GVariant) said = NULL;

  if (row == NULL)
    return TRUE;
  im_info_builder_init (&builder);
  read_element (&builder, row, element);
  said = g_variant_ref_sink (im_info_builder_end (&builder));
  if (g_variant_n_children (said) == 0)
    return !is_only_one (row->field) || !has_field (info, row->field);
  return grant_all (wishes, said);
}

/* Whether whoever wrote @info has seen what @element says, after those before it; one of which
 * there may be one only makes room all the same. */
static gboolean
is_shown (ImInfoBuilder *shown, GVariant *info, const XmppNode *element)
{
  const Row *row = find_row (element);

  if (row == NULL)
    return TRUE;
  if (im_info_builder_is_full (shown))
    return is_only_one (row->field) && has_field (info, row->field);
  read_element (shown, row, element);
  return TRUE;
}

/* Nicknames are one element, and so are categories. */
static XmppNode *
add_element (XmppNode *vcard, const Row *row)
{
  XmppNode *element = NULL;

  if (row->kind == LIST || row->kind == WORDS)
    element = xmpp_node_find (vcard, row->element, XMPP_NS_VCARD_TEMP);
  if (element != NULL && row->kind == LIST)
    xmpp_node_add_text (element, ",");
  return element != NULL ? element : xmpp_node_add (vcard, row->element, NULL);
}

static void
write_field (XmppNode *vcard, GVariant *field, gboolean uses_desc)
{
  const char *name;
  g_auto (GStrv) parameters = NULL;
  g_auto (GStrv) values = NULL;
  const Row *row;
  XmppNode *element;

  g_variant_get (field, "(&s^as^as)", &name, &parameters, &values);
  row = find_row_of_field (name);
  if (uses_desc && strcmp (name, "note") == 0)
    row++;
  for (guint i = 0; values[i] != NULL; i++)
    if (*values[i] != '\0')
      {
        element = add_element (vcard, row);
        write_types (element, (const char *const *) parameters);
        write_values (element, row, (const char *const *) values);
        return;
      }
}

static XmppNode *
write_vcard (const XmppNode *current, GVariant *info)
{
  g_autoptr (GHashTable) wishes = new_wishes (info);
  g_autoptr (GVariant) seen G_GNUC_UNUSED = NULL;
  XmppNode *vcard = xmpp_node_new ("vCard", XMPP_NS_VCARD_TEMP);
  ImInfoBuilder shown;
  gboolean uses_desc = xmpp_node_find (current, "DESC", XMPP_NS_VCARD_TEMP) != NULL &&
                       xmpp_node_find (current, "NOTE", XMPP_NS_VCARD_TEMP) == NULL;

  xmpp_node_set (vcard, "version", xmpp_node_get (current, "version"));
  im_info_builder_init (&shown);
  for (const XmppNode *element = xmpp_node_get_first (current); element != NULL;
       element = xmpp_node_get_next (element))
    {
      gboolean was_shown = is_shown (&shown, info, element);

      if (stays (wishes, info, element) || !was_shown)
        xmpp_node_add_copy (vcard, element);
    }
  seen = g_variant_ref_sink (im_info_builder_end (&shown));
  for (gsize i = 0; i < g_variant_n_children (info); i++)
    {
      g_autoptr (GVariant) field = g_variant_get_child_value (info, i);

      if (grant (wishes, field, -1))
        write_field (vcard, field, uses_desc);
    }
  return vcard;
}

static const ImInfoWire wire = {
  .fields = fields,
  .read = read_vcard,
  .write = write_vcard,
};

const ImModule xep_vcard = {
  .name = "vcard",
  .xep = 54,
  .info = &wire,
};
