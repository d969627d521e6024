/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-sidebar.c: the list of conversations with its header. window.md sections 2 and 3 */
#include "config.h"

#include "ui/linnet-sidebar.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/linnet-banner.h"
#include "ui/linnet-conversation-row.h"
#include "ui/linnet-pages.h"
#include "ui/linnet-presence-popover.h"

struct _LinnetSidebar
{
  GtkWidget parent_instance;

  AdwHeaderBar *header;
  GtkMenuButton *presence_button;
  GtkImage *presence_image;
  LinnetPresencePopover *presence_popover;
  GtkMenuButton *menu_button;
  GtkSearchBar *search_bar;
  GtkSearchEntry *search_entry;
  LinnetBanner *banner;
  GtkWidget *requests_button;
  GtkLabel *requests_badge;
  GtkStack *stack;
  GtkWidget *new_button;
  GtkScrolledWindow *scrolled;
  GtkListView *list;

  LinnetService *service;
  GtkFilterListModel *filtered; /* (owned) */
  GtkFilter *filter;
  char *word; /* (owned) what is searched, folded */
  GtkSingleSelection *selection;
  GPtrArray *accounts; /* (owned) LinnetAccount, watched */
  LinnetConversation *chosen;
  gboolean folded;
  gboolean selecting; /* we select, not the person */
};

enum
{
  PROP_FOLDED = 1,
  N_PROPS
};

enum
{
  SIGNAL_CONVERSATION_CHOSEN,
  SIGNAL_CONVERSATION_SELECTED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LinnetSidebar, linnet_sidebar, GTK_TYPE_WIDGET)

static gboolean
contains (const char *text, const char *folded_word)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return strstr (folded, folded_word) != NULL;
}

static gboolean
matches (gpointer item, gpointer data)
{
  LinnetSidebar *self = data;

  return contains (linnet_conversation_get_name (item), self->word) ||
         contains (linnet_conversation_get_id (item), self->word);
}

static void
update_page (LinnetSidebar *self)
{
  gboolean any = self->service != NULL &&
                 g_list_model_get_n_items (linnet_service_get_conversations (self->service)) > 0;
  gboolean found =
      self->selection != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0;

  linnet_pages_turn (self->stack, found ? "list" : any ? "none"
                                                       : "empty");
}

/* A list that stood at its top stays there, whatever comes above. */
static gboolean
to_top_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (LINNET_SIDEBAR (widget)->scrolled),
                            0);
  return G_SOURCE_REMOVE;
}

static void
items_changed_cb (LinnetSidebar *self)
{
  update_page (self);
  linnet_sidebar_select (self, self->chosen);
  if (gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scrolled)) <= 0)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), to_top_cb, NULL, NULL);
}

/* Without a word nothing is filtered: none of ten thousand is asked when one of them moves. */
static void
search_changed_cb (LinnetSidebar *self)
{
  const char *text = gtk_search_bar_get_search_mode (self->search_bar)
                         ? gtk_editable_get_text (GTK_EDITABLE (self->search_entry))
                         : "";

  if (self->filtered == NULL)
    return;
  g_free (self->word);
  self->word = g_utf8_casefold (text, -1);
  if (*text && gtk_filter_list_model_get_filter (self->filtered) != NULL)
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  else
    gtk_filter_list_model_set_filter (self->filtered, *text ? self->filter : NULL);
}

static void
choose (LinnetSidebar *self, guint position)
{
  g_autoptr (LinnetConversation) conversation =
      g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (conversation != NULL)
    g_signal_emit (self, signals[SIGNAL_CONVERSATION_CHOSEN], 0, conversation);
}

/* Walking through the list, by arrow keys or by a screen reader, shows what one comes by. */
static void
selected_cb (LinnetSidebar *self)
{
  LinnetConversation *conversation = gtk_single_selection_get_selected_item (self->selection);

  if (!self->selecting && conversation != NULL && conversation != self->chosen)
    g_signal_emit (self, signals[SIGNAL_CONVERSATION_SELECTED], 0, conversation);
}

static void
search_activated_cb (LinnetSidebar *self)
{
  choose (self, 0);
}

