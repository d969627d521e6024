/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-options.c: an a{sv} from the bus, checked by a table of key, type and validator */
#include "bus/cm-options.h"

#include "bus/cm-short.h"

#include "im/im-types.h"

static gboolean
get_integer (GVariant *value, gboolean *is_negative, guint64 *magnitude)
{
  gint64 number;

  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BYTE:
      number = g_variant_get_byte (value);
      break;
    case G_VARIANT_CLASS_INT16:
      number = g_variant_get_int16 (value);
      break;
    case G_VARIANT_CLASS_UINT16:
      number = g_variant_get_uint16 (value);
      break;
    case G_VARIANT_CLASS_INT32:
      number = g_variant_get_int32 (value);
      break;
    case G_VARIANT_CLASS_UINT32:
      number = g_variant_get_uint32 (value);
      break;
    case G_VARIANT_CLASS_INT64:
      number = g_variant_get_int64 (value);
      break;
    case G_VARIANT_CLASS_UINT64:
      *is_negative = FALSE;
      *magnitude = g_variant_get_uint64 (value);
      return TRUE;
    default:
      return FALSE;
    }
  *is_negative = number < 0;
  *magnitude = number < 0 ? (guint64) - (number + 1) + 1 : (guint64) number;
  return TRUE;
}

/**
 * cm_options_convert_integer:
 * @value: any value
 * @signature: the signature wanted
 *
 * Old clients send an integer in another width than declared.
 *
 * Returns: (transfer full) (nullable): @value itself if it has the type, the same number in the
 *   type wanted, or %NULL if it is no integer or does not fit
 */
GVariant *
cm_options_convert_integer (GVariant *value, const char *signature)
{
  gboolean is_negative;
  guint64 magnitude;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE (signature)))
    return g_variant_ref_sink (value);
  if (!get_integer (value, &is_negative, &magnitude))
    return NULL;
  if (is_negative)
    {
      if (magnitude > (guint64) G_MAXINT64)
        return NULL;
      if (signature[0] == 'n' && magnitude <= 32768)
        return g_variant_ref_sink (g_variant_new_int16 ((gint16) - (gint32) magnitude));
      if (signature[0] == 'i' && magnitude <= (guint64) G_MAXINT32 + 1)
        return g_variant_ref_sink (g_variant_new_int32 ((gint32) - (gint64) magnitude));
      if (signature[0] == 'x')
        return g_variant_ref_sink (g_variant_new_int64 (-(gint64) magnitude));
      return NULL;
    }
  switch (signature[0])
    {
    case 'n':
      return magnitude <= G_MAXINT16 ? g_variant_ref_sink (g_variant_new_int16 ((gint16) magnitude))
                                     : NULL;
    case 'q':
      return magnitude <= G_MAXUINT16
                 ? g_variant_ref_sink (g_variant_new_uint16 ((guint16) magnitude))
                 : NULL;
    case 'i':
      return magnitude <= G_MAXINT32 ? g_variant_ref_sink (g_variant_new_int32 ((gint32) magnitude))
                                     : NULL;
    case 'u':
      return magnitude <= G_MAXUINT32
                 ? g_variant_ref_sink (g_variant_new_uint32 ((guint32) magnitude))
                 : NULL;
    case 'x':
      return magnitude <= G_MAXINT64 ? g_variant_ref_sink (g_variant_new_int64 ((gint64) magnitude))
                                     : NULL;
    case 't':
      return g_variant_ref_sink (g_variant_new_uint64 (magnitude));
    default:
      return NULL;
    }
}

static const CmOption *
find_option (const CmOption *table, const char *key)
{
  for (const CmOption *option = table; option->key != NULL; option++)
    if (g_str_equal (option->key, key))
      return option;
  return NULL;
}

static GVariant *
check_one (const CmOption *option, GVariant *value, GError **error)
{
  g_autoptr (GVariant) converted = cm_options_convert_integer (value, option->signature);

  if (converted == NULL)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "“%s” must have the type “%s”, not “%s”", option->key, option->signature,
                   g_variant_get_type_string (value));
      return NULL;
    }
  if (option->check != NULL && !option->check (converted, error))
    {
      g_prefix_error (error, "“%s”: ", option->key);
      return NULL;
    }
  return g_steal_pointer (&converted);
}

/* Whether every key is known, every value has its type and passes, and nothing is missing. What is
 * otherwise, the long way finds out and names. */
static gboolean
is_as_declared (GVariant *options, const CmOption *table)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;

  for (const CmOption *option = table; option->key != NULL; option++)
    if (option->is_required && !g_variant_lookup (options, option->key, option->signature, NULL))
      return FALSE;
  g_variant_iter_init (&iter, options);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      const CmOption *option = find_option (table, key);

      if (option == NULL || !g_str_equal (g_variant_get_type_string (value), option->signature) ||
          (option->check != NULL && !option->check (value, NULL)))
        {
          g_variant_unref (value);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * cm_options_check:
 * @options: an a{sv}
 * @table: what is allowed
 *
 * Returns: (transfer full) (nullable): an a{sv} with every value of its declared type
 * Errors: IM_ERROR_INVALID_ARGUMENT, naming the key
 */
GVariant *
cm_options_check (GVariant *options, const CmOption *table, GError **error)
{
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);
  GVariantIter iter;
  const char *key;
  GVariant *raw;

  if (is_as_declared (options, table))
    return g_variant_ref_sink (options);
  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &raw))
    {
      g_autoptr (GVariant) value = raw;
      g_autoptr (GVariant) checked = NULL;
      const CmOption *option = find_option (table, key);

      if (option == NULL)
        {
          g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” is not known here",
                       CM_SHORT (key));
          return NULL;
        }
      checked = check_one (option, value, error);
      if (checked == NULL)
        return NULL;
      g_variant_dict_insert_value (&result, key, checked);
    }
  for (const CmOption *option = table; option->key != NULL; option++)
    if (option->is_required && !g_variant_dict_contains (&result, option->key))
      {
        g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” is missing", option->key);
        return NULL;
      }
  return g_variant_ref_sink (g_variant_dict_end (&result));
}
