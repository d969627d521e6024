/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-manager.c: all accounts, kept in the store; what every account shares. Telepathy
 * 0.27.4 Account_Manager */

#include "im/im-account-manager.h"

#include "im/im-account-parts.h"
#include "im/im-parameters.h"
#include "store/store-message.h"

struct _ImAccountManager
{
  GObject parent_instance;

  const ImModule *const *modules; /* NULL-terminated, constants */
  StoreDb *store; /* (owned) */
  GAsyncResult *closed; /* (owned) (nullable) of the store, which then is only memory */
  GPtrArray *kept; /* (owned) ImAccount, owned: those of the account manager */
  GPtrArray *others; /* (owned) ImAccount, owned: of connections, now or before */
  gboolean is_own; /* accounts may act by themselves */
};

enum
{
  SIGNAL_ACCOUNT_ADDED,
  SIGNAL_ACCOUNT_REMOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ImAccountManager, im_account_manager, G_TYPE_OBJECT)

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccountManager *self = g_task_get_source_object (task);

  g_set_object (&self->closed, result);
  g_task_return_boolean (task, TRUE);
}

static void
removed_cb (gpointer user_data, const GError *error)
{
  g_autoptr (GTask) task = user_data;

  if (error)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
password_forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccountManager *self = g_task_get_source_object (task);
  ImAccount *account = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  /* What the Secret Service does not give up is not a reason to keep the account. */
  if (!im_account_forget_password_finish (account, result, &error))
    g_message ("The password of a removed account may still be stored: %s", error->message);
  store_account_remove (self->store, im_account_get_id (account), removed_cb,
                        g_steal_pointer (&task));
}

static void
im_account_manager_finalize (GObject *object)
{
  ImAccountManager *self = IM_ACCOUNT_MANAGER (object);

  g_clear_pointer (&self->kept, g_ptr_array_unref);
  g_clear_pointer (&self->others, g_ptr_array_unref);
  if (self->closed)
    store_db_close_finish (self->closed);
  else
    store_db_close (self->store);
  g_clear_object (&self->closed);
  G_OBJECT_CLASS (im_account_manager_parent_class)->finalize (object);
}

