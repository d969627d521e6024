/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-window.c: the window: setup, or the list beside what is open. window.md section 2 */
#include "config.h"

#include "ui/linnet-window.h"

#include <glib/gi18n.h>

#include "ui/linnet-composer.h"
#include "ui/linnet-conversation-view.h"
#include "ui/linnet-details-panel.h"
#include "ui/linnet-new-conversation.h"
#include "ui/linnet-pages.h"
#include "ui/linnet-requests-view.h"
#include "ui/linnet-setup-view.h"
#include "ui/linnet-sidebar.h"
#include "ui/linnet-timeline.h"

#define N_REGIONS 6

struct _LinnetWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwBin *setup_bin;
  AdwLeaflet *leaflet;
  LinnetSidebar *sidebar;
  GtkStack *content;
  AdwHeaderBar *nothing_header;
  LinnetSetupView *setup_view; /* this and the next two are made when they are needed */
  LinnetRequestsView *requests_view;
  LinnetConversationView *conversation_view;

  LinnetService *service;
  LinnetConversation *conversation;
  gboolean wants_setup; /* somebody asked for another account */
};

G_DEFINE_FINAL_TYPE (LinnetWindow, linnet_window, ADW_TYPE_APPLICATION_WINDOW)

static void close_setup (LinnetWindow *self);

static void
signed_in_cb (LinnetWindow *self)
{
  close_setup (self);
  linnet_sidebar_focus_list (self->sidebar);
}

static void
ensure_setup (LinnetWindow *self)
{
  if (self->setup_view != NULL)
    return;
  self->setup_view = LINNET_SETUP_VIEW (linnet_setup_view_new (self->service));
  g_signal_connect_object (self->setup_view, "signed-in", G_CALLBACK (signed_in_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->setup_view, "left", G_CALLBACK (close_setup), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (self->setup_bin, GTK_WIDGET (self->setup_view));
}

/* Which of its faces the window shows. */
static void
update_page (LinnetWindow *self)
{
  LinnetServiceState state = linnet_service_get_state (self->service);
  guint n = g_list_model_get_n_items (linnet_service_get_accounts (self->service));
  const char *page = "main";

  if (self->wants_setup ||
      (self->setup_view != NULL && linnet_setup_view_is_busy (self->setup_view)))
    page = "setup";
  else if (n == 0)
    page = state == LINNET_SERVICE_MISSING    ? "missing"
           : state == LINNET_SERVICE_STARTING ? "starting"
                                              : "setup";
  if (g_str_equal (page, "setup"))
    ensure_setup (self);
  linnet_pages_turn (self->stack, page);
}

static void
close_setup (LinnetWindow *self)
{
  self->wants_setup = FALSE;
  update_page (self);
}

static void
leaflet_changed_cb (LinnetWindow *self)
{
  gboolean folded = adw_leaflet_get_folded (self->leaflet);

  g_object_set (self->sidebar, "folded", folded, NULL);
  if (self->requests_view != NULL)
    g_object_set (self->requests_view, "folded", folded, NULL);
  if (self->conversation_view != NULL)
    g_object_set (self->conversation_view, "folded", folded, NULL);
  adw_header_bar_set_show_start_title_buttons (self->nothing_header, folded);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.back",
                                 folded && adw_leaflet_get_visible_child (self->leaflet) ==
                                               GTK_WIDGET (self->content));
}

static void
show_content (LinnetWindow *self, const char *page)
{
  linnet_pages_turn (self->content, page);
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->content));
}

static void
leave_conversation (LinnetWindow *self)
{
  if (self->conversation != NULL)
    linnet_conversation_set_active (self->conversation, FALSE);
  g_clear_object (&self->conversation);
}

static void
close_conversation (LinnetWindow *self)
{
  leave_conversation (self);
  if (self->conversation_view != NULL)
    linnet_conversation_view_set_conversation (self->conversation_view, NULL);
  linnet_sidebar_select (self->sidebar, NULL);
}

