/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-conversation-view-timeline.c: the rows of a conversation and where in them one reads.
 *
 * Opening alone never says that something was displayed: only rows that stood wholly in view for
 * 0.3 s in the active window are. */

#include "config.h"

#include <glib/gi18n.h>

#include "model/linnet-when.h"
#include "ui/linnet-conversation-view-private.h"
#include "ui/linnet-divider-row.h"
#include "ui/linnet-message-row.h"

#define MODELS_KEPT 3

/* Parts of a row's height that are not text. */
#define BUBBLE_PADDING 12
#define GROUP_GAP 12
#define FOOTER_HEIGHT 20
#define DIVIDER_HEIGHT 32

/* What was uppermost in view. */
typedef struct
{
  gint64 local_id; /* of the message, or of the one below it */
  guint n_above; /* how many rows above that one */
  int y_px;
} Place;

enum
{
  KIND_MESSAGE,
  KIND_DIVIDER,
  N_KINDS,
};

static guint
get_kind (gpointer item, gpointer user_data)
{
  return LINNET_IS_MESSAGE (item) ? KIND_MESSAGE : KIND_DIVIDER;
}

static LinnetTimelineHint
hint (gpointer item, gpointer user_data)
{
  LinnetTimelineHint result = { .fixed_px = DIVIDER_HEIGHT };
  const LinnetText *text;
  LinnetMessageGroup group;

  if (!LINNET_IS_MESSAGE (item))
    return result;
  text = linnet_message_get_text (item);
  group = linnet_message_get_group (item);
  result.fixed_px = BUBBLE_PADDING;
  if (group == LINNET_MESSAGE_GROUP_SINGLE || group == LINNET_MESSAGE_GROUP_FIRST)
    result.fixed_px += GROUP_GAP;
  if (group == LINNET_MESSAGE_GROUP_SINGLE || group == LINNET_MESSAGE_GROUP_LAST)
    result.fixed_px += FOOTER_HEIGHT;
  result.n_chars = MIN (text->n_chars, LINNET_TEXT_FOLD_CHARS);
  result.n_lines = MIN (text->n_lines, LINNET_TEXT_FOLD_LINES);
  return result;
}

static void
resend_wanted_cb (LinnetConversationView *self, LinnetMessage *message)
{
  if (self->conversation != NULL)
    linnet_conversation_retry (self->conversation, message);
}

static void
reload_wanted_cb (LinnetConversationView *self)
{
  if (self->conversation != NULL)
    linnet_timeline_model_want_older (linnet_conversation_get_timeline (self->conversation));
}

static GtkWidget *
create (guint kind, gpointer user_data)
{
  GtkWidget *row;

  if (kind == KIND_MESSAGE)
    {
      row = linnet_message_row_new ();
      g_signal_connect_object (row, "resend-wanted", G_CALLBACK (resend_wanted_cb), user_data,
                               G_CONNECT_SWAPPED);
    }
  else
    {
      row = linnet_divider_row_new ();
      g_signal_connect_object (row, "reload-wanted", G_CALLBACK (reload_wanted_cb), user_data,
                               G_CONNECT_SWAPPED);
    }
  return row;
}

static void
bind (GtkWidget *row, gpointer item, gpointer user_data)
{
  if (LINNET_IS_MESSAGE_ROW (row))
    linnet_message_row_set_message (LINNET_MESSAGE_ROW (row), item);
  else
    linnet_divider_row_set_divider (LINNET_DIVIDER_ROW (row), item);
}

static void
unbind (GtkWidget *row, gpointer user_data)
{
  if (LINNET_IS_MESSAGE_ROW (row))
    linnet_message_row_set_message (LINNET_MESSAGE_ROW (row), NULL);
}

static const LinnetTimelineFactory factory = {
  .n_kinds = N_KINDS,
  .get_kind = get_kind,
  .hint = hint,
  .create = create,
  .bind = bind,
  .unbind = unbind,
};

static LinnetTimelineModel *
get_model (LinnetConversationView *self)
{
  return self->conversation != NULL ? linnet_conversation_get_timeline (self->conversation) : NULL;
}

/* The first message at or behind a position. Returns: (transfer full) (nullable): */
static LinnetMessage *
find_message (LinnetConversationView *self, guint position)
{
  GListModel *model = G_LIST_MODEL (get_model (self));

  for (guint i = position; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (LINNET_IS_MESSAGE (item))
        return LINNET_MESSAGE (g_steal_pointer (&item));
    }
  return NULL;
}

