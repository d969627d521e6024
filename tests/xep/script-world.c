/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script-world.c: a real account over a stream in memory, and what the other end of it sees */

#include "script-world.h"

#include <string.h>
#include <sys/socket.h>

#include <glib/gstdio.h>

#include "im/im-account-private.h"
#include "xep/xep-modules.h"
#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-stream.h"

#define HEADER                                                                            \
  "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' " \
  "from='example.org' id='s' version='1.0'>"
#define DEADLINE_S 10

struct _ScriptWorld
{
  char *directory; /* (owned) */
  StoreDb *store; /* (owned) */
  ImAccount *account; /* (owned) */
  const ImModule **modules; /* (owned) the array, of constants */
  GSocket *server; /* (owned) */
  GSource *source; /* (owned) reads it */
  XmppParser *parser; /* (owned) of what we say */
  GQueue stanzas; /* XmppNode, owned: what we said */
  GQueue events; /* char *, owned: what the model told */
  guint n_fences;
};

static XmppParser *
new_open_parser (void)
{
  XmppParser *parser = xmpp_parser_new (&xmpp_limits_default);
  g_autoptr (XmppNode) header = NULL;
  g_autoptr (GError) error = NULL;

  xmpp_parser_feed (parser, HEADER, strlen (HEADER), &error);
  g_assert_no_error (error);
  g_assert_cmpint (xmpp_parser_next (parser, &header), ==, XMPP_PARSER_EVENT_OPENED);
  return parser;
}

/** script_parse: Returns: (transfer full): a stanza as it stands in a stream */
XmppNode *
script_parse (const char *xml)
{
  g_autoptr (XmppParser) parser = new_open_parser ();
  g_autoptr (GError) error = NULL;
  XmppNode *node = NULL;

  if (!xmpp_parser_feed (parser, xml, strlen (xml), &error) ||
      xmpp_parser_next (parser, &node) != XMPP_PARSER_EVENT_STANZA)
    g_error ("Not a stanza (%s): %s", error != NULL ? error->message : "it does not end", xml);
  return node;
}

static gboolean
readable_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  ScriptWorld *self = user_data;
  g_autoptr (GError) error = NULL;
  char buffer[4096];
  gssize length = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
  XmppNode *node = NULL;

  if (length <= 0)
    return G_SOURCE_REMOVE;
  xmpp_parser_feed (self->parser, buffer, (size_t) length, &error);
  g_assert_no_error (error);
  while (xmpp_parser_next (self->parser, &node) == XMPP_PARSER_EVENT_STANZA)
    g_queue_push_tail (&self->stanzas, g_steal_pointer (&node));
  return G_SOURCE_CONTINUE;
}

static XmppStream *
make_stream (ScriptWorld *self)
{
  int fds[2];
  g_autoptr (GSocket) ours = NULL;
  g_autoptr (GSocketConnection) connection = NULL;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  ours = g_socket_new_from_fd (fds[0], NULL);
  self->server = g_socket_new_from_fd (fds[1], NULL);
  g_socket_set_blocking (self->server, FALSE);
  self->source = g_socket_create_source (self->server, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->source, NULL);
  connection = g_socket_connection_factory_create_connection (ours);
  return xmpp_stream_new (g_object_ref (G_IO_STREAM (connection)), new_open_parser ());
}

/* A class of channels that none of the modules has, or all might: a drawing board. */
static const ImModule test_module = {
  .name = "board",
  .classes =
      (const ImChannelClass[]){
          { "org.example.Channel.Type.Board", (const char *const[]){ "urn:example:board", NULL },
            NULL },
          { 0 },
      },
};

/* (transfer container): all modules, and that one. */
static const ImModule **
new_modules (void)
{
  GPtrArray *all = g_ptr_array_new ();

  for (guint i = 0; xep_modules[i] != NULL; i++)
    g_ptr_array_add (all, (gpointer) xep_modules[i]);
  g_ptr_array_add (all, (gpointer) &test_module);
  g_ptr_array_add (all, NULL);
  return (const ImModule **) g_ptr_array_free (all, FALSE);
}

/** script_world_new: @full_jid: who we are; @features: what the server offers; @presence:
 * (nullable): a status; @before: what is done offline. Returns: (transfer full): an account that
 * has just been bound */
ScriptWorld *
script_world_new (const char *full_jid, const char *features, const char *presence, char **before)
{
  ScriptWorld *self = g_new0 (ScriptWorld, 1);
  g_autoptr (XmppJid) jid = xmpp_jid_new (full_jid, NULL);
  g_autofree char *xml = g_strdup_printf ("<stream:features>%s</stream:features>", features);
  g_autoptr (XmppNode) offered = script_parse (xml);
  g_autoptr (XmppStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  StoreAccount *record;

  g_queue_init (&self->stanzas);
  g_queue_init (&self->events);
  self->directory = g_dir_make_tmp ("linnet-script-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("XDG_CACHE_HOME", self->directory, TRUE); /* of one world for each program */
  self->store = store_db_open (self->directory, &error);
  g_assert_no_error (error);
  self->parser = new_open_parser ();
  record = store_account_new (store_db_take_account_id (self->store), xmpp_jid_get_bare_text (jid));
  store_account_save (self->store, record, NULL, NULL);
  self->modules = new_modules ();
  self->account = im_account_new (self->store, self->modules, record, g_ptr_array_new ());
  if (presence != NULL)
    script_set_presence (self, presence, "");
  for (guint i = 0; before != NULL && before[i] != NULL; i++)
    g_assert_true (script_act (self, before[i]));
  script_events_watch (self);
  stream = make_stream (self);
  im_account_connect_with_stream (self->account, stream, jid, offered);
  return self;
}

static void
remove_directory (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_unlink (file) != 0)
        remove_directory (file);
    }
  g_rmdir (path);
}

