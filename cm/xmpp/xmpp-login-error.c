/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-error.c: the extended error domain of a login: a code, a sentence for people, and the
 * details behind it */
#include "xmpp/xmpp-login-error.h"

#include <string.h>

#define MAX_SERVER_TEXT_BYTES 1024

typedef XmppLoginProblem XmppLoginErrorPrivate;

static void
xmpp_login_error_private_init (XmppLoginErrorPrivate *problem)
{
  *problem = (XmppLoginErrorPrivate){ 0 };
}

static void
xmpp_login_error_private_copy (const XmppLoginErrorPrivate *from, XmppLoginErrorPrivate *to)
{
  to->certificate_flags = from->certificate_flags;
  to->certificate = from->certificate != NULL ? g_object_ref (from->certificate) : NULL;
  to->mechanisms = g_strdupv (from->mechanisms);
  to->server_text = g_strdup (from->server_text);
  to->is_encrypted = from->is_encrypted;
  to->is_verified = from->is_verified;
}

static void
xmpp_login_error_private_clear (XmppLoginErrorPrivate *problem)
{
  g_clear_object (&problem->certificate);
  g_clear_pointer (&problem->mechanisms, g_strfreev);
  g_clear_pointer (&problem->server_text, g_free);
}

G_DEFINE_EXTENDED_ERROR (XmppLoginError, xmpp_login_error)

/**
 * xmpp_login_error_get_problem:
 * @error: any error
 *
 * The details of a failed login.
 *
 * Returns: (nullable) (transfer none): lives as long as @error; NULL where it is not of
 * XMPP_LOGIN_ERROR
 */
const XmppLoginProblem *
xmpp_login_error_get_problem (const GError *error)
{
  return g_error_matches (error, XMPP_LOGIN_ERROR, error != NULL ? error->code : 0)
             ? xmpp_login_error_get_private (error)
             : NULL;
}

/**
 * xmpp_login_error_edit_problem:
 * @error: an error that was just made
 *
 * The details, to be filled in by the one who made the error.
 *
 * Returns: (nullable) (transfer none): NULL where @error is not of XMPP_LOGIN_ERROR
 */
XmppLoginProblem *
xmpp_login_error_edit_problem (GError *error)
{
  return (XmppLoginProblem *) xmpp_login_error_get_problem (error);
}

/**
 * xmpp_login_error_dup_server_text:
 * @text: (nullable): what the server said
 *
 * Returns: (nullable) (transfer full): at most 1024 bytes of it, valid UTF-8; NULL for nothing
 */
char *
xmpp_login_error_dup_server_text (const char *text)
{
  size_t length;

  if (text == NULL || *text == '\0')
    return NULL;

  length = strlen (text);
  if (length > MAX_SERVER_TEXT_BYTES)
    length = (size_t) (g_utf8_find_prev_char (text, text + MAX_SERVER_TEXT_BYTES + 1) - text);
  return g_utf8_make_valid (text, (gssize) length);
}
