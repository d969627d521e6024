/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-account.c: the D-Bus object of a kept account. Telepathy: Account,
 * Account.Interface.Addressing, .Avatar, .Storage, .Hidden
 *
 * Whatever changes of the account in one turn of the main loop is one AccountPropertyChanged. */
#include "bus/cm-account.h"

#include "bus/cm-account-avatar.h"
#include "bus/cm-account-settings.h"
#include "bus/cm-conversations.h"
#include "bus/cm-history.h"
#include "bus/cm-password.h"
#include "bus/cm-security.h"
#include "bus/cm-settable-skeleton.h"
#include "bus/cm-status.h"
#include "dbus/telepathy.h"

#define STORAGE_INTERFACE "org.freedesktop.Telepathy.Account.Interface.Storage"
#define PATH_PREFIX "/org/freedesktop/Telepathy/Account/"

struct _CmAccount
{
  GObject parent_instance;

  CmService *service; /* (unowned): it owns us by the account manager */
  ImAccount *account; /* (owned) */
  TpAccount *skeleton; /* (owned) */
  TpAccountInterfaceAddressing *addressing; /* (owned) */
  TpAccountInterfaceAvatar *avatar; /* (owned) */
  TpAccountInterfaceStorage *storage; /* (owned) */
  TpAccountInterfaceHidden *hidden; /* (owned) */
  CmPassword *password; /* (owned) */
  CmConversations *conversations; /* (owned) */
  CmHistory *history; /* (owned) */
  CmSecurity *security; /* (owned) */
  char *object_path; /* (owned) */
  GVariant *told; /* (owned) a{sv}: what the bus knows */
  guint idle_id;
  gboolean is_changing; /* its presence, just now */
  gboolean is_reconnecting; /* just now */
};

G_DEFINE_FINAL_TYPE (CmAccount, cm_account, G_TYPE_OBJECT)

/* Which property of the skeleton shows which of Telepathy's. */
static const struct
{
  const char *name;
  const char *property;
} properties[] = {
  { "DisplayName", "display-name" },
  { "Icon", "icon" },
  { "Valid", "valid" },
  { "Enabled", "enabled" },
  { "Nickname", "nickname" },
  { "Service", "service" },
  { "Supersedes", "supersedes" },
  { "Parameters", "parameters" },
  { "AutomaticPresence", "automatic-presence" },
  { "ConnectAutomatically", "connect-automatically" },
  { "Connection", "connection" },
  { "ConnectionStatus", "connection-status" },
  { "ConnectionStatusReason", "connection-status-reason" },
  { "ConnectionError", "connection-error" },
  { "ConnectionErrorDetails", "connection-error-details" },
  { "CurrentPresence", "current-presence" },
  { "RequestedPresence", "requested-presence" },
  { "ChangingPresence", "changing-presence" },
  { "NormalizedName", "normalized-name" },
  { "HasBeenOnline", "has-been-online" },
};

static GVariant *
new_presence (const ImPresence *presence)
{
  return g_variant_new ("(uss)", (guint) presence->type, presence->status, presence->message);
}

static const ImPresence offline = { IM_PRESENCE_OFFLINE, (char *) "offline", (char *) "" };

/* What is asked of a server that cannot do it ends as something else, and has ended all the same.
 */
static gboolean
is_changing_presence (CmAccount *self)
{
  ImAccount *account = self->account;
  ImAccountState state = im_account_get_state (account);

  return im_account_is_enabled (account) && im_account_is_valid (account) &&
         (state == IM_ACCOUNT_CONNECTING || (state == IM_ACCOUNT_ONLINE && self->is_changing));
}

