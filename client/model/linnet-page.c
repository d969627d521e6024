/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-page.c: what a page shows of an account's connection, for as long as the page is there.
 *
 * It is asked for when the page is there and the account online, and follows what the service
 * tells; when the account goes offline, what was known stays. Nobody else pays for it. Each kind of
 * page says by its class what is asked. */
#include "config.h"

#include "model/linnet-page-private.h"

#include "model/linnet-notify.h"

typedef struct
{
  LinnetAccount *account; /* (owned) (nullable) */
  GDBusConnection *bus; /* (owned) (nullable) of the account; NULL in tests */
  char *service_name; /* (owned) (nullable) of the connection that was asked */
  char *path; /* (owned) (nullable) */
  char *error_text; /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable) of what was asked of one connection */
  guint signals;
  LinnetPageState state;
} LinnetPagePrivate;

enum
{
  PROP_STATE = 1,
  PROP_ERROR_TEXT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_ENUM_TYPE (LinnetPageState,
                    linnet_page_state,
                    G_DEFINE_ENUM_VALUE (LINNET_PAGE_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (LINNET_PAGE_LOADING, "loading"),
                    G_DEFINE_ENUM_VALUE (LINNET_PAGE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (LINNET_PAGE_FAILED, "failed"))
G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LinnetPage, linnet_page, G_TYPE_OBJECT)

static LinnetPagePrivate *
own (LinnetPage *self)
{
  return linnet_page_get_instance_private (self);
}

static void
set_state (LinnetPage *self, LinnetPageState state, const char *error_text)
{
  LinnetPagePrivate *page = own (self);

  g_object_freeze_notify (G_OBJECT (self));
  linnet_notify_string (self, &page->error_text, error_text, props[PROP_ERROR_TEXT]);
  if (page->state != state)
    {
      page->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
signal_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *member,
           GVariant *arguments,
           gpointer data)
{
  LINNET_PAGE_GET_CLASS (data)->signal (data, member, arguments);
}

static void
leave (LinnetPage *self)
{
  LinnetPagePrivate *page = own (self);

  if (page->signals != 0)
    g_dbus_connection_signal_unsubscribe (page->bus, page->signals);
  page->signals = 0;
  g_cancellable_cancel (page->cancellable);
  g_clear_object (&page->cancellable);
  g_clear_pointer (&page->service_name, g_free);
  if (page->path != NULL && LINNET_PAGE_GET_CLASS (self)->leave != NULL)
    LINNET_PAGE_GET_CLASS (self)->leave (self);
  g_clear_pointer (&page->path, g_free);
}

static void
follow (LinnetPage *self)
{
  LinnetPagePrivate *page = own (self);
  LinnetConnection *connection = page->account->connection;

  leave (self);
  if (linnet_account_get_state (page->account) != LINNET_CONNECTION_CONNECTED || connection == NULL)
    {
      set_state (self, LINNET_PAGE_OFFLINE, NULL);
      return;
    }
  set_state (self, LINNET_PAGE_LOADING, NULL);
  page->cancellable = g_cancellable_new ();
  page->path = g_strdup (linnet_connection_get_path (connection));
  page->service_name = g_strdup (page->account->service_name);
  if (LINNET_PAGE_GET_CLASS (self)->signal != NULL)
    page->signals =
        g_dbus_connection_signal_subscribe (page->bus, page->service_name, NULL, NULL, page->path,
                                            NULL, G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  LINNET_PAGE_GET_CLASS (self)->ask (self);
}

static void
linnet_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetPagePrivate *page = own (LINNET_PAGE (object));

  if (id == PROP_STATE)
    g_value_set_enum (value, page->state);
  else if (id == PROP_ERROR_TEXT)
    g_value_set_string (value, page->error_text);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_page_dispose (GObject *object)
{
  LinnetPagePrivate *page = own (LINNET_PAGE (object));

  leave (LINNET_PAGE (object));
  g_clear_object (&page->account);
  g_clear_object (&page->bus);
  G_OBJECT_CLASS (linnet_page_parent_class)->dispose (object);
}

static void
linnet_page_finalize (GObject *object)
{
  g_clear_pointer (&own (LINNET_PAGE (object))->error_text, g_free);
  G_OBJECT_CLASS (linnet_page_parent_class)->finalize (object);
}

static void
linnet_page_class_init (LinnetPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_page_get_property;
  object_class->dispose = linnet_page_dispose;
  object_class->finalize = linnet_page_finalize;

  props[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, LINNET_TYPE_PAGE_STATE, LINNET_PAGE_OFFLINE, flags);
  props[PROP_ERROR_TEXT] = g_param_spec_string ("error-text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_page_init (LinnetPage *self)
{
}

/**
 * linnet_page_get_state:
 * @self: a page
 *
 * Returns: whether what it shows is there
 */
LinnetPageState
linnet_page_get_state (LinnetPage *self)
{
  g_return_val_if_fail (LINNET_IS_PAGE (self), LINNET_PAGE_OFFLINE);
  return own (self)->state;
}

/**
 * linnet_page_get_error_text:
 * @self: a page
 *
 * Returns: (nullable): why it failed, a sentence; %NULL in every other state
 */
const char *
linnet_page_get_error_text (LinnetPage *self)
{
  g_return_val_if_fail (LINNET_IS_PAGE (self), NULL);
  return own (self)->error_text;
}

/**
 * linnet_page_get_account:
 * @self: a page
 *
 * Returns: (transfer none) (nullable): whose page it is
 */
LinnetAccount *
linnet_page_get_account (LinnetPage *self)
{
  g_return_val_if_fail (LINNET_IS_PAGE (self), NULL);
  return own (self)->account;
}

/**
 * linnet_page_load:
 * @self: a page
 *
 * Asks once more, where that has failed.
 */
void
linnet_page_load (LinnetPage *self)
{
  g_return_if_fail (LINNET_IS_PAGE (self));
  if (own (self)->bus != NULL && own (self)->state == LINNET_PAGE_FAILED)
    follow (self);
}

/**
 * linnet_page_start:
 * @self: a page, otherwise ready
 * @account: (nullable): whose it is; of tests, perhaps without a bus
 *
 * Called once, by the constructor.
 */
void
linnet_page_start (LinnetPage *self, LinnetAccount *account)
{
  LinnetPagePrivate *page = own (self);

  if (account == NULL)
    return;
  page->account = g_object_ref (account);
  if (account->bus == NULL)
    return;
  page->bus = g_object_ref (account->bus);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  follow (self);
}

/**
 * linnet_page_get_connection:
 * @self: a page
 *
 * Returns: (transfer none) (nullable): the one that was asked, if it is there still
 */
LinnetConnection *
linnet_page_get_connection (LinnetPage *self)
{
  LinnetPagePrivate *page = own (self);

  return page->path != NULL ? page->account->connection : NULL;
}

static void
call (LinnetPage *self,
      const char *name,
      const char *path,
      const char *interface,
      const char *method,
      GVariant *arguments,
      const char *reply,
      GAsyncReadyCallback callback,
      gpointer data)
{
  LinnetPagePrivate *page = own (self);

  g_dbus_connection_call (page->bus, name, path, interface, method, arguments,
                          reply != NULL ? G_VARIANT_TYPE (reply) : NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, page->cancellable, callback, data);
}

/**
 * linnet_page_call:
 * @self: a page whose account is online
 * @interface: of the Connection object, whole
 * @method: the method
 * @arguments: (nullable) (transfer floating): its arguments
 * @reply: (nullable): the type of what it returns
 * @callback: (scope async): called when there is an answer, or the connection is gone: finish with
 *   linnet_page_finish()
 * @data: for @callback
 */
void
linnet_page_call (LinnetPage *self,
                  const char *interface,
                  const char *method,
                  GVariant *arguments,
                  const char *reply,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  call (self, own (self)->service_name, own (self)->path, interface, method, arguments, reply,
        callback, data);
}

/**
 * linnet_page_call_extension:
 * @self: a page whose account is online
 * @interface: one of those that are on the Account object where that is ours, else on the
 *   Connection object
 * @method: the method
 * @arguments: (nullable) (transfer floating): its arguments
 * @reply: (nullable): the type of what it returns
 * @callback: (scope async): as of linnet_page_call()
 * @data: for @callback
 */
void
linnet_page_call_extension (LinnetPage *self,
                            const char *interface,
                            const char *method,
                            GVariant *arguments,
                            const char *reply,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  LinnetAccount *account = own (self)->account;

  call (self, linnet_account_get_extension_name (account),
        linnet_account_get_extension_path (account), interface, method, arguments, reply, callback,
        data);
}

/**
 * linnet_page_finish:
 * @self: a page
 * @source: of the callback
 * @result: of the callback
 *
 * Returns: (transfer full) (nullable): the answer; %NULL: it failed, which the state says now, or
 *   nobody waits for it any more
 */
GVariant *
linnet_page_finish (LinnetPage *self, GObject *source, GAsyncResult *result)
{
  GError *error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    linnet_page_fail (self, error);
  return reply;
}

/**
 * linnet_page_set_ready:
 * @self: a page that has what it shows
 */
void
linnet_page_set_ready (LinnetPage *self)
{
  set_state (self, LINNET_PAGE_READY, NULL);
}

/**
 * linnet_page_fail:
 * @self: a page
 * @error: (transfer full): why; nobody is told of an end that was wanted
 */
void
linnet_page_fail (LinnetPage *self, GError *error)
{
  g_autoptr (GError) owned = error;

  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_dbus_error_strip_remote_error (owned);
  set_state (self, LINNET_PAGE_FAILED, owned->message);
}
