/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-settings.c: what a person sets of an account, and what follows from it. Telepathy
 * 0.27.4 Account
 *
 * Every change is saved at once; the store gathers them. */

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-presence.h"
#include "im/im-roster.h"

/** im_account_save: has the store keep what is set now; whoever still works for a removed account
 * does not bring it back */
void
im_account_save (ImAccount *self)
{
  if (self->is_removed)
    return;
  store_account_save (self->store, self->record, NULL, NULL);
}

static void
set_text (ImAccount *self, char **field, const char *text, const char *property)
{
  if (g_strcmp0 (*field, text != NULL ? text : "") == 0)
    return;
  g_free (*field);
  *field = g_strdup (text != NULL ? text : "");
  im_account_save (self);
  im_account_notify (self, property);
}

static void
write_presence (StorePresence *stored, const ImPresence *presence)
{
  stored->type = presence->type;
  g_free (stored->status);
  stored->status = g_strdup (presence->status);
  g_free (stored->message);
  stored->message = g_strdup (presence->message);
}

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

/** im_account_get_display_name: Returns: what people call it, "" for none */
const char *
im_account_get_display_name (ImAccount *self)
{
  return or_empty (self->record->display_name);
}

/** im_account_set_display_name: @name: (nullable): what people call it */
void
im_account_set_display_name (ImAccount *self, const char *name)
{
  set_text (self, &self->record->display_name, name, "display-name");
}

/* People hear of it only when what they see is another name. */
static void
note_alias (ImAccount *self, ImContact *contact, const char *before)
{
  if (strcmp (before, im_contact_get_alias (contact)) != 0)
    im_roster_note (self->roster, contact, IM_CONTACT_ALIAS);
}

/** im_account_set_nick: @nick: (nullable): what @contact calls itself; told with the next flush */
void
im_account_set_nick (ImAccount *self, ImContact *contact, const char *nick)
{
  g_autofree char *before = g_strdup (im_contact_get_alias (contact));

  if (im_contact_set_nick (contact, nick))
    note_alias (self, contact, before);
}

/** im_account_set_vcard_nick: @nick: (nullable): what the vCard of @contact calls it; likewise */
void
im_account_set_vcard_nick (ImAccount *self, ImContact *contact, const char *nick)
{
  g_autofree char *before = g_strdup (im_contact_get_alias (contact));

  if (im_contact_set_vcard_nick (contact, nick))
    note_alias (self, contact, before);
}

/** im_account_get_group_delimiter: Returns: what stands between the names of groups within groups,
 * "" for nothing. Spec: XEP-0083 */
const char *
im_account_get_group_delimiter (ImAccount *self)
{
  return or_empty (self->group_delimiter);
}

/** im_account_set_group_delimiter: @delimiter: as the server has it, "" for none */
void
im_account_set_group_delimiter (ImAccount *self, const char *delimiter)
{
  if (g_str_equal (or_empty (self->group_delimiter), delimiter))
    return;
  g_free (self->group_delimiter);
  self->group_delimiter = g_strdup (delimiter);
  im_account_notify (self, "group-delimiter");
}

/** im_account_get_icon_name: Returns: an icon of the theme, "" for none */
const char *
im_account_get_icon_name (ImAccount *self)
{
  return or_empty (self->record->icon_name);
}

/** im_account_set_icon_name: @icon_name: (nullable): an icon of the theme */
void
im_account_set_icon_name (ImAccount *self, const char *icon_name)
{
  set_text (self, &self->record->icon_name, icon_name, "icon-name");
}

/** im_account_get_extra: Returns: (transfer none): a{sv} of im_account_set_extra () */
GVariant *
im_account_get_extra (ImAccount *self)
{
  return self->record->extra;
}

/**
 * im_account_set_extra:
 * @name: of what is kept for programs, and means nothing here
 * @value: (nullable) (transfer floating): %NULL: no longer kept
 */
void
im_account_set_extra (ImAccount *self, const char *name, GVariant *value)
{
  g_autoptr (GVariant) sunk = value != NULL ? g_variant_ref_sink (value) : NULL;
  g_autoptr (GVariant) old = g_variant_lookup_value (self->record->extra, name, NULL);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (self->record->extra);

  if (old == sunk || (old != NULL && sunk != NULL && g_variant_equal (old, sunk)))
    return;
  if (sunk != NULL)
    g_variant_dict_insert_value (&dict, name, sunk);
  else
    g_variant_dict_remove (&dict, name);
  g_variant_unref (self->record->extra);
  self->record->extra = g_variant_ref_sink (g_variant_dict_end (&dict));
  im_account_save (self);
  im_account_notify (self, "extra");
}

/** im_account_is_valid: Returns: whether it has what it needs to connect; a password may be asked
 * for */
gboolean
im_account_is_valid (ImAccount *self)
{
  return xmpp_jid_get_local (self->jid) != NULL || im_account_get_flag (self, "anonymous");
}

/** im_account_has_been_online: Returns: whether it ever was */
gboolean
im_account_has_been_online (ImAccount *self)
{
  return self->record->has_been_online;
}

