/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-discovery.c: what addresses are and can do. im.linnet.ServiceDiscovery1 */
#include "bus/cm-connection-private.h"

#include "bus/cm-short.h"
#include "dbus/linnet.h"
#include "im/im-caps.h"
#include "im/im-discover.h"

#define INTERFACE "im.linnet.ServiceDiscovery1"

typedef struct
{
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  GVariant *(*new_answer) (XmppNode *query);
} Question;

static GVariant *
new_info (XmppNode *query)
{
  return g_variant_new ("(@a(ssss)@as@aa(ssas))", im_discover_new_identities (query),
                        im_discover_new_features (query), im_discover_new_forms (query));
}

static GVariant *
new_items (XmppNode *query)
{
  return g_variant_new ("(@a(sss))", im_discover_new_items (query));
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Question *question = user_data;
  GError *error = NULL;
  g_autoptr (XmppNode) query = im_account_discover_finish (IM_ACCOUNT (source), result, &error);

  if (query == NULL)
    g_dbus_method_invocation_take_error (question->invocation, error);
  else
    g_dbus_method_invocation_return_value (question->invocation, question->new_answer (query));
}

static gboolean
ask (CmConnection *self,
     GDBusMethodInvocation *invocation,
     gboolean is_items,
     const char *address,
     const char *node)
{
  ImAccount *account = cm_connection_get_account (self);
  g_autoptr (XmppJid) jid = NULL;
  Question *question;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  jid = *address != '\0' ? xmpp_jid_new (address, NULL)
                         : xmpp_jid_dup_domain (im_account_get_jid (account));
  if (jid == NULL)
    {
      g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                             "“%s” is no address", CM_SHORT (address));
      return TRUE;
    }
  question = g_new0 (Question, 1);
  question->invocation = invocation;
  question->new_answer = is_items ? new_items : new_info;
  im_account_discover_async (account, is_items, jid, *node != '\0' ? node : NULL, NULL, answered_cb,
                             question);
  return TRUE;
}

static gboolean
handle_info_cb (CmConnection *self,
                GDBusMethodInvocation *invocation,
                const char *address,
                const char *node)
{
  return ask (self, invocation, FALSE, address, node);
}

static gboolean
handle_items_cb (CmConnection *self,
                 GDBusMethodInvocation *invocation,
                 const char *address,
                 const char *node)
{
  return ask (self, invocation, TRUE, address, node);
}

static GVariant *
new_device (const ImResource *resource)
{
  static const char *const none[] = { NULL };
  const ImCapsInfo *caps = resource->caps;
  const char *type = caps != NULL ? caps->type : NULL;

  return g_variant_new ("(sss^asb)", resource->name, type != NULL ? type : "",
                        caps != NULL ? caps->name : "",
                        caps != NULL ? (const char *const *) caps->features : none,
                        caps != NULL && caps->is_verified);
}

static gboolean
handle_devices_cb (CmConnection *self, GDBusMethodInvocation *invocation, const char *address)
{
  g_autoptr (GError) error = NULL;
  GVariantBuilder builder;
  ImContact *contact;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  contact = cm_handles_parse (cm_connection_get_handles (self), address, &error);
  if (contact == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sssasb)"));
  for (guint i = 0; i < im_contact_get_n_resources (contact); i++)
    g_variant_builder_add_value (&builder, new_device (im_contact_get_resource (contact, i)));
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a(sssasb))", &builder));
  return TRUE;
}

void
cm_connection_add_discovery (CmConnection *self)
{
  LinServiceDiscovery1 *skeleton = lin_service_discovery1_skeleton_new ();

  g_signal_connect_object (skeleton, "handle-info", G_CALLBACK (handle_info_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-items", G_CALLBACK (handle_items_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-devices", G_CALLBACK (handle_devices_cb), self,
                           G_CONNECT_SWAPPED);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
