/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-gateways.c: the ways into other networks that an account has.
 *
 * Those of the account's server are found by asking its services what they are; those elsewhere are
 * in the contact list, and asked as well. */
#include "config.h"

#include "model/linnet-gateways.h"

#include <string.h>

#include <glib/gi18n.h>

#include "model/linnet-page-private.h"

#define DISCOVERY "im.linnet.ServiceDiscovery1"
#define GATEWAYS "im.linnet.Gateways1"
/* Who is asked whether they are a gateway. */
#define MAX_ASKED 64

struct _LinnetGateways
{
  LinnetPage parent_instance;

  GListStore *list; /* (owned) LinnetGateway */
  GHashTable *asked; /* (owned) set of addresses */
  guint n_asked; /* answers that have not come */
};

G_DEFINE_FINAL_TYPE (LinnetGateways, linnet_gateways, LINNET_TYPE_PAGE)

/* Who was asked. */
typedef struct
{
  LinnetGateways *gateways; /* (owned) */
  char *address; /* (owned) */
} Question;

static void
question_free (Question *self)
{
  g_object_unref (self->gateways);
  g_free (self->address);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
end (LinnetGateways *self)
{
  if (--self->n_asked == 0)
    linnet_page_set_ready (LINNET_PAGE (self));
}

static LinnetContact *
contact_of (LinnetGateways *self, const char *address)
{
  LinnetAccount *account = linnet_page_get_account (LINNET_PAGE (self));

  return linnet_account_lookup_contact (account, address);
}

static void
show (LinnetGateways *self, const char *address, const char *title, const char *network)
{
  g_autoptr (LinnetGateway) gateway = linnet_gateway_new (address, title, network);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (LinnetGateway) known = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      if (g_str_equal (linnet_gateway_get_address (known), address))
        return;
    }
  linnet_gateway_set_contact (gateway, contact_of (self, address));
  g_list_store_append (self->list, gateway);
}

static void
info_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) info =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariantIter) identities = NULL;
  const char *category, *type, *name;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (info == NULL)
    g_debug ("%s: %s", question->address, error->message);
  else
    {
      g_variant_get (info, "(a(ssss)@as@aa(ssas))", &identities, NULL, NULL);
      while (g_variant_iter_next (identities, "(&s&s&s&s)", &category, &type, NULL, &name))
        if (g_str_equal (category, "gateway"))
          {
            show (question->gateways, question->address, name, type);
            break;
          }
    }
  end (question->gateways);
}

static void
ask_info (LinnetGateways *self, const char *address)
{
  Question *question;

  if (strchr (address, '@') != NULL || g_hash_table_size (self->asked) >= MAX_ASKED ||
      !g_hash_table_add (self->asked, g_strdup (address)))
    return;
  question = g_new0 (Question, 1);
  question->gateways = g_object_ref (self);
  question->address = g_strdup (address);
  self->n_asked++;
  linnet_page_call (LINNET_PAGE (self), DISCOVERY, "Info", g_variant_new ("(ss)", address, ""),
                    "(a(ssss)asaa(ssas))", info_cb, question);
}

static void
items_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetGateways) self = data;
  g_autoptr (GVariant) reply = linnet_page_finish (LINNET_PAGE (self), source, result);
  g_autoptr (GVariantIter) items = NULL;
  const char *address;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(a(sss))", &items);
  while (g_variant_iter_next (items, "(&s&s&s)", &address, NULL, NULL))
    ask_info (self, address);
  end (self);
}

/* Who came into the contact list, or has left it. */
static void
contacts_cb (LinnetGateways *self)
{
  LinnetAccount *account = linnet_page_get_account (LINNET_PAGE (self));
  GListModel *contacts;

  if (account == NULL)
    return;
  contacts = linnet_account_get_contacts (account);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (LinnetGateway) gateway = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      linnet_gateway_set_contact (gateway, contact_of (self, linnet_gateway_get_address (gateway)));
    }
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr (LinnetContact) contact = g_list_model_get_item (contacts, i);

      if (linnet_page_get_connection (LINNET_PAGE (self)) != NULL)
        ask_info (self, linnet_contact_get_address (contact));
    }
}

