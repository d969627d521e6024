/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-pipeline.c: the phases that a message goes through, in and out. RFC 6121 5
 *
 * A step is called only for a sender whom its row admits; a row that does not say is never called.
 */

#include "im/im-pipeline.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-conversation-private.h"
#include "im/im-message-private.h"

#define N_PHASES (IM_ENCRYPT + 1)

typedef struct
{
  const ImStep *step; /* a constant */
  guint module;
} Entry;

struct _ImPipeline
{
  ImAccount *account; /* owns us */
  GArray *phases[N_PHASES]; /* (owned) Entry, in the order of the modules */
};

static void
run_incoming (ImPipeline *self, ImPhase phase, ImMessage *message, XmppFrom kind)
{
  XmppNode *stanza = im_message_get_stanza (message);
  const GArray *entries = self->phases[phase];
  XmppNode *next;

  if (entries->len == 0)
    return;
  for (XmppNode *child = xmpp_node_get_first (stanza); child != NULL; child = next)
    {
      next = xmpp_node_get_next (child);
      for (guint i = 0; i < entries->len; i++)
        {
          const Entry *entry = &g_array_index (entries, Entry, i);

          if ((entry->step->from & kind) == 0 ||
              !xmpp_node_is (child, entry->step->element, entry->step->ns))
            continue;
          entry->step->look (self->account, self->account->module_states[entry->module], message,
                             child);
          if (im_message_get_stanza (message) != stanza)
            return; /* it was unwrapped: what was around it has no more to say */
        }
    }
}

static void
run_outgoing (ImPipeline *self, ImPhase phase, ImMessage *message, XmppNode *stanza)
{
  for (guint i = 0; i < self->phases[phase]->len; i++)
    {
      const Entry *entry = &g_array_index (self->phases[phase], Entry, i);

      entry->step->look (self->account, self->account->module_states[entry->module], message,
                         stanza);
    }
}

/* The server keeps nobody away without having been told to: by us. */
static gboolean
is_blocked (ImPipeline *self, XmppJid *bare, const GError *wire)
{
  ImContact *contact = im_account_find_contact (self->account, bare);

  return contact != NULL && im_contact_is_blocked (contact) &&
         g_error_matches (wire, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ACCEPTABLE);
}

/* A message of ours came back: only from where it went can it have come. */
static void
receive_error (ImPipeline *self, XmppNode *stanza, XmppJid *from)
{
  g_autoptr (XmppJid) bare =
      xmpp_jid_is_bare (from) ? xmpp_jid_ref (from) : xmpp_jid_dup_bare (from);
  ImConversation *conversation = im_account_find_conversation (self->account, bare);
  const char *token = xmpp_node_get (stanza, "id");
  g_autoptr (GError) wire = NULL;
  g_autoptr (GError) error = NULL;

  if (conversation == NULL || token == NULL || *token == '\0')
    return;
  wire = xmpp_stanza_error_new_from_node (stanza);
  if (wire == NULL)
    return;
  error = is_blocked (self, bare, wire)
              ? g_error_new_literal (IM_ERROR, IM_ERROR_BLOCKED,
                                     "You have blocked this address, and so cannot reach it.")
              : im_error_from_wire (wire);
  im_conversation_fail_message (conversation, token, error);
}

/**
 * im_pipeline_new:
 * @account: its owner, whose modules are known
 *
 * Returns: (transfer full): the phases
 */
ImPipeline *
im_pipeline_new (ImAccount *account)
{
  ImPipeline *self = g_new0 (ImPipeline, 1);

  self->account = account;
  for (guint i = 0; i < N_PHASES; i++)
    self->phases[i] = g_array_new (FALSE, FALSE, sizeof (Entry));
  for (guint i = 0; i < account->n_modules; i++)
    for (const ImStep *step = account->modules[i]->steps; step != NULL && step->look != NULL;
         step++)
      {
        Entry entry = { step, i };

        g_array_append_val (self->phases[step->phase], entry);
      }
  return self;
}

