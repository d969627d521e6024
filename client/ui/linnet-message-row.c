/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-message-row.c: one message in the timeline.
 *
 * Others' messages stand at the start, one's own at the end; the time and what became of the
 * message are under the last of a group, so that a message that differs from the next one ends its
 * group. */

#include "config.h"

#include "ui/linnet-message-row.h"

#include <glib/gi18n.h>

#include "model/linnet-when.h"
#include "ui/linnet-message-row-private.h"
#include "ui/linnet-pages.h"

#define SIDE_MARGIN 12
#define BUBBLE_MAX 560
#define GAP_IN_GROUP 2
#define GAP_OF_GROUPS 12
#define FOOTER_GAP 2
#define FOOTER_INSET 10
#define FAILURE_GAP 6
#define MENU_SPACE 40

enum
{
  SIGNAL_RESEND_WANTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LinnetMessageRow, linnet_message_row, GTK_TYPE_WIDGET)

static gboolean
is_own (LinnetMessageRow *self)
{
  return self->message != NULL && linnet_message_get_outgoing (self->message);
}

static gboolean
begins_group (LinnetMessageRow *self)
{
  LinnetMessageGroup group;

  if (self->message == NULL)
    return TRUE;
  group = linnet_message_get_group (self->message);
  return group == LINNET_MESSAGE_GROUP_SINGLE || group == LINNET_MESSAGE_GROUP_FIRST;
}

static gboolean
ends_group (LinnetMessageRow *self)
{
  LinnetMessageGroup group;

  if (self->message == NULL)
    return TRUE;
  group = linnet_message_get_group (self->message);
  return group == LINNET_MESSAGE_GROUP_SINGLE || group == LINNET_MESSAGE_GROUP_LAST;
}

static void
update_classes (LinnetMessageRow *self)
{
  static const char *const group_classes[] = { "single", "first", "middle", "last" };
  const LinnetText *text = linnet_message_get_text (self->message);
  const char *kind = NULL;
  gboolean is_action =
      text->is_action || linnet_message_get_kind (self->message) == LINNET_MESSAGE_KIND_ACTION;

  if (is_action)
    kind = "action";
  else if (text->n_emoji > 0)
    kind = "emoji";
  gtk_widget_set_css_classes (self->bubble,
                              (const char *[]){
                                  "bubble",
                                  is_own (self) ? "own" : "other",
                                  group_classes[linnet_message_get_group (self->message)],
                                  kind,
                                  NULL,
                              });
}

static void
update_group (LinnetMessageRow *self)
{
  update_classes (self);
  gtk_widget_set_visible (self->footer, ends_group (self));
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

typedef struct
{
  const char *icon;
  const char *word;
} StateWords;

/* By the number of the state; NULL: nothing is said of it. */
static const StateWords state_words[] = {
  [LINNET_MESSAGE_STATE_NONE] = { NULL, NULL },
  [LINNET_MESSAGE_STATE_WAITING] = { "preferences-system-time-symbolic",
                                     N_ ("Waiting for connection") },
  [LINNET_MESSAGE_STATE_SENDING] = { "content-loading-symbolic", N_ ("Sending…") },
  [LINNET_MESSAGE_STATE_SENT] = { "object-select-symbolic", N_ ("Sent") },
  [LINNET_MESSAGE_STATE_RECEIVED] = { "emblem-default-symbolic", N_ ("Received") },
  [LINNET_MESSAGE_STATE_READ] = { "view-reveal-symbolic", N_ ("Read") },
  [LINNET_MESSAGE_STATE_FAILED] = { "dialog-warning-symbolic", N_ ("Not sent") },
};

/* Nobody need read that a message is being sent if that takes less than a second. */
static gboolean
is_worth_saying (LinnetMessageRow *self, LinnetMessageState state)
{
  gint64 age_s =
      g_get_real_time () / G_USEC_PER_SEC - linnet_message_get_timestamp_s (self->message);

  return state != LINNET_MESSAGE_STATE_SENDING || age_s >= 1;
}

/**
 * linnet_message_row_update_state: says anew what became of the message, and where it failed why.
 */
void
linnet_message_row_update_state (LinnetMessageRow *self)
{
  LinnetMessageState state;
  const StateWords *words;
  gboolean has_failed, is_shown;

  g_return_if_fail (LINNET_IS_MESSAGE_ROW (self));

  if (self->message == NULL)
    return;
  state = linnet_message_get_state (self->message);
  words = &state_words[state];
  has_failed = state == LINNET_MESSAGE_STATE_FAILED;
  is_shown = is_own (self) && words->word != NULL && is_worth_saying (self, state);
  if (is_shown)
    {
      gtk_image_set_from_icon_name (self->state_icon, words->icon);
      gtk_label_set_label (self->state, _ (words->word));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->state_icon), is_shown && !has_failed);
  gtk_widget_set_visible (GTK_WIDGET (self->state), is_shown && !has_failed);
  gtk_widget_set_visible (self->edited, linnet_message_get_edited (self->message));
  gtk_widget_set_visible (self->failure, has_failed && is_own (self));
  if (has_failed)
    {
      const char *reason = linnet_message_get_error_text (self->message);

      gtk_label_set_label (self->reason, reason != NULL ? reason : _ ("Not sent."));
    }
  _linnet_message_row_update_accessible (self);
}

