/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-info.c: what people write in their vCards: asked for, kept while we are online, set. XEP-0054,
 * XEP-0292
 *
 * Nobody says when it changes, so it is what somebody asked for last; what came first goes first
 * when there is too much of it. */

#include "im/im-info.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-contact-private.h"

/* Of all contacts together. */
#define MAX_KEPT_BYTES (4 << 20)

struct _ImInfo
{
  ImAccount *account; /* owns us */
  GQueue kept; /* ImContact whose info is known, the first one first */
  gsize n_bytes; /* of all that is known */
};

typedef struct
{
  ImContact *contact; /* of the account */
  const ImInfoWire *wire; /* of personal eventing; a constant */
  GError *error; /* (owned) (nullable) why there is no vCard of the other kind */
} Request;

static void
free_request (gpointer data)
{
  Request *request = data;

  g_clear_error (&request->error);
  g_free (request);
}

static const ImInfoWire *
get_wire (ImAccount *account)
{
  return IM_ACCOUNT_WIRE (account, info);
}

/** im_contact_get_info: Returns: (transfer none) (nullable): a(sasas) of their vCard, if it is
 * known
 */
GVariant *
im_contact_get_info (const ImContact *self)
{
  return self->said != NULL ? self->said->info : NULL;
}

static void
set_info (ImInfo *self, ImContact *contact, GVariant *info)
{
  if (contact->said == NULL)
    contact->said = g_new0 (ImContactSaid, 1);
  contact->said->info = g_variant_ref (info);
  self->n_bytes += g_variant_get_size (info);
}

static void
drop_info (ImInfo *self, ImContact *contact)
{
  self->n_bytes -= g_variant_get_size (contact->said->info);
  g_clear_pointer (&contact->said->info, g_variant_unref);
}

/* (transfer full): the text of the first field of that name; NULL: there is none. */
static char *
dup_first (GVariant *info, const char *wanted)
{
  GVariantIter iter;
  const char *name;
  GVariant *values;

  g_variant_iter_init (&iter, info);
  while (g_variant_iter_next (&iter, "(&s@as@as)", &name, NULL, &values))
    {
      g_autoptr (GVariant) held = values;
      char *text = NULL;

      if (strcmp (name, wanted) != 0 || g_variant_n_children (held) == 0)
        continue;
      g_variant_get_child (held, 0, "s", &text);
      return text;
    }
  return NULL;
}

/* Says whether it is news, with the next flush. */
static void
keep (ImInfo *self, ImContact *contact, GVariant *info)
{
  g_autofree char *nick = dup_first (info, "nickname");
  GVariant *known = im_contact_get_info (contact);

  im_account_set_vcard_nick (self->account, contact, nick);
  if (known != NULL && g_variant_equal (known, info))
    return;
  if (known != NULL)
    drop_info (self, contact);
  else
    g_queue_push_tail (&self->kept, contact);
  set_info (self, contact, info);
  im_roster_note (self->account->roster, contact, IM_CONTACT_INFO);
  while (self->n_bytes > MAX_KEPT_BYTES && g_queue_get_length (&self->kept) > 1)
    {
      ImContact *oldest = g_queue_pop_head (&self->kept);

      if (oldest == contact)
        g_queue_push_tail (&self->kept, oldest);
      else
        drop_info (self, oldest);
    }
}

/* (transfer full): in one piece, as that is smaller. */
static GVariant *
read_info (const ImInfoWire *wire, const XmppNode *vcard)
{
  GVariant *info = g_variant_ref_sink (wire->read (vcard));

  g_variant_get_data (info);
  return info;
}

/** im_info_new: @account: its owner. Returns: (transfer full): nothing is known */
ImInfo *
im_info_new (ImAccount *account)
{
  ImInfo *self = g_new0 (ImInfo, 1);

  self->account = account;
  g_queue_init (&self->kept);
  return self;
}

/** im_info_free: @self: (transfer full): before the contacts go */
void
im_info_free (ImInfo *self)
{
  im_info_forget (self);
  g_free (self);
}

/** im_info_forget: nothing is known any more; what people are called stays */
void
im_info_forget (ImInfo *self)
{
  ImContact *contact;

  while ((contact = g_queue_pop_head (&self->kept)) != NULL)
    drop_info (self, contact);
}

/**
 * im_info_take_vcard:
 * @vcard: of @contact, as it is now
 *
 * One that says nothing is no news: perhaps they publish another kind, which only who wants to know
 * asks for.
 */
