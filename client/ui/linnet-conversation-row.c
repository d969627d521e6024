/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-conversation-row.c: a conversation in the sidebar, 56 high. window.md section 3
 *
 * The texts are inscriptions, whose size does not depend on the text, so that a message measures
 * nothing anew. A screen reader gets one sentence, which stands on the list's own row. */
#include "config.h"

#include "ui/linnet-conversation-row.h"

#include <glib/gi18n.h>

#include "model/linnet-account.h"
#include "model/linnet-text.h"
#include "model/linnet-when.h"
#include "ui/linnet-account-bar.h"
#include "ui/linnet-avatar.h"

#define PREVIEW_MAX_CHARS 200

struct _LinnetConversationRow
{
  GtkWidget parent_instance;

  LinnetAccountBar *account_bar;
  LinnetAvatar *avatar;
  GtkImage *presence;
  GtkInscription *name;
  GtkLabel *time;
  GtkInscription *preview;
  GtkWidget *failed;
  GtkWidget *muted;
  GtkWidget *pinned;
  GtkLabel *badge;

  LinnetConversation *conversation;
  gboolean show_account;
};

G_DEFINE_FINAL_TYPE (LinnetConversationRow, linnet_conversation_row, GTK_TYPE_WIDGET)

/* One line of a text of the network. */
static char *
one_line (const char *text)
{
  g_autofree char *cut =
      g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), PREVIEW_MAX_CHARS));

  for (char *at = cut; *at; at++)
    if (*at == '\n' || *at == '\r' || *at == '\t')
      *at = ' ';
  return g_strstrip (g_steal_pointer (&cut));
}

/* An inscription goes to the side where its text begins; a mark of the interface's own direction
 * keeps every row at the start, and what is from the network is isolated. */
static char *
at_start (gpointer widget, const char *text)
{
  g_autofree char *isolated = linnet_text_isolate (text);

  return g_strconcat (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? "\xe2\x80\x8f"
                                                                            : "\xe2\x80\x8e",
                      isolated, NULL);
}

static char *
make_preview (LinnetConversationRow *self)
{
  LinnetMessage *last = linnet_conversation_get_last_message (self->conversation);
  const char *draft = linnet_conversation_get_draft (self->conversation);
  g_autofree char *line = NULL;

  if (linnet_conversation_get_typing_text (self->conversation) != NULL)
    return g_strdup (linnet_conversation_get_typing_text (self->conversation));
  if (*draft && !linnet_conversation_get_active (self->conversation))
    {
      line = one_line (draft);
      return g_strdup_printf (_ ("Draft: %s"), line);
    }
  if (last == NULL)
    return g_strdup ("");
  line = one_line (linnet_message_get_body (last));
  if (linnet_message_get_outgoing (last))
    return g_strdup_printf (_ ("You: %s"), line);
  return g_steal_pointer (&line);
}

static gboolean
has_failed (LinnetConversationRow *self)
{
  LinnetMessage *last = linnet_conversation_get_last_message (self->conversation);

  return last != NULL && linnet_message_get_state (last) == LINNET_MESSAGE_STATE_FAILED;
}

static void
update_badge (LinnetConversationRow *self)
{
  guint unread = linnet_conversation_get_unread (self->conversation);
  g_autofree char *text = unread > 99 ? g_strdup ("\xe2\x80\x8e"
                                                  "99+")
                                      : g_strdup_printf ("%u", unread);

  gtk_widget_set_visible (GTK_WIDGET (self->badge), unread > 0);
  gtk_label_set_text (self->badge, text);
  if (linnet_conversation_get_muted (self->conversation))
    gtk_widget_add_css_class (GTK_WIDGET (self->badge), "outlined");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->badge), "outlined");
  if (unread > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "heading");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name), "heading");
}

static void
update_presence (LinnetConversationRow *self)
{
  LinnetPresence presence = linnet_conversation_get_presence (self->conversation);

  gtk_widget_set_visible (GTK_WIDGET (self->presence), presence != LINNET_PRESENCE_UNKNOWN);
  gtk_image_set_from_icon_name (self->presence, linnet_presence_get_icon_name (presence));
}

/* The list's own row is what a screen reader stops at. */
static void
update_label (LinnetConversationRow *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *sentence = NULL;

  if (parent == NULL)
    return;
  sentence = linnet_conversation_row_dup_sentence (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                  -1);
}

static void
update_account (LinnetConversationRow *self)
{
  LinnetAccount *account =
      self->show_account ? linnet_conversation_get_account (self->conversation) : NULL;

  const char *name = account != NULL ? linnet_account_get_display_name (account) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->account_bar), account != NULL);
  /* Setting it asks the display where the pointer is, and waits for the answer. */
  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (self)), name) != 0)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), name);
  if (account != NULL)
    linnet_account_bar_set_address (self->account_bar, linnet_account_get_address (account));
}

static void
update (LinnetConversationRow *self)
{
  g_autofree char *preview = make_preview (self);
  gint64 when_s = linnet_conversation_get_last_activity_s (self->conversation);
  g_autofree char *time = when_s > 0 ? linnet_when_dup_short (when_s) : g_strdup ("");
  const char *name = linnet_conversation_get_name (self->conversation);
  g_autofree char *shown_name = at_start (self, name);
  g_autofree char *shown_preview = at_start (self, preview);

  linnet_avatar_set_person (self->avatar, linnet_conversation_get_id (self->conversation), name);
  gtk_inscription_set_text (self->name, shown_name);
  gtk_inscription_set_text (self->preview, shown_preview);
  gtk_label_set_text (self->time, time);
  gtk_widget_set_visible (self->failed, has_failed (self));
  gtk_widget_set_visible (self->muted, linnet_conversation_get_muted (self->conversation));
  gtk_widget_set_visible (self->pinned, linnet_conversation_get_pinned (self->conversation));
  update_account (self);
  update_badge (self);
  update_presence (self);
  update_label (self);
}

