/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-groups.c: groups of contacts within groups. im.linnet.Groups1 */
#include "bus/cm-connection-private.h"

#include "dbus/linnet.h"

#define INTERFACE "im.linnet.Groups1"

static void
delimiter_cb (CmConnection *self)
{
  lin_groups1_set_delimiter (cm_connection_get_interface (self, LIN_TYPE_GROUPS1),
                             im_account_get_group_delimiter (cm_connection_get_account (self)));
}

void
cm_connection_add_groups (CmConnection *self)
{
  ImAccount *account = cm_connection_get_account (self);
  LinGroups1 *skeleton = lin_groups1_skeleton_new ();

  lin_groups1_set_delimiter (skeleton, im_account_get_group_delimiter (account));
  g_signal_connect_object (account, "notify::group-delimiter", G_CALLBACK (delimiter_cb), self,
                           G_CONNECT_SWAPPED);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
