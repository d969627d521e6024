/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-contact-row.h: a contact in a list: who, presence in a symbol and a word, groups.
 * window.md section 3 */
#pragma once

#include <adwaita.h>

#include "model/linnet-contact.h"

G_BEGIN_DECLS

/* Signals rename-asked, remove-asked, groups-asked, each (LinnetContact). */
#define LINNET_TYPE_CONTACT_ROW (linnet_contact_row_get_type ())
G_DECLARE_FINAL_TYPE (LinnetContactRow, linnet_contact_row, LINNET, CONTACT_ROW, GtkWidget)

GtkWidget *linnet_contact_row_new (void) G_GNUC_WARN_UNUSED_RESULT;
void linnet_contact_row_set_contact (LinnetContactRow *self, LinnetContact *contact);

G_END_DECLS