static void
update_time (LinnetMessageRow *self)
{
  g_autofree char *time = linnet_when_dup_time (linnet_message_get_timestamp_s (self->message));

  gtk_label_set_label (self->time, time);
}

static void
group_changed_cb (LinnetMessageRow *self)
{
  update_group (self);
}

static void
body_changed_cb (LinnetMessageRow *self)
{
  _linnet_message_row_update_text (self);
  update_classes (self);
  linnet_message_row_update_state (self);
}

static gboolean
query_time_cb (LinnetMessageRow *self, int x, int y, gboolean keyboard_mode, GtkTooltip *tooltip)
{
  g_autofree char *text = NULL;

  if (self->message == NULL || keyboard_mode)
    return FALSE;
  text = linnet_when_dup_full (linnet_message_get_timestamp_s (self->message));
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
send_again_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetMessageRow *self = LINNET_MESSAGE_ROW (widget);

  if (self->message != NULL)
    g_signal_emit (self, signals[SIGNAL_RESEND_WANTED], 0, self->message);
}

static int
measure_height (GtkWidget *child, int width)
{
  int minimum, height;

  if (!gtk_widget_get_visible (child))
    return 0;
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, MAX (width, minimum), &height, NULL, NULL,
                      NULL);
  return height;
}

static int
measure_width (GtkWidget *child, int max_width)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  return CLAMP (natural, minimum, MAX (minimum, max_width));
}

static int
get_max_width (int width)
{
  return MIN (BUBBLE_MAX, MIN (width * 8 / 10, width - 2 * SIDE_MARGIN - MENU_SPACE));
}

static void
linnet_message_row_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  LinnetMessageRow *self = LINNET_MESSAGE_ROW (widget);
  int max_width;
  int height;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      gtk_widget_measure (self->bubble, orientation, -1, minimum, NULL, NULL, NULL);
      *minimum += 2 * SIDE_MARGIN + MENU_SPACE;
      *natural = MAX (*minimum, BUBBLE_MAX);
      return;
    }

  max_width = get_max_width (for_size < 0 ? BUBBLE_MAX : for_size);
  height = measure_height (self->bubble, measure_width (self->bubble, max_width));
  height += begins_group (self) ? GAP_OF_GROUPS : GAP_IN_GROUP;
  if (gtk_widget_get_visible (self->failure))
    height += FAILURE_GAP + measure_height (self->failure, max_width);
  if (gtk_widget_get_visible (self->footer))
    height += FOOTER_GAP + measure_height (self->footer, max_width);
  *minimum = *natural = height;
}

/* inset: distance from the side where the sender stands */
static void
allocate_child (LinnetMessageRow *self, GtkWidget *child, int inset, int y, int width, int height)
{
  gboolean at_right =
      is_own (self) != (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL);
  int x = at_right ? gtk_widget_get_width (GTK_WIDGET (self)) - inset - width : inset;

  gtk_widget_size_allocate (child, &(GtkAllocation){ x, y, width, height }, -1);
}

static void
linnet_message_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  LinnetMessageRow *self = LINNET_MESSAGE_ROW (widget);
  int max_width = get_max_width (width);
  int child_width = measure_width (self->bubble, max_width);
  int child_height = measure_height (self->bubble, child_width);
  int menu_width = measure_width (self->menu, MENU_SPACE);
  int y = begins_group (self) ? GAP_OF_GROUPS : GAP_IN_GROUP;

  allocate_child (self, self->bubble, SIDE_MARGIN, y, child_width, child_height);
  allocate_child (self, self->menu, SIDE_MARGIN + child_width + (MENU_SPACE - menu_width) / 2,
                  MAX (0, y + (MIN (child_height, menu_width) - menu_width) / 2), menu_width,
                  measure_height (self->menu, menu_width));
  y += child_height;
  if (gtk_widget_get_visible (self->failure))
    {
      child_width = measure_width (self->failure, max_width);
      child_height = measure_height (self->failure, child_width);
      allocate_child (self, self->failure, SIDE_MARGIN, y + FAILURE_GAP, child_width, child_height);
      y += FAILURE_GAP + child_height;
    }
  if (gtk_widget_get_visible (self->footer))
    {
      child_width = measure_width (self->footer, width - 2 * SIDE_MARGIN - FOOTER_INSET);
      child_height = measure_height (self->footer, child_width);
      allocate_child (self, self->footer, SIDE_MARGIN + FOOTER_INSET, y + FOOTER_GAP, child_width,
                      child_height);
    }
  if (self->popover != NULL)
    gtk_popover_present (GTK_POPOVER (self->popover));
}

