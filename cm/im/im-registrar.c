/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-registrar.c: asks a server for an account, question by question. XEP-0077 3.1, XEP-0158,
 * XEP-0231, XEP-0445
 *
 * The line is encrypted and the server has proved who it is before anything is said. What the
 * server shows is bytes to us: whoever displays them decodes them. */

#include "im/im-registrar-private.h"

#include <string.h>

#include "im/im-gateway.h"
#include "im/im-login-params.h"
#include "xmpp/xmpp-ns.h"

#define MAX_TRIES 20
#define MAX_MEDIA 8

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ImRegistrar, im_registrar, G_TYPE_OBJECT)

static const char *
get_server (ImRegistrar *self)
{
  return xmpp_jid_get_domain (self->jid);
}

static void
clear_question (ImRegistrar *self)
{
  g_clear_pointer (&self->question.form, im_form_free);
  g_clear_pointer (&self->question.url, g_free);
  im_media_clear (self->media);
}

static void
set_state (ImRegistrar *self, ImRegistrarState state)
{
  if (self->state == state)
    return;
  g_debug ("%s: registration: state %d, was %d", get_server (self), state, self->state);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
unref_cb (gpointer data)
{
  g_object_unref (data);
}

void
im_registrar_end (ImRegistrar *self, ImRegistrarState state, const GError *error)
{
  XmppSession *session;

  if (self->state >= IM_REGISTRAR_DONE)
    return;
  session = g_steal_pointer (&self->session);
  g_debug ("%s: registration: it ended in state %d", get_server (self), state);
  g_object_ref (self);
  self->state = state;
  self->error = error != NULL ? im_error_from_wire (error) : NULL;
  self->wire_error = error != NULL ? g_error_copy (error) : NULL;
  g_cancellable_cancel (self->cancellable);
  if (session != NULL && self->user == NULL && xmpp_session_is_open (session))
    xmpp_session_close (session); /* which keeps itself until that is done */
  if (session != NULL)
    g_idle_add_once (unref_cb, session); /* it may be telling us something */
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  g_object_unref (self);
}

void
im_registrar_set_note (ImRegistrar *self, const char *note)
{
  g_free (self->note);
  self->note = g_strdup (note);
}

void
im_registrar_refuse (ImRegistrar *self, const char *why)
{
  g_autoptr (GError) error =
      g_error_new (IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                   "%s makes no account for those who ask this way: %s", get_server (self), why);

  im_registrar_end (self, IM_REGISTRAR_FAILED, error);
}

/* An error of the line ends it, one of the server does not. */
gboolean
im_registrar_take_answer (
    ImRegistrar *self, GObject *session, GAsyncResult *result, XmppNode **answer, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *answer = xmpp_session_request_finish (XMPP_SESSION (session), result, &problem);
  if (self->state >= IM_REGISTRAR_DONE ||
      g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  if (*answer == NULL && problem->domain != XMPP_STANZA_ERROR)
    {
      /* Of its end the line tells, with the reason. */
      if (self->user != NULL || !g_error_matches (problem, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED))
        im_registrar_end (self, IM_REGISTRAR_FAILED, problem);
      return FALSE;
    }
  if (*answer == NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return TRUE;
}

void
im_registrar_request (ImRegistrar *self, XmppNode *iq, GAsyncReadyCallback callback)
{
  xmpp_session_request_async (self->session, iq, 0, self->cancellable, callback,
                              g_object_ref (self));
}

/* All is there that people need to see. */
static void
show (ImRegistrar *self)
{
  if (self->n_awaited == 0)
    set_state (self, IM_REGISTRAR_ASKING);
}

static void
take_medium (ImRegistrar *self, const XmppNode *iq, const char *cid)
{
  g_autofree char *type = NULL;
  GBytes *bytes = self->wire->read_medium (iq, cid, &type);

  if (bytes != NULL)
    im_media_add (self->media, cid, type, bytes);
}

static void
foreach_cid (ImRegistrar *self,
             const XmppNode *answer,
             void (*func) (ImRegistrar *self, const XmppNode *answer, const char *cid))
{
  const ImForm *form = self->question.form;
  guint n_media = 0;

  for (guint i = 0; form != NULL && i < form->fields->len; i++)
    {
      const ImField *field = form->fields->pdata[i];

      for (guint m = 0; m < field->n_media; m++)
        {
          const char *cid = im_media_get_cid (field->media[m].value);

          if (cid != NULL && n_media++ < MAX_MEDIA && !im_media_has (self->media, cid))
            func (self, answer, cid);
        }
    }
}

static void
medium_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImRegistrar) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = NULL;

  self->n_awaited--;
  if (!im_registrar_take_answer (self, source, result, &answer, &error))
    return;
  if (error != NULL)
    g_message ("%s: a picture of the form is not to be had: %s", get_server (self), error->message);
  if (answer != NULL)
    foreach_cid (self, answer, take_medium);
  show (self);
}

static void
collect_medium (ImRegistrar *self, const XmppNode *answer, const char *cid)
{
  take_medium (self, answer, cid);
  if (im_media_has (self->media, cid))
    return;
  self->n_awaited++;
  im_registrar_request (self, self->wire->new_medium (get_server (self), cid), medium_cb);
}

static void
fill_in (ImRegistrar *self)
{
  const char *name = self->username != NULL ? self->username : xmpp_jid_get_local (self->jid);

  if (name != NULL)
    im_form_fill_in (self->question.form, "username", name);
}

static void
question_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImRegistrar) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = NULL;

  if (!im_registrar_take_answer (self, source, result, &answer, &error))
    return;
  if (error != NULL)
    {
      im_registrar_refuse (self, error->message);
      return;
    }
  clear_question (self);
  self->wire->read_question (answer, &self->question);
  if (self->question.is_registered && *self->note == '\0')
    im_registrar_set_note (self, "You are registered already: this replaces what was said before.");
  if (self->question.form != NULL)
    {
      fill_in (self);
      foreach_cid (self, answer, collect_medium); /* XEP-0231 §2.2 */
      show (self);
    }
  else if (self->question.url != NULL)
    {
      g_autofree char *why = g_strdup_printf ("it has a page for that, %s", self->question.url);

      im_registrar_refuse (self, why);
    }
  else
    im_registrar_refuse (self, "it does not say what it wants to know.");
}

