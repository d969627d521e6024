/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-message-parts.c: a message of the bus becomes one that a person sees. im.linnet.History1,
 * Telepathy's Message_Part_List */
#include "config.h"

#include "model/linnet-message.h"

#include "model/linnet-error.h"

static char *
text_of_parts (GVariant *parts)
{
  GString *text = g_string_new (NULL);
  gsize n = g_variant_n_children (parts);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 1; i < n; i++)
    {
      g_autoptr (GVariant) part = g_variant_get_child_value (parts, i);
      const char *type = NULL, *content = NULL, *alternative = NULL;

      if (!g_variant_lookup (part, "content-type", "&s", &type) ||
          g_strcmp0 (type, "text/plain") != 0)
        continue;
      if (!g_variant_lookup (part, "content", "&s", &content))
        continue;
      if (g_variant_lookup (part, "alternative", "&s", &alternative) && *alternative &&
          !g_hash_table_add (seen, g_strdup (alternative)))
        continue;
      g_string_append (text, content);
    }
  return g_string_free (text, FALSE);
}

static char *
sentence_of_failure (GVariant *header)
{
  const char *name = NULL, *text = NULL;

  g_variant_lookup (header, "delivery-dbus-error", "&s", &name);
  g_variant_lookup (header, "delivery-error-message", "&s", &text);
  return linnet_error_describe_delivery (name, text);
}

static LinnetMessage *
read_parts (GVariant *parts, gboolean outgoing)
{
  g_autoptr (GVariant) owned = NULL;
  g_autoptr (GVariant) header = NULL;
  g_autofree char *body = NULL;
  g_autofree char *error_text = NULL;
  const char *token = NULL, *sender = NULL, *nick = NULL, *supersedes = NULL, *encryption = NULL;
  gint64 local_id = 0, sent = 0, received = 0;
  guint32 kind = 0, state = 0;
  gboolean truncated = FALSE;

  owned = g_variant_ref_sink (parts);
  if (!g_variant_is_of_type (parts, G_VARIANT_TYPE ("aa{sv}")) || g_variant_n_children (parts) == 0)
    return NULL;

  header = g_variant_get_child_value (parts, 0);
  g_variant_lookup (header, "local-id", "x", &local_id);
  g_variant_lookup (header, "message-token", "&s", &token);
  g_variant_lookup (header, "message-sender-id", "&s", &sender);
  g_variant_lookup (header, "sender-nickname", "&s", &nick);
  g_variant_lookup (header, "supersedes", "&s", &supersedes);
  g_variant_lookup (header, "encryption", "&s", &encryption);
  g_variant_lookup (header, "message-sent", "x", &sent);
  g_variant_lookup (header, "message-received", "x", &received);
  g_variant_lookup (header, "message-type", "u", &kind);
  g_variant_lookup (header, "state", "u", &state);
  g_variant_lookup (header, "outgoing", "b", &outgoing);
  g_variant_lookup (header, "truncated", "b", &truncated);
  if (kind > LINNET_MESSAGE_KIND_AUTO_REPLY)
    return NULL;
  if (state > LINNET_MESSAGE_STATE_FAILED)
    state = LINNET_MESSAGE_STATE_NONE;
  if (state == LINNET_MESSAGE_STATE_FAILED)
    error_text = sentence_of_failure (header);
  body = text_of_parts (parts);

  return g_object_new (LINNET_TYPE_MESSAGE, "local-id", MAX (local_id, 0), "token", token,
                       "sender-id", sender, "sender-name", nick, "outgoing", outgoing,
                       "timestamp-s", MAX (sent > 0 ? sent : received, 0), "body", body, "kind",
                       kind, "state", state, "error-text", error_text, "edited", supersedes != NULL,
                       "truncated", truncated, "encryption", encryption, NULL);
}

/**
 * linnet_message_new_from_parts:
 * @parts: (not nullable): a message as aa{sv}, the way im.linnet.History1 gives it; a floating
 *   reference is sunk
 *
 * Returns: (transfer full) (nullable): the message; %NULL if it is none to show (a delivery
 * report, or without a header)
 */
LinnetMessage *
linnet_message_new_from_parts (GVariant *parts)
{
  g_return_val_if_fail (parts != NULL, NULL);
  return read_parts (parts, FALSE);
}

/**
 * linnet_message_new_sent:
 * @parts: (not nullable): a message as aa{sv}, the way Telepathy's MessageSent gives it, which does
 *   not say that it is ours; a floating reference is sunk
 *
 * Returns: (transfer full) (nullable): the message, outgoing; its state is none if @parts do not
 * tell
 */
LinnetMessage *
linnet_message_new_sent (GVariant *parts)
{
  g_return_val_if_fail (parts != NULL, NULL);
  return read_parts (parts, TRUE);
}