/** im_account_is_kept: Returns: whether it is the account manager's; FALSE: only of a connection */
gboolean
im_account_is_kept (ImAccount *self)
{
  return self->record->is_kept;
}

/** im_account_set_is_kept: @is_kept: whether it is the account manager's from now on; stored */
void
im_account_set_is_kept (ImAccount *self, gboolean is_kept)
{
  if (self->record->is_kept == is_kept)
    return;
  self->record->is_kept = is_kept;
  im_account_save (self);
}

/** im_account_is_enabled: Returns: whether it may be online */
gboolean
im_account_is_enabled (ImAccount *self)
{
  return self->record->is_enabled;
}

/** im_account_set_enabled: @is_enabled: whether it may be online */
void
im_account_set_enabled (ImAccount *self, gboolean is_enabled)
{
  if (self->record->is_enabled == is_enabled)
    return;
  self->record->is_enabled = is_enabled;
  self->waits_for_person = FALSE;
  im_account_save (self);
  im_account_notify (self, "is-enabled");
  im_account_reconsider (self);
}

/** im_account_get_connect_automatically: Returns: whether it goes online when the service starts */
gboolean
im_account_get_connect_automatically (ImAccount *self)
{
  return self->record->connect_automatically;
}

/** im_account_set_connect_automatically: @value: whether it goes online by itself */
void
im_account_set_connect_automatically (ImAccount *self, gboolean value)
{
  if (self->record->connect_automatically == value)
    return;
  self->record->connect_automatically = value;
  im_account_save (self);
  im_account_notify (self, "connect-automatically");
  if (value && self->is_managed && self->requested_presence->type == IM_PRESENCE_OFFLINE)
    im_account_request_presence (self, self->automatic_presence);
}

/** im_account_get_automatic_presence: Returns: (transfer none): with which it goes online by itself
 */
const ImPresence *
im_account_get_automatic_presence (ImAccount *self)
{
  return self->automatic_presence;
}

/** im_account_set_automatic_presence: @presence: with which it goes online by itself */
void
im_account_set_automatic_presence (ImAccount *self, const ImPresence *presence)
{
  if (im_presence_equal (self->automatic_presence, presence))
    return;
  im_presence_free (self->automatic_presence);
  self->automatic_presence = im_presence_copy (presence);
  write_presence (&self->record->automatic, presence);
  im_account_save (self);
  im_account_notify (self, "automatic-presence");
}

/** im_account_get_requested_presence: Returns: (transfer none): what people want it to be */
const ImPresence *
im_account_get_requested_presence (ImAccount *self)
{
  return self->requested_presence;
}

/** im_account_request_presence: @presence: what it should be; it connects or disconnects where it
 * must */
void
im_account_request_presence (ImAccount *self, const ImPresence *presence)
{
  self->waits_for_person = FALSE;
  if (!im_presence_equal (self->requested_presence, presence))
    {
      im_presence_free (self->requested_presence);
      self->requested_presence = im_presence_copy (presence);
      im_account_notify (self, "requested-presence");
    }
  im_account_reconsider (self);
}

/** im_account_get_presence: Returns: (transfer none): ours, as others see it */
const ImPresence *
im_account_get_presence (ImAccount *self)
{
  return self->presence;
}

/** im_account_show_presence: @presence: what others see of us now */
void
im_account_show_presence (ImAccount *self, const ImPresence *presence)
{
  ImContact *own = im_roster_get_self (self->roster);

  if (im_presence_equal (self->presence, presence))
    return;
  im_presence_free (self->presence);
  self->presence = im_presence_copy (presence);
  im_contact_set_shown (own, presence);
  im_account_notify (self, "presence");
  if (self->state == IM_ACCOUNT_OFFLINE)
    return;
  im_roster_note (self->roster, own, IM_CONTACT_PRESENCE);
  im_roster_flush (self->roster);
  im_caps_go_on (self->caps);
}

/** im_account_set_presence: @presence: sent at once while online, else remembered for the next
 * connection */
void
im_account_set_presence (ImAccount *self, const ImPresence *presence)
{
  im_presence_free (self->next_presence);
  self->next_presence = im_presence_copy (presence);
  if (self->link != NULL)
    im_hiding_set_presence (self->hiding, presence);
}

/** im_account_get_parameters: Returns: (transfer none): a{sv}, without secrets, only what was set
 */
GVariant *
im_account_get_parameters (ImAccount *self)
{
  return self->record->parameters;
}

/** im_account_dup_parameter: @name: one of the table. Returns: (transfer full) (nullable): what was
 * set, else its default */
GVariant *
im_account_dup_parameter (ImAccount *self, const char *name)
{
  return im_parameters_dup (self->record->parameters, name);
}

/** im_account_get_flag: @name: a boolean of the table. Returns: what was set, else its default */
gboolean
im_account_get_flag (ImAccount *self, const char *name)
{
  g_autoptr (GVariant) value = im_account_dup_parameter (self, name);

  return value != NULL && g_variant_get_boolean (value);
}

