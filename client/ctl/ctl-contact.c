/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-contact.c: contacts of a connection. Telepathy Connection.Interface.ContactList,
 * .ContactGroups, .Aliasing, .SimplePresence, .Contacts */
#include "config.h"

#include "ctl/ctl-contact.h"

#include <string.h>

#include <glib/gi18n.h>

#define INTERFACE CTL_CONNECTION ".Interface."
#define ALIASING INTERFACE "Aliasing"
#define CONTACT_LIST INTERFACE "ContactList"
#define CONTACT_GROUPS INTERFACE "ContactGroups"
#define CONTACTS INTERFACE "Contacts"
#define BLOCKING INTERFACE "ContactBlocking"
#define SIMPLE_PRESENCE INTERFACE "SimplePresence"
#define IDLE "im.linnet.Idle1"
#define CONFUSABLES "im.linnet.Confusables1"
#define APPROVALS "im.linnet.Approvals1"

/* Telepathy's Contact_List_State: nobody has asked for it yet; success, or a failure, of which the
 * calls say more. */
#define LIST_NONE 0
#define LIST_FAILURE 2

/** ctl_online_clear: @self: what was opened */
void
ctl_online_clear (CtlOnline *self)
{
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_clear_pointer (&self->contacts, g_ptr_array_unref);
  g_clear_pointer (&self->arguments, g_strfreev);
}

/**
 * ctl_online_open:
 * @self: zeroed; what is opened stays until ctl_online_clear ()
 * @least: how many arguments it needs
 * @most: how many it takes
 *
 * Reads the command's words and waits until the account that is meant is online.
 *
 * Returns: FALSE with an error
 */
gboolean
ctl_online_open (CtlOnline *self,
                 Ctl *ctl,
                 const CtlCommand *command,
                 const GOptionEntry *entries,
                 char **words,
                 guint least,
                 guint most,
                 GError **error)
{
  self->arguments = ctl_parse (ctl, command, entries, words, least, most, error);
  return self->arguments != NULL && ctl_online_await (self, ctl, error);
}

/** ctl_online_await: waits until the account that is meant is online. Returns: FALSE with an error
 */
gboolean
ctl_online_await (CtlOnline *self, Ctl *ctl, GError **error)
{
  if (!ctl_connect (ctl, error))
    return FALSE;
  self->accounts = ctl_accounts_select (ctl, error);
  if (self->accounts == NULL)
    return FALSE;
  self->account = ctl_accounts_select_one (ctl, self->accounts, error);
  return self->account != NULL && ctl_account_await (ctl, self->account, error);
}

void
ctl_contact_free (CtlContact *self)
{
  g_free (self->address);
  g_free (self->name);
  ctl_presence_free (self->presence);
  g_free (self->request);
  g_free (self->lookalike);
  g_strfreev (self->groups);
  g_free (self);
}

/* What is asked of each. */
static const char *const interfaces[] = { ALIASING, SIMPLE_PRESENCE, IDLE,
                                          BLOCKING, CONFUSABLES, APPROVALS,
                                          CONTACT_LIST, CONTACT_GROUPS, NULL };

typedef enum
{
  ATTRIBUTE_ADDRESS,
  ATTRIBUTE_NAME,
  ATTRIBUTE_PRESENCE,
  ATTRIBUTE_SINCE,
  ATTRIBUTE_BLOCKED,
  ATTRIBUTE_APPROVED,
  ATTRIBUTE_LOOKALIKE,
  ATTRIBUTE_SUBSCRIBE,
  ATTRIBUTE_PUBLISH,
  ATTRIBUTE_REQUEST,
  ATTRIBUTE_GROUPS,
  N_ATTRIBUTES
} Attribute;

static const struct
{
  const char *key;
  const char *type;
} attributes[N_ATTRIBUTES] = {
  [ATTRIBUTE_ADDRESS] = { CTL_CONNECTION "/contact-id", "s" },
  [ATTRIBUTE_NAME] = { ALIASING "/alias", "s" },
  [ATTRIBUTE_PRESENCE] = { SIMPLE_PRESENCE "/presence", "(uss)" },
  [ATTRIBUTE_SINCE] = { IDLE "/since", "x" },
  [ATTRIBUTE_BLOCKED] = { BLOCKING "/blocked", "b" },
  [ATTRIBUTE_APPROVED] = { APPROVALS "/approved", "b" },
  [ATTRIBUTE_LOOKALIKE] = { CONFUSABLES "/confusable-with", "s" },
  [ATTRIBUTE_SUBSCRIBE] = { CONTACT_LIST "/subscribe", "u" },
  [ATTRIBUTE_PUBLISH] = { CONTACT_LIST "/publish", "u" },
  [ATTRIBUTE_REQUEST] = { CONTACT_LIST "/publish-request", "s" },
  [ATTRIBUTE_GROUPS] = { CONTACT_GROUPS "/groups", "as" },
};

