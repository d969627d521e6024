/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-idle.c: since when nobody has touched a device: ours, that of a contact. XEP-0319 */

#include "im/im-idle.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-contact-private.h"

/** im_contact_get_idle_since_s: Returns: of the most available device, seconds since 1970; 0: not
 * said */
gint64
im_contact_get_idle_since_s (const ImContact *self)
{
  return self->n_resources > 0 ? self->resources[0].resource.idle_since_s : 0;
}

/** im_account_get_idle_since_s: Returns: since when nobody is at our device, seconds since 1970; 0:
 * somebody is */
gint64
im_account_get_idle_since_s (ImAccount *self)
{
  return self->idle_since_s;
}

/**
 * im_account_set_idle_since_s:
 * @since_s: when somebody last touched this device, seconds since 1970; 0: somebody is here
 *
 * Tells those who may see us, at once and with every presence until somebody is here.
 *
 * Returns: FALSE with IM_ERROR_INVALID_ARGUMENT: that is not a time in the past
 * Spec: XEP-0319 §2
 */
gboolean
im_account_set_idle_since_s (ImAccount *self, gint64 since_s, GError **error)
{
  if (since_s < 0 || since_s > g_get_real_time () / G_USEC_PER_SEC)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                           "Nobody can have been away since then");
      return FALSE;
    }
  if (self->idle_since_s == since_s)
    return TRUE;
  self->idle_since_s = since_s;
  if (self->link != NULL)
    im_hiding_say_again (self->hiding);
  return TRUE;
}

/**
 * im_account_set_resource_idle:
 * @full: an address that is there
 * @since_s: seconds since 1970; 0: not said
 */
void
im_account_set_resource_idle (ImAccount *self, XmppJid *full, gint64 since_s)
{
  g_autoptr (XmppJid) bare = xmpp_jid_dup_bare (full);
  ImContact *contact = im_roster_find (self->roster, bare);
  const char *name = xmpp_jid_get_resource (full) != NULL ? xmpp_jid_get_resource (full) : "";

  for (guint i = 0; contact != NULL && i < contact->n_resources; i++)
    {
      ImResource *resource = &contact->resources[i].resource;

      if (strcmp (resource->name, name) != 0 || resource->idle_since_s == since_s)
        continue;
      resource->idle_since_s = since_s;
      if (i == 0)
        im_roster_note (self->roster, contact, IM_CONTACT_IDLE);
    }
}