static void
ensure_view (LinnetWindow *self)
{
  if (self->conversation_view != NULL)
    return;
  self->conversation_view = LINNET_CONVERSATION_VIEW (linnet_conversation_view_new ());
  gtk_stack_add_named (self->content, GTK_WIDGET (self->conversation_view), "conversation");
  g_object_set (self->conversation_view, "folded", adw_leaflet_get_folded (self->leaflet), NULL);
}

static void
show_conversation (LinnetWindow *self, LinnetConversation *conversation)
{
  ensure_view (self);
  if (self->conversation != conversation)
    {
      leave_conversation (self);
      g_set_object (&self->conversation, conversation);
      linnet_conversation_set_active (conversation, TRUE);
      linnet_conversation_view_set_conversation (self->conversation_view, conversation);
    }
  linnet_sidebar_select (self->sidebar, conversation);
  show_content (self, "conversation");
}

static void
conversation_chosen_cb (LinnetWindow *self, LinnetConversation *conversation)
{
  linnet_window_open (self, conversation);
}

/* A narrow window would leave the list with every row. */
static void
conversation_selected_cb (LinnetWindow *self, LinnetConversation *conversation)
{
  if (!adw_leaflet_get_folded (self->leaflet))
    show_conversation (self, conversation);
}

static void
accounts_changed_cb (LinnetWindow *self)
{
  LinnetAccount *account =
      self->conversation != NULL ? linnet_conversation_get_account (self->conversation) : NULL;

  if (self->conversation != NULL && account == NULL)
    {
      close_conversation (self);
      show_content (self, "nothing");
    }
  update_page (self);
}

static void
new_conversation_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LinnetWindow *self = LINNET_WINDOW (widget);
  GtkWidget *dialog = linnet_new_conversation_new (self->service);

  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (self));
  g_signal_connect_object (dialog, "conversation-chosen", G_CALLBACK (linnet_window_open), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
requests_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LinnetWindow *self = LINNET_WINDOW (widget);

  close_conversation (self);
  if (self->requests_view == NULL)
    {
      self->requests_view = LINNET_REQUESTS_VIEW (linnet_requests_view_new ());
      linnet_requests_view_set_service (self->requests_view, self->service);
      gtk_stack_add_named (self->content, GTK_WIDGET (self->requests_view), "requests");
      leaflet_changed_cb (self);
    }
  show_content (self, "requests");
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LinnetWindow *self = LINNET_WINDOW (widget);

  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  linnet_sidebar_focus_list (self->sidebar);
}

static void
sign_in_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LinnetWindow *self = LINNET_WINDOW (widget);
  LinnetAccount *account =
      linnet_service_lookup_account (self->service, g_variant_get_string (parameter, NULL));

  if (account == NULL)
    return;
  self->wants_setup = TRUE;
  update_page (self);
  linnet_setup_view_show_account (self->setup_view, account);
}

static void
restart_service_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  linnet_service_restart (LINNET_WINDOW (widget)->service);
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LinnetWindow *self = LINNET_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  linnet_sidebar_start_search (self->sidebar);
}

static void
main_menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  linnet_sidebar_open_menu (LINNET_WINDOW (widget)->sidebar);
}

/* Parameter: how many steps down the list, and whether only unread ones count. */
static void
neighbour_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LinnetWindow *self = LINNET_WINDOW (widget);
  g_autoptr (LinnetConversation) conversation = NULL;
  gboolean only_unread;
  int step;

  g_variant_get (parameter, "(ib)", &step, &only_unread);
  conversation =
      linnet_sidebar_dup_neighbour (self->sidebar, self->conversation, step, only_unread);
  if (conversation != NULL)
    linnet_window_open (self, conversation);
}

static void
nth_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LinnetWindow *self = LINNET_WINDOW (widget);
  g_autoptr (LinnetConversation) conversation =
      linnet_sidebar_dup_nth (self->sidebar, g_variant_get_int32 (parameter));

  if (conversation != NULL)
    linnet_window_open (self, conversation);
}

/* A widget of this type below another, what is hidden left out. */
static GtkWidget *
find_below (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_below (child, type);
  return found;
}