static void
take_presence (CtlContact *self, GVariant *value)
{
  const char *show, *text;
  guint32 type;

  g_variant_get (value, "(u&s&s)", &type, &show, &text);
  g_clear_pointer (&self->presence, ctl_presence_free);
  self->presence = ctl_presence_new (type, show, text);
}

static void
take_attribute (CtlContact *self, Attribute attribute, GVariant *value)
{
  char **texts[N_ATTRIBUTES] = {
    [ATTRIBUTE_ADDRESS] = &self->address,
    [ATTRIBUTE_NAME] = &self->name,
    [ATTRIBUTE_LOOKALIKE] = &self->lookalike,
    [ATTRIBUTE_REQUEST] = &self->request,
  };

  if (texts[attribute] != NULL)
    {
      g_free (*texts[attribute]);
      *texts[attribute] = g_variant_dup_string (value, NULL);
    }
  else if (attribute == ATTRIBUTE_PRESENCE)
    take_presence (self, value);
  else if (attribute == ATTRIBUTE_SINCE)
    self->idle_since_s = g_variant_get_int64 (value);
  else if (attribute == ATTRIBUTE_BLOCKED)
    self->is_blocked = g_variant_get_boolean (value);
  else if (attribute == ATTRIBUTE_APPROVED)
    self->is_approved = g_variant_get_boolean (value);
  else if (attribute == ATTRIBUTE_SUBSCRIBE)
    self->subscribe = g_variant_get_uint32 (value);
  else if (attribute == ATTRIBUTE_PUBLISH)
    self->publish = g_variant_get_uint32 (value);
  else if (attribute == ATTRIBUTE_GROUPS)
    {
      g_strfreev (self->groups);
      self->groups = g_variant_dup_strv (value, NULL);
    }
}

/* Goes through the attributes once: a list may have 10,000 contacts, and each that is looked for is
 * looked for among all. */
static CtlContact *
contact_new (guint handle, GVariant *given)
{
  CtlContact *self = g_new0 (CtlContact, 1);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  self->handle = handle;
  g_variant_iter_init (&iter, given);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      for (Attribute i = 0; i < N_ATTRIBUTES; i++)
        if (g_str_equal (attributes[i].key, key) &&
            g_variant_is_of_type (value, G_VARIANT_TYPE (attributes[i].type)))
          take_attribute (self, i, value);
      g_variant_unref (value);
    }
  if (self->address == NULL)
    self->address = g_strdup ("");
  if (self->name == NULL)
    self->name = g_strdup (self->address);
  if (self->presence == NULL)
    self->presence = ctl_presence_new (7, "unknown", "");
  if (self->request == NULL)
    self->request = g_strdup ("");
  if (self->groups == NULL)
    self->groups = g_new0 (char *, 1);
  return self;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  CtlContact *const *one = a;
  CtlContact *const *other = b;

  return strcmp ((*one)->address, (*other)->address);
}

typedef struct
{
  Ctl *ctl;
  const char *name;
  const char *path;
  gboolean is_asked_for;
} ListState;

/* An account may leave that to whoever wants the list: DownloadAtConnection. */
static gboolean
ask_for_list (ListState *list, GError **error)
{
  g_autoptr (GVariant) reply = NULL;

  if (list->is_asked_for)
    return TRUE;
  list->is_asked_for = TRUE;
  reply = ctl_call (list->ctl, list->name, list->path, CONTACT_LIST, "Download", NULL, "()", error);
  return reply != NULL;
}

static gboolean
check_list (gpointer data, GError **error)
{
  ListState *list = data;
  g_autoptr (GVariant) state =
      ctl_get (list->ctl, list->name, list->path, CONTACT_LIST, "ContactListState", "u", error);

  if (state == NULL || (g_variant_get_uint32 (state) == LIST_NONE && !ask_for_list (list, error)))
    return FALSE;
  return g_variant_get_uint32 (state) >= LIST_FAILURE;
}

