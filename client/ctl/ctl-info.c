/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-info.c: what people write of themselves, as KEY=VALUE and KEY.TYPE=VALUE. Telepathy
 * Connection.Interface.ContactInfo, Contact_Info_Field; linnetctl(1) */
#include "config.h"

#include "ctl/ctl-info.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-text.h"

#define INDENT "  "
#define TYPE "type="

/* What a value must be, where it is not any text. */
typedef enum
{
  KIND_TEXT,
  KIND_DATE,
  KIND_LATITUDE,
  KIND_LONGITUDE,
} Kind;

typedef struct
{
  char *name; /* (owned) */
  GPtrArray *types; /* (owned) of text: all parameters, a type without "type=" */
  GPtrArray *values; /* (owned) of text */
} Field;

/* Our words; each is one value of a field. The last word of a field stands for all values after. */
static const struct
{
  const char *key;
  const char *field;
  guint index;
  gboolean is_part; /* there are others beside it */
  Kind kind;
} keys[] = {
  { "name", "fn", 0, FALSE },
  { "family", "n", 0, TRUE },
  { "given", "n", 1, TRUE },
  { "middle", "n", 2, TRUE },
  { "prefix", "n", 3, TRUE },
  { "suffix", "n", 4, TRUE },
  { "nick", "nickname", 0, FALSE },
  { "birthday", "bday", 0, FALSE, KIND_DATE },
  { "email", "email", 0, FALSE },
  { "phone", "tel", 0, FALSE },
  { "address", "x-jabber", 0, FALSE },
  { "url", "url", 0, FALSE },
  { "organisation", "org", 0, TRUE },
  { "unit", "org", 1, TRUE },
  { "title", "title", 0, FALSE },
  { "role", "role", 0, FALSE },
  { "pobox", "adr", 0, TRUE },
  { "extended", "adr", 1, TRUE },
  { "street", "adr", 2, TRUE },
  { "city", "adr", 3, TRUE },
  { "region", "adr", 4, TRUE },
  { "postalcode", "adr", 5, TRUE },
  { "country", "adr", 6, TRUE },
  { "label", "label", 0, FALSE },
  { "lat", "geo", 0, TRUE, KIND_LATITUDE },
  { "lon", "geo", 1, TRUE, KIND_LONGITUDE },
  { "timezone", "tz", 0, FALSE },
  { "category", "categories", 0, FALSE },
  { "note", "note", 0, FALSE },
};

static void
free_field (gpointer data)
{
  Field *self = data;

  g_free (self->name);
  g_ptr_array_unref (self->types);
  g_ptr_array_unref (self->values);
  g_free (self);
}

static Field *
new_field (const char *name)
{
  Field *self = g_new (Field, 1);

  self->name = g_strdup (name);
  self->types = g_ptr_array_new_with_free_func (g_free);
  self->values = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/** ctl_info_new: @fields: a(sasas). Returns: (transfer full): to be looked at and changed */
GPtrArray *
ctl_info_new (GVariant *fields)
{
  GPtrArray *self = g_ptr_array_new_with_free_func (free_field);
  GVariantIter iter;
  const char *name;
  GVariantIter *parameters;
  GVariantIter *values;

  g_variant_iter_init (&iter, fields);
  while (g_variant_iter_next (&iter, "(&sasas)", &name, &parameters, &values))
    {
      Field *field = new_field (name);
      const char *text;

      while (g_variant_iter_next (parameters, "&s", &text))
        g_ptr_array_add (field->types,
                         g_strdup (g_str_has_prefix (text, TYPE) ? text + strlen (TYPE) : text));
      while (g_variant_iter_next (values, "&s", &text))
        g_ptr_array_add (field->values, g_strdup (text));
      g_variant_iter_free (parameters);
      g_variant_iter_free (values);
      g_ptr_array_add (self, field);
    }
  return self;
}

/**
 * ctl_info_load:
 * @account: online
 * @address: somebody, perhaps ourselves
 *
 * Returns: (transfer full): what they write now, or an error
 */
GPtrArray *
ctl_info_load (Ctl *ctl, CtlAccount *account, const char *address, GError **error)
{
  guint handle = ctl_contact_ensure_handle (ctl, account, address, error);
  g_autoptr (GVariant) begun = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) fields = NULL;

  /* Who asks for what is being read again waits for it. */
  if (handle != 0)
    begun = ctl_connection_call (ctl, account, CTL_CONTACT_INFO, "RefreshContactInfo",
                                 g_variant_new_parsed ("([%u],)", handle), "()", error);
  if (begun != NULL)
    reply = ctl_connection_call (ctl, account, CTL_CONTACT_INFO, "RequestContactInfo",
                                 g_variant_new ("(u)", handle), "(a(sasas))", error);
  if (reply == NULL)
    return NULL;
  fields = g_variant_get_child_value (reply, 0);
  return ctl_info_new (fields);
}

static char *
dup_parameter (const char *type)
{
  return strchr (type, '=') != NULL ? g_strdup (type) : g_strconcat (TYPE, type, NULL);
}

