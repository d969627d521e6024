/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-client.c: a program that observes, approves or handles channels, and what it wants. Telepathy:
 * Client, Client.Observer, .Approver, .Handler */
#include "bus/cm-client.h"

#define CLIENT CM_CLIENT_INTERFACE
/* So many crashes, one within so long after the other, are too many. */
#define MAX_CRASHES 3
#define CRASHES_US (30 * G_USEC_PER_SEC)

static const char *const interfaces[CM_CLIENT_N_ROLES] = {
  [CM_CLIENT_OBSERVER] = CLIENT ".Observer",
  [CM_CLIENT_APPROVER] = CLIENT ".Approver",
  [CM_CLIENT_HANDLER] = CLIENT ".Handler",
  [CM_CLIENT_REQUESTS] = CLIENT ".Interface.Requests",
};

static const char *const filter_names[CM_CLIENT_REQUESTS] = { "ObserverChannelFilter",
                                                              "ApproverChannelFilter",
                                                              "HandlerChannelFilter" };

static const char *const wish_names[CM_CLIENT_N_WISHES] = { "BypassApproval", "DelayApprovers",
                                                            "Recover" };

static void
client_clear (gpointer data)
{
  CmClient *self = data;

  for (guint i = 0; i < CM_CLIENT_REQUESTS; i++)
    g_ptr_array_unref (self->filters[i]);
  g_strfreev (self->capabilities);
  g_free (self->bus_name);
  g_free (self->unique_name);
}

/** cm_client_new: Returns: (transfer full): one that wants nothing yet */
CmClient *
cm_client_new (const char *bus_name)
{
  CmClient *self = g_rc_box_new0 (CmClient);

  self->bus_name = g_strdup (bus_name);
  for (guint i = 0; i < CM_CLIENT_REQUESTS; i++)
    self->filters[i] = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  return self;
}

void
cm_client_unref (CmClient *self)
{
  g_rc_box_release_full (self, client_clear);
}

char *
cm_client_dup_path (const char *bus_name)
{
  char *path = g_strconcat ("/", bus_name, NULL);

  return g_strdelimit (path, ".", '/');
}

/** cm_client_is_name: @bus_name: whatever a program wrote, or owns. Returns: whether a client can
 * have it: one with a "-" has no path, so nobody there could be called */
gboolean
cm_client_is_name (const char *bus_name)
{
  g_autofree char *path = NULL;

  if (!g_dbus_is_name (bus_name) || !g_str_has_prefix (bus_name, CM_CLIENT_PREFIX))
    return FALSE;
  path = cm_client_dup_path (bus_name);
  return g_variant_is_object_path (path);
}

const char *
cm_client_get_interface (CmClientRole role)
{
  return interfaces[role];
}

static void
take_interfaces (CmClient *self, const char *const *listed)
{
  for (guint role = 0; role < CM_CLIENT_N_ROLES; role++)
    self->has_role[role] = listed != NULL && g_strv_contains (listed, interfaces[role]);
}

/* "property type" = value, as .manager and .client files write it. */
static GVariant *
parse_value (GKeyFile *file, const char *group, const char *key, const char *type)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = NULL;

  if (g_str_equal (type, "s"))
    {
      g_autofree char *text = g_key_file_get_string (file, group, key, &error);

      value = text != NULL ? g_variant_new_string (text) : NULL;
    }
  else if (g_str_equal (type, "o"))
    {
      g_autofree char *text = g_key_file_get_string (file, group, key, &error);

      value =
          text != NULL && g_variant_is_object_path (text) ? g_variant_new_object_path (text) : NULL;
    }
  else if (g_str_equal (type, "b"))
    value = g_variant_new_boolean (g_key_file_get_boolean (file, group, key, &error));
  else if (strlen (type) == 1 && strchr ("yqut", type[0]) != NULL)
    value = g_variant_new_uint64 (g_key_file_get_uint64 (file, group, key, &error));
  else if (strlen (type) == 1 && strchr ("nix", type[0]) != NULL)
    value = g_variant_new_int64 (g_key_file_get_int64 (file, group, key, &error));
  if (value == NULL || error != NULL)
    {
      g_clear_pointer (&value, g_variant_unref);
      return NULL;
    }
  return value;
}

static GVariant *
parse_filter (GKeyFile *file, const char *group)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (keys[i], " ", 2);
      GVariant *value =
          g_strv_length (parts) == 2 ? parse_value (file, group, keys[i], parts[1]) : NULL;

      if (value == NULL)
        {
          g_variant_builder_clear (&builder);
          return NULL;
        }
      g_variant_builder_add (&builder, "{sv}", parts[0], value);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
read_filters (CmClient *self, GKeyFile *file)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint role = 0; role < CM_CLIENT_REQUESTS; role++)
    g_ptr_array_set_size (self->filters[role], 0);
  for (guint i = 0; groups[i] != NULL; i++)
    for (guint role = 0; role < CM_CLIENT_REQUESTS; role++)
      {
        g_autofree char *prefix =
            g_strconcat (interfaces[role], ".", filter_names[role], " ", NULL);
        GVariant *filter =
            g_str_has_prefix (groups[i], prefix) ? parse_filter (file, groups[i]) : NULL;

        if (filter != NULL)
          g_ptr_array_add (self->filters[role], filter);
      }
}

/* Its tokens are the keys of a group, all of them true. */
static void
read_capabilities (CmClient *self, GKeyFile *file)
{
  g_autofree char *group = g_strconcat (interfaces[CM_CLIENT_HANDLER], ".Capabilities", NULL);

  g_strfreev (self->capabilities);
  self->capabilities = g_key_file_get_keys (file, group, NULL, NULL);
}

