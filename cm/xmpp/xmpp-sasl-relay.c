/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-sasl-relay.c: a sign-in by a mechanism and with secrets that somebody else has. RFC 4422,
 * RFC 6120 6
 *
 * One thing is asked at a time, and answered once; an answer to nothing is dropped by the next
 * question. */
#include "xmpp/xmpp-sasl-relay.h"

#include <string.h>

struct _XmppSaslRelay
{
  gatomicrefcount n_refs;
  char *mechanism; /* (owned) */
  GBytes *initial; /* (owned, nullable) */
  GMainContext *context; /* (owned) of the thread that made it */
  GAsyncQueue *answers; /* (owned) of GBytes */
  GBytes *cancelled; /* (owned) an answer that is none */
  XmppSaslRelayFunc func; /* (nullable) of the context's thread; NULL: closed */
  gpointer user_data;
};

/* What is to be told on the other thread. */
typedef struct
{
  XmppSaslRelay *relay; /* (owned) */
  gboolean is_success;
  GBytes *data; /* (owned, nullable) */
} Notice;

/**
 * xmpp_sasl_relay_new:
 * @mechanism: its registered name
 * @initial: (nullable): the initial response
 * @func: is told of challenges and of the success, on this thread
 *
 * Returns: (transfer full): for one login
 */
XmppSaslRelay *
xmpp_sasl_relay_new (const char *mechanism,
                     GBytes *initial,
                     XmppSaslRelayFunc func,
                     gpointer user_data)
{
  XmppSaslRelay *self = g_new0 (XmppSaslRelay, 1);

  g_atomic_ref_count_init (&self->n_refs);
  self->mechanism = g_strdup (mechanism);
  self->initial = initial != NULL ? g_bytes_ref (initial) : NULL;
  self->context = g_main_context_ref_thread_default ();
  self->answers = g_async_queue_new_full ((GDestroyNotify) g_bytes_unref);
  self->cancelled = g_bytes_new (NULL, 0);
  self->func = func;
  self->user_data = user_data;
  return self;
}

XmppSaslRelay *
xmpp_sasl_relay_ref (XmppSaslRelay *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
xmpp_sasl_relay_unref (XmppSaslRelay *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  g_free (self->mechanism);
  g_clear_pointer (&self->initial, g_bytes_unref);
  g_main_context_unref (self->context);
  g_async_queue_unref (self->answers);
  g_bytes_unref (self->cancelled);
  g_free (self);
}

/**
 * xmpp_sasl_relay_close:
 *
 * Tells nothing any more. On the thread that made it.
 */
void
xmpp_sasl_relay_close (XmppSaslRelay *self)
{
  self->func = NULL;
}

/**
 * xmpp_sasl_relay_answer:
 * @data: (nullable): the response; NULL: the success is believed
 */
void
xmpp_sasl_relay_answer (XmppSaslRelay *self, GBytes *data)
{
  g_async_queue_push (self->answers, data != NULL ? g_bytes_ref (data) : g_bytes_new (NULL, 0));
}

const char *
xmpp_sasl_relay_get_mechanism (XmppSaslRelay *self)
{
  return self->mechanism;
}

GBytes *
xmpp_sasl_relay_get_initial (XmppSaslRelay *self)
{
  return self->initial;
}

static void
notice_free (Notice *self)
{
  xmpp_sasl_relay_unref (self->relay);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_free (self);
}

static gboolean
notice_cb (gpointer user_data)
{
  Notice *notice = user_data;

  if (notice->relay->func != NULL)
    notice->relay->func (notice->is_success, notice->data, notice->relay->user_data);
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  XmppSaslRelay *self = user_data;

  g_async_queue_push (self->answers, g_bytes_ref (self->cancelled));
}

/**
 * xmpp_sasl_relay_ask:
 * @is_success: whether the server says that it is done
 * @data: (nullable): what it sent
 *
 * Tells the other thread and waits for its answer.
 *
 * Returns: (nullable) (transfer full): the response; empty for a success that is believed
 * Errors: G_IO_ERROR_CANCELLED
 * Spec: RFC 4422 §3.4; thread: the login's
 */
GBytes *
xmpp_sasl_relay_ask (XmppSaslRelay *self,
                     gboolean is_success,
                     GBytes *data,
                     GCancellable *cancellable,
                     GError **error)
{
  Notice *notice = g_new0 (Notice, 1);
  g_autoptr (GBytes) answer = NULL;
  gulong handler;

  while ((answer = g_async_queue_try_pop (self->answers)) != NULL)
    g_clear_pointer (&answer, g_bytes_unref);
  notice->relay = xmpp_sasl_relay_ref (self);
  notice->is_success = is_success;
  notice->data = data != NULL ? g_bytes_ref (data) : NULL;
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, notice_cb, notice,
                              (GDestroyNotify) notice_free);

  handler =
      g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), xmpp_sasl_relay_ref (self),
                             (GDestroyNotify) xmpp_sasl_relay_unref);
  answer = g_async_queue_pop (self->answers);
  g_cancellable_disconnect (cancellable, handler);
  if (answer != self->cancelled && !g_cancellable_set_error_if_cancelled (cancellable, error))
    return g_steal_pointer (&answer);
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Signing in was cancelled.");
  return NULL;
}

/**
 * xmpp_sasl_relay_dup_mechanisms:
 * @offered: (array zero-terminated=1): the server's
 *
 * Returns: (transfer full): those of which a program may bring the secrets
 */
char **
xmpp_sasl_relay_dup_mechanisms (const char *const *offered)
{
  static const char *const never[] = { "DIGEST-MD5", "CRAM-MD5", "ANONYMOUS", "LOGIN", NULL };
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; offered != NULL && offered[i] != NULL; i++)
    if (!g_strv_contains (never, offered[i]) && !g_str_has_suffix (offered[i], "-PLUS") &&
        strspn (offered[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == strlen (offered[i]) &&
        *offered[i] != '\0' && strlen (offered[i]) <= 20)
      g_strv_builder_add (names, offered[i]);
  return g_strv_builder_end (names);
}
