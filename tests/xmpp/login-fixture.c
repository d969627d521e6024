/* SPDX-License-Identifier: GPL-3.0-or-later */
/* login-fixture.c: what tests of logins share: a trusted authority, and a login that ends */
#include "login-fixture.h"

#include <glib/gstdio.h>

#include "make-certificate.h"

static void
login_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_assert_null (xmpp_login_finish (result, user_data));
}

/** login_fixture_fail: @params: (transfer full). Returns: (transfer full): how far it came */
GError *
login_fixture_fail (XmppLoginParams *params)
{
  GError *error = NULL;

  xmpp_login_async (params, NULL, NULL, NULL, login_cb, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  return error;
}

/** login_fixture_trust_authority: Returns: (transfer full): a file to be removed at the end */
char *
login_fixture_trust_authority (void)
{
  g_autofree char *pem = make_authority_pem ();
  char *path;
  int fd = g_file_open_tmp ("linnet-ca-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, pem, -1, NULL));
  g_setenv ("LINNET_CA_FILE", path, TRUE);
  return path;
}
