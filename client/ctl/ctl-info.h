/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-info.h: what people write of themselves, as KEY=VALUE. Telepathy
 * Connection.Interface.ContactInfo
 */
#pragma once

#include "ctl/ctl-contact.h"

G_BEGIN_DECLS

#define CTL_CONTACT_INFO CTL_CONNECTION ".Interface.ContactInfo"

GPtrArray *ctl_info_load (Ctl *ctl, CtlAccount *account, const char *address, GError **error);
GPtrArray *ctl_info_new (GVariant *fields);
GVariant *ctl_info_to_variant (GPtrArray *info);
gboolean ctl_info_assign (GPtrArray *info, const char *pair, GHashTable *named, GError **error);
void ctl_info_translate_error (GError **error);
GVariant *ctl_info_to_json (GPtrArray *info);
void ctl_info_print (GPtrArray *info, const char *nothing);

G_END_DECLS
