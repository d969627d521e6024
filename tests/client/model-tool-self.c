/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-tool-self.c: commands about the owner of an account */
#include "config.h"

#include "model-tool.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/linnet-account-publish.h"
#include "model/linnet-own-avatar.h"
#include "model/linnet-unregistration.h"

void
model_tool_about_me (Tool *tool, const char *const *words)
{
  model_tool_take_about (tool, linnet_contact_about_new_own (tool->account));
}

static void
nickname_cb (LinnetAccount *account)
{
  const char *nickname = linnet_account_get_nickname (account);

  printf ("nickname %s\n", nickname != NULL ? nickname : "");
}

/* NAME */
void
model_tool_set_nickname (Tool *tool, const char *const *words)
{
  g_signal_connect (tool->account, "notify::nickname", G_CALLBACK (nickname_cb), NULL);
  linnet_account_set_nickname_async (tool->account, words[1], model_tool_action_cb,
                                     (gpointer) "nick");
}

/* FACT VALUE: as GVariant writes it */
void
model_tool_tell (Tool *tool, const char *const *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value =
      g_variant_parse (G_VARIANT_TYPE_VARDICT, words[2], NULL, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < LINNET_N_FACTS; i++)
    if (g_str_equal (linnet_fact_get_name (i), words[1]))
      linnet_account_publish_async (tool->account, i, value, model_tool_action_cb,
                                    (gpointer) "tell");
}

/* SECONDS since 1970 */
void
model_tool_idle (Tool *tool, const char *const *words)
{
  linnet_account_set_idle_since_async (tool->account, atoll (words[1]), model_tool_action_cb,
                                       (gpointer) "idle");
}

static void
picture_cb (LinnetOwnAvatar *avatar)
{
  LinnetPicture *picture = linnet_own_avatar_get_picture (avatar);

  if (picture == NULL)
    printf ("picture none\n");
  else
    printf ("picture %u %u\n", linnet_picture_get_width (picture),
            linnet_picture_get_height (picture));
}

static void
picture_set_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (linnet_own_avatar_set_finish (LINNET_OWN_AVATAR (source), result, &error))
    printf ("picture set\n");
  else
    printf ("picture not set: %s\n", error->message);
}

/* [PATH|none]; "given-up": as if somebody had closed the page at once */
void
model_tool_picture (Tool *tool, const char *const *words)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GFile) file = NULL;

  if (tool->avatar == NULL)
    {
      tool->avatar = linnet_own_avatar_new (tool->account);
      g_signal_connect (tool->avatar, "notify::picture", G_CALLBACK (picture_cb), NULL);
    }
  if (words[1] == NULL)
    return;
  file = g_str_equal (words[1], "none") ? NULL : g_file_new_for_path (words[1]);
  linnet_own_avatar_set_async (tool->avatar, file, cancellable, picture_set_cb, NULL);
  if (words[2] != NULL)
    g_cancellable_cancel (cancellable);
}

/* NEW */
void
model_tool_passwd (Tool *tool, const char *const *words)
{
  linnet_account_change_password_async (tool->account, words[1], NULL, model_tool_action_cb,
                                        (gpointer) "passwd");
}

static void
kept_cb (LinnetKeptPassword *kept)
{
  printf ("kept %s\n", model_tool_nick (LINNET_TYPE_KEPT, linnet_kept_password_get_state (kept)));
}

void
model_tool_kept (Tool *tool, const char *const *words)
{
  g_clear_object (&tool->kept);
  tool->kept = linnet_kept_password_new (tool->account);
  g_signal_connect (tool->kept, "notify::state", G_CALLBACK (kept_cb), NULL);
}

void
model_tool_forget_password (Tool *tool, const char *const *words)
{
  linnet_kept_password_forget_async (tool->kept, NULL, model_tool_action_cb,
                                     (gpointer) "forget-password");
}

static void
unregistration_cb (LinnetUnregistration *unregistration)
{
  const char *error = linnet_unregistration_get_error_text (unregistration);

  printf ("unregistration %s %s\n",
          model_tool_nick (LINNET_TYPE_UNREGISTRATION_STATE,
                           linnet_unregistration_get_state (unregistration)),
          error != NULL ? error : "");
}

/* [TYPED]: then it runs, if it may */
void
model_tool_unregister (Tool *tool, const char *const *words)
{
  if (tool->unregistration == NULL)
    {
      tool->unregistration = linnet_unregistration_new (tool->account);
      g_signal_connect (tool->unregistration, "notify::state", G_CALLBACK (unregistration_cb),
                        NULL);
      unregistration_cb (tool->unregistration);
    }
  if (words[1] == NULL)
    return;
  linnet_unregistration_set_typed (tool->unregistration, words[1]);
  linnet_unregistration_run (tool->unregistration);
}
