/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-requests-view.c: people who ask to see our presence. window.md section 3
 *
 * Names and texts of strangers are shown as they are, with their whole address, and no picture of
 * theirs is fetched. */
#include "config.h"

#include "ui/linnet-requests-view.h"

#include <glib/gi18n.h>

#include "model/linnet-text.h"
#include "ui/linnet-pages.h"

#define WORDS "words" /* of a row: the label under the address */

struct _LinnetRequestsView
{
  GtkWidget parent_instance;

  AdwHeaderBar *header;
  GtkWidget *back_button;
  GtkStack *stack;
  GtkListBox *list;

  LinnetService *service;
  GListModel *requests; /* (owned) LinnetContact */
  gboolean folded;
};

enum
{
  PROP_FOLDED = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetRequestsView, linnet_requests_view, GTK_TYPE_WIDGET)

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) row = data;
  g_autoptr (GError) error = NULL;

  /* An answer that was given takes the row away; one that was not can be given again. */
  gtk_widget_set_sensitive (row, TRUE);
  if (!linnet_account_action_finish (LINNET_ACCOUNT (source), result, &error))
    gtk_label_set_text (g_object_get_data (G_OBJECT (row), WORDS), error->message);
}

static void
answer (GtkWidget *button, LinnetContact *contact, gboolean accept)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, GTK_TYPE_LIST_BOX_ROW);
  LinnetAccount *account = linnet_contact_get_account (contact);

  if (account == NULL || row == NULL)
    return;
  gtk_widget_set_sensitive (row, FALSE);
  linnet_account_answer_request_async (account, contact, accept, answered_cb, g_object_ref (row));
}

static void
accept_cb (LinnetContact *contact, GtkWidget *button)
{
  answer (button, contact, TRUE);
}

static void
decline_cb (LinnetContact *contact, GtkWidget *button)
{
  answer (button, contact, FALSE);
}

static void
add_button (
    GtkWidget *box, LinnetContact *contact, const char *verb, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (verb);

  linnet_pages_wrap_button (button);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect_object (button, "clicked", callback, contact, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), button);
}

static char *
make_subtitle (LinnetRequestsView *self, LinnetContact *contact)
{
  LinnetAccount *account = linnet_contact_get_account (contact);
  const char *text = linnet_contact_get_request_text (contact);
  const char *looks_like = linnet_contact_get_looks_like (contact);
  g_autofree char *to = NULL;
  g_autofree char *warning = NULL;
  g_autofree char *isolated = NULL;
  g_autofree char *quoted = NULL;
  g_autoptr (GPtrArray) sentences = g_ptr_array_new ();

  if (account != NULL && linnet_service_get_n_enabled (self->service) > 1)
    to = g_strdup_printf (_ ("Wants to be a contact of %s."), linnet_account_get_address (account));
  else
    to = g_strdup (_ ("Wants to be your contact."));
  if (looks_like != NULL)
    warning = linnet_text_warn_of_likeness (looks_like);
  if (text != NULL)
    {
      isolated = linnet_text_isolate (text);
      quoted = g_strdup_printf ("“%s”", isolated);
    }
  g_ptr_array_add (sentences, to);
  if (warning != NULL)
    g_ptr_array_add (sentences, warning);
  g_ptr_array_add (sentences, quoted);
  g_ptr_array_add (sentences, NULL);
  return g_strjoinv (" ", (char **) sentences->pdata);
}

static GtkWidget *
make_label (const char *text, int lines)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), lines);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static GtkWidget *
make_buttons (LinnetContact *contact)
{
  const char *address = linnet_contact_get_address (contact);
  g_autofree char *decline = g_strdup_printf (_ ("Decline %s"), address);
  g_autofree char *accept = g_strdup_printf (_ ("Accept %s"), address);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_set_homogeneous (GTK_BOX (box), TRUE);
  gtk_widget_set_halign (box, GTK_ALIGN_END);
  gtk_widget_set_margin_top (box, 6);
  add_button (box, contact, _ ("Decline"), decline, G_CALLBACK (decline_cb));
  add_button (box, contact, _ ("Accept"), accept, G_CALLBACK (accept_cb));
  return box;
}

