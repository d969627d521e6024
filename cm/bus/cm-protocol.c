/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-protocol.c: the protocol “jabber”. Telepathy: Protocol, Protocol.Interface.Presence,
 * .Addressing
 *
 * What stands here stands in data/linnet.manager too; a test compares them. */
#include "bus/cm-protocol.h"

#include "bus/cm-short.h"

#include "dbus/telepathy.h"
#include "im/im-avatar.h"
#include "im/im-parameters.h"
#include "im/im-types.h"
#include "xmpp/xmpp-uri.h"

/* "org.freedesktop.Telepathy.Connection.linnet.<protocol>." stands before it. */
#define MAX_ELEMENT_BYTES 190
#define TP "org.freedesktop.Telepathy."
#define URI_SCHEME "xmpp"

struct _CmProtocol
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  TpProtocol *protocol; /* (owned) */
  TpProtocolInterfacePresence *presence; /* (owned) */
  TpProtocolInterfaceAddressing *addressing; /* (owned) */
  TpProtocolInterfaceAvatars *avatars; /* (owned) */
  GVariant *properties; /* (owned) a{sv} */
};

G_DEFINE_FINAL_TYPE (CmProtocol, cm_protocol, G_TYPE_OBJECT)

const char *const cm_protocol_connection_interfaces[] = {
  TP "Connection.Interface.Requests",
  TP "Connection.Interface.Contacts",
  TP "Connection.Interface.ContactList",
  TP "Connection.Interface.ContactGroups",
  TP "Connection.Interface.ContactBlocking",
  TP "Connection.Interface.Addressing1",
  TP "Connection.Interface.Aliasing",
  TP "Connection.Interface.Avatars",
  TP "Connection.Interface.SimplePresence",
  TP "Connection.Interface.ContactCapabilities",
  TP "Connection.Interface.ClientTypes",
  TP "Connection.Interface.Resources.DRAFT",
  TP "Connection.Interface.ContactInfo",
  TP "Connection.Interface.Location",
  TP "Connection.Interface.Keepalive.DRAFT",
  TP "Connection.Interface.PowerSaving",
  TP "Connection.Interface.Sidecars1",
  "im.linnet.Conversations1",
  "im.linnet.History1",
  "im.linnet.Approvals1",
  "im.linnet.Confusables1",
  "im.linnet.Gateways1",
  "im.linnet.Groups1",
  "im.linnet.Idle1",
  "im.linnet.Personal1",
  "im.linnet.Security1",
  "im.linnet.ServiceDiscovery1",
  NULL,
};

static const char *const protocol_interfaces[] = {
  TP "Protocol.Interface.Presence",
  TP "Protocol.Interface.Addressing",
  TP "Protocol.Interface.Avatars",
  NULL,
};

static const char *const authentication_types[] = {
  TP "Channel.Type.ServerTLSConnection",
  TP "Channel.Interface.SASLAuthentication",
  TP "Channel.Interface.CaptchaAuthentication1",
  NULL,
};

static const char *const vcard_fields[] = { CM_PROTOCOL_VCARD_FIELD, NULL };
static const char *const uri_schemes[] = { URI_SCHEME, NULL };

static const struct
{
  const char *name;
  ImPresenceType type;
  gboolean may_set_on_self;
  gboolean can_have_message;
} statuses[] = {
  { "available", IM_PRESENCE_AVAILABLE, TRUE, TRUE },
  { "chat", IM_PRESENCE_AVAILABLE, TRUE, TRUE },
  { "away", IM_PRESENCE_AWAY, TRUE, TRUE },
  { "xa", IM_PRESENCE_EXTENDED_AWAY, TRUE, TRUE },
  { "dnd", IM_PRESENCE_BUSY, TRUE, TRUE },
  { "hidden", IM_PRESENCE_HIDDEN, TRUE, TRUE },
  { "offline", IM_PRESENCE_OFFLINE, FALSE, TRUE },
  { "unknown", IM_PRESENCE_UNKNOWN, FALSE, FALSE },
  { "error", IM_PRESENCE_ERROR, FALSE, FALSE },
};

