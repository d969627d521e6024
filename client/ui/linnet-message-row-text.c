/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-message-row-text.c: the text of a message row: what it looks like, its links, what it is
 * called by.
 *
 * The text comes from strangers and is never markup: links are attributes of the label, and a click
 * is looked up in the layout. */

#include "config.h"

#include <string.h>

#include <adwaita.h>
#include <glib/gi18n.h>

#include "model/linnet-when.h"
#include "ui/linnet-message-row-private.h"

#define SPOKEN_MAX 1000

static const char *
get_sender (LinnetMessageRow *self)
{
  return linnet_message_get_sender_name (self->message);
}

static gboolean
is_action (LinnetMessageRow *self)
{
  return linnet_message_get_text (self->message)->is_action ||
         linnet_message_get_kind (self->message) == LINNET_MESSAGE_KIND_ACTION;
}

/* Bytes that stand in the label before the message's own text. */
static char *
dup_prefix (LinnetMessageRow *self)
{
  g_autofree char *name = NULL;

  if (!is_action (self))
    return g_strdup ("");
  name = linnet_text_isolate (get_sender (self));
  return g_strconcat (name, " ", NULL);
}

static PangoAttrList *
make_attributes (LinnetMessageRow *self, guint offset, guint end)
{
  const LinnetText *text = linnet_message_get_text (self->message);
  PangoAttrList *attributes = pango_attr_list_new ();
  GdkRGBA color;
  gboolean has_color;

  /* A hyphen that nobody wrote would be a lie in an address. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  if (text->links->len == 0)
    return attributes;
  has_color = gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                              "linnet_link_color", &color);
  for (guint i = 0; i < text->links->len; i++)
    {
      LinnetLink *link = &g_array_index (text->links, LinnetLink, i);
      PangoAttribute *attribute = pango_attr_underline_new (PANGO_UNDERLINE_SINGLE);

      if (link->start >= end)
        {
          pango_attribute_destroy (attribute);
          break;
        }
      attribute->start_index = offset + link->start;
      attribute->end_index = offset + MIN (link->end, end);
      pango_attr_list_insert (attributes, attribute);
      if (!has_color)
        continue;
      attribute =
          pango_attr_foreground_new (color.red * 65535, color.green * 65535, color.blue * 65535);
      attribute->start_index = offset + link->start;
      attribute->end_index = offset + MIN (link->end, end);
      pango_attr_list_insert (attributes, attribute);
    }
  return attributes;
}

void
_linnet_message_row_update_text (LinnetMessageRow *self)
{
  const LinnetText *text = linnet_message_get_text (self->message);
  guint fold = linnet_text_get_fold (text, self->n_more);
  guint end = fold > 0 ? fold : strlen (text->text);
  g_autofree char *prefix = dup_prefix (self);
  g_autofree char *shown =
      g_strdup_printf ("%s%.*s%s", prefix, (int) end, text->text, fold > 0 ? "…" : "");
  PangoAttrList *attributes = make_attributes (self, strlen (prefix), end);

  gtk_label_set_selectable (self->text, FALSE);
  gtk_label_set_label (self->text, shown);
  gtk_label_set_attributes (self->text, attributes);
  gtk_widget_set_visible (self->more, fold > 0);
  g_clear_pointer (&attributes, pango_attr_list_unref);
}

/* “Juliet, 14:05: Wherefore art thou? Edited.” */
void
_linnet_message_row_update_accessible (LinnetMessageRow *self)
{
  static const char *const states[] = {
    [LINNET_MESSAGE_STATE_NONE] = NULL,
    [LINNET_MESSAGE_STATE_WAITING] = N_ ("waiting for connection"),
    [LINNET_MESSAGE_STATE_SENDING] = N_ ("sending"),
    [LINNET_MESSAGE_STATE_SENT] = N_ ("sent"),
    [LINNET_MESSAGE_STATE_RECEIVED] = N_ ("received"),
    [LINNET_MESSAGE_STATE_READ] = N_ ("read"),
    [LINNET_MESSAGE_STATE_FAILED] = N_ ("not sent"),
  };
  const LinnetText *text = linnet_message_get_text (self->message);
  const char *state = states[linnet_message_get_state (self->message)];
  g_autofree char *time = linnet_when_dup_time (linnet_message_get_timestamp_s (self->message));
  g_autofree char *spoken =
      text->n_chars > SPOKEN_MAX ? g_utf8_substring (text->text, 0, SPOKEN_MAX) : NULL;
  g_autofree char *name = linnet_text_speak (get_sender (self));
  g_autoptr (GString) label = g_string_new (NULL);
  const char *body = spoken != NULL ? spoken : text->text;

  if (!linnet_message_get_outgoing (self->message))
    /* Translators: a message, for people who hear it: who, when, what */
    g_string_append_printf (label, _ ("%s, %s: %s"), name, time, body);
  else if (state != NULL)
    /* Translators: a message of one's own, for people who hear it: when, what became of it, what */
    g_string_append_printf (label, _ ("You, %s, %s: %s"), time, _ (state), body);
  else
    /* Translators: a message of one's own, for people who hear it: when, what */
    g_string_append_printf (label, _ ("You, %s: %s"), time, body);
  if (linnet_message_get_edited (self->message))
    g_string_append_printf (label, " %s", _ ("Edited."));
  if (linnet_message_get_state (self->message) == LINNET_MESSAGE_STATE_FAILED &&
      linnet_message_get_error_text (self->message) != NULL)
    g_string_append_printf (label, " %s", linnet_message_get_error_text (self->message));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label->str,
                                  -1);
}

