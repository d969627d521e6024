/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-setup-view.c: the first start: welcome, and signing in. window.md section 3
 *
 * The account is made without being enabled, gets its password, and is enabled then; an error
 * leaves it there for the next try, and leaving the page takes away what never signed in. */
#include "config.h"

#include "ui/linnet-setup-view.h"

#include <string.h>

#include <glib/gi18n.h>

#include "model/linnet-error.h"
#include "ui/linnet-pages.h"

#define SPINNER_DELAY_MS 1000

struct _LinnetSetupView
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkWidget *back_button;
  GtkEditable *address_row;
  GtkEditable *password_row;
  GtkEditable *server_row;
  GtkEditable *port_row;
  GtkWidget *direct_row;
  GtkSwitch *direct_switch;
  AdwExpanderRow *connection_row;
  GtkWidget *address_error_row;
  GtkWidget *password_error_row;
  GtkWidget *server_error_row;
  GtkLabel *address_error;
  GtkLabel *password_error;
  GtkLabel *server_error;
  GtkLabel *general_error;
  GtkWidget *progress_box;
  GtkSpinner *spinner;
  GtkLabel *progress;

  LinnetService *service;
  LinnetAccount *account; /* the one that signs in, NULL before it is made */
  GCancellable *cancellable;
  guint spinner_source;
  gboolean busy;
  gboolean made_here; /* the account goes when this page is left without success */
};

enum
{
  SIGNAL_SIGNED_IN,
  SIGNAL_LEFT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LinnetSetupView, linnet_setup_view, ADW_TYPE_BIN)

static const char *
domain_of (const char *address)
{
  const char *at = strchr (address, '@');

  return at != NULL ? at + 1 : address;
}

static gboolean
spinner_cb (gpointer data)
{
  LinnetSetupView *self = data;

  self->spinner_source = 0;
  gtk_spinner_start (self->spinner);
  return G_SOURCE_REMOVE;
}

static void
update_actions (LinnetSetupView *self)
{
  gboolean filled =
      *gtk_editable_get_text (self->address_row) && *gtk_editable_get_text (self->password_row);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "setup.sign-in", filled && !self->busy);
}

static void
set_busy (LinnetSetupView *self, gboolean busy)
{
  GtkEditable *fields[] = { self->address_row, self->password_row, self->server_row,
                            self->port_row };

  self->busy = busy;
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  gtk_spinner_stop (self->spinner);
  if (busy)
    self->spinner_source = g_timeout_add (SPINNER_DELAY_MS, spinner_cb, self);
  /* A field that has the focus may not become insensitive in GTK 4.8. */
  if (busy)
    gtk_widget_grab_focus (self->back_button);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    gtk_widget_set_sensitive (GTK_WIDGET (fields[i]), !busy);
  gtk_widget_set_sensitive (self->direct_row, !busy);
  gtk_widget_set_visible (self->progress_box, busy);
  update_actions (self);
}

static void
say_progress (LinnetSetupView *self, const char *sentence)
{
  gtk_label_set_text (self->progress, sentence);
}

/* Puts a sentence under a field, or takes it away. */
static void
mark (GtkEditable *field, GtkWidget *row, GtkLabel *label, const char *sentence)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (field);

  gtk_label_set_text (label, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (row, sentence != NULL);
  if (sentence == NULL)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (field), "error");
      gtk_accessible_reset_state (accessible, GTK_ACCESSIBLE_STATE_INVALID);
      gtk_accessible_reset_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
      return;
    }
  gtk_widget_add_css_class (GTK_WIDGET (field), "error");
  gtk_accessible_update_state (accessible, GTK_ACCESSIBLE_STATE_INVALID,
                               GTK_ACCESSIBLE_INVALID_TRUE, -1);
  gtk_accessible_update_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence, -1);
}

static void
clear_errors (LinnetSetupView *self)
{
  mark (self->address_row, self->address_error_row, self->address_error, NULL);
  mark (self->password_row, self->password_error_row, self->password_error, NULL);
  mark (self->server_row, self->server_error_row, self->server_error, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->general_error), FALSE);
}