/**
 * cm_protocol_new_statuses:
 * @can_hide: “hidden” is among them
 *
 * Returns: (transfer floating): a{s(ubb)}
 * Spec: Telepathy Connection.Interface.SimplePresence, Statuses
 */
GVariant *
cm_protocol_new_statuses (gboolean can_hide)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{s(ubb)}"));
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (can_hide || statuses[i].type != IM_PRESENCE_HIDDEN)
      g_variant_builder_add (&builder, "{s(ubb)}", statuses[i].name, (guint) statuses[i].type,
                             statuses[i].may_set_on_self, statuses[i].can_have_message);
  return g_variant_builder_end (&builder);
}

/* The default of a parameter or, without one, some value of its type. */
static GVariant *
dup_default_or_dummy (const ImParameter *parameter)
{
  GVariant *value = im_parameters_dup_default (parameter);

  if (value != NULL)
    return value;
  if (g_str_equal (parameter->signature, "s"))
    return g_variant_ref_sink (g_variant_new_string (""));
  if (g_str_equal (parameter->signature, "as"))
    return g_variant_ref_sink (g_variant_new_strv (NULL, 0));
  return g_variant_parse (G_VARIANT_TYPE (parameter->signature),
                          g_str_equal (parameter->signature, "b") ? "false" : "0", NULL, NULL,
                          NULL);
}

/**
 * cm_protocol_new_parameters:
 *
 * Returns: (transfer floating): a(susv); a parameter without a default has a dummy of its type
 * Spec: Telepathy ConnectionManager, Param_Spec
 */
GVariant *
cm_protocol_new_parameters (void)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(susv)"));
  for (const ImParameter *parameter = im_parameters_get_all (); parameter->name != NULL;
       parameter++)
    {
      g_autoptr (GVariant) value = dup_default_or_dummy (parameter);

      g_variant_builder_add (&builder, "(susv)", parameter->name, (guint) parameter->flags,
                             parameter->signature, value);
    }
  return g_variant_builder_end (&builder);
}

/**
 * cm_protocol_new_requestable_classes:
 *
 * Returns: (transfer floating): a(a{sv}as)
 * Spec: Telepathy Connection.Interface.Requests, RequestableChannelClasses
 */
GVariant *
cm_protocol_new_requestable_classes (void)
{
  static const char *const text[] = { TP "Channel.TargetHandle", TP "Channel.TargetID", NULL };
  static const char *const search[] = { TP "Channel.Type.ContactSearch.Server",
                                        TP "Channel.Type.ContactSearch.Limit", NULL };

  return g_variant_new_parsed ("[({'" TP "Channel.ChannelType': <'" TP "Channel.Type.Text'>,"
                               "   '" TP "Channel.TargetHandleType': <uint32 1>}, %@as),"
                               " ({'" TP "Channel.ChannelType': <'" TP
                               "Channel.Type.ContactSearch'>}, %@as)]",
                               g_variant_new_strv (text, -1), g_variant_new_strv (search, -1));
}

static gboolean
handle_identify_account_cb (CmProtocol *self,
                            GDBusMethodInvocation *invocation,
                            GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) checked = im_parameters_check_all (parameters, &error);
  const char *account;

  if (checked == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  if (g_variant_lookup (checked, "account", "&s", &account))
    tp_protocol_complete_identify_account (self->protocol, invocation, account);
  else
    g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                                   "“account” is missing");
  return TRUE;
}

/* The normalised bare address, or NULL with IM_ERROR_INVALID_ARGUMENT. */
static char *
normalize (const char *address, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, &local_error);

  if (jid == NULL)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” is not an address: %s",
                   CM_SHORT (address), local_error->message);
      return NULL;
    }
  return g_strdup (xmpp_jid_get_bare_text (jid));
}

