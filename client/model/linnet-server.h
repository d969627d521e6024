/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-server.h: what an account's server offers and lacks, and who runs it.
 * im.linnet.ServiceDiscovery1 */
#pragma once

#include "model/linnet-page.h"
#include "model/linnet-server-item.h"

G_BEGIN_DECLS

#define LINNET_TYPE_SERVER (linnet_server_get_type ())
G_DECLARE_FINAL_TYPE (LinnetServer, linnet_server, LINNET, SERVER, LinnetPage)

LinnetServer *linnet_server_new (LinnetAccount *account) G_GNUC_WARN_UNUSED_RESULT;
GListModel *linnet_server_get_features (LinnetServer *self); /* LinnetServerItem */
GListModel *linnet_server_get_contacts (LinnetServer *self); /* LinnetServerItem */

G_END_DECLS
