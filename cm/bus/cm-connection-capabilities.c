/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-capabilities.c: which channels can be had with a contact, and what its devices are.
 * Telepathy: Connection.Interface.ContactCapabilities, .ClientTypes, .Resources
 *
 * Text can be had with everybody. The channels that need a feature at the other end are rows of the
 * modules (ImChannelClass): contacts have them by their verified capabilities, we by what programs
 * here handle. What no module has is nothing that we could say of ourselves. */
#include "bus/cm-connection-private.h"

#include <string.h>

#include "im/im-caps.h"
#include "im/im-module.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface."
#define CAPABILITIES INTERFACE "ContactCapabilities"
#define CLIENT_TYPES INTERFACE "ClientTypes"
#define RESOURCES INTERFACE "Resources.DRAFT"
#define CHANNEL "org.freedesktop.Telepathy.Channel"
#define HANDLE_TYPE_CONTACT 1
#define MAX_NAME_BYTES 255
#define RESOURCES_MAYBE_READABLE 1
#define MANY_CONTACTS 20

static void
add_class (GVariantBuilder *builder, const char *channel_type, const char *const *allowed)
{
  g_variant_builder_open (builder, G_VARIANT_TYPE ("(a{sv}as)"));
  g_variant_builder_open (builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (builder, "{sv}", CHANNEL ".ChannelType",
                         g_variant_new_string (channel_type));
  g_variant_builder_add (builder, "{sv}", CHANNEL ".TargetHandleType",
                         g_variant_new_uint32 (HANDLE_TYPE_CONTACT));
  g_variant_builder_close (builder);
  g_variant_builder_open (builder, G_VARIANT_TYPE_STRING_ARRAY);
  g_variant_builder_add (builder, "s", CHANNEL ".TargetHandle");
  g_variant_builder_add (builder, "s", CHANNEL ".TargetID");
  for (guint i = 0; allowed != NULL && allowed[i] != NULL; i++)
    g_variant_builder_add (builder, "s", allowed[i]);
  g_variant_builder_close (builder);
  g_variant_builder_close (builder);
}

/* a(a{sv}as) (transfer none): text alone; made once, because ten thousand contacts have the same.
 */
static GVariant *
get_text_class (void)
{
  static GVariant *classes;
  GVariantBuilder builder;

  if (classes == NULL)
    {
      g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(a{sv}as)"));
      add_class (&builder, CHANNEL ".Type.Text", NULL);
      classes = g_variant_ref_sink (g_variant_builder_end (&builder));
      g_variant_get_data (classes);
    }
  return classes;
}

/* a(a{sv}as) (transfer floating or none): text, and those of `mask` */
static GVariant *
new_classes (CmConnection *self, guint32 mask)
{
  GPtrArray *rows = im_account_get_channel_classes (cm_connection_get_account (self));
  GVariantBuilder builder;

  if (mask == 0)
    return get_text_class ();
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(a{sv}as)"));
  add_class (&builder, CHANNEL ".Type.Text", NULL);
  for (guint i = 0; i < rows->len; i++)
    if (mask & 1u << i)
      add_class (&builder, ((const ImChannelClass *) rows->pdata[i])->channel_type,
                 ((const ImChannelClass *) rows->pdata[i])->allowed);
  return g_variant_builder_end (&builder);
}

static GVariant *
new_contact_classes (CmConnection *self, ImContact *contact)
{
  return new_classes (self, im_account_get_classes_of (cm_connection_get_account (self), contact));
}

static gboolean
handle_get_contact_capabilities_cb (CmConnection *self,
                                    GDBusMethodInvocation *invocation,
                                    GVariant *handles)
{
  cm_connection_answer_each (self, invocation, handles, "a{ua(a{sv}as)}", new_contact_classes);
  return TRUE;
}

/* Whether channels with contacts of that type are among what a program handles; of its other
 * properties none could be said on the wire. */
static gboolean
does_handle (GVariant *filters, const char *channel_type)
{
  for (gsize i = 0; i < g_variant_n_children (filters); i++)
    {
      g_autoptr (GVariant) filter = g_variant_get_child_value (filters, i);
      guint32 handle_type = HANDLE_TYPE_CONTACT;
      const char *type = NULL;

      g_variant_lookup (filter, CHANNEL ".TargetHandleType", "u", &handle_type);
      if (g_variant_lookup (filter, CHANNEL ".ChannelType", "&s", &type) &&
          g_str_equal (type, channel_type) && handle_type == HANDLE_TYPE_CONTACT)
        return TRUE;
    }
  return FALSE;
}

/**
 * cm_connection_update_capabilities:
 * @capabilities: a(saa{sv}as): programs, each with the channels that it handles and the rest of
 *   what it can do, instead of what it said before
 *
 * Spec: Telepathy Connection.Interface.ContactCapabilities, UpdateCapabilities
 */
void
cm_connection_update_capabilities (CmConnection *self, GVariant *capabilities)
{
  ImAccount *account = cm_connection_get_account (self);
  GPtrArray *rows = im_account_get_channel_classes (account);
  GVariantIter iter;
  const char *client;
  GVariant *raw;

  g_variant_iter_init (&iter, capabilities);
  while (g_variant_iter_next (&iter, "(&s@aa{sv}@as)", &client, &raw, NULL))
    {
      g_autoptr (GVariant) filters = raw;
      guint32 mask = 0;

      for (guint i = 0; i < rows->len; i++)
        if (does_handle (filters, ((const ImChannelClass *) rows->pdata[i])->channel_type))
          mask |= 1u << i;
      if (strlen (client) > MAX_NAME_BYTES || !im_account_set_handled (account, client, mask))
        g_debug ("A program that says what it handles is one too many");
    }
  im_account_announce_features (account);
}

static gboolean
handle_update_capabilities_cb (CmConnection *self,
                               GDBusMethodInvocation *invocation,
                               GVariant *capabilities)
{
  cm_connection_update_capabilities (self, capabilities);
  g_dbus_method_invocation_return_value (invocation, NULL);
  return TRUE;
}

static void
add_capabilities (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  g_autoptr (GVariant) classes = g_variant_ref_sink (new_contact_classes (self, contact));

  cm_packer_add_entry (attributes, CAPABILITIES "/capabilities", classes);
}

/* as (transfer floating) */
static GVariant *
new_type (const char *type)
{
  return g_variant_new_strv (&type, type != NULL ? 1 : 0);
}

/* NULL: not known. */
static GVariant *
new_client_types (CmConnection *self, ImContact *contact)
{
  return im_contact_is_client_type_known (contact) ? new_type (im_contact_get_client_type (contact))
                                                   : NULL;
}

static gboolean
handle_get_client_types_cb (CmConnection *self,
                            GDBusMethodInvocation *invocation,
                            GVariant *handles)
{
  cm_connection_answer_each (self, invocation, handles, "a{uas}", new_client_types);
  return TRUE;
}

typedef struct
{
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  ImContact *contact; /* lives as long as the account */
} TypeRequest;

static void
found_out_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree TypeRequest *request = user_data;
  GError *error = NULL;

  if (im_account_wait_for_caps_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (
        request->invocation,
        g_variant_new ("(@as)", new_type (im_contact_get_client_type (request->contact))));
  else
    g_dbus_method_invocation_take_error (request->invocation, error);
}

/* What a device claims is asked for as soon as it is there: there is only the answer to wait for.
 */
static gboolean
handle_request_client_types_cb (CmConnection *self, GDBusMethodInvocation *invocation, guint handle)
{
  ImContact *contact = cm_connection_check_contact (self, invocation, handle);
  TypeRequest *request;

  if (contact == NULL)
    return TRUE;
  request = g_new (TypeRequest, 1);
  request->invocation = invocation;
  request->contact = contact;
  im_account_wait_for_caps_async (cm_connection_get_account (self), contact, found_out_cb, request);
  return TRUE;
}

static void
add_client_types (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  const char *type = im_contact_get_client_type (contact);

  if (!im_contact_is_client_type_known (contact))
    return;
  cm_packer_open_entry (attributes, CLIENT_TYPES "/client-types");
  cm_packer_open_array (attributes, 1);
  if (type != NULL)
    cm_packer_add_string (attributes, type);
  cm_packer_close (attributes);
  cm_packer_close_entry (attributes, "as");
}

static GVariant *
new_resource (CmConnection *self, const ImResource *resource)
{
  ImAccount *account = cm_connection_get_account (self);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (
      &builder, "{sv}", INTERFACE "SimplePresence/presence",
      g_variant_new ("(uss)", (guint) resource->type, resource->status, resource->message));
  g_variant_builder_add (
      &builder, "{sv}", CAPABILITIES "/capabilities",
      new_classes (self, im_account_get_classes_of_resource (account, resource)));
  if (resource->caps != NULL && resource->caps->type != NULL)
    g_variant_builder_add (&builder, "{sv}", CLIENT_TYPES "/client-types",
                           new_type (resource->caps->type));
  return g_variant_builder_end (&builder);
}

/* a{sa{sv}} (transfer floating): the best first */
static GVariant *
new_resources (CmConnection *self, ImContact *contact)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa{sv}}"));
  for (guint i = 0; i < im_contact_get_n_resources (contact); i++)
    {
      const ImResource *resource = im_contact_get_resource (contact, i);

      g_variant_builder_add (&builder, "{s@a{sv}}", resource->name, new_resource (self, resource));
    }
  return g_variant_builder_end (&builder);
}

