/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-connection-contacts.c: who is there. Telepathy Connection.Interface.ContactList,
 * .ContactGroups, .Aliasing, .Avatars, .SimplePresence; im.linnet.Confusables1, .Approvals1, .Idle1
 */
#include "config.h"

#include "model/linnet-connection-private.h"

/* What is asked of each. */
static const char *const interfaces[] = { ALIASING, AVATARS, CONFUSABLES,
                                          APPROVALS, IDLE, SIMPLE_PRESENCE,
                                          CONTACT_LIST, CONTACT_GROUPS, NULL };

/* What is said of somebody by being there. */
static const char *const marks[] = { CONFUSABLES, APPROVALS, IDLE, NULL };

static LinnetContact *
contact_of (LinnetConnection *self, guint handle)
{
  return g_hash_table_lookup (self->by_handle, GUINT_TO_POINTER (handle));
}

static void
take_presence (LinnetConnection *self, guint handle, GVariant *presence)
{
  LinnetContact *contact = contact_of (self, handle);
  const char *status, *text;
  guint32 type;

  if (contact == NULL)
    return;
  g_variant_get (presence, "(u&s&s)", &type, &status, &text);
  linnet_contact_set_presence (contact, linnet_presence_from_telepathy (type), text);
}

/* What is not there is not so. */
static void
take_marks (LinnetContact *contact, GVariant *attributes)
{
  const char *looks_like = NULL;
  gboolean approved = FALSE;
  gint64 since = 0;

  g_variant_lookup (attributes, CONFUSABLES "/confusable-with", "&s", &looks_like);
  linnet_contact_set_looks_like (contact, looks_like);
  g_variant_lookup (attributes, APPROVALS "/approved", "b", &approved);
  linnet_contact_set_approved (contact, approved);
  g_variant_lookup (attributes, IDLE "/since", "x", &since);
  linnet_contact_set_idle_since (contact, since);
}

static void
take_attributes (LinnetConnection *self, guint handle, GVariant *attributes)
{
  g_autoptr (GVariant) presence = NULL;
  g_autofree const char **groups = NULL;
  const char *address = NULL, *alias = NULL, *text = NULL, *token = NULL;
  guint32 subscribe = 0, publish = 0;
  LinnetContact *contact;

  if (!g_variant_lookup (attributes, CONNECTION "/contact-id", "&s", &address) ||
      handle == self->self_handle)
    return;
  contact = linnet_account_ensure_contact (self->account, address);
  linnet_contact_set_handle (contact, handle);
  g_hash_table_insert (self->by_handle, GUINT_TO_POINTER (handle), g_object_ref (contact));
  if (g_variant_lookup (attributes, ALIASING "/alias", "&s", &alias))
    linnet_contact_set_name (contact, alias);
  if (g_variant_lookup (attributes, AVATARS "/token", "&s", &token))
    linnet_contact_set_avatar_token (contact, token);
  take_marks (contact, attributes);
  g_variant_lookup (attributes, CONTACT_LIST "/publish-request", "&s", &text);
  g_variant_lookup (attributes, CONTACT_LIST "/publish", "u", &publish);
  if (g_variant_lookup (attributes, CONTACT_LIST "/subscribe", "u", &subscribe))
    linnet_contact_set_subscription (contact, subscribe, publish, text);
  if (g_variant_lookup (attributes, CONTACT_GROUPS "/groups", "^a&s", &groups))
    linnet_contact_set_groups (contact, groups);
  presence =
      g_variant_lookup_value (attributes, SIMPLE_PRESENCE "/presence", G_VARIANT_TYPE ("(uss)"));
  if (presence != NULL)
    take_presence (self, handle, presence);
}

static void
take_all_attributes (LinnetConnection *self, GVariant *contacts)
{
  GVariantIter iter;
  GVariant *attributes;
  guint32 handle;

  g_variant_iter_init (&iter, contacts);
  while (g_variant_iter_loop (&iter, "{u@a{sv}}", &handle, &attributes))
    take_attributes (self, handle, attributes);
}

/* Contacts that the server no longer lists. */
static void
forget_unlisted (LinnetConnection *self)
{
  GListModel *known = linnet_account_get_contacts (self->account);

  for (guint i = g_list_model_get_n_items (known); i > 0; i--)
    {
      g_autoptr (LinnetContact) contact = g_list_model_get_item (known, i - 1);
      guint handle = linnet_contact_get_handle (contact);

      if (handle == 0 || contact_of (self, handle) != contact)
        linnet_account_remove_contact_row (self->account, contact);
    }
}

