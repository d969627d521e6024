/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script-vcard.c: what a person does with vCards in a script. docs/adding-a-xep.md lists the forms
 */

#include "script-world.h"

#include <string.h>

#include "im/im-vcard.h"
#include "xmpp/xmpp-ns.h"

static void
finish (ScriptWorld *world, const char *verb, const GError *error)
{
  if (error == NULL)
    script_world_add_event (world, g_strdup_printf ("done %s", verb));
  else
    script_world_add_event (
        world,
        g_strdup_printf ("refused %s %s", verb, strrchr (im_error_get_dbus_name (error), '.') + 1));
}

/* vcard NAME=TEXT NAME=TEXT */
static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) vcard = im_vcard_fetch_finish (IM_ACCOUNT (source), result, &error);
  g_autoptr (GString) line = g_string_new ("vcard");

  if (vcard == NULL)
    {
      finish (user_data, "vcard", error);
      return;
    }
  for (XmppNode *child = xmpp_node_get_first (vcard); child != NULL;
       child = xmpp_node_get_next (child))
    g_string_append_printf (line, " %s=%s", xmpp_node_get_name (child), xmpp_node_get_text (child));
  script_world_add_event (user_data, g_strdup (line->str));
}

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  im_vcard_edit_finish (IM_ACCOUNT (source), result, &error);
  finish (user_data, "vcard-set", error);
}

/* `data`: NAME, VALUE */
static XmppNode *
replace (const XmppNode *current, gpointer data, GError **error)
{
  char **words = data;
  const char *const names[] = { words[0], NULL };
  XmppNode *vcard;

  if (strcmp (words[0], "PRODID") == 0)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "That one stays.");
      return NULL;
    }
  vcard = im_vcard_dup_without (current, names);
  if (words[1] != NULL)
    xmpp_node_add_with_text (vcard, words[0], XMPP_NS_VCARD_TEMP, words[1]);
  return vcard;
}

/** script_act_on_vcard: @words: verb, words. Returns: FALSE: there is no such verb */
gboolean
script_act_on_vcard (ScriptWorld *world, char **words)
{
  ImAccount *account = script_world_get_account (world);

  if (strcmp (words[0], "vcard") == 0 && words[1] != NULL)
    {
      g_autoptr (XmppJid) jid = xmpp_jid_new (words[1], NULL);

      im_vcard_fetch_async (account, jid, fetched_cb, world);
    }
  else if (strcmp (words[0], "vcard-set") == 0 && words[1] != NULL)
    im_vcard_edit_async (account, replace, g_strdupv (words + 1), (GDestroyNotify) g_strfreev,
                         edited_cb, world);
  else
    return FALSE;
  return TRUE;
}