static void
add_status (CmAccount *self, GVariantBuilder *values)
{
  ImAccount *account = self->account;
  ImAccountState state = im_account_get_state (account);
  const GError *error = im_account_get_error (account);
  /* One that is about to go is none any more. */
  CmConnection *connection = self->is_reconnecting && state == IM_ACCOUNT_OFFLINE
                                 ? NULL
                                 : cm_service_get_connection (self->service, account, FALSE);
  GVariant *details = error != NULL ? im_account_get_error_details (account) : NULL;
  static const guint statuses[] = {
    [IM_ACCOUNT_OFFLINE] = CM_STATUS_DISCONNECTED,
    [IM_ACCOUNT_CONNECTING] = CM_STATUS_CONNECTING,
    [IM_ACCOUNT_ONLINE] = CM_STATUS_CONNECTED,
  };

#define ADD(name, value) g_variant_builder_add (values, "{sv}", name, value)
  ADD ("Connection", g_variant_new_object_path (
                         connection != NULL ? cm_connection_get_object_path (connection) : "/"));
  /* "Conceptually connecting even though there is no Connection." */
  ADD ("ConnectionStatus",
       g_variant_new_uint32 (im_account_is_waiting (account) ? CM_STATUS_CONNECTING
                                                             : statuses[state]));
  ADD ("ConnectionStatusReason",
       g_variant_new_uint32 (error != NULL ? cm_status_reason_from_error (error)
                                           : CM_REASON_REQUESTED));
  ADD ("ConnectionError",
       g_variant_new_string (error != NULL ? im_account_get_error_name (account) : ""));
  ADD ("ConnectionErrorDetails", details != NULL ? details : g_variant_new ("a{sv}", NULL));
  ADD ("CurrentPresence",
       new_presence (state == IM_ACCOUNT_ONLINE ? im_account_get_presence (account) : &offline));
}

/* "Not known yet" until the server has said it once. */
static const char *
get_normalized_name (ImAccount *account)
{
  return im_account_has_been_online (account) ? xmpp_jid_get_text (im_account_get_jid (account))
                                              : "";
}

static GVariant *
new_values (CmAccount *self)
{
  ImAccount *account = self->account;
  g_autoptr (GVariant) supersedes = cm_account_settings_dup_supersedes (account);
  GVariantBuilder values;

  g_variant_builder_init (&values, G_VARIANT_TYPE_VARDICT);
  add_status (self, &values);
  g_variant_builder_add (&values, "{sv}", "DisplayName",
                         g_variant_new_string (im_account_get_display_name (account)));
  g_variant_builder_add (&values, "{sv}", "Icon",
                         g_variant_new_string (im_account_get_icon_name (account)));
  g_variant_builder_add (&values, "{sv}", "Valid",
                         g_variant_new_boolean (im_account_is_valid (account)));
  g_variant_builder_add (&values, "{sv}", "Enabled",
                         g_variant_new_boolean (im_account_is_enabled (account)));
  g_variant_builder_add (&values, "{sv}", "Nickname",
                         g_variant_new_string (im_account_get_nickname (account)));
  g_variant_builder_add (&values, "{sv}", "Service",
                         g_variant_new_string (cm_account_settings_get_service (account)));
  g_variant_builder_add (&values, "{sv}", "Supersedes", supersedes);
  g_variant_builder_add (&values, "{sv}", "Parameters", im_account_get_parameters (account));
  g_variant_builder_add (&values, "{sv}", "AutomaticPresence",
                         new_presence (im_account_get_automatic_presence (account)));
  g_variant_builder_add (&values, "{sv}", "ConnectAutomatically",
                         g_variant_new_boolean (im_account_get_connect_automatically (account)));
  g_variant_builder_add (&values, "{sv}", "RequestedPresence",
                         new_presence (im_account_get_requested_presence (account)));
  g_variant_builder_add (&values, "{sv}", "ChangingPresence",
                         g_variant_new_boolean (is_changing_presence (self)));
  g_variant_builder_add (&values, "{sv}", "NormalizedName",
                         g_variant_new_string (get_normalized_name (account)));
  g_variant_builder_add (&values, "{sv}", "HasBeenOnline",
                         g_variant_new_boolean (im_account_has_been_online (account)));
  return g_variant_ref_sink (g_variant_builder_end (&values));
}
#undef ADD

static void
show (CmAccount *self, const char *property, GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ||
      g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH))
    g_object_set (self->skeleton, property, g_variant_get_string (value, NULL), NULL);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    g_object_set (self->skeleton, property, g_variant_get_boolean (value), NULL);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    g_object_set (self->skeleton, property, g_variant_get_uint32 (value), NULL);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH_ARRAY))
    {
      g_autofree const char **paths = g_variant_get_objv (value, NULL);

      g_object_set (self->skeleton, property, paths, NULL);
    }
  else
    g_object_set (self->skeleton, property, value, NULL);
}

