/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-hiding.c: our presence, and whether anybody is told of it. XEP-0186, else XEP-0016
 *
 * One request at a time; when its answer is there, what is wanted is looked at again. Nothing is
 * said of us while hiding is wanted and it is not known yet whether the server can. People's own
 * privacy lists are read and never written: ours does what their default list does, besides. */

#include "im/im-hiding.h"

#include "im/im-account-parts.h"
#include "im/im-presence.h"

#define LIST_NAME "im.linnet.invisible"
/* Who hides does not like to wait; a server that was too slow for that gets the usual time. */
#define FIRST_TIMEOUT_MS 8000

typedef enum
{
  SEEN,
  BY_COMMAND,
  BY_LIST,
} Way;

/* What was asked of the server. */
typedef enum
{
  NOTHING,
  INVISIBLE,
  VISIBLE,
  NAMES,
  OWN_LIST,
  DEFAULT_LIST,
  WRITE_LIST,
  ACTIVATE,
  DECLINE,
} Question;

struct _ImHiding
{
  ImAccount *account; /* owns us */
  const ImInvisibleWire *invisible; /* (nullable) a constant */
  const ImPrivacyWire *privacy; /* (nullable) a constant */
  ImPresence *wanted; /* (owned) (nullable) */
  char *default_list; /* (owned) (nullable) which ours does as well */
  GCancellable *cancellable; /* (owned) */
  Way way;
  Question question;
  gboolean was_available; /* on this stream */
  gboolean is_said; /* what is shown, to whom it is for now */
  gboolean is_refused[BY_LIST + 1]; /* that way, for what is wanted now */
  gboolean is_slow; /* it did not answer in time */
  gboolean is_stale; /* the default list is another one */
};

static void proceed (ImHiding *self);
static void answered_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
ask (ImHiding *self, Question question, XmppNode *iq)
{
  self->question = question;
  xmpp_session_request_async (im_account_get_session (self->account), iq,
                              self->is_slow ? 0 : FIRST_TIMEOUT_MS, self->cancellable, answered_cb,
                              g_object_ref (self->account));
}

static void
say (ImHiding *self, const ImPresence *presence)
{
  if (self->is_said && im_presence_equal (presence, self->account->presence))
    return;
  self->is_said = self->was_available = TRUE;
  im_presence_send (self->account, presence);
  im_account_show_presence (self->account, presence);
}

static void
set_way (ImHiding *self, Way way)
{
  self->way = way;
  self->is_said = FALSE;
}

static void
refuse (ImHiding *self, Way way, const GError *error)
{
  g_message ("The server cannot hide us %s: %s",
             way == BY_COMMAND ? "by a command" : "by a privacy list",
             error != NULL ? error->message : "what it has is not for us");
  self->is_refused[way] = TRUE;
}

/* 3.5 of XEP-0126: who was there takes leave of everybody first. */
static void
activate (ImHiding *self)
{
  XmppNode *leave = xmpp_node_new ("presence", XMPP_NS_CLIENT);

  xmpp_node_set (leave, "type", "unavailable");
  if (self->was_available)
    xmpp_session_send (im_account_get_session (self->account), leave);
  else
    xmpp_node_unref (leave);
  self->is_said = FALSE;
  ask (self, ACTIVATE, self->privacy->new_active (LIST_NAME));
}

static void
write_list (ImHiding *self, const XmppNode *base)
{
  XmppNode *iq = self->privacy->new_hiding (LIST_NAME, base);

  if (iq != NULL)
    ask (self, WRITE_LIST, iq);
  else
    refuse (self, BY_LIST, NULL);
}

static void
build_list (ImHiding *self)
{
  if (self->default_list != NULL && g_strcmp0 (self->default_list, LIST_NAME) != 0)
    ask (self, DEFAULT_LIST, self->privacy->new_query (self->default_list));
  else
    write_list (self, NULL);
}

