/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-tool-discovery.c: commands about addresses and gateways */
#include "config.h"

#include "model-tool.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/linnet-disco.h"
#include "model/linnet-gateways.h"

static void
show_gateway (LinnetGateway *gateway)
{
  LinnetContact *contact = linnet_gateway_get_contact (gateway);

  printf ("gateway %s (%s) %s %s\n", linnet_gateway_get_address (gateway),
          linnet_gateway_get_title (gateway), linnet_gateway_get_network (gateway),
          contact == NULL
              ? "unknown"
              : model_tool_nick (LINNET_TYPE_PRESENCE, linnet_contact_get_presence (contact)));
}

static void
contact_cb (LinnetGateway *gateway)
{
  LinnetContact *contact = linnet_gateway_get_contact (gateway);

  show_gateway (gateway);
  if (contact != NULL)
    g_signal_connect_object (contact, "notify::presence", G_CALLBACK (show_gateway), gateway,
                             G_CONNECT_SWAPPED);
}

static void
list_cb (GListModel *list, guint at, guint removed, guint added)
{
  for (guint i = at; i < at + added; i++)
    {
      g_autoptr (LinnetGateway) gateway = g_list_model_get_item (list, i);

      contact_cb (gateway);
      g_signal_connect (gateway, "notify::contact", G_CALLBACK (contact_cb), NULL);
    }
}

void
model_tool_gateways (Tool *tool, const char *const *words)
{
  LinnetGateways *gateways = linnet_gateways_new (tool->account);

  g_signal_connect (linnet_gateways_get_list (gateways), "items-changed", G_CALLBACK (list_cb),
                    NULL);
  model_tool_take_page (tool, gateways);
}

static void
registering_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  LinnetForm *form = linnet_gateways_register_finish (LINNET_GATEWAYS (source), result, &error);

  if (form != NULL)
    model_tool_take_form (data, form);
  else
    printf ("gateway failed: %s\n", error->message);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer what)
{
  g_autoptr (GError) error = NULL;

  if (linnet_gateways_finish (LINNET_GATEWAYS (source), result, &error))
    printf ("%s done\n", (const char *) what);
  else
    printf ("%s failed: %s\n", (const char *) what, error->message);
}

/* ADDRESS */
void
model_tool_enter (Tool *tool, const char *const *words)
{
  linnet_gateways_register_async (LINNET_GATEWAYS (tool->page), words[1], NULL, registering_cb,
                                  tool);
}

/* ADDRESS */
void
model_tool_leave (Tool *tool, const char *const *words)
{
  linnet_gateways_unregister_async (LINNET_GATEWAYS (tool->page), words[1], NULL, done_cb,
                                    (gpointer) "leave");
}

/* ADDRESS in|out */
void
model_tool_log (Tool *tool, const char *const *words)
{
  linnet_gateways_set_online_async (LINNET_GATEWAYS (tool->page), words[1],
                                    g_str_equal (words[2], "in"), NULL, done_cb, (gpointer) "log");
}

static void
prompt_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *description = NULL;
  g_autofree char *prompt =
      linnet_gateways_ask_prompt_finish (LINNET_GATEWAYS (source), result, &description, &error);

  if (prompt != NULL)
    printf ("prompt %s: %s\n", prompt, description);
  else
    printf ("prompt failed: %s\n", error->message);
}

static void
translated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address =
      linnet_gateways_translate_finish (LINNET_GATEWAYS (source), result, &error);

  printf ("translated %s\n", address != NULL ? address : error->message);
}

/* ADDRESS [NAME] */
void
model_tool_translate (Tool *tool, const char *const *words)
{
  LinnetGateways *gateways = LINNET_GATEWAYS (tool->page);

  if (words[2] == NULL)
    linnet_gateways_ask_prompt_async (gateways, words[1], NULL, prompt_cb, NULL);
  else
    linnet_gateways_translate_async (gateways, words[1], words[2], NULL, translated_cb, NULL);
}

static void
disco_cb (LinnetDisco *disco)
{
  GListModel *items = linnet_disco_get_items (disco);
  const char *kind = linnet_disco_get_kind (disco);
  const char *error = linnet_page_get_error_text (LINNET_PAGE (disco));

  printf ("disco %s (%s) %s, %u features, %u items: %s %s\n", linnet_disco_get_address (disco),
          linnet_disco_get_title (disco), kind != NULL ? kind : "-",
          g_strv_length ((char **) linnet_disco_get_features (disco)),
          g_list_model_get_n_items (items),
          model_tool_nick (LINNET_TYPE_PAGE_STATE, linnet_page_get_state (LINNET_PAGE (disco))),
          error != NULL ? error : "");
  if (linnet_page_get_state (LINNET_PAGE (disco)) != LINNET_PAGE_READY)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (LinnetDisco) item = g_list_model_get_item (items, i);

      printf ("within %s (%s) %s\n", linnet_disco_get_address (item), linnet_disco_get_title (item),
              model_tool_nick (LINNET_TYPE_PAGE_STATE, linnet_page_get_state (LINNET_PAGE (item))));
    }
}

static void
open_disco (LinnetDisco *disco)
{
  g_signal_connect (disco, "notify::state", G_CALLBACK (disco_cb), NULL);
  linnet_disco_open (disco);
}

/* ADDRESS [NODE] */
void
model_tool_disco (Tool *tool, const char *const *words)
{
  LinnetDisco *disco = linnet_disco_new (tool->account, words[1], words[2]);

  g_clear_object (&tool->page);
  tool->page = LINNET_PAGE (disco);
  open_disco (disco);
}

/* ADDRESS: of an item of the last one */
void
model_tool_unfold (Tool *tool, const char *const *words)
{
  GListModel *items = linnet_disco_get_items (LINNET_DISCO (tool->page));

  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (LinnetDisco) item = g_list_model_get_item (items, i);

      if (g_str_equal (linnet_disco_get_address (item), words[1]))
        open_disco (item);
    }
}
