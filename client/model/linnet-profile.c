/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-profile.c: what somebody writes of themselves, for as long as a page shows it. Telepathy
 * Connection.Interface.ContactInfo
 *
 * The number of a contact is another one with each connection, and asked for first. */
#include "config.h"

#include "model/linnet-profile.h"

#include <glib/gi18n.h>

#include "model/linnet-page-private.h"

#define CONTACT_INFO CONNECTION ".Interface.ContactInfo"

struct _LinnetProfile
{
  LinnetPage parent_instance;

  char *address; /* (owned) */
  GListStore *fields; /* (owned) LinnetProfileField */
  guint32 handle; /* with the connection; 0: not known yet */
};

enum
{
  PROP_FIELDS = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetProfile, linnet_profile, LINNET_TYPE_PAGE)

/* Those that were there and are there again stay the same objects. */
static gboolean
is_same (LinnetProfile *self, GVariant *info)
{
  guint n_fields = g_list_model_get_n_items (G_LIST_MODEL (self->fields));

  if (g_variant_n_children (info) != n_fields)
    return FALSE;
  for (guint i = 0; i < n_fields; i++)
    {
      g_autoptr (LinnetProfileField) field = g_list_model_get_item (G_LIST_MODEL (self->fields), i);
      g_autoptr (GVariant) known = g_variant_ref_sink (linnet_profile_field_to_variant (field));
      g_autoptr (GVariant) entry = g_variant_get_child_value (info, i);

      if (!g_variant_equal (known, entry))
        return FALSE;
    }
  return TRUE;
}

static void
take_info (LinnetProfile *self, GVariant *info)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_object_unref);

  if (!is_same (self, info))
    {
      for (gsize i = 0; i < g_variant_n_children (info); i++)
        {
          g_autoptr (GVariant) entry = g_variant_get_child_value (info, i);

          g_ptr_array_add (fields, linnet_profile_field_new_from_variant (entry));
        }
      g_list_store_splice (self->fields, 0, g_list_model_get_n_items (G_LIST_MODEL (self->fields)),
                           fields->pdata, fields->len);
    }
  linnet_page_set_ready (LINNET_PAGE (self));
}

static void
info_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetProfile) self = data;
  g_autoptr (GVariant) reply = linnet_page_finish (LINNET_PAGE (self), source, result);
  g_autoptr (GVariant) info = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;

  if (info != NULL)
    take_info (self, info);
}

static void
handle_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetProfile) self = data;
  GError *error = NULL;
  guint32 handle = linnet_connection_ask_handle_finish (LINNET_CONNECTION (source), result, &error);

  if (LINNET_CONNECTION (source) != linnet_page_get_connection (LINNET_PAGE (self)))
    g_clear_error (&error);
  else if (handle == 0)
    linnet_page_fail (LINNET_PAGE (self), error);
  else
    {
      self->handle = handle;
      linnet_page_call (LINNET_PAGE (self), CONTACT_INFO, "RequestContactInfo",
                        g_variant_new ("(u)", handle), "(a(sasas))", info_cb, g_object_ref (self));
    }
}

static void
linnet_profile_ask (LinnetPage *page)
{
  linnet_connection_ask_handle (linnet_page_get_connection (page), LINNET_PROFILE (page)->address,
                                handle_cb, g_object_ref (page));
}

static void
linnet_profile_leave (LinnetPage *page)
{
  LINNET_PROFILE (page)->handle = 0;
}

static void
linnet_profile_signal (LinnetPage *page, const char *member, GVariant *arguments)
{
  LinnetProfile *self = LINNET_PROFILE (page);
  g_autoptr (GVariant) info = NULL;
  guint32 handle;

  if (!g_str_equal (member, "ContactInfoChanged") ||
      !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ua(sasas))")))
    return;
  g_variant_get (arguments, "(u@a(sasas))", &handle, &info);
  if (handle == self->handle)
    take_info (self, info);
}

