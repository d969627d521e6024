/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-conversation-view.c: the page of one conversation: header, timeline, composer, details.
 *
 * There is one for all conversations; going from one to another exchanges the model. */

#include "config.h"

#include "ui/linnet-conversation-view.h"

#include <glib/gi18n.h>

#include "model/linnet-account.h"
#include "model/linnet-when.h"
#include "ui/linnet-conversation-view-private.h"

#define HOUR_S (60 * 60)

enum
{
  PROP_0,
  PROP_CONVERSATION,
  PROP_FOLDED,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetConversationView, linnet_conversation_view, GTK_TYPE_WIDGET)

/* What is true of the other side now; NULL: nothing is known. */
static char *
dup_subtitle (LinnetConversationView *self)
{
  LinnetAccount *account = linnet_conversation_get_account (self->conversation);
  LinnetPresence presence = linnet_conversation_get_presence (self->conversation);
  LinnetContact *contact = linnet_conversation_get_contact (self->conversation);
  const char *typing = linnet_conversation_get_typing_text (self->conversation);
  const char *status = contact != NULL ? linnet_contact_get_status_text (contact) : NULL;
  const char *looks_like = linnet_conversation_get_looks_like (self->conversation);
  g_autofree char *isolated = NULL;

  if (looks_like != NULL)
    return linnet_text_warn_of_likeness (looks_like);
  if (typing != NULL)
    return g_strdup (typing);
  if (account != NULL && linnet_account_get_state (account) != LINNET_CONNECTION_CONNECTED)
    return g_strdup (_ ("You are offline"));
  if (presence == LINNET_PRESENCE_UNKNOWN)
    return NULL;
  if (status == NULL || *status == '\0')
    return g_strdup (linnet_presence_get_word (presence));
  isolated = linnet_text_isolate (status);
  /* Translators: presence, then what the person says about it, as “Away · at lunch” */
  return g_strdup_printf (_ ("%s · %s"), linnet_presence_get_word (presence), isolated);
}

static void
update_header (LinnetConversationView *self)
{
  g_autofree char *subtitle = NULL;
  g_autofree char *label = NULL;
  g_autofree char *spoken = NULL;
  const char *name;

  if (self->conversation == NULL)
    return;
  name = linnet_conversation_get_name (self->conversation);
  subtitle = dup_subtitle (self);
  linnet_avatar_set_person (self->avatar, linnet_conversation_get_id (self->conversation), name);
  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->subtitle, subtitle != NULL ? subtitle : "");
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle), subtitle != NULL);
  spoken = linnet_text_speak (name);
  /* Translators: the button in the header, for people who hear it: name of the person, their
   * presence */
  label = subtitle != NULL ? g_strdup_printf (_ ("%s, %s"), spoken, subtitle) : g_strdup (spoken);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->title), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

static GMenuModel *
make_mute_menu (void)
{
  GMenu *menu = g_menu_new ();

  g_menu_append (menu, _ ("1 Hour"), "conversation.mute::hour");
  g_menu_append (menu, _ ("Until Tomorrow"), "conversation.mute::tomorrow");
  g_menu_append (menu, _ ("Always"), "conversation.mute::always");
  return G_MENU_MODEL (menu);
}

static void
update_menu (LinnetConversationView *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenuModel) mute = make_mute_menu ();

  if (self->conversation == NULL)
    return;
  if (linnet_conversation_get_muted (self->conversation))
    g_menu_append (menu, _ ("Unmute"), "conversation.mute::not");
  else
    g_menu_append_submenu (menu, _ ("Mute"), mute);
  g_menu_append (menu,
                 linnet_conversation_get_pinned (self->conversation) ? _ ("Unpin") : _ ("Pin"),
                 "conversation.pin");
  g_menu_append (menu, _ ("Details"), "conversation.toggle-details");
  gtk_menu_button_set_menu_model (self->menu, G_MENU_MODEL (menu));
}

