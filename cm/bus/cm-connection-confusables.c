/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-confusables.c: people who look like others. im.linnet.Confusables1 */
#include "bus/cm-connection-private.h"

#include <string.h>

#include "bus/cm-short.h"
#include "dbus/linnet.h"
#include "im/im-likeness.h"

#define INTERFACE "im.linnet.Confusables1"
#define MAX_NAME_BYTES 1023

static const char *
get_address (const ImContact *contact)
{
  return contact != NULL ? xmpp_jid_get_text (im_contact_get_jid (contact)) : "";
}

static gboolean
handle_find_cb (CmConnection *self,
                GDBusMethodInvocation *invocation,
                const char *address,
                const char *name,
                LinConfusables1 *skeleton)
{
  g_autoptr (XmppJid) jid = *address != '\0' ? xmpp_jid_new (address, NULL) : NULL;
  g_autoptr (XmppJid) bare = jid != NULL ? xmpp_jid_dup_bare (jid) : NULL;

  if (!cm_connection_check_contact_list (self, invocation))
    return TRUE;
  if (*address != '\0' && bare == NULL)
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                           "“%s” is no address", CM_SHORT (address));
  else if (strlen (name) > MAX_NAME_BYTES)
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                           "A name has at most %d bytes", MAX_NAME_BYTES);
  else
    lin_confusables1_complete_find (
        skeleton, invocation,
        get_address (im_account_find_lookalike (cm_connection_get_account (self), bare,
                                                *name != '\0' ? name : NULL)));
  return TRUE;
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  ImAccount *account = cm_connection_get_account (self);
  ImContact *other = im_account_get_roster_state (account) == IM_ROSTER_SUCCESS
                         ? im_account_get_lookalike (account, contact)
                         : NULL;

  if (other != NULL)
    cm_packer_add_string_entry (attributes, INTERFACE "/confusable-with", get_address (other));
}

void
cm_connection_add_confusables (CmConnection *self)
{
  LinConfusables1 *skeleton = lin_confusables1_skeleton_new ();

  g_signal_connect_object (skeleton, "handle-find", G_CALLBACK (handle_find_cb), self,
                           G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
