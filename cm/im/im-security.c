/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-security.c: how safe a connection is: what was agreed on at sign-in. RFC 6120 5, 6 */

#include "im/im-security.h"

#include "im/im-account-parts.h"

void
im_security_free (ImSecurity *self)
{
  if (self == NULL)
    return;
  g_free (self->tls_version);
  g_free (self->cipher);
  g_free (self->mechanism);
  g_free (self->channel_binding);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_free (self);
}

static char *
dup_text (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

/** im_account_note_security: @bound: the login to which the connection is owed */
void
im_account_note_security (ImAccount *self, const XmppLoginResult *bound)
{
  ImSecurity *security = g_new0 (ImSecurity, 1);
  g_autoptr (GByteArray) der = NULL;

  security->tls_version = dup_text (bound->tls_version);
  security->cipher = dup_text (bound->tls_cipher);
  security->mechanism = dup_text (bound->mechanism);
  security->channel_binding = dup_text (bound->channel_binding);
  security->is_binding_refused = bound->is_binding_refused;
  if (bound->certificate != NULL)
    g_object_get (bound->certificate, "certificate", &der, NULL);
  if (der != NULL)
    security->certificate = g_byte_array_free_to_bytes (g_steal_pointer (&der));
  im_security_free (self->security);
  self->security = security;
}

/** im_account_get_security: Returns: (nullable) (transfer none): of the connection */
const ImSecurity *
im_account_get_security (ImAccount *self)
{
  return self->link != NULL ? self->security : NULL;
}
