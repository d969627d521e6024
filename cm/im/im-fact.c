/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-fact.c: what people say of themselves as a{sv} and as elements, by a table of its fields.
 * XEP-0080, XEP-0118 */

#include "im/im-fact.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "im/im-contact-private.h"

#define MAX_NUMBER_BYTES 64

static gboolean
is_in_range (const ImFactField *field, double number)
{
  return isfinite (number) && number >= field->least && number <= field->most;
}

static gboolean
parse_number (const char *text, double *number)
{
  char *end;

  if (*text == '\0' || strlen (text) > MAX_NUMBER_BYTES || g_ascii_isspace (*text))
    return FALSE;
  *number = g_ascii_strtod (text, &end);
  return *end == '\0';
}

/* (transfer floating) (nullable) */
static GVariant *
read_number (const ImFactField *field, const char *text)
{
  double number;

  if (!parse_number (text, &number) || !is_in_range (field, number))
    return NULL;
  return field->kind == IM_FACT_FIELD_NUMBER ? g_variant_new_uint32 ((guint32) number)
                                             : g_variant_new_double (number);
}

static GVariant *
read_time (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time =
      strlen (text) <= MAX_NUMBER_BYTES ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  return time != NULL ? g_variant_new_int64 (g_date_time_to_unix (time)) : NULL;
}

static GVariant *
read_text (const char *text)
{
  g_autofree char *bounded = im_dup_bounded (text, IM_FACT_MAX_BYTES);

  return *bounded != '\0' ? g_variant_new_take_string (g_steal_pointer (&bounded)) : NULL;
}

static GVariant *
read_field (const ImFactField *field, const char *text)
{
  switch (field->kind)
    {
    case IM_FACT_FIELD_NUMBER:
    case IM_FACT_FIELD_DECIMAL:
      return read_number (field, text);
    case IM_FACT_FIELD_TIME:
      return read_time (text);
    case IM_FACT_FIELD_TEXT:
    default:
      return read_text (text);
    }
}

/**
 * im_fact_read:
 * @payload: an element with the table's fields as children; of several the first counts
 * @value: an open a{sv}
 */
void
im_fact_read (XmppNode *payload, const ImFactField *fields, GVariantBuilder *value)
{
  for (const ImFactField *field = fields; field->name != NULL; field++)
    {
      const char *text =
          xmpp_node_get_child_text (payload, field->name, xmpp_node_get_ns (payload));
      GVariant *read = text != NULL ? read_field (field, text) : NULL;

      if (read != NULL)
        g_variant_builder_add (value, "{sv}", field->name, read);
    }
}

/* xs:decimal has no exponent. */
static char *
dup_decimal (double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE + 320];
  char *end;

  g_ascii_formatd (buffer, sizeof buffer, "%.8f", number);
  end = buffer + strlen (buffer);
  while (end[-1] == '0')
    *--end = '\0';
  if (end[-1] == '.')
    end[-1] = '\0';
  return g_strdup (buffer);
}

static gboolean
get_double (GVariant *value, double *number)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    *number = g_variant_get_double (value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    *number = g_variant_get_uint32 (value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT32))
    *number = g_variant_get_int32 (value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    *number = (double) g_variant_get_int64 (value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    *number = (double) g_variant_get_uint64 (value);
  else
    return FALSE;
  return TRUE;
}

static char *
dup_time (GVariant *value)
{
  double seconds;
  g_autoptr (GDateTime) time = NULL;

  if (!get_double (value, &seconds) || fabs (seconds) > 1e12)
    return NULL;
  time = g_date_time_new_from_unix_utc ((gint64) seconds);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

/* (nullable): it is not what the field takes */
static char *
dup_written (const ImFactField *field, GVariant *value)
{
  double number;

  switch (field->kind)
    {
    case IM_FACT_FIELD_NUMBER:
    case IM_FACT_FIELD_DECIMAL:
      if (!get_double (value, &number) || !is_in_range (field, number))
        return NULL;
      return field->kind == IM_FACT_FIELD_NUMBER ? g_strdup_printf ("%u", (guint) number)
                                                 : dup_decimal (number);
    case IM_FACT_FIELD_TIME:
      return dup_time (value);
    case IM_FACT_FIELD_TEXT:
    default:
      if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ||
          g_variant_get_size (value) > IM_FACT_MAX_BYTES + 1)
        return NULL;
      return g_variant_dup_string (value, NULL);
    }
}

static const ImFactField *
find_field (const ImFactField *fields, const char *name)
{
  for (const ImFactField *field = fields; field->name != NULL; field++)
    if (strcmp (field->name, name) == 0)
      return field;
  return NULL;
}

/* Says what the field takes. */
static void
refuse_value (const ImFactField *field, GError **error)
{
  if (field->kind == IM_FACT_FIELD_NUMBER || field->kind == IM_FACT_FIELD_DECIMAL)
    g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” is a number from %.10g to %.10g",
                 field->name, (double) field->least, (double) field->most);
  else if (field->kind == IM_FACT_FIELD_TIME)
    g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” is no time", field->name);
  else
    g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” is a text of at most %d bytes",
                 field->name, IM_FACT_MAX_BYTES);
}

static gboolean
is_among (const char *const *names, const char *name)
{
  return names != NULL && g_strv_contains (names, name);
}

/**
 * im_fact_write:
 * @value: a{sv}
 * @others: (nullable): keys that are no children
 * @payload: gets the children
 *
 * Returns: FALSE with IM_ERROR_INVALID_ARGUMENT naming the key that is unknown or has no such value
 */
gboolean
im_fact_write (GVariant *value,
               const ImFactField *fields,
               const char *const *others,
               XmppNode *payload,
               GError **error)
{
  GVariantIter iter;
  const char *key;
  GVariant *entry;

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &entry))
    {
      g_autoptr (GVariant) owned = entry;
      const ImFactField *field = find_field (fields, key);
      g_autofree char *text = field != NULL ? dup_written (field, owned) : NULL;

      if (field == NULL && is_among (others, key))
        continue;
      if (text == NULL)
        {
          g_autofree char *name = im_dup_bounded (key, 100);

          if (field != NULL)
            refuse_value (field, error);
          else
            g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "There is no “%s” here", name);
          return FALSE;
        }
      if (*text != '\0')
        xmpp_node_add_with_text (payload, key, NULL, text);
    }
  return TRUE;
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp (a, *(const char *const *) b);
}

/** im_fact_is_name: @names: sorted. Returns: whether @name is one of them */
gboolean
im_fact_is_name (const char *name, const char *const *names, gsize n_names)
{
  return bsearch (name, names, n_names, sizeof *names, compare_names) != NULL;
}

/** im_fact_find_name: Returns: (nullable): the constant that the first child of the payload's
 * namespace with a name among @names has */
const char *
im_fact_find_name (XmppNode *payload, const char *const *names, gsize n_names)
{
  const char *ns = xmpp_node_get_ns (payload);

  for (XmppNode *child = xmpp_node_find (payload, NULL, ns); child != NULL;
       child = xmpp_node_find_next (child, NULL, ns))
    {
      const char *const *found =
          bsearch (xmpp_node_get_name (child), names, n_names, sizeof *names, compare_names);

      if (found != NULL)
        return *found;
    }
  return NULL;
}

/** im_fact_end: Returns: (transfer floating) (nullable): what was read, NULL for nothing */
GVariant *
im_fact_end (GVariantBuilder *value)
{
  GVariant *ended = g_variant_builder_end (value);

  if (g_variant_n_children (ended) > 0)
    return ended;
  g_variant_unref (g_variant_ref_sink (ended));
  return NULL;
}
