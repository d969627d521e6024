/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-presence.c: our presence on its way out, that of others on its way in. RFC 6121 3, 4
 *
 * Only those whom the roster knows have a presence here; of a stranger nothing is kept but a
 * request to see us, and what they say before the roster is there. */

#include "im/im-presence.h"

#include <stdlib.h>
#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-gateway.h"
#include "im/im-idle.h"
#include "im/im-roster.h"

typedef struct
{
  const char *show; /* "" for none */
  ImPresenceType type;
  const char *status;
} Show;

static const Show shows[] = {
  { "", IM_PRESENCE_AVAILABLE, "available" },
  { "chat", IM_PRESENCE_AVAILABLE, "chat" },
  { "away", IM_PRESENCE_AWAY, "away" },
  { "xa", IM_PRESENCE_EXTENDED_AWAY, "xa" },
  { "dnd", IM_PRESENCE_BUSY, "dnd" },
};

/* An unknown one is as good as none. */
static const Show *
read_show (XmppNode *stanza)
{
  const char *text = xmpp_node_get_child_text (stanza, "show", XMPP_NS_CLIENT);

  for (guint i = 1; text != NULL && i < G_N_ELEMENTS (shows); i++)
    if (strcmp (shows[i].show, text) == 0)
      return &shows[i];
  return &shows[0];
}

static const Show *
find_show (const ImPresence *presence)
{
  for (guint i = 0; i < G_N_ELEMENTS (shows); i++)
    if (g_strcmp0 (shows[i].status, presence->status) == 0)
      return &shows[i];
  for (guint i = 0; i < G_N_ELEMENTS (shows); i++)
    if (shows[i].type == presence->type)
      return &shows[i];
  return presence->type == IM_PRESENCE_HIDDEN ? &shows[G_N_ELEMENTS (shows) - 1] : &shows[0];
}

/* The one without a language, else the first. */
static const char *
read_status (XmppNode *stanza)
{
  XmppNode *first = xmpp_node_find (stanza, "status", XMPP_NS_CLIENT);

  for (XmppNode *status = first; status != NULL;
       status = xmpp_node_find_next (status, "status", XMPP_NS_CLIENT))
    if (xmpp_node_get_with_ns (status, "lang", XMPP_NS_XML) == NULL)
      return xmpp_node_get_text (status);
  return first != NULL ? xmpp_node_get_text (first) : "";
}

/* RFC 6121 4.7.2.3: −128…127, else 0; what is too great is as great as can be. */
static int
read_priority (XmppNode *stanza)
{
  const char *text = xmpp_node_get_child_text (stanza, "priority", XMPP_NS_CLIENT);
  gint64 priority;
  char *end;

  if (text == NULL || *text == '\0')
    return 0;
  priority = g_ascii_strtoll (text, &end, 10);
  return *end == '\0' ? (int) CLAMP (priority, -128, 127) : 0;
}

static void
receive_available (ImRoster *roster, ImContact *contact, XmppNode *stanza, const char *resource)
{
  const Show *show = read_show (stanza);
  ImPresence said = { show->type, (char *) show->status, (char *) read_status (stanza) };

  if (!contact->is_self)
    im_contact_set_shown (contact, NULL);
  if (im_contact_put_resource (contact, resource, &said, read_priority (stanza)))
    im_roster_note (roster, contact, IM_CONTACT_RESOURCES);
  else
    g_debug ("Somebody has more than %d resources; one more is not kept", IM_CONTACT_MAX_RESOURCES);
}

static void
receive_unavailable (ImRoster *roster, ImContact *contact, XmppNode *stanza, const char *resource)
{
  const char *status = read_status (stanza);
  g_autoptr (ImPresence) last = NULL;

  if (*resource == '\0' ? contact->n_resources > 0 : im_contact_drop_resource (contact, resource))
    im_roster_note (roster, contact, IM_CONTACT_RESOURCES);
  if (*resource == '\0')
    im_contact_drop_resources (contact);
  if (contact->is_self || contact->n_resources > 0)
    return;
  if (*status != '\0' && contact->subscription.to)
    {
      last = im_presence_new (IM_PRESENCE_OFFLINE, "offline", NULL);
      g_free (last->message);
      last->message = im_dup_bounded (status, IM_PRESENCE_MAX_MESSAGE_BYTES);
    }
  im_contact_set_shown (contact, last);
}