static void
im_account_manager_class_init (ImAccountManagerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->finalize = im_account_manager_finalize;
  signals[SIGNAL_ACCOUNT_ADDED] = g_signal_new ("account-added", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                                NULL, NULL, G_TYPE_NONE, 1, IM_TYPE_ACCOUNT);
  signals[SIGNAL_ACCOUNT_REMOVED] =
      g_signal_new ("account-removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                    IM_TYPE_ACCOUNT);
}

static void
im_account_manager_init (ImAccountManager *self)
{
  self->kept = g_ptr_array_new_with_free_func (g_object_unref);
  self->others = g_ptr_array_new_with_free_func (g_object_unref);
}

/* Returns: (transfer full) (nullable): NULL without an error: its address is no address any more.
 */
static ImAccount *
load_account (ImAccountManager *self, StoreAccount *taken, GError **error)
{
  g_autoptr (StoreAccount) record = taken;
  g_autoptr (XmppJid) jid = xmpp_jid_new (record->jid, NULL);
  g_autoptr (GPtrArray) rows = NULL;
  GPtrArray *waiting;
  ImAccount *account;

  if (!jid || !xmpp_jid_is_bare (jid))
    {
      g_message ("A stored account has a bad address and is left alone");
      return NULL;
    }
  rows = store_conversations_load (self->store, record->id, error);
  if (!rows)
    return NULL;
  waiting = store_messages_load_waiting (self->store, record->id, error);
  if (!waiting)
    return NULL;
  account = im_account_new (self->store, self->modules, g_steal_pointer (&record),
                            g_steal_pointer (&rows));
  im_account_take_waiting (account, waiting);
  return account;
}

static gboolean
load_accounts (ImAccountManager *self, GError **error)
{
  g_autoptr (GPtrArray) records = store_accounts_load (self->store, error);

  for (guint i = 0; records && i < records->len; i++)
    {
      GError *inner = NULL;
      ImAccount *account = load_account (self, g_steal_pointer (&records->pdata[i]), &inner);

      if (account)
        g_ptr_array_add (im_account_is_kept (account) ? self->kept : self->others, account);
      if (!inner)
        continue;
      g_propagate_error (error, inner);
      return FALSE;
    }
  return records != NULL;
}

/**
 * im_account_manager_new:
 * @modules: NULL-terminated; constants
 * @data_dir: where linnet.db is; made if need be
 *
 * Opens the store and reads the accounts. Blocking, at the start only.
 *
 * Returns: (transfer full): NULL on failure. Errors: STORE_ERROR, G_IO_ERROR.
 */
ImAccountManager *
im_account_manager_new (const ImModule *const *modules, const char *data_dir, GError **error)
{
  StoreDb *store = store_db_open (data_dir, error);
  g_autoptr (ImAccountManager) self = NULL;

  if (!store)
    return NULL;
  self = g_object_new (IM_TYPE_ACCOUNT_MANAGER, NULL);
  self->modules = modules;
  self->store = store;
  if (!load_accounts (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * im_account_manager_start:
 * @own_accounts: FALSE: another account manager decides what connects
 *
 * Lets accounts connect by themselves, as their settings say.
 */
void
im_account_manager_start (ImAccountManager *self, gboolean own_accounts)
{
  self->is_own = own_accounts;
  for (guint i = 0; i < self->kept->len; i++)
    im_account_set_is_managed (self->kept->pdata[i], own_accounts);
}

static void
disconnect_all (GPtrArray *accounts)
{
  for (guint i = 0; i < accounts->len; i++)
    {
      im_account_set_is_managed (accounts->pdata[i], FALSE);
      im_account_disconnect (accounts->pdata[i]);
    }
}

/**
 * im_account_manager_stop_async:
 *
 * Ends all connections and writes what waits. Nothing is stored after that.
 */
void
im_account_manager_stop_async (ImAccountManager *self,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  disconnect_all (self->kept);
  disconnect_all (self->others);
  if (self->closed)
    g_task_return_boolean (task, TRUE);
  else
    store_db_close_async (self->store, closed_cb, g_steal_pointer (&task));
}

/**
 * im_account_manager_stop_finish:
 *
 * Returns: TRUE.
 */
gboolean
im_account_manager_stop_finish (ImAccountManager *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * im_account_manager_get_accounts:
 *
 * Returns: (transfer none) (element-type ImAccount): those that are kept.
 */
GPtrArray *
im_account_manager_get_accounts (ImAccountManager *self)
{
  return self->kept;
}

static ImAccount *
find_in (GPtrArray *accounts, XmppJid *bare)
{
  for (guint i = 0; i < accounts->len; i++)
    if (xmpp_jid_equal (im_account_get_jid (accounts->pdata[i]), bare))
      return accounts->pdata[i];
  return NULL;
}

/**
 * im_account_manager_find:
 *
 * Returns: (nullable) (transfer none): the account of that address, kept or not.
 */
ImAccount *
im_account_manager_find (ImAccountManager *self, XmppJid *bare)
{
  ImAccount *account = find_in (self->kept, bare);

  return account ? account : find_in (self->others, bare);
}

/* Returns: (transfer full): the address that the parameters name; NULL with
 * IM_ERROR_INVALID_ARGUMENT. */
static XmppJid *
check_address (GVariant *checked, GError **error)
{
  g_autoptr (XmppJid) jid = NULL;
  g_autoptr (GError) fault = NULL;
  const char *text;

  if (!g_variant_lookup (checked, "account", "&s", &text))
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                           "The parameter 'account' is missing");
      return NULL;
    }
  jid = xmpp_jid_new (text, &fault);
  if (jid && xmpp_jid_is_bare (jid))
    return g_steal_pointer (&jid);
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
               "The parameter 'account' is no address of an account: %s",
               fault ? fault->message : text);
  return NULL;
}

/* A new one, not kept, in no list, not stored yet. */
static ImAccount *
make_account (ImAccountManager *self, XmppJid *jid)
{
  const char *address = xmpp_jid_get_text (jid);
  StoreAccount *record = store_account_new (store_db_take_account_id (self->store), address);

  g_variant_unref (record->parameters);
  record->parameters = g_variant_ref_sink (g_variant_new_parsed ("{'account': <%s>}", address));
  /* What a person wants of an account that they add; clients may say otherwise. */
  record->connect_automatically = TRUE;
  return im_account_new (self->store, self->modules, record,
                         g_ptr_array_new_with_free_func ((GDestroyNotify) store_conversation_free));
}

/* Names of the table that `checked` does not set: their defaults again. */
static char **
dup_unset (GVariant *checked)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (const ImParameter *row = im_parameters_get_all (); row->name; row++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (checked, row->name, NULL);

      if (!value && !(row->flags & (IM_PARAMETER_REQUIRED | IM_PARAMETER_SECRET)))
        g_strv_builder_add (names, row->name);
    }
  return g_strv_builder_end (names);
}

/* Exactly these parameters. */
static gboolean
set_parameters (ImAccount *account, GVariant *checked, GError **error)
{
  g_auto (GStrv) unset = dup_unset (checked);
  g_auto (GStrv) reconnect =
      im_account_update_parameters (account, checked, (const char *const *) unset, error);

  return reconnect != NULL;
}

static gboolean
check_is_offline (ImAccount *account, GError **error)
{
  if (im_account_get_state (account) == IM_ACCOUNT_OFFLINE)
    return TRUE;
  g_set_error (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE, "%s is connected already",
               xmpp_jid_get_text (im_account_get_jid (account)));
  return FALSE;
}

/**
 * im_account_manager_create:
 * @display_name: "" for none
 * @parameters: a{sv} of im-parameters.h
 *
 * Makes an account that is kept. It is disabled and offline.
 *
 * Returns: (transfer full): NULL on failure. Errors: IM_ERROR_INVALID_ARGUMENT naming the
 * parameter; IM_ERROR_NOT_AVAILABLE: there is one of that address.
 */
ImAccount *
im_account_manager_create (ImAccountManager *self,
                           const char *display_name,
                           GVariant *parameters,
                           GError **error)
{
  g_autoptr (GVariant) checked = im_parameters_check_all (parameters, error);
  g_autoptr (XmppJid) jid = checked ? check_address (checked, error) : NULL;
  g_autoptr (ImAccount) account = NULL;
  ImAccount *known;

  if (!jid)
    return NULL;
  if (find_in (self->kept, jid))
    {
      g_set_error (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE, "There is an account of %s already",
                   xmpp_jid_get_text (jid));
      return NULL;
    }
  known = find_in (self->others, jid);
  if (known && !check_is_offline (known, error))
    return NULL;
  account = known ? g_object_ref (known) : make_account (self, jid);
  im_account_set_is_kept (account, TRUE);
  if (!set_parameters (account, checked, error))
    {
      im_account_set_is_kept (account, FALSE);
      if (!known)
        store_account_remove (self->store, im_account_get_id (account), NULL, NULL);
      return NULL;
    }
  im_account_set_display_name (account, display_name);
  g_ptr_array_remove (self->others, account);
  g_ptr_array_add (self->kept, g_object_ref (account));
  im_account_set_is_managed (account, self->is_own);
  g_signal_emit (self, signals[SIGNAL_ACCOUNT_ADDED], 0, account);
  return g_steal_pointer (&account);
}

/**
 * im_account_manager_remove_async:
 * @account: kept
 *
 * Disconnects an account and removes it with its password, its conversations and their messages. It
 * is out of the list at once. Errors: IM_ERROR_DOES_NOT_EXIST, STORE_ERROR.
 */
void
im_account_manager_remove_async (ImAccountManager *self,
                                 ImAccount *account,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_task_data (task, g_object_ref (account), g_object_unref);
  if (!g_ptr_array_remove (self->kept, account))
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_DOES_NOT_EXIST, "There is no such account");
      return;
    }
  account->is_removed = TRUE;
  im_account_set_is_managed (account, FALSE);
  im_account_disconnect (account);
  g_signal_emit (self, signals[SIGNAL_ACCOUNT_REMOVED], 0, account);
  im_account_forget_password_async (account, password_forgotten_cb, g_steal_pointer (&task));
}

