/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-tool-pages.c: commands about the server of an account, and about the account itself */
#include "config.h"

#include "model-tool.h"

#include <stdio.h>

#include "model/linnet-server.h"

static void
page_cb (LinnetPage *page)
{
  const char *error = linnet_page_get_error_text (page);

  printf ("page %s %s\n", model_tool_nick (LINNET_TYPE_PAGE_STATE, linnet_page_get_state (page)),
          error != NULL ? error : "");
}

void
model_tool_take_page (Tool *tool, gpointer page)
{
  g_clear_object (&tool->page);
  tool->page = page;
  g_signal_connect (page, "notify::state", G_CALLBACK (page_cb), NULL);
  page_cb (page);
}

static void
items_cb (GListModel *items, guint at, guint removed, guint added, gpointer what)
{
  for (guint i = at; i < at + added; i++)
    {
      g_autoptr (LinnetServerItem) item = g_list_model_get_item (items, i);
      const char *address = linnet_server_item_get_address (item);

      printf ("%s %s [%s] %s\n", (const char *) what, linnet_server_item_get_title (item),
              address != NULL ? address : "missing", linnet_server_item_get_text (item));
    }
}

static void
begin_server (Tool *tool, const char *const *words)
{
  LinnetServer *server = linnet_server_new (tool->account);

  g_signal_connect (linnet_server_get_features (server), "items-changed", G_CALLBACK (items_cb),
                    (gpointer) "feature");
  g_signal_connect (linnet_server_get_contacts (server), "items-changed", G_CALLBACK (items_cb),
                    (gpointer) "write");
  model_tool_take_page (tool, server);
}

static void
security_cb (LinnetSecurity *security)
{
  LinnetCertificate *certificate = linnet_security_get_certificate (security);
  g_auto (GStrv) keys = linnet_security_dup_accepted_keys (security);
  g_autofree char *text = linnet_security_dup_text (security);
  g_autofree char *mechanism = NULL;

  g_object_get (security, "mechanism", &mechanism, NULL);
  printf ("security %s, %s, %u accepted: %s\n", mechanism != NULL ? mechanism : "-",
          certificate != NULL ? linnet_certificate_get_names (certificate) : "-",
          g_strv_length (keys), text != NULL ? text : "no connection");
}

static void
begin_security (Tool *tool, const char *const *words)
{
  g_clear_object (&tool->security);
  tool->security = linnet_security_new (tool->account);
  g_signal_connect (tool->security, "notify::text", G_CALLBACK (security_cb), NULL);
  security_cb (tool->security);
}

static void
forget_keys (Tool *tool, const char *const *words)
{
  linnet_security_forget_keys_async (tool->security, NULL, model_tool_action_cb,
                                     (gpointer) "forget-keys");
}

static void
gone_cb (gpointer data, GObject *object)
{
  printf ("gone\n");
}

/* Perhaps before its answers have come. */
static void
drop_page (Tool *tool, const char *const *words)
{
  g_object_weak_ref (G_OBJECT (tool->page), gone_cb, NULL);
  g_object_run_dispose (G_OBJECT (tool->page));
  g_clear_object (&tool->page);
}

static void
reconnect (Tool *tool, const char *const *words)
{
  linnet_account_reconnect (tool->account);
}

/* (transfer full) (nullable) */
static LinnetAccount *
dup_account (Tool *tool, const char *address)
{
  GListModel *accounts = linnet_service_get_accounts (tool->service);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (LinnetAccount) account = g_list_model_get_item (accounts, i);

      if (g_str_equal (linnet_account_get_address (account), address) &&
          linnet_account_get_state (account) == LINNET_CONNECTION_CONNECTED)
        return g_steal_pointer (&account);
    }
  return NULL;
}

/* ADDRESS: of an account that is online, or will be */
static void
use_account (Tool *tool, const char *const *words)
{
  g_clear_object (&tool->account);
  while (tool->account == NULL)
    {
      tool->account = dup_account (tool, words[1]);
      if (tool->account == NULL)
        g_main_context_iteration (NULL, TRUE);
    }
  printf ("now %s\n", linnet_account_get_address (tool->account));
}

static const struct
{
  const char *name;
  void (*obey) (Tool *tool, const char *const *words);
} commands[] = {
  { "about-me", model_tool_about_me },
  { "accept", model_tool_accept },
  { "account", use_account },
  { "add", model_tool_add },
  { "cancel-question", model_tool_cancel_question },
  { "contacts", model_tool_contacts },
  { "disco", model_tool_disco },
  { "drop", drop_page },
  { "enter", model_tool_enter },
  { "forget-keys", forget_keys },
  { "forget-password", model_tool_forget_password },
  { "gateways", model_tool_gateways },
  { "handle", model_tool_handle },
  { "idle", model_tool_idle },
  { "kept", model_tool_kept },
  { "leave", model_tool_leave },
  { "log", model_tool_log },
  { "nick", model_tool_set_nickname },
  { "passwd", model_tool_passwd },
  { "picture", model_tool_picture },
  { "publish", model_tool_publish },
  { "read", model_tool_read },
  { "reconnect", reconnect },
  { "reject", model_tool_reject },
  { "remove-group", model_tool_remove_group },
  { "rename-group", model_tool_rename_group },
  { "renew", model_tool_renew },
  { "security", begin_security },
  { "server", begin_server },
  { "set-groups", model_tool_set_groups },
  { "subscribe", model_tool_subscribe },
  { "tell", model_tool_tell },
  { "translate", model_tool_translate },
  { "unfold", model_tool_unfold },
  { "unregister", model_tool_unregister },
};

gboolean
model_tool_obey_page (Tool *tool, const char *const *words)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, words[0]))
      {
        commands[i].obey (tool, words);
        return TRUE;
      }
  return FALSE;
}