static void
receive_error (ImRoster *roster, ImContact *contact, XmppNode *stanza)
{
  g_autoptr (GError) wire = xmpp_stanza_error_new_from_node (stanza);
  g_autoptr (GError) error = wire != NULL ? im_error_from_wire (wire) : NULL;
  g_autoptr (ImPresence) shown =
      im_presence_new (IM_PRESENCE_ERROR, "error", error != NULL ? error->message : "");

  if (contact->is_self)
    return;
  im_contact_drop_resources (contact);
  im_contact_set_shown (contact, shown);
  im_roster_note (roster, contact, IM_CONTACT_RESOURCES);
}

/* A person has said yes before they asked, and the server could not be told so. Telepathy:
 * ContactList.AuthorizePublication */
static void
welcome (ImAccount *account, ImContact *contact)
{
  XmppNode *presence = xmpp_node_new ("presence", XMPP_NS_CLIENT);

  contact->is_welcome = FALSE;
  xmpp_node_set (presence, "type", "subscribed");
  xmpp_node_set (presence, "to", xmpp_jid_get_text (contact->jid));
  xmpp_session_send (im_account_get_session (account), presence);
}

static void
receive_subscription (
    ImAccount *account, XmppJid *bare, ImSubscriptionStanza what, XmppNode *stanza, XmppFrom kind)
{
  ImRoster *roster = account->roster;
  ImContact *contact = im_roster_find (roster, bare);
  gboolean was_in_list;

  if (contact == im_roster_get_self (roster))
    return;
  if (what == IM_SUBSCRIPTION_STANZA_SUBSCRIBE && contact != NULL &&
      im_gateway_welcome (account, contact))
    return;
  if (what == IM_SUBSCRIPTION_STANZA_SUBSCRIBE && contact != NULL && contact->is_welcome)
    {
      welcome (account, contact);
      return;
    }
  if (contact == NULL || !im_contact_is_kept (contact))
    {
      if (what != IM_SUBSCRIPTION_STANZA_SUBSCRIBE)
        return;
      if (!im_roster_admit_stranger (roster, bare))
        {
          g_debug ("Too many strangers ask for our presence; one more is not heard");
          return;
        }
      contact = im_roster_ensure (roster, bare);
    }
  was_in_list = im_contact_is_in_list (contact);
  /* Who asks again is told of again. */
  if (im_subscription_receive (&contact->subscription, what) ||
      (what == IM_SUBSCRIPTION_STANZA_SUBSCRIBE && contact->subscription.pending_in))
    im_roster_note_place (roster, contact, was_in_list);
  if (im_contact_set_publish_request (contact, contact->subscription.pending_in
                                                   ? what == IM_SUBSCRIPTION_STANZA_SUBSCRIBE
                                                         ? read_status (stanza)
                                                         : contact->publish_request
                                                   : NULL))
    im_roster_note_place (roster, contact, was_in_list);
  if (what == IM_SUBSCRIPTION_STANZA_SUBSCRIBE)
    im_pipeline_receive_subscribe (account->pipeline, stanza, bare, kind);
}

static void
receive_presence (ImRoster *roster, ImContact *contact, XmppNode *stanza, XmppJid *from)
{
  const char *type = xmpp_node_get (stanza, "type");
  const char *resource = xmpp_jid_get_resource (from) != NULL ? xmpp_jid_get_resource (from) : "";
  const ImPresence *before = im_contact_get_presence (contact);
  g_autofree char *message = g_strdup (before->message);
  ImPresence old = { before->type, before->status, message };
  g_autofree char *old_status = g_strdup (before->status);
  gint64 idle_since_s = im_contact_get_idle_since_s (contact);

  old.status = old_status;
  if (type == NULL)
    receive_available (roster, contact, stanza, resource);
  else if (strcmp (type, "unavailable") == 0)
    receive_unavailable (roster, contact, stanza, resource);
  else if (strcmp (type, "error") == 0)
    receive_error (roster, contact, stanza);
  if (!im_presence_equal (&old, im_contact_get_presence (contact)))
    im_roster_note (roster, contact, IM_CONTACT_PRESENCE);
  if (idle_since_s != im_contact_get_idle_since_s (contact))
    im_roster_note (roster, contact, IM_CONTACT_IDLE);
}

