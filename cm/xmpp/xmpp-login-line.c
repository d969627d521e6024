/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-line.c: the line of a login, read and written in a straight line: header, elements,
 * end. RFC 6120 4 */
#include "xmpp/xmpp-login-private.h"

#include <string.h>

#include "xmpp/xmpp-ns.h"

#define HANG_UP_TIMEOUT_S 1

/* What reading or writing said, in the words of a login. */
static gboolean
fail_line (XmppLogin *self, GError *cause, GError **error)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      cause->domain == XMPP_LOGIN_ERROR)
    g_propagate_error (error, cause);
  else
    {
      g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NETWORK,
                   "The connection to %s was lost: %s", self->domain, cause->message);
      g_error_free (cause);
    }
  return FALSE;
}

/**
 * xmpp_login_fail_protocol:
 * @what: what the server did, as the end of "The server …"
 *
 * Returns: FALSE
 */
gboolean
xmpp_login_fail_protocol (GError **error, const char *what)
{
  g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL, "The server %s.", what);
  return FALSE;
}

gboolean
xmpp_login_write (XmppLogin *self, const char *text, GError **error)
{
  GError *cause = NULL;

  if (g_output_stream_write_all (g_io_stream_get_output_stream (self->line), text, strlen (text),
                                 NULL, self->cancellable, &cause))
    return TRUE;
  return fail_line (self, cause, error);
}

static XmppParserEvent
next_event (XmppLogin *self, XmppNode **node, GError **error)
{
  char buffer[4096];
  GError *cause = NULL;

  for (;;)
    {
      XmppParserEvent event = xmpp_parser_next (self->parser, node);
      gssize n_bytes;

      if (event != XMPP_PARSER_EVENT_NONE)
        return event;
      n_bytes = g_input_stream_read (g_io_stream_get_input_stream (self->line), buffer,
                                     sizeof buffer, self->cancellable, &cause);
      if (n_bytes == 0)
        cause = g_error_new (XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NETWORK,
                             "%s closed the connection during sign-in.", self->domain);
      if (n_bytes <= 0)
        {
          fail_line (self, cause, error);
          return XMPP_PARSER_EVENT_NONE;
        }
      /* What stands before a fault is not looked at: nothing that such a server says is worth an
       * answer. */
      if (!xmpp_parser_feed (self->parser, buffer, (size_t) n_bytes, error))
        return XMPP_PARSER_EVENT_NONE;
    }
}

static void
take_stream_error (XmppLogin *self, const XmppNode *node, GError **error)
{
  g_autoptr (GError) cause = xmpp_stream_error_new_from_node (node);

  self->is_told = TRUE;
  if (g_error_matches (cause, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SEE_OTHER_HOST))
    {
      if (!self->is_secure)
        {
          xmpp_login_fail_protocol (error, "wants the sign-in to go elsewhere, but could not prove "
                                           "who it is; it was not followed");
          return;
        }
      g_free (self->other_host);
      self->other_host =
          g_strdup (xmpp_node_get_child_text (node, "see-other-host", XMPP_NS_STREAMS));
    }
  g_propagate_error (error, g_steal_pointer (&cause));
}

/**
 * xmpp_login_read:
 *
 * Waits for the next element.
 *
 * Returns: (nullable) (transfer full)
 * Errors: XMPP_LOGIN_ERROR: NETWORK, PROTOCOL; XMPP_STREAM_ERROR, the server's or our own;
 * G_IO_ERROR_CANCELLED
 */
XmppNode *
xmpp_login_read (XmppLogin *self, GError **error)
{
  g_autoptr (XmppNode) node = NULL;

  switch (next_event (self, &node, error))
    {
    case XMPP_PARSER_EVENT_STANZA:
      if (!xmpp_node_is (node, "error", XMPP_NS_STREAM))
        return g_steal_pointer (&node);
      take_stream_error (self, node, error);
      return NULL;
    case XMPP_PARSER_EVENT_OPENED:
    case XMPP_PARSER_EVENT_DROPPED:
      xmpp_login_fail_protocol (error, "sent something else than signing in needs");
      return NULL;
    case XMPP_PARSER_EVENT_CLOSED:
      g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NETWORK,
                   "%s ended the connection during sign-in.", self->domain);
      return NULL;
    case XMPP_PARSER_EVENT_NONE:
    default:
      return NULL;
    }
}

static gboolean
send_header (XmppLogin *self, GError **error)
{
  g_autofree char *to = g_markup_escape_text (xmpp_jid_get_domain (self->params->account), -1);
  g_autofree char *from = g_markup_escape_text (xmpp_jid_get_bare_text (self->params->account), -1);
  g_autofree char *language =
      g_markup_escape_text (self->params->language != NULL ? self->params->language : "en", -1);
  g_autoptr (GString) header = g_string_new ("<?xml version='1.0'?><stream:stream");

  /* RFC 6120 §4.7.1: who we are is nobody's business before the line is private. */
  if (self->is_secure && xmpp_jid_get_local (self->params->account) != NULL)
    g_string_append_printf (header, " from='%s'", from);
  g_string_append_printf (header,
                          " to='%s' version='1.0' xml:lang='%s' xmlns='" XMPP_NS_CLIENT
                          "' xmlns:stream='" XMPP_NS_STREAM "'>",
                          to, language);
  self->is_open = TRUE;
  return xmpp_login_write (self, header->str, error);
}