static void
linnet_profile_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_FIELDS)
    g_value_set_object (value, LINNET_PROFILE (object)->fields);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_profile_finalize (GObject *object)
{
  LinnetProfile *self = LINNET_PROFILE (object);

  g_clear_object (&self->fields);
  g_clear_pointer (&self->address, g_free);
  G_OBJECT_CLASS (linnet_profile_parent_class)->finalize (object);
}

static void
linnet_profile_class_init (LinnetProfileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LinnetPageClass *page_class = LINNET_PAGE_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_profile_get_property;
  object_class->finalize = linnet_profile_finalize;
  page_class->ask = linnet_profile_ask;
  page_class->leave = linnet_profile_leave;
  page_class->signal = linnet_profile_signal;

  props[PROP_FIELDS] = g_param_spec_object ("fields", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_profile_init (LinnetProfile *self)
{
  self->fields = g_list_store_new (LINNET_TYPE_PROFILE_FIELD);
}

/**
 * linnet_profile_new:
 * @account: an account
 * @address: (nullable): a bare address; %NULL: one's own
 *
 * Returns: (transfer full): an object that follows what they write, for as long as it lives
 */
LinnetProfile *
linnet_profile_new (LinnetAccount *account, const char *address)
{
  LinnetProfile *self = g_object_new (LINNET_TYPE_PROFILE, NULL);

  self->address = g_strdup (address != NULL ? address : linnet_account_get_address (account));
  linnet_page_start (LINNET_PAGE (self), account);
  return self;
}

/** linnet_profile_get_fields: Returns: (transfer none) (element-type LinnetProfileField): what they
 * write, as far as is known */
GListModel *
linnet_profile_get_fields (LinnetProfile *self)
{
  g_return_val_if_fail (LINNET_IS_PROFILE (self), NULL);
  return G_LIST_MODEL (self->fields);
}

/** linnet_profile_dup_fields: Returns: (transfer full) (element-type LinnetProfileField): copies */
GListStore *
linnet_profile_dup_fields (LinnetProfile *self)
{
  GListStore *copies = g_list_store_new (LINNET_TYPE_PROFILE_FIELD);

  g_return_val_if_fail (LINNET_IS_PROFILE (self), copies);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->fields)); i++)
    {
      g_autoptr (LinnetProfileField) field = g_list_model_get_item (G_LIST_MODEL (self->fields), i);
      g_autoptr (LinnetProfileField) copy = linnet_profile_field_new (
          linnet_profile_field_get_name (field), linnet_profile_field_get_types (field),
          linnet_profile_field_get_values (field));

      g_list_store_append (copies, copy);
    }
  return copies;
}

/**
 * linnet_profile_save_async:
 * @fields: (element-type LinnetProfileField): all that one writes of oneself from now on
 * @callback: (scope async): called when the server has it; finish with linnet_profile_save_finish()
 * @data: for @callback
 */
void
linnet_profile_save_async (LinnetProfile *self,
                           GListModel *fields,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GTask) task = NULL;
  GVariantBuilder builder;

  g_return_if_fail (LINNET_IS_PROFILE (self) && G_IS_LIST_MODEL (fields));
  task = g_task_new (self, NULL, callback, data);
  if (linnet_page_get_connection (LINNET_PAGE (self)) == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                               _ ("The profile can be changed while the account is online."));
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sasas)"));
  for (guint i = 0; i < g_list_model_get_n_items (fields); i++)
    {
      g_autoptr (LinnetProfileField) field = g_list_model_get_item (fields, i);

      if (!linnet_profile_field_is_empty (field))
        g_variant_builder_add_value (&builder, linnet_profile_field_to_variant (field));
    }
  linnet_connection_call (linnet_page_get_connection (LINNET_PAGE (self)), "ContactInfo",
                          "SetContactInfo", g_variant_new ("(a(sasas))", &builder),
                          linnet_account_action_done_cb, g_steal_pointer (&task));
}

/** linnet_profile_save_finish: Returns: whether the server has it; else the error is a sentence */
gboolean
linnet_profile_save_finish (LinnetProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
