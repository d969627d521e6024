/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-server.c: what an account's server offers and lacks, and who runs it.
 *
 * The server, the account, the connection and the server's services are asked at once; the lists
 * are there when all have answered. A service that does not answer offers nothing. */
#include "config.h"

#include "model/linnet-server.h"

#include <string.h>

#include <glib/gi18n.h>

#include "model/linnet-page-private.h"
#include "model/linnet-server-facts.h"

#define DISCOVERY "im.linnet.ServiceDiscovery1"
#define SECURITY "im.linnet.Security1"
#define INFO_TYPE "(a(ssss)asaa(ssas))"
/* A server has some ten services. */
#define MAX_SERVICES 32

struct _LinnetServer
{
  LinnetPage parent_instance;

  GListStore *features; /* (owned) LinnetServerItem */
  GListStore *contacts; /* (owned) LinnetServerItem */
  LinnetServerFacts *facts; /* (owned) (nullable) of answers that have come */
  guint n_asked; /* answers that have not come */
  gboolean has_failed; /* and is not to be shown */
};

G_DEFINE_FINAL_TYPE (LinnetServer, linnet_server, LINNET_TYPE_PAGE)

/* What was asked. */
typedef struct
{
  LinnetServer *server; /* (owned) */
  LinnetServerPlace place;
  char *address; /* (owned) */
} Question;

static Question *
question_new (LinnetServer *self, LinnetServerPlace place, const char *address)
{
  Question *question = g_new0 (Question, 1);

  question->server = g_object_ref (self);
  question->place = place;
  question->address = g_strdup (address);
  self->n_asked++;
  return question;
}

static void
question_free (Question *self)
{
  g_object_unref (self->server);
  g_free (self->address);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
show (LinnetServer *self)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_rows;
  const LinnetServerRow *rows = linnet_server_get_rows (&n_rows);

  for (guint i = 0; i < n_rows; i++)
    {
      const char *address = linnet_server_facts_find (self->facts, &rows[i]);
      const char *text = address != NULL ? rows[i].offers : rows[i].lacks;

      g_ptr_array_add (items, linnet_server_item_new (_ (rows[i].title), _ (text), address));
    }
  g_list_store_splice (self->features, 0, g_list_model_get_n_items (G_LIST_MODEL (self->features)),
                       items->pdata, items->len);
  linnet_page_set_ready (LINNET_PAGE (self));
}

/* (nullable): NULL, too, where another answer has failed already. */
static GVariant *
finish (Question *question, GObject *source, GAsyncResult *result)
{
  LinnetServer *self = question->server;
  GError *error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      return NULL;
    }
  self->n_asked--;
  if (reply == NULL && question->place == LINNET_SERVER_AT_SERVICE)
    {
      g_debug ("%s: %s", question->address, error->message);
      g_error_free (error);
    }
  else if (reply == NULL)
    {
      self->has_failed = TRUE;
      linnet_page_fail (LINNET_PAGE (self), error);
    }
  return reply;
}

static void
add_contact (const char *title, const char *uri, gpointer data)
{
  g_autoptr (LinnetServerItem) item = linnet_server_item_new (title, uri, uri);

  g_list_store_append (LINNET_SERVER (data)->contacts, item);
}

static void
end (LinnetServer *self)
{
  if (self->n_asked == 0 && !self->has_failed && self->facts != NULL)
    show (self);
}

static void
info_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  LinnetServer *self = question->server;
  g_autoptr (GVariant) info = finish (question, source, result);

  if (info != NULL)
    linnet_server_facts_take_info (self->facts, question->place, question->address, info);
  if (info != NULL && question->place == LINNET_SERVER_AT_SERVER)
    {
      g_list_store_remove_all (self->contacts);
      linnet_server_tell_contacts (info, add_contact, self);
    }
  end (self);
}

static void
ask_info (LinnetServer *self, LinnetServerPlace place, const char *address)
{
  linnet_page_call (LINNET_PAGE (self), DISCOVERY, "Info", g_variant_new ("(ss)", address, ""),
                    INFO_TYPE, info_cb, question_new (self, place, address));
}