/* It is enough that it came: the state is asked for again. */
static void
state_changed_cb (GDBusConnection *bus,
                  const char *sender,
                  const char *path,
                  const char *interface,
                  const char *member,
                  GVariant *arguments,
                  gpointer data)
{
}

/* The list comes some moments after the connection. */
static gboolean
wait_for_list (Ctl *ctl, CtlAccount *account, const char *name, GError **error)
{
  ListState list = { ctl, name, ctl_account_get_connection (account), FALSE };
  guint subscription = g_dbus_connection_signal_subscribe (
      ctl->bus, name, CONTACT_LIST, "ContactListStateChanged", list.path, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, state_changed_cb, NULL, NULL);
  gboolean in_time = FALSE;
  gboolean good = ctl_wait (ctl, CTL_TIMEOUT_S, check_list, &list, &in_time, error);

  g_dbus_connection_signal_unsubscribe (ctl->bus, subscription);
  if (good && !in_time)
    g_set_error (error, CTL_ERROR, CTL_TIMED_OUT, _ ("The contacts of %s did not come in time."),
                 account->address);
  return good && in_time;
}

/**
 * ctl_contact_dup_connection:
 *
 * Returns: (transfer full): the name of an account's connection
 * Errors: CTL_OFFLINE
 */
char *
ctl_contact_dup_connection (CtlAccount *account, GError **error)
{
  if (ctl_account_get_status (account) == CTL_CONNECTED)
    return ctl_account_dup_connection_name (account);
  g_set_error (error, CTL_ERROR, CTL_OFFLINE,
               _ ("%s is not online, and that is needed here. “linnetctl presence available” signs "
                  "in, and “linnetctl status” says how it is doing."),
               account->address);
  return NULL;
}

/**
 * ctl_contacts_load:
 * @account: one that is online
 *
 * Returns: (transfer full): its contacts, CtlContact, by address
 * Errors: CTL_OFFLINE
 */
GPtrArray *
ctl_contacts_load (Ctl *ctl, CtlAccount *account, GError **error)
{
  g_autofree char *name = ctl_contact_dup_connection (account, error);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariantIter) iter = NULL;
  GPtrArray *contacts;
  GVariant *given;
  guint32 handle;

  if (name == NULL || !wait_for_list (ctl, account, name, error))
    return NULL;
  reply = ctl_call (ctl, name, ctl_account_get_connection (account), CONTACT_LIST,
                    "GetContactListAttributes", g_variant_new ("(^asb)", interfaces, FALSE),
                    "(a{ua{sv}})", error);
  if (reply == NULL)
    return NULL;
  contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) ctl_contact_free);
  g_variant_get (reply, "(a{ua{sv}})", &iter);
  while (g_variant_iter_loop (iter, "{u@a{sv}}", &handle, &given))
    g_ptr_array_add (contacts, contact_new (handle, given));
  g_ptr_array_sort (contacts, compare);
  return contacts;
}

/** ctl_contacts_find: @address: as typed, perhaps of one of their devices. Returns: (transfer
 * none): its contact, else CTL_UNKNOWN
 */
CtlContact *
ctl_contacts_find (GPtrArray *contacts, const char *address, GError **error)
{
  g_autofree char *wanted = g_utf8_casefold (address, (gssize) strcspn (address, "/"));

  for (guint i = 0; i < contacts->len; i++)
    {
      CtlContact *contact = g_ptr_array_index (contacts, i);
      g_autofree char *known = g_utf8_casefold (contact->address, -1);

      if (g_str_equal (known, wanted))
        return contact;
    }
  g_set_error (error, CTL_ERROR, CTL_UNKNOWN, _ ("“%s” is not in the contact list."), address);
  return NULL;
}

/**
 * ctl_contact_load:
 * @account: one that is online
 * @address: of anybody, as typed, perhaps of one of their devices
 *
 * Returns: (transfer full): what is known of them
 * Errors: CTL_OFFLINE, CTL_USAGE if it is no address
 */
CtlContact *
ctl_contact_load (Ctl *ctl, CtlAccount *account, const char *address, GError **error)
{
  g_autofree char *name = ctl_contact_dup_connection (account, error);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) given = NULL;
  CtlContact *contact;
  guint32 handle;

  if (name == NULL || !wait_for_list (ctl, account, name, error))
    return NULL;
  reply = ctl_call (ctl, name, ctl_account_get_connection (account), CONTACTS, "GetContactByID",
                    g_variant_new ("(s^as)", address, interfaces), "(ua{sv})", error);
  if (reply == NULL)
    return NULL;
  g_variant_get (reply, "(u@a{sv})", &handle, &given);
  contact = contact_new (handle, given);
  contact->is_self = g_str_equal (contact->address, account->address);
  return contact;
}