/** ctl_info_to_variant: Returns: (transfer floating): a(sasas) */
GVariant *
ctl_info_to_variant (GPtrArray *info)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sasas)"));

  for (guint i = 0; i < info->len; i++)
    {
      const Field *field = info->pdata[i];

      g_variant_builder_open (&builder, G_VARIANT_TYPE ("(sasas)"));
      g_variant_builder_add (&builder, "s", field->name);
      g_variant_builder_open (&builder, G_VARIANT_TYPE_STRING_ARRAY);
      for (guint p = 0; p < field->types->len; p++)
        {
          g_autofree char *parameter = dup_parameter (field->types->pdata[p]);

          g_variant_builder_add (&builder, "s", parameter);
        }
      g_variant_builder_close (&builder);
      g_variant_builder_add_value (&builder,
                                   g_variant_new_strv ((const char *const *) field->values->pdata,
                                                       (gssize) field->values->len));
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static gboolean
has_type (const Field *self, const char *type)
{
  for (guint i = 0; i < self->types->len; i++)
    if (strcmp (self->types->pdata[i], type) == 0)
      return TRUE;
  return FALSE;
}

/* `types`: all of them */
static gboolean
fits (const Field *self, const char *name, char **types)
{
  if (strcmp (self->name, name) != 0)
    return FALSE;
  for (guint i = 0; types[i] != NULL; i++)
    if (!has_type (self, types[i]))
      return FALSE;
  return TRUE;
}

static Field *
add_field (GPtrArray *info, const char *name, char **types)
{
  Field *field = new_field (name);

  for (guint i = 0; types[i] != NULL; i++)
    g_ptr_array_add (field->types, g_strdup (types[i]));
  g_ptr_array_add (info, field);
  return field;
}

static gboolean
is_empty (const Field *self)
{
  for (guint i = 0; i < self->values->len; i++)
    if (*(const char *) self->values->pdata[i] != '\0')
      return FALSE;
  return TRUE;
}

/* One value of a field that has others: the first field of those types. */
static void
assign_part (GPtrArray *info, const char *name, guint index, char **types, const char *value)
{
  Field *field = NULL;

  for (guint i = 0; i < info->len && field == NULL; i++)
    if (fits (info->pdata[i], name, types))
      field = info->pdata[i];
  if (field == NULL)
    field = add_field (info, name, types);
  while (field->values->len <= index)
    g_ptr_array_add (field->values, g_strdup (""));
  g_free (field->values->pdata[index]);
  field->values->pdata[index] = g_strdup (value);
  if (is_empty (field))
    g_ptr_array_remove (info, field);
}

/* All fields of those types give way to this one; it stands beside those that were named before. */
static void
assign_whole (
    GPtrArray *info, const char *name, char **types, const char *value, gboolean is_another)
{
  for (guint i = info->len; !is_another && i > 0; i--)
    if (fits (info->pdata[i - 1], name, types))
      g_ptr_array_remove_index (info, i - 1);
  if (*value != '\0')
    g_ptr_array_add (add_field (info, name, types)->values, g_strdup (value));
}

static void
complain (const char *key, GError **error)
{
  g_autoptr (GString) all = g_string_new (keys[0].key);

  for (gsize i = 1; i < G_N_ELEMENTS (keys); i++)
    g_string_append_printf (all, ", %s", keys[i].key);
  g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("There is no key “%s”. Those that there are: %s."),
               key, all->str);
}

/* ISO 8601, as vCards have it: a whole date, or one without its year. A vCard of another program
 * may have the time of day behind it; nobody writes that here. */
static gboolean
is_date (const char *value)
{
  const char *month = value + (g_ascii_isdigit (*value) ? strlen ("2000-") : strlen ("--"));
  unsigned long year = 2000; /* one that leaps */

  if (!g_regex_match_simple ("^([0-9]{4}|-)-[0-9]{2}-[0-9]{2}$", value, G_REGEX_DOLLAR_ENDONLY, 0))
    return FALSE;
  if (g_ascii_isdigit (*value))
    year = strtoul (value, NULL, 10);
  return g_date_valid_dmy ((GDateDay) strtoul (month + strlen ("01-"), NULL, 10),
                           (GDateMonth) strtoul (month, NULL, 10), (GDateYear) year);
}

static gboolean
is_number (const char *value, double bound)
{
  double number = g_ascii_strtod (value, NULL);

  return g_regex_match_simple ("^[+-]?[0-9]+([.][0-9]+)?$", value, G_REGEX_DOLLAR_ENDONLY, 0) &&
         number >= -bound && number <= bound;
}

