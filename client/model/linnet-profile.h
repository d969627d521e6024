/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-profile.h: what somebody writes of themselves: a contact, or the person who sits here.
 * Telepathy Connection.Interface.ContactInfo */
#pragma once

#include <gio/gio.h>

#include "model/linnet-page.h"
#include "model/linnet-profile-field.h"

G_BEGIN_DECLS

/* Properties, beside those of its page: fields. */
#define LINNET_TYPE_PROFILE (linnet_profile_get_type ())
G_DECLARE_FINAL_TYPE (LinnetProfile, linnet_profile, LINNET, PROFILE, LinnetPage)

/* `address` (nullable): NULL: one's own. */
LinnetProfile *linnet_profile_new (LinnetAccount *account,
                                   const char *address) G_GNUC_WARN_UNUSED_RESULT;
GListModel *linnet_profile_get_fields (LinnetProfile *self); /* LinnetProfileField */

/* To be edited: copies, which nothing changes but the page. */
GListStore *linnet_profile_dup_fields (LinnetProfile *self) G_GNUC_WARN_UNUSED_RESULT;
/* One's own. `fields`: all there is from now on; empty ones are left out. */
void linnet_profile_save_async (LinnetProfile *self,
                                GListModel *fields,
                                GAsyncReadyCallback callback,
                                gpointer data);
gboolean linnet_profile_save_finish (LinnetProfile *self, GAsyncResult *result, GError **error);

G_END_DECLS
