/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-contact-about.h: a contact's devices, and what they say of themselves. Telepathy
 * Connection.Interface.Resources.DRAFT, .Location; im.linnet.Personal1, .ServiceDiscovery1 */
#pragma once

#include <gio/gio.h>

#include "model/linnet-contact.h"
#include "model/linnet-device.h"
#include "model/linnet-page.h"

G_BEGIN_DECLS

/* What somebody may say of themselves. */
typedef enum
{
  LINNET_FACT_LOCATION,
  LINNET_FACT_MOOD,
  LINNET_FACT_ACTIVITY,
  LINNET_FACT_TUNE,
  LINNET_N_FACTS,
} LinnetFact;

const char *linnet_fact_get_name (LinnetFact self);

/* Properties, beside those of its page: location, mood, activity, tune: a{sv} or NULL. */
#define LINNET_TYPE_CONTACT_ABOUT (linnet_contact_about_get_type ())
G_DECLARE_FINAL_TYPE (LinnetContactAbout, linnet_contact_about, LINNET, CONTACT_ABOUT, LinnetPage)

LinnetContactAbout *linnet_contact_about_new (LinnetContact *contact) G_GNUC_WARN_UNUSED_RESULT;
LinnetContactAbout *linnet_contact_about_new_own (LinnetAccount *account) G_GNUC_WARN_UNUSED_RESULT;
LinnetContact *linnet_contact_about_get_contact (LinnetContactAbout *self);
GListModel *linnet_contact_about_get_devices (LinnetContactAbout *self); /* LinnetDevice */
GVariant *linnet_contact_about_get_fact (LinnetContactAbout *self, LinnetFact fact);

G_END_DECLS