static void
items_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GVariant) reply = finish (question, source, result);
  g_autoptr (GVariantIter) items = NULL;
  const char *address;
  guint n_asked = 0;

  if (reply != NULL)
    {
      g_variant_get (reply, "(a(sss))", &items);
      while (n_asked < MAX_SERVICES &&
             g_variant_iter_next (items, "(&s&s&s)", &address, NULL, NULL))
        if (strchr (address, '@') == NULL && ++n_asked > 0)
          ask_info (question->server, LINNET_SERVER_AT_SERVICE, address);
    }
  end (question->server);
}

static void
stream_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GVariant) reply = finish (question, source, result);
  g_autoptr (GVariant) features = NULL;

  if (reply != NULL)
    {
      g_variant_get (reply, "(v)", &features);
      if (g_variant_is_of_type (features, G_VARIANT_TYPE_STRING_ARRAY))
        linnet_server_facts_take_stream (question->server->facts, features);
    }
  end (question->server);
}

static void
linnet_server_leave (LinnetPage *page)
{
  LinnetServer *self = LINNET_SERVER (page);

  self->n_asked = 0;
  self->has_failed = FALSE;
  g_clear_pointer (&self->facts, linnet_server_facts_free);
}

static void
linnet_server_ask (LinnetPage *page)
{
  LinnetServer *self = LINNET_SERVER (page);
  const char *address = linnet_account_get_address (linnet_page_get_account (page));
  const char *at = strrchr (address, '@');
  const char *domain = at != NULL ? at + 1 : address;

  self->facts = linnet_server_facts_new ();
  ask_info (self, LINNET_SERVER_AT_SERVER, domain);
  ask_info (self, LINNET_SERVER_AT_ACCOUNT, address);
  linnet_page_call (page, DISCOVERY, "Items", g_variant_new ("(ss)", domain, ""), "(a(sss))",
                    items_cb, question_new (self, LINNET_SERVER_AT_SERVER, domain));
  linnet_page_call_extension (page, "org.freedesktop.DBus.Properties", "Get",
                              g_variant_new ("(ss)", SECURITY, "StreamFeatures"), "(v)", stream_cb,
                              question_new (self, LINNET_SERVER_IN_STREAM, ""));
}

static void
linnet_server_finalize (GObject *object)
{
  LinnetServer *self = LINNET_SERVER (object);

  g_clear_object (&self->features);
  g_clear_object (&self->contacts);
  g_clear_pointer (&self->facts, linnet_server_facts_free);
  G_OBJECT_CLASS (linnet_server_parent_class)->finalize (object);
}

static void
linnet_server_class_init (LinnetServerClass *klass)
{
  LinnetPageClass *page_class = LINNET_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = linnet_server_finalize;
  page_class->ask = linnet_server_ask;
  page_class->leave = linnet_server_leave;
}

static void
linnet_server_init (LinnetServer *self)
{
  self->features = g_list_store_new (LINNET_TYPE_SERVER_ITEM);
  self->contacts = g_list_store_new (LINNET_TYPE_SERVER_ITEM);
}

/**
 * linnet_server_new:
 * @account: an account
 *
 * Returns: (transfer full): the page of its server
 */
LinnetServer *
linnet_server_new (LinnetAccount *account)
{
  LinnetServer *self = g_object_new (LINNET_TYPE_SERVER, NULL);

  linnet_page_start (LINNET_PAGE (self), account);
  return self;
}

/**
 * linnet_server_get_features:
 * @self: the page of a server
 *
 * Returns: (transfer none) (element-type LinnetServerItem): what it offers and what it lacks,
 * always in the same order; empty until it has answered
 */
GListModel *
linnet_server_get_features (LinnetServer *self)
{
  g_return_val_if_fail (LINNET_IS_SERVER (self), NULL);
  return G_LIST_MODEL (self->features);
}

/**
 * linnet_server_get_contacts:
 * @self: the page of a server
 *
 * Returns: (transfer none) (element-type LinnetServerItem): whom to write to: the title says about
 *   what, the address is a URI
 */
GListModel *
linnet_server_get_contacts (LinnetServer *self)
{
  g_return_val_if_fail (LINNET_IS_SERVER (self), NULL);
  return G_LIST_MODEL (self->contacts);
}