static void
linnet_conversation_row_root (GtkWidget *widget)
{
  LinnetConversationRow *self = LINNET_CONVERSATION_ROW (widget);

  GTK_WIDGET_CLASS (linnet_conversation_row_parent_class)->root (widget);
  if (self->conversation != NULL)
    update (self);
}

static void
linnet_conversation_row_dispose (GObject *object)
{
  LinnetConversationRow *self = LINNET_CONVERSATION_ROW (object);
  GtkWidget *child;

  linnet_conversation_row_set_conversation (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), LINNET_TYPE_CONVERSATION_ROW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (linnet_conversation_row_parent_class)->dispose (object);
}

static void
linnet_conversation_row_class_init (LinnetConversationRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (LINNET_TYPE_ACCOUNT_BAR);
  g_type_ensure (LINNET_TYPE_AVATAR);
  object_class->dispose = linnet_conversation_row_dispose;
  widget_class->root = linnet_conversation_row_root;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-conversation-row.ui");
#define CHILD(field) \
  gtk_widget_class_bind_template_child (widget_class, LinnetConversationRow, field)
  CHILD (account_bar);
  CHILD (avatar);
  CHILD (presence);
  CHILD (name);
  CHILD (time);
  CHILD (preview);
  CHILD (failed);
  CHILD (muted);
  CHILD (pinned);
  CHILD (badge);
#undef CHILD
}

static void
linnet_conversation_row_init (LinnetConversationRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * linnet_conversation_row_new:
 *
 * Returns: (transfer floating): a row that shows nothing
 */
GtkWidget *
linnet_conversation_row_new (void)
{
  return g_object_new (LINNET_TYPE_CONVERSATION_ROW, NULL);
}

/**
 * linnet_conversation_row_set_conversation:
 * @self: a row
 * @conversation: (nullable): what to show
 */
void
linnet_conversation_row_set_conversation (LinnetConversationRow *self,
                                          LinnetConversation *conversation)
{
  g_return_if_fail (LINNET_IS_CONVERSATION_ROW (self));
  if (self->conversation == conversation)
    return;
  if (self->conversation != NULL)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_set_object (&self->conversation, conversation);
  if (conversation == NULL)
    return;
  g_signal_connect_object (conversation, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

/**
 * linnet_conversation_row_get_conversation:
 * @self: a row
 *
 * Returns: (nullable) (transfer none): what it shows
 */
LinnetConversation *
linnet_conversation_row_get_conversation (LinnetConversationRow *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION_ROW (self), NULL);
  return self->conversation;
}

/**
 * linnet_conversation_row_set_show_account:
 * @self: a row
 * @show_account: whether there are several accounts, so that the row says whose it is
 */
void
linnet_conversation_row_set_show_account (LinnetConversationRow *self, gboolean show_account)
{
  g_return_if_fail (LINNET_IS_CONVERSATION_ROW (self));
  if (self->show_account == show_account)
    return;
  self->show_account = show_account;
  if (self->conversation != NULL)
    update (self);
}

/**
 * linnet_conversation_row_dup_sentence:
 * @self: a row that shows a conversation
 *
 * Returns: (transfer full): what a screen reader says of it
 */
char *
linnet_conversation_row_dup_sentence (LinnetConversationRow *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *preview = NULL;
  g_autofree char *unread = NULL;
  g_auto (GStrv) parts = NULL;
  guint n;

  g_return_val_if_fail (LINNET_IS_CONVERSATION_ROW (self) && self->conversation != NULL, NULL);
  preview = make_preview (self);
  n = linnet_conversation_get_unread (self->conversation);
  unread = g_strdup_printf (ngettext ("%u unread", "%u unread", n), n);
  g_strv_builder_add (builder, linnet_conversation_get_name (self->conversation));
  if (n > 0)
    g_strv_builder_add (builder, unread);
  if (*preview)
    g_strv_builder_add (builder, preview);
  if (*gtk_label_get_text (self->time))
    g_strv_builder_add (builder, gtk_label_get_text (self->time));
  if (linnet_conversation_get_presence (self->conversation) != LINNET_PRESENCE_UNKNOWN)
    g_strv_builder_add (
        builder, linnet_presence_get_word (linnet_conversation_get_presence (self->conversation)));
  if (has_failed (self))
    g_strv_builder_add (builder, _ ("not sent"));
  if (linnet_conversation_get_pinned (self->conversation))
    g_strv_builder_add (builder, _ ("pinned"));
  if (linnet_conversation_get_muted (self->conversation))
    g_strv_builder_add (builder, _ ("muted"));
  if (self->show_account && linnet_conversation_get_account (self->conversation) != NULL)
    {
      g_autofree char *account = g_strdup_printf (
          _ ("account %s"),
          linnet_account_get_display_name (linnet_conversation_get_account (self->conversation)));

      g_strv_builder_add (builder, account);
    }
  parts = g_strv_builder_end (builder);
  return g_strjoinv (", ", parts);
}
