/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-registration.c: one registration under way, form by form. im.linnet.FormSession1
 *
 * It belongs to one program: what a person fills in is nobody else's. */
#include "bus/cm-registration.h"

#include <string.h>

#include "bus/cm-pipe.h"
#include "dbus/linnet.h"

#define SUBMIT "submit"

enum
{
  NOTE_INFORMATION = 0,
  NOTE_WARNING = 1,
  NOTE_ERROR = 2,
};

struct _CmRegistration
{
  GObject parent_instance;

  ImRegistrar *registrar; /* (owned) */
  LinFormSession1 *skeleton; /* (owned) */
  char *owner; /* (owned) a unique name */
  GHashTable *secrets; /* (owned) field to value, both owned; wiped */
  guint watch_id;
  gboolean is_ended;
};

enum
{
  SIGNAL_ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CmRegistration, cm_registration, G_TYPE_OBJECT)

/* One secret on its way. */
typedef struct
{
  CmRegistration *session; /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  char *field; /* (owned) */
} Handing;

static void
wipe (gpointer secret)
{
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

static void
end (CmRegistration *self)
{
  if (self->is_ended)
    return;
  self->is_ended = TRUE;
  g_object_ref (self);
  im_registrar_cancel (self->registrar);
  g_signal_emit (self, signals[SIGNAL_ENDED], 0);
  g_object_unref (self);
}

static gboolean
authorize_cb (CmRegistration *self, GDBusMethodInvocation *invocation)
{
  if (g_strcmp0 (g_dbus_method_invocation_get_sender (invocation), self->owner) == 0)
    return TRUE;
  g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_NOT_YOURS,
                                                 "This form is for somebody else");
  return FALSE;
}

static GVariant *
new_media (const ImForm *form)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa(ss)}"));
  for (guint i = 0; form != NULL && i < form->fields->len; i++)
    {
      const ImField *field = form->fields->pdata[i];

      if (field->n_media == 0)
        continue;
      g_variant_builder_open (&builder, G_VARIANT_TYPE ("{sa(ss)}"));
      g_variant_builder_add (&builder, "s", field->var);
      g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(ss)"));
      for (guint m = 0; m < field->n_media; m++)
        g_variant_builder_add (&builder, "(ss)", field->media[m].label, field->media[m].value);
      g_variant_builder_close (&builder);
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
new_notes (ImRegistrar *registrar)
{
  const GError *error = im_registrar_get_error (registrar);
  g_autofree char *page = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(us)"));
  if (*im_registrar_get_note (registrar) != '\0')
    g_variant_builder_add (&builder, "(us)", NOTE_WARNING, im_registrar_get_note (registrar));
  if (*im_registrar_get_url (registrar) != '\0')
    {
      page = g_strdup_printf ("The server has a page for this, too: %s",
                              im_registrar_get_url (registrar));
      g_variant_builder_add (&builder, "(us)", NOTE_INFORMATION, page);
    }
  if (error != NULL)
    g_variant_builder_add (&builder, "(us)", NOTE_ERROR, error->message);
  return g_variant_builder_end (&builder);
}

static GVariant *
new_result (ImRegistrar *registrar)
{
  const char *account = im_registrar_get_account (registrar);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (account != NULL)
    g_variant_builder_add (&builder, "{sv}",
                           im_registrar_is_at_gateway (registrar) ? "gateway" : "account",
                           g_variant_new_string (account));
  return g_variant_builder_end (&builder);
}

static GVariant *
new_form (const ImForm *form)
{
  g_autoptr (ImForm) empty = form == NULL ? im_form_new () : NULL;

  return im_form_to_variant (form != NULL ? form : empty);
}

/* All properties travel in one signal; Status is in it, so that whoever waits for it has the rest.
 */
static void
state_cb (CmRegistration *self)
{
  const ImForm *form = im_registrar_get_form (self->registrar);
  const GError *error = im_registrar_get_error (self->registrar);
  const char *const actions[] = { SUBMIT, NULL };

  lin_form_session1_set_form (self->skeleton, new_form (form));
  lin_form_session1_set_media (self->skeleton, new_media (form));
  lin_form_session1_set_actions (self->skeleton, actions);
  lin_form_session1_set_notes (self->skeleton, new_notes (self->registrar));
  lin_form_session1_set_error (self->skeleton, error != NULL ? im_error_get_dbus_name (error) : "");
  lin_form_session1_set_result (self->skeleton, new_result (self->registrar));
  lin_form_session1_set_status (self->skeleton, im_registrar_get_state (self->registrar));
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->skeleton));
}

/* The call says otherwise than what came by pipe. */
static void
drop_secrets (CmRegistration *self, GVariant *answers)
{
  GVariantIter iter;
  const char *field;

  g_variant_iter_init (&iter, answers);
  while (g_variant_iter_next (&iter, "{&s@as}", &field, NULL))
    g_hash_table_remove (self->secrets, field);
}

