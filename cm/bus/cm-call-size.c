/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-call-size.c: how much a call may carry: what is longer is refused before anybody looks at it
 *
 * An argument that has been read is a tree, and to search it, or only to free it, takes the main
 * loop's time for each of its values, though no method has a use for so many. GDBus's own thread
 * counts, answers, and frees it. */
#include "bus/cm-call-size.h"

#include "im/im-types.h"

typedef struct
{
  gsize n_values;
  gsize n_bytes;
} Size;

static gboolean
is_plain (const GVariantType *type)
{
  return g_variant_type_is_basic (type);
}

/* Numbers are one block, however many they are. */
static gboolean
is_block (const GVariantType *type)
{
  static const char numbers[] = "ynqiuxtd";
  char element = g_variant_type_is_array (type)
                     ? *g_variant_type_peek_string (g_variant_type_element (type))
                     : 0;

  return element != 0 && strchr (numbers, element) != NULL;
}

/* Returns: FALSE: it is too much already. The bus lets nothing through that is deeper than 64. */
static gboolean
measure (GVariant *value, Size *size)
{
  const GVariantType *type = g_variant_get_type (value);
  gsize n_children;

  size->n_values++;
  if (is_block (type) || is_plain (type))
    {
      size->n_bytes += g_variant_get_size (value);
      return size->n_bytes <= CM_CALL_MAX_BYTES;
    }
  n_children = g_variant_n_children (value);
  if (size->n_values + n_children > CM_CALL_MAX_VALUES ||
      (g_variant_type_is_array (type) && n_children > CM_CALL_MAX_ENTRIES &&
       !is_plain (g_variant_type_element (type))))
    return FALSE;
  for (gsize i = 0; i < n_children; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

      if (!measure (child, size))
        return FALSE;
    }
  return size->n_values <= CM_CALL_MAX_VALUES;
}

/**
 * cm_call_size_check:
 * @call: a call that came in
 *
 * Returns: whether it may go on; if not, its caller has been told. Thread: GDBus's own
 */
gboolean
cm_call_size_check (GDBusConnection *bus, GDBusMessage *call)
{
  GVariant *body = g_dbus_message_get_body (call);
  Size size = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusMessage) answer = NULL;
  g_autofree char *name = NULL;

  if (body == NULL || measure (body, &size))
    return TRUE;
  if ((g_dbus_message_get_flags (call) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) != 0)
    return FALSE;
  error = g_error_new (IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                       "The call is too long: it may carry %d values, of them %d in a list of maps "
                       "or structs, and %d MiB",
                       CM_CALL_MAX_VALUES, CM_CALL_MAX_ENTRIES, CM_CALL_MAX_BYTES >> 20);
  name = g_dbus_error_encode_gerror (error);
  answer = g_dbus_message_new_method_error_literal (call, name, error->message);
  if (!g_dbus_connection_send_message (bus, answer, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL))
    g_debug ("Nobody hears that a call was too long");
  return FALSE;
}