static void
show_error (LinnetSetupView *self, LinnetField field, const char *sentence)
{
  set_busy (self, FALSE);
  clear_errors (self);
  switch (field)
    {
    case LINNET_FIELD_ADDRESS:
      mark (self->address_row, self->address_error_row, self->address_error, sentence);
      gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
      break;
    case LINNET_FIELD_PASSWORD:
      mark (self->password_row, self->password_error_row, self->password_error, sentence);
      gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
      break;
    case LINNET_FIELD_SERVER:
      adw_expander_row_set_expanded (self->connection_row, TRUE);
      mark (self->server_row, self->server_error_row, self->server_error, sentence);
      gtk_widget_grab_focus (GTK_WIDGET (self->server_row));
      break;
    case LINNET_FIELD_NONE:
    default:
      gtk_label_set_text (self->general_error, sentence);
      gtk_widget_set_visible (GTK_WIDGET (self->general_error), TRUE);
    }
}

static void
forget_account (LinnetSetupView *self)
{
  if (self->account != NULL)
    g_signal_handlers_disconnect_by_data (self->account, self);
  g_clear_object (&self->account);
  self->made_here = FALSE;
}

static void
account_notify_cb (LinnetSetupView *self)
{
  g_autoptr (LinnetAccount) account = NULL;
  LinnetField field;

  if (!self->busy || self->account == NULL)
    return;
  if (linnet_account_get_state (self->account) == LINNET_CONNECTION_CONNECTED)
    {
      account = g_object_ref (self->account);
      set_busy (self, FALSE);
      forget_account (self);
      gtk_editable_set_text (self->password_row, "");
      g_signal_emit (self, signals[SIGNAL_SIGNED_IN], 0, account);
      return;
    }
  if (linnet_account_get_state (self->account) == LINNET_CONNECTION_CONNECTING &&
      linnet_account_get_error_text (self->account) == NULL &&
      !linnet_account_get_needs_password (self->account))
    {
      g_autofree char *sentence = g_strdup_printf (
          _ ("Signing in to %s…"), domain_of (linnet_account_get_address (self->account)));

      say_progress (self, sentence);
      return;
    }
  if (linnet_account_get_needs_password (self->account))
    {
      g_autofree char *sentence = g_strdup_printf (_ ("The password for %s was not accepted."),
                                                   linnet_account_get_address (self->account));

      show_error (self, LINNET_FIELD_PASSWORD, sentence);
      return;
    }
  if (linnet_account_get_error_text (self->account) == NULL)
    return;
  field = linnet_error_get_field (linnet_account_get_error_name (self->account));
  /* A server that was typed is what could not be reached. */
  if (field == LINNET_FIELD_ADDRESS && *gtk_editable_get_text (self->server_row))
    field = LINNET_FIELD_SERVER;
  show_error (self, field, linnet_account_get_error_text (self->account));
}

static void
password_set_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetSetupView) self = data;
  g_autoptr (GError) error = NULL;

  if (!linnet_account_action_finish (LINNET_ACCOUNT (source), result, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        show_error (self, LINNET_FIELD_PASSWORD, error->message);
      return;
    }
  if (self->account == NULL || !self->busy)
    return;
  linnet_account_request_presence (self->account, LINNET_PRESENCE_AVAILABLE, NULL);
  if (linnet_account_get_enabled (self->account))
    linnet_account_reconnect (self->account);
  else
    linnet_account_set_enabled (self->account, TRUE);
}

static void
give_password (LinnetSetupView *self)
{
  linnet_account_set_password_async (self->account, gtk_editable_get_text (self->password_row),
                                     TRUE, self->cancellable, password_set_cb, g_object_ref (self));
}

static void
watch_account (LinnetSetupView *self, LinnetAccount *account)
{
  g_set_object (&self->account, account);
  g_signal_connect_object (account, "notify", G_CALLBACK (account_notify_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetSetupView) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr (LinnetAccount) account =
      linnet_service_create_account_finish (LINNET_SERVICE (source), result, &error);

  if (account != NULL)
    {
      watch_account (self, account);
      self->made_here = TRUE;
      give_password (self);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  name = g_dbus_error_get_remote_error (error);
  if (name == NULL)
    {
      show_error (self, LINNET_FIELD_NONE, error->message);
      return;
    }
  sentence = linnet_error_describe (name, NULL, gtk_editable_get_text (self->address_row));
  show_error (self, linnet_error_get_field (name), sentence);
}

static void
updated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetSetupView) self = data;
  g_autoptr (GError) error = NULL;

  if (linnet_account_action_finish (LINNET_ACCOUNT (source), result, &error))
    give_password (self);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, LINNET_FIELD_NONE, error->message);
}