/** im_account_dup_text: @name: a text of the table. Returns: (transfer full) (nullable): what was
 * set */
char *
im_account_dup_text (ImAccount *self, const char *name)
{
  g_autoptr (GVariant) value = im_account_dup_parameter (self, name);

  return value != NULL ? g_variant_dup_string (value, NULL) : NULL;
}

static void
put_in_force (ImAccount *self, const char *name)
{
  if (self->link == NULL)
    return;
  if (strcmp (name, "priority") == 0)
    im_hiding_say_again (self->hiding);
  if (strcmp (name, "keepalive-interval") == 0 || strcmp (name, "low-bandwidth") == 0 ||
      strcmp (name, IM_PARAMETER_KEEPALIVE) == 0)
    im_account_start_keepalive (self);
  if (strcmp (name, "alias") == 0 && im_account_is_server_known (self))
    im_nickname_server_known (self->nickname);
}

static gboolean
check_unset (const char *const *unset, GError **error)
{
  for (guint i = 0; unset != NULL && unset[i] != NULL; i++)
    {
      const ImParameter *parameter = im_parameters_find (unset[i]);

      /* What is not known is not set either, which is what was asked for. */
      if (parameter == NULL || !g_str_equal (unset[i], "account"))
        continue;
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The parameter “%s” is needed.",
                   unset[i]);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_account (ImAccount *self, GVariant *checked, GError **error)
{
  const char *account = NULL;

  if (!g_variant_lookup (checked, "account", "&s", &account) ||
      g_str_equal (account, xmpp_jid_get_text (self->jid)))
    return TRUE;
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
               "The parameter “account” cannot be changed: "
               "another address is another account.");
  return FALSE;
}

/* What was given as "" is unset. */
static GVariant *
merge (GVariant *old, GVariant *given, GVariant *checked, const char *const *unset)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (old);
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, given);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    g_variant_dict_remove (&dict, name);
  g_variant_iter_init (&iter, checked);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    g_variant_dict_insert_value (&dict, name, value);
  for (guint i = 0; unset != NULL && unset[i] != NULL; i++)
    g_variant_dict_remove (&dict, unset[i]);
  g_variant_dict_remove (&dict, "password");
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
take_password (ImAccount *self, GVariant *checked, const char *const *unset)
{
  const char *password = NULL;

  if (g_variant_lookup (checked, "password", "&s", &password))
    {
      if (self->record->is_kept)
        im_account_set_password_async (self, password, TRUE, NULL, NULL);
      else
        im_account_give_password (self, password);
    }
  else if (unset != NULL && g_strv_contains (unset, "password"))
    im_account_forget_password_async (self, NULL, NULL);
}

/* A password that answers no question counts with the next connection only. */
static gboolean
is_password_for_later (ImAccount *self, GVariant *checked)
{
  return self->state != IM_ACCOUNT_OFFLINE && self->auth_request == NULL &&
         g_variant_lookup (checked, "password", "&s", NULL);
}

/**
 * im_account_update_parameters:
 * @set: a{sv}, sunk: new values; `password` goes to the Secret Service or, for a connection without
 * account, is kept for its life
 * @unset: (nullable): names that have their defaults again
 *
 * Returns: (transfer full): names that need a reconnect, or NULL
 * Errors: IM_ERROR_INVALID_ARGUMENT naming the parameter; nothing has changed then
 */
char **
im_account_update_parameters (ImAccount *self,
                              GVariant *set,
                              const char *const *unset,
                              GError **error)
{
  g_autoptr (GVariant) given = g_variant_ref_sink (set);
  g_autoptr (GVariant) checked = im_parameters_check_all (given, error);
  g_autoptr (GVariant) old = g_variant_ref (self->record->parameters);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  gboolean was_valid = im_account_is_valid (self);

  if (checked == NULL || !check_unset (unset, error) || !check_account (self, checked, error))
    return NULL;
  if (is_password_for_later (self, checked))
    g_strv_builder_add (names, "password");
  take_password (self, checked, unset);
  g_variant_unref (self->record->parameters);
  self->record->parameters = merge (old, given, checked, unset);
  if (g_variant_equal (old, self->record->parameters))
    return g_strv_builder_end (names);
  im_account_save (self);
  self->waits_for_person = FALSE;
  for (const ImParameter *row = im_parameters_get_all (); row->name != NULL; row++)
    {
      g_autoptr (GVariant) before = g_variant_lookup_value (old, row->name, NULL);
      g_autoptr (GVariant) after =
          g_variant_lookup_value (self->record->parameters, row->name, NULL);

      if (before == after || (before != NULL && after != NULL && g_variant_equal (before, after)))
        continue;
      if (row->is_live)
        put_in_force (self, row->name);
      else if (self->state != IM_ACCOUNT_OFFLINE)
        g_strv_builder_add (names, row->name);
    }
  im_account_notify (self, "parameters");
  if (im_account_is_valid (self) != was_valid)
    im_account_notify (self, "is-valid");
  im_account_reconsider (self);
  return g_strv_builder_end (names);
}