/**
 * im_account_manager_remove_finish:
 *
 * Returns: FALSE with an error.
 */
gboolean
im_account_manager_remove_finish (ImAccountManager *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* What is kept for a person is not what some program has in mind for one connection. */
static gboolean
check_is_nobodys (ImAccountManager *self, ImAccount *account, GError **error)
{
  if (!self->is_own || !im_account_is_kept (account))
    return TRUE;
  g_set_error (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
               "%s is an account of the account manager, which connects it where that is wanted",
               xmpp_jid_get_text (im_account_get_jid (account)));
  return FALSE;
}

/**
 * im_account_manager_get_for_connection:
 * @parameters: a{sv} of ConnectionManager.RequestConnection
 *
 * Finds or makes the account of a connection; its history is that of the address.
 *
 * Returns: (transfer full): NULL on failure. Errors: IM_ERROR_INVALID_ARGUMENT naming the
 * parameter; IM_ERROR_NOT_AVAILABLE while it is connected, or where it is ours to connect.
 */
ImAccount *
im_account_manager_get_for_connection (ImAccountManager *self, GVariant *parameters, GError **error)
{
  g_autoptr (GVariant) checked = im_parameters_check_all (parameters, error);
  g_autoptr (XmppJid) jid = checked ? check_address (checked, error) : NULL;
  g_autoptr (ImAccount) account = NULL;
  ImAccount *known;

  if (!jid)
    return NULL;
  known = im_account_manager_find (self, jid);
  if (known && (!check_is_offline (known, error) || !check_is_nobodys (self, known, error)))
    return NULL;
  account = known ? g_object_ref (known) : make_account (self, jid);
  if (!set_parameters (account, checked, error))
    return NULL;
  if (!known)
    {
      im_account_save (account);
      g_ptr_array_add (self->others, g_object_ref (account));
    }
  return g_steal_pointer (&account);
}

static gboolean
wants_to_be_online (ImAccount *account)
{
  ImPresenceType type = im_account_get_requested_presence (account)->type;

  return im_account_is_enabled (account) && type != IM_PRESENCE_OFFLINE &&
         type != IM_PRESENCE_UNSET;
}

/**
 * im_account_manager_is_busy:
 *
 * Returns: whether some account is not offline, or wants to be online.
 */
gboolean
im_account_manager_is_busy (ImAccountManager *self)
{
  for (guint i = 0; i < self->kept->len; i++)
    if (im_account_get_state (self->kept->pdata[i]) != IM_ACCOUNT_OFFLINE ||
        (self->is_own && wants_to_be_online (self->kept->pdata[i])))
      return TRUE;
  for (guint i = 0; i < self->others->len; i++)
    if (im_account_get_state (self->others->pdata[i]) != IM_ACCOUNT_OFFLINE)
      return TRUE;
  return FALSE;
}

/* A domain alone is fine here: the server, or the person, says the rest. */
static GVariant *
check_for_registration (GVariant *parameters, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (parameters);
  g_autoptr (GVariant) given = NULL;
  const char *account = NULL;

  if (g_variant_dict_lookup (&dict, "account", "&s", &account))
    g_variant_dict_insert (&dict, "anonymous", "b", strchr (account, '@') == NULL);
  g_variant_dict_remove (&dict, "password");
  given = g_variant_ref_sink (g_variant_dict_end (&dict));
  return im_parameters_check_all (given, error);
}

/**
 * im_account_manager_register:
 * @parameters: a{sv} of im-parameters.h, `account` being the address that is wanted, or a server
 * @token: (nullable): of an invitation
 *
 * Returns: (transfer full): on its way; NULL on failure
 * Errors: IM_ERROR_INVALID_ARGUMENT, naming the parameter
 * Spec: XEP-0077, XEP-0445
 */
ImRegistrar *
im_account_manager_register (ImAccountManager *self,
                             GVariant *parameters,
                             const char *token,
                             GError **error)
{
  g_autoptr (GVariant) checked = check_for_registration (parameters, error);
  g_autoptr (XmppJid) jid = checked ? check_address (checked, error) : NULL;

  if (!jid)
    return NULL;
  for (guint i = 0; self->modules[i]; i++)
    if (self->modules[i]->registration)
      return im_registrar_new (self->modules[i]->registration, jid, checked, NULL, token);
  g_set_error_literal (error, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED, "Nobody registers here");
  return NULL;
}
