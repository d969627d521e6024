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
          g_autofree char *text = ctl_text_dup_fact (key, of_entry);

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

static void
print_devices (GVariant *devices, gboolean with_features)
{
  if (g_variant_n_children (devices) == 0)
    g_print ("%s\n", _ ("No device is online."));
  for (gsize i = 0; i < g_variant_n_children (devices); i++)
    {
      g_autoptr (GVariant) device = g_variant_get_child_value (devices, i);

      print_device (device, with_features);
    }
}

/* (transfer full): a(sssasb) */
static GVariant *
load_devices (Ctl *ctl, CtlOnline *online, GError **error)
{
  g_autoptr (GVariant) reply =
      ctl_connection_call (ctl, online->account, DISCOVERY, "Devices",
                           g_variant_new ("(s)", online->arguments[0]), "(a(sssasb))", error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

static void
print_contact (const CtlContact *contact, gboolean is_listed, GVariant *facts)
{
  g_autofree char *groups = g_strjoinv (", ", contact->groups);
  g_autofree char *standing = ctl_contact_dup_standing (contact);

  print_line (_ ("Address"), contact->address);
  print_line (_ ("Looks like"), contact->lookalike != NULL ? contact->lookalike : "");
  print_line (_ ("Name"), contact->name);
  print_line (_ ("Presence"), ctl_presence_get_word (contact->presence));
  print_line (_ ("Text"), contact->presence->text);
  print_idle (contact);
  if (contact->is_self)
    g_print ("%s\n", _ ("That is you."));
  else
    {
      print_line (_ ("Subscription"), standing);
      print_line (_ ("They write"), contact->request);
    }
  if (!contact->is_self && !is_listed)
    g_print ("%s\n", _ ("Not in the contact list."));
  print_line (_ ("Groups"), groups);
  print_facts (facts);
}

/* `devices` (nullable): only of ourselves */
static void
print_json (const CtlContact *contact, gboolean is_listed, GVariant *facts, GVariant *devices)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  ctl_contact_add_json (contact, &builder);
  g_variant_builder_add (&builder, "{sv}", "idle_since",
                         g_variant_new_int64 (contact->idle_since_s));
  g_variant_builder_add (&builder, "{sv}", "in_list", g_variant_new_boolean (is_listed));
  g_variant_builder_add (&builder, "{sv}", "self", g_variant_new_boolean (contact->is_self));
  g_variant_builder_add (&builder, "{sv}", "facts", facts);
  if (devices != NULL)
    g_variant_builder_add (&builder, "{sv}", "devices", devices);
  ctl_json_print (g_variant_builder_end (&builder));
}

/* Anybody, in the list or not, and ourselves with our devices. */
static gboolean
show_contact (Ctl *ctl, CtlOnline *online, GError **error)
{
  g_autoptr (CtlContact) contact =
      ctl_contact_load (ctl, online->account, online->arguments[0], error);
  g_autoptr (GVariant) facts = NULL;
  g_autoptr (GVariant) devices = NULL;
  gboolean is_listed = FALSE;

  if (contact == NULL ||
      !ctl_contact_is_listed (ctl, online->account, contact->handle, &is_listed, error))
    return FALSE;
  facts = dup_facts (ctl, online, contact, error);
  devices = facts != NULL && contact->is_self ? load_devices (ctl, online, error) : NULL;
  if (facts == NULL || (contact->is_self && devices == NULL))
    return FALSE;
  if (ctl->wants_json)
    {
      print_json (contact, is_listed, facts, devices);
      return TRUE;
    }
  print_contact (contact, is_listed, facts);
  if (devices != NULL)
    {
      g_print ("%s\n", _ ("Devices:"));
      print_devices (devices, FALSE);
    }
  return TRUE;
}

/* What is asked for beside or instead of the overview. */
typedef struct
{
  gboolean devices;
  gboolean caps;
  gboolean vcard;
  char *avatar; /* (owned) (nullable): where the picture goes */
} Parts;

static void
parts_clear (Parts *self)
{
  g_free (self->avatar);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

/* Each part is printed, or goes into the JSON by its name. */
static gboolean
show_parts (Ctl *ctl, CtlOnline *online, const Parts *parts, GVariantBuilder *json, GError **error)
{
  const char *address = online->arguments[0];
  gboolean is_first = TRUE;

  if (parts->devices || parts->caps)
    {
      g_autoptr (GVariant) devices = load_devices (ctl, online, error);

      if (devices == NULL)
        return FALSE;
      if (!ctl->wants_json)
        print_devices (devices, parts->caps);
      g_variant_builder_add (json, "{sv}", "devices", devices);
      is_first = FALSE;
    }
  if (parts->vcard)
    {
      g_autoptr (GPtrArray) info = ctl_info_load (ctl, online->account, address, error);

      if (info == NULL)
        return FALSE;
      if (!ctl->wants_json)
        {
          g_print ("%s", is_first ? "" : "\n");
          ctl_info_print (info, _ ("They write nothing of themselves."));
        }
      g_variant_builder_add (json, "{sv}", "vcard", ctl_info_to_json (info));
      is_first = FALSE;
    }
  if (parts->avatar != NULL)
    {
      g_autofree char *mime = ctl_avatar_save (ctl, online->account, address, parts->avatar, error);
      g_autofree char *safe = ctl_text_dup_safe (mime);

      if (mime == NULL)
        return FALSE;
      if (!ctl->wants_json)
        g_print ("%s%s: %s\n", is_first ? "" : "\n", parts->avatar, safe);
      g_variant_builder_add (json, "{sv}", "avatar", g_variant_new_string (mime));
    }
  return TRUE;
}

/* For programs: one part is as it is, several have their names. */
static void
print_parts (GVariant *parts)
{
  if (g_variant_n_children (parts) == 1)
    {
      g_autoptr (GVariant) only = NULL;

      g_variant_get_child (parts, 0, "{sv}", NULL, &only);
      ctl_json_print (only);
    }
  else
    ctl_json_print (parts);
}

gboolean
ctl_contact_show (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_auto (Parts) parts = { 0 };
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) json = NULL;
  gboolean good;
  const GOptionEntry entries[] = {
    { "devices", 0, 0, G_OPTION_ARG_NONE, &parts.devices, N_ ("Show the contact’s devices"), NULL },
    { "caps", 0, 0, G_OPTION_ARG_NONE, &parts.caps, N_ ("Show what each device can do"), NULL },
    { "vcard", 0, 0, G_OPTION_ARG_NONE, &parts.vcard, N_ ("Show what the contact’s vCard says"),
      NULL },
    { "avatar", 0, 0, G_OPTION_ARG_FILENAME, &parts.avatar,
      N_ ("Put the contact’s picture into a file"), N_ ("FILE") },
    { NULL },
  };

  if (!ctl_online_open (&online, ctl, command, entries, words, 1, 1, error))
    return FALSE;
  if (!parts.devices && !parts.caps && !parts.vcard && parts.avatar == NULL)
    return show_contact (ctl, &online, error);
  good = show_parts (ctl, &online, &parts, &builder, error);
  if (!good)
    ctl_contact_explain (ctl, online.account, online.arguments[0], error);
  json = g_variant_ref_sink (g_variant_builder_end (&builder));
  if (good && ctl->wants_json)
    print_parts (json);
  return good;
}