void
im_registrar_ask (ImRegistrar *self)
{
  im_registrar_request (self, self->wire->new_question (get_server (self)), question_cb);
}

static void
im_registrar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STATE)
    g_value_set_uint (value, IM_REGISTRAR (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
im_registrar_dispose (GObject *object)
{
  ImRegistrar *self = IM_REGISTRAR (object);

  im_registrar_cancel (self);
  G_OBJECT_CLASS (im_registrar_parent_class)->dispose (object);
}

static void
im_registrar_finalize (GObject *object)
{
  ImRegistrar *self = IM_REGISTRAR (object);

  clear_question (self);
  im_media_free (self->media);
  g_object_unref (self->cancellable);
  xmpp_jid_unref (self->jid);
  g_clear_error (&self->error);
  g_clear_error (&self->wire_error);
  g_clear_error (&self->refusal);
  g_free (self->token);
  g_free (self->note);
  g_free (self->account);
  g_free (self->username);
  g_clear_object (&self->user);
  G_OBJECT_CLASS (im_registrar_parent_class)->finalize (object);
}

static void
im_registrar_class_init (ImRegistrarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = im_registrar_get_property;
  object_class->dispose = im_registrar_dispose;
  object_class->finalize = im_registrar_finalize;
  props[PROP_STATE] =
      g_param_spec_uint ("state", NULL, NULL, 0, IM_REGISTRAR_FAILED, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
im_registrar_init (ImRegistrar *self)
{
  self->media = im_media_new ();
  self->cancellable = g_cancellable_new ();
  self->note = g_strdup ("");
}

/**
 * im_registrar_new:
 * @wire: how it is said
 * @account: the address that is wanted, or a server
 * @parameters: a{sv}, checked: how to get there
 * @accepted_keys: (nullable): digests of the server's keys that a person accepted
 * @token: (nullable): of an invitation
 *
 * Returns: (transfer full): on its way to the server
 * Spec: XEP-0077 §3.1
 */
ImRegistrar *
im_registrar_new (const ImRegistrationWire *wire,
                  XmppJid *account,
                  GVariant *parameters,
                  const char *const *accepted_keys,
                  const char *token)
{
  ImRegistrar *self = g_object_new (IM_TYPE_REGISTRAR, NULL);
  XmppLoginParams *params;

  self->wire = wire;
  self->jid = xmpp_jid_dup_bare (account);
  self->token = token != NULL && *token != '\0' ? g_strdup (token) : NULL;
  params = im_login_params_new (self->jid, parameters);
  params->is_registration = TRUE;
  params->require_encryption = TRUE;
  params->accepted_keys = g_strdupv ((char **) accepted_keys);
  g_clear_pointer (&params->certificate, g_free);
  im_registrar_connect (self, params);
  return self;
}

static void
user_state_cb (ImRegistrar *self, GParamSpec *pspec, ImAccount *user)
{
  g_autoptr (GError) lost = NULL;

  if (self->session == NULL || im_account_get_session (user) == self->session)
    return;
  lost = g_error_new_literal (IM_ERROR, IM_ERROR_DISCONNECTED,
                              "The account went offline before the gateway knew it.");
  im_registrar_end (self, IM_REGISTRAR_FAILED, lost);
}

/**
 * im_registrar_new_at_gateway:
 * @wire: how it is said
 * @user: who is online, and registers
 * @gateway: with whom
 *
 * Returns: (transfer full): on its way
 * Spec: XEP-0100 §4.1, §4.2
 */
ImRegistrar *
im_registrar_new_at_gateway (const ImRegistrationWire *wire, ImAccount *user, XmppJid *gateway)
{
  ImRegistrar *self = g_object_new (IM_TYPE_REGISTRAR, NULL);

  self->wire = wire;
  self->jid = xmpp_jid_ref (gateway);
  self->user = g_object_ref (user);
  self->session = g_object_ref (im_account_get_session (user));
  g_signal_connect_object (user, "notify::state", G_CALLBACK (user_state_cb), self,
                           G_CONNECT_SWAPPED);
  im_registrar_ask (self);
  return self;
}

ImRegistrarState
im_registrar_get_state (ImRegistrar *self)
{
  return self->state;
}

/** im_registrar_get_form: Returns: (nullable) (transfer none): what the server asked last */
const ImForm *
im_registrar_get_form (ImRegistrar *self)
{
  return self->question.form;
}

/** im_registrar_get_note: Returns: (transfer none): why it asks again, a sentence, or "" */
const char *
im_registrar_get_note (ImRegistrar *self)
{
  return self->note;
}

/** im_registrar_get_url: Returns: (transfer none): a page for the same; "" for none */
const char *
im_registrar_get_url (ImRegistrar *self)
{
  return self->question.url != NULL ? self->question.url : "";
}

/** im_registrar_get_error: Returns: (nullable) (transfer none): IM_ERROR: why it has failed */
const GError *
im_registrar_get_error (ImRegistrar *self)
{
  return self->error;
}

/** im_registrar_get_wire_error: Returns: (nullable) (transfer none): the same as the wire has it,
 * of any domain: a certificate is in it, where that is what is wrong */
const GError *
im_registrar_get_wire_error (ImRegistrar *self)
{
  return self->wire_error;
}

/** im_registrar_get_refusal: Returns: (nullable) (transfer none): XMPP_STANZA_ERROR: why it asks
 * again */
const GError *
im_registrar_get_refusal (ImRegistrar *self)
{
  return self->refusal;
}

/** im_registrar_is_at_gateway: Returns: whether it is no account that is made */
gboolean
im_registrar_is_at_gateway (ImRegistrar *self)
{
  return self->user != NULL;
}

/** im_registrar_get_account: Returns: (nullable) (transfer none): its address, or that of the
 * gateway, once it is done */
const char *
im_registrar_get_account (ImRegistrar *self)
{
  return self->account;
}

/**
 * im_registrar_get_medium:
 * @uri: of a field of the form
 * @type: (out) (transfer none): MIME, as the server says
 *
 * Returns: (nullable) (transfer none): its bytes, at most 256 KiB; NULL for what the server did not
 * send, and for what lies elsewhere: nothing is fetched from there
 */
GBytes *
im_registrar_get_medium (ImRegistrar *self, const char *uri, const char **type)
{
  return im_media_get (self->media, uri, type);
}

/* What the server has said no to is asked anew: the picture of a captcha is good for one answer. */
static void
submitted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImRegistrar) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = NULL;
  g_autoptr (XmppJid) jid = NULL;

  if (!im_registrar_take_answer (self, source, result, &answer, &error))
    return;
  if (error == NULL)
    {
      if (self->user != NULL)
        im_gateway_registered (self->user, self->jid);
      else
        jid = xmpp_jid_new_from_parts (self->username, get_server (self), NULL, NULL);
      self->account = g_strdup (xmpp_jid_get_text (jid != NULL ? jid : self->jid));
      im_registrar_end (self, IM_REGISTRAR_DONE, NULL);
    }
  else if (++self->n_tries >= MAX_TRIES)
    im_registrar_refuse (self, error->message);
  else
    {
      gboolean is_taken = g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_CONFLICT);

      g_clear_error (&self->refusal);
      self->refusal = g_error_copy (error);
      im_registrar_set_note (self, is_taken ? "That name is taken already." : error->message);
      im_registrar_ask (self);
    }
}

static char *
dup_answer (const ImForm *form, GVariant *answers, const char *var)
{
  g_autoptr (GVariant) given = g_variant_lookup_value (answers, var, G_VARIANT_TYPE_STRING_ARRAY);
  g_autofree const char **values = given != NULL ? g_variant_get_strv (given, NULL) : NULL;
  const ImField *field = im_form_find (form, var);

  if (values != NULL)
    return g_strdup (values[0]);
  return field != NULL ? g_strdup (im_field_get_value (field)) : NULL;
}

/**
 * im_registrar_submit:
 * @answers: a{sas}: field to values; what is not there keeps the value that the form has
 * @secrets: (nullable) (element-type utf8 utf8): field to what never was in a GVariant, which
 * nobody could wipe; the caller's
 *
 * Sends the form.
 *
 * Returns: FALSE with IM_ERROR_INVALID_ARGUMENT, naming the field, or IM_ERROR_NOT_AVAILABLE
 * Spec: XEP-0077 §3.1.1, XEP-0158 §7
 */
gboolean
im_registrar_submit (ImRegistrar *self, GVariant *answers, GHashTable *secrets, GError **error)
{
  g_autoptr (XmppJid) jid = NULL;
  g_autofree char *name = NULL;

  if (self->state != IM_REGISTRAR_ASKING)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE, "Nothing is asked just now");
      return FALSE;
    }
  if (!im_form_check (self->question.form, answers, secrets, error))
    return FALSE;
  if (self->user == NULL) /* a gateway's users have names of another network */
    name = dup_answer (self->question.form, answers, "username");
  jid = name != NULL ? xmpp_jid_new_from_parts (name, get_server (self), NULL, NULL) : NULL;
  if (name != NULL && (jid == NULL || xmpp_jid_get_local (jid) == NULL))
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "“%s” cannot be the name of an account.", name);
      return FALSE;
    }
  g_free (self->username);
  self->username = jid != NULL ? g_strdup (xmpp_jid_get_local (jid)) : NULL;
  im_registrar_set_note (self, "");
  g_clear_error (&self->refusal);
  set_state (self, IM_REGISTRAR_WORKING);
  im_registrar_request (
      self, self->wire->new_answers (get_server (self), &self->question, answers, secrets),
      submitted_cb);
  return TRUE;
}

/**
 * im_registrar_renew:
 *
 * Asks for the form again: another picture may be easier to read.
 *
 * Returns: FALSE with IM_ERROR_NOT_AVAILABLE: nothing is asked just now, or it was too often
 */
gboolean
im_registrar_renew (ImRegistrar *self, GError **error)
{
  if (self->state != IM_REGISTRAR_ASKING || ++self->n_tries >= MAX_TRIES)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                           "The server cannot be asked for another form just now");
      return FALSE;
    }
  g_clear_error (&self->refusal);
  im_registrar_set_note (self, "");
  set_state (self, IM_REGISTRAR_WORKING);
  im_registrar_ask (self);
  return TRUE;
}

/** im_registrar_cancel: ends it, unless it has ended */
void
im_registrar_cancel (ImRegistrar *self)
{
  g_autoptr (GError) error =
      g_error_new_literal (IM_ERROR, IM_ERROR_CANCELLED, "The registration was cancelled.");

  im_registrar_end (self, IM_REGISTRAR_FAILED, error);
}