void
im_info_take_vcard (ImAccount *account, ImContact *contact, const XmppNode *vcard)
{
  const ImInfoWire *wire = get_wire (account);
  g_autoptr (GVariant) info = wire != NULL ? read_info (wire, vcard) : NULL;

  if (info == NULL || (g_variant_n_children (info) == 0 && !contact->is_self))
    return;
  keep (account->info, contact, info);
  im_roster_flush (account->roster);
}

static const ImInfoField no_fields[] = { { 0 } };

/** im_account_get_info_fields: Returns: (transfer none): what can be set; ends with a name NULL */
const ImInfoField *
im_account_get_info_fields (ImAccount *self)
{
  const ImInfoWire *wire = get_wire (self);

  return wire != NULL && wire->fields != NULL ? wire->fields : no_fields;
}

/** im_account_can_set_info: Returns: whether the server offers vCards, at its own address or at
 * ours; TRUE where it has not said what it offers. Spec: XEP-0054 §4 */
gboolean
im_account_can_set_info (ImAccount *self)
{
  g_auto (GStrv) said = im_account_dup_server_features (self);
  const ImInfoWire *wire = get_wire (self);

  return wire != NULL && wire->write != NULL &&
         (*said == NULL || im_account_server_has (self, XMPP_NS_VCARD_TEMP) ||
          im_account_own_has (self, XMPP_NS_VCARD_TEMP));
}

/* What is found is all there is. */
static void
end_request (GTask *task, GVariant *info)
{
  ImAccount *account = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);

  if (im_account_get_session (account) != NULL)
    {
      keep (account->info, request->contact, info);
      im_roster_flush (account->roster);
    }
  g_task_return_pointer (task, g_variant_ref (info), (GDestroyNotify) g_variant_unref);
}

static GVariant *
new_empty (void)
{
  return g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("(sasas)"), NULL, 0));
}

static void
fetched_item_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) items = im_pep_fetch_finish (IM_ACCOUNT (source), result, &error);
  XmppNode *item = items != NULL ? xmpp_node_find (items, "item", XMPP_NS_PUBSUB) : NULL;
  XmppNode *payload = item != NULL ? xmpp_node_get_first (item) : NULL;
  g_autoptr (GVariant) info = payload != NULL ? read_info (request->wire, payload) : new_empty ();

  if (error != NULL)
    g_debug ("There is no vCard 4 either: %s", error->message);
  if (g_error_matches (error, IM_ERROR, IM_ERROR_DISCONNECTED))
    g_task_return_error (task, g_steal_pointer (&error)); /* nobody has said that there is none */
  else if (payload == NULL && request->error != NULL)
    g_task_return_error (task, g_steal_pointer (&request->error));
  else
    end_request (task, info);
}

/* Who keeps one kind from us, or everybody, may well publish the other one: each has rules of its
 * own about who sees it. */
static gboolean
may_be_elsewhere (const Request *request, GVariant *info, const GError *error)
{
  if (request->contact->is_self || request->wire == NULL)
    return FALSE;
  return info != NULL ? g_variant_n_children (info) == 0
                      : g_error_matches (error, IM_ERROR, IM_ERROR_PERMISSION_DENIED);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *account = IM_ACCOUNT (source);
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) vcard = im_vcard_fetch_finish (account, result, &error);
  g_autoptr (GVariant) info = vcard != NULL ? read_info (get_wire (account), vcard) : NULL;

  if (may_be_elsewhere (request, info, error))
    {
      request->error = g_steal_pointer (&error);
      im_pep_fetch_async (account, request->contact->jid, request->wire->node, NULL, 1,
                          fetched_item_cb, g_steal_pointer (&task));
    }
  else if (vcard == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    end_request (task, info);
}

/**
 * im_account_request_info_async:
 * @is_refresh: what is known already is not enough; of ourselves it never is, as other devices
 * change it
 *
 * Whoever asks while it is being read again gets what comes.
 *
 * Spec: XEP-0054 3.3; XEP-0292 3.1.1 where they have nothing by that, or nothing for us
 */
void
im_account_request_info_async (ImAccount *self,
                               ImContact *contact,
                               gboolean is_refresh,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Request *request = g_new0 (Request, 1);
  GVariant *known = im_contact_get_info (contact);

  request->contact = contact;
  request->wire = IM_ACCOUNT_WIRE (self, pep_info);
  g_task_set_task_data (task, request, free_request);
  if (known != NULL && !is_refresh && !contact->is_self && !im_vcard_is_asked (self, contact->jid))
    g_task_return_pointer (task, g_variant_ref (known), (GDestroyNotify) g_variant_unref);
  else if (get_wire (self) == NULL)
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED, "Nobody can be asked.");
  else
    im_vcard_fetch_async (self, contact->jid, fetched_cb, g_steal_pointer (&task));
}

