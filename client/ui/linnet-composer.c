/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-composer.c: where a message is written.
 *
 * What is typed is a draft at once; nothing is sent but by Enter or the button. Enter is first
 * offered to the input method, so that it never cuts one off. Being offline is no obstacle:
 * messages wait. */

#include "config.h"

#include "ui/linnet-composer.h"

#include <string.h>

#include <adwaita.h>
#include <glib/gi18n.h>

#include "model/linnet-text.h"

#define LINES_MAX 8
#define PAUSE_S 5

struct _LinnetComposer
{
  GtkWidget parent_instance;

  GtkRevealer *question;
  GtkLabel *question_label;
  GtkScrolledWindow *scrolled;
  GtkTextView *view;
  GtkWidget *placeholder;

  LinnetConversation *conversation; /* (owned) (nullable) */
  GSignalGroup *signals; /* (owned) those of conversation */
  guint pause_id;
  gboolean is_loading; /* a draft is being put in: nobody types */
  gboolean has_preedit;
};

enum
{
  SIGNAL_SENT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LinnetComposer, linnet_composer, GTK_TYPE_WIDGET)

static char *
dup_text (LinnetComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static gboolean
is_blank (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

/* The word of a command that there is not, as “/join”; a path is none. */
static char *
dup_command (const char *text)
{
  gsize length = 1;

  if (text[0] != '/')
    return NULL;
  while (g_ascii_isalpha (text[length]))
    length++;
  if (length == 1 || (text[length] != '\0' && !g_ascii_isspace (text[length])) ||
      g_str_has_prefix (text, "/me "))
    return NULL;
  return g_strndup (text, length);
}

static void
set_chat_state (LinnetComposer *self, LinnetChatState state)
{
  if (self->conversation != NULL)
    linnet_conversation_set_chat_state (self->conversation, state);
}

static gboolean
pause_cb (gpointer user_data)
{
  LinnetComposer *self = user_data;

  self->pause_id = 0;
  set_chat_state (self, LINNET_CHAT_STATE_PAUSED);
  return G_SOURCE_REMOVE;
}

static void
tell_typing (LinnetComposer *self, gboolean is_empty)
{
  g_clear_handle_id (&self->pause_id, g_source_remove);
  if (is_empty)
    {
      set_chat_state (self, LINNET_CHAT_STATE_ACTIVE);
      return;
    }
  set_chat_state (self, LINNET_CHAT_STATE_COMPOSING);
  self->pause_id = g_timeout_add_seconds (PAUSE_S, pause_cb, self);
}

static void
update_placeholder (LinnetComposer *self)
{
  gboolean is_empty = gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->view)) == 0;

  gtk_widget_set_visible (self->placeholder, is_empty && !self->has_preedit);
}

static void
buffer_changed_cb (LinnetComposer *self)
{
  g_autofree char *text = dup_text (self);
  gboolean has_text = !is_blank (text);

  update_placeholder (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send",
                                 has_text && self->conversation != NULL);
  gtk_revealer_set_reveal_child (self->question, FALSE);
  if (self->is_loading || self->conversation == NULL)
    return;
  linnet_conversation_set_draft (self->conversation, has_text ? text : "");
  tell_typing (self, !has_text);
}

static void
preedit_changed_cb (LinnetComposer *self, const char *preedit)
{
  self->has_preedit = preedit != NULL && *preedit != '\0';
  update_placeholder (self);
}

