/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-idle.c: since when nobody has touched a device. im.linnet.Idle1 */
#include "bus/cm-connection-private.h"

#include "dbus/linnet.h"
#include "im/im-idle.h"

#define INTERFACE "im.linnet.Idle1"

static gboolean
handle_set_since_cb (CmConnection *self,
                     GDBusMethodInvocation *invocation,
                     gint64 since_s,
                     LinIdle1 *skeleton)
{
  g_autoptr (GError) error = NULL;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  if (!im_account_set_idle_since_s (cm_connection_get_account (self), since_s, &error))
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  lin_idle1_set_since (skeleton, since_s);
  lin_idle1_complete_set_since (skeleton, invocation);
  return TRUE;
}

static void
contacts_changed_cb (CmConnection *self, GPtrArray *contacts, GArray *changes, ImAccount *account)
{
  LinIdle1 *skeleton = cm_connection_get_interface (self, LIN_TYPE_IDLE1);
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sx}"));
  guint n_changed = 0;

  for (guint i = 0; i < contacts->len; i++)
    {
      ImContact *contact = g_ptr_array_index (contacts, i);

      if ((g_array_index (changes, ImContactChange, i) & IM_CONTACT_IDLE) == 0)
        continue;
      g_variant_builder_add (&builder, "{sx}", xmpp_jid_get_text (im_contact_get_jid (contact)),
                             im_contact_get_idle_since_s (contact));
      n_changed++;
    }
  if (n_changed > 0)
    lin_idle1_emit_changed (skeleton, g_variant_builder_end (&builder));
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  gint64 since_s = im_contact_get_idle_since_s (contact);
  g_autoptr (GVariant) value = NULL;

  if (since_s == 0)
    return;
  value = g_variant_ref_sink (g_variant_new_int64 (since_s));
  cm_packer_add_entry (attributes, INTERFACE "/since", value);
}

void
cm_connection_add_idle (CmConnection *self)
{
  LinIdle1 *skeleton = lin_idle1_skeleton_new ();

  lin_idle1_set_since (skeleton, im_account_get_idle_since_s (cm_connection_get_account (self)));
  g_signal_connect_object (skeleton, "handle-set-since", G_CALLBACK (handle_set_since_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "contacts-changed",
                           G_CALLBACK (contacts_changed_cb), self, G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