static gboolean
handle_normalize_contact_cb (CmProtocol *self,
                             GDBusMethodInvocation *invocation,
                             const char *contact_id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *normalized = normalize (contact_id, &error);

  if (normalized == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    tp_protocol_complete_normalize_contact (self->protocol, invocation, normalized);
  return TRUE;
}

static gboolean
handle_normalize_vcard_address_cb (CmProtocol *self,
                                   GDBusMethodInvocation *invocation,
                                   const char *field,
                                   const char *address)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *normalized = NULL;

  if (g_ascii_strcasecmp (field, CM_PROTOCOL_VCARD_FIELD) != 0)
    {
      g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED,
                                             "“%s” is not a vCard field of this protocol; “%s” is",
                                             CM_SHORT (field), CM_PROTOCOL_VCARD_FIELD);
      return TRUE;
    }
  normalized = normalize (address, &error);
  if (normalized == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    tp_protocol_interface_addressing_complete_normalize_vcard_address (self->addressing, invocation,
                                                                       normalized);
  return TRUE;
}

/* (transfer full) (nullable) */
static XmppUri *
read_uri (const char *text, GError **error)
{
  g_autofree char *scheme = g_uri_parse_scheme (text);
  g_autoptr (GError) local_error = NULL;
  XmppUri *uri;

  if (scheme == NULL || g_ascii_strcasecmp (scheme, URI_SCHEME) != 0)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED, "The URI does not begin with “%s:”",
                   URI_SCHEME);
      return NULL;
    }
  uri = xmpp_uri_new_from_text (text, &local_error);
  if (uri == NULL)
    g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The URI does not name a contact. %s",
                 local_error->message);
  return uri;
}

static void
fail_no_contact (GError **error)
{
  g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                       "The URI does not name a contact");
}

/**
 * cm_protocol_parse_uri:
 * @text: as a program wrote it
 *
 * An account of its own, or something to do, does not name a contact.
 *
 * Returns: (transfer full) (nullable): the bare address of a contact
 * Errors: IM_ERROR_NOT_IMPLEMENTED (another scheme), IM_ERROR_INVALID_ARGUMENT
 * Spec: RFC 5122; Telepathy Protocol.Interface.Addressing
 */
XmppJid *
cm_protocol_parse_uri (const char *text, GError **error)
{
  g_autoptr (XmppUri) uri = read_uri (text, error);

  if (uri == NULL)
    return NULL;
  if (xmpp_uri_get_account (uri) != NULL || xmpp_uri_get_action (uri) != XMPP_URI_SHOW ||
      xmpp_uri_get_n_values (uri) > 0)
    {
      fail_no_contact (error);
      return NULL;
    }
  return xmpp_jid_dup_bare (xmpp_uri_get_jid (uri));
}

/** cm_protocol_dup_uri: @jid: of a contact. Returns: (transfer full): its URI. Spec: RFC 5122 */
char *
cm_protocol_dup_uri (XmppJid *jid)
{
  g_autoptr (XmppUri) uri = xmpp_uri_new (jid, XMPP_URI_SHOW);

  return xmpp_uri_to_text (uri);
}

/* What is left of a link without what it asks for: “this extra information SHOULD be removed”. */
static char *
normalize_uri (const char *text, GError **error)
{
  g_autoptr (XmppUri) uri = read_uri (text, error);
  g_autoptr (XmppJid) bare = NULL;

  if (uri == NULL)
    return NULL;
  /* What is asked of a room is not asked of a person. */
  if (xmpp_uri_get_action (uri) == XMPP_URI_JOIN || xmpp_uri_get_action (uri) == XMPP_URI_INVITE)
    {
      fail_no_contact (error);
      return NULL;
    }
  bare = xmpp_jid_dup_bare (xmpp_uri_get_jid (uri));
  return cm_protocol_dup_uri (bare);
}

