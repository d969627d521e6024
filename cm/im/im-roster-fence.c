/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-roster-fence.c: when the server has done what a presence asked of it. RFC 6121 3, RFC 6120
 * 10.1; Telepathy: ContactList, “signalled before this method returns”
 *
 * Nobody answers a presence, but a server keeps to the order: what it pushes because of one comes
 * before the answer to what is asked behind it. One question serves all who wait. */

#include "im/im-account-parts.h"
#include "im/im-roster-edit-private.h"

#define TIMEOUT_MS 20000

typedef struct
{
  ImRosterFenceFunc func;
  gpointer data;
} Waiting;

struct _ImRosterFence
{
  ImAccount *account; /* owns the roster, which owns us */
  GArray *behind; /* (owned) (nullable) Waiting: for the question under way */
  GArray *before; /* (owned) (nullable) Waiting: for the next one */
};

/** im_roster_fence_new: Returns: (transfer full): nobody waits */
ImRosterFence *
im_roster_fence_new (ImAccount *account)
{
  ImRosterFence *self = g_new0 (ImRosterFence, 1);

  self->account = account;
  return self;
}

/** im_roster_fence_free: @self: (transfer full): nobody waits, since who does keeps the account */
void
im_roster_fence_free (ImRosterFence *self)
{
  g_clear_pointer (&self->behind, g_array_unref);
  g_clear_pointer (&self->before, g_array_unref);
  g_free (self);
}

static void ask (ImRosterFence *self);

/* A server that knows no pings has come to it all the same; of one that is silent nobody knows. */
static gboolean
has_passed (const GError *error)
{
  return error == NULL || error->domain == XMPP_STANZA_ERROR ||
         g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMED_OUT);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImAccount) account = user_data;
  ImRosterFence *self = im_roster_get_fence (account->roster);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer G_GNUC_UNUSED =
      xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  g_autoptr (GArray) passed = g_steal_pointer (&self->behind);

  for (guint i = 0; i < passed->len; i++)
    {
      const Waiting *waiting = &g_array_index (passed, Waiting, i);

      waiting->func (waiting->data, has_passed (error) ? NULL : error);
    }
  if (self->behind == NULL && self->before != NULL)
    ask (self);
}

static void
refuse (ImRosterFence *self)
{
  g_autoptr (GArray) refused = g_steal_pointer (&self->before);
  g_autoptr (GError) error =
      g_error_new_literal (IM_ERROR, IM_ERROR_DISCONNECTED, "There is no connection.");

  for (guint i = 0; i < refused->len; i++)
    {
      const Waiting *waiting = &g_array_index (refused, Waiting, i);

      waiting->func (waiting->data, error);
    }
}

static void
ask (ImRosterFence *self)
{
  XmppSession *session = im_account_get_session (self->account);
  XmppNode *iq;

  if (session == NULL)
    {
      refuse (self);
      return;
    }
  self->behind = g_steal_pointer (&self->before);
  iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", xmpp_jid_get_domain (self->account->jid));
  xmpp_node_add (iq, "ping", XMPP_NS_PING);
  xmpp_session_request_async (session, iq, TIMEOUT_MS, NULL, answered_cb,
                              g_object_ref (self->account));
}

/** im_roster_fence_wait: @func: called once, when the server has come to all that was sent before,
 * or with an error, when the connection is gone */
void
im_roster_fence_wait (ImRosterFence *self, ImRosterFenceFunc func, gpointer data)
{
  const Waiting waiting = { func, data };

  if (self->before == NULL)
    self->before = g_array_new (FALSE, FALSE, sizeof (Waiting));
  g_array_append_val (self->before, waiting);
  if (self->behind == NULL)
    ask (self);
}
