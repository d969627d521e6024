/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-conversation-view-news.c: what happens while a conversation is open: said to those who
 * hear, midnight, and messages that take long to send. */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/linnet-conversation-view-private.h"
#include "ui/linnet-message-row.h"

#define SAY_WINDOW_S 2
#define SAY_MAX 3
#define SENDING_MS 1100
#define DAY_S (24 * 60 * 60)

static gboolean
say_rest_cb (gpointer user_data)
{
  LinnetConversationView *self = user_data;
  guint n_more = self->n_said > SAY_MAX ? self->n_said - SAY_MAX : 0;

  self->say_id = 0;
  self->n_said = 0;
  if (n_more > 0 && self->conversation != NULL)
    {
      g_autofree char *name = linnet_text_speak (linnet_conversation_get_name (self->conversation));
      g_autofree char *text = NULL;

      /* Translators: %u is a number, %s the name of a person or a room */
      text = g_strdup_printf (ngettext ("%u new message in %s", "%u new messages in %s", n_more),
                              n_more, name);
      linnet_announcer_say (self->announcer, text);
    }
  return G_SOURCE_REMOVE;
}

static void
say_message (LinnetConversationView *self, LinnetMessage *message)
{
  g_autofree char *name = linnet_text_speak (linnet_message_get_sender_name (message));
  g_autofree char *text = NULL;

  if (self->say_id == 0)
    self->say_id = g_timeout_add_seconds (SAY_WINDOW_S, say_rest_cb, self);
  if (++self->n_said > SAY_MAX)
    return;
  /* Translators: a message, for people who hear it: who, what */
  text = g_strdup_printf (_ ("%s: %s"), name, linnet_message_get_text (message)->text);
  linnet_announcer_say (self->announcer, text);
}

/* Rows say “Sending…” only of what takes longer than a second. */
static gboolean
sending_cb (gpointer user_data)
{
  LinnetConversationView *self = user_data;

  self->sending_id = 0;
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->timeline)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      if (LINNET_IS_MESSAGE_ROW (row))
        linnet_message_row_update_state (LINNET_MESSAGE_ROW (row));
    }
  return G_SOURCE_REMOVE;
}

static void
last_state_changed_cb (LinnetConversationView *self, GParamSpec *pspec, LinnetMessage *message)
{
  if (linnet_message_get_state (message) == LINNET_MESSAGE_STATE_FAILED)
    linnet_announcer_say (self->announcer, _ ("Not sent"));
}

static void
last_message_changed_cb (LinnetConversationView *self)
{
  LinnetMessage *message = linnet_conversation_get_last_message (self->conversation);
  gboolean is_own = message != NULL && linnet_message_get_outgoing (message);

  g_signal_group_set_target (self->last_signals, is_own ? message : NULL);
  if (message == NULL)
    return;
  if (is_own && linnet_message_get_state (message) == LINNET_MESSAGE_STATE_SENDING &&
      self->sending_id == 0)
    self->sending_id = g_timeout_add (SENDING_MS, sending_cb, self);
  if (!is_own && self->window != NULL && gtk_window_is_active (self->window) &&
      gtk_widget_get_mapped (GTK_WIDGET (self)))
    say_message (self, message);
}

static gboolean midnight_cb (gpointer user_data);

static void
wait_for_midnight (LinnetConversationView *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  int passed_s = g_date_time_get_hour (now) * 60 * 60 + g_date_time_get_minute (now) * 60 +
                 g_date_time_get_second (now);

  self->midnight_id = g_timeout_add_seconds (DAY_S - passed_s + 1, midnight_cb, self);
}

static gboolean
midnight_cb (gpointer user_data)
{
  LinnetConversationView *self = user_data;

  if (self->conversation != NULL)
    linnet_timeline_model_day_changed (linnet_conversation_get_timeline (self->conversation));
  wait_for_midnight (self);
  return G_SOURCE_REMOVE;
}

static void
active_changed_cb (LinnetConversationView *self)
{
  /* What has been in view all the time is read from now on. */
  if (gtk_window_is_active (self->window))
    linnet_timeline_queue_settle (self->timeline);
}

void
_linnet_conversation_view_init_news (LinnetConversationView *self)
{
  self->announcer = linnet_announcer_new ();
  self->last_signals = g_signal_group_new (LINNET_TYPE_MESSAGE);
  g_signal_group_connect_swapped (self->last_signals, "notify::state",
                                  G_CALLBACK (last_state_changed_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::last-message",
                                  G_CALLBACK (last_message_changed_cb), self);
  wait_for_midnight (self);
}

/* window: (nullable): the one that we are in */
void
_linnet_conversation_view_set_window (LinnetConversationView *self, GtkWindow *window)
{
  if (self->window != NULL)
    g_signal_handlers_disconnect_by_func (self->window, active_changed_cb, self);
  g_set_weak_pointer (&self->window, window);
  if (window != NULL)
    g_signal_connect_object (window, "notify::is-active", G_CALLBACK (active_changed_cb), self,
                             G_CONNECT_SWAPPED);
  linnet_announcer_set_root (self->announcer, window != NULL ? GTK_ROOT (window) : NULL);
}

void
_linnet_conversation_view_drop_news (LinnetConversationView *self)
{
  g_clear_handle_id (&self->say_id, g_source_remove);
  g_clear_handle_id (&self->sending_id, g_source_remove);
  g_clear_handle_id (&self->midnight_id, g_source_remove);
  g_clear_object (&self->last_signals);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->announcer);
}