/** im_pipeline_free: @self: (transfer full): the phases */
void
im_pipeline_free (ImPipeline *self)
{
  for (guint i = 0; i < N_PHASES; i++)
    g_array_unref (self->phases[i]);
  g_free (self);
}

/**
 * im_pipeline_receive:
 * @stanza: a message
 * @from: its sender, who was judged to be @kind
 *
 * Spec: RFC 6121 5.2, 8.5
 */
void
im_pipeline_receive (ImPipeline *self, XmppNode *stanza, XmppJid *from, XmppFrom kind)
{
  const char *type = xmpp_node_get (stanza, "type");
  g_autoptr (XmppJid) bare = NULL;
  g_autoptr (ImMessage) message = NULL;
  ImConversation *conversation;
  XmppNode *inner;

  if (g_strcmp0 (type, "error") == 0)
    {
      receive_error (self, stanza, from);
      return;
    }
  if (g_strcmp0 (type, "groupchat") == 0 && kind != XMPP_FROM_ROOM)
    return; /* we are in no room of that address */
  im_pep_receive (self->account, stanza, from, kind);
  bare = xmpp_jid_is_bare (from) ? xmpp_jid_ref (from) : xmpp_jid_dup_bare (from);
  message = im_message_new_incoming (stanza, from, bare);
  run_incoming (self, IM_UNWRAP, message, kind);
  inner = im_message_get_stanza (message);
  if (inner != stanza && self->account->link != NULL)
    kind = xmpp_session_classify (im_account_get_session (self->account),
                                  im_message_get_sender (message));
  run_incoming (self, IM_DECRYPT, message, kind);
  run_incoming (self, IM_READ, message, kind);
  if (im_message_is_silent (message) || *im_message_get_body (message) == '\0')
    return;
  conversation = im_account_ensure_conversation (self->account, im_message_get_peer (message));
  im_conversation_deliver (conversation, g_steal_pointer (&message), TRUE);
}

/**
 * im_pipeline_write:
 * @message: ours
 * @stanza: what it becomes on the wire, with its address, type and id
 */
void
im_pipeline_write (ImPipeline *self, ImMessage *message, XmppNode *stanza)
{
  run_outgoing (self, IM_WRITE, message, stanza);
  run_outgoing (self, IM_ENCRYPT, message, stanza);
}

/**
 * im_pipeline_receive_presence:
 * @stanza: a presence of somebody whom the roster knows
 * @from: its sender, who was judged to be @kind
 */
void
im_pipeline_receive_presence (ImPipeline *self, XmppNode *stanza, XmppJid *from, XmppFrom kind)
{
  ImAccount *account = self->account;
  gboolean is_available = xmpp_node_get (stanza, "type") == NULL;

  for (guint i = 0; i < account->n_modules; i++)
    for (const ImPresenceStep *step = account->modules[i]->presence_steps;
         step != NULL && step->look != NULL; step++)
      if (step->from & kind)
        step->look (account, account->module_states[i], from, stanza,
                    is_available ? xmpp_node_find (stanza, step->element, step->ns) : NULL);
}

/**
 * im_pipeline_receive_subscribe:
 * @stanza: a presence of type subscribe, which is heard
 * @from: its sender, who was judged to be @kind
 */
void
im_pipeline_receive_subscribe (ImPipeline *self, XmppNode *stanza, XmppJid *from, XmppFrom kind)
{
  ImAccount *account = self->account;

  for (guint i = 0; i < account->n_modules; i++)
    for (const ImPresenceStep *step = account->modules[i]->subscribe_steps;
         step != NULL && step->look != NULL; step++)
      if (step->from & kind)
        step->look (account, account->module_states[i], from, stanza,
                    xmpp_node_find (stanza, step->element, step->ns));
}

/** im_pipeline_write_subscribe: @stanza: a presence of type subscribe; the modules add to it */
void
im_pipeline_write_subscribe (ImPipeline *self, XmppNode *stanza)
{
  ImAccount *account = self->account;

  for (guint i = 0; i < account->n_modules; i++)
    if (account->modules[i]->write_subscribe != NULL)
      account->modules[i]->write_subscribe (account, account->module_states[i], stanza);
}