static gboolean
handle_get_resources_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *handles)
{
  cm_connection_want_resources (self);
  cm_connection_answer_each (self, invocation, handles, "a{ua{sa{sv}}}", new_resources);
  return TRUE;
}

/* Who asks for it wants to hear of changes, too. */
static void
add_resources (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  g_autoptr (GVariant) resources = g_variant_ref_sink (new_resources (self, contact));

  cm_connection_want_resources (self);
  cm_packer_add_entry (attributes, RESOURCES "/resources", resources);
}

/* One signal for all. */
static void
tell_classes (CmConnection *self, GPtrArray *contacts, GArray *changes)
{
  GVariantBuilder builder;
  guint n = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ua(a{sv}as)}"));
  for (guint i = 0; i < contacts->len; i++)
    if (g_array_index (changes, ImContactChange, i) & IM_CONTACT_CLASSES &&
        im_contact_get_handle (contacts->pdata[i]) != 0)
      {
        g_variant_builder_add (&builder, "{u@a(a{sv}as)}",
                               im_contact_get_handle (contacts->pdata[i]),
                               new_contact_classes (self, contacts->pdata[i]));
        n++;
      }
  if (n > 0)
    tp_connection_interface_contact_capabilities_emit_contact_capabilities_changed (
        cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_CONTACT_CAPABILITIES),
        g_variant_builder_end (&builder));
  else
    g_variant_builder_clear (&builder);
}

