/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-contact-dialogs.h: what is asked before a contact is changed */
#pragma once

#include <adwaita.h>

#include "model/linnet-contact.h"

G_BEGIN_DECLS

void linnet_contact_dialogs_rename (GtkWindow *parent, LinnetContact *contact);
void linnet_contact_dialogs_groups (GtkWindow *parent, LinnetContact *contact);
void linnet_contact_dialogs_remove (GtkWindow *parent, LinnetContact *contact);

G_END_DECLS
