/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-registrar.c: asks servers for new accounts. im.linnet.Registrar1 */
#include "bus/cm-registrar.h"

#include <string.h>

#include "bus/cm-registration.h"
#include "dbus/linnet.h"
#include "xmpp/xmpp-uri.h"

#define SESSION_PATH "/im/linnet/Registration"
#define MAX_SESSIONS 5 /* of one program */

struct _CmRegistrar
{
  GObject parent_instance;

  CmService *service; /* (unowned) outlives us */
  LinRegistrar1 *skeleton; /* (owned) */
  char *prefix; /* (owned) of the sessions' paths */
  GPtrArray *sessions; /* (owned) CmRegistration, owned */
  guint serial;
  gboolean is_unexported;
};

G_DEFINE_FINAL_TYPE (CmRegistrar, cm_registrar, G_TYPE_OBJECT)

static void
ended_cb (CmRegistrar *self, CmRegistration *session)
{
  g_object_ref (session);
  if (g_ptr_array_remove (self->sessions, session))
    cm_service_release (self->service);
  g_object_unref (session);
}

static guint
count_sessions (CmRegistrar *self, const char *owner)
{
  guint n = 0;

  for (guint i = 0; i < self->sessions->len; i++)
    if (strcmp (cm_registration_get_owner (self->sessions->pdata[i]), owner) == 0)
      n++;
  return n;
}

/* Of an invitation as a link; its token, where none was given otherwise. XEP-0445 §3 */
static char *
dup_address (const char *text, char **token, GError **error)
{
  g_autoptr (GError) fault = NULL;
  g_autoptr (XmppUri) uri = NULL;
  gboolean is_for_account;

  if (g_ascii_strncasecmp (text, "xmpp:", 5) != 0)
    return g_strdup (text);
  uri = xmpp_uri_new_from_text (text, &fault);
  is_for_account = uri != NULL && xmpp_uri_get_action (uri) == XMPP_URI_REGISTER;
  if (uri == NULL || (!is_for_account && (xmpp_uri_get_action (uri) != XMPP_URI_ROSTER ||
                                          g_strcmp0 (xmpp_uri_get (uri, "ibr"), "y") != 0)))
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                           "That is no invitation to make an account");
      return NULL;
    }
  if (**token == '\0' && xmpp_uri_get (uri, "preauth") != NULL)
    {
      g_free (*token);
      *token = g_strdup (xmpp_uri_get (uri, "preauth"));
    }
  /* A contact's: a new account beside theirs. */
  return g_strdup (is_for_account ? xmpp_jid_get_bare_text (xmpp_uri_get_jid (uri))
                                  : xmpp_jid_get_domain (xmpp_uri_get_jid (uri)));
}

static ImRegistrar *
begin (
    CmRegistrar *self, const char *address, const char *token, GVariant *parameters, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (parameters);
  g_autofree char *secret = g_strdup (token);
  g_autofree char *account = dup_address (address, &secret, error);
  g_autoptr (GVariant) all = NULL;

  if (account == NULL)
    return NULL;
  g_variant_dict_insert (&dict, "account", "s", account);
  all = g_variant_ref_sink (g_variant_dict_end (&dict));
  return im_account_manager_register (cm_service_get_accounts (self->service), all, secret, error);
}

static gboolean
handle_register_cb (CmRegistrar *self,
                    GDBusMethodInvocation *invocation,
                    const char *address,
                    const char *token,
                    GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ImRegistrar) registrar = NULL;
  g_autofree char *path = NULL;

  if (cm_registrar_has_room (self, invocation, &error))
    registrar = begin (self, address, token, parameters, &error);
  if (registrar != NULL)
    path = cm_registrar_add (self, invocation, registrar, &error);
  if (path != NULL)
    lin_registrar1_complete_register (self->skeleton, invocation, path);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
  return TRUE;
}