/** script_world_free: @self: (transfer full): the account goes offline, the files go */
void
script_world_free (ScriptWorld *self)
{
  g_signal_handlers_disconnect_by_data (self->account, self);
  im_account_disconnect (self->account);
  g_socket_shutdown (self->server, FALSE, TRUE, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_clear_object (&self->server);
  g_clear_object (&self->account);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  store_db_close (self->store);
  xmpp_parser_free (self->parser);
  g_queue_clear_full (&self->stanzas, (GDestroyNotify) xmpp_node_unref);
  g_queue_clear_full (&self->events, g_free);
  remove_directory (self->directory);
  g_free (self->directory);
  g_free (self->modules);
  g_free (self);
}

/** script_world_get_account: Returns: (transfer none): who we are */
ImAccount *
script_world_get_account (ScriptWorld *self)
{
  return self->account;
}

/** script_world_say: @xml: what the server says, whatever it is */
void
script_world_say (ScriptWorld *self, const char *xml)
{
  size_t length = strlen (xml);

  while (length > 0)
    {
      g_autoptr (GError) error = NULL;
      gssize sent = g_socket_send (self->server, xml, length, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        g_main_context_iteration (NULL, TRUE); /* until we have read some of it */
      else if (sent < 0)
        return; /* nobody is there any more */
      else
        {
          xml += sent;
          length -= (size_t) sent;
        }
    }
}

static gboolean
late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

static gpointer
wait_for (GQueue *queue)
{
  gboolean is_late = FALSE;
  guint id = g_timeout_add_seconds (DEADLINE_S, late_cb, &is_late);

  while (g_queue_is_empty (queue) && !is_late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
  return g_queue_pop_head (queue);
}

/** script_world_next_stanza: Returns: (transfer full) (nullable): what we said next */
XmppNode *
script_world_next_stanza (ScriptWorld *self)
{
  return wait_for (&self->stanzas);
}

/** script_world_next_event: Returns: (transfer full) (nullable): what the model told next */
char *
script_world_next_event (ScriptWorld *self)
{
  return wait_for (&self->events);
}

/** script_world_add_event: @line: (transfer full): what the model told */
void
script_world_add_event (ScriptWorld *self, char *line)
{
  g_queue_push_tail (&self->events, line);
}

/** script_world_report: @error: (transfer full) (nullable): how what a person did ended */
void
script_world_report (ScriptWorld *self, const char *verb, GError *error)
{
  const char *name = error != NULL ? strrchr (im_error_get_dbus_name (error), '.') + 1 : NULL;

  script_world_add_event (self, name == NULL ? g_strdup_printf ("done %s", verb)
                                             : g_strdup_printf ("refused %s %s", verb, name));
  g_clear_error (&error);
}

/* We answer our own account's ping when all that came before is handled. */
static void
wait_for_fence (ScriptWorld *self, GString *leftovers)
{
  g_autofree char *id = g_strdup_printf ("fence-%u", self->n_fences++);
  g_autofree char *ping =
      g_strdup_printf ("<iq type='get' id='%s'><ping xmlns='urn:xmpp:ping'/></iq>", id);

  if (im_account_get_state (self->account) == IM_ACCOUNT_OFFLINE)
    return; /* nobody answers: what was told is all */
  script_world_say (self, ping);
  for (;;)
    {
      g_autoptr (XmppNode) stanza = script_world_next_stanza (self);
      g_autofree char *xml =
          stanza != NULL ? xmpp_node_to_xml (stanza) : g_strdup ("nothing in time");

      if (stanza != NULL && g_strcmp0 (xmpp_node_get (stanza, "id"), id) == 0)
        return;
      g_string_append_printf (leftovers, "C: %s\n", xml);
      if (stanza == NULL)
        return;
    }
}

/** script_world_settle: Returns: (transfer full) (nullable): what was said and told and nobody
 * asked for */
char *
script_world_settle (ScriptWorld *self)
{
  GString *leftovers = g_string_new (NULL);
  char *event;

  wait_for_fence (self, leftovers);
  while (store_db_get_n_queued (self->store) > 0)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  wait_for_fence (self, leftovers);
  while ((event = g_queue_pop_head (&self->events)) != NULL)
    {
      g_string_append_printf (leftovers, "D: %s\n", event);
      g_free (event);
    }
  return leftovers->len > 0 ? g_string_free (leftovers, FALSE)
                            : (g_string_free (leftovers, TRUE), NULL);
}
