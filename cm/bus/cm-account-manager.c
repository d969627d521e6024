/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-account-manager.c: all kept accounts on D-Bus. Telepathy: AccountManager,
 * AccountManager.Interface.Hidden */
#include "bus/cm-account-manager.h"

#include "bus/cm-account-avatar.h"
#include "bus/cm-account-settings.h"
#include "bus/cm-account.h"
#include "bus/cm-registrar.h"
#include "bus/cm-protocol.h"
#include "bus/cm-short.h"
#include "dbus/telepathy.h"
#include "im/im-avatar.h"

#define OBJECT_PATH "/org/freedesktop/Telepathy/AccountManager"
#define MAX_NAME_BYTES 1000
#define HIDDEN_INTERFACE "org.freedesktop.Telepathy.AccountManager.Interface.Hidden.DRAFT1"

struct _CmAccountManager
{
  GObject parent_instance;

  CmService *service; /* (unowned): owns us */
  TpAccountManager *skeleton; /* (owned) */
  TpAccountManagerInterfaceHidden *hidden; /* (owned) */
  CmRegistrar *registrar; /* (owned) */
  GPtrArray *accounts; /* (owned) CmAccount */
  gboolean is_creating; /* an account that is not complete yet */
};

G_DEFINE_FINAL_TYPE (CmAccountManager, cm_account_manager, G_TYPE_OBJECT)

/* (transfer container): paths of the accounts of one kind, NULL-terminated. */
static GPtrArray *
list (CmAccountManager *self, gboolean is_hidden, gboolean is_valid)
{
  GPtrArray *paths = g_ptr_array_new ();

  for (guint i = 0; i < self->accounts->len; i++)
    {
      CmAccount *object = g_ptr_array_index (self->accounts, i);
      ImAccount *account = cm_account_get_account (object);

      if (cm_account_settings_is_hidden (account) == is_hidden &&
          im_account_is_valid (account) == is_valid)
        g_ptr_array_add (paths, (gpointer) cm_account_get_object_path (object));
    }
  g_ptr_array_add (paths, NULL);
  return paths;
}

static void
set_paths (CmAccountManager *self)
{
  g_autoptr (GPtrArray) valid = list (self, FALSE, TRUE);
  g_autoptr (GPtrArray) invalid = list (self, FALSE, FALSE);
  g_autoptr (GPtrArray) hidden_valid = list (self, TRUE, TRUE);
  g_autoptr (GPtrArray) hidden_invalid = list (self, TRUE, FALSE);

  tp_account_manager_set_valid_accounts (self->skeleton, (const char *const *) valid->pdata);
  tp_account_manager_set_invalid_accounts (self->skeleton, (const char *const *) invalid->pdata);
  tp_account_manager_interface_hidden_set_valid_hidden_accounts (
      self->hidden, (const char *const *) hidden_valid->pdata);
  tp_account_manager_interface_hidden_set_invalid_hidden_accounts (
      self->hidden, (const char *const *) hidden_invalid->pdata);
}

static CmAccount *
find (CmAccountManager *self, ImAccount *account)
{
  for (guint i = 0; i < self->accounts->len; i++)
    if (cm_account_get_account (g_ptr_array_index (self->accounts, i)) == account)
      return g_ptr_array_index (self->accounts, i);
  return NULL;
}

static void
validity_cb (CmAccountManager *self, GParamSpec *pspec, ImAccount *account)
{
  CmAccount *object = find (self, account);

  if (object == NULL)
    return;
  set_paths (self);
  if (cm_account_settings_is_hidden (account))
    tp_account_manager_interface_hidden_emit_hidden_account_validity_changed (
        self->hidden, cm_account_get_object_path (object), im_account_is_valid (account));
  else
    tp_account_manager_emit_account_validity_changed (
        self->skeleton, cm_account_get_object_path (object), im_account_is_valid (account));
}

static gboolean
add (CmAccountManager *self, ImAccount *account, GError **error)
{
  CmAccount *object = cm_account_new (self->service, account, error);

  if (object == NULL)
    return FALSE;
  g_ptr_array_add (self->accounts, object);
  g_signal_connect_object (account, "notify::is-valid", G_CALLBACK (validity_cb), self,
                           G_CONNECT_SWAPPED);
  set_paths (self);
  return TRUE;
}