static void
refresh (CmAccount *self)
{
  g_autoptr (GVariant) values = new_values (self);
  GVariantBuilder changed;
  guint n_changed = 0;

  g_variant_builder_init (&changed, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    {
      g_autoptr (GVariant) now = g_variant_lookup_value (values, properties[i].name, NULL);
      g_autoptr (GVariant) before =
          self->told != NULL ? g_variant_lookup_value (self->told, properties[i].name, NULL) : NULL;

      show (self, properties[i].property, now);
      if (before != NULL && g_variant_equal (now, before))
        continue;
      g_variant_builder_add (&changed, "{sv}", properties[i].name, now);
      n_changed++;
    }
  if (self->told != NULL && n_changed > 0)
    tp_account_emit_account_property_changed (self->skeleton, g_variant_builder_end (&changed));
  else
    g_variant_builder_clear (&changed);
  g_clear_pointer (&self->told, g_variant_unref);
  self->told = g_steal_pointer (&values);
}

static gboolean
refresh_idle_cb (gpointer user_data)
{
  CmAccount *self = user_data;

  self->idle_id = 0;
  refresh (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (CmAccount *self)
{
  if (self->idle_id == 0)
    self->idle_id = g_idle_add_full (G_PRIORITY_DEFAULT, refresh_idle_cb, self, NULL);
}

/* What follows from it is told before the caller's answer leaves; and then, where it was a
 * presence, that it has changed. */
static gboolean
set_cb (gpointer user_data, const char *property, GVariant *value, GError **error)
{
  CmAccount *self = user_data;

  if (!cm_account_settings_set (self->account, property, value, error))
    return FALSE;
  self->is_changing = g_str_equal (property, "RequestedPresence");
  refresh (self);
  if (self->is_changing)
    changed_cb (self);
  self->is_changing = FALSE;
  return TRUE;
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;

  if (im_account_manager_remove_finish (IM_ACCOUNT_MANAGER (source), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
}

static gboolean
handle_remove_cb (CmAccount *self, GDBusMethodInvocation *invocation)
{
  im_account_manager_remove_async (cm_service_get_accounts (self->service), self->account,
                                   removed_cb, invocation);
  return TRUE;
}

static gboolean
handle_update_parameters_cb (CmAccount *self,
                             GDBusMethodInvocation *invocation,
                             GVariant *set,
                             const char *const *unset)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) reconnect = im_account_update_parameters (self->account, set, unset, &error);

  if (reconnect == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  refresh (self);
  tp_account_complete_update_parameters (self->skeleton, invocation,
                                         (const char *const *) reconnect);
  return TRUE;
}

/* Reconnecting has two parts, and the new connection the path of the old: that this one is gone is
 * told by itself. */
static void
state_cb (CmAccount *self)
{
  if (self->is_reconnecting && im_account_get_state (self->account) == IM_ACCOUNT_OFFLINE)
    refresh (self);
}

static gboolean
handle_reconnect_cb (CmAccount *self, GDBusMethodInvocation *invocation)
{
  self->is_reconnecting = TRUE;
  im_account_reconnect (self->account);
  self->is_reconnecting = FALSE;
  refresh (self);
  tp_account_complete_reconnect (self->skeleton, invocation);
  return TRUE;
}

static void
show_uri_schemes (CmAccount *self)
{
  g_auto (GStrv) schemes = cm_account_settings_dup_uri_schemes (self->account);

  tp_account_interface_addressing_set_uri_schemes (self->addressing, (const char *const *) schemes);
}

static gboolean
handle_associate_cb (CmAccount *self,
                     GDBusMethodInvocation *invocation,
                     const char *scheme,
                     gboolean is_wanted)
{
  g_autoptr (GError) error = NULL;

  if (!cm_account_settings_associate (self->account, scheme, is_wanted, &error))
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  show_uri_schemes (self);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->addressing));
  tp_account_interface_addressing_complete_set_uri_scheme_association (self->addressing,
                                                                       invocation);
  return TRUE;
}

static void
unexport (gpointer skeleton)
{
  if (skeleton != NULL && g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    {
      g_dbus_interface_skeleton_flush (skeleton);
      g_dbus_interface_skeleton_unexport (skeleton);
    }
}

static void
cm_account_dispose (GObject *object)
{
  CmAccount *self = CM_ACCOUNT (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);
  unexport (self->skeleton);
  unexport (self->addressing);
  unexport (self->avatar);
  unexport (self->storage);
  unexport (self->hidden);
  g_clear_object (&self->password);
  g_clear_object (&self->security);
  g_clear_object (&self->conversations);
  g_clear_object (&self->history);
  g_clear_object (&self->skeleton);
  g_clear_object (&self->addressing);
  g_clear_object (&self->avatar);
  g_clear_object (&self->storage);
  g_clear_object (&self->hidden);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (cm_account_parent_class)->dispose (object);
}

static void
cm_account_finalize (GObject *object)
{
  CmAccount *self = CM_ACCOUNT (object);

  g_clear_pointer (&self->told, g_variant_unref);
  g_clear_pointer (&self->object_path, g_free);
  G_OBJECT_CLASS (cm_account_parent_class)->finalize (object);
}

static void
cm_account_class_init (CmAccountClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_account_dispose;
  G_OBJECT_CLASS (klass)->finalize = cm_account_finalize;
}

static void
cm_account_init (CmAccount *self)
{
  static const char *const interfaces[] = {
    CM_ACCOUNT_ADDRESSING_INTERFACE,
    CM_ACCOUNT_AVATAR_INTERFACE,
    STORAGE_INTERFACE,
    CM_ACCOUNT_HIDDEN_INTERFACE,
    "im.linnet.Conversations1",
    "im.linnet.History1",
    "im.linnet.Password1",
    "im.linnet.Registration1",
    "im.linnet.Security1",
    NULL,
  };

  self->skeleton = cm_settable_skeleton_new (TP_TYPE_ACCOUNT_SKELETON, set_cb, self);
  self->hidden = tp_account_interface_hidden_skeleton_new ();
  self->addressing = tp_account_interface_addressing_skeleton_new ();
  g_signal_connect_object (self->addressing, "handle-set-uri-scheme-association",
                           G_CALLBACK (handle_associate_cb), self, G_CONNECT_SWAPPED);
  self->storage = tp_account_interface_storage_skeleton_new ();
  tp_account_set_interfaces (self->skeleton, interfaces);
  g_signal_connect_object (self->skeleton, "handle-remove", G_CALLBACK (handle_remove_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-update-parameters",
                           G_CALLBACK (handle_update_parameters_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-reconnect", G_CALLBACK (handle_reconnect_cb),
                           self, G_CONNECT_SWAPPED);
}

static gboolean
export_all (CmAccount *self, GError **error)
{
  GDBusConnection *bus = cm_service_get_bus (self->service);

  /* "When this is the empty string the account is internally stored." */
  tp_account_interface_storage_set_storage_provider (self->storage, "");
  tp_account_interface_storage_set_storage_identifier (
      self->storage,
      g_variant_new_variant (g_variant_new_string (im_account_get_unique_name (self->account))));
  tp_account_interface_storage_set_storage_specific_information (self->storage,
                                                                 g_variant_new ("a{sv}", NULL));
  tp_account_interface_storage_set_storage_restrictions (self->storage, 0);
  tp_account_interface_hidden_set_hidden (self->hidden,
                                          cm_account_settings_is_hidden (self->account));
  show_uri_schemes (self);
  self->avatar = cm_account_avatar_new (self->account);
  self->password = cm_password_new (self->service, self->account, self->object_path, error);
  if (self->password == NULL)
    return FALSE;
  self->security = cm_security_new (self->service, self->account, self->object_path, error);
  if (self->security == NULL)
    return FALSE;
  self->conversations =
      cm_conversations_new (self->service, self->account, self->object_path, error);
  if (self->conversations == NULL)
    return FALSE;
  self->history = cm_history_new (self->service, self->account, self->object_path, error);
  return self->history != NULL &&
         g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), bus,
                                           self->object_path, error) &&
         g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->addressing), bus,
                                           self->object_path, error) &&
         g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->avatar), bus,
                                           self->object_path, error) &&
         g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->storage), bus,
                                           self->object_path, error) &&
         g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->hidden), bus,
                                           self->object_path, error);
}

/**
 * cm_account_new:
 * @service: on whose bus; outlives the object
 * @account: a kept account
 *
 * Returns: (transfer full) (nullable): exported while it lives
 * Errors: those of g_dbus_interface_skeleton_export ()
 * Spec: Telepathy Account
 */
CmAccount *
cm_account_new (CmService *service, ImAccount *account, GError **error)
{
  g_autoptr (CmAccount) self = g_object_new (CM_TYPE_ACCOUNT, NULL);

  self->service = service;
  self->account = g_object_ref (account);
  self->object_path = g_strconcat (PATH_PREFIX, im_account_get_unique_name (account), NULL);
  if (!export_all (self, error))
    return NULL;
  refresh (self);
  g_signal_connect_object (account, "notify", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (service, "new-connection", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  return g_steal_pointer (&self);
}

const char *
cm_account_get_object_path (CmAccount *self)
{
  return self->object_path;
}

ImAccount *
cm_account_get_account (CmAccount *self)
{
  return self->account;
}

void
cm_account_say_removed (CmAccount *self)
{
  tp_account_emit_removed (self->skeleton);
}