static gboolean
handle_normalize_contact_uri_cb (CmProtocol *self,
                                 GDBusMethodInvocation *invocation,
                                 const char *uri)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *normalized = normalize_uri (uri, &error);

  if (normalized == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    tp_protocol_interface_addressing_complete_normalize_contact_uri (self->addressing, invocation,
                                                                     normalized);
  return TRUE;
}

static void
set_avatar_properties (CmProtocol *self)
{
  g_object_set (self->avatars, "supported-avatar-mime-types", im_avatar_mime_types,
                "recommended-avatar-height", IM_AVATAR_GOOD_SIDE, "recommended-avatar-width",
                IM_AVATAR_GOOD_SIDE, "maximum-avatar-height", IM_AVATAR_MAX_SIDE,
                "maximum-avatar-width", IM_AVATAR_MAX_SIDE, "maximum-avatar-bytes",
                IM_AVATAR_MAX_OWN_BYTES, NULL);
}

static void
set_properties (CmProtocol *self)
{
  GVariantBuilder builder;

  tp_protocol_set_interfaces (self->protocol, protocol_interfaces);
  tp_protocol_set_parameters (self->protocol, cm_protocol_new_parameters ());
  tp_protocol_set_connection_interfaces (self->protocol, cm_protocol_connection_interfaces);
  tp_protocol_set_requestable_channel_classes (self->protocol,
                                               cm_protocol_new_requestable_classes ());
  tp_protocol_set_vcard_field (self->protocol, CM_PROTOCOL_VCARD_FIELD);
  tp_protocol_set_english_name (self->protocol, "Jabber");
  tp_protocol_set_icon (self->protocol, "im-jabber");
  tp_protocol_set_authentication_types (self->protocol, authentication_types);
  tp_protocol_interface_presence_set_statuses (self->presence, cm_protocol_new_statuses (TRUE));
  tp_protocol_interface_addressing_set_addressable_vcard_fields (self->addressing, vcard_fields);
  tp_protocol_interface_addressing_set_addressable_uri_schemes (self->addressing, uri_schemes);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
#define ADD(name, value) g_variant_builder_add (&builder, "{sv}", TP "Protocol." name, value)
  ADD ("Interfaces", g_variant_new_strv (protocol_interfaces, -1));
  ADD ("Parameters", cm_protocol_new_parameters ());
  ADD ("ConnectionInterfaces", g_variant_new_strv (cm_protocol_connection_interfaces, -1));
  ADD ("RequestableChannelClasses", cm_protocol_new_requestable_classes ());
  ADD ("VCardField", g_variant_new_string (CM_PROTOCOL_VCARD_FIELD));
  ADD ("EnglishName", g_variant_new_string ("Jabber"));
  ADD ("Icon", g_variant_new_string ("im-jabber"));
  ADD ("AuthenticationTypes", g_variant_new_strv (authentication_types, -1));
  ADD ("Interface.Presence.Statuses", cm_protocol_new_statuses (TRUE));
  ADD ("Interface.Addressing.AddressableVCardFields", g_variant_new_strv (vcard_fields, -1));
  ADD ("Interface.Addressing.AddressableURISchemes", g_variant_new_strv (uri_schemes, -1));
  ADD ("Interface.Avatars.SupportedAvatarMIMETypes", g_variant_new_strv (im_avatar_mime_types, -1));
  ADD ("Interface.Avatars.MinimumAvatarHeight", g_variant_new_uint32 (0));
  ADD ("Interface.Avatars.MinimumAvatarWidth", g_variant_new_uint32 (0));
  ADD ("Interface.Avatars.RecommendedAvatarHeight", g_variant_new_uint32 (IM_AVATAR_GOOD_SIDE));
  ADD ("Interface.Avatars.RecommendedAvatarWidth", g_variant_new_uint32 (IM_AVATAR_GOOD_SIDE));
  ADD ("Interface.Avatars.MaximumAvatarHeight", g_variant_new_uint32 (IM_AVATAR_MAX_SIDE));
  ADD ("Interface.Avatars.MaximumAvatarWidth", g_variant_new_uint32 (IM_AVATAR_MAX_SIDE));
  ADD ("Interface.Avatars.MaximumAvatarBytes", g_variant_new_uint32 (IM_AVATAR_MAX_OWN_BYTES));
#undef ADD
  self->properties = g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
cm_protocol_dispose (GObject *object)
{
  CmProtocol *self = CM_PROTOCOL (object);

  if (self->bus != NULL)
    {
      g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->protocol));
      g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->presence));
      g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->addressing));
      g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->avatars));
    }
  g_clear_object (&self->protocol);
  g_clear_object (&self->presence);
  g_clear_object (&self->addressing);
  g_clear_object (&self->avatars);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (cm_protocol_parent_class)->dispose (object);
}

