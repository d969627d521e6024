/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-new-conversation.c: the contacts, to talk with, add, rename and remove. window.md section
 * 3 */
#include "config.h"

#include "ui/linnet-new-conversation.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/linnet-contact-dialogs.h"
#include "ui/linnet-contact-row.h"
#include "ui/linnet-pages.h"

/* GTK builds two hundred rows of a longer list at once, which takes longer than a person should
 * wait for an answer to a key: so many come with a frame. */
#define ROWS_PER_FRAME 20
#define ALL_ROWS 200

struct _LinnetNewConversation
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkEditable *entry;
  GtkDropDown *account_chooser;
  GtkWidget *typed_box;
  GtkWidget *talk_button;
  GtkWidget *add_button;
  GtkStack *stack;
  AdwStatusPage *empty;
  GtkListView *list;

  LinnetService *service;
  char *word; /* (owned) what was typed, folded */
  GListModel *enabled; /* (owned) accounts in use */
  GtkFilter *filter;
  GListModel *found; /* (owned) contacts that match, in order */
  GtkSliceListModel *shown; /* (owned) the first of those, more with every frame */
};

enum
{
  SIGNAL_CONVERSATION_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LinnetNewConversation, linnet_new_conversation, ADW_TYPE_WINDOW)

static char *
dup_typed (LinnetNewConversation *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
}

static gboolean
is_address (const char *text)
{
  const char *at = strchr (text, '@');

  return at != NULL && at != text && at[1] != '\0' && strpbrk (text, " \t/") == NULL;
}

static gboolean
contains (const char *text, const char *folded_word)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return strstr (folded, folded_word) != NULL;
}

static gboolean
matches (gpointer item, gpointer data)
{
  LinnetNewConversation *self = data;
  const char *const *groups = linnet_contact_get_groups (item);

  /* Somebody who only asks for us is among the requests. */
  if (linnet_contact_is_request (item) &&
      linnet_contact_get_subscribe (item) != LINNET_SUBSCRIPTION_YES)
    return FALSE;
  if (self->word == NULL || contains (linnet_contact_get_name (item), self->word) ||
      contains (linnet_contact_get_address (item), self->word))
    return TRUE;
  for (guint i = 0; groups[i] != NULL; i++)
    if (contains (groups[i], self->word))
      return TRUE;
  return FALSE;
}

static int
compare (gconstpointer left, gconstpointer right, gpointer data)
{
  LinnetContact *a = (LinnetContact *) left, *b = (LinnetContact *) right;
  gboolean online_a = linnet_presence_is_online (linnet_contact_get_presence (a));
  gboolean online_b = linnet_presence_is_online (linnet_contact_get_presence (b));

  if (online_a != online_b)
    return online_a ? -1 : 1;
  return g_utf8_collate (linnet_contact_get_name (a), linnet_contact_get_name (b));
}

static LinnetAccount *
get_account (LinnetNewConversation *self)
{
  LinnetAccount *account = gtk_drop_down_get_selected_item (self->account_chooser);
  g_autoptr (LinnetAccount) first = NULL;

  if (account != NULL)
    return account;
  first = self->enabled != NULL ? g_list_model_get_item (self->enabled, 0) : NULL;
  return first;
}

/* What to say where no contact fits. */
static void
describe_nothing (LinnetNewConversation *self, const char *typed)
{
  if (gtk_widget_get_visible (self->typed_box))
    {
      adw_status_page_set_title (self->empty, _ ("Not a Contact"));
      adw_status_page_set_description (
          self->empty, _ ("A contact is asked, and you see when they are available."));
      return;
    }
  adw_status_page_set_title (self->empty, *typed ? _ ("Nothing Found") : _ ("No Contacts"));
  adw_status_page_set_description (self->empty,
                                   _ ("Type an address to write to somebody or to add them."));
}