static gint64
get_tomorrow_s (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) morning =
      g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                             g_date_time_get_day_of_month (now), 8, 0, 0);
  g_autoptr (GDateTime) tomorrow = morning != NULL ? g_date_time_add_days (morning, 1) : NULL;

  return tomorrow != NULL ? g_date_time_to_unix (tomorrow)
                          : g_date_time_to_unix (now) + 24 * HOUR_S;
}

static void
mute_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetConversationView *self = LINNET_CONVERSATION_VIEW (widget);
  const char *until = g_variant_get_string (parameter, NULL);
  gint64 until_s = 0;

  if (self->conversation == NULL)
    return;
  if (g_str_equal (until, "hour"))
    until_s = g_get_real_time () / G_USEC_PER_SEC + HOUR_S;
  else if (g_str_equal (until, "tomorrow"))
    until_s = get_tomorrow_s ();
  else if (g_str_equal (until, "always"))
    until_s = G_MAXINT64;
  linnet_conversation_mute (self->conversation, until_s);
}

static void
pin_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetConversationView *self = LINNET_CONVERSATION_VIEW (widget);

  if (self->conversation != NULL)
    linnet_conversation_pin (self->conversation,
                             !linnet_conversation_get_pinned (self->conversation));
}

static void
toggle_details_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetConversationView *self = LINNET_CONVERSATION_VIEW (widget);
  gboolean reveal = !adw_flap_get_reveal_flap (self->flap);

  adw_flap_set_reveal_flap (self->flap, reveal);
  if (reveal)
    gtk_widget_child_focus (GTK_WIDGET (self->details), GTK_DIR_TAB_FORWARD);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static void
go_newest_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  _linnet_conversation_view_jump_to_end (LINNET_CONVERSATION_VIEW (widget));
  gtk_widget_grab_focus (GTK_WIDGET (LINNET_CONVERSATION_VIEW (widget)->composer));
}

/* An overlaid panel would hide what one reads. */
static void
flap_folded_cb (LinnetConversationView *self)
{
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

static gboolean
is_focus_in (LinnetConversationView *self, gpointer widget)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

static gboolean
scroll_by_page (LinnetConversationView *self, int direction)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);

  gtk_adjustment_set_value (adjustment,
                            gtk_adjustment_get_value (adjustment) +
                                direction * gtk_adjustment_get_page_increment (adjustment));
  return GDK_EVENT_STOP;
}

static gboolean
composer_key_cb (LinnetConversationView *self, guint key, guint keycode, GdkModifierType state)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Page_Up || key == GDK_KEY_KP_Page_Up)
    return scroll_by_page (self, -1);
  if (key == GDK_KEY_Page_Down || key == GDK_KEY_KP_Page_Down)
    return scroll_by_page (self, 1);
  return GDK_EVENT_PROPAGATE;
}

/* What is typed on a row goes to the composer. */
static gboolean
timeline_key_cb (LinnetConversationView *self, guint key, guint keycode, GdkModifierType state)
{
  gunichar c = gdk_keyval_to_unicode (key);
  char text[7] = { 0 };

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 || !g_unichar_isprint (c))
    return GDK_EVENT_PROPAGATE;
  g_unichar_to_utf8 (c, text);
  linnet_composer_type (self->composer, text);
  return GDK_EVENT_STOP;
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return linnet_conversation_view_close_innermost (LINNET_CONVERSATION_VIEW (widget));
}

static void
linnet_conversation_view_root (GtkWidget *widget)
{
  GtkRoot *root;

  GTK_WIDGET_CLASS (linnet_conversation_view_parent_class)->root (widget);
  root = gtk_widget_get_root (widget);
  _linnet_conversation_view_set_window (LINNET_CONVERSATION_VIEW (widget),
                                        GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL);
}

static void
linnet_conversation_view_unroot (GtkWidget *widget)
{
  _linnet_conversation_view_set_window (LINNET_CONVERSATION_VIEW (widget), NULL);
  GTK_WIDGET_CLASS (linnet_conversation_view_parent_class)->unroot (widget);
}