/* The regions in order: header and list of the sidebar, then header, timeline, composer and panel
 * of what is open. Those that are not there are NULL. */
static void
find_regions (LinnetWindow *self, GtkWidget *regions[N_REGIONS])
{
  GtkWidget *content = gtk_stack_get_visible_child (self->content);

  regions[0] = find_below (GTK_WIDGET (self->sidebar), ADW_TYPE_HEADER_BAR);
  regions[1] = find_below (GTK_WIDGET (self->sidebar), GTK_TYPE_LIST_VIEW);
  regions[2] = find_below (content, ADW_TYPE_HEADER_BAR);
  regions[3] = find_below (content, LINNET_TYPE_TIMELINE);
  regions[4] = find_below (content, LINNET_TYPE_COMPOSER);
  regions[5] = find_below (content, LINNET_TYPE_DETAILS_PANEL);
}

static gboolean
focus_region (GtkWidget *region)
{
  if (region == NULL)
    return FALSE;
  if (LINNET_IS_TIMELINE (region))
    return linnet_timeline_focus_row (LINNET_TIMELINE (region));
  return gtk_widget_child_focus (region, GTK_DIR_TAB_FORWARD) || gtk_widget_grab_focus (region);
}

static void
region_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LinnetWindow *self = LINNET_WINDOW (widget);
  GtkWidget *regions[N_REGIONS];
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  int step = g_variant_get_int32 (parameter);
  int at = step > 0 ? -1 : N_REGIONS;

  find_regions (self, regions);
  for (int i = 0; i < N_REGIONS && focus != NULL; i++)
    if (regions[i] != NULL && (focus == regions[i] || gtk_widget_is_ancestor (focus, regions[i])))
      at = i;
  for (int tries = 0; tries < N_REGIONS; tries++)
    {
      at = (at + step + N_REGIONS) % N_REGIONS;
      if (focus_region (regions[at]))
        return;
    }
}

static void
linnet_window_dispose (GObject *object)
{
  LinnetWindow *self = LINNET_WINDOW (object);

  leave_conversation (self);
  if (self->service != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->service, self);
      g_signal_handlers_disconnect_by_data (linnet_service_get_accounts (self->service), self);
    }
  if (self->sidebar != NULL)
    linnet_sidebar_set_service (self->sidebar, NULL);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (linnet_window_parent_class)->dispose (object);
}

