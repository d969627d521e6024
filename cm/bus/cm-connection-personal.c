/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-personal.c: moods, activities and tunes of people. im.linnet.Personal1 */
#include "bus/cm-connection-private.h"

#include <string.h>

#include "bus/cm-short.h"
#include "dbus/linnet.h"

#define INTERFACE "im.linnet.Personal1"

static const struct
{
  const char *name;
  ImFact fact;
  const char *attribute;
} rows[] = {
  { "mood", IM_FACT_MOOD, INTERFACE "/mood" },
  { "activity", IM_FACT_ACTIVITY, INTERFACE "/activity" },
  { "tune", IM_FACT_TUNE, INTERFACE "/tune" },
};

static GVariant *
new_facts (ImContact *contact)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa{sv}}"));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (im_contact_get_fact (contact, rows[i].fact) != NULL)
      g_variant_builder_add (&builder, "{s@a{sv}}", rows[i].name,
                             im_contact_get_fact (contact, rows[i].fact));
  return g_variant_builder_end (&builder);
}

static gboolean
handle_get_cb (CmConnection *self, GDBusMethodInvocation *invocation, const char *address)
{
  g_autoptr (GError) error = NULL;
  ImContact *contact;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  contact = cm_handles_parse (cm_connection_get_handles (self), address, &error);
  if (contact == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation,
                                           g_variant_new ("(@a{sa{sv}})", new_facts (contact)));
  return TRUE;
}

static void
published_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;

  if (im_account_publish_fact_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_take_error (invocation, error);
}

static gboolean
handle_publish_cb (CmConnection *self,
                   GDBusMethodInvocation *invocation,
                   const char *what,
                   GVariant *value)
{
  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].name, what) == 0)
      {
        im_account_publish_fact_async (cm_connection_get_account (self), rows[i].fact, value,
                                       published_cb, invocation);
        return TRUE;
      }
  g_dbus_method_invocation_return_error (
      invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
      "Moods, activities and tunes can be published, “%s” cannot", CM_SHORT (what));
  return TRUE;
}

static void
add_changes (GVariantBuilder *builder, ImContact *contact, ImContactChange change)
{
  g_variant_builder_open (builder, G_VARIANT_TYPE ("{sa{sa{sv}}}"));
  g_variant_builder_add (builder, "s", xmpp_jid_get_text (im_contact_get_jid (contact)));
  g_variant_builder_open (builder, G_VARIANT_TYPE ("a{sa{sv}}"));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GVariant *fact = im_contact_get_fact (contact, rows[i].fact);

      if (change & IM_CONTACT_FACT (rows[i].fact))
        g_variant_builder_add (
            builder, "{s@a{sv}}", rows[i].name,
            fact != NULL ? fact : g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
    }
  g_variant_builder_close (builder);
  g_variant_builder_close (builder);
}

static void
contacts_changed_cb (CmConnection *self, GPtrArray *contacts, GArray *changes, ImAccount *account)
{
  GVariantBuilder builder;
  ImContactChange wanted = 0;
  gboolean is_any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    wanted |= IM_CONTACT_FACT (rows[i].fact);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa{sa{sv}}}"));
  for (guint i = 0; i < contacts->len; i++)
    if (g_array_index (changes, ImContactChange, i) & wanted)
      {
        add_changes (&builder, contacts->pdata[i], g_array_index (changes, ImContactChange, i));
        is_any = TRUE;
      }
  if (is_any)
    lin_personal1_emit_changed (cm_connection_get_interface (self, LIN_TYPE_PERSONAL1),
                                g_variant_builder_end (&builder));
  else
    g_variant_builder_clear (&builder);
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (im_contact_get_fact (contact, rows[i].fact) != NULL)
      cm_packer_add_entry (attributes, rows[i].attribute,
                           im_contact_get_fact (contact, rows[i].fact));
}

void
cm_connection_add_personal (CmConnection *self)
{
  LinPersonal1 *skeleton = lin_personal1_skeleton_new ();

  g_signal_connect_object (skeleton, "handle-get", G_CALLBACK (handle_get_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-publish", G_CALLBACK (handle_publish_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "contacts-changed",
                           G_CALLBACK (contacts_changed_cb), self, G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