static void
name_changed_cb (LinnetComposer *self)
{
  g_autofree char *name = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *spoken_name = NULL;
  g_autofree char *spoken = NULL;

  if (self->conversation == NULL)
    return;
  name = linnet_text_isolate (linnet_conversation_get_name (self->conversation));
  /* Translators: %s is the name of a person or a room */
  shown = g_strdup_printf (_ ("Message to %s"), name);
  gtk_label_set_label (GTK_LABEL (self->placeholder), shown);
  spoken_name = linnet_text_speak (linnet_conversation_get_name (self->conversation));
  spoken = g_strdup_printf (_ ("Message to %s"), spoken_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
}

static void
set_text (LinnetComposer *self, const char *text)
{
  self->is_loading = TRUE;
  gtk_text_buffer_begin_irreversible_action (gtk_text_view_get_buffer (self->view));
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), text, -1);
  gtk_text_buffer_end_irreversible_action (gtk_text_view_get_buffer (self->view));
  self->is_loading = FALSE;
  buffer_changed_cb (self);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* The row of the message says what went wrong and offers the next step. */
  if (!linnet_conversation_send_finish (LINNET_CONVERSATION (object), result, &error))
    g_debug ("A message was not taken: %s", error->message);
}

static void
send_text (LinnetComposer *self, gboolean is_sure)
{
  g_autofree char *text = dup_text (self);
  g_autofree char *command = NULL;

  if (self->conversation == NULL || is_blank (text))
    return;
  command = dup_command (text);
  if (command != NULL && !is_sure)
    {
      /* Translators: %s is what was typed, as “/join” */
      g_autofree char *sentence = g_strdup_printf (_ ("There is no command “%s”."), command);

      gtk_label_set_label (self->question_label, sentence);
      gtk_revealer_set_reveal_child (self->question, TRUE);
      return;
    }

  g_strchomp (text);
  set_text (self, "");
  linnet_conversation_set_draft (self->conversation, "");
  g_clear_handle_id (&self->pause_id, g_source_remove);
  linnet_conversation_send_async (self->conversation, text, NULL, sent_cb, NULL);
  g_signal_emit (self, signals[SIGNAL_SENT], 0);
}

static void
send_action_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  send_text (LINNET_COMPOSER (widget), FALSE);
  gtk_widget_grab_focus (widget);
}

static void
send_as_text_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  send_text (LINNET_COMPOSER (widget), TRUE);
  gtk_widget_grab_focus (widget);
}

static void
go_on_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  gtk_revealer_set_reveal_child (LINNET_COMPOSER (widget)->question, FALSE);
  gtk_widget_grab_focus (widget);
}

static void
insert_emoji_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetComposer *self = LINNET_COMPOSER (widget);

  gtk_widget_grab_focus (widget);
  gtk_widget_activate_action (GTK_WIDGET (self->view), "misc.insert-emoji", NULL);
}

static gboolean
key_pressed_cb (LinnetComposer *self,
                guint key,
                guint keycode,
                GdkModifierType state,
                GtkEventController *controller)
{
  GdkEvent *event = gtk_event_controller_get_current_event (controller);

  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_ISO_Enter) ||
      (state & (GDK_SHIFT_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (event != NULL && gtk_text_view_im_context_filter_keypress (self->view, event))
    return GDK_EVENT_STOP;
  send_text (self, FALSE);
  return GDK_EVENT_STOP;
}

static void
update_max_height (LinnetComposer *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self->view));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int height = LINES_MAX * PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics)) +
               gtk_text_view_get_top_margin (self->view) +
               gtk_text_view_get_bottom_margin (self->view);

  pango_font_metrics_unref (metrics);
  if (gtk_scrolled_window_get_max_content_height (self->scrolled) != height)
    gtk_scrolled_window_set_max_content_height (self->scrolled, height);
}

static void
linnet_composer_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (linnet_composer_parent_class)->css_changed (widget, change);
  update_max_height (LINNET_COMPOSER (widget));
}

static gboolean
linnet_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (LINNET_COMPOSER (widget)->view));
}

/* GTK would give the focus to the composer itself when Shift+Tab leaves its first widget, and so to
 * the text again. */
static gboolean
linnet_composer_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (gtk_widget_get_first_child (widget), direction);
}