static gboolean
check_header (const XmppNode *header, GError **error)
{
  const char *version = xmpp_node_get (header, "version");

  if (!xmpp_node_is (header, "stream", XMPP_NS_STREAM))
    {
      g_set_error_literal (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_INVALID_NAMESPACE,
                           "What answers there is not a chat server.");
      return FALSE;
    }
  if (version == NULL || g_ascii_strtoull (version, NULL, 10) < 1)
    return xmpp_login_fail_protocol (error, "speaks a version of XMPP that is too old to be safe");
  return TRUE;
}

/**
 * xmpp_login_open:
 *
 * Opens a stream.
 *
 * Returns: (nullable) (transfer full): the server's features
 * Errors: as xmpp_login_read ()
 * Spec: RFC 6120 §4.2, §4.3.2
 */
XmppNode *
xmpp_login_open (XmppLogin *self, GError **error)
{
  g_autoptr (XmppNode) header = NULL;
  g_autoptr (XmppNode) features = NULL;
  XmppParserEvent event;

  if (!send_header (self, error))
    return NULL;
  event = next_event (self, &header, error);
  if (event == XMPP_PARSER_EVENT_NONE)
    return NULL;
  if (event != XMPP_PARSER_EVENT_OPENED)
    {
      xmpp_login_fail_protocol (error, "did not answer as a chat server does");
      return NULL;
    }
  if (!check_header (header, error))
    return NULL;
  features = xmpp_login_read (self, error);
  if (features != NULL && xmpp_node_is (features, "features", XMPP_NS_STREAM))
    return g_steal_pointer (&features);
  if (features != NULL)
    xmpp_login_fail_protocol (error, "sent something before it said what it can do");
  return NULL;
}

gboolean
xmpp_login_restart (XmppLogin *self, const XmppLimits *limits, GError **error)
{
  self->is_open = FALSE;
  return xmpp_parser_restart (self->parser, limits, error);
}

/* Only for a fault that we found: what the server reported itself is not reported back. */
static gboolean
append_reason (XmppLogin *self, GString *out, const GError *reason)
{
  const char *condition = NULL;

  if (reason == NULL || self->is_told)
    return FALSE;
  if (reason->domain == XMPP_STREAM_ERROR)
    condition = xmpp_stream_error_to_name ((XmppStreamError) reason->code);
  else if (g_error_matches (reason, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL))
    condition = "policy-violation";
  if (condition != NULL)
    g_string_append_printf (out, "<stream:error><%s xmlns='" XMPP_NS_STREAMS "'/></stream:error>",
                            condition);
  return condition != NULL;
}

/* A line that is closed with something unread is reset, and our last words may be lost with it. */
static void
read_to_end (XmppLogin *self)
{
  gint64 until_us = g_get_monotonic_time () + HANG_UP_TIMEOUT_S * G_USEC_PER_SEC;
  char buffer[4096];

  while (g_get_monotonic_time () < until_us &&
         g_input_stream_read (g_io_stream_get_input_stream (self->line), buffer, sizeof buffer,
                              self->cancellable, NULL) > 0)
    ;
}

/**
 * xmpp_login_hang_up:
 * @reason: (nullable): the fault that we found in what the server sent
 *
 * Ends the line, in good order where that takes no time.
 */
void
xmpp_login_hang_up (XmppLogin *self, const GError *reason)
{
  g_autoptr (GString) farewell = g_string_new (NULL);

  if (self->socket != NULL)
    g_socket_set_timeout (g_socket_connection_get_socket (self->socket), HANG_UP_TIMEOUT_S);
  if (self->line != NULL && self->is_open)
    {
      gboolean is_accused = append_reason (self, farewell, reason);

      g_string_append (farewell, "</stream:stream>");
      if (g_output_stream_write_all (g_io_stream_get_output_stream (self->line), farewell->str,
                                     farewell->len, NULL, self->cancellable, NULL) &&
          is_accused)
        read_to_end (self);
    }
  if (self->line != NULL)
    g_io_stream_close (self->line, self->cancellable, NULL);
  if (self->socket != NULL)
    g_io_stream_close (G_IO_STREAM (self->socket), NULL, NULL);
  g_clear_object (&self->line);
  g_clear_object (&self->socket);
  g_clear_pointer (&self->parser, xmpp_parser_free);
  self->is_open = FALSE;
  self->is_secure = FALSE;
  self->is_verified = FALSE;
  self->is_certified = FALSE;
  self->is_told = FALSE;
}
