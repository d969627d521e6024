/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script-gateway.c: what a person does with gateways in a script */

#include "script-world.h"

#include <string.h>

#include "im/im-gateway.h"

#define SESSION "script-gateway"

static void
state_cb (ImRegistrar *session, GParamSpec *pspec, gpointer user_data)
{
  const ImForm *form = im_registrar_get_form (session);
  g_autoptr (GString) line = g_string_new ("gateway asks ");

  switch (im_registrar_get_state (session))
    {
    case IM_REGISTRAR_ASKING:
      for (guint i = 0; i < form->fields->len; i++)
        g_string_append_printf (line, "%s%s", i > 0 ? "," : "",
                                ((ImField *) form->fields->pdata[i])->var);
      if (*im_registrar_get_note (session) != '\0')
        g_string_append_printf (line, " (%s)", im_registrar_get_note (session));
      break;
    case IM_REGISTRAR_DONE:
      g_string_printf (line, "gateway done %s", im_registrar_get_account (session));
      break;
    case IM_REGISTRAR_FAILED:
      g_string_printf (line, "gateway failed %s",
                       strrchr (im_error_get_dbus_name (im_registrar_get_error (session)), '.') +
                           1);
      break;
    case IM_REGISTRAR_WORKING:
    default:
      return;
    }
  script_world_add_event (user_data, g_strdup (line->str));
}

static void
answer (ScriptWorld *world, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  ImRegistrar *session = g_object_get_data (G_OBJECT (script_world_get_account (world)), SESSION);
  GVariantBuilder answers = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sas}"));
  g_autoptr (GVariant) given = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 1; words[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      const char *values[] = { pair[1], NULL };

      g_variant_builder_add (&answers, "{s^as}", pair[0], values);
    }
  given = g_variant_ref_sink (g_variant_builder_end (&answers));
  im_registrar_submit (session, given, NULL, &error);
  g_assert_no_error (error);
}

static void
unregistered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  im_gateway_unregister_finish (IM_ACCOUNT (source), result, &error);
  script_world_report (user_data, "ungateway", error);
}

static void
told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  im_gateway_set_online_finish (IM_ACCOUNT (source), result, &error);
  script_world_report (user_data, "log", error);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_auto (GStrv) texts = im_gateway_ask_finish (IM_ACCOUNT (source), result, &error);
  g_autofree char *joined = texts != NULL ? g_strjoinv ("|", texts) : NULL;

  if (joined != NULL)
    script_world_add_event (user_data, g_strdup_printf ("translated %s", joined));
  else
    script_world_report (user_data, "translate", error);
}

/** script_act_at_gateway: @words: verb, address, the rest. Returns: FALSE: there is no such verb */
gboolean
script_act_at_gateway (ScriptWorld *world, char **words, const char *line)
{
  ImAccount *account = script_world_get_account (world);
  g_autoptr (XmppJid) gateway =
      words[0] != NULL && words[1] != NULL ? xmpp_jid_new (words[1], NULL) : NULL;
  ImRegistrar *session;

  if (g_strcmp0 (words[0], "answer") == 0)
    answer (world, line);
  else if (gateway == NULL)
    return FALSE;
  else if (strcmp (words[0], "ungateway") == 0)
    im_gateway_unregister_async (account, gateway, unregistered_cb, world);
  else if (strcmp (words[0], "login") == 0 || strcmp (words[0], "logout") == 0)
    im_gateway_set_online_async (account, gateway, strcmp (words[0], "login") == 0, told_cb, world);
  else if (strcmp (words[0], "translate") == 0)
    im_gateway_ask_async (account, gateway, words[2], asked_cb, world);
  else if (strcmp (words[0], "gateway") == 0)
    {
      session = im_gateway_register (account, gateway, NULL);
      g_assert_nonnull (session);
      g_signal_connect (session, "notify::state", G_CALLBACK (state_cb), world);
      g_object_set_data_full (G_OBJECT (account), SESSION, session, g_object_unref);
    }
  else
    return FALSE;
  return TRUE;
}
