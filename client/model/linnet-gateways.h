/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-gateways.h: the ways into other networks that an account has. im.linnet.Gateways1 */
#pragma once

#include "model/linnet-form.h"
#include "model/linnet-gateway.h"
#include "model/linnet-page.h"

G_BEGIN_DECLS

#define LINNET_TYPE_GATEWAYS (linnet_gateways_get_type ())
G_DECLARE_FINAL_TYPE (LinnetGateways, linnet_gateways, LINNET, GATEWAYS, LinnetPage)

LinnetGateways *linnet_gateways_new (LinnetAccount *account) G_GNUC_WARN_UNUSED_RESULT;
GListModel *linnet_gateways_get_list (LinnetGateways *self); /* LinnetGateway */

/* Has a gateway ask what it wants to know. `address`: also of one that is not in the list. */
void linnet_gateways_register_async (LinnetGateways *self,
                                     const char *address,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer data);
LinnetForm *linnet_gateways_register_finish (LinnetGateways *self,
                                             GAsyncResult *result,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* These finish by linnet_gateways_finish (). */
void linnet_gateways_unregister_async (LinnetGateways *self,
                                       const char *address,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer data);
void linnet_gateways_set_online_async (LinnetGateways *self,
                                       const char *address,
                                       gboolean online,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer data);
gboolean linnet_gateways_finish (LinnetGateways *self, GAsyncResult *result, GError **error);

/* Somebody behind a gateway: what to ask for them by, and what their address is here. */
void linnet_gateways_ask_prompt_async (LinnetGateways *self,
                                       const char *address,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer data);
char *linnet_gateways_ask_prompt_finish (LinnetGateways *self,
                                         GAsyncResult *result,
                                         char **description,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void linnet_gateways_translate_async (LinnetGateways *self,
                                      const char *address,
                                      const char *name,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer data);
char *linnet_gateways_translate_finish (LinnetGateways *self,
                                        GAsyncResult *result,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