/* The buttons stand under the words: addresses are long, and windows may be narrow. */
static GtkWidget *
create_row (gpointer item, gpointer data)
{
  LinnetRequestsView *self = data;
  g_autofree char *subtitle = make_subtitle (self, item);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *address = make_label (linnet_contact_get_address (item), 3);
  GtkWidget *words = make_label (subtitle, 6);

  gtk_widget_set_name (words, WORDS);
  gtk_widget_add_css_class (words, "secondary");
  gtk_widget_add_css_class (words, "caption");
  gtk_box_append (GTK_BOX (box), address);
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), make_buttons (item));
  gtk_widget_add_css_class (row, "request");
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  linnet_contact_get_address (item),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
  g_object_set_data (G_OBJECT (row), WORDS, words);
  return row;
}

static void
update (LinnetRequestsView *self)
{
  linnet_pages_turn (
      self->stack,
      self->requests != NULL && g_list_model_get_n_items (self->requests) > 0 ? "list" : "empty");
}

static gpointer
requests_of (gpointer account, gpointer data)
{
  GListModel *requests = g_object_ref (linnet_account_get_requests (account));

  g_object_unref (account);
  return requests;
}

static void
linnet_requests_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_FOLDED:
      g_value_set_boolean (value, LINNET_REQUESTS_VIEW (object)->folded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_requests_view_set_property (GObject *object,
                                   guint id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  LinnetRequestsView *self = LINNET_REQUESTS_VIEW (object);

  switch (id)
    {
    case PROP_FOLDED:
      self->folded = g_value_get_boolean (value);
      gtk_widget_set_visible (self->back_button, self->folded);
      adw_header_bar_set_show_start_title_buttons (self->header, self->folded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_requests_view_dispose (GObject *object)
{
  LinnetRequestsView *self = LINNET_REQUESTS_VIEW (object);
  GtkWidget *child;

  linnet_requests_view_set_service (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), LINNET_TYPE_REQUESTS_VIEW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (linnet_requests_view_parent_class)->dispose (object);
}

static void
linnet_requests_view_class_init (LinnetRequestsViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = linnet_requests_view_get_property;
  object_class->set_property = linnet_requests_view_set_property;
  object_class->dispose = linnet_requests_view_dispose;
  props[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-requests-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LinnetRequestsView, header);
  gtk_widget_class_bind_template_child (widget_class, LinnetRequestsView, back_button);
  gtk_widget_class_bind_template_child (widget_class, LinnetRequestsView, stack);
  gtk_widget_class_bind_template_child (widget_class, LinnetRequestsView, list);
}

static void
linnet_requests_view_init (LinnetRequestsView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_header_bar_set_show_start_title_buttons (self->header, FALSE);
}

/**
 * linnet_requests_view_new:
 *
 * Returns: (transfer floating): a view without a service
 */
GtkWidget *
linnet_requests_view_new (void)
{
  return g_object_new (LINNET_TYPE_REQUESTS_VIEW, NULL);
}

/* Those who ask, of all accounts. */
static GListModel *
make_requests (LinnetService *service)
{
  GtkMapListModel *lists = gtk_map_list_model_new (
      g_object_ref (linnet_service_get_accounts (service)), requests_of, NULL, NULL);

  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (lists)));
}

/**
 * linnet_requests_view_set_service:
 * @self: a view
 * @service: (nullable): whose requests it shows
 */
void
linnet_requests_view_set_service (LinnetRequestsView *self, LinnetService *service)
{
  g_return_if_fail (LINNET_IS_REQUESTS_VIEW (self));
  if (self->service == service)
    return;
  if (self->requests != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->requests, self);
      gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
    }
  g_clear_object (&self->requests);
  g_set_object (&self->service, service);
  if (service == NULL)
    return;
  self->requests = make_requests (service);
  gtk_list_box_bind_model (self->list, self->requests, create_row, self, NULL);
  g_signal_connect_object (self->requests, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}