/* The port that was typed, 0 for none, -1 if it is no port. */
static int
get_port (LinnetSetupView *self)
{
  const char *text = gtk_editable_get_text (self->port_row);
  guint64 port;

  if (!*text)
    return 0;
  return g_ascii_string_to_unsigned (text, 10, 1, 65535, &port, NULL) ? (int) port : -1;
}

static GVariant *
parameters_of (LinnetSetupView *self)
{
  GVariantBuilder parameters;
  const char *server = gtk_editable_get_text (self->server_row);

  g_variant_builder_init (&parameters, G_VARIANT_TYPE_VARDICT);
  if (*server)
    g_variant_builder_add (&parameters, "{sv}", "server", g_variant_new_string (server));
  if (get_port (self) > 0)
    g_variant_builder_add (&parameters, "{sv}", "port", g_variant_new_uint16 (get_port (self)));
  if (gtk_switch_get_active (self->direct_switch))
    g_variant_builder_add (&parameters, "{sv}", "old-ssl", g_variant_new_boolean (TRUE));
  return g_variant_builder_end (&parameters);
}

static void
update_account (LinnetSetupView *self)
{
  const char *unset[4] = { NULL };
  guint n = 0;

  if (!*gtk_editable_get_text (self->server_row))
    unset[n++] = "server";
  if (get_port (self) == 0)
    unset[n++] = "port";
  if (!gtk_switch_get_active (self->direct_switch))
    unset[n++] = "old-ssl";
  linnet_account_update_async (self->account, parameters_of (self), unset, self->cancellable,
                               updated_cb, g_object_ref (self));
}

static gboolean
check_fields (LinnetSetupView *self, const char *address)
{
  const char *at = strchr (address, '@');

  if (at == NULL || at == address || at[1] == '\0' || strpbrk (address, " \t") != NULL)
    {
      g_autofree char *sentence = g_strdup_printf (
          _ ("“%s” is not an address. Addresses look like name@example.org."), address);

      show_error (self, LINNET_FIELD_ADDRESS, sentence);
      return FALSE;
    }
  if (get_port (self) < 0)
    {
      show_error (self, LINNET_FIELD_SERVER, _ ("A port is a number from 1 to 65535."));
      return FALSE;
    }
  return TRUE;
}

static void
remove_unused (LinnetSetupView *self)
{
  if (self->account != NULL && self->made_here)
    linnet_account_remove_async (self->account, NULL, NULL);
  forget_account (self);
}

static void
sign_in (LinnetSetupView *self)
{
  g_autofree char *address = g_strstrip (g_strdup (gtk_editable_get_text (self->address_row)));
  g_autofree char *sentence = NULL;

  clear_errors (self);
  if (!check_fields (self, address))
    return;
  if (self->account != NULL && g_strcmp0 (linnet_account_get_address (self->account), address) != 0)
    remove_unused (self);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  sentence = g_strdup_printf (_ ("Looking for %s…"), domain_of (address));
  say_progress (self, sentence);
  set_busy (self, TRUE);
  if (self->account != NULL)
    update_account (self);
  else
    linnet_service_create_account_async (self->service, address, parameters_of (self),
                                         self->cancellable, created_cb, g_object_ref (self));
}

static void
sign_in_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sign_in (LINNET_SETUP_VIEW (widget));
}

static void
form_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  linnet_setup_view_show_form (LINNET_SETUP_VIEW (widget));
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LinnetSetupView *self = LINNET_SETUP_VIEW (widget);

  g_cancellable_cancel (self->cancellable);
  set_busy (self, FALSE);
  clear_errors (self);
  remove_unused (self);
  gtk_editable_set_text (self->password_row, "");
  linnet_pages_turn (self->stack, "welcome");
  g_signal_emit (self, signals[SIGNAL_LEFT], 0);
}

static void
changed_cb (LinnetSetupView *self)
{
  update_actions (self);
}

static void
address_activated_cb (LinnetSetupView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
}

static void
activated_cb (LinnetSetupView *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "setup.sign-in", NULL);
}