static void
added_cb (CmAccountManager *self, ImAccount *account)
{
  g_autoptr (GError) error = NULL;

  if (self->is_creating || find (self, account) != NULL)
    return;
  if (!add (self, account, &error))
    g_warning ("An account cannot be exported: %s", error->message);
  else
    validity_cb (self, NULL, account);
}

static void
removed_cb (CmAccountManager *self, ImAccount *account)
{
  CmAccount *found = find (self, account);
  g_autoptr (CmAccount) object = NULL;

  if (found == NULL)
    return;
  object = g_object_ref (found);
  g_ptr_array_remove (self->accounts, object);
  set_paths (self);
  cm_account_say_removed (object);
  if (cm_account_settings_is_hidden (account))
    tp_account_manager_interface_hidden_emit_hidden_account_removed (
        self->hidden, cm_account_get_object_path (object));
  else
    tp_account_manager_emit_account_removed (self->skeleton, cm_account_get_object_path (object));
}

static gboolean
has_display_name (CmAccountManager *self, const char *name)
{
  for (guint i = 0; i < self->accounts->len; i++)
    {
      CmAccount *object = g_ptr_array_index (self->accounts, i);

      if (g_str_equal (im_account_get_display_name (cm_account_get_account (object)), name))
        return TRUE;
    }
  return FALSE;
}

/* No two accounts are called the same by themselves. */
static char *
dup_unique_name (CmAccountManager *self, const char *name)
{
  char *unique = g_strdup (name);

  for (guint i = 2; name[0] != '\0' && has_display_name (self, unique); i++)
    {
      g_free (unique);
      unique = g_strdup_printf ("%s (%u)", name, i);
    }
  return unique;
}

static ImAccount *
create (CmAccountManager *self,
        const char *manager,
        const char *protocol,
        const char *display_name,
        GVariant *parameters,
        GVariant *properties,
        GError **error)
{
  g_autofree char *unique_name = NULL;
  ImAccount *account;

  if (strlen (display_name) > MAX_NAME_BYTES)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "The name of an account has at most %d bytes", MAX_NAME_BYTES);
      return NULL;
    }
  if (!g_str_equal (manager, "linnet") || !g_str_equal (protocol, CM_PROTOCOL_NAME))
    {
      g_set_error (error, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED,
                   "Accounts of “%s/%s” are not managed here; those of linnet/%s are",
                   CM_SHORT (manager), CM_SHORT (protocol), CM_PROTOCOL_NAME);
      return NULL;
    }
  if (!cm_account_settings_check (properties, error))
    return NULL;
  unique_name = dup_unique_name (self, display_name);
  self->is_creating = TRUE;
  account = im_account_manager_create (cm_service_get_accounts (self->service), unique_name,
                                       parameters, error);
  self->is_creating = FALSE;
  return account;
}

/* `avatar` (nullable). Takes the invocation. */
static void
answer_create (CmAccountManager *self, GDBusMethodInvocation *invocation, ImAvatar *avatar)
{
  const char *manager, *protocol, *display_name;
  g_autoptr (GVariant) parameters = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ImAccount) account = NULL;
  CmAccount *object;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&s&s&s@a{sv}@a{sv})",
                 &manager, &protocol, &display_name, &parameters, &properties);
  account = create (self, manager, protocol, display_name, parameters, properties, &error);
  if (account == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  /* What it always is, then its object, and only then what may have it go online. */
  cm_account_settings_apply_fixed (account, properties);
  if (avatar != NULL)
    im_account_set_avatar (account, avatar);
  added_cb (self, account);
  object = find (self, account);
  cm_account_settings_apply (account, properties);
  tp_account_manager_complete_create_account (self->skeleton, invocation,
                                              cm_account_get_object_path (object));
}

/* An account that is not made yet, because its picture is looked at. */
typedef struct
{
  CmAccountManager *self; /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
} Creation;