static void
take_names (ImHiding *self, const XmppNode *answer)
{
  g_free (self->default_list);
  self->default_list = self->privacy->dup_default (answer);
  if (self->privacy->has_list (answer, LIST_NAME))
    ask (self, OWN_LIST, self->privacy->new_query (LIST_NAME));
  else
    build_list (self);
}

static void
ignored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer G_GNUC_UNUSED =
      xmpp_session_request_finish (XMPP_SESSION (source), result, &error);

  if (error != NULL) /* another device of ours uses it, perhaps */
    g_debug ("The privacy list stays: %s", error->message);
}

static void
reveal (ImHiding *self, Question question)
{
  set_way (self, SEEN);
  self->was_available = FALSE;
  if (question == DECLINE)
    xmpp_session_request_async (im_account_get_session (self->account),
                                self->privacy->new_removal (LIST_NAME), 0, self->cancellable,
                                ignored_cb, NULL);
}

static void
take_answer (ImHiding *self, Question question, const XmppNode *answer)
{
  switch (question)
    {
    case INVISIBLE:
      set_way (self, BY_COMMAND);
      break;
    case NAMES:
      take_names (self, answer);
      break;
    case OWN_LIST:
      if (self->privacy->is_hiding (answer))
        build_list (self);
      else
        refuse (self, BY_LIST, NULL);
      break;
    case DEFAULT_LIST:
      write_list (self, answer);
      break;
    case WRITE_LIST:
      if (self->way == SEEN)
        activate (self);
      break;
    case ACTIVATE:
      set_way (self, BY_LIST);
      break;
    case VISIBLE:
    case DECLINE:
      reveal (self, question);
      break;
    case NOTHING:
    default:
      break;
    }
}

/* No answer is no refusal: whoever wants to be hidden is not shown for that. It is asked again. */
static void
ask_again (ImHiding *self, Question question)
{
  g_message ("The server does not say whether we are hidden; it is asked again");
  self->is_slow = TRUE;
  if (self->way == BY_LIST && question != DECLINE)
    self->is_stale = TRUE;
}

static void
take_error (ImHiding *self, Question question, const GError *error)
{
  if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMED_OUT))
    {
      ask_again (self, question);
      return;
    }
  if (question != VISIBLE && question != DECLINE)
    {
      refuse (self, question == INVISIBLE ? BY_COMMAND : BY_LIST, error);
      return;
    }
  g_message ("The server does not let us be seen again: %s", error->message);
  im_presence_free (self->wanted);
  self->wanted = im_presence_copy (self->account->presence);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImAccount) account = user_data;
  ImHiding *self = account->hiding;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  Question question;

  if (self == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED) ||
      im_account_get_session (account) != XMPP_SESSION (source))
    return;
  question = self->question;
  self->question = NOTHING;
  if (answer != NULL)
    take_answer (self, question, answer);
  else
    take_error (self, question, error);
  proceed (self);
}

static gboolean
can_hide (ImHiding *self, Way way, const char *feature)
{
  return feature != NULL && !self->is_refused[way] &&
         im_account_server_has (self->account, feature);
}

static void
hide (ImHiding *self)
{
  g_autoptr (ImPresence) instead = NULL;

  if (!im_account_is_server_known (self->account))
    {
      /* Nobody has been told of us, so hidden is what we are. */
      if (!self->was_available)
        im_account_show_presence (self->account, self->wanted);
      return;
    }
  if (can_hide (self, BY_COMMAND, self->invisible != NULL ? self->invisible->feature : NULL))
    ask (self, INVISIBLE, self->invisible->new_state (TRUE));
  else if (can_hide (self, BY_LIST, self->privacy != NULL ? self->privacy->feature : NULL))
    ask (self, NAMES, self->privacy->new_query (NULL));
  else
    {
      instead = im_presence_dup_sendable (self->wanted);
      say (self, instead);
    }
}