static void
add_shortcuts (GtkWidgetClass *widget_class)
{
#define BIND(key, modifiers, ...) \
  gtk_widget_class_add_binding_action (widget_class, key, modifiers, __VA_ARGS__)
  BIND (GDK_KEY_Left, GDK_ALT_MASK, "win.back", NULL);
  BIND (GDK_KEY_F6, 0, "win.region", "i", 1);
  BIND (GDK_KEY_F6, GDK_SHIFT_MASK, "win.region", "i", -1);
  BIND (GDK_KEY_F10, 0, "win.main-menu", NULL);
  BIND (GDK_KEY_Page_Down, GDK_CONTROL_MASK, "win.neighbour", "(ib)", 1, FALSE);
  BIND (GDK_KEY_Page_Up, GDK_CONTROL_MASK, "win.neighbour", "(ib)", -1, FALSE);
  BIND (GDK_KEY_Page_Down, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.neighbour", "(ib)", 1, TRUE);
  BIND (GDK_KEY_Page_Up, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.neighbour", "(ib)", -1, TRUE);
  for (int i = 0; i < 9; i++)
    BIND (GDK_KEY_1 + i, GDK_ALT_MASK, "win.nth", "i", i);
#undef BIND
}

static void
linnet_window_class_init (LinnetWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (LINNET_TYPE_SIDEBAR);
  object_class->dispose = linnet_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-window.ui");
#define CHILD(field) gtk_widget_class_bind_template_child (widget_class, LinnetWindow, field)
  CHILD (toasts);
  CHILD (stack);
  CHILD (setup_bin);
  CHILD (leaflet);
  CHILD (sidebar);
  CHILD (content);
  CHILD (nothing_header);
#undef CHILD
  gtk_widget_class_bind_template_callback (widget_class, leaflet_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, conversation_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, conversation_selected_cb);
  gtk_widget_class_install_action (widget_class, "win.new-conversation", NULL,
                                   new_conversation_action);
  gtk_widget_class_install_action (widget_class, "win.requests", NULL, requests_action);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "win.sign-in", "s", sign_in_action);
  gtk_widget_class_install_action (widget_class, "win.restart-service", NULL,
                                   restart_service_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.main-menu", NULL, main_menu_action);
  gtk_widget_class_install_action (widget_class, "win.neighbour", "(ib)", neighbour_action);
  gtk_widget_class_install_action (widget_class, "win.nth", "i", nth_action);
  gtk_widget_class_install_action (widget_class, "win.region", "i", region_action);
  add_shortcuts (widget_class);
}

static void
linnet_window_init (LinnetWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  linnet_pages_turn (self->content, "nothing");
  leaflet_changed_cb (self);
}

/**
 * linnet_window_new:
 * @application: (nullable): whose window it is
 * @service: what it shows
 * @settings: (nullable): where its size is kept
 *
 * Returns: (transfer floating): the window, not shown yet; GTK owns it
 */
GtkWidget *
linnet_window_new (GtkApplication *application, LinnetService *service, GSettings *settings)
{
  LinnetWindow *self = g_object_new (LINNET_TYPE_WINDOW, "application", application, NULL);

  if (settings != NULL)
    {
      g_settings_bind (settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
    }
  g_set_object (&self->service, service);
  linnet_sidebar_set_service (self->sidebar, service);
  g_signal_connect_object (service, "notify::state", G_CALLBACK (update_page), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (linnet_service_get_accounts (service), "items-changed",
                           G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  update_page (self);
  return GTK_WIDGET (self);
}

/**
 * linnet_window_open:
 * @self: a window
 * @conversation: what to show
 *
 * Opens a conversation, with the focus where one writes.
 */
void
linnet_window_open (LinnetWindow *self, LinnetConversation *conversation)
{
  g_return_if_fail (LINNET_IS_WINDOW (self) && LINNET_IS_CONVERSATION (conversation));
  show_conversation (self, conversation);
  linnet_conversation_view_focus_composer (self->conversation_view);
}

/**
 * linnet_window_get_conversation:
 * @self: a window
 *
 * Returns: (nullable) (transfer none): what is open
 */
LinnetConversation *
linnet_window_get_conversation (LinnetWindow *self)
{
  g_return_val_if_fail (LINNET_IS_WINDOW (self), NULL);
  return self->conversation;
}

/**
 * linnet_window_is_showing:
 * @self: a window
 * @conversation: a conversation
 *
 * Returns: whether a person in front of this window sees the conversation
 */
gboolean
linnet_window_is_showing (LinnetWindow *self, LinnetConversation *conversation)
{
  g_return_val_if_fail (LINNET_IS_WINDOW (self), FALSE);
  return self->conversation == conversation && gtk_window_is_active (GTK_WINDOW (self)) &&
         gtk_widget_get_mapped (GTK_WIDGET (self->content));
}

/**
 * linnet_window_add_account:
 * @self: a window
 *
 * Shows the page where one signs in.
 */
void
linnet_window_add_account (LinnetWindow *self)
{
  g_return_if_fail (LINNET_IS_WINDOW (self));
  self->wants_setup = TRUE;
  update_page (self);
  linnet_setup_view_show_form (self->setup_view);
}

/**
 * linnet_window_say:
 * @self: a window
 * @sentence: what to say in a toast
 */
void
linnet_window_say (LinnetWindow *self, const char *sentence)
{
  AdwToast *toast;

  g_return_if_fail (LINNET_IS_WINDOW (self) && sentence != NULL);
  toast = adw_toast_new (sentence);
  adw_toast_overlay_add_toast (self->toasts, toast);
}
