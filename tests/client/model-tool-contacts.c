/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-tool-contacts.c: commands about the contact list of an account */
#include "config.h"

#include "model-tool.h"

#include <stdio.h>

static void
groups_cb (GListModel *groups)
{
  printf ("groups");
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (LinnetGroup) group = g_list_model_get_item (groups, i);

      printf (" %s", linnet_group_get_name (group));
    }
  printf ("\n");
}

static void
contact_cb (LinnetContact *contact)
{
  g_autofree char *groups = g_strjoinv (",", (char **) linnet_contact_get_groups (contact));

  printf ("contact %s subscribe=%s publish=%s groups=%s\n", linnet_contact_get_address (contact),
          model_tool_nick (LINNET_TYPE_SUBSCRIPTION, linnet_contact_get_subscribe (contact)),
          model_tool_nick (LINNET_TYPE_SUBSCRIPTION, linnet_contact_get_publish (contact)), groups);
}

static void
approved_cb (LinnetContact *contact)
{
  printf ("approved %s %s\n", linnet_contact_get_address (contact),
          linnet_contact_get_approved (contact) ? "yes" : "no");
}

static void
idle_cb (LinnetContact *contact)
{
  printf ("idle %s %" G_GINT64_FORMAT "\n", linnet_contact_get_address (contact),
          linnet_contact_get_idle_since (contact));
}

static void
contacts_cb (GListModel *contacts, guint at, guint removed, guint added)
{
  for (guint i = at; i < at + added; i++)
    {
      g_autoptr (LinnetContact) contact = g_list_model_get_item (contacts, i);

      contact_cb (contact);
      g_signal_connect (contact, "notify::subscribe", G_CALLBACK (contact_cb), NULL);
      g_signal_connect (contact, "notify::publish", G_CALLBACK (contact_cb), NULL);
      g_signal_connect (contact, "notify::groups", G_CALLBACK (contact_cb), NULL);
      g_signal_connect (contact, "notify::approved", G_CALLBACK (approved_cb), NULL);
      g_signal_connect (contact, "notify::idle-since", G_CALLBACK (idle_cb), NULL);
    }
}

static void
delimiter_cb (LinnetAccount *account)
{
  printf ("delimiter “%s”\n", linnet_account_get_group_delimiter (account));
}

void
model_tool_contacts (Tool *tool, const char *const *words)
{
  GListModel *groups = linnet_account_get_groups (tool->account);
  GListModel *contacts = linnet_account_get_contacts (tool->account);

  g_signal_connect (groups, "items-changed", G_CALLBACK (groups_cb), NULL);
  g_signal_connect (contacts, "items-changed", G_CALLBACK (contacts_cb), NULL);
  g_signal_connect (tool->account, "notify::group-delimiter", G_CALLBACK (delimiter_cb), NULL);
  groups_cb (groups);
  contacts_cb (contacts, 0, 0, g_list_model_get_n_items (contacts));
  delimiter_cb (tool->account);
}

/* ADDRESS MESSAGE */
void
model_tool_add (Tool *tool, const char *const *words)
{
  linnet_account_add_contact_async (tool->account, words[1], NULL, words[2], NULL,
                                    model_tool_action_cb, (gpointer) "add");
}

/* OLD NEW */
void
model_tool_rename_group (Tool *tool, const char *const *words)
{
  linnet_account_rename_group_async (tool->account, words[1], words[2], model_tool_action_cb,
                                     (gpointer) "rename-group");
}

/* NAME */
void
model_tool_remove_group (Tool *tool, const char *const *words)
{
  linnet_account_remove_group_async (tool->account, words[1], model_tool_action_cb,
                                     (gpointer) "remove-group");
}

/* ADDRESS GROUP,GROUP… */
void
model_tool_set_groups (Tool *tool, const char *const *words)
{
  g_auto (GStrv) groups = g_strsplit (words[2], ",", -1);

  linnet_account_set_contact_groups_async (
      tool->account, linnet_account_ensure_contact (tool->account, words[1]),
      (const char *const *) groups, model_tool_action_cb, (gpointer) "set-groups");
}

/* ADDRESS yes|no */
void
model_tool_subscribe (Tool *tool, const char *const *words)
{
  linnet_account_set_subscribed_async (tool->account, words[1], g_str_equal (words[2], "yes"),
                                       model_tool_action_cb, (gpointer) "subscribe");
}

/* ADDRESS yes|no */
void
model_tool_publish (Tool *tool, const char *const *words)
{
  linnet_account_set_published_async (tool->account, words[1], g_str_equal (words[2], "yes"),
                                      model_tool_action_cb, (gpointer) "publish");
}
