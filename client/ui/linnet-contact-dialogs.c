/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-contact-dialogs.c: what is asked before a contact is changed. Each names the contact. */
#include "config.h"

#include "ui/linnet-contact-dialogs.h"

#include <glib/gi18n.h>

#include "model/linnet-account.h"

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  /* The row shows how things are; there is no other place to say it once the dialog is gone. */
  if (!linnet_account_action_finish (LINNET_ACCOUNT (source), result, &error))
    g_debug ("contact: %s", error->message);
}

static GtkWidget *
make_dialog (GtkWindow *parent,
             LinnetContact *contact,
             const char *heading,
             const char *body,
             const char *verb)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, NULL, NULL);

  adw_message_dialog_set_heading (ADW_MESSAGE_DIALOG (dialog), heading);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "do", verb,
                                    NULL);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  return dialog;
}

static void
set_entry (GtkWidget *dialog, const char *label, const char *text)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "do");
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "do",
                                              ADW_RESPONSE_SUGGESTED);
}

static const char *
get_entry (AdwMessageDialog *dialog)
{
  return gtk_editable_get_text (GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog)));
}

static void
renamed_cb (LinnetContact *contact, const char *response, AdwMessageDialog *dialog)
{
  LinnetAccount *account = linnet_contact_get_account (contact);

  if (g_str_equal (response, "do") && account != NULL)
    linnet_account_rename_contact_async (account, contact, get_entry (dialog), done_cb, NULL);
}

/**
 * linnet_contact_dialogs_rename:
 * @parent: the window it is about
 * @contact: a contact
 *
 * Asks for another name.
 */
void
linnet_contact_dialogs_rename (GtkWindow *parent, LinnetContact *contact)
{
  g_autofree char *heading = g_strdup_printf (_ ("Rename %s"), linnet_contact_get_name (contact));
  GtkWidget *dialog =
      make_dialog (parent, contact, heading, _ ("Only you see this name."), _ ("Rename"));

  set_entry (dialog, _ ("Name"), linnet_contact_get_name (contact));
  g_signal_connect_object (dialog, "response", G_CALLBACK (renamed_cb), contact, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
grouped_cb (LinnetContact *contact, const char *response, AdwMessageDialog *dialog)
{
  LinnetAccount *account = linnet_contact_get_account (contact);
  g_auto (GStrv) typed = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) groups = NULL;

  if (!g_str_equal (response, "do") || account == NULL)
    return;
  typed = g_strsplit (get_entry (dialog), ",", -1);
  for (guint i = 0; typed[i] != NULL; i++)
    if (*g_strstrip (typed[i]))
      g_strv_builder_add (builder, typed[i]);
  groups = g_strv_builder_end (builder);
  linnet_account_set_contact_groups_async (account, contact, (const char *const *) groups, done_cb,
                                           NULL);
}

/**
 * linnet_contact_dialogs_groups:
 * @parent: the window it is about
 * @contact: a contact
 *
 * Asks for the groups of a contact.
 */
void
linnet_contact_dialogs_groups (GtkWindow *parent, LinnetContact *contact)
{
  g_autofree char *heading =
      g_strdup_printf (_ ("Groups of %s"), linnet_contact_get_name (contact));
  g_autofree char *groups = g_strjoinv (", ", (char **) linnet_contact_get_groups (contact));
  GtkWidget *dialog = make_dialog (parent, contact, heading,
                                   _ ("Names of groups with commas between them."), _ ("Save"));

  set_entry (dialog, _ ("Groups"), groups);
  g_signal_connect_object (dialog, "response", G_CALLBACK (grouped_cb), contact, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
removed_cb (LinnetContact *contact, const char *response)
{
  LinnetAccount *account = linnet_contact_get_account (contact);

  if (g_str_equal (response, "do") && account != NULL)
    linnet_account_remove_contact_async (account, contact, done_cb, NULL);
}

/**
 * linnet_contact_dialogs_remove:
 * @parent: the window it is about
 * @contact: a contact
 *
 * Asks whether to remove a contact.
 */
void
linnet_contact_dialogs_remove (GtkWindow *parent, LinnetContact *contact)
{
  g_autofree char *heading = g_strdup_printf (_ ("Remove %s?"), linnet_contact_get_name (contact));
  g_autofree char *body = g_strdup_printf (
      _ ("%s leaves the contact list, and neither side sees the other’s presence any "
         "more. The conversation stays."),
      linnet_contact_get_address (contact));
  GtkWidget *dialog = make_dialog (parent, contact, heading, body, _ ("Remove"));

  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "do",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (removed_cb), contact, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}