static void
proceed (ImHiding *self)
{
  gboolean is_hidden = self->way != SEEN;

  if (self->question != NOTHING || self->wanted == NULL)
    return;
  if (self->wanted->type != IM_PRESENCE_HIDDEN && is_hidden)
    ask (self, self->way == BY_COMMAND ? VISIBLE : DECLINE,
         self->way == BY_COMMAND ? self->invisible->new_state (FALSE)
                                 : self->privacy->new_active (NULL));
  else if (self->wanted->type == IM_PRESENCE_HIDDEN && !is_hidden)
    hide (self);
  else
    {
      say (self, self->wanted);
      if (self->is_stale && self->way == BY_LIST)
        ask (self, NAMES, self->privacy->new_query (NULL));
      self->is_stale = FALSE;
    }
}

/**
 * im_hiding_new:
 * @account: its owner, whose modules are known
 *
 * Returns: (transfer full): nobody hides
 */
ImHiding *
im_hiding_new (ImAccount *account)
{
  ImHiding *self = g_new0 (ImHiding, 1);

  self->account = account;
  self->invisible = IM_ACCOUNT_WIRE (account, invisible);
  self->privacy = IM_ACCOUNT_WIRE (account, privacy);
  self->cancellable = g_cancellable_new ();
  return self;
}

/** im_hiding_free: @self: (transfer full): whose account is offline */
void
im_hiding_free (ImHiding *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  im_presence_free (self->wanted);
  g_free (self->default_list);
  g_free (self);
}

/**
 * im_hiding_set_presence:
 * @presence: ours, while there is a session
 *
 * Says it, after what must be said before. Where nobody can be hidden, “hidden” becomes “dnd”.
 *
 * Spec: XEP-0186 3, XEP-0016 2.4, XEP-0126
 */
void
im_hiding_set_presence (ImHiding *self, const ImPresence *presence)
{
  gboolean is_new = self->wanted == NULL || self->wanted->type != IM_PRESENCE_HIDDEN;

  if (is_new && presence->type == IM_PRESENCE_HIDDEN)
    self->is_refused[BY_COMMAND] = self->is_refused[BY_LIST] = FALSE;
  im_presence_free (self->wanted);
  self->wanted = im_presence_copy (presence);
  proceed (self);
}

/** im_hiding_say_again: something that goes with our presence is another one */
void
im_hiding_say_again (ImHiding *self)
{
  self->is_said = FALSE;
  proceed (self);
}

/** im_hiding_server_known: the server has said what it can do */
void
im_hiding_server_known (ImHiding *self)
{
  proceed (self);
}

/** im_hiding_forget: the stream is gone, and with it whatever hid us */
void
im_hiding_forget (ImHiding *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_pointer (&self->wanted, im_presence_free);
  g_clear_pointer (&self->default_list, g_free);
  self->question = NOTHING;
  set_way (self, SEEN);
  self->was_available = self->is_stale = self->is_slow = FALSE;
}

/** im_hiding_is_hidden: Returns: whether the server keeps our presence to itself */
gboolean
im_hiding_is_hidden (const ImHiding *self)
{
  return self->way != SEEN;
}

/** im_account_can_hide: Returns: whether it offers one of the ways; TRUE until that is known */
gboolean
im_account_can_hide (ImAccount *self)
{
  const ImHiding *hiding = self->hiding;

  return !im_account_is_server_known (self) ||
         (hiding->invisible != NULL && im_account_server_has (self, hiding->invisible->feature)) ||
         (hiding->privacy != NULL && im_account_server_has (self, hiding->privacy->feature));
}

/**
 * im_account_note_privacy_list:
 * @name: (nullable): of a privacy list
 *
 * It is another one now. Ours does as the default list does, so it is written anew for that one.
 *
 * Spec: XEP-0016 2.2, rule 10
 */
void
im_account_note_privacy_list (ImAccount *self, const char *name)
{
  if (self->hiding->way == SEEN || name == NULL ||
      g_strcmp0 (name, self->hiding->default_list) != 0)
    return;
  self->hiding->is_stale = TRUE;
  proceed (self->hiding);
}
