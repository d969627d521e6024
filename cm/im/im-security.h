/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-security.h: how safe a connection is: what was agreed on at sign-in */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

typedef struct
{
  char *tls_version; /* (owned) "TLS 1.3"; "": not encrypted */
  char *cipher; /* (owned) TLS's name; "" for none */
  char *mechanism; /* (owned) SASL's */
  char *channel_binding; /* (owned) "tls-exporter", …; "": none */
  gboolean is_binding_refused; /* the server offered one, and refused it */
  GBytes *certificate; /* (owned) (nullable) the server's, DER */
} ImSecurity;

void im_security_free (ImSecurity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImSecurity, im_security_free)

/* Of the connection; NULL while there is none. */
const ImSecurity *im_account_get_security (ImAccount *self);
char **im_account_dup_accepted_keys (ImAccount *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean im_account_forget_keys (ImAccount *self);

G_END_DECLS