/** ctl_contact_is_listed: @is_listed: (out): in the contact list. Returns: FALSE with an error */
gboolean
ctl_contact_is_listed (
    Ctl *ctl, CtlAccount *account, guint handle, gboolean *is_listed, GError **error)
{
  static const char *const none[] = { NULL };
  g_autoptr (GVariant) reply =
      ctl_connection_call (ctl, account, CONTACT_LIST, "GetContactListAttributes",
                           g_variant_new ("(^asb)", none, FALSE), "(a{ua{sv}})", error);
  g_autoptr (GVariantIter) iter = NULL;
  guint32 other;

  if (reply == NULL)
    return FALSE;
  *is_listed = FALSE;
  g_variant_get (reply, "(a{ua{sv}})", &iter);
  while (!*is_listed && g_variant_iter_next (iter, "{u@a{sv}}", &other, NULL))
    *is_listed = other == handle;
  return TRUE;
}

/**
 * ctl_contact_find:
 * @account: one that is online
 * @address: as typed
 *
 * Returns: (transfer full): somebody in the contact list
 * Errors: CTL_UNKNOWN if they are not in it
 */
CtlContact *
ctl_contact_find (Ctl *ctl, CtlAccount *account, const char *address, GError **error)
{
  g_autoptr (CtlContact) contact = ctl_contact_load (ctl, account, address, error);
  gboolean is_listed = FALSE;

  if (contact == NULL || !ctl_contact_is_listed (ctl, account, contact->handle, &is_listed, error))
    return NULL;
  if (is_listed)
    return g_steal_pointer (&contact);
  g_set_error (error, CTL_ERROR, CTL_UNKNOWN, _ ("“%s” is not in the contact list."),
               contact->address);
  return NULL;
}

/* They, or all of their server. (transfer full) (nullable) */
static char *
dup_blocked (Ctl *ctl, CtlAccount *account, const char *address)
{
  g_autoptr (CtlContact) contact = ctl_contact_load (ctl, account, address, NULL);
  const char *at = contact != NULL ? strchr (contact->address, '@') : NULL;

  if (contact != NULL && contact->is_blocked)
    return g_strdup (contact->address);
  return at != NULL ? dup_blocked (ctl, account, at + 1) : NULL;
}

/** ctl_contact_check_reachable: @address: of somebody. Errors: CTL_FAILED if they are blocked */
gboolean
ctl_contact_check_reachable (Ctl *ctl, CtlAccount *account, const char *address, GError **error)
{
  g_autofree char *blocked = dup_blocked (ctl, account, address);

  if (blocked == NULL)
    return TRUE;
  g_set_error (error, CTL_ERROR, CTL_FAILED,
               _ ("%s is blocked and cannot be reached. “linnetctl roster unblock %s” changes "
                  "that."),
               blocked, blocked);
  return FALSE;
}

/**
 * ctl_contact_explain:
 * @address: of somebody with whom something went wrong
 * @error: (inout): what
 *
 * Servers say little about why nobody who is blocked can be reached.
 */
void
ctl_contact_explain (Ctl *ctl, CtlAccount *account, const char *address, GError **error)
{
  g_autoptr (GError) why = NULL;

  if (error == NULL || *error == NULL || ctl_account_get_status (account) != CTL_CONNECTED ||
      ctl_contact_check_reachable (ctl, account, address, &why))
    return;
  g_clear_error (error);
  g_propagate_error (error, g_steal_pointer (&why));
}

/**
 * ctl_contact_ensure_handle:
 * @address: of anybody
 *
 * Returns: the number that the connection has for that address, 0 on error
 * Errors: CTL_USAGE if it is no address
 */
guint
ctl_contact_ensure_handle (Ctl *ctl, CtlAccount *account, const char *address, GError **error)
{
  g_autofree char *name = ctl_contact_dup_connection (account, error);
  g_autoptr (GVariant) reply = NULL;
  static const char *const none[] = { NULL };
  guint32 handle = 0;

  if (name == NULL)
    return 0;
  reply = ctl_call (ctl, name, ctl_account_get_connection (account), CONTACTS, "GetContactByID",
                    g_variant_new ("(s^as)", address, none), "(ua{sv})", error);
  if (reply != NULL)
    g_variant_get_child (reply, 0, "u", &handle);
  return handle;
}