static void
activated_cb (LinnetSidebar *self, guint position)
{
  choose (self, position);
}

static void
setup_cb (LinnetSidebar *self, GtkListItem *item)
{
  gtk_list_item_set_child (item, linnet_conversation_row_new ());
}

static void
bind_cb (LinnetSidebar *self, GtkListItem *item)
{
  LinnetConversationRow *row = LINNET_CONVERSATION_ROW (gtk_list_item_get_child (item));

  linnet_conversation_row_set_show_account (row, self->accounts->len > 1);
  linnet_conversation_row_set_conversation (row, gtk_list_item_get_item (item));
}

static void
unbind_cb (LinnetSidebar *self, GtkListItem *item)
{
  linnet_conversation_row_set_conversation (
      LINNET_CONVERSATION_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
count_requests (LinnetSidebar *self)
{
  guint n = 0;
  g_autofree char *text = NULL;
  g_autofree char *label = NULL;

  for (guint i = 0; i < self->accounts->len; i++)
    n += g_list_model_get_n_items (
        linnet_account_get_requests (g_ptr_array_index (self->accounts, i)));
  text = g_strdup_printf ("%u", n);
  label = g_strdup_printf (ngettext ("%u contact request", "%u contact requests", n), n);
  gtk_label_set_text (self->requests_badge, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->requests_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_visible (self->requests_button, n > 0);
}

static void
update_presence (LinnetSidebar *self)
{
  LinnetPresence best = LINNET_PRESENCE_OFFLINE;
  g_autofree char *label = NULL;

  for (guint i = 0; i < self->accounts->len; i++)
    best = MAX (best, linnet_account_get_presence (g_ptr_array_index (self->accounts, i)));
  gtk_image_set_from_icon_name (self->presence_image, linnet_presence_get_icon_name (best));
  label = g_strdup_printf (_ ("Presence: %s"), linnet_presence_get_word (best));
  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (self->presence_button)), label) == 0)
    return;
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->presence_button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->presence_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
unwatch_accounts (LinnetSidebar *self)
{
  for (guint i = 0; i < self->accounts->len; i++)
    {
      LinnetAccount *account = g_ptr_array_index (self->accounts, i);

      g_signal_handlers_disconnect_by_data (linnet_account_get_requests (account), self);
      g_signal_handlers_disconnect_by_data (account, self);
    }
  g_ptr_array_set_size (self->accounts, 0);
}

static void
accounts_changed_cb (LinnetSidebar *self)
{
  GListModel *accounts = linnet_service_get_accounts (self->service);

  unwatch_accounts (self);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      LinnetAccount *account = g_list_model_get_item (accounts, i);

      g_ptr_array_add (self->accounts, account);
      g_signal_connect_object (account, "notify::presence", G_CALLBACK (update_presence), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (linnet_account_get_requests (account), "items-changed",
                               G_CALLBACK (count_requests), self, G_CONNECT_SWAPPED);
    }
  count_requests (self);
  update_presence (self);
}

static void
linnet_sidebar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_FOLDED:
      g_value_set_boolean (value, LINNET_SIDEBAR (object)->folded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_sidebar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  LinnetSidebar *self = LINNET_SIDEBAR (object);

  switch (id)
    {
    case PROP_FOLDED:
      self->folded = g_value_get_boolean (value);
      adw_header_bar_set_show_end_title_buttons (self->header, self->folded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* Arrows go from row to row. Tab leaves the list, which GTK 4.8 would walk through. */
static gboolean
linnet_sidebar_focus (GtkWidget *widget, GtkDirectionType direction)
{
  LinnetSidebar *self = LINNET_SIDEBAR (widget);
  GtkWidget *child = GTK_WIDGET (self->stack);

  if (gtk_widget_get_focus_child (GTK_WIDGET (self->list)) == NULL ||
      (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD))
    return GTK_WIDGET_CLASS (linnet_sidebar_parent_class)->focus (widget, direction);
  do
    child = direction == GTK_DIR_TAB_FORWARD ? gtk_widget_get_next_sibling (child)
                                             : gtk_widget_get_prev_sibling (child);
  while (child != NULL && !gtk_widget_child_focus (child, direction));
  return child != NULL;
}

static void
linnet_sidebar_dispose (GObject *object)
{
  LinnetSidebar *self = LINNET_SIDEBAR (object);
  GtkWidget *child;

  linnet_sidebar_set_service (self, NULL);
  g_clear_object (&self->chosen);
  gtk_widget_dispose_template (GTK_WIDGET (self), LINNET_TYPE_SIDEBAR);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (linnet_sidebar_parent_class)->dispose (object);
}

static void
linnet_sidebar_finalize (GObject *object)
{
  LinnetSidebar *self = LINNET_SIDEBAR (object);

  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_clear_pointer (&self->word, g_free);
  G_OBJECT_CLASS (linnet_sidebar_parent_class)->finalize (object);
}

static void
linnet_sidebar_class_init (LinnetSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (LINNET_TYPE_BANNER);
  g_type_ensure (LINNET_TYPE_PRESENCE_POPOVER);
  object_class->get_property = linnet_sidebar_get_property;
  object_class->set_property = linnet_sidebar_set_property;
  object_class->dispose = linnet_sidebar_dispose;
  object_class->finalize = linnet_sidebar_finalize;
  widget_class->focus = linnet_sidebar_focus;
  props[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SIGNAL_CONVERSATION_CHOSEN] =
      g_signal_new ("conversation-chosen", LINNET_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, LINNET_TYPE_CONVERSATION);
  signals[SIGNAL_CONVERSATION_SELECTED] =
      g_signal_new ("conversation-selected", LINNET_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, LINNET_TYPE_CONVERSATION);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-sidebar.ui");
#define CHILD(field) gtk_widget_class_bind_template_child (widget_class, LinnetSidebar, field)
  CHILD (header);
  CHILD (presence_button);
  CHILD (presence_image);
  CHILD (presence_popover);
  CHILD (menu_button);
  CHILD (search_bar);
  CHILD (search_entry);
  CHILD (banner);
  CHILD (requests_button);
  CHILD (requests_badge);
  CHILD (stack);
  CHILD (new_button);
  CHILD (scrolled);
  CHILD (list);
#undef CHILD
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
linnet_sidebar_init (LinnetSidebar *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  linnet_pages_wrap_button (self->new_button);
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  adw_header_bar_set_show_end_title_buttons (self->header, FALSE);
  g_signal_connect_object (self->search_bar, "notify::search-mode-enabled",
                           G_CALLBACK (search_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);
}

/**
 * linnet_sidebar_new:
 *
 * Returns: (transfer floating): a sidebar without a service
 */
GtkWidget *
linnet_sidebar_new (void)
{
  return g_object_new (LINNET_TYPE_SIDEBAR, NULL);
}

static void
set_up_list (LinnetSidebar *self)
{
  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  self->filtered = gtk_filter_list_model_new (
      g_object_ref (linnet_service_get_conversations (self->service)), NULL);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->filtered));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  /* After the list, which must know of the change before anything is selected. */
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (linnet_service_get_conversations (self->service), "items-changed",
                           G_CALLBACK (update_page), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

/**
 * linnet_sidebar_set_service:
 * @self: a sidebar
 * @service: (nullable): whose conversations it shows
 */
void
linnet_sidebar_set_service (LinnetSidebar *self, LinnetService *service)
{
  g_return_if_fail (LINNET_IS_SIDEBAR (self));
  if (self->service == service)
    return;
  if (self->service != NULL)
    {
      g_signal_handlers_disconnect_by_data (linnet_service_get_accounts (self->service), self);
      unwatch_accounts (self);
      gtk_list_view_set_model (self->list, NULL);
      g_signal_handlers_disconnect_by_data (linnet_service_get_conversations (self->service), self);
      g_signal_handlers_disconnect_by_data (self->selection, self);
      g_clear_object (&self->selection);
      g_clear_object (&self->filtered);
      g_clear_object (&self->filter);
    }
  g_set_object (&self->service, service);
  linnet_banner_set_service (self->banner, service);
  linnet_presence_popover_set_service (self->presence_popover, service);
  if (service == NULL)
    return;
  set_up_list (self);
  search_changed_cb (self);
  g_signal_connect_object (linnet_service_get_accounts (service), "items-changed",
                           G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  accounts_changed_cb (self);
  update_page (self);
}

static guint
find_position (LinnetSidebar *self, LinnetConversation *conversation)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  for (guint i = 0; conversation != NULL && i < n; i++)
    {
      g_autoptr (LinnetConversation) one =
          g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (one == conversation)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

/**
 * linnet_sidebar_select:
 * @self: a sidebar
 * @conversation: (nullable): the one that is open
 */
void
linnet_sidebar_select (LinnetSidebar *self, LinnetConversation *conversation)
{
  g_return_if_fail (LINNET_IS_SIDEBAR (self));
  g_set_object (&self->chosen, conversation);
  if (self->selection == NULL || (conversation != NULL && gtk_single_selection_get_selected_item (
                                                              self->selection) == conversation))
    return;
  self->selecting = TRUE;
  gtk_single_selection_set_selected (self->selection, find_position (self, conversation));
  self->selecting = FALSE;
}

/**
 * linnet_sidebar_dup_neighbour:
 * @self: a sidebar
 * @conversation: (nullable): where to begin
 * @step: 1 for the next, -1 for the previous
 * @only_unread: whether only conversations with unread messages count
 *
 * Returns: (nullable) (transfer full): the neighbour, %NULL if there is none
 */
LinnetConversation *
linnet_sidebar_dup_neighbour (LinnetSidebar *self,
                              LinnetConversation *conversation,
                              int step,
                              gboolean only_unread)
{
  int n, at = -1;

  g_return_val_if_fail (LINNET_IS_SIDEBAR (self), NULL);
  n = self->selection != NULL ? (int) g_list_model_get_n_items (G_LIST_MODEL (self->selection)) : 0;
  for (int i = 0; i < n; i++)
    {
      g_autoptr (LinnetConversation) one =
          g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (one == conversation)
        at = i;
    }
  if (at < 0)
    at = step > 0 ? -1 : n;
  for (at += step; at >= 0 && at < n; at += step)
    {
      g_autoptr (LinnetConversation) one =
          g_list_model_get_item (G_LIST_MODEL (self->selection), at);

      if (!only_unread || linnet_conversation_get_unread (one) > 0)
        return g_steal_pointer (&one);
    }
  return NULL;
}

/**
 * linnet_sidebar_dup_nth:
 * @self: a sidebar
 * @n: which, from 0
 *
 * Returns: (nullable) (transfer full): the n-th conversation of the list
 */
LinnetConversation *
linnet_sidebar_dup_nth (LinnetSidebar *self, guint n)
{
  g_return_val_if_fail (LINNET_IS_SIDEBAR (self), NULL);
  return self->selection != NULL ? g_list_model_get_item (G_LIST_MODEL (self->selection), n) : NULL;
}

/**
 * linnet_sidebar_start_search:
 * @self: a sidebar
 *
 * Opens the search, with the focus in it.
 */
void
linnet_sidebar_start_search (LinnetSidebar *self)
{
  g_return_if_fail (LINNET_IS_SIDEBAR (self));
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/**
 * linnet_sidebar_stop_search:
 * @self: a sidebar
 *
 * Returns: whether a search was open; it is closed now
 */
gboolean
linnet_sidebar_stop_search (LinnetSidebar *self)
{
  gboolean open;

  g_return_val_if_fail (LINNET_IS_SIDEBAR (self), FALSE);
  open = gtk_search_bar_get_search_mode (self->search_bar);
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  return open;
}

/**
 * linnet_sidebar_open_menu:
 * @self: a sidebar
 *
 * Opens the main menu.
 */
void
linnet_sidebar_open_menu (LinnetSidebar *self)
{
  g_return_if_fail (LINNET_IS_SIDEBAR (self));
  gtk_menu_button_popup (self->menu_button);
}

/**
 * linnet_sidebar_focus_list:
 * @self: a sidebar
 *
 * Returns: whether the focus is now in the list
 */
gboolean
linnet_sidebar_focus_list (LinnetSidebar *self)
{
  g_return_val_if_fail (LINNET_IS_SIDEBAR (self), FALSE);
  return gtk_widget_grab_focus (GTK_WIDGET (self->list));
}
