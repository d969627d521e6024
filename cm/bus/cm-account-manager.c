/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-account-manager.c: all kept accounts on D-Bus. Telepathy: AccountManager */
#include "bus/cm-account-manager.h"

#include "bus/cm-account.h"
#include "bus/cm-protocol.h"
#include "dbus/telepathy.h"

#define OBJECT_PATH "/org/freedesktop/Telepathy/AccountManager"
#define ACCOUNT "org.freedesktop.Telepathy.Account."

struct _CmAccountManager
{
  GObject parent_instance;

  CmService *service; /* (unowned): owns us */
  TpAccountManager *skeleton; /* (owned) */
  GPtrArray *accounts; /* (owned) CmAccount */
};

G_DEFINE_FINAL_TYPE (CmAccountManager, cm_account_manager, G_TYPE_OBJECT)

static void
set_paths (CmAccountManager *self)
{
  g_autoptr (GPtrArray) valid = g_ptr_array_new ();
  g_autoptr (GPtrArray) invalid = g_ptr_array_new ();

  for (guint i = 0; i < self->accounts->len; i++)
    {
      CmAccount *account = g_ptr_array_index (self->accounts, i);

      g_ptr_array_add (im_account_is_valid (cm_account_get_account (account)) ? valid : invalid,
                       (gpointer) cm_account_get_object_path (account));
    }
  g_ptr_array_add (valid, NULL);
  g_ptr_array_add (invalid, NULL);
  tp_account_manager_set_valid_accounts (self->skeleton, (const char *const *) valid->pdata);
  tp_account_manager_set_invalid_accounts (self->skeleton, (const char *const *) invalid->pdata);
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

  if (find (self, account) != NULL)
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
  tp_account_manager_emit_account_removed (self->skeleton, cm_account_get_object_path (object));
}

/* The name without its interface, or NULL. */
static const char *
strip_interface (const char *name, GError **error)
{
  if (g_str_has_prefix (name, ACCOUNT) &&
      g_strv_contains (cm_account_settable, name + strlen (ACCOUNT)))
    return name + strlen (ACCOUNT);
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
               "The property “%.200s” cannot be set when an account is made", name);
  return NULL;
}

static gboolean
set_all (ImAccount *account, GVariant *properties, gboolean is_dry, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *raw;

  g_variant_iter_init (&iter, properties);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &raw))
    {
      g_autoptr (GVariant) value = raw;
      const char *bare = strip_interface (name, error);

      if (bare == NULL || !cm_account_set (account, bare, value, is_dry, error))
        return FALSE;
    }
  return TRUE;
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
  if (!g_str_equal (manager, "linnet") || !g_str_equal (protocol, CM_PROTOCOL_NAME))
    {
      g_set_error (error, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED,
                   "Accounts of “%.100s/%.100s” are not managed here; those of linnet/%s are",
                   manager, protocol, CM_PROTOCOL_NAME);
      return NULL;
    }
  if (!set_all (NULL, properties, TRUE, error))
    return NULL;
  return im_account_manager_create (cm_service_get_accounts (self->service), display_name,
                                    parameters, error);
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
  g_autoptr (GError) error = NULL;
  g_autoptr (ImAccount) account =
      create (self, manager, protocol, display_name, parameters, properties, &error);
  CmAccount *object;

  if (account == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  /* The account manager of im has told of it; that it is there before its properties act is what
   * the method's caller sees. */
  added_cb (self, account);
  object = find (self, account);
  set_all (account, properties, FALSE, NULL);
  tp_account_manager_complete_create_account (self->skeleton, invocation,
                                              cm_account_get_object_path (object));
  return TRUE;
}

static void
cm_account_manager_dispose (GObject *object)
{
  CmAccountManager *self = CM_ACCOUNT_MANAGER (object);

  if (self->skeleton != NULL &&
      g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->skeleton);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  G_OBJECT_CLASS (cm_account_manager_parent_class)->dispose (object);
}

static void
cm_account_manager_class_init (CmAccountManagerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_account_manager_dispose;
}

static void
set_supported_properties (CmAccountManager *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  for (guint i = 0; cm_account_settable[i] != NULL; i++)
    {
      g_autofree char *name = g_strconcat (ACCOUNT, cm_account_settable[i], NULL);

      g_strv_builder_add (builder, name);
    }
  names = g_strv_builder_end (builder);
  tp_account_manager_set_supported_account_properties (self->skeleton, (const char *const *) names);
}

static void
cm_account_manager_init (CmAccountManager *self)
{
  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  self->skeleton = tp_account_manager_skeleton_new ();
  tp_account_manager_set_interfaces (self->skeleton, (const char *const[]){ NULL });
  set_supported_properties (self);
  set_paths (self);
  g_signal_connect_object (self->skeleton, "handle-create-account",
                           G_CALLBACK (handle_create_account_cb), self, G_CONNECT_SWAPPED);
}

/**
 * cm_account_manager_new:
 * @service: on whose bus; outlives the object
 *
 * Returns: (transfer full) (nullable): exported while it lives, with an object for each kept
 * account Errors: those of g_dbus_interface_skeleton_export () Spec: Telepathy AccountManager
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
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                         cm_service_get_bus (service), OBJECT_PATH, error))
    return NULL;
  return g_steal_pointer (&self);
}
