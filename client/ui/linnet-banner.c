/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-banner.c: one sentence above a list, with at most one button. window.md section 2
 *
 * Looks at all accounts and says the one thing that matters most: sign-in needs somebody, a
 * certificate, this computer is offline, a lost connection (after five seconds). */
#include "config.h"

#include "ui/linnet-banner.h"

#include <string.h>

#include <glib/gi18n.h>

#define PATIENCE_MS 5000
#define LONG_SENTENCE 72 /* characters: longer ones have their button below */

typedef enum
{
  BANNER_NOTHING,
  BANNER_RECONNECTING,
  BANNER_OFFLINE,
  BANNER_TROUBLE,
  BANNER_SIGN_IN,
  BANNER_SERVICE,
} BannerKind;

struct _LinnetBanner
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkOrientable *box;
  GtkLabel *label;
  GtkButton *button;

  LinnetService *service;
  GPtrArray *accounts; /* (owned) LinnetAccount, watched */
  LinnetAccount *account; /* what the button is about */
  GNetworkMonitor *network; /* (not owned) NULL until it is asked */
  BannerKind kind;
  guint patience_source;
  guint network_source;
  gint64 trouble_since_us;
};

G_DEFINE_FINAL_TYPE (LinnetBanner, linnet_banner, GTK_TYPE_WIDGET)

static BannerKind
judge (LinnetBanner *self, LinnetAccount *account)
{
  const char *error = linnet_account_get_error_name (account);

  if (!linnet_account_get_enabled (account) ||
      linnet_account_get_state (account) == LINNET_CONNECTION_CONNECTED ||
      linnet_account_get_requested_presence (account) == LINNET_PRESENCE_OFFLINE)
    return BANNER_NOTHING;
  if (linnet_account_get_needs_password (account))
    return BANNER_SIGN_IN;
  if (error != NULL && strstr (error, ".Cert.") != NULL)
    return BANNER_TROUBLE;
  if (self->network != NULL && !g_network_monitor_get_network_available (self->network))
    return BANNER_OFFLINE;
  return BANNER_RECONNECTING;
}

static BannerKind
find_worst (LinnetBanner *self)
{
  BannerKind worst = BANNER_NOTHING;

  g_clear_object (&self->account);
  if (self->service == NULL)
    return BANNER_NOTHING;
  if (linnet_service_get_state (self->service) == LINNET_SERVICE_MISSING)
    return BANNER_SERVICE;
  for (guint i = 0; i < self->accounts->len; i++)
    {
      LinnetAccount *account = g_ptr_array_index (self->accounts, i);
      BannerKind kind = judge (self, account);

      if (kind > worst)
        {
          worst = kind;
          g_set_object (&self->account, account);
        }
    }
  return worst;
}

static char *
make_sentence (LinnetBanner *self, BannerKind kind)
{
  const char *address = self->account != NULL ? linnet_account_get_address (self->account) : "";
  const char *at = strchr (address, '@');

  switch (kind)
    {
    case BANNER_SERVICE:
      return g_strdup (
          _ ("Linnet’s service could not be started, so nothing can be sent or received."));
    case BANNER_SIGN_IN:
      return g_strdup_printf (_ ("%s needs its password to sign in."), address);
    case BANNER_TROUBLE:
      return g_strdup (linnet_account_get_error_text (self->account));
    case BANNER_OFFLINE:
      return g_strdup (_ ("This computer is offline. Messages wait here and are sent later."));
    case BANNER_RECONNECTING:
      return g_strdup_printf (_ ("No connection to %s. Trying again…"),
                              at != NULL ? at + 1 : address);
    case BANNER_NOTHING:
    default:
      return g_strdup ("");
    }
}

static const char *
make_button (BannerKind kind)
{
  switch (kind)
    {
    case BANNER_SERVICE:
      return _ ("Try Again");
    case BANNER_SIGN_IN:
      return _ ("Sign In");
    case BANNER_TROUBLE:
    case BANNER_RECONNECTING:
      return _ ("Try Now");
    case BANNER_OFFLINE:
    case BANNER_NOTHING:
    default:
      return NULL;
    }
}

static gboolean patience_cb (gpointer data);

static void
update (LinnetBanner *self)
{
  BannerKind kind = find_worst (self);
  gint64 now_us = g_get_monotonic_time ();
  g_autofree char *sentence = NULL;
  const char *button;
  gboolean is_long;

  if (kind != BANNER_RECONNECTING)
    self->trouble_since_us = 0;
  else if (self->trouble_since_us == 0)
    self->trouble_since_us = now_us;
  if (kind == BANNER_RECONNECTING && now_us - self->trouble_since_us < PATIENCE_MS * 1000)
    {
      kind = BANNER_NOTHING;
      if (self->patience_source == 0)
        self->patience_source = g_timeout_add (PATIENCE_MS, patience_cb, self);
    }
  self->kind = kind;
  if (kind != BANNER_NOTHING)
    gtk_widget_set_visible (GTK_WIDGET (self->revealer), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, kind != BANNER_NOTHING);
  if (kind == BANNER_NOTHING)
    return;
  sentence = make_sentence (self, kind);
  button = make_button (kind);
  is_long = g_utf8_strlen (sentence, -1) > LONG_SENTENCE;
  gtk_label_set_text (self->label, sentence);
  gtk_orientable_set_orientation (self->box, is_long ? GTK_ORIENTATION_VERTICAL
                                                     : GTK_ORIENTATION_HORIZONTAL);
  gtk_widget_set_halign (GTK_WIDGET (self->button), is_long ? GTK_ALIGN_END : GTK_ALIGN_FILL);
  gtk_widget_set_visible (GTK_WIDGET (self->button), button != NULL);
  if (button != NULL)
    gtk_button_set_label (self->button, button);
}