static void
linnet_setup_view_dispose (GObject *object)
{
  LinnetSetupView *self = LINNET_SETUP_VIEW (object);

  g_clear_handle_id (&self->spinner_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  forget_account (self);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (linnet_setup_view_parent_class)->dispose (object);
}

static void
linnet_setup_view_class_init (LinnetSetupViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = linnet_setup_view_dispose;
  signals[SIGNAL_SIGNED_IN] =
      g_signal_new ("signed-in", LINNET_TYPE_SETUP_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, LINNET_TYPE_ACCOUNT);
  signals[SIGNAL_LEFT] = g_signal_new ("left", LINNET_TYPE_SETUP_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-setup-view.ui");
#define CHILD(name) gtk_widget_class_bind_template_child (widget_class, LinnetSetupView, name)
  CHILD (stack);
  CHILD (back_button);
  CHILD (address_row);
  CHILD (password_row);
  CHILD (server_row);
  CHILD (port_row);
  CHILD (direct_row);
  CHILD (direct_switch);
  CHILD (connection_row);
  CHILD (address_error_row);
  CHILD (password_error_row);
  CHILD (server_error_row);
  CHILD (address_error);
  CHILD (password_error);
  CHILD (server_error);
  CHILD (general_error);
  CHILD (progress_box);
  CHILD (spinner);
  CHILD (progress);
#undef CHILD
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_install_action (widget_class, "setup.sign-in", NULL, sign_in_action);
  gtk_widget_class_install_action (widget_class, "setup.form", NULL, form_action);
  gtk_widget_class_install_action (widget_class, "setup.back", NULL, back_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "setup.back", NULL);
}

static void
linnet_setup_view_init (LinnetSetupView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  linnet_pages_turn (self->stack, "welcome");
  update_actions (self);
}

/**
 * linnet_setup_view_new:
 * @service: makes the account
 *
 * Returns: (transfer floating): the view, at its welcome
 */
GtkWidget *
linnet_setup_view_new (LinnetService *service)
{
  LinnetSetupView *self = g_object_new (LINNET_TYPE_SETUP_VIEW, NULL);

  linnet_setup_view_set_service (self, service);
  return GTK_WIDGET (self);
}

/**
 * linnet_setup_view_set_service:
 * @self: the view
 * @service: (nullable): makes the account
 */
void
linnet_setup_view_set_service (LinnetSetupView *self, LinnetService *service)
{
  g_return_if_fail (LINNET_IS_SETUP_VIEW (self));
  g_set_object (&self->service, service);
}

/**
 * linnet_setup_view_is_busy:
 * @self: the view
 *
 * Returns: whether somebody is signing in here, or has tried and may try again
 */
gboolean
linnet_setup_view_is_busy (LinnetSetupView *self)
{
  g_return_val_if_fail (LINNET_IS_SETUP_VIEW (self), FALSE);
  return self->busy || self->account != NULL;
}

/**
 * linnet_setup_view_show_form:
 * @self: the view
 *
 * Shows the fields, with the focus in the first one.
 */
void
linnet_setup_view_show_form (LinnetSetupView *self)
{
  g_return_if_fail (LINNET_IS_SETUP_VIEW (self));
  linnet_pages_turn (self->stack, "form");
  gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
}

/**
 * linnet_setup_view_show_account:
 * @self: the view
 * @account: an account that needs its password
 *
 * Shows the fields of an account that exists, with the focus in the password.
 */
void
linnet_setup_view_show_account (LinnetSetupView *self, LinnetAccount *account)
{
  GVariant *parameters;
  const char *server = "";
  guint16 port = 0;
  gboolean direct = FALSE;

  g_return_if_fail (LINNET_IS_SETUP_VIEW (self) && LINNET_IS_ACCOUNT (account));
  forget_account (self);
  watch_account (self, account);
  parameters = linnet_account_get_parameters (account);
  if (parameters != NULL)
    {
      g_autofree char *port_text = NULL;

      g_variant_lookup (parameters, "server", "&s", &server);
      g_variant_lookup (parameters, "port", "q", &port);
      g_variant_lookup (parameters, "old-ssl", "b", &direct);
      port_text = port != 0 ? g_strdup_printf ("%u", port) : g_strdup ("");
      gtk_editable_set_text (self->port_row, port_text);
    }
  gtk_editable_set_text (self->address_row, linnet_account_get_address (account));
  gtk_editable_set_text (self->server_row, server);
  gtk_switch_set_active (self->direct_switch, direct);
  clear_errors (self);
  if (linnet_account_get_error_text (account) != NULL)
    show_error (self, linnet_error_get_field (linnet_account_get_error_name (account)),
                linnet_account_get_error_text (account));
  linnet_pages_turn (self->stack, "form");
  gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
}
