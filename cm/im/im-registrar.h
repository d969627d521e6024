/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-registrar.h: asks a server for an account, question by question. XEP-0077, XEP-0158, XEP-0445
 */
#pragma once

#include "im/im-form.h"
#include "im/im-registration.h"

G_BEGIN_DECLS

#define IM_TYPE_REGISTRAR (im_registrar_get_type ())
G_DECLARE_FINAL_TYPE (ImRegistrar, im_registrar, IM, REGISTRAR, GObject)

typedef enum
{
  IM_REGISTRAR_WORKING = 0, /* the server is asked */
  IM_REGISTRAR_ASKING, /* there is a form to be filled in */
  IM_REGISTRAR_DONE, /* there is an account */
  IM_REGISTRAR_FAILED,
} ImRegistrarState;

/* notify::state. `account` (a domain alone, or bare); `parameters`: a{sv}, checked. Encrypted or
 * not at all, whatever they say. */
ImRegistrar *im_registrar_new (const ImRegistrationWire *wire,
                               XmppJid *account,
                               GVariant *parameters,
                               const char *const *accepted_keys,
                               const char *token) G_GNUC_WARN_UNUSED_RESULT;
/* The same with a gateway, for an account that is online. XEP-0100 */
ImRegistrar *im_registrar_new_at_gateway (const ImRegistrationWire *wire,
                                          ImAccount *user,
                                          XmppJid *gateway) G_GNUC_WARN_UNUSED_RESULT;
gboolean im_registrar_is_at_gateway (ImRegistrar *self);
ImRegistrarState im_registrar_get_state (ImRegistrar *self);
const ImForm *im_registrar_get_form (ImRegistrar *self); /* (nullable) (transfer none) */
const char *im_registrar_get_note (ImRegistrar *self); /* why it asks again; "" for nothing */
const char *im_registrar_get_url (ImRegistrar *self); /* where the server has a page; "" for none */
const GError *im_registrar_get_error (ImRegistrar *self); /* (nullable) IM_ERROR */
const GError *im_registrar_get_wire_error (ImRegistrar *self); /* (nullable) as it was */
/* Whom it asks is the server that it should be; it is encrypted in any case. */
gboolean im_registrar_is_verified (ImRegistrar *self);
/* Why the server did not take the last answers. (nullable) XMPP_STANZA_ERROR */
const GError *im_registrar_get_refusal (ImRegistrar *self);
/* The address of the account, or of the gateway, once it is done. (nullable) */
const char *im_registrar_get_account (ImRegistrar *self);
/* What the form shows: bytes, unread, from the server. (nullable) */
GBytes *im_registrar_get_medium (ImRegistrar *self, const char *uri, const char **type);
/* `answers`: a{sas}; `secrets` (nullable): field to text. Errors: IM_ERROR_INVALID_ARGUMENT, naming
 * the field; IM_ERROR_NOT_AVAILABLE while nothing is asked. */
gboolean
im_registrar_submit (ImRegistrar *self, GVariant *answers, GHashTable *secrets, GError **error);
/* Has the server ask anew. IM_ERROR_NOT_AVAILABLE */
gboolean im_registrar_renew (ImRegistrar *self, GError **error);
/* Ends it: FAILED with IM_ERROR_CANCELLED, unless it has ended. */
void im_registrar_cancel (ImRegistrar *self);

G_END_DECLS