/* Where to begin: at the first unread message, else where one was, else at the newest. */
static void
find_place (LinnetConversationView *self)
{
  LinnetTimelineModel *model = get_model (self);
  guint unread = linnet_timeline_model_get_unread_position (model);
  Place *place =
      g_hash_table_lookup (self->places, linnet_conversation_get_id (self->conversation));
  LinnetMessage *message;
  guint position;

  if (unread != G_MAXUINT)
    {
      linnet_timeline_show_at (self->timeline, unread,
                               gtk_widget_get_height (GTK_WIDGET (self->timeline)) / 4);
      self->is_opening = FALSE;
    }
  else if (place != NULL && linnet_conversation_get_unread (self->conversation) == 0)
    {
      message = linnet_timeline_model_lookup (model, place->local_id);
      if (message == NULL)
        return;
      position = linnet_timeline_model_get_position (model, message);
      linnet_timeline_show_at (self->timeline, position - MIN (position, place->n_above),
                               place->y_px);
      self->is_opening = FALSE;
    }
}

/* A conversation in which nothing was said yet says so. */
static void
update_empty (LinnetConversationView *self)
{
  LinnetTimelineModel *model = get_model (self);
  gboolean is_empty = model != NULL && g_list_model_get_n_items (G_LIST_MODEL (model)) == 0 &&
                      linnet_timeline_model_get_older_end (model) == LINNET_TIMELINE_END_COMPLETE;

  gtk_widget_set_visible (self->empty, is_empty);
}

static void
items_changed_cb (LinnetConversationView *self)
{
  update_empty (self);
  if (self->is_opening)
    find_place (self);
}

static void
edge_neared_cb (LinnetConversationView *self, GtkPositionType edge)
{
  LinnetTimelineModel *model = get_model (self);

  if (model == NULL)
    return;
  if (edge == GTK_POS_TOP)
    linnet_timeline_model_want_older (model);
  else
    linnet_timeline_model_want_newer (model);
}

/* The way to the newest message is offered while that is out of view. */
static void
reveal_jump (LinnetConversationView *self)
{
  LinnetTimelineModel *model = get_model (self);
  guint n_items = model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;
  guint first, last;
  gboolean is_wanted = FALSE;

  if (n_items > 0 && linnet_timeline_model_get_newer_end (model) != LINNET_TIMELINE_END_COMPLETE)
    is_wanted = TRUE;
  else if (n_items > 0 && !linnet_timeline_is_sticky (self->timeline) &&
           linnet_timeline_get_shown (self->timeline, &first, &last))
    is_wanted = last + 1 < n_items;
  if (is_wanted)
    gtk_widget_set_visible (GTK_WIDGET (self->jump), TRUE);
  gtk_revealer_set_reveal_child (self->jump, is_wanted);
  gtk_widget_set_can_target (GTK_WIDGET (self->jump), is_wanted);
}

/* What has faded away is not there for the keyboard or a screen reader either. */
static void
jump_revealed_cb (LinnetConversationView *self)
{
  if (!gtk_revealer_get_reveal_child (self->jump) && !gtk_revealer_get_child_revealed (self->jump))
    gtk_widget_set_visible (GTK_WIDGET (self->jump), FALSE);
}

void
_linnet_conversation_view_update_jump (LinnetConversationView *self)
{
  guint unread = 0;
  g_autofree char *count = NULL;
  g_autofree char *label = NULL;

  if (self->conversation != NULL)
    unread = linnet_conversation_get_unread (self->conversation);
  count = g_strdup_printf (unread > 99 ? "99+" : "%u", unread);
  if (unread > 0)
    label = g_strdup_printf (
        ngettext ("Go to Newest, %u Unread Message", "Go to Newest, %u Unread Messages", unread),
        unread);
  else
    label = g_strdup (_ ("Go to Newest"));
  gtk_label_set_label (self->jump_count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->jump_count), unread > 0);
  gtk_widget_set_tooltip_text (self->jump_button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->jump_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  reveal_jump (self);
}

static void
settled_cb (LinnetConversationView *self, guint first, guint last)
{
  GListModel *model = G_LIST_MODEL (get_model (self));

  gtk_revealer_set_reveal_child (self->date, FALSE);
  reveal_jump (self);
  if (model == NULL || self->window == NULL || !gtk_window_is_active (self->window))
    return;
  for (guint i = last + 1; i-- > first;)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (!LINNET_IS_MESSAGE (item) || linnet_message_get_outgoing (LINNET_MESSAGE (item)))
        continue;
      linnet_conversation_set_displayed (self->conversation, LINNET_MESSAGE (item));
      return;
    }
}

static void
show_date (LinnetConversationView *self)
{
  g_autoptr (LinnetMessage) message = NULL;
  g_autofree char *day = NULL;
  guint position;
  int y;

  if (self->conversation == NULL || !linnet_timeline_get_anchor (self->timeline, &position, &y))
    {
      gtk_revealer_set_reveal_child (self->date, FALSE);
      return;
    }
  message = find_message (self, position);
  if (message == NULL)
    return;
  day = linnet_when_dup_day (linnet_message_get_day (message));
  gtk_label_set_label (self->date_label, day);
  gtk_revealer_set_reveal_child (self->date, TRUE);
}

