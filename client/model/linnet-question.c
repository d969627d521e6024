/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-question.c: what signing in waits for, and only a person can answer.
 *
 * It is a channel that the window handles: who leaves it open keeps the sign-in waiting, and who
 * closes it leaves the answer to the service. */
#include "config.h"

#include "model/linnet-question.h"

#include <glib/gi18n.h>

#include "model/linnet-notify.h"

#define CHANNEL "org.freedesktop.Telepathy.Channel"

typedef struct
{
  GDBusConnection *bus; /* (owned) */
  char *service_name; /* (owned) */
  char *path; /* (owned) of the channel */
  char *text; /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) */
  guint signals;
  LinnetQuestionState state;
} LinnetQuestionPrivate;

enum
{
  PROP_STATE = 1,
  PROP_TEXT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_ENUM_TYPE (LinnetQuestionState,
                    linnet_question_state,
                    G_DEFINE_ENUM_VALUE (LINNET_QUESTION_LOADING, "loading"),
                    G_DEFINE_ENUM_VALUE (LINNET_QUESTION_ASKING, "asking"),
                    G_DEFINE_ENUM_VALUE (LINNET_QUESTION_CHECKING, "checking"),
                    G_DEFINE_ENUM_VALUE (LINNET_QUESTION_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (LINNET_QUESTION_FAILED, "failed"))
G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LinnetQuestion, linnet_question, G_TYPE_OBJECT)

static LinnetQuestionPrivate *
own (LinnetQuestion *self)
{
  return linnet_question_get_instance_private (self);
}

static gboolean
is_over (LinnetQuestion *self)
{
  return own (self)->state >= LINNET_QUESTION_DONE;
}

static void
signal_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *member,
           GVariant *arguments,
           gpointer data)
{
  /* An account lets go of what is over. */
  g_autoptr (LinnetQuestion) self = g_object_ref (data);

  if (!g_str_equal (interface, CHANNEL) || !g_str_equal (member, "Closed"))
    LINNET_QUESTION_GET_CLASS (self)->signal (self, member, arguments);
  else if (!is_over (self))
    linnet_question_fail (self, _ ("The sign-in has ended before there was an answer."));
}

static void
linnet_question_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetQuestionPrivate *question = own (LINNET_QUESTION (object));

  if (id == PROP_STATE)
    g_value_set_enum (value, question->state);
  else if (id == PROP_TEXT)
    g_value_set_string (value, question->text);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_question_dispose (GObject *object)
{
  LinnetQuestionPrivate *question = own (LINNET_QUESTION (object));

  g_cancellable_cancel (question->cancellable);
  if (question->signals != 0)
    g_dbus_connection_signal_unsubscribe (question->bus, question->signals);
  question->signals = 0;
  G_OBJECT_CLASS (linnet_question_parent_class)->dispose (object);
}

static void
linnet_question_finalize (GObject *object)
{
  LinnetQuestionPrivate *question = own (LINNET_QUESTION (object));

  g_clear_object (&question->bus);
  g_clear_object (&question->cancellable);
  g_clear_pointer (&question->service_name, g_free);
  g_clear_pointer (&question->path, g_free);
  g_clear_pointer (&question->text, g_free);
  G_OBJECT_CLASS (linnet_question_parent_class)->finalize (object);
}

static void
linnet_question_class_init (LinnetQuestionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_question_get_property;
  object_class->dispose = linnet_question_dispose;
  object_class->finalize = linnet_question_finalize;

  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, LINNET_TYPE_QUESTION_STATE,
                                         LINNET_QUESTION_LOADING, flags);
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_question_init (LinnetQuestion *self)
{
  own (self)->cancellable = g_cancellable_new ();
}

/**
 * linnet_question_get_state:
 * @self: a question
 *
 * Returns: whether a person is waited for
 */
LinnetQuestionState
linnet_question_get_state (LinnetQuestion *self)
{
  g_return_val_if_fail (LINNET_IS_QUESTION (self), LINNET_QUESTION_FAILED);
  return own (self)->state;
}

/**
 * linnet_question_get_text:
 * @self: a question
 *
 * Returns: (nullable): what it is about, or what was wrong with the last answer; a sentence
 */