static void
update (LinnetNewConversation *self)
{
  g_autofree char *typed = dup_typed (self);
  LinnetAccount *account = get_account (self);
  LinnetContact *known =
      account != NULL && *typed ? linnet_account_lookup_contact (account, typed) : NULL;
  guint n = self->found != NULL ? g_list_model_get_n_items (self->found) : 0;

  gtk_widget_set_visible (self->typed_box, account != NULL && known == NULL && is_address (typed));
  gtk_widget_set_visible (GTK_WIDGET (self->account_chooser),
                          self->enabled != NULL && g_list_model_get_n_items (self->enabled) > 1);
  describe_nothing (self, typed);
  linnet_pages_turn (self->stack, n > 0 ? "list" : "empty");
  if (gtk_widget_get_visible (self->typed_box))
    {
      g_autofree char *talk = g_strdup_printf (_ ("Start conversation with %s"), typed);
      g_autofree char *add = g_strdup_printf (_ ("Add %s to the contacts"), typed);

      gtk_widget_set_tooltip_text (self->talk_button, talk);
      gtk_widget_set_tooltip_text (self->add_button, add);
    }
}

static void
changed_cb (LinnetNewConversation *self)
{
  g_autofree char *typed = dup_typed (self);

  g_clear_pointer (&self->word, g_free);
  if (*typed)
    self->word = g_utf8_casefold (typed, -1);
  if (self->filter != NULL)
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update (self);
}

static void
choose (LinnetNewConversation *self, LinnetAccount *account, const char *address)
{
  LinnetConversation *conversation = linnet_account_ensure_conversation (account, address);

  g_signal_emit (self, signals[SIGNAL_CONVERSATION_CHOSEN], 0, conversation);
  gtk_window_close (GTK_WINDOW (self));
}

static void
activated_cb (LinnetNewConversation *self, guint position)
{
  g_autoptr (LinnetContact) contact = g_list_model_get_item (self->found, position);

  if (contact != NULL && linnet_contact_get_account (contact) != NULL)
    choose (self, linnet_contact_get_account (contact), linnet_contact_get_address (contact));
}

static void
talk_cb (LinnetNewConversation *self)
{
  g_autofree char *typed = dup_typed (self);
  g_autofree char *address = g_utf8_strdown (typed, -1);

  if (get_account (self) != NULL)
    choose (self, get_account (self), address);
}

static void
entry_activated_cb (LinnetNewConversation *self)
{
  if (self->found != NULL && g_list_model_get_n_items (self->found) > 0)
    activated_cb (self, 0);
  else if (gtk_widget_get_visible (self->typed_box))
    talk_cb (self);
}

static void
stop_search_cb (LinnetNewConversation *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

static void
say (LinnetNewConversation *self, const char *sentence)
{
  AdwToast *toast = adw_toast_new (sentence);

  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetNewConversation) self = data;
  g_autoptr (GError) error = NULL;

  gtk_widget_set_sensitive (self->add_button, TRUE);
  if (linnet_account_action_finish (LINNET_ACCOUNT (source), result, &error))
    {
      gtk_editable_set_text (self->entry, "");
      say (self, _ ("The contact has been asked."));
    }
  else
    say (self, error->message);
}

static void
add_cb (LinnetNewConversation *self)
{
  g_autofree char *typed = dup_typed (self);

  if (get_account (self) == NULL)
    return;
  gtk_widget_set_sensitive (self->add_button, FALSE);
  linnet_account_add_contact_async (get_account (self), typed, NULL, NULL, NULL, added_cb,
                                    g_object_ref (self));
}

static void
rename_asked_cb (LinnetNewConversation *self, LinnetContact *contact)
{
  linnet_contact_dialogs_rename (GTK_WINDOW (self), contact);
}

static void
remove_asked_cb (LinnetNewConversation *self, LinnetContact *contact)
{
  linnet_contact_dialogs_remove (GTK_WINDOW (self), contact);
}

static void
groups_asked_cb (LinnetNewConversation *self, LinnetContact *contact)
{
  linnet_contact_dialogs_groups (GTK_WINDOW (self), contact);
}