static void
linnet_conversation_view_get_property (GObject *object,
                                       guint prop_id,
                                       GValue *value,
                                       GParamSpec *pspec)
{
  LinnetConversationView *self = LINNET_CONVERSATION_VIEW (object);

  switch (prop_id)
    {
    case PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;
    case PROP_FOLDED:
      g_value_set_boolean (value, self->folded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
set_folded (LinnetConversationView *self, gboolean folded)
{
  if (self->folded == folded)
    return;
  self->folded = folded;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FOLDED]);
}

static void
linnet_conversation_view_set_property (GObject *object,
                                       guint prop_id,
                                       const GValue *value,
                                       GParamSpec *pspec)
{
  LinnetConversationView *self = LINNET_CONVERSATION_VIEW (object);

  switch (prop_id)
    {
    case PROP_CONVERSATION:
      linnet_conversation_view_set_conversation (self, g_value_get_object (value));
      break;
    case PROP_FOLDED:
      set_folded (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
linnet_conversation_view_dispose (GObject *object)
{
  LinnetConversationView *self = LINNET_CONVERSATION_VIEW (object);
  GtkWidget *child;

  if (self->signals != NULL)
    {
      linnet_conversation_view_set_conversation (self, NULL);
      _linnet_conversation_view_drop_news (self);
      _linnet_conversation_view_drop_timeline (self);
    }
  g_clear_object (&self->account_signals);
  g_clear_object (&self->signals);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (linnet_conversation_view_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-conversation-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, header);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, back);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, avatar);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, name);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, subtitle);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, title);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, menu);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, flap);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, details);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, scrolled);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, timeline);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, empty);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, jump);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, jump_button);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, jump_count);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, date);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, date_label);
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationView, composer);
}

static void
linnet_conversation_view_class_init (LinnetConversationViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = linnet_conversation_view_dispose;
  object_class->get_property = linnet_conversation_view_get_property;
  object_class->set_property = linnet_conversation_view_set_property;
  widget_class->root = linnet_conversation_view_root;
  widget_class->unroot = linnet_conversation_view_unroot;

  props[PROP_CONVERSATION] =
      g_param_spec_object ("conversation", NULL, NULL, LINNET_TYPE_CONVERSATION, flags);
  props[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (LINNET_TYPE_AVATAR);
  g_type_ensure (LINNET_TYPE_TIMELINE);
  g_type_ensure (LINNET_TYPE_COMPOSER);
  g_type_ensure (LINNET_TYPE_DETAILS_PANEL);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "conversation.mute", "s", mute_cb);
  gtk_widget_class_install_action (widget_class, "conversation.pin", NULL, pin_cb);
  gtk_widget_class_install_action (widget_class, "conversation.toggle-details", NULL,
                                   toggle_details_cb);
  gtk_widget_class_install_action (widget_class, "conversation.go-newest", NULL, go_newest_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
  gtk_widget_class_set_css_name (widget_class, "conversation");
}

static void
add_global_shortcut (LinnetConversationView *self, const char *trigger, const char *action)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (controller),
                                     GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger),
                        gtk_named_action_new (action)));
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
add_keys (LinnetConversationView *self)
{
  GtkEventController *composer_keys = gtk_event_controller_key_new ();
  GtkEventController *timeline_keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (composer_keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (composer_keys, "key-pressed", G_CALLBACK (composer_key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->composer), composer_keys);
  g_signal_connect_swapped (timeline_keys, "key-pressed", G_CALLBACK (timeline_key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->timeline), timeline_keys);
  add_global_shortcut (self, "F9", "conversation.toggle-details");
  add_global_shortcut (self, "<Alt>Return", "conversation.toggle-details");
}

static void
linnet_conversation_view_init (LinnetConversationView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->signals = g_signal_group_new (LINNET_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->signals, "notify::name", G_CALLBACK (update_header), self);
  g_signal_group_connect_swapped (self->signals, "notify::presence", G_CALLBACK (update_header),
                                  self);
  g_signal_group_connect_swapped (self->signals, "notify::looks-like", G_CALLBACK (update_header),
                                  self);
  g_signal_group_connect_swapped (self->signals, "notify::contact", G_CALLBACK (update_header),
                                  self);
  g_signal_group_connect_swapped (self->signals, "notify::typing-text", G_CALLBACK (update_header),
                                  self);
  g_signal_group_connect_swapped (self->signals, "notify::muted", G_CALLBACK (update_menu), self);
  g_signal_group_connect_swapped (self->signals, "notify::pinned", G_CALLBACK (update_menu), self);
  g_signal_group_connect_swapped (self->signals, "notify::unread",
                                  G_CALLBACK (_linnet_conversation_view_update_jump), self);
  self->account_signals = g_signal_group_new (LINNET_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify::state",
                                  G_CALLBACK (update_header), self);
  g_signal_connect_object (self->flap, "notify::folded", G_CALLBACK (flap_folded_cb), self,
                           G_CONNECT_SWAPPED);
  _linnet_conversation_view_init_timeline (self);
  _linnet_conversation_view_init_news (self);
  add_keys (self);
}

/**
 * linnet_conversation_view_new: a page without a conversation.
 *
 * Returns: (transfer floating):
 */
GtkWidget *
linnet_conversation_view_new (void)
{
  return g_object_new (LINNET_TYPE_CONVERSATION_VIEW, NULL);
}

/**
 * linnet_conversation_view_get_conversation: which one is open.
 *
 * Returns: (transfer none) (nullable):
 */
LinnetConversation *
linnet_conversation_view_get_conversation (LinnetConversationView *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION_VIEW (self), NULL);
  return self->conversation;
}