const char *
linnet_question_get_text (LinnetQuestion *self)
{
  g_return_val_if_fail (LINNET_IS_QUESTION (self), NULL);
  return own (self)->text;
}

/**
 * linnet_question_cancel:
 * @self: a question
 *
 * Nobody will answer it: the service decides as if nobody had been there.
 */
void
linnet_question_cancel (LinnetQuestion *self)
{
  g_autoptr (LinnetQuestion) held G_GNUC_UNUSED = NULL;

  g_return_if_fail (LINNET_IS_QUESTION (self));
  if (is_over (self))
    return;
  held = g_object_ref (self);
  if (LINNET_QUESTION_GET_CLASS (self)->cancel != NULL)
    LINNET_QUESTION_GET_CLASS (self)->cancel (self);
  linnet_question_close (self);
  linnet_question_fail (self, _ ("The question was not answered."));
}

/**
 * linnet_question_start:
 * @self: a question that was just made
 * @bus: the bus
 * @service_name: whose channel it is
 * @path: of the channel
 */
void
linnet_question_start (LinnetQuestion *self,
                       GDBusConnection *bus,
                       const char *service_name,
                       const char *path)
{
  LinnetQuestionPrivate *question = own (self);

  question->bus = g_object_ref (bus);
  question->service_name = g_strdup (service_name);
  question->path = g_strdup (path);
  question->signals = g_dbus_connection_signal_subscribe (
      bus, service_name, NULL, NULL, path, NULL, G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
}

/**
 * linnet_question_call:
 * @self: a question
 * @path: (nullable): of another object of the same service; %NULL: the channel
 * @interface: the interface
 * @method: the method
 * @arguments: (nullable) (transfer floating): its arguments
 * @reply: (nullable): the type of what it returns
 * @callback: (scope async): finish with linnet_question_finish()
 * @data: for @callback
 */
void
linnet_question_call (LinnetQuestion *self,
                      const char *path,
                      const char *interface,
                      const char *method,
                      GVariant *arguments,
                      const char *reply,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  LinnetQuestionPrivate *question = own (self);

  g_dbus_connection_call (
      question->bus, question->service_name, path != NULL ? path : question->path, interface,
      method, arguments, reply != NULL ? G_VARIANT_TYPE (reply) : NULL,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, question->cancellable, callback, data);
}

/**
 * linnet_question_finish:
 * @self: a question
 * @source: of the callback
 * @result: of the callback
 *
 * Returns: (transfer full) (nullable): the answer; %NULL: there is none, which the state says now
 */
GVariant *
linnet_question_finish (LinnetQuestion *self, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !is_over (self))
    {
      g_dbus_error_strip_remote_error (error);
      linnet_question_fail (self, error->message);
      linnet_question_close (self);
    }
  return reply;
}

/**
 * linnet_question_set_state:
 * @self: a question
 * @state: how far it is
 */
void
linnet_question_set_state (LinnetQuestion *self, LinnetQuestionState state)
{
  if (own (self)->state == state || is_over (self))
    return;
  own (self)->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/**
 * linnet_question_set_text:
 * @self: a question
 * @text: (nullable): a sentence about it; what is over keeps what it said
 */
void
linnet_question_set_text (LinnetQuestion *self, const char *text)
{
  LinnetQuestionPrivate *question = own (self);

  if (is_over (self))
    return;
  linnet_notify_string (self, &question->text, text, props[PROP_TEXT]);
}

/**
 * linnet_question_fail:
 * @self: a question
 * @text: why it cannot be answered any more, a sentence
 */
void
linnet_question_fail (LinnetQuestion *self, const char *text)
{
  g_object_freeze_notify (G_OBJECT (self));
  linnet_question_set_text (self, text);
  linnet_question_set_state (self, LINNET_QUESTION_FAILED);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * linnet_question_close:
 * @self: a question
 *
 * Closes its channel.
 */
void
linnet_question_close (LinnetQuestion *self)
{
  LinnetQuestionPrivate *question = own (self);

  g_dbus_connection_call (question->bus, question->service_name, question->path, CHANNEL, "Close",
                          NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}