static gboolean
check_value (const char *key, Kind kind, const char *value, GError **error)
{
  if (*value == '\0' || kind == KIND_TEXT || (kind == KIND_DATE && is_date (value)) ||
      (kind == KIND_LATITUDE && is_number (value, 90)) ||
      (kind == KIND_LONGITUDE && is_number (value, 180)))
    return TRUE;
  if (kind == KIND_DATE)
    g_set_error (error, CTL_ERROR, CTL_USAGE,
                 _ ("“%s” is no date for “%s”. Write it like 1984-02-29, or --02-29."), value, key);
  else
    g_set_error (error, CTL_ERROR, CTL_USAGE,
                 _ ("“%s” is no number for “%s”. Degrees are written like 48.2 or -16.4."), value,
                 key);
  return FALSE;
}

/**
 * ctl_info_assign:
 * @info: is changed
 * @pair: KEY=VALUE, KEY.TYPE=VALUE; an empty VALUE takes it away
 * @named: a set of what was named before: a KEY.TYPE that is named again is another one
 *
 * Returns: FALSE with an error
 * Errors: CTL_USAGE
 */
gboolean
ctl_info_assign (GPtrArray *info, const char *pair, GHashTable *named, GError **error)
{
  const char *equals = strchr (pair, '=');
  g_autofree char *left = equals != NULL ? g_strndup (pair, (gsize) (equals - pair)) : NULL;
  g_auto (GStrv) words = g_strsplit (left != NULL ? left : "", ".", -1);

  if (equals == NULL || words[0] == NULL)
    {
      g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” is not KEY=VALUE."), pair);
      return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].key, words[0]) == 0)
      {
        if (!check_value (words[0], keys[i].kind, equals + 1, error))
          return FALSE;
        if (keys[i].is_part)
          assign_part (info, keys[i].field, keys[i].index, words + 1, equals + 1);
        else
          assign_whole (info, keys[i].field, words + 1, equals + 1,
                        !g_hash_table_add (named, g_strdup (left)));
        return TRUE;
      }
  complain (words[0], error);
  return FALSE;
}

/* The word for a value; the field's own name where there is none. */
static const char *
get_key (const char *field, guint index)
{
  const char *key = field;

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].field, field) == 0 && keys[i].index <= index)
      key = keys[i].key;
  return key;
}

static void
print_value (const Field *field, guint index)
{
  g_autoptr (GString) key = g_string_new (get_key (field->name, index));
  g_autofree char *safe_key = NULL;
  g_autofree char *lines = ctl_text_dup_lines (field->values->pdata[index], INDENT);

  for (guint i = 0; i < field->types->len; i++)
    g_string_append_printf (key, ".%s", (const char *) field->types->pdata[i]);
  safe_key = ctl_text_dup_safe (key->str);
  g_print ("%s: %s\n", safe_key, lines);
}

/** ctl_info_to_json: Returns: (transfer floating): aa{sv}, for programs */
GVariant *
ctl_info_to_json (GPtrArray *info)
{
  g_autoptr (GVariant) fields = g_variant_ref_sink (ctl_info_to_variant (info));
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; i < g_variant_n_children (fields); i++)
    {
      g_autoptr (GVariant) name = NULL;
      g_autoptr (GVariant) parameters = NULL;
      g_autoptr (GVariant) values = NULL;

      g_variant_get_child (fields, i, "(@s@as@as)", &name, &parameters, &values);
      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&builder, "{sv}", "field", name);
      g_variant_builder_add (&builder, "{sv}", "parameters", parameters);
      g_variant_builder_add (&builder, "{sv}", "values", values);
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

/** ctl_info_print: a line for each value that says something; @nothing: printed if none does */
void
ctl_info_print (GPtrArray *info, const char *nothing)
{
  gboolean is_any = FALSE;

  for (guint i = 0; i < info->len; i++)
    {
      const Field *field = info->pdata[i];

      for (guint v = 0; v < field->values->len; v++)
        if (*(const char *) field->values->pdata[v] != '\0')
          {
            print_value (field, v);
            is_any = TRUE;
          }
    }
  if (!is_any)
    g_print ("%s\n", nothing);
}

/* (transfer full): the keys of a field */
static char *
dup_keys (const char *field)
{
  GString *all = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].field, field) == 0)
      g_string_append_printf (all, "%s%s", all->len > 0 ? ", " : "", keys[i].key);
  return g_string_free (all, FALSE);
}

/** ctl_info_translate_error: @error: (inout): what is wrong with fields; afterwards with our keys
 */
void
ctl_info_translate_error (GError **error)
{
  g_autoptr (GString) sentence = NULL;

  if (error == NULL || *error == NULL)
    return;
  sentence = g_string_new ((*error)->message);
  g_string_replace (sentence, "“" TYPE, "“", 0);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *quoted = g_strdup_printf ("“%s”", keys[i].field);
      g_autofree char *all = dup_keys (keys[i].field);
      g_autofree char *named = g_strdup_printf ("“%s”", all);

      if (strcmp (keys[i].field, all) != 0 && strstr (sentence->str, quoted) != NULL)
        {
          g_string_replace (sentence, quoted, named, 0);
          break;
        }
    }
  g_free ((*error)->message);
  (*error)->message = g_strdup (sentence->str);
}