static void
groups_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = linnet_connection_finish (self, result, "groups");
  g_autoptr (GVariant) value = NULL;
  g_autofree const char **names = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    return;
  names = g_variant_get_strv (value, NULL);
  linnet_account_take_groups (self->account, names);
}

static void
contacts_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = linnet_connection_finish (self, result, "contact list");
  g_autoptr (GVariant) contacts = NULL;

  self->loading = FALSE;
  if (reply == NULL)
    return;
  contacts = g_variant_get_child_value (reply, 0);
  take_all_attributes (self, contacts);
  forget_unlisted (self);
  linnet_connection_ask_property (self, CONTACT_GROUPS, "Groups", groups_loaded_cb);
}

void
linnet_connection_load_contacts (LinnetConnection *self)
{
  if (self->loading)
    return;
  self->loading = TRUE;
  linnet_connection_call_at (self, self->path, CONTACT_LIST, "GetContactListAttributes",
                             g_variant_new ("(^asb)", interfaces, FALSE), "(a{ua{sv}})",
                             contacts_loaded_cb);
}

/* Who has left the list meanwhile does not come back by this. */
static void
attributes_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = linnet_connection_finish (self, result, "contact attributes");
  g_autoptr (GVariantIter) iter = NULL;
  GVariant *attributes;
  guint32 handle;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(a{ua{sv}})", &iter);
  while (g_variant_iter_loop (iter, "{u@a{sv}}", &handle, &attributes))
    if (g_hash_table_remove (self->awaited, GUINT_TO_POINTER (handle)) ||
        contact_of (self, handle) != NULL)
      take_attributes (self, handle, attributes);
}

static void
marks_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = linnet_connection_finish (self, result, "marks of contacts");
  g_autoptr (GVariantIter) iter = NULL;
  GVariant *attributes;
  guint32 handle;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(a{ua{sv}})", &iter);
  while (g_variant_iter_loop (iter, "{u@a{sv}}", &handle, &attributes))
    if (contact_of (self, handle) != NULL)
      take_marks (contact_of (self, handle), attributes);
}

static void
ask_marks (LinnetConnection *self, GVariantBuilder *handles)
{
  linnet_connection_call_at (self, self->path, CONTACTS, "GetContactAttributes",
                             g_variant_new ("(au^asb)", handles, marks, FALSE), "(a{ua{sv}})",
                             marks_loaded_cb);
}

/* changed: (a{u(uus)} changes, a{us} identifiers, a{us} removals) */
void
linnet_connection_contact_list_changed (LinnetConnection *self, GVariant *arguments)
{
  g_autoptr (GVariantIter) changes = NULL, identifiers = NULL, removals = NULL;
  g_autoptr (GVariantBuilder) fresh = g_variant_builder_new (G_VARIANT_TYPE ("au"));
  g_autoptr (GVariantBuilder) known = g_variant_builder_new (G_VARIANT_TYPE ("au"));
  const char *address, *text;
  guint32 handle, subscribe, publish;
  gboolean is_any_fresh = FALSE, is_any_known = FALSE;

  g_variant_get (arguments, "(a{u(uus)}a{us}a{us})", &changes, &identifiers, &removals);
  while (g_variant_iter_loop (changes, "{u(uu&s)}", &handle, &subscribe, &publish, &text))
    {
      LinnetContact *contact = contact_of (self, handle);

      g_variant_builder_add (contact != NULL ? known : fresh, "u", handle);
      is_any_known = is_any_known || contact != NULL;
      is_any_fresh = is_any_fresh || contact == NULL;
      if (contact == NULL)
        g_hash_table_add (self->awaited, GUINT_TO_POINTER (handle));
      else
        linnet_contact_set_subscription (contact, subscribe, publish, text);
    }
  while (g_variant_iter_loop (removals, "{u&s}", &handle, &address))
    {
      LinnetContact *contact = contact_of (self, handle);

      if (contact != NULL)
        linnet_account_remove_contact_row (self->account, contact);
      g_hash_table_remove (self->by_handle, GUINT_TO_POINTER (handle));
      g_hash_table_remove (self->awaited, GUINT_TO_POINTER (handle));
    }
  if (is_any_fresh)
    linnet_connection_call_at (self, self->path, CONTACTS, "GetContactAttributes",
                               g_variant_new ("(au^asb)", fresh, interfaces, FALSE), "(a{ua{sv}})",
                               attributes_loaded_cb);
  /* Whether they may before they ask is told by this, too. */
  if (is_any_known)
    ask_marks (self, known);
}

