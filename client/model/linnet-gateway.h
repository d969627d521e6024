/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-gateway.h: a way into another network. im.linnet.Gateways1, XEP-0100 */
#pragma once

#include "model/linnet-contact.h"

G_BEGIN_DECLS

/* Property: contact. */
#define LINNET_TYPE_GATEWAY (linnet_gateway_get_type ())
G_DECLARE_FINAL_TYPE (LinnetGateway, linnet_gateway, LINNET, GATEWAY, GObject)

LinnetGateway *linnet_gateway_new (const char *address,
                                   const char *title,
                                   const char *network) G_GNUC_WARN_UNUSED_RESULT;
const char *linnet_gateway_get_address (LinnetGateway *self);
const char *linnet_gateway_get_title (LinnetGateway *self);
const char *linnet_gateway_get_network (LinnetGateway *self);
LinnetContact *linnet_gateway_get_contact (LinnetGateway *self); /* (nullable) */
void linnet_gateway_set_contact (LinnetGateway *self, LinnetContact *contact);

G_END_DECLS