static void
value_changed_cb (LinnetConversationView *self)
{
  if (!linnet_timeline_is_sticky (self->timeline))
    show_date (self);
  reveal_jump (self);
}

static void
sticky_changed_cb (LinnetConversationView *self)
{
  if (linnet_timeline_is_sticky (self->timeline))
    gtk_revealer_set_reveal_child (self->date, FALSE);
  _linnet_conversation_view_update_jump (self);
}

void
_linnet_conversation_view_jump_to_end (LinnetConversationView *self)
{
  LinnetTimelineModel *model = get_model (self);

  if (model == NULL)
    return;
  self->is_opening = FALSE;
  linnet_timeline_model_go_newest (model);
  linnet_timeline_jump_to_end (self->timeline);
}

static void
sent_cb (LinnetConversationView *self)
{
  LinnetTimelineModel *model = get_model (self);

  if (model == NULL)
    return;
  linnet_timeline_model_place_unread (model, 0);
  _linnet_conversation_view_jump_to_end (self);
}

void
_linnet_conversation_view_init_timeline (LinnetConversationView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);

  g_queue_init (&self->recent);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  linnet_timeline_set_factory (self->timeline, &factory, self);
  self->model_signals = g_signal_group_new (LINNET_TYPE_TIMELINE_MODEL);
  g_signal_group_connect_swapped (self->model_signals, "items-changed",
                                  G_CALLBACK (items_changed_cb), self);
  g_signal_group_connect_swapped (self->model_signals, "notify::older-end",
                                  G_CALLBACK (update_empty), self);
  g_signal_group_connect_swapped (self->model_signals, "notify::newer-end",
                                  G_CALLBACK (_linnet_conversation_view_update_jump), self);
  g_signal_connect_object (self->timeline, "edge-neared", G_CALLBACK (edge_neared_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->timeline, "settled", G_CALLBACK (settled_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->timeline, "notify::sticky", G_CALLBACK (sticky_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (value_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->composer, "sent", G_CALLBACK (sent_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->jump, "notify::child-revealed", G_CALLBACK (jump_revealed_cb),
                           self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (GTK_WIDGET (self->jump), FALSE);
}

/* The timelines of the last few conversations stay loaded; drafts and places are kept for all. */
static void
remember (LinnetConversationView *self)
{
  GList *link = g_queue_find (&self->recent, self->conversation);

  if (link != NULL)
    {
      g_object_unref (link->data);
      g_queue_delete_link (&self->recent, link);
    }
  g_queue_push_head (&self->recent, g_object_ref (self->conversation));
  while (g_queue_get_length (&self->recent) > MODELS_KEPT)
    {
      g_autoptr (LinnetConversation) old = g_queue_pop_tail (&self->recent);

      linnet_conversation_drop_timeline (old);
    }
}

/* The conversation has just come into view. */
void
_linnet_conversation_view_enter (LinnetConversationView *self)
{
  LinnetTimelineModel *model = get_model (self);

  remember (self);
  linnet_conversation_set_active (self->conversation, TRUE);
  linnet_timeline_model_go_newest (model);
  linnet_timeline_model_place_unread (model, linnet_conversation_get_unread (self->conversation));
  self->is_opening = TRUE;
  linnet_timeline_set_model (self->timeline, G_LIST_MODEL (model));
  g_signal_group_set_target (self->model_signals, model);
  find_place (self);
  update_empty (self);
  _linnet_conversation_view_update_jump (self);
}

/* A day or a gap has no name; the message below it has. */
static gboolean
name_place (LinnetTimelineModel *model, guint position, Place *place)
{
  for (place->n_above = 0;; place->n_above++)
    {
      g_autoptr (GObject) item =
          g_list_model_get_item (G_LIST_MODEL (model), position + place->n_above);

      if (item == NULL)
        return FALSE;
      if (!LINNET_IS_MESSAGE (item))
        continue;
      place->local_id = linnet_message_get_local_id (LINNET_MESSAGE (item));
      return place->local_id != 0;
    }
}

/* It leaves the view: the place is kept. */
void
_linnet_conversation_view_leave (LinnetConversationView *self)
{
  const char *id = linnet_conversation_get_id (self->conversation);
  guint position;
  int y;

  g_hash_table_remove (self->places, id);
  if (linnet_timeline_get_anchor (self->timeline, &position, &y))
    {
      Place place = { .y_px = y };

      if (name_place (get_model (self), position, &place))
        g_hash_table_insert (self->places, g_strdup (id), g_memdup2 (&place, sizeof place));
    }
  g_signal_group_set_target (self->model_signals, NULL);
  linnet_timeline_set_model (self->timeline, NULL);
  linnet_conversation_set_active (self->conversation, FALSE);
}

void
_linnet_conversation_view_drop_timeline (LinnetConversationView *self)
{
  g_clear_object (&self->model_signals);
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_queue_clear_full (&self->recent, g_object_unref);
}