static void
avatar_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Creation *creation = user_data;
  GError *error = NULL;
  g_autoptr (ImAvatar) avatar = im_avatar_check_finish (result, &error);

  if (avatar != NULL)
    answer_create (creation->self, creation->invocation, avatar);
  else
    g_dbus_method_invocation_take_error (creation->invocation, error);
  g_object_unref (creation->self);
  g_free (creation);
}

static gboolean
handle_create_account_cb (CmAccountManager *self,
                          GDBusMethodInvocation *invocation,
                          const char *manager,
                          const char *protocol,
                          const char *display_name,
                          GVariant *parameters,
                          GVariant *properties)
{
  g_autoptr (GVariant) given = g_variant_lookup_value (
      properties, CM_ACCOUNT_AVATAR_INTERFACE ".Avatar", G_VARIANT_TYPE ("(ays)"));
  g_autoptr (GVariant) data = given != NULL ? g_variant_get_child_value (given, 0) : NULL;
  g_autoptr (GBytes) bytes = NULL;
  Creation *creation;
  const char *mime;

  /* What has another type is refused with the others. */
  if (data == NULL || g_variant_get_size (data) == 0)
    {
      answer_create (self, invocation, NULL);
      return TRUE;
    }
  g_variant_get_child (given, 1, "&s", &mime);
  bytes = g_variant_get_data_as_bytes (data);
  creation = g_new (Creation, 1);
  creation->self = g_object_ref (self);
  creation->invocation = invocation;
  im_avatar_check_async (bytes, mime, avatar_checked_cb, creation);
  return TRUE;
}

static void
unexport (gpointer skeleton)
{
  if (skeleton != NULL && g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
}

static void
cm_account_manager_dispose (GObject *object)
{
  CmAccountManager *self = CM_ACCOUNT_MANAGER (object);

  unexport (self->skeleton);
  unexport (self->hidden);
  g_clear_object (&self->registrar);
  g_clear_object (&self->skeleton);
  g_clear_object (&self->hidden);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  G_OBJECT_CLASS (cm_account_manager_parent_class)->dispose (object);
}

static void
cm_account_manager_class_init (CmAccountManagerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_account_manager_dispose;
}

static void
cm_account_manager_init (CmAccountManager *self)
{
  g_auto (GStrv) supported = cm_account_settings_dup_supported ();

  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  self->skeleton = tp_account_manager_skeleton_new ();
  self->hidden = tp_account_manager_interface_hidden_skeleton_new ();
  tp_account_manager_set_interfaces (self->skeleton,
                                     (const char *const[]){ HIDDEN_INTERFACE, NULL });
  tp_account_manager_set_supported_account_properties (self->skeleton,
                                                       (const char *const *) supported);
  set_paths (self);
  g_signal_connect_object (self->skeleton, "handle-create-account",
                           G_CALLBACK (handle_create_account_cb), self, G_CONNECT_SWAPPED);
}

/**
 * cm_account_manager_new:
 * @service: on whose bus; outlives the object
 *
 * Returns: (transfer full) (nullable): exported while it lives, with an object for each account
 * Errors: those of g_dbus_interface_skeleton_export () Spec: Telepathy AccountManager
 */
CmAccountManager *
cm_account_manager_new (CmService *service, GError **error)
{
  g_autoptr (CmAccountManager) self = g_object_new (CM_TYPE_ACCOUNT_MANAGER, NULL);
  ImAccountManager *manager = cm_service_get_accounts (service);
  GPtrArray *accounts = im_account_manager_get_accounts (manager);

  self->service = service;
  for (guint i = 0; i < accounts->len; i++)
    if (!add (self, g_ptr_array_index (accounts, i), error))
      return NULL;
  g_signal_connect_object (manager, "account-added", G_CALLBACK (added_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "account-removed", G_CALLBACK (removed_cb), self,
                           G_CONNECT_SWAPPED);
  self->registrar = cm_registrar_new (service, OBJECT_PATH, error);
  if (self->registrar == NULL)
    return NULL;
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                         cm_service_get_bus (service), OBJECT_PATH, error) ||
      !g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->hidden),
                                         cm_service_get_bus (service), OBJECT_PATH, error))
    return NULL;
  return g_steal_pointer (&self);
}
