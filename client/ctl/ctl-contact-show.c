/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-contact-show.c: contact ADDRESS: what is known of somebody. linnetctl(1) */
#include "config.h"

#include <glib/gi18n.h>

#include "ctl/ctl-avatar.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-info.h"
#include "ctl/ctl-text.h"

#define PERSONAL "im.linnet.Personal1"
#define DISCOVERY "im.linnet.ServiceDiscovery1"
#define LOCATION CTL_CONNECTION ".Interface.Location"

static void
print_line (const char *title, const char *text)
{
  g_autofree char *safe = ctl_text_dup_safe (text);

  if (*text != '\0')
    g_print ("%s: %s\n", title, safe);
}

static void
print_idle (const CtlContact *contact)
{
  g_autofree char *since =
      contact->idle_since_s > 0 ? ctl_text_dup_time (contact->idle_since_s) : g_strdup ("");

  print_line (_ ("Idle since"), since);
}

static void
print_facts (GVariant *facts)
{
  GVariantIter iter;
  const char *what;
  GVariant *value;

  g_variant_iter_init (&iter, facts);
  while (g_variant_iter_next (&iter, "{&s@a{sv}}", &what, &value))
    {
      g_autoptr (GVariant) owned = value;
      GVariantIter entries;
      const char *key;
      GVariant *entry;

      g_variant_iter_init (&entries, owned);
      while (g_variant_iter_next (&entries, "{&sv}", &key, &entry))
        {
          g_autoptr (GVariant) of_entry = entry;
          g_autofree char *title = g_strdup_printf ("%s/%s", what, key);
          g_autofree char *text = g_variant_is_of_type (of_entry, G_VARIANT_TYPE_STRING)
                                      ? g_variant_dup_string (of_entry, NULL)
                                      : g_variant_print (of_entry, FALSE);

          print_line (title, text);
        }
    }
}

