/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-approvals.c: who may see the user before they have asked. im.linnet.Approvals1 */
#include "bus/cm-connection-private.h"

#include "dbus/linnet.h"

#define INTERFACE "im.linnet.Approvals1"

static void
collect (ImContact *contact, gpointer user_data)
{
  if (im_contact_is_approved (contact))
    g_ptr_array_add (user_data, (gpointer) xmpp_jid_get_text (im_contact_get_jid (contact)));
}

static gboolean
handle_list_cb (CmConnection *self, GDBusMethodInvocation *invocation, LinApprovals1 *skeleton)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();

  if (!cm_connection_check_contact_list (self, invocation))
    return TRUE;
  im_account_foreach_contact (cm_connection_get_account (self), collect, addresses);
  g_ptr_array_add (addresses, NULL);
  lin_approvals1_complete_list (skeleton, invocation, (const char *const *) addresses->pdata);
  return TRUE;
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  if (im_contact_is_approved (contact))
    cm_packer_add_boolean_entry (attributes, INTERFACE "/approved", TRUE);
}

void
cm_connection_add_approvals (CmConnection *self)
{
  LinApprovals1 *skeleton = lin_approvals1_skeleton_new ();

  g_signal_connect_object (skeleton, "handle-list", G_CALLBACK (handle_list_cb), self,
                           G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
