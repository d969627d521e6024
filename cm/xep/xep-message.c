/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-message.c: the text of a message and its thread. RFC 6121 5.2, XEP-0245
 *
 * On its way out a message has its text already: it is the one thing that all of them have. */

#include <string.h>

#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

#define ACTION_PREFIX "/me "
#define MAX_THREAD_BYTES 1023

static gboolean
is_spoken (const char *language)
{
  const char *const *spoken = g_get_language_names ();

  for (guint i = 0; spoken[i] != NULL; i++)
    {
      g_autofree char *tag = g_strdelimit (g_strdup (spoken[i]), "_", '-');

      if (g_ascii_strcasecmp (tag, language) == 0)
        return TRUE;
    }
  return FALSE;
}

/* 5.2.3: the first in a language of the person, else the first without one of its own, else the
 * first. */
static XmppNode *
choose_body (XmppNode *first)
{
  XmppNode *plain = NULL;

  for (XmppNode *body = first; body != NULL;
       body = xmpp_node_find_next (body, "body", XMPP_NS_CLIENT))
    {
      const char *language = xmpp_node_get_with_ns (body, "lang", XMPP_NS_XML);

      if (language != NULL && is_spoken (language))
        return body;
      if (language == NULL && plain == NULL)
        plain = body;
    }
  return plain != NULL ? plain : first;
}

static void
read_body (ImAccount *account, gpointer state, ImMessage *message, XmppNode *element)
{
  XmppNode *stanza = im_message_get_stanza (message);
  const char *text;

  if (xmpp_node_find (stanza, "body", XMPP_NS_CLIENT) != element)
    return; /* all of them were looked at with the first */
  text = xmpp_node_get_text (choose_body (element));
  if (g_str_has_prefix (text, ACTION_PREFIX))
    {
      im_message_set_kind (message, IM_MESSAGE_ACTION);
      text += strlen (ACTION_PREFIX);
    }
  im_message_set_body (message, text);
  if (g_strcmp0 (xmpp_node_get (stanza, "type"), "headline") == 0)
    im_message_set_kind (message, IM_MESSAGE_NOTICE);
}

static void
read_thread (ImAccount *account, gpointer state, ImMessage *message, XmppNode *element)
{
  const char *thread = xmpp_node_get_text (element);

  if (*thread != '\0' && strlen (thread) <= MAX_THREAD_BYTES &&
      im_message_get_header (message, IM_HEADER_THREAD) == NULL)
    im_message_set_header (message, IM_HEADER_THREAD, g_variant_new_string (thread));
}

static void
write_thread (ImAccount *account, gpointer state, ImMessage *message, XmppNode *stanza)
{
  GVariant *thread = im_message_get_header (message, IM_HEADER_THREAD);

  if (*im_message_get_body (message) != '\0' && thread != NULL &&
      g_variant_is_of_type (thread, G_VARIANT_TYPE_STRING))
    xmpp_node_add_with_text (stanza, "thread", XMPP_NS_CLIENT, g_variant_get_string (thread, NULL));
}

const ImModule xep_message = {
  .name = "message",
  .steps =
      (const ImStep[]){
          { IM_READ, "body", XMPP_NS_CLIENT, XMPP_FROM_ANYONE, read_body },
          { IM_READ, "thread", XMPP_NS_CLIENT, XMPP_FROM_ANYONE, read_thread },
          { .phase = IM_WRITE, .from = XMPP_FROM_ANYONE, .look = write_thread },
          { 0 },
      },
};