/* What is folded away is not there for a screen reader either. */
static void
revealed_cb (LinnetBanner *self)
{
  if (self->kind == BANNER_NOTHING && !gtk_revealer_get_child_revealed (self->revealer))
    gtk_widget_set_visible (GTK_WIDGET (self->revealer), FALSE);
}

static gboolean
patience_cb (gpointer data)
{
  LinnetBanner *self = data;

  self->patience_source = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
unwatch_accounts (LinnetBanner *self)
{
  for (guint i = 0; i < self->accounts->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->accounts, i), self);
  g_ptr_array_set_size (self->accounts, 0);
}

static void
accounts_changed_cb (LinnetBanner *self)
{
  GListModel *accounts = linnet_service_get_accounts (self->service);

  unwatch_accounts (self);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      LinnetAccount *account = g_list_model_get_item (accounts, i);

      g_ptr_array_add (self->accounts, account);
      g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

/* Asking the system about its network takes a while, so it waits until the window is there. */
static gboolean
network_cb (gpointer data)
{
  LinnetBanner *self = data;

  self->network_source = 0;
  self->network = g_network_monitor_get_default ();
  g_signal_connect_object (self->network, "network-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return G_SOURCE_REMOVE;
}

static void
clicked_cb (LinnetBanner *self)
{
  linnet_banner_activate (self);
}

static void
linnet_banner_dispose (GObject *object)
{
  LinnetBanner *self = LINNET_BANNER (object);
  GtkWidget *child;

  linnet_banner_set_service (self, NULL);
  g_clear_handle_id (&self->patience_source, g_source_remove);
  g_clear_object (&self->account);
  gtk_widget_dispose_template (GTK_WIDGET (self), LINNET_TYPE_BANNER);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (linnet_banner_parent_class)->dispose (object);
}

static void
linnet_banner_finalize (GObject *object)
{
  LinnetBanner *self = LINNET_BANNER (object);

  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  G_OBJECT_CLASS (linnet_banner_parent_class)->finalize (object);
}

static void
linnet_banner_class_init (LinnetBannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = linnet_banner_dispose;
  object_class->finalize = linnet_banner_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, LinnetBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, LinnetBanner, label);
  gtk_widget_class_bind_template_child (widget_class, LinnetBanner, box);
  gtk_widget_class_bind_template_child (widget_class, LinnetBanner, button);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
}

static void
linnet_banner_init (LinnetBanner *self)
{
  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self->revealer), FALSE);
  g_signal_connect_object (self->revealer, "notify::child-revealed", G_CALLBACK (revealed_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * linnet_banner_new:
 *
 * Returns: (transfer floating): a banner that says nothing
 */
GtkWidget *
linnet_banner_new (void)
{
  return g_object_new (LINNET_TYPE_BANNER, NULL);
}

/**
 * linnet_banner_set_service:
 * @self: a banner
 * @service: (nullable): what it speaks of
 */
void
linnet_banner_set_service (LinnetBanner *self, LinnetService *service)
{
  g_return_if_fail (LINNET_IS_BANNER (self));
  if (self->service == service)
    return;
  if (self->service != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->service, self);
      g_signal_handlers_disconnect_by_data (linnet_service_get_accounts (self->service), self);
      if (self->network != NULL)
        g_signal_handlers_disconnect_by_data (self->network, self);
      self->network = NULL;
      g_clear_handle_id (&self->network_source, g_source_remove);
      unwatch_accounts (self);
    }
  g_set_object (&self->service, service);
  if (service == NULL)
    return;
  g_signal_connect_object (service, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (linnet_service_get_accounts (service), "items-changed",
                           G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  self->network_source = g_idle_add_full (G_PRIORITY_LOW, network_cb, self, NULL);
  accounts_changed_cb (self);
}

/**
 * linnet_banner_get_sentence:
 * @self: a banner
 *
 * Returns: (nullable): what it says, %NULL if it is not shown
 */
const char *
linnet_banner_get_sentence (LinnetBanner *self)
{
  g_return_val_if_fail (LINNET_IS_BANNER (self), NULL);
  return self->kind != BANNER_NOTHING ? gtk_label_get_text (self->label) : NULL;
}

/**
 * linnet_banner_activate:
 * @self: a banner
 *
 * Does what its button says.
 *
 * Returns: whether there was anything to do
 */
gboolean
linnet_banner_activate (LinnetBanner *self)
{
  g_return_val_if_fail (LINNET_IS_BANNER (self), FALSE);
  switch (self->kind)
    {
    case BANNER_SERVICE:
      linnet_service_restart (self->service);
      return TRUE;
    case BANNER_SIGN_IN:
      return gtk_widget_activate_action (GTK_WIDGET (self), "win.sign-in", "s",
                                         linnet_account_get_path (self->account) != NULL
                                             ? linnet_account_get_path (self->account)
                                             : "");
    case BANNER_TROUBLE:
    case BANNER_RECONNECTING:
      linnet_account_reconnect (self->account);
      return TRUE;
    case BANNER_OFFLINE:
    case BANNER_NOTHING:
    default:
      return FALSE;
    }
}