/**
 * linnet_conversation_view_set_conversation: opens @conversation at its first unread message, or
 * where one was, or at the newest.
 * @conversation: (nullable):
 */
void
linnet_conversation_view_set_conversation (LinnetConversationView *self,
                                           LinnetConversation *conversation)
{
  g_return_if_fail (LINNET_IS_CONVERSATION_VIEW (self));

  if (self->conversation == conversation)
    return;
  if (self->conversation != NULL)
    _linnet_conversation_view_leave (self);
  g_set_object (&self->conversation, conversation);
  g_signal_group_set_target (self->signals, conversation);
  g_signal_group_set_target (self->account_signals,
                             conversation != NULL ? linnet_conversation_get_account (conversation)
                                                  : NULL);
  g_signal_group_set_target (self->last_signals, NULL);
  linnet_composer_set_conversation (self->composer, conversation);
  linnet_details_panel_set_conversation (self->details, conversation);
  if (conversation != NULL)
    _linnet_conversation_view_enter (self);
  update_header (self);
  update_menu (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONVERSATION]);
}

/**
 * linnet_conversation_view_focus_composer: a conversation was opened by keyboard or pointer.
 */
void
linnet_conversation_view_focus_composer (LinnetConversationView *self)
{
  g_return_if_fail (LINNET_IS_CONVERSATION_VIEW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

/**
 * linnet_conversation_view_close_innermost: Esc: closes an overlaid panel; with nothing to close
 * goes from the composer to the timeline, and from anywhere else to the composer.
 *
 * Returns: whether there was something to do
 */
gboolean
linnet_conversation_view_close_innermost (LinnetConversationView *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION_VIEW (self), FALSE);

  if (adw_flap_get_reveal_flap (self->flap) &&
      (adw_flap_get_folded (self->flap) || is_focus_in (self, self->details)))
    {
      if (adw_flap_get_folded (self->flap))
        adw_flap_set_reveal_flap (self->flap, FALSE);
      gtk_widget_grab_focus (GTK_WIDGET (self->composer));
      return TRUE;
    }
  if (is_focus_in (self, self->composer))
    return linnet_timeline_focus_row (self->timeline);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
  return TRUE;
}
