/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-conversation-keys.c: what is said of a conversation. im.linnet.Conversations1.Conversations */
#include "bus/cm-conversation-keys.h"

#include "bus/cm-message-parts.h"
#include "im/im-likeness.h"

#define KIND_CONTACT 1

/* Strangers are called by their address, whatever they call themselves: that could be anybody. */
static const char *
get_name (ImContact *contact, ImConversation *conversation)
{
  return contact != NULL && im_contact_is_own_choice (contact)
             ? im_contact_get_alias (contact)
             : im_conversation_get_id (conversation);
}

/** cm_conversation_get_lookalike: Returns: the address of somebody for whom people would take a
 * stranger; "": nobody, or that is not known yet */
const char *
cm_conversation_get_lookalike (ImAccount *account, ImConversation *conversation)
{
  ImContact *contact = im_account_find_contact (account, im_conversation_get_peer (conversation));
  ImContact *lookalike =
      contact != NULL
          ? im_account_get_lookalike (account, contact)
          : im_account_find_lookalike (account, im_conversation_get_peer (conversation), NULL);

  return lookalike != NULL ? xmpp_jid_get_text (im_contact_get_jid (lookalike)) : "";
}

/** cm_conversation_new_keys: Returns: (transfer floating): a{sv}: all that is said of it */
GVariant *
cm_conversation_new_keys (ImAccount *account, ImConversation *conversation)
{
  ImContact *contact = im_account_find_contact (account, im_conversation_get_peer (conversation));
  ImMessage *last = im_conversation_get_last_message (conversation);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
#define ADD(name, value) g_variant_builder_add (&builder, "{sv}", name, value)
  ADD ("type", g_variant_new_uint32 (KIND_CONTACT));
  ADD ("name", g_variant_new_string (get_name (contact, conversation)));
  ADD ("confusable-with",
       g_variant_new_string (cm_conversation_get_lookalike (account, conversation)));
  ADD ("unread", g_variant_new_uint32 (im_conversation_get_unread (conversation)));
  ADD ("mentions", g_variant_new_uint32 (0));
  ADD ("last-activity",
       g_variant_new_int64 (im_conversation_get_last_activity_us (conversation) / G_USEC_PER_SEC));
  if (last != NULL)
    ADD ("last-message", cm_message_to_history_parts (last));
  ADD ("displayed-token",
       g_variant_new_string (im_conversation_get_displayed_token (conversation)));
  ADD ("pinned", g_variant_new_boolean (im_conversation_is_pinned (conversation)));
  ADD ("archived", g_variant_new_boolean (im_conversation_is_archived (conversation)));
  ADD ("notify", g_variant_new_uint32 (im_conversation_get_notify (conversation)));
  ADD ("muted-until", g_variant_new_int64 (im_conversation_get_muted_until (conversation)));
  ADD ("draft", g_variant_new_string (im_conversation_get_draft (conversation)));
  ADD ("encryption", g_variant_new_string (""));
#undef ADD
  return g_variant_builder_end (&builder);
}