/** im_account_request_info_finish: Returns: (transfer full) (nullable): a(sasas), or an error */
GVariant *
im_account_request_info_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static const ImInfoField *
find_field (const ImInfoField *fields, const char *name)
{
  for (const ImInfoField *field = fields; field->name != NULL; field++)
    if (strcmp (field->name, name) == 0)
      return field;
  return NULL;
}

static gboolean
check_parameters (const ImInfoField *field, char **parameters, GError **error)
{
  for (guint i = 0; parameters[i] != NULL; i++)
    if (!g_str_has_prefix (parameters[i], "type=") || field->types == NULL ||
        !g_strv_contains (field->types, parameters[i] + strlen ("type=")))
      {
        g_autofree char *bounded = im_dup_bounded (parameters[i], 100);

        g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” does not go with “%s”",
                     bounded, field->name);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_values (const ImInfoField *field, char **values, gsize *n_bytes, GError **error)
{
  guint n_values = g_strv_length (values);

  if (n_values == 0 || (field->n_values > 0 && n_values > field->n_values))
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” does not have %u values",
                   field->name, n_values);
      return FALSE;
    }
  for (guint i = 0; i < n_values; i++)
    {
      gsize length = strlen (values[i]);

      *n_bytes += length;
      if (length > IM_INFO_MAX_TEXT_BYTES || *n_bytes > IM_INFO_MAX_BYTES)
        {
          g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” is too long", field->name);
          return FALSE;
        }
    }
  return TRUE;
}

static guint
count_fields (GVariant *info, const char *wanted)
{
  GVariantIter iter;
  const char *name;
  guint n_fields = 0;

  g_variant_iter_init (&iter, info);
  while (g_variant_iter_next (&iter, "(&s@as@as)", &name, NULL, NULL))
    n_fields += strcmp (name, wanted) == 0;
  return n_fields;
}

static gboolean
check_field (const ImInfoField *fields, GVariant *entry, gsize *n_bytes, GError **error)
{
  const char *name;
  g_auto (GStrv) parameters = NULL;
  g_auto (GStrv) values = NULL;
  const ImInfoField *field;

  g_variant_get (entry, "(&s^as^as)", &name, &parameters, &values);
  field = find_field (fields, name);
  if (field == NULL)
    {
      g_autofree char *bounded = im_dup_bounded (name, 100);

      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "“%s” is no field that can be set here", bounded);
      return FALSE;
    }
  return check_parameters (field, parameters, error) &&
         check_values (field, values, n_bytes, error);
}

static gboolean
check_info (const ImInfoField *fields, GVariant *info, GError **error)
{
  gsize n_bytes = 0;

  if (g_variant_n_children (info) > IM_INFO_MAX_FIELDS)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "There are more than %d fields",
                   IM_INFO_MAX_FIELDS);
      return FALSE;
    }
  for (gsize i = 0; i < g_variant_n_children (info); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (info, i);

      if (!check_field (fields, entry, &n_bytes, error))
        return FALSE;
    }
  for (const ImInfoField *field = fields; field->name != NULL; field++)
    if (field->max > 0 && count_fields (info, field->name) > field->max)
      {
        g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "There is more than one “%s”",
                     field->name);
        return FALSE;
      }
  return TRUE;
}

typedef struct
{
  const ImInfoWire *wire;
  GVariant *info; /* (owned) */
} Setting;

static void
free_setting (gpointer data)
{
  Setting *setting = data;

  g_variant_unref (setting->info);
  g_free (setting);
}

static XmppNode *
write_cb (const XmppNode *current, gpointer data, GError **error)
{
  Setting *setting = data;

  return setting->wire->write (current, setting->info);
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (im_vcard_edit_finish (IM_ACCOUNT (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/** im_account_set_info_async: @info: a(sasas), all that we say of ourselves. Spec: XEP-0054 3.2 */
void
im_account_set_info_async (ImAccount *self,
                           GVariant *info,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GVariant) given = g_variant_ref_sink (info);
  const ImInfoWire *wire = get_wire (self);
  GError *error = NULL;
  Setting *setting;

  if (wire == NULL || wire->write == NULL)
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED, "Nothing can be set.");
  else if (!check_info (wire->fields, given, &error))
    g_task_return_error (task, error);
  else
    {
      setting = g_new (Setting, 1);
      setting->wire = wire;
      setting->info = g_steal_pointer (&given);
      im_vcard_edit_async (self, write_cb, setting, free_setting, set_cb, g_steal_pointer (&task));
    }
}

/** im_account_set_info_finish: Returns: whether the server has it */
gboolean
im_account_set_info_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