/**
 * im_presence_receive:
 * @from: the sender, who was judged to be @kind
 *
 * Spec: RFC 6121 3, 4.3 to 4.7
 */
void
im_presence_receive (ImAccount *account, XmppNode *stanza, XmppJid *from, XmppFrom kind)
{
  ImSubscriptionStanza what = im_subscription_stanza_from_type (xmpp_node_get (stanza, "type"));
  g_autoptr (XmppJid) bare =
      xmpp_jid_is_bare (from) ? xmpp_jid_ref (from) : xmpp_jid_dup_bare (from);
  ImContact *contact;

  if (what != IM_SUBSCRIPTION_STANZA_NONE)
    {
      receive_subscription (account, bare, what, stanza, kind);
      return;
    }
  contact = im_roster_find (account->roster, bare);
  if (contact == NULL || (!contact->is_self && !contact->is_in_roster))
    {
      im_early_keep (account->early, stanza, from);
      return;
    }
  receive_presence (account->roster, contact, stanza, from);
  im_pipeline_receive_presence (account->pipeline, stanza, from, kind);
}

/** im_presence_dup_sendable: @presence: as asked. Returns: (transfer full): as it can be said where
 * nobody can be hidden */
ImPresence *
im_presence_dup_sendable (const ImPresence *presence)
{
  const Show *show = find_show (presence);

  return im_presence_new (show->type, show->status, presence->message);
}

/**
 * im_presence_to_stanza:
 * @presence: what to say
 * @priority: −128…127
 *
 * Returns: (transfer full): a presence to everybody who may see us
 * Spec: RFC 6121 4.7.2
 */
XmppNode *
im_presence_to_stanza (const ImPresence *presence, int priority)
{
  XmppNode *stanza = xmpp_node_new ("presence", XMPP_NS_CLIENT);
  const Show *show = presence->type == IM_PRESENCE_HIDDEN ? &shows[0] : find_show (presence);
  char number[8];

  if (*show->show != '\0')
    xmpp_node_add_with_text (stanza, "show", NULL, show->show);
  if (presence->message != NULL && *presence->message != '\0')
    xmpp_node_add_with_text (stanza, "status", NULL, presence->message);
  if (priority != 0)
    {
      g_snprintf (number, sizeof number, "%d", CLAMP (priority, -128, 127));
      xmpp_node_add_with_text (stanza, "priority", NULL, number);
    }
  return stanza;
}

/** im_presence_send_to: @to: (nullable): who is told what we are; %NULL: all who may see us */
void
im_presence_send_to (ImAccount *account, const ImPresence *presence, XmppJid *to)
{
  XmppSession *session = im_account_get_session (account);
  g_autoptr (GVariant) priority = im_account_dup_parameter (account, "priority");
  g_autoptr (XmppNode) stanza = NULL;

  g_return_if_fail (session != NULL);

  stanza = im_presence_to_stanza (presence, g_variant_get_int16 (priority));
  if (to != NULL)
    xmpp_node_set (stanza, "to", xmpp_jid_get_text (to));
  for (guint i = 0; i < account->n_modules; i++)
    if (account->modules[i]->write_presence != NULL)
      account->modules[i]->write_presence (account, account->module_states[i], stanza);
  xmpp_session_send (session, g_steal_pointer (&stanza));
}

/** im_presence_send: @presence: what everybody who may see us is told, with what the modules add;
 * one that is hidden is for the server alone, and not said before that keeps it to itself */
void
im_presence_send (ImAccount *account, const ImPresence *presence)
{
  if (presence->type != IM_PRESENCE_HIDDEN || im_hiding_is_hidden (account->hiding))
    im_presence_send_to (account, presence, NULL);
}