static void
setup_cb (LinnetNewConversation *self, GtkListItem *item)
{
  GtkWidget *row = linnet_contact_row_new ();

  g_signal_connect_object (row, "rename-asked", G_CALLBACK (rename_asked_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "remove-asked", G_CALLBACK (remove_asked_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "groups-asked", G_CALLBACK (groups_asked_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (LinnetNewConversation *self, GtkListItem *item)
{
  linnet_contact_row_set_contact (LINNET_CONTACT_ROW (gtk_list_item_get_child (item)),
                                  gtk_list_item_get_item (item));
}

static void
unbind_cb (LinnetNewConversation *self, GtkListItem *item)
{
  linnet_contact_row_set_contact (LINNET_CONTACT_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
linnet_new_conversation_dispose (GObject *object)
{
  LinnetNewConversation *self = LINNET_NEW_CONVERSATION (object);

  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  if (self->found != NULL)
    g_signal_handlers_disconnect_by_data (self->found, self);
  g_clear_object (&self->shown);
  g_clear_object (&self->found);
  g_clear_object (&self->filter);
  g_clear_object (&self->enabled);
  g_clear_object (&self->service);
  g_clear_pointer (&self->word, g_free);
  G_OBJECT_CLASS (linnet_new_conversation_parent_class)->dispose (object);
}

static void
linnet_new_conversation_class_init (LinnetNewConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = linnet_new_conversation_dispose;
  signals[SIGNAL_CONVERSATION_CHOSEN] =
      g_signal_new ("conversation-chosen", LINNET_TYPE_NEW_CONVERSATION, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, LINNET_TYPE_CONVERSATION);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-new-conversation.ui");
#define CHILD(field) \
  gtk_widget_class_bind_template_child (widget_class, LinnetNewConversation, field)
  CHILD (toasts);
  CHILD (entry);
  CHILD (account_chooser);
  CHILD (typed_box);
  CHILD (talk_button);
  CHILD (add_button);
  CHILD (stack);
  CHILD (empty);
  CHILD (list);
#undef CHILD
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, talk_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
linnet_new_conversation_init (LinnetNewConversation *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  linnet_pages_wrap_button (self->talk_button);
  linnet_pages_wrap_button (self->add_button);
  /* The focus goes to the button inside, which GTK 4.8 leaves without a name. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (self->account_chooser))),
      GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Account"), -1);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);
}

static gpointer
contacts_of (gpointer account, gpointer data)
{
  GListModel *contacts = g_object_ref (linnet_account_get_contacts (account));

  g_object_unref (account);
  return contacts;
}

static gboolean
is_enabled (gpointer account, gpointer data)
{
  return linnet_account_get_enabled (account);
}

/* All contacts of all accounts in use, those that match, in order. */
static void
set_up (LinnetNewConversation *self)
{
  GListModel *accounts = linnet_service_get_accounts (self->service);
  GtkMapListModel *lists;
  GtkFlattenListModel *all;
  GtkFilterListModel *filtered;

  self->enabled = G_LIST_MODEL (gtk_filter_list_model_new (
      g_object_ref (accounts), GTK_FILTER (gtk_custom_filter_new (is_enabled, NULL, NULL))));
  lists = gtk_map_list_model_new (g_object_ref (self->enabled), contacts_of, NULL, NULL);
  all = gtk_flatten_list_model_new (G_LIST_MODEL (lists));
  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  filtered = gtk_filter_list_model_new (G_LIST_MODEL (all), g_object_ref (self->filter));
  self->found = G_LIST_MODEL (gtk_sort_list_model_new (
      G_LIST_MODEL (filtered), GTK_SORTER (gtk_custom_sorter_new (compare, NULL, NULL))));
  g_signal_connect_object (self->found, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
}

static gboolean
show_more_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  LinnetNewConversation *self = LINNET_NEW_CONVERSATION (widget);
  guint size = gtk_slice_list_model_get_size (self->shown) + ROWS_PER_FRAME;

  gtk_slice_list_model_set_size (self->shown, size < ALL_ROWS ? size : G_MAXUINT);
  return size < ALL_ROWS ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/**
 * linnet_new_conversation_new:
 * @service: whose contacts it shows
 *
 * Returns: the window, not shown yet; GTK owns it
 */
GtkWidget *
linnet_new_conversation_new (LinnetService *service)
{
  LinnetNewConversation *self = g_object_new (LINNET_TYPE_NEW_CONVERSATION, NULL);
  g_autoptr (GtkExpression) address = NULL;
  GtkNoSelection *selection;

  g_set_object (&self->service, service);
  set_up (self);
  self->shown = gtk_slice_list_model_new (g_object_ref (self->found), 0, ROWS_PER_FRAME);
  gtk_widget_add_tick_callback (GTK_WIDGET (self), show_more_cb, NULL, NULL);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->shown)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
  address = gtk_property_expression_new (LINNET_TYPE_ACCOUNT, NULL, "display-name");
  gtk_drop_down_set_expression (self->account_chooser, address);
  gtk_drop_down_set_model (self->account_chooser, self->enabled);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  return GTK_WIDGET (self);
}
