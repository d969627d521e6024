/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-gateway.h: gateways to other networks. XEP-0100 */
#pragma once

#include "im/im-account.h"
#include "im/im-registrar.h"

G_BEGIN_DECLS

/* What the module of the feature says on the wire. All: (transfer full). */
struct _ImGatewayWire
{
  XmppNode *(*new_prompt) (const char *gateway, const char *contact); /* NULL: what to ask for */
  /* Of an answer; "" for nothing. */
  void (*read_prompt) (const XmppNode *answer, char **description, char **prompt);
  char *(*dup_address) (const XmppNode *answer); /* (nullable) */
};

/* What it wants to know, by forms; when it is done the gateway is a contact that sees us and is
 * seen. NULL with IM_ERROR_DISCONNECTED or IM_ERROR_INVALID_ARGUMENT. */
ImRegistrar *im_gateway_register (ImAccount *account,
                                  XmppJid *gateway,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* It forgets us, and the contact list it and all that are behind it. */
void im_gateway_unregister_async (ImAccount *account,
                                  XmppJid *gateway,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean im_gateway_unregister_finish (ImAccount *account, GAsyncResult *result, GError **error);
/* It signs in to its network for us, or out, until we show another presence. */
void im_gateway_set_online_async (ImAccount *account,
                                  XmppJid *gateway,
                                  gboolean is_online,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean im_gateway_set_online_finish (ImAccount *account, GAsyncResult *result, GError **error);
/* `contact` (nullable): as their network knows them; NULL: what to ask people for. */
void im_gateway_ask_async (ImAccount *account,
                           XmppJid *gateway,
                           const char *contact,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* NULL-terminated: description and prompt, or the address alone. */
char **im_gateway_ask_finish (ImAccount *account,
                              GAsyncResult *result,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For cm/im: somebody wishes to see us. Whether it is a gateway that we have just registered with:
 * then it may. */
gboolean im_gateway_welcome (ImAccount *account, ImContact *contact);
void im_gateway_registered (ImAccount *account, XmppJid *gateway);

G_END_DECLS