/* Index of the link at a point of the row, or G_MAXUINT. */
static guint
find_link (LinnetMessageRow *self, double x, double y)
{
  const LinnetText *text;
  g_autofree char *prefix = NULL;
  double label_x, label_y;
  int layout_x, layout_y, index, trailing;
  guint offset;

  if (self->message == NULL)
    return G_MAXUINT;
  text = linnet_message_get_text (self->message);
  if (text->links->len == 0 ||
      !gtk_widget_translate_coordinates (GTK_WIDGET (self), GTK_WIDGET (self->text), x, y, &label_x,
                                         &label_y))
    return G_MAXUINT;

  gtk_label_get_layout_offsets (self->text, &layout_x, &layout_y);
  if (!pango_layout_xy_to_index (gtk_label_get_layout (self->text),
                                 (label_x - layout_x) * PANGO_SCALE,
                                 (label_y - layout_y) * PANGO_SCALE, &index, &trailing))
    return G_MAXUINT;
  prefix = dup_prefix (self);
  offset = strlen (prefix);
  for (guint i = 0; i < text->links->len; i++)
    {
      LinnetLink *link = &g_array_index (text->links, LinnetLink, i);

      if ((guint) index >= offset + link->start && (guint) index < offset + link->end)
        return i;
    }
  return G_MAXUINT;
}

void
_linnet_message_row_open_link (LinnetMessageRow *self, guint index)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autofree char *uri = linnet_text_dup_link (linnet_message_get_text (self->message), index);

  gtk_show_uri (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, uri, GDK_CURRENT_TIME);
}

static void
link_pressed_cb (LinnetMessageRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  self->pressed_link = find_link (self, x, y);
  if (self->pressed_link != G_MAXUINT)
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
link_released_cb (LinnetMessageRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  if (self->pressed_link != G_MAXUINT && self->pressed_link == find_link (self, x, y))
    _linnet_message_row_open_link (self, self->pressed_link);
  self->pressed_link = G_MAXUINT;
}

static void
motion_cb (LinnetMessageRow *self, double x, double y, GtkEventController *controller)
{
  if (self->message == NULL || linnet_message_get_text (self->message)->links->len == 0)
    return;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self->text),
                                   find_link (self, x, y) != G_MAXUINT ? "pointer" : NULL);
}

/* A label that can be selected costs controllers of its own: only under the pointer is it one. */
static void
enter_cb (LinnetMessageRow *self, double x, double y, GtkEventController *controller)
{
  gtk_label_set_selectable (self->text, TRUE);
}

void
_linnet_message_row_add_link_controllers (LinnetMessageRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_PRIMARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (link_pressed_cb), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (link_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (enter_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}