static void
cm_protocol_finalize (GObject *object)
{
  g_clear_pointer (&CM_PROTOCOL (object)->properties, g_variant_unref);
  G_OBJECT_CLASS (cm_protocol_parent_class)->finalize (object);
}

static void
cm_protocol_class_init (CmProtocolClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_protocol_dispose;
  G_OBJECT_CLASS (klass)->finalize = cm_protocol_finalize;
}

static void
cm_protocol_init (CmProtocol *self)
{
  self->protocol = tp_protocol_skeleton_new ();
  self->presence = tp_protocol_interface_presence_skeleton_new ();
  self->addressing = tp_protocol_interface_addressing_skeleton_new ();
  self->avatars = tp_protocol_interface_avatars_skeleton_new ();
  set_avatar_properties (self);
  set_properties (self);
  g_signal_connect_object (self->protocol, "handle-identify-account",
                           G_CALLBACK (handle_identify_account_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->protocol, "handle-normalize-contact",
                           G_CALLBACK (handle_normalize_contact_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->addressing, "handle-normalize-vcard-address",
                           G_CALLBACK (handle_normalize_vcard_address_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->addressing, "handle-normalize-contact-uri",
                           G_CALLBACK (handle_normalize_contact_uri_cb), self, G_CONNECT_SWAPPED);
}

/**
 * cm_protocol_new:
 * @bus: where to export it
 *
 * Returns: (transfer full) (nullable): the exported protocol
 * Errors: those of g_dbus_interface_skeleton_export ()
 */
CmProtocol *
cm_protocol_new (GDBusConnection *bus, GError **error)
{
  static const char path[] =
      "/org/freedesktop/Telepathy/ConnectionManager/linnet/" CM_PROTOCOL_NAME;
  g_autoptr (CmProtocol) self = g_object_new (CM_TYPE_PROTOCOL, NULL);

  self->bus = g_object_ref (bus);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->protocol), bus, path,
                                         error) ||
      !g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->presence), bus, path,
                                         error) ||
      !g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->addressing), bus, path,
                                         error) ||
      !g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->avatars), bus, path,
                                         error))
    return NULL;
  return g_steal_pointer (&self);
}

GVariant *
cm_protocol_get_properties (CmProtocol *self)
{
  return self->properties;
}

/**
 * cm_protocol_escape:
 * @text: an address
 *
 * Telepathy's way to make a D-Bus path element of any text: letters and digits stay, other bytes
 * become _xx. A connection's path is its bus name too, which has 255 bytes at most: the end of what
 * would be too long is a hash of all of it.
 *
 * Returns: (transfer full): the element
 */
char *
cm_protocol_escape (const char *text)
{
  GString *escaped = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    {
      if (g_ascii_isalpha (*c) || (g_ascii_isdigit (*c) && c != text))
        g_string_append_c (escaped, *c);
      else
        g_string_append_printf (escaped, "_%02x", (guchar) *c);
    }
  if (escaped->len == 0)
    g_string_append_c (escaped, '_');
  if (escaped->len > MAX_ELEMENT_BYTES)
    {
      g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA1, text, -1);

      g_string_truncate (escaped, MAX_ELEMENT_BYTES - strlen (hash));
      g_string_append (escaped, hash);
    }
  return g_string_free (escaped, FALSE);
}