static gboolean
handle_submit_cb (CmRegistration *self,
                  GDBusMethodInvocation *invocation,
                  const char *action,
                  GVariant *answers)
{
  g_autoptr (GError) error = NULL;

  if (strcmp (action, SUBMIT) != 0)
    {
      g_dbus_method_invocation_return_error_literal (
          invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "There is no such action");
      return TRUE;
    }
  drop_secrets (self, answers);
  if (!im_registrar_submit (self->registrar, answers, self->secrets, &error))
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  g_hash_table_remove_all (self->secrets);
  lin_form_session1_complete_submit (self->skeleton, invocation);
  return TRUE;
}

static void
secret_cb (const char *secret, const GError *error, gpointer user_data)
{
  Handing *handing = user_data;
  CmRegistration *self = handing->session;
  const ImForm *form = im_registrar_get_form (self->registrar);

  if (secret == NULL)
    g_dbus_method_invocation_return_gerror (handing->invocation, error);
  else if (form == NULL || im_form_find (form, handing->field) == NULL)
    g_dbus_method_invocation_return_error_literal (
        handing->invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The form does not ask for that");
  else
    {
      g_hash_table_replace (self->secrets, g_strdup (handing->field), g_strdup (secret));
      g_dbus_method_invocation_return_value (handing->invocation, NULL);
    }
  g_object_unref (self);
  g_free (handing->field);
  g_free (handing);
}

static gboolean
handle_set_secret_cb (CmRegistration *self,
                      GDBusMethodInvocation *invocation,
                      GUnixFDList *fds,
                      const char *field,
                      GVariant *index)
{
  Handing *handing = g_new0 (Handing, 1);
  g_autoptr (GError) error = NULL;

  handing->session = g_object_ref (self);
  handing->invocation = invocation;
  handing->field = g_strdup (field);
  if (!cm_pipe_read (fds, index, secret_cb, handing, &error))
    secret_cb (NULL, error, handing);
  return TRUE;
}

static gboolean
handle_get_medium_cb (CmRegistration *self, GDBusMethodInvocation *invocation, const char *uri)
{
  const char *type = "";
  GBytes *bytes = im_registrar_get_medium (self->registrar, uri, &type);

  if (bytes != NULL)
    lin_form_session1_complete_get_medium (
        self->skeleton, invocation, type,
        g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
  else
    g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_DOES_NOT_EXIST,
                                                   "The server did not send that");
  return TRUE;
}

static gboolean
handle_cancel_cb (CmRegistration *self, GDBusMethodInvocation *invocation)
{
  lin_form_session1_complete_cancel (self->skeleton, invocation);
  end (self);
  return TRUE;
}

static void
vanished_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  end (user_data);
}

static void
cm_registration_dispose (GObject *object)
{
  CmRegistration *self = CM_REGISTRATION (object);
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (self->skeleton);

  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  if (self->registrar != NULL)
    im_registrar_cancel (self->registrar);
  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
  g_clear_object (&self->registrar);
  G_OBJECT_CLASS (cm_registration_parent_class)->dispose (object);
}

static void
cm_registration_finalize (GObject *object)
{
  CmRegistration *self = CM_REGISTRATION (object);

  g_object_unref (self->skeleton);
  g_hash_table_unref (self->secrets);
  g_free (self->owner);
  G_OBJECT_CLASS (cm_registration_parent_class)->finalize (object);
}

static void
cm_registration_class_init (CmRegistrationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_registration_dispose;
  G_OBJECT_CLASS (klass)->finalize = cm_registration_finalize;
  signals[SIGNAL_ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cm_registration_init (CmRegistration *self)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } handlers[] = {
    { "g-authorize-method", G_CALLBACK (authorize_cb) },
    { "handle-submit", G_CALLBACK (handle_submit_cb) },
    { "handle-set-secret", G_CALLBACK (handle_set_secret_cb) },
    { "handle-get-medium", G_CALLBACK (handle_get_medium_cb) },
    { "handle-cancel", G_CALLBACK (handle_cancel_cb) },
  };

  self->secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, wipe);
  self->skeleton = lin_form_session1_skeleton_new ();
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->skeleton, handlers[i].signal, handlers[i].callback, self,
                             G_CONNECT_SWAPPED);
}

/**
 * cm_registration_new:
 * @service: on whose bus
 * @registrar: on its way; cancelled when the object goes
 * @owner: the unique name of the only program that may call it
 * @object_path: where
 *
 * Returns: (transfer full) (nullable): exported while it lives
 * Errors: those of g_dbus_interface_skeleton_export ()
 */
CmRegistration *
cm_registration_new (CmService *service,
                     ImRegistrar *registrar,
                     const char *owner,
                     const char *object_path,
                     GError **error)
{
  g_autoptr (CmRegistration) self = g_object_new (CM_TYPE_REGISTRATION, NULL);
  GDBusConnection *bus = cm_service_get_bus (service);

  self->registrar = g_object_ref (registrar);
  self->owner = g_strdup (owner);
  state_cb (self);
  g_signal_connect_object (registrar, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), bus,
                                         object_path, error))
    return NULL;
  self->watch_id = g_bus_watch_name_on_connection (bus, owner, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                   vanished_cb, self, NULL);
  return g_steal_pointer (&self);
}

/** cm_registration_get_owner: Returns: (transfer none): whose it is */
const char *
cm_registration_get_owner (CmRegistration *self)
{
  return self->owner;
}