/**
 * cm_client_read_file:
 * @file: its .client file; it counts instead of what was known of it
 *
 * Spec: Telepathy Client, .client files
 */
void
cm_client_read_file (CmClient *self, GKeyFile *file)
{
  g_auto (GStrv) listed = g_key_file_get_string_list (file, CLIENT, "Interfaces", NULL, NULL);
  const char *observer = interfaces[CM_CLIENT_OBSERVER];

  self->has_file = TRUE;
  take_interfaces (self, (const char *const *) listed);
  read_filters (self, file);
  read_capabilities (self, file);
  self->has_wish[CM_CLIENT_BYPASSES_APPROVAL] =
      g_key_file_get_boolean (file, interfaces[CM_CLIENT_HANDLER], "BypassApproval", NULL);
  self->has_wish[CM_CLIENT_DELAYS_APPROVERS] =
      g_key_file_get_boolean (file, observer, "DelayApprovers", NULL);
  self->has_wish[CM_CLIENT_RECOVERS] = g_key_file_get_boolean (file, observer, "Recover", NULL);
}

/** cm_client_forget_file: what runs still wants what it wanted */
void
cm_client_forget_file (CmClient *self)
{
  self->has_file = FALSE;
}

/** cm_client_take_roles: @properties: a{sv} of its Client interface */
void
cm_client_take_roles (CmClient *self, GVariant *properties)
{
  g_autofree const char **listed = NULL;

  if (g_variant_lookup (properties, "Interfaces", "^a&s", &listed))
    take_interfaces (self, listed);
}

/** cm_client_take_wishes: @properties: a{sv} of the interface of that role */
void
cm_client_take_wishes (CmClient *self, CmClientRole role, GVariant *properties)
{
  g_autoptr (GVariant) filters =
      g_variant_lookup_value (properties, filter_names[role], G_VARIANT_TYPE ("aa{sv}"));

  g_ptr_array_set_size (self->filters[role], 0);
  for (gsize i = 0; filters != NULL && i < g_variant_n_children (filters); i++)
    g_ptr_array_add (self->filters[role], g_variant_get_child_value (filters, i));
  if (role == CM_CLIENT_HANDLER)
    {
      g_clear_pointer (&self->capabilities, g_strfreev);
      g_variant_lookup (properties, "Capabilities", "^as", &self->capabilities);
    }
  for (guint i = 0; i < CM_CLIENT_N_WISHES; i++)
    g_variant_lookup (properties, wish_names[i], "b", &self->has_wish[i]);
}

/** cm_client_new_capabilities: Returns: (transfer floating): (saa{sv}as): its name, and what it
 * says that it handles; nothing where it is no handler */
GVariant *
cm_client_new_capabilities (CmClient *self)
{
  const gboolean is_handler = self->has_role[CM_CLIENT_HANDLER];
  GPtrArray *filters = self->filters[CM_CLIENT_HANDLER];
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("(saa{sv}as)"));
  g_variant_builder_add (&builder, "s", self->bus_name);
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; is_handler && i < filters->len; i++)
    g_variant_builder_add_value (&builder, g_ptr_array_index (filters, i));
  g_variant_builder_close (&builder);
  g_variant_builder_open (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; is_handler && self->capabilities != NULL && self->capabilities[i] != NULL; i++)
    g_variant_builder_add (&builder, "s", self->capabilities[i]);
  g_variant_builder_close (&builder);
  return g_variant_builder_end (&builder);
}

/* Numbers of any width are equal if they are the same number. */
static gboolean
is_same (GVariant *a, GVariant *b)
{
  g_autofree char *text_a = NULL;
  g_autofree char *text_b = NULL;

  if (g_variant_equal (a, b))
    return TRUE;
  if (strchr ("ynqiuxt", g_variant_get_type_string (a)[0]) == NULL ||
      strchr ("ynqiuxt", g_variant_get_type_string (b)[0]) == NULL)
    return FALSE;
  text_a = g_variant_print (a, FALSE);
  text_b = g_variant_print (b, FALSE);
  return g_str_equal (text_a, text_b);
}

/** cm_client_match: Returns: how many properties the best matching filter names; -1: none matches
 */
int
cm_client_match (CmClient *self, CmClientRole role, GVariant *channel)
{
  int best = -1;

  for (guint i = 0; i < self->filters[role]->len; i++)
    {
      GVariant *filter = g_ptr_array_index (self->filters[role], i);
      GVariantIter iter;
      const char *key;
      GVariant *raw;
      gboolean does_match = TRUE;

      g_variant_iter_init (&iter, filter);
      while (does_match && g_variant_iter_next (&iter, "{&sv}", &key, &raw))
        {
          g_autoptr (GVariant) wanted = raw;
          g_autoptr (GVariant) value = g_variant_lookup_value (channel, key, NULL);

          does_match = value != NULL && is_same (value, wanted);
        }
      if (does_match)
        best = MAX (best, (int) g_variant_n_children (filter));
    }
  return best;
}

gboolean
cm_client_can_be_reached (const CmClient *self)
{
  gboolean is_crashing =
      self->n_crashes >= MAX_CRASHES && g_get_monotonic_time () - self->crashed_at_us < CRASHES_US;

  return self->is_running || (self->is_activatable && !is_crashing);
}

/** cm_client_note_crash: it left while something was its own; once for each time that it ran,
 * however much that was */
void
cm_client_note_crash (CmClient *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->has_crashed)
    return;
  self->has_crashed = TRUE;
  if (now - self->crashed_at_us > CRASHES_US)
    self->n_crashes = 0;
  self->n_crashes++;
  self->crashed_at_us = now;
  if (self->n_crashes == MAX_CRASHES)
    g_message ("%s crashes again and again; it is not started for a while", self->bus_name);
}