/**
 * ctl_connection_call:
 * @account: one that is online
 * @arguments: (transfer floating): a tuple
 * @reply: the type of the answer
 *
 * Returns: (transfer full): the answer of the account's connection
 * Errors: CTL_OFFLINE
 */
GVariant *
ctl_connection_call (Ctl *ctl,
                     CtlAccount *account,
                     const char *interface,
                     const char *method,
                     GVariant *arguments,
                     const char *reply,
                     GError **error)
{
  g_autofree char *name = ctl_contact_dup_connection (account, error);
  g_autoptr (GVariant) owned = g_variant_ref_sink (arguments);

  if (name == NULL)
    return NULL;
  return ctl_call (ctl, name, ctl_account_get_connection (account), interface, method, owned, reply,
                   error);
}

/**
 * ctl_contact_call:
 * @interface: the last word of an interface of Connection.Interface
 * @arguments: (transfer floating): a tuple
 *
 * Calls it once the contact list is there.
 *
 * Returns: whether a method that gives nothing did what it should
 */
gboolean
ctl_contact_call (Ctl *ctl,
                  CtlAccount *account,
                  const char *interface,
                  const char *method,
                  GVariant *arguments,
                  GError **error)
{
  g_autofree char *full = g_strconcat (INTERFACE, interface, NULL);
  g_autofree char *name = ctl_contact_dup_connection (account, error);
  g_autoptr (GVariant) owned = g_variant_ref_sink (arguments);
  g_autoptr (GVariant) reply = NULL;

  if (name == NULL || !wait_for_list (ctl, account, name, error))
    return FALSE;
  reply = ctl_connection_call (ctl, account, full, method, owned, "()", error);
  return reply != NULL;
}

/** ctl_contact_get_subscription: Returns: (transfer none): both, to, from or none, as XMPP has it
 */
const char *
ctl_contact_get_subscription (const CtlContact *self)
{
  gboolean to = self->subscribe == CTL_SUBSCRIPTION_YES;
  gboolean from = self->publish == CTL_SUBSCRIPTION_YES;

  return to && from ? "both" : to ? "to"
                           : from ? "from"
                                  : "none";
}

/** ctl_contact_dup_standing: Returns: (transfer full): the subscription, what is asked, and whether
 * they are blocked, for people */
char *
ctl_contact_dup_standing (const CtlContact *self)
{
  GString *text = g_string_new (ctl_contact_get_subscription (self));

  if (self->subscribe == CTL_SUBSCRIPTION_ASK)
    g_string_append_printf (text, ", %s", _ ("asked"));
  if (self->subscribe == CTL_SUBSCRIPTION_REMOVED)
    g_string_append_printf (text, ", %s", _ ("refused"));
  if (self->publish == CTL_SUBSCRIPTION_ASK)
    g_string_append_printf (text, ", %s", _ ("asks"));
  if (self->is_approved)
    g_string_append_printf (text, ", %s", _ ("approved"));
  if (self->is_blocked)
    g_string_append_printf (text, ", %s", _ ("blocked"));
  return g_string_free (text, FALSE);
}

/** ctl_contact_add_json: @builder: an open a{sv}, for programs */
void
ctl_contact_add_json (const CtlContact *self, GVariantBuilder *builder)
{
#define ADD(key, value) g_variant_builder_add (builder, "{sv}", key, value)
  ADD ("address", g_variant_new_string (self->address));
  ADD ("name", g_variant_new_string (self->name));
  ADD ("presence", ctl_presence_to_variant (self->presence));
  ADD ("subscription", g_variant_new_string (ctl_contact_get_subscription (self)));
  ADD ("asked", g_variant_new_boolean (self->subscribe == CTL_SUBSCRIPTION_ASK));
  ADD ("refused", g_variant_new_boolean (self->subscribe == CTL_SUBSCRIPTION_REMOVED));
  ADD ("asks", g_variant_new_boolean (self->publish == CTL_SUBSCRIPTION_ASK));
  ADD ("approved", g_variant_new_boolean (self->is_approved));
  ADD ("blocked", g_variant_new_boolean (self->is_blocked));
  ADD ("request", g_variant_new_string (self->request));
  ADD ("confusable_with", g_variant_new_string (self->lookalike != NULL ? self->lookalike : ""));
  ADD ("groups", g_variant_new_strv ((const char *const *) self->groups, -1));
#undef ADD
}