static GtkSizeRequestMode
linnet_message_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
linnet_message_row_dispose (GObject *object)
{
  LinnetMessageRow *self = LINNET_MESSAGE_ROW (object);
  GtkWidget *child;

  linnet_message_row_set_message (self, NULL);
  g_clear_object (&self->signals);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (linnet_message_row_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, bubble);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, text);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, more);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, failure);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, reason);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, again);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, copy);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, footer);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, time);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, edited);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, state_icon);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, state);
  gtk_widget_class_bind_template_child (widget_class, LinnetMessageRow, menu);
  gtk_widget_class_bind_template_callback (widget_class, query_time_cb);
}

static void
linnet_message_row_class_init (LinnetMessageRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = linnet_message_row_dispose;
  widget_class->measure = linnet_message_row_measure;
  widget_class->size_allocate = linnet_message_row_size_allocate;
  widget_class->get_request_mode = linnet_message_row_get_request_mode;

  /* The person wants the failed message to be sent once more. */
  signals[SIGNAL_RESEND_WANTED] =
      g_signal_new ("resend-wanted", LINNET_TYPE_MESSAGE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, LINNET_TYPE_MESSAGE);

  bind_template (widget_class);
  _linnet_message_row_class_add_actions (widget_class);
  gtk_widget_class_install_action (widget_class, "message.send-again", NULL, send_again_cb);
  gtk_widget_class_set_css_name (widget_class, "message");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
linnet_message_row_init (LinnetMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  linnet_pages_wrap_button (self->again);
  linnet_pages_wrap_button (self->copy);
  gtk_widget_set_overflow (self->bubble, GTK_OVERFLOW_HIDDEN);
  self->pressed_link = G_MAXUINT;
  self->signals = g_signal_group_new (LINNET_TYPE_MESSAGE);
  g_signal_group_connect_swapped (self->signals, "notify::group", G_CALLBACK (group_changed_cb),
                                  self);
  g_signal_group_connect_swapped (self->signals, "notify::body", G_CALLBACK (body_changed_cb),
                                  self);
  g_signal_group_connect_swapped (self->signals, "notify::sender-name",
                                  G_CALLBACK (body_changed_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::edited",
                                  G_CALLBACK (linnet_message_row_update_state), self);
  g_signal_group_connect_swapped (self->signals, "notify::state",
                                  G_CALLBACK (linnet_message_row_update_state), self);
  g_signal_group_connect_swapped (self->signals, "notify::error-text",
                                  G_CALLBACK (linnet_message_row_update_state), self);
  _linnet_message_row_add_link_controllers (self);
  _linnet_message_row_add_menu_controllers (self);
}

/**
 * linnet_message_row_new: a row without a message.
 *
 * Returns: (transfer floating):
 */
GtkWidget *
linnet_message_row_new (void)
{
  return g_object_new (LINNET_TYPE_MESSAGE_ROW, NULL);
}

/**
 * linnet_message_row_get_message: what the row shows.
 *
 * Returns: (transfer none) (nullable):
 */
LinnetMessage *
linnet_message_row_get_message (LinnetMessageRow *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE_ROW (self), NULL);
  return self->message;
}

/**
 * linnet_message_row_set_message: shows @message, and follows it.
 * @message: (nullable):
 */
void
linnet_message_row_set_message (LinnetMessageRow *self, LinnetMessage *message)
{
  g_return_if_fail (LINNET_IS_MESSAGE_ROW (self));

  if (self->message == message)
    return;
  _linnet_message_row_close_menu (self);
  self->n_more = 0;
  self->pressed_link = G_MAXUINT;
  g_set_object (&self->message, message);
  g_signal_group_set_target (self->signals, message);
  if (message == NULL)
    return;

  _linnet_message_row_update_text (self);
  update_time (self);
  update_group (self);
  linnet_message_row_update_state (self);
}
