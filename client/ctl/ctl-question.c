/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-question.c: takes the question whether a server's certificate is good.
 *
 * For as long as the object lives linnetctl is a client that handles channels of this kind; the
 * dispatcher gives it the one that the account's next sign-in brings. Others' are left to whoever
 * handles them. Telepathy Client.Handler */
#include "config.h"

#include "ctl/ctl-question.h"

#include <string.h>
#include <unistd.h>

#define CLIENT CTL_TELEPATHY "Client"
#define CHANNEL CTL_TELEPATHY "Channel"
#define TLS CHANNEL ".Type.ServerTLSConnection"
#define CERTIFICATE CTL_TELEPATHY "Authentication.TLSCertificate"
#define REJECT_UNTRUSTED 1
#define ERROR_UNTRUSTED CTL_ERROR_PREFIX "Cert.Untrusted"

static const char introspection[] =
    "<node>"
    "<interface name='" CLIENT "'><property name='Interfaces' type='as' access='read'/></interface>"
    "<interface name='" CLIENT ".Handler'>"
    "<method name='HandleChannels'><arg type='o' direction='in'/><arg type='o' direction='in'/>"
    "<arg type='a(oa{sv})' direction='in'/><arg type='ao' direction='in'/>"
    "<arg type='t' direction='in'/><arg type='a{sv}' direction='in'/></method>"
    "<property name='HandlerChannelFilter' type='aa{sv}' access='read'/>"
    "<property name='BypassApproval' type='b' access='read'/>"
    "<property name='Capabilities' type='as' access='read'/>"
    "<property name='HandledChannels' type='ao' access='read'/>"
    "</interface></node>";

struct _CtlQuestion
{
  Ctl *ctl; /* (unowned) */
  CtlAccount *account; /* (unowned) */
  char *client_name; /* (owned) */
  char *name; /* (owned) (nullable): of the connection, once the question has come */
  char *channel; /* (owned) (nullable) */
  char *certificate; /* (owned) (nullable): its object */
  guint objects[2];
  guint n_objects;
};

static void
take_channel (CtlQuestion *self, const char *connection, GVariant *channels)
{
  g_autoptr (GVariant) properties = NULL;
  const char *type = "";
  const char *channel;

  if (self->channel != NULL || g_variant_n_children (channels) != 1)
    return;
  g_variant_get_child (channels, 0, "(&o@a{sv})", &channel, &properties);
  g_variant_lookup (properties, CHANNEL ".ChannelType", "&s", &type);
  if (strcmp (type, TLS) != 0 ||
      !g_variant_lookup (properties, TLS ".ServerCertificate", "o", &self->certificate))
    return;
  self->channel = g_strdup (channel);
  self->name = g_strdelimit (g_strdup (connection + 1), "/", '.');
}

static void
called_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *arguments,
           GDBusMethodInvocation *invocation,
           gpointer data)
{
  CtlQuestion *self = data;
  g_autoptr (GVariant) channels = NULL;
  const char *account, *connection;

  g_variant_get (arguments, "(&o&o@a(oa{sv})@aot@a{sv})", &account, &connection, &channels, NULL,
                 NULL, NULL);
  if (strcmp (account, self->account->path) != 0)
    {
      g_dbus_method_invocation_return_dbus_error (invocation, CTL_ERROR_PREFIX "NotAvailable",
                                                  "linnetctl waits for another account");
      return;
    }
  take_channel (self, connection, channels);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static GVariant *
property_cb (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *interface,
             const char *property,
             GError **error,
             gpointer data)
{
  CtlQuestion *self = data;

  if (strcmp (property, "Interfaces") == 0)
    return g_variant_new_parsed ("['" CLIENT ".Handler']");
  if (strcmp (property, "HandlerChannelFilter") == 0)
    return g_variant_new_parsed ("[{'" CHANNEL ".ChannelType': <'" TLS "'>, '" CHANNEL
                                 ".TargetHandleType': <@u 0>}]");
  if (strcmp (property, "BypassApproval") == 0)
    return g_variant_new_boolean (TRUE);
  if (strcmp (property, "HandledChannels") == 0 && self->channel != NULL)
    return g_variant_new_parsed ("[%o]", self->channel);
  return g_variant_new_parsed (strcmp (property, "Capabilities") == 0 ? "@as []" : "@ao []");
}

static gboolean
call_bus (CtlQuestion *self, const char *method, GVariant *arguments, GError **error)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      self->ctl->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      method, arguments, G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);

  return reply != NULL;
}

/**
 * ctl_question_new:
 * @account: whose next sign-in may bring the question; outlives the object
 *
 * Returns: (transfer full) (nullable): ready to be asked
 */
CtlQuestion *
ctl_question_new (Ctl *ctl, CtlAccount *account, GError **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = called_cb,
                                               .get_property = property_cb };
  g_autoptr (CtlQuestion) self = g_new0 (CtlQuestion, 1);
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autofree char *path = NULL;

  self->ctl = ctl;
  self->account = account;
  self->client_name = g_strdup_printf (CLIENT ".LinnetCtl.p%d", (int) getpid ());
  path = g_strdelimit (g_strconcat ("/", self->client_name, NULL), ".", '/');
  for (guint i = 0; i < G_N_ELEMENTS (self->objects); i++)
    {
      self->objects[i] = g_dbus_connection_register_object (ctl->bus, path, node->interfaces[i],
                                                            &vtable, self, NULL, error);
      if (self->objects[i] == 0)
        return NULL;
      self->n_objects++;
    }
  if (!call_bus (self, "RequestName", g_variant_new ("(su)", self->client_name, 4), error))
    return NULL;
  return g_steal_pointer (&self);
}

/** ctl_question_free: what has come and was not answered is left to the service's own judgement */
void
ctl_question_free (CtlQuestion *self)
{
  g_autoptr (GVariant) closed G_GNUC_UNUSED = NULL;

  if (self->channel != NULL)
    closed = ctl_call (self->ctl, self->name, self->channel, CHANNEL, "Close", NULL, "()", NULL);
  call_bus (self, "ReleaseName", g_variant_new ("(s)", self->client_name), NULL);
  for (guint i = 0; i < self->n_objects; i++)
    g_dbus_connection_unregister_object (self->ctl->bus, self->objects[i]);
  g_free (self->client_name);
  g_free (self->name);
  g_free (self->channel);
  g_free (self->certificate);
  g_free (self);
}

/** ctl_question_has_come: Returns: whether the server's certificate has to be judged */
gboolean
ctl_question_has_come (CtlQuestion *self)
{
  return self->channel != NULL;
}

GVariant *
ctl_question_load_chain (CtlQuestion *self, GError **error)
{
  return ctl_get (self->ctl, self->name, self->certificate, CERTIFICATE, "CertificateChainData",
                  "aay", error);
}

/** ctl_question_accept: the key is good enough for this account from now on */
gboolean
ctl_question_accept (CtlQuestion *self, GError **error)
{
  g_autoptr (GVariant) reply =
      ctl_call (self->ctl, self->name, self->certificate, CERTIFICATE, "Accept", NULL, "()", error);

  return reply != NULL;
}

gboolean
ctl_question_reject (CtlQuestion *self, GError **error)
{
  g_autoptr (GVariant) reply =
      ctl_call (self->ctl, self->name, self->certificate, CERTIFICATE, "Reject",
                g_variant_new_parsed ("([(%u, %s, {'user-requested': <true>})],)",
                                      (guint32) REJECT_UNTRUSTED, ERROR_UNTRUSTED),
                "()", error);

  return reply != NULL;
}
