/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-search.c: what a directory of people is asked, and answers. XEP-0055, XEP-0059
 *
 * Where there is a form it is used; the four fields of old are made into one, so that nobody else
 * needs to know of them. */

#include <string.h>

#include "im/im-directory.h"
#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

#define JID "jid"
#define MAX_ROWS 1000
#define MAX_TEXT_BYTES 1024

static const struct
{
  const char *name;
  const char *label;
} plain_fields[] = {
  { "first", "Given name" },
  { "last", "Family name" },
  { "nick", "Nickname" },
  { "email", "Email address" },
};

static XmppNode *
new_query (const char *type, XmppNode **query)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", type);
  *query = xmpp_node_add (iq, "query", XMPP_NS_SEARCH);
  return iq;
}

/* Example 1 */
static XmppNode *
new_question (void)
{
  XmppNode *query;

  return new_query ("get", &query);
}

static ImForm *
read_form (const XmppNode *answer, gboolean *is_plain)
{
  XmppNode *query = xmpp_node_find (answer, "query", XMPP_NS_SEARCH);
  XmppNode *x = query != NULL ? xmpp_node_find (query, "x", XMPP_NS_DATA_FORMS) : NULL;
  ImForm *form;

  *is_plain = x == NULL;
  if (query == NULL)
    return NULL;
  if (x != NULL)
    return im_form_new_from_node (x);
  form = im_form_new ();
  for (guint i = 0; i < G_N_ELEMENTS (plain_fields); i++)
    if (xmpp_node_find (query, plain_fields[i].name, XMPP_NS_SEARCH) != NULL)
      im_form_add (form, IM_FIELD_TEXT_SINGLE, plain_fields[i].name, plain_fields[i].label);
  return form;
}

/* Examples 3 and 8 */
static XmppNode *
new_search (const ImDirectory *directory, GVariant *answers)
{
  XmppNode *query;
  XmppNode *iq = new_query ("set", &query);
  GVariantIter iter;
  const char *name;
  GVariant *given;

  if (!directory->is_plain)
    {
      im_form_submit (directory->form, answers, NULL, query);
      return iq;
    }
  g_variant_iter_init (&iter, answers);
  while (g_variant_iter_next (&iter, "{&s@as}", &name, &given))
    {
      g_autoptr (GVariant) owned = given;
      const char *value;

      if (g_variant_n_children (owned) == 0)
        continue;
      g_variant_get_child (owned, 0, "&s", &value);
      xmpp_node_add_with_text (query, name, NULL, value);
    }
  return iq;
}

/* XEP-0059, examples 2 and 4 */
static void
set_page (XmppNode *search, guint limit, const char *after)
{
  XmppNode *query = xmpp_node_find (search, "query", XMPP_NS_SEARCH);
  XmppNode *set = xmpp_node_add (query, "set", XMPP_NS_RSM);
  g_autofree char *number = g_strdup_printf ("%u", limit);

  xmpp_node_add_with_text (set, "max", NULL, number);
  if (after != NULL)
    xmpp_node_add_with_text (set, "after", NULL, after);
}

/* The next <item/> of a table, as a form or as of old. */
static const XmppNode *
find_item (const XmppNode *query, const XmppNode *item)
{
  const XmppNode *x = xmpp_node_find (query, "x", XMPP_NS_DATA_FORMS);
  const char *ns = x != NULL ? XMPP_NS_DATA_FORMS : XMPP_NS_SEARCH;

  return item != NULL ? xmpp_node_find_next (item, "item", ns)
                      : xmpp_node_find (x != NULL ? x : query, "item", ns);
}

/* XEP-0059 2.2, 2.3: the end is where nothing is last, or where the count is reached. What it does
 * not count may go on. */
static char *
dup_next (const XmppNode *query)
{
  const XmppNode *set = query != NULL ? xmpp_node_find (query, "set", XMPP_NS_RSM) : NULL;
  const XmppNode *first = set != NULL ? xmpp_node_find (set, "first", XMPP_NS_RSM) : NULL;
  const char *last = set != NULL ? xmpp_node_get_child_text (set, "last", XMPP_NS_RSM) : NULL;
  const char *count = set != NULL ? xmpp_node_get_child_text (set, "count", XMPP_NS_RSM) : NULL;
  const char *index = first != NULL ? xmpp_node_get (first, "index") : NULL;
  guint64 total;
  guint64 position;
  guint64 n_rows = 0;

  if (last == NULL || *last == '\0' || strlen (last) > MAX_TEXT_BYTES)
    return NULL;
  for (const XmppNode *item = find_item (query, NULL); item != NULL; item = find_item (query, item))
    n_rows++;
  if (count != NULL && index != NULL &&
      g_ascii_string_to_unsigned (count, 10, 0, G_MAXUINT32, &total, NULL) &&
      g_ascii_string_to_unsigned (index, 10, 0, G_MAXUINT32, &position, NULL) &&
      position + n_rows >= total)
    return NULL;
  return n_rows > 0 ? g_strdup (last) : NULL;
}

/* A row of which nothing is known but whose it is cannot be made by im_form_add (). */
static void
add_field (ImForm *row, const char *name, const char *value)
{
  ImField *field = im_form_add (row, IM_FIELD_TEXT_SINGLE, name, "");

  g_strfreev (field->values);
  field->values = g_new0 (char *, 2);
  field->values[0] = g_strdup (value);
}

static GPtrArray *
read_item (const XmppNode *item)
{
  g_autoptr (ImForm) row = im_form_new ();

  add_field (row, JID, xmpp_node_get (item, "jid"));
  for (guint i = 0; i < G_N_ELEMENTS (plain_fields); i++)
    {
      const char *text = xmpp_node_get_child_text (item, plain_fields[i].name, XMPP_NS_SEARCH);

      if (text != NULL && *text != '\0' && strlen (text) <= MAX_TEXT_BYTES)
        add_field (row, plain_fields[i].name, text);
    }
  return g_ptr_array_ref (row->fields);
}

/* Examples 4, 5 and 9; what is no table is an empty one. */
static ImForm *
read_results (const XmppNode *answer, char **next)
{
  XmppNode *query = xmpp_node_find (answer, "query", XMPP_NS_SEARCH);
  XmppNode *x = query != NULL ? xmpp_node_find (query, "x", XMPP_NS_DATA_FORMS) : NULL;
  ImForm *form = x != NULL ? im_form_new_from_node (x) : NULL;

  *next = dup_next (query);
  if (form != NULL)
    return form;
  form = im_form_new ();
  for (XmppNode *item = query != NULL ? xmpp_node_find (query, "item", XMPP_NS_SEARCH) : NULL;
       item != NULL && form->items->len < MAX_ROWS;
       item = xmpp_node_find_next (item, "item", XMPP_NS_SEARCH))
    if (xmpp_node_get (item, "jid") != NULL)
      g_ptr_array_add (form->items, read_item (item));
  return form;
}

const ImModule xep_search = {
  .name = "search",
  .xep = 55,
  .directory = &(const ImDirectoryWire){ XMPP_NS_SEARCH, new_question, read_form, new_search,
                                         set_page, read_results },
};