void
linnet_connection_presences_changed (LinnetConnection *self, GVariant *arguments)
{
  g_autoptr (GVariantIter) iter = NULL;
  GVariant *presence;
  guint32 handle;

  g_variant_get (arguments, "(a{u(uss)})", &iter);
  while (g_variant_iter_loop (iter, "{u@(uss)}", &handle, &presence))
    take_presence (self, handle, presence);
}

void
linnet_connection_aliases_changed (LinnetConnection *self, GVariant *arguments)
{
  g_autoptr (GVariantBuilder) renamed = g_variant_builder_new (G_VARIANT_TYPE ("au"));
  g_autoptr (GVariantIter) iter = NULL;
  const char *alias;
  guint32 handle;
  gboolean any = FALSE;

  g_variant_get (arguments, "(a(us))", &iter);
  while (g_variant_iter_loop (iter, "(u&s)", &handle, &alias))
    if (contact_of (self, handle) != NULL)
      {
        linnet_contact_set_name (contact_of (self, handle), alias);
        g_variant_builder_add (renamed, "u", handle);
        any = TRUE;
      }
  /* By their new name, people may take them for somebody else. */
  if (any)
    ask_marks (self, renamed);
}

/* a{sx}: by address */
void
linnet_connection_idle_changed (LinnetConnection *self, GVariant *arguments)
{
  g_autoptr (GVariantIter) iter = NULL;
  const char *address;
  gint64 since;

  g_variant_get (arguments, "(a{sx})", &iter);
  while (g_variant_iter_loop (iter, "{&sx}", &address, &since))
    {
      LinnetContact *contact = linnet_account_lookup_contact (self->account, address);

      if (contact != NULL)
        linnet_contact_set_idle_since (contact, since);
    }
}

/* Adds groups to a contact and takes others away. */
static void
change_groups (LinnetContact *contact, const char *const *added, const char *const *removed)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) groups = NULL;
  const char *const *old = linnet_contact_get_groups (contact);

  for (guint i = 0; old[i] != NULL; i++)
    if (!g_strv_contains (removed, old[i]) && !g_strv_contains (added, old[i]))
      g_strv_builder_add (builder, old[i]);
  for (guint i = 0; added[i] != NULL; i++)
    g_strv_builder_add (builder, added[i]);
  groups = g_strv_builder_end (builder);
  linnet_contact_set_groups (contact, (const char *const *) groups);
}

void
linnet_connection_groups_changed (LinnetConnection *self, GVariant *arguments)
{
  g_autoptr (GVariantIter) handles = NULL;
  g_autofree const char **added = NULL;
  g_autofree const char **removed = NULL;
  guint32 handle;

  g_variant_get (arguments, "(au^a&s^a&s)", &handles, &added, &removed);
  while (g_variant_iter_next (handles, "u", &handle))
    if (contact_of (self, handle) != NULL)
      change_groups (contact_of (self, handle), added, removed);
}

/* A group that has another name, or none any more. */
void
linnet_connection_group_replaced (LinnetConnection *self, const char *old, const char *new_name)
{
  const char *const removed[] = { old, NULL };
  const char *const added[] = { new_name, NULL };
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init (&iter, self->by_handle);
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    if (g_strv_contains (linnet_contact_get_groups (contact), old))
      change_groups (contact, added, removed);
}

void
linnet_connection_groups_removed (LinnetConnection *self, GVariant *arguments)
{
  g_autofree const char **names = NULL;

  g_variant_get (arguments, "(^a&s)", &names);
  for (guint i = 0; names[i] != NULL; i++)
    linnet_connection_group_replaced (self, names[i], NULL);
  linnet_account_groups_removed (self->account, names);
}

void
linnet_connection_groups_created (LinnetConnection *self, GVariant *arguments)
{
  g_autofree const char **names = NULL;

  g_variant_get (arguments, "(^a&s)", &names);
  linnet_account_groups_created (self->account, names);
}