static void
cm_registrar_dispose (GObject *object)
{
  CmRegistrar *self = CM_REGISTRAR (object);

  if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  for (guint i = 0; self->is_unexported && i < self->sessions->len; i++)
    cm_service_release (self->service); /* which goes on */
  g_ptr_array_set_size (self->sessions, 0);
  G_OBJECT_CLASS (cm_registrar_parent_class)->dispose (object);
}

static void
cm_registrar_finalize (GObject *object)
{
  CmRegistrar *self = CM_REGISTRAR (object);

  g_ptr_array_unref (self->sessions);
  g_object_unref (self->skeleton);
  g_free (self->prefix);
  G_OBJECT_CLASS (cm_registrar_parent_class)->finalize (object);
}

static void
cm_registrar_class_init (CmRegistrarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_registrar_dispose;
  G_OBJECT_CLASS (klass)->finalize = cm_registrar_finalize;
}

static void
cm_registrar_init (CmRegistrar *self)
{
  self->sessions = g_ptr_array_new_with_free_func (g_object_unref);
  self->skeleton = lin_registrar1_skeleton_new ();
  g_signal_connect_object (self->skeleton, "handle-register", G_CALLBACK (handle_register_cb), self,
                           G_CONNECT_SWAPPED);
}

/** cm_registrar_has_room: Returns: whether the caller may begin another session; else FALSE with
 * IM_ERROR_BUSY */
gboolean
cm_registrar_has_room (CmRegistrar *self, GDBusMethodInvocation *invocation, GError **error)
{
  if (count_sessions (self, g_dbus_method_invocation_get_sender (invocation)) < MAX_SESSIONS)
    return TRUE;
  g_set_error_literal (error, IM_ERROR, IM_ERROR_BUSY,
                       "There are too many registrations under way");
  return FALSE;
}

/**
 * cm_registrar_add:
 * @registrar: on its way; cancelled where its object cannot be
 *
 * Returns: (transfer full) (nullable): the path of an object for the caller alone
 * Errors: those of g_dbus_interface_skeleton_export ()
 */
char *
cm_registrar_add (CmRegistrar *self,
                  GDBusMethodInvocation *invocation,
                  ImRegistrar *registrar,
                  GError **error)
{
  const char *owner = g_dbus_method_invocation_get_sender (invocation);
  g_autofree char *path = g_strdup_printf ("%s/%u", self->prefix, self->serial + 1);
  CmRegistration *session = cm_registration_new (self->service, registrar, owner, path, error);

  if (session == NULL)
    {
      im_registrar_cancel (registrar);
      return NULL;
    }
  self->serial++;
  g_ptr_array_add (self->sessions, session);
  cm_service_hold (self->service);
  g_signal_connect_object (session, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  return g_steal_pointer (&path);
}

/**
 * cm_registrar_new_unexported:
 * @service: on whose bus; outlives the object
 * @object_path: below which the sessions are
 *
 * Returns: (transfer full): for sessions that something else begins
 */
CmRegistrar *
cm_registrar_new_unexported (CmService *service, const char *object_path)
{
  CmRegistrar *self = g_object_new (CM_TYPE_REGISTRAR, NULL);

  self->service = service;
  self->is_unexported = TRUE;
  self->prefix = g_strconcat (object_path, "/Registration", NULL);
  return self;
}

/**
 * cm_registrar_new:
 * @service: on whose bus; outlives the object
 * @object_path: where
 *
 * Returns: (transfer full) (nullable): exported while it lives
 * Errors: those of g_dbus_interface_skeleton_export ()
 */
CmRegistrar *
cm_registrar_new (CmService *service, const char *object_path, GError **error)
{
  g_autoptr (CmRegistrar) self = g_object_new (CM_TYPE_REGISTRAR, NULL);

  self->service = service;
  self->prefix = g_strdup (SESSION_PATH);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                         cm_service_get_bus (service), object_path, error))
    return NULL;
  return g_steal_pointer (&self);
}
