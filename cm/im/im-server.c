/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-server.c: what our server, and our own account on it, can do. XEP-0030 3.1
 *
 * Both are asked once for each connection, before all else. The account is online, and modules hear
 * of it, when both have answered, or will not. */

#include "im/im-server.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "xmpp/xmpp-ns.h"

#define TIMEOUT_MS 20000
/* A server has some sixty. */
#define MAX_FEATURES 1000
#define MAX_FEATURE_BYTES 512

typedef enum
{
  OF_SERVER,
  OF_ACCOUNT,
  N_PLACES,
} Place;

struct _ImServer
{
  ImAccount *account; /* owns us */
  GHashTable *features[N_PLACES]; /* (owned) a set of names; "category/type" for identities */
  GCancellable *cancellable; /* (owned) (nullable) of the questions under way */
  guint n_waiting;
  gboolean is_known;
};

typedef struct
{
  ImServer *server;
  GCancellable *cancellable; /* (owned) */
  Place place;
} Question;

static void
add_feature (GHashTable *features, const char *text)
{
  if (text != NULL && strlen (text) <= MAX_FEATURE_BYTES &&
      g_hash_table_size (features) < MAX_FEATURES)
    g_hash_table_add (features, g_strdup (text));
}

static void
take_answer (GHashTable *features, XmppNode *query)
{
  for (XmppNode *node = xmpp_node_find (query, NULL, XMPP_NS_DISCO_INFO); node != NULL;
       node = xmpp_node_find_next (node, NULL, XMPP_NS_DISCO_INFO))
    {
      const char *category = xmpp_node_get (node, "category");
      const char *type = xmpp_node_get (node, "type");

      if (xmpp_node_is (node, "feature", XMPP_NS_DISCO_INFO))
        add_feature (features, xmpp_node_get (node, "var"));
      else if (category != NULL && type != NULL)
        {
          g_autofree char *identity = g_strdup_printf ("%s/%s", category, type);

          add_feature (features, identity);
        }
    }
}

static void
tell_modules (ImAccount *account)
{
  for (guint i = 0; i < account->n_modules; i++)
    if (account->modules[i]->server_known != NULL)
      account->modules[i]->server_known (account, account->module_states[i]);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GCancellable) cancellable = question->cancellable;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  ImServer *self = question->server;
  Place place = question->place;
  XmppNode *query = answer != NULL ? xmpp_node_find (answer, "query", XMPP_NS_DISCO_INFO) : NULL;

  g_free (question);
  if (g_cancellable_is_cancelled (cancellable))
    return; /* and perhaps nobody is there any more */
  /* The stream has just gone: whoever waits hears that, and not that the server cannot. */
  if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED))
    return;
  if (query != NULL)
    take_answer (self->features[place], query);
  else
    g_message ("The server does not say what %s can do: %s",
               place == OF_SERVER ? "it" : "the account",
               error != NULL ? error->message : "its answer is empty");
  if (--self->n_waiting > 0)
    return;
  g_clear_object (&self->cancellable);
  self->is_known = TRUE;
  im_account_arrive (self->account);
  if (!self->is_known)
    return; /* whoever heard that has disconnected */
  tell_modules (self->account);
  im_blocking_server_known (self->account->blocking);
  im_hiding_server_known (self->account->hiding);
  im_avatars_server_known (self->account->avatars);
  im_nickname_server_known (self->account->nickname);
  g_signal_emit_by_name (self->account, "server-known");
}

static void
ask (ImServer *self, Place place, const char *whom)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  Question *question = g_new (Question, 1);

  question->server = self;
  question->cancellable = g_object_ref (self->cancellable);
  question->place = place;
  self->n_waiting++;
  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", whom);
  xmpp_node_add (iq, "query", XMPP_NS_DISCO_INFO);
  xmpp_session_request_async (im_account_get_session (self->account), iq, TIMEOUT_MS,
                              self->cancellable, answered_cb, question);
}

/**
 * im_server_new:
 * @account: its owner
 *
 * Returns: (transfer full): of a server of which nothing is known
 */
ImServer *
im_server_new (ImAccount *account)
{
  ImServer *self = g_new0 (ImServer, 1);

  self->account = account;
  for (guint i = 0; i < N_PLACES; i++)
    self->features[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

/** im_server_free: @self: (transfer full): whose account is offline */
void
im_server_free (ImServer *self)
{
  im_server_forget (self);
  for (guint i = 0; i < N_PLACES; i++)
    g_hash_table_unref (self->features[i]);
  g_free (self);
}

/** im_server_ask: the stream is bound */
void
im_server_ask (ImServer *self)
{
  im_server_forget (self);
  self->cancellable = g_cancellable_new ();
  ask (self, OF_SERVER, xmpp_jid_get_domain (self->account->jid));
  ask (self, OF_ACCOUNT, xmpp_jid_get_text (self->account->jid));
}

/** im_server_forget: the stream is gone */
void
im_server_forget (ImServer *self)
{
  g_autoptr (GCancellable) cancellable = g_steal_pointer (&self->cancellable);

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  self->n_waiting = 0;
  self->is_known = FALSE;
  for (guint i = 0; i < N_PLACES; i++)
    g_hash_table_remove_all (self->features[i]);
}

/** im_account_is_server_known: Returns: whether the server has said what it can do */
gboolean
im_account_is_server_known (ImAccount *self)
{
  return self->server->is_known;
}

/**
 * im_account_server_has:
 * @feature: a feature, or "category/type" of an identity
 *
 * Returns: whether our server has it; FALSE while that is not known
 */
gboolean
im_account_server_has (ImAccount *self, const char *feature)
{
  return g_hash_table_contains (self->server->features[OF_SERVER], feature);
}

/**
 * im_account_own_has:
 * @feature: a feature, or "category/type" of an identity
 *
 * Returns: whether the server offers it at our own address (XEP-0163: "pubsub/pep"); FALSE while
 * that is not known
 */
gboolean
im_account_own_has (ImAccount *self, const char *feature)
{
  return g_hash_table_contains (self->server->features[OF_ACCOUNT], feature);
}

static int
compare_cb (gconstpointer one, gconstpointer other)
{
  return strcmp (*(const char *const *) one, *(const char *const *) other);
}

static char **
dup_sorted (GHashTable *set)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, name);
  g_ptr_array_sort (names, compare_cb);
  g_ptr_array_add (names, NULL);
  return g_strdupv ((char **) names->pdata);
}

/** im_account_dup_server_features: Returns: (transfer full): all that the server says, sorted */
char **
im_account_dup_server_features (ImAccount *self)
{
  return dup_sorted (self->server->features[OF_SERVER]);
}

/** im_account_dup_stream_features: Returns: (transfer full): the namespaces of what the server
 * offered for the connection itself, sorted */
char **
im_account_dup_stream_features (ImAccount *self)
{
  g_autoptr (GHashTable) set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const XmppNode *features = self->link != NULL ? self->link->features : NULL;

  for (XmppNode *node = features != NULL ? xmpp_node_get_first (features) : NULL; node != NULL;
       node = xmpp_node_get_next (node))
    add_feature (set, xmpp_node_get_ns (node));
  return dup_sorted (set);
}