/* The others have a signal for each contact. That of resources, which few look at, is told from
 * when somebody first asked for some. */
static void
contacts_changed_cb (CmConnection *self, GPtrArray *contacts, GArray *changes, ImAccount *account)
{
  TpConnectionInterfaceClientTypes *types =
      cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_CLIENT_TYPES);
  TpConnectionInterfaceResources *resources =
      cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_RESOURCES);

  tell_classes (self, contacts, changes);
  for (guint i = 0; i < contacts->len; i++)
    {
      ImContact *contact = contacts->pdata[i];
      ImContactChange change = g_array_index (changes, ImContactChange, i);
      const char *type = im_contact_get_client_type (contact);

      if (im_contact_get_handle (contact) == 0)
        continue;
      if (change & IM_CONTACT_CLIENT_TYPE)
        tp_connection_interface_client_types_emit_client_types_updated (
            types, im_contact_get_handle (contact), (const char *const[]){ type, NULL });
      if (cm_connection_wants_resources (self) &&
          change & (IM_CONTACT_RESOURCES | IM_CONTACT_CLIENT_TYPE | IM_CONTACT_CAPS))
        tp_connection_interface_resources_emit_resources_updated (
            resources, im_contact_get_handle (contact), new_resources (self, contact));
    }
  if (contacts->len >= MANY_CONTACTS)
    cm_connection_trim_soon (self);
}

void
cm_connection_add_capabilities (CmConnection *self)
{
  TpConnectionInterfaceContactCapabilities *capabilities =
      tp_connection_interface_contact_capabilities_skeleton_new ();
  TpConnectionInterfaceClientTypes *types = tp_connection_interface_client_types_skeleton_new ();
  TpConnectionInterfaceResources *resources = tp_connection_interface_resources_skeleton_new ();

  /* What was said of another connection ended with it. */
  im_account_forget_handled (cm_connection_get_account (self));
  im_account_announce_features (cm_connection_get_account (self));
  g_signal_connect_object (capabilities, "handle-get-contact-capabilities",
                           G_CALLBACK (handle_get_contact_capabilities_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (capabilities, "handle-update-capabilities",
                           G_CALLBACK (handle_update_capabilities_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (types, "handle-get-client-types",
                           G_CALLBACK (handle_get_client_types_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (types, "handle-request-client-types",
                           G_CALLBACK (handle_request_client_types_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (resources, "handle-get-resources", G_CALLBACK (handle_get_resources_cb),
                           self, G_CONNECT_SWAPPED);
  tp_connection_interface_resources_set_resources_human_readable (resources,
                                                                  RESOURCES_MAYBE_READABLE);
  g_signal_connect_object (cm_connection_get_account (self), "contacts-changed",
                           G_CALLBACK (contacts_changed_cb), self, G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, CAPABILITIES, add_capabilities);
  cm_connection_add_attributes (self, CLIENT_TYPES, add_client_types);
  cm_connection_add_attributes (self, RESOURCES, add_resources);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (capabilities), CAPABILITIES);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (types), CLIENT_TYPES);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (resources), RESOURCES);
}
