/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-disco.h: what an address is and can do, and what belongs to it.
 * im.linnet.ServiceDiscovery1
 */
#pragma once

#include "model/linnet-page.h"

G_BEGIN_DECLS

/* Properties, beside those of its page: title, features. */
#define LINNET_TYPE_DISCO (linnet_disco_get_type ())
G_DECLARE_FINAL_TYPE (LinnetDisco, linnet_disco, LINNET, DISCO, LinnetPage)

/* Nobody is asked before linnet_disco_open (). `node` (nullable) */
LinnetDisco *linnet_disco_new (LinnetAccount *account,
                               const char *address,
                               const char *node) G_GNUC_WARN_UNUSED_RESULT;
void linnet_disco_open (LinnetDisco *self);
const char *linnet_disco_get_address (LinnetDisco *self);
const char *linnet_disco_get_node (LinnetDisco *self);
const char *linnet_disco_get_title (LinnetDisco *self);
const char *linnet_disco_get_kind (LinnetDisco *self); /* (nullable) “category/type” */
const char *const *linnet_disco_get_features (LinnetDisco *self);
GListModel *linnet_disco_get_items (LinnetDisco *self); /* LinnetDisco */

G_END_DECLS
