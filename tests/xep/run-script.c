/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-script.c: plays a script against a real account over a stream in memory. docs/adding-a-xep.md
 * says how to write one
 *
 * F: what the server offers, I: what it says it can do, P: the presence to sign in with, O: what
 * the person does while offline (all optional), R: the contact list (first of the others; signs
 * in), S: the server says, C: we must say, D: the model must tell, U: the person does, #: comment.
 * What is said or told beyond the script fails it. */

#include <stdio.h>
#include <string.h>

#include "script-world.h"
#include "xmpp/xmpp-ns.h"

#define WHO "alice@example.org/desk"

typedef struct
{
  const char *path;
  ScriptWorld *world; /* (owned) (nullable) from the sign-in on */
  char *features; /* (owned) (nullable) */
  char *disco; /* (owned) (nullable) */
  char *presence; /* (owned) (nullable) with which nobody is told of us at once */
  GStrvBuilder *before; /* (owned) what is done while offline */
  GHashTable *variables; /* (owned) name to value */
  guint line; /* where the part that is played begins */
  guint n_played;
} Play;

static void G_GNUC_PRINTF (2, 3) G_GNUC_NORETURN fail (Play *self, const char *format, ...)
{
  va_list arguments;
  g_autofree char *text = NULL;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fprintf (stderr, "%s:%u: %s\n", self->path, self->line, text);
  exit (1);
}

/* What everybody is told has this element of XEP-0153, which a script need not say. */
static void
add_usual (XmppNode *pattern)
{
  if (xmpp_node_is (pattern, "presence", XMPP_NS_CLIENT) &&
      xmpp_node_get (pattern, "type") == NULL && xmpp_node_get (pattern, "to") == NULL &&
      xmpp_node_find (pattern, "x", XMPP_NS_VCARD_UPDATE) == NULL)
    xmpp_node_add (pattern, "x", XMPP_NS_VCARD_UPDATE);
}

static void
expect_stanza (Play *self, const char *xml)
{
  g_autoptr (XmppNode) pattern = script_parse (xml);
  g_autoptr (XmppNode) stanza = script_world_next_stanza (self->world);
  g_autofree char *said = stanza != NULL ? xmpp_node_to_xml (stanza) : NULL;
  g_autofree char *problem = NULL;

  if (stanza == NULL)
    fail (self, "nothing was said; wanted: %s", xml);
  add_usual (pattern);
  problem = script_match (pattern, stanza, self->variables);
  if (problem != NULL)
    fail (self, "%s\n  said:   %s\n  wanted: %s", problem, said, xml);
}

static void
expect_event (Play *self, const char *line)
{
  g_autofree char *event = script_world_next_event (self->world);

  if (event == NULL || !script_match_text (line, event, self->variables))
    fail (self, "told:   %s\n  wanted: %s", event != NULL ? event : "nothing", line);
}

static void
drain_event (Play *self, const char *prefix)
{
  for (;;)
    {
      g_autofree char *event = script_world_next_event (self->world);

      if (event == NULL)
        fail (self, "signing in: never told: %s", prefix);
      if (strcmp (event, prefix) == 0)
        return;
    }
}

static void
answer (Play *self, const char *question, const char *from, const char *ns, const char *content)
{
  const char *id = g_hash_table_lookup (self->variables, question);
  g_autofree char *sender = *from != '\0' ? g_strdup_printf (" from='%s'", from) : g_strdup ("");
  g_autofree char *said =
      g_strdup_printf ("<iq type='result' id='%s'%s to='" WHO "'><query xmlns='%s'>%s</query></iq>",
                       id, sender, ns, content);

  script_world_say (self->world, said);
}

/* @items: what the server has, or the error that it answers with. */
static void
answer_roster (Play *self, const char *items)
{
  g_autofree char *said =
      g_strdup_printf ("<iq type='error' id='%s' to='" WHO "'>%s</iq>",
                       (const char *) g_hash_table_lookup (self->variables, "roster"), items);

  if (g_str_has_prefix (items, "<error"))
    script_world_say (self->world, said);
  else
    answer (self, "roster", "", "jabber:iq:roster", items);
}