static void
linnet_gateways_ask (LinnetPage *page)
{
  LinnetGateways *self = LINNET_GATEWAYS (page);

  self->n_asked = 1;
  linnet_page_call (page, DISCOVERY, "Items", g_variant_new ("(ss)", "", ""), "(a(sss))", items_cb,
                    g_object_ref (self));
  contacts_cb (self);
}

static void
linnet_gateways_leave (LinnetPage *page)
{
  LinnetGateways *self = LINNET_GATEWAYS (page);

  self->n_asked = 0;
  g_hash_table_remove_all (self->asked);
}

static void
linnet_gateways_finalize (GObject *object)
{
  LinnetGateways *self = LINNET_GATEWAYS (object);

  g_clear_object (&self->list);
  g_clear_pointer (&self->asked, g_hash_table_unref);
  G_OBJECT_CLASS (linnet_gateways_parent_class)->finalize (object);
}

static void
linnet_gateways_class_init (LinnetGatewaysClass *klass)
{
  LinnetPageClass *page_class = LINNET_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = linnet_gateways_finalize;
  page_class->ask = linnet_gateways_ask;
  page_class->leave = linnet_gateways_leave;
}

static void
linnet_gateways_init (LinnetGateways *self)
{
  self->list = g_list_store_new (LINNET_TYPE_GATEWAY);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * linnet_gateways_new:
 * @account: an account
 *
 * Returns: (transfer full): its gateways, for as long as the object lives
 */
LinnetGateways *
linnet_gateways_new (LinnetAccount *account)
{
  LinnetGateways *self = g_object_new (LINNET_TYPE_GATEWAYS, NULL);

  g_signal_connect_object (linnet_account_get_contacts (account), "items-changed",
                           G_CALLBACK (contacts_cb), self, G_CONNECT_SWAPPED);
  linnet_page_start (LINNET_PAGE (self), account);
  return self;
}

/** linnet_gateways_get_list: Returns: (transfer none) (element-type LinnetGateway): those that are
 * known */
GListModel *
linnet_gateways_get_list (LinnetGateways *self)
{
  g_return_val_if_fail (LINNET_IS_GATEWAYS (self), NULL);
  return G_LIST_MODEL (self->list);
}

/* `data` is the task. */
static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  LinnetGateways *self = g_task_get_source_object (task);
  LinnetAccount *account = linnet_page_get_account (LINNET_PAGE (self));
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  const char *path;

  if (reply == NULL)
    linnet_account_action_failed (task, error);
  else if (!g_variant_is_of_type (reply, G_VARIANT_TYPE ("(o)")))
    g_task_return_pointer (task, g_object_ref (self), g_object_unref);
  else
    {
      g_variant_get (reply, "(&o)", &path);
      g_task_return_pointer (task, linnet_form_new (account->bus, account->service_name, path),
                             g_object_unref);
    }
}

/* Takes `arguments` and `task`. */
static void
call (LinnetGateways *self,
      const char *method,
      GVariant *arguments,
      GAsyncReadyCallback callback,
      GTask *task)
{
  g_autoptr (GTask) owned G_GNUC_UNUSED = task;
  g_autoptr (GVariant) given = g_variant_ref_sink (arguments);
  LinnetConnection *connection = linnet_page_get_connection (LINNET_PAGE (self));

  if (connection == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                             _ ("Gateways can be reached while the account is online."));
  else
    linnet_connection_call (connection, GATEWAYS, method, given, callback, g_object_ref (task));
}

/**
 * linnet_gateways_register_async:
 * @self: the gateways of an account
 * @address: of one of them, or of any other one
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when the form is on its way; a form that has failed says why
 * @data: for @callback
 */
void
linnet_gateways_register_async (LinnetGateways *self,
                                const char *address,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  g_return_if_fail (LINNET_IS_GATEWAYS (self) && address != NULL);
  call (self, "Register", g_variant_new ("(s)", address), done_cb,
        g_task_new (self, cancellable, callback, data));
}

