/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script-avatar.c: what a person does with pictures in a script. docs/adding-a-xep.md lists the
 * forms */

#include "script-world.h"

#include <string.h>

#include "im/im-avatar.h"

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

static void
requested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ImAvatar) avatar =
      im_account_request_avatar_finish (IM_ACCOUNT (source), result, &error);

  if (avatar == NULL)
    finish (user_data, "avatar", error);
  else
    script_world_add_event (user_data,
                            g_strdup_printf ("avatar %s %" G_GSIZE_FORMAT " %s", avatar->mime,
                                             g_bytes_get_size (avatar->bytes), avatar->token));
}

static void
published_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  im_account_publish_avatar_finish (IM_ACCOUNT (source), result, &error);
  finish (user_data, "avatar-set", error);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ScriptWorld *world = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ImAvatar) avatar = im_avatar_check_finish (result, &error);

  if (avatar != NULL)
    im_account_set_avatar (script_world_get_account (world), avatar);
  finish (world, "avatar-choose", error);
}

/* What a program gives as BASE64 [MIME]. */
static GBytes *
new_file (char **words)
{
  gsize n_bytes;
  guchar *bytes = g_base64_decode (words[1], &n_bytes);

  return g_bytes_new_take (bytes, n_bytes);
}

static void
set (ScriptWorld *world, char **words)
{
  g_autoptr (GBytes) file = new_file (words);
  g_autoptr (GError) error = NULL;
  g_autoptr (ImAvatar) avatar = im_avatar_new_own (file, words[2], &error);

  if (avatar == NULL)
    finish (world, "avatar-set", error);
  else
    im_account_publish_avatar_async (script_world_get_account (world), avatar, published_cb, world);
}

static void
choose (ScriptWorld *world, char **words)
{
  g_autoptr (GBytes) file = new_file (words);

  im_avatar_check_async (file, words[2], chosen_cb, world);
}

/** script_act_on_avatar: @words: verb, words. Returns: FALSE: there is no such verb */
gboolean
script_act_on_avatar (ScriptWorld *world, char **words)
{
  ImAccount *account = script_world_get_account (world);

  if (strcmp (words[0], "avatar") == 0 && words[1] != NULL)
    {
      g_autoptr (XmppJid) jid = xmpp_jid_new (words[1], NULL);

      im_account_request_avatar_async (account, im_account_ensure_contact (account, jid),
                                       requested_cb, world);
    }
  else if (strcmp (words[0], "avatar-set") == 0 && words[1] != NULL)
    set (world, words);
  else if (strcmp (words[0], "avatar-choose") == 0 && words[1] != NULL)
    choose (world, words);
  else if (strcmp (words[0], "avatar-kept") == 0)
    {
      ImAvatar *kept = im_account_get_avatar (account);

      script_world_add_event (world,
                              g_strdup_printf ("kept %s", kept != NULL ? kept->token : "none"));
    }
  else if (strcmp (words[0], "avatar-clear") == 0)
    im_account_publish_avatar_async (account, NULL, published_cb, world);
  else
    return FALSE;
  return TRUE;
}
