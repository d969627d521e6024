/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script-vcard.c: what a person does with vCards in a script. docs/adding-a-xep.md lists the forms
 */

#include "script-world.h"

#include <string.h>

#include "im/im-info.h"
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

/* info a(sasas) */
static void
info_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) info = im_account_request_info_finish (IM_ACCOUNT (source), result, &error);
  g_autofree char *text = info != NULL ? g_variant_print (info, FALSE) : NULL;

  if (info != NULL)
    script_world_add_event (user_data, g_strconcat ("info ", text, NULL));
  else
    finish (user_data, "info", error);
}

static void
info_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  im_account_set_info_finish (IM_ACCOUNT (source), result, &error);
  finish (user_data, "info-set", error);
}

static void
ask_info (ScriptWorld *world, const char *peer, gboolean is_refresh)
{
  ImAccount *account = script_world_get_account (world);
  g_autoptr (XmppJid) jid = xmpp_jid_new (peer, NULL);

  im_account_request_info_async (account, im_account_ensure_contact (account, jid), is_refresh,
                                 info_cb, world);
}

static void
set_info (ScriptWorld *world, const char *text)
{
  GVariant *info = g_variant_parse (IM_INFO_TYPE, text, NULL, NULL, NULL);

  g_assert_nonnull (info);
  im_account_set_info_async (script_world_get_account (world), info, info_set_cb, world);
  g_variant_unref (info);
}

/** script_act_on_vcard: @words: verb, words of @line. Returns: FALSE: there is no such verb */
gboolean
script_act_on_vcard (ScriptWorld *world, char **words, const char *line)
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
  else if (strcmp (words[0], "info") == 0 || strcmp (words[0], "info-again") == 0)
    ask_info (world, words[1], strcmp (words[0], "info-again") == 0);
  else if (strcmp (words[0], "info-set") == 0)
    set_info (world, line + strlen ("info-set "));
  else
    return FALSE;
  return TRUE;
}