/* The usual beginning, of which a script need not speak. */
static void
sign_in (Play *self, const char *items)
{
  g_auto (GStrv) before = g_strv_builder_end (self->before);

  self->world =
      script_world_new (WHO, self->features != NULL ? self->features : "", self->presence, before);
  expect_stanza (self, "<iq type='get' id='{server}' to='example.org'>"
                       "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
  expect_stanza (self, "<iq type='get' id='{own}' to='alice@example.org'>"
                       "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
  expect_stanza (self, "<iq type='get' id='{roster}'><query xmlns='jabber:iq:roster'/></iq>");
  if (self->presence == NULL)
    expect_stanza (self, "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
                         "node='https://linnet.im' ver='{ver}'/></presence>");
  answer (self, "server", "example.org", "http://jabber.org/protocol/disco#info",
          self->disco != NULL ? self->disco : "");
  answer (self, "own", "alice@example.org", "http://jabber.org/protocol/disco#info",
          "<identity category='pubsub' type='pep'/>");
  answer_roster (self, items);
  drain_event (self, g_str_has_prefix (items, "<error") ? "state online" : "roster success");
}

static void
play_part (Play *self, char kind, const char *text)
{
  g_autofree char *meant = script_substitute (text, self->variables);

  self->n_played++;
  if (self->world == NULL && strchr ("FIOPR", kind) == NULL)
    fail (self, "nobody has signed in: R: comes first");
  switch (kind)
    {
    case 'F':
      g_free (self->features);
      self->features = g_steal_pointer (&meant);
      break;
    case 'I':
      g_free (self->disco);
      self->disco = g_steal_pointer (&meant);
      break;
    case 'O':
      g_strv_builder_add (self->before, meant);
      break;
    case 'P':
      g_free (self->presence);
      self->presence = g_steal_pointer (&meant);
      break;
    case 'R':
      sign_in (self, meant);
      break;
    case 'S':
      script_world_say (self->world, meant);
      break;
    case 'C':
      expect_stanza (self, meant);
      break;
    case 'D':
      expect_event (self, meant);
      break;
    default:
      if (!script_act (self->world, meant))
        fail (self, "nobody can do this: %s", meant);
    }
}

static void
end_part (Play *self, char *kind, GString *text, guint next_line)
{
  if (*kind != '\0')
    play_part (self, *kind, g_strstrip (text->str));
  g_string_truncate (text, 0);
  *kind = '\0';
  self->line = next_line;
}

static void
play (Play *self, const char *script)
{
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);
  g_autoptr (GString) text = g_string_new (NULL);
  char kind = '\0';

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strchug (lines[i]);

      if (*line == '#')
        continue;
      if (*line == '\0')
        end_part (self, &kind, text, i + 2);
      else if (strchr ("FIOPRSCDU", line[0]) != NULL && line[1] == ':')
        {
          end_part (self, &kind, text, i + 1);
          kind = line[0];
          g_string_append (text, line + 2);
        }
      else if (kind == '\0')
        fail (self, "line %u belongs to nothing: %s", i + 1, line);
      else
        g_string_append (text, line); /* goes on; XML needs no space between its lines */
    }
  end_part (self, &kind, text, g_strv_length (lines));
}

int
main (int argc, char **argv)
{
  Play self = { 0 };
  g_autofree char *script = NULL;
  g_autofree char *leftovers = NULL;
  g_autoptr (GError) error = NULL;

  if (argc != 2 || !g_file_get_contents (argv[1], &script, NULL, &error))
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message : "Usage: run-script FILE");
      return 2;
    }
  self.path = argv[1];
  self.before = g_strv_builder_new ();
  self.variables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  play (&self, script);
  if (self.world == NULL)
    fail (&self, "nobody has signed in");
  leftovers = script_world_settle (self.world);
  if (leftovers != NULL)
    fail (&self, "beyond the script:\n%s", leftovers);
  printf ("%s: %u parts\n", self.path, self.n_played);
  script_world_free (self.world);
  g_free (self.features);
  g_free (self.disco);
  g_free (self.presence);
  g_strv_builder_unref (self.before);
  g_hash_table_unref (self.variables);
  return 0;
}