static void
linnet_composer_dispose (GObject *object)
{
  LinnetComposer *self = LINNET_COMPOSER (object);
  GtkWidget *child;

  g_clear_handle_id (&self->pause_id, g_source_remove);
  if (self->signals != NULL)
    g_signal_group_set_target (self->signals, NULL);
  g_clear_object (&self->signals);
  g_clear_object (&self->conversation);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (linnet_composer_parent_class)->dispose (object);
}

static void
linnet_composer_class_init (LinnetComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = linnet_composer_dispose;
  widget_class->css_changed = linnet_composer_css_changed;
  widget_class->focus = linnet_composer_focus;
  widget_class->grab_focus = linnet_composer_grab_focus;

  /* The text has gone to the conversation. */
  signals[SIGNAL_SENT] = g_signal_new ("sent", LINNET_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, LinnetComposer, question);
  gtk_widget_class_bind_template_child (widget_class, LinnetComposer, question_label);
  gtk_widget_class_bind_template_child (widget_class, LinnetComposer, scrolled);
  gtk_widget_class_bind_template_child (widget_class, LinnetComposer, view);
  gtk_widget_class_bind_template_child (widget_class, LinnetComposer, placeholder);
  gtk_widget_class_install_action (widget_class, "composer.send", NULL, send_action_cb);
  gtk_widget_class_install_action (widget_class, "composer.send-as-text", NULL, send_as_text_cb);
  gtk_widget_class_install_action (widget_class, "composer.go-on", NULL, go_on_cb);
  gtk_widget_class_install_action (widget_class, "composer.insert-emoji", NULL, insert_emoji_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_period, GDK_CONTROL_MASK,
                                       "composer.insert-emoji", NULL);
  gtk_widget_class_set_css_name (widget_class, "composer");
}

static void
linnet_composer_init (LinnetComposer *self)
{
  GtkEventController *keys;

  g_type_ensure (ADW_TYPE_CLAMP);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->signals = g_signal_group_new (LINNET_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->signals, "notify::name", G_CALLBACK (name_changed_cb),
                                  self);

  g_signal_connect_object (gtk_text_view_get_buffer (self->view), "changed",
                           G_CALLBACK (buffer_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->view, "preedit-changed", G_CALLBACK (preedit_changed_cb), self);
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
  buffer_changed_cb (self);
}

/**
 * linnet_composer_new: a composer without a conversation.
 *
 * Returns: (transfer floating):
 */
GtkWidget *
linnet_composer_new (void)
{
  return g_object_new (LINNET_TYPE_COMPOSER, NULL);
}

/**
 * linnet_composer_get_conversation: whom it writes to.
 *
 * Returns: (transfer none) (nullable):
 */
LinnetConversation *
linnet_composer_get_conversation (LinnetComposer *self)
{
  g_return_val_if_fail (LINNET_IS_COMPOSER (self), NULL);
  return self->conversation;
}

/**
 * linnet_composer_set_conversation: writes to @conversation, and goes on with its draft.
 * @conversation: (nullable):
 */
void
linnet_composer_set_conversation (LinnetComposer *self, LinnetConversation *conversation)
{
  g_return_if_fail (LINNET_IS_COMPOSER (self));

  if (self->conversation == conversation)
    return;
  if (self->pause_id != 0)
    set_chat_state (self, LINNET_CHAT_STATE_PAUSED);
  g_clear_handle_id (&self->pause_id, g_source_remove);
  g_set_object (&self->conversation, conversation);
  g_signal_group_set_target (self->signals, conversation);
  name_changed_cb (self);
  set_text (self, conversation != NULL ? linnet_conversation_get_draft (conversation) : "");
}

/**
 * linnet_composer_type: adds @text at the cursor and takes the focus: a key was pressed elsewhere.
 */
void
linnet_composer_type (LinnetComposer *self, const char *text)
{
  g_return_if_fail (LINNET_IS_COMPOSER (self));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (self->view), text, -1);
}
