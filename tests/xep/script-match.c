/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script-match.c: compares XML by what it means, with variables */

#include "script-world.h"

#include <string.h>

/** script_substitute: Returns: (transfer full): @text with each `{name}` that has a value replaced
 * by it */
char *
script_substitute (const char *text, GHashTable *variables)
{
  GString *out = g_string_new (text);
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  g_hash_table_iter_init (&iter, variables);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_autofree char *reference = g_strdup_printf ("{%s}", (const char *) name);

      g_string_replace (out, reference, value, 0);
    }
  return g_string_free (out, FALSE);
}

/** script_match_text: one `{name}` of @pattern without a value takes what stands in its place in
 * @text */
gboolean
script_match_text (const char *pattern, const char *text, GHashTable *variables)
{
  g_autofree char *wanted = script_substitute (pattern, variables);
  const char *open = strchr (wanted, '{');
  const char *end = open != NULL ? strchr (open, '}') : NULL;
  size_t before;
  size_t after;
  size_t length = strlen (text);

  if (end == NULL)
    return strcmp (wanted, text) == 0;
  before = (size_t) (open - wanted);
  after = strlen (end + 1);
  if (length <= before + after || strncmp (wanted, text, before) != 0 ||
      strcmp (end + 1, text + length - after) != 0)
    return FALSE;
  g_hash_table_insert (variables, g_strndup (open + 1, (gsize) (end - open - 1)),
                       g_strndup (text + before, length - before - after));
  return TRUE;
}

static char *
match_attribute (const XmppNode *pattern,
                 const XmppNode *node,
                 const char *name,
                 GHashTable *variables)
{
  const char *wanted = xmpp_node_get (pattern, name);
  const char *got = xmpp_node_get (node, name);

  if (wanted == NULL && got == NULL)
    return NULL;
  if (wanted == NULL)
    return strcmp (name, "id") == 0
               ? NULL
               : g_strdup_printf ("<%s/> has %s='%s'", xmpp_node_get_name (node), name, got);
  if (got == NULL || !script_match_text (wanted, got, variables))
    return g_strdup_printf ("<%s/>: %s is '%s', not '%s'", xmpp_node_get_name (node), name,
                            got != NULL ? got : "", wanted);
  return NULL;
}

/** script_match: compares all that our stanzas can have; an `id` that the pattern leaves out may be
 * any */
char *
script_match (const XmppNode *pattern, const XmppNode *stanza, GHashTable *variables)
{
  static const char *const names[] = { "from", "to", "type", "id", "node",
                                       "ver", "hash", "var", "jid", "name",
                                       "subscription", "ask", "category", "code", "by",
                                       "stamp", "xml:lang", "action", "order", "value",
                                       "probe", "since", "reason" };
  XmppNode *wanted = xmpp_node_get_first (pattern);
  XmppNode *got = xmpp_node_get_first (stanza);
  char *problem = NULL;

  if (!xmpp_node_is (stanza, xmpp_node_get_name (pattern), xmpp_node_get_ns (pattern)))
    return g_strdup_printf ("<%s xmlns='%s'/> is not <%s xmlns='%s'/>", xmpp_node_get_name (stanza),
                            xmpp_node_get_ns (stanza), xmpp_node_get_name (pattern),
                            xmpp_node_get_ns (pattern));
  for (guint i = 0; problem == NULL && i < G_N_ELEMENTS (names); i++)
    problem = match_attribute (pattern, stanza, names[i], variables);
  if (problem == NULL && wanted == NULL && got == NULL &&
      !script_match_text (xmpp_node_get_text (pattern), xmpp_node_get_text (stanza), variables))
    problem = g_strdup_printf ("<%s/> says “%s”", xmpp_node_get_name (stanza),
                               xmpp_node_get_text (stanza));
  for (; problem == NULL && wanted != NULL && got != NULL;
       wanted = xmpp_node_get_next (wanted), got = xmpp_node_get_next (got))
    problem = script_match (wanted, got, variables);
  if (problem == NULL && (wanted != NULL || got != NULL))
    problem = g_strdup_printf ("<%s/> %s <%s/>", xmpp_node_get_name (stanza),
                               wanted != NULL ? "lacks" : "also has",
                               xmpp_node_get_name (wanted != NULL ? wanted : got));
  return problem;
}