/** linnet_gateways_register_finish: Returns: (transfer full) (nullable): what it wants to know; the
 * error is a sentence */
LinnetForm *
linnet_gateways_register_finish (LinnetGateways *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * linnet_gateways_unregister_async:
 * @self: the gateways of an account
 * @address: of one that knows us: it shall not any more, and all behind it leave the contact list
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when that is so
 * @data: for @callback
 */
void
linnet_gateways_unregister_async (LinnetGateways *self,
                                  const char *address,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data)
{
  g_return_if_fail (LINNET_IS_GATEWAYS (self) && address != NULL);
  call (self, "Unregister", g_variant_new ("(s)", address), done_cb,
        g_task_new (self, cancellable, callback, data));
}

/**
 * linnet_gateways_set_online_async:
 * @self: the gateways of an account
 * @address: of one that knows us
 * @online: whether it shall sign in to its network for us; it signs in by itself when the account
 *   comes online or shows another presence
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when it was told; its contact shows what it does
 * @data: for @callback
 */
void
linnet_gateways_set_online_async (LinnetGateways *self,
                                  const char *address,
                                  gboolean online,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data)
{
  g_return_if_fail (LINNET_IS_GATEWAYS (self) && address != NULL);
  call (self, online ? "LogIn" : "LogOut", g_variant_new ("(s)", address), done_cb,
        g_task_new (self, cancellable, callback, data));
}

/** linnet_gateways_finish: Returns: whether it was done; else the error is a sentence */
gboolean
linnet_gateways_finish (LinnetGateways *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GObject) done = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  done = g_task_propagate_pointer (G_TASK (result), error);
  return done != NULL;
}

/* `data` is the task: it gets the answer itself. */
static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    linnet_account_action_failed (task, error);
  else
    g_task_return_pointer (task, reply, (GDestroyNotify) g_variant_unref);
}

/**
 * linnet_gateways_ask_prompt_async:
 * @self: the gateways of an account
 * @address: of one of them
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when it has said what to ask a person for
 * @data: for @callback
 */
void
linnet_gateways_ask_prompt_async (LinnetGateways *self,
                                  const char *address,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data)
{
  g_return_if_fail (LINNET_IS_GATEWAYS (self) && address != NULL);
  call (self, "GetPrompt", g_variant_new ("(s)", address), asked_cb,
        g_task_new (self, cancellable, callback, data));
}

/**
 * linnet_gateways_ask_prompt_finish:
 * @self: the gateways of an account
 * @result: the result
 * @description: (out) (optional) (transfer full): a sentence that says what to type; perhaps empty
 * @error: where to put an error; its message is a sentence
 *
 * Returns: (transfer full) (nullable): what that is called, perhaps empty; both are the gateway's
 *   words: never markup
 */
char *
linnet_gateways_ask_prompt_finish (LinnetGateways *self,
                                   GAsyncResult *result,
                                   char **description,
                                   GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  char *prompt = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  reply = g_task_propagate_pointer (G_TASK (result), error);
  if (reply == NULL)
    return NULL;
  g_variant_get_child (reply, 1, "s", &prompt);
  if (description != NULL)
    g_variant_get_child (reply, 0, "s", description);
  return prompt;
}

/**
 * linnet_gateways_translate_async:
 * @self: the gateways of an account
 * @address: of one of them
 * @name: how somebody is called in its network
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when their address is known
 * @data: for @callback
 */
void
linnet_gateways_translate_async (LinnetGateways *self,
                                 const char *address,
                                 const char *name,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data)
{
  g_return_if_fail (LINNET_IS_GATEWAYS (self) && address != NULL && name != NULL);
  call (self, "Translate", g_variant_new ("(ss)", address, name), asked_cb,
        g_task_new (self, cancellable, callback, data));
}

/** linnet_gateways_translate_finish: Returns: (transfer full) (nullable): their address here; the
 * error is a sentence */
char *
linnet_gateways_translate_finish (LinnetGateways *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  char *address = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  reply = g_task_propagate_pointer (G_TASK (result), error);
  if (reply != NULL)
    g_variant_get_child (reply, 0, "s", &address);
  return address;
}