/* What the contact says of themselves, with where they are: a{sa{sv}} */
static GVariant *
dup_facts (Ctl *ctl, CtlOnline *online, const CtlContact *contact, GError **error)
{
  g_autoptr (GVariant) personal =
      ctl_connection_call (ctl, online->account, PERSONAL, "Get",
                           g_variant_new ("(s)", contact->address), "(a{sa{sv}})", error);
  g_autoptr (GVariant) known = NULL;
  g_autoptr (GVariant) map = NULL;
  g_autoptr (GVariant) inner = NULL;
  GVariantBuilder builder;
  GVariantIter iter;
  const char *what;
  GVariant *value;

  if (personal == NULL)
    return NULL;
  known =
      ctl_connection_call (ctl, online->account, LOCATION, "GetLocations",
                           g_variant_new_parsed ("([%u],)", contact->handle), "(a{ua{sv}})", error);
  if (known == NULL)
    return NULL;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa{sv}}"));
  inner = g_variant_get_child_value (personal, 0);
  g_variant_iter_init (&iter, inner);
  while (g_variant_iter_next (&iter, "{&s@a{sv}}", &what, &value))
    {
      g_variant_builder_add (&builder, "{s@a{sv}}", what, value);
      g_variant_unref (value);
    }
  map = g_variant_get_child_value (known, 0);
  g_variant_iter_init (&iter, map);
  while (g_variant_iter_next (&iter, "{u@a{sv}}", NULL, &value))
    {
      g_variant_builder_add (&builder, "{s@a{sv}}", "location", value);
      g_variant_unref (value);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static gboolean
show_contact (Ctl *ctl, CtlOnline *online, GError **error)
{
  CtlContact *contact;
  g_autoptr (GVariant) facts = NULL;
  g_autofree char *groups = NULL;
  GVariantBuilder builder;

  online->contacts = ctl_contacts_load (ctl, online->account, error);
  contact = online->contacts != NULL
                ? ctl_contacts_find (online->contacts, online->arguments[0], error)
                : NULL;
  facts = contact != NULL ? dup_facts (ctl, online, contact, error) : NULL;
  if (facts == NULL)
    return FALSE;
  groups = g_strjoinv (", ", contact->groups);
  if (!ctl->wants_json)
    {
      print_line (_ ("Address"), contact->address);
      print_line (_ ("Looks like"), contact->lookalike != NULL ? contact->lookalike : "");
      print_line (_ ("Name"), contact->name);
      print_line (_ ("Presence"), ctl_presence_get_word (contact->presence));
      print_idle (contact);
      print_line (_ ("Subscription"), ctl_contact_get_subscription (contact));
      print_line (_ ("Groups"), groups);
      print_facts (facts);
      return TRUE;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "address", g_variant_new_string (contact->address));
  g_variant_builder_add (
      &builder, "{sv}", "confusable_with",
      g_variant_new_string (contact->lookalike != NULL ? contact->lookalike : ""));
  g_variant_builder_add (&builder, "{sv}", "name", g_variant_new_string (contact->name));
  g_variant_builder_add (&builder, "{sv}", "presence", ctl_presence_to_variant (contact->presence));
  g_variant_builder_add (&builder, "{sv}", "idle_since",
                         g_variant_new_int64 (contact->idle_since_s));
  g_variant_builder_add (&builder, "{sv}", "subscription",
                         g_variant_new_string (ctl_contact_get_subscription (contact)));
  g_variant_builder_add (&builder, "{sv}", "groups",
                         g_variant_new_strv ((const char *const *) contact->groups, -1));
  g_variant_builder_add (&builder, "{sv}", "facts", facts);
  ctl_json_print (g_variant_builder_end (&builder));
  return TRUE;
}

static void
print_device (GVariant *device, gboolean with_features)
{
  g_autoptr (GVariantIter) features = NULL;
  g_autofree char *line = NULL;
  g_autofree char *safe = NULL;
  gboolean is_verified;
  const char *resource;
  const char *type;
  const char *name;
  const char *feature;

  g_variant_get (device, "(&s&s&sasb)", &resource, &type, &name, &features, &is_verified);
  line = g_strdup_printf ("%s  %s  %s", resource, type, name);
  safe = ctl_text_dup_safe (g_strchomp (line));
  g_print ("%s%s%s\n", safe, with_features && !is_verified ? "  " : "",
           with_features && !is_verified ? _ ("(not proven)") : "");
  while (with_features && g_variant_iter_next (features, "&s", &feature))
    {
      g_autofree char *shown = ctl_text_dup_safe (feature);

      g_print ("  %s\n", shown);
    }
}

static gboolean
show_devices (Ctl *ctl, CtlOnline *online, gboolean with_features, GError **error)
{
  g_autoptr (GVariant) reply =
      ctl_connection_call (ctl, online->account, DISCOVERY, "Devices",
                           g_variant_new ("(s)", online->arguments[0]), "(a(sssasb))", error);
  g_autoptr (GVariant) devices = NULL;

  if (reply == NULL)
    return FALSE;
  devices = g_variant_get_child_value (reply, 0);
  if (ctl->wants_json)
    ctl_json_print (devices);
  for (gsize i = 0; !ctl->wants_json && i < g_variant_n_children (devices); i++)
    {
      g_autoptr (GVariant) device = g_variant_get_child_value (devices, i);

      print_device (device, with_features);
    }
  return TRUE;
}

static gboolean
show_vcard (Ctl *ctl, CtlOnline *online, GError **error)
{
  g_autoptr (GPtrArray) info = ctl_info_load (ctl, online->account, online->arguments[0], error);

  if (info == NULL)
    return FALSE;
  ctl_info_print (info, ctl->wants_json);
  return TRUE;
}

gboolean
ctl_contact_show (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  gboolean devices = FALSE;
  gboolean caps = FALSE;
  gboolean vcard = FALSE;
  g_autofree char *avatar = NULL;
  const GOptionEntry entries[] = {
    { "devices", 0, 0, G_OPTION_ARG_NONE, &devices, N_ ("Show the contact’s devices"), NULL },
    { "caps", 0, 0, G_OPTION_ARG_NONE, &caps, N_ ("Show what each device can do"), NULL },
    { "vcard", 0, 0, G_OPTION_ARG_NONE, &vcard, N_ ("Show what the contact’s vCard says"), NULL },
    { "avatar", 0, 0, G_OPTION_ARG_FILENAME, &avatar, N_ ("Put the contact’s picture into a file"),
      N_ ("FILE") },
    { NULL },
  };

  if (!ctl_online_open (&online, ctl, command, entries, words, 1, 1, error))
    return FALSE;
  if (avatar != NULL)
    return ctl_avatar_save (ctl, online.account, online.arguments[0], avatar, error);
  if (vcard)
    return show_vcard (ctl, &online, error);
  return devices || caps ? show_devices (ctl, &online, caps, error)
                         : show_contact (ctl, &online, error);
}
