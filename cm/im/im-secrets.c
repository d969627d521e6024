/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-secrets.c: passwords in the person's keyring, and nowhere else. freedesktop.org Secret Service
 */

#include "im/im-secrets.h"

#include <string.h>

#include <libsecret/secret.h>

static const SecretSchema schema = {
  "im.linnet.Password",
  SECRET_SCHEMA_NONE,
  {
      { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "param", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL, 0 },
  },
};

/** im_secrets_lookup_async: @account: whose password is looked for */
void
im_secrets_lookup_async (XmppJid *account,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  secret_password_lookup (&schema, cancellable, callback, user_data, "account",
                          xmpp_jid_get_bare_text (account), "param", "password", NULL);
}

/** im_secrets_lookup_finish: Returns: (transfer full) (nullable): the password. Errors: those of
 * D-Bus, SECRET_ERROR */
char *
im_secrets_lookup_finish (GAsyncResult *result, GError **error)
{
  return secret_password_lookup_nonpageable_finish (result, error);
}

/** im_secrets_store_async: @account: whose @password it is */
void
im_secrets_store_async (XmppJid *account,
                        const char *password,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autofree char *label = g_strdup_printf ("Password of %s", xmpp_jid_get_bare_text (account));

  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, password, NULL, callback,
                         user_data, "account", xmpp_jid_get_bare_text (account), "param",
                         "password", NULL);
}

/** im_secrets_store_finish: Returns: whether it is stored. Errors: those of D-Bus, SECRET_ERROR */
gboolean
im_secrets_store_finish (GAsyncResult *result, GError **error)
{
  return secret_password_store_finish (result, error);
}

/** im_secrets_clear_async: @account: whose password is removed */
void
im_secrets_clear_async (XmppJid *account, GAsyncReadyCallback callback, gpointer user_data)
{
  secret_password_clear (&schema, NULL, callback, user_data, "account",
                         xmpp_jid_get_bare_text (account), "param", "password", NULL);
}

/** im_secrets_clear_finish: Returns: whether there is none any more. Errors: those of D-Bus,
 * SECRET_ERROR */
gboolean
im_secrets_clear_finish (GAsyncResult *result, GError **error)
{
  GError *failure = NULL;

  secret_password_clear_finish (result, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

/**
 * im_secrets_dup:
 *
 * Returns: (transfer full): a copy of @password in memory that is neither written to the swap space
 * nor to a core file; free with im_secrets_free ()
 */
char *
im_secrets_dup (const char *password)
{
  return secret_value_unref_to_password (secret_value_new (password, -1, "text/plain"), NULL);
}

/** im_secrets_free: @password: (nullable) (transfer full): wiped and freed */
void
im_secrets_free (char *password)
{
  if (password != NULL)
    secret_password_free (password);
}
