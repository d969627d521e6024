/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-message.c: a message as the bus has it. im.linnet.History1, docs/message-keys.md */
#include "config.h"

#include "ctl/ctl-message.h"

#include "model/linnet-error.h"

static void
append_text (GString *text, GVariant *part)
{
  const char *type = "", *content = NULL;

  g_variant_lookup (part, "content-type", "&s", &type);
  if (g_ascii_strcasecmp (type, "text/plain") == 0 &&
      g_variant_lookup (part, "content", "&s", &content))
    g_string_append (text, content);
}

/**
 * ctl_message_new:
 * @parts: aa{sv}, of a channel or of the history
 *
 * Returns: (transfer full) (nullable): it, NULL for what has no header
 */
CtlMessage *
ctl_message_new (GVariant *parts)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GVariant) header = NULL;
  const char *sender = "", *failure = NULL, *error = NULL;
  CtlMessage *self;

  if (!g_variant_is_of_type (parts, G_VARIANT_TYPE ("aa{sv}")) || g_variant_n_children (parts) == 0)
    return NULL;
  self = g_new0 (CtlMessage, 1);
  header = g_variant_get_child_value (parts, 0);
  g_variant_lookup (header, "local-id", "x", &self->local_id);
  g_variant_lookup (header, "message-received", "x", &self->received_s);
  if (!g_variant_lookup (header, "message-sent", "x", &self->time_s))
    self->time_s = self->received_s;
  g_variant_lookup (header, "message-type", "u", &self->type);
  g_variant_lookup (header, "state", "u", &self->state);
  g_variant_lookup (header, "outgoing", "b", &self->is_outgoing);
  g_variant_lookup (header, "message-sender-id", "&s", &sender);
  g_variant_lookup (header, "delivery-error-message", "&s", &failure);
  g_variant_lookup (header, "delivery-dbus-error", "&s", &error);
  for (gsize i = 1; i < g_variant_n_children (parts); i++)
    {
      g_autoptr (GVariant) part = g_variant_get_child_value (parts, i);

      append_text (text, part);
    }
  self->sender = g_strdup (sender);
  self->failure = error != NULL || failure != NULL ? linnet_error_describe_delivery (error, failure)
                                                   : g_strdup ("");
  self->text = g_strdup (text->str);
  return self;
}

void
ctl_message_free (CtlMessage *self)
{
  g_free (self->sender);
  g_free (self->text);
  g_free (self->failure);
  g_free (self);
}

/** ctl_message_new_parts: Returns: (transfer floating): a plain text as aa{sv}, to be sent */
GVariant *
ctl_message_new_parts (const char *text)
{
  GVariantBuilder parts;

  g_variant_builder_init (&parts, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_open (&parts, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_close (&parts);
  g_variant_builder_open (&parts, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&parts, "{sv}", "content-type", g_variant_new_string ("text/plain"));
  g_variant_builder_add (&parts, "{sv}", "content", g_variant_new_string (text));
  g_variant_builder_close (&parts);
  return g_variant_builder_end (&parts);
}

/** ctl_message_get_state_word: Returns: (transfer none): a word for programs */
const char *
ctl_message_get_state_word (guint state)
{
  static const char *const words[] = { "none", "waiting", "sending", "sent",
                                       "received", "read", "failed" };

  return words[state < G_N_ELEMENTS (words) ? state : 0];
}
