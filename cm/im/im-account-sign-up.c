/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-sign-up.c: an account that is to be made on its server before it signs in: the
 * parameter `register`. Telepathy ConnectionManager, XEP-0077 3.1, XEP-0158 5
 *
 * A name and a password is all that there is to answer with, and what a person reads off a
 * captcha. The parameter goes with the success: nothing is made twice. */

#include "im/im-account-parts.h"
#include "im/im-captcha-request-private.h"
#include "im/im-registrar.h"
#include "im/im-secrets.h"

#define NAME "username"
#define PASSWORD "password"

struct _ImSignUp
{
  ImRegistrar *registrar; /* (owned) */
  char *password; /* (owned) im_secrets_dup () */
  ImCaptchaRequest *captchas; /* (owned) (nullable) shown, or to be shown */
  gboolean is_shown;
};

static const ImRegistrationWire *
get_wire (ImAccount *self)
{
  return IM_ACCOUNT_WIRE (self, registration);
}

/** im_account_wants_sign_up: Returns: whether there may be no such account yet, and there is to
 * be */
gboolean
im_account_wants_sign_up (ImAccount *self)
{
  return xmpp_jid_get_local (self->jid) != NULL && im_account_get_flag (self, IM_PARAMETER_SIGN_UP);
}

/** im_account_may_sign_up_again: Returns: whether trying again by ourselves is decent: a server
 * counts those who ask for an account, and says no for a reason */
gboolean
im_account_may_sign_up_again (ImAccount *self)
{
  return !im_account_wants_sign_up (self) ||
         g_error_matches (self->error, IM_ERROR, IM_ERROR_NETWORK_ERROR) ||
         g_error_matches (self->error, IM_ERROR, IM_ERROR_CONNECTION_FAILED) ||
         g_error_matches (self->error, IM_ERROR, IM_ERROR_CONNECTION_REFUSED) ||
         g_error_matches (self->error, IM_ERROR, IM_ERROR_CONNECTION_LOST);
}

/** im_account_get_captcha_request: Returns: (nullable) (transfer none): the question whether a
 * person asks */
ImCaptchaRequest *
im_account_get_captcha_request (ImAccount *self)
{
  return self->sign_up != NULL && self->sign_up->is_shown ? self->sign_up->captchas : NULL;
}

/** im_account_drop_sign_up: @error: (nullable): why nobody needs its end any more; NULL: it
 * succeeded */
void
im_account_drop_sign_up (ImAccount *self, const GError *error)
{
  ImSignUp *sign_up = g_steal_pointer (&self->sign_up);

  if (sign_up == NULL)
    return;
  g_signal_handlers_disconnect_by_data (sign_up->registrar, self);
  im_registrar_cancel (sign_up->registrar);
  if (sign_up->captchas != NULL)
    {
      im_captcha_request_disown (sign_up->captchas);
      im_captcha_request_set_state (
          sign_up->captchas, error != NULL ? IM_CAPTCHA_FAILED : IM_CAPTCHA_SUCCEEDED, error);
    }
  if (sign_up->is_shown)
    im_account_notify (self, "captcha-request");
  g_clear_object (&sign_up->captchas);
  g_object_unref (sign_up->registrar);
  im_secrets_free (sign_up->password);
  g_free (sign_up);
}

static void
fail (ImAccount *self, ImError code, const char *why)
{
  g_autoptr (GError) error = g_error_new_literal (IM_ERROR, (int) code, why);

  im_account_fail (self, error);
}

/* What else the server wants to know that has no answer here. (nullable) (transfer full) */
static char *
dup_unanswerable (const ImForm *form)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < form->fields->len; i++)
    {
      const ImField *field = form->fields->pdata[i];

      if (!field->is_required || field->type == IM_FIELD_HIDDEN || field->type == IM_FIELD_FIXED ||
          *im_field_get_value (field) != '\0' || g_str_equal (field->var, NAME) ||
          g_str_equal (field->var, PASSWORD) || im_captcha_request_is_captcha (field->var))
        continue;
      g_string_append_printf (names, "%s“%s”", names->len > 0 ? ", " : "",
                              *field->label != '\0' ? field->label : field->var);
    }
  return names->len > 0 ? g_string_free (g_steal_pointer (&names), FALSE) : NULL;
}

/* In words that say how it can be done all the same. */
static void
give_up (ImAccount *self, const char *what)
{
  const char *url = im_registrar_get_url (self->sign_up->registrar);
  g_autofree char *page = *url != '\0' ? g_strdup_printf (", or its page %s", url) : g_strdup ("");
  g_autofree char *why =
      g_strdup_printf ("The server wants to know more of those who ask for an account: %s. Use "
                       "“linnetctl account register %s”%s.",
                       what, xmpp_jid_get_text (self->jid), page);

  fail (self, IM_ERROR_NOT_AVAILABLE, why);
}

static void
submit (ImAccount *self, GVariant *answers)
{
  ImSignUp *sign_up = self->sign_up;
  const ImForm *form = im_registrar_get_form (sign_up->registrar);
  g_autoptr (GHashTable) secrets = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;

  if (im_form_find (form, PASSWORD) != NULL)
    g_hash_table_insert (secrets, (gpointer) PASSWORD, sign_up->password);
  if (im_form_find (form, NAME) != NULL)
    g_hash_table_insert (secrets, (gpointer) NAME, (gpointer) xmpp_jid_get_local (self->jid));
  if (!im_registrar_submit (sign_up->registrar, answers, secrets, &error))
    im_account_fail (self, error);
}

static gboolean
has_captcha (const ImForm *form)
{
  for (guint i = 0; i < form->fields->len; i++)
    {
      const ImField *field = form->fields->pdata[i];

      if (im_captcha_request_is_captcha (field->var))
        return TRUE;
    }
  return FALSE;
}

/* A person is to look at it: the first time, or again. */
static void
show_captchas (ImAccount *self, gboolean is_refused)
{
  ImSignUp *sign_up = self->sign_up;
  g_autoptr (ImCaptchaRequest) captchas = g_object_ref (sign_up->captchas);
  g_autoptr (GError) wrong = NULL;

  if (is_refused)
    {
      wrong = g_error_new (IM_ERROR, IM_ERROR_AUTHENTICATION_FAILED,
                           "The server did not take the answer: %s",
                           im_registrar_get_refusal (sign_up->registrar)->message);
      im_captcha_request_set_state (captchas, IM_CAPTCHA_TRY_AGAIN, wrong);
      return;
    }
  im_captcha_request_note_renewed (captchas);
  if (sign_up->is_shown)
    return;
  sign_up->is_shown = TRUE;
  im_account_notify (self, "captcha-request");
}

/* Whether there is a refusal that another answer does not help against; the account has failed. */
static gboolean
fail_if_refused (ImAccount *self)
{
  const GError *refusal = im_registrar_get_refusal (self->sign_up->registrar);
  g_autoptr (GError) error = NULL;

  if (refusal == NULL)
    return FALSE;
  if (g_error_matches (refusal, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_CONFLICT))
    {
      fail (self, IM_ERROR_REGISTRATION_EXISTS, "There is an account of that name already.");
      return TRUE;
    }
  if (self->sign_up->is_shown &&
      !g_error_matches (refusal, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT))
    return FALSE;
  error = im_error_from_wire (refusal);
  g_prefix_error (&error, "The server made no account. ");
  im_account_fail (self, error);
  return TRUE;
}

static void
answer (ImAccount *self)
{
  ImSignUp *sign_up = self->sign_up;
  const ImForm *form = im_registrar_get_form (sign_up->registrar);
  gboolean is_refused = im_registrar_get_refusal (sign_up->registrar) != NULL;
  g_autofree char *unanswerable = NULL;
  g_autoptr (GVariant) nothing = NULL;

  if (fail_if_refused (self))
    return;
  unanswerable = dup_unanswerable (form);
  if (unanswerable != NULL)
    {
      give_up (self, unanswerable);
      return;
    }
  if (has_captcha (form))
    {
      if (sign_up->captchas == NULL)
        sign_up->captchas = im_captcha_request_new (self);
      if (im_captcha_request_read (sign_up->captchas, sign_up->registrar))
        show_captchas (self, is_refused);
      else
        give_up (self, "a picture or a sound that did not come along");
      return;
    }
  nothing = g_variant_ref_sink (g_variant_new ("a{sas}", NULL));
  submit (self, nothing);
}

/* There is an account now, with this password. */
static void
succeed (ImAccount *self)
{
  const char *const unset[] = { IM_PARAMETER_SIGN_UP, NULL };
  g_auto (GStrv) changed G_GNUC_UNUSED = NULL;

  g_message ("%s: the server has made the account", self->unique_name);
  im_account_drop_sign_up (self, NULL);
  changed = im_account_update_parameters (self, g_variant_new ("a{sv}", NULL), unset, NULL);
  if (self->state == IM_ACCOUNT_CONNECTING && self->link == NULL)
    im_account_find_password (self);
}

static void
state_cb (ImAccount *self)
{
  g_autoptr (ImAccount) alive G_GNUC_UNUSED = g_object_ref (self);
  ImRegistrar *registrar = self->sign_up->registrar;

  switch (im_registrar_get_state (registrar))
    {
    case IM_REGISTRAR_ASKING:
      answer (self);
      break;
    case IM_REGISTRAR_DONE:
      succeed (self);
      break;
    case IM_REGISTRAR_FAILED:
      if (!im_account_ask_certificate (self, im_registrar_get_wire_error (registrar)))
        im_account_fail (self, im_registrar_get_error (registrar));
      break;
    case IM_REGISTRAR_WORKING:
    default:
      break;
    }
}

/**
 * im_account_sign_up:
 * @password: (nullable): of the new account; NULL: a person is asked for one
 *
 * Has the server make the account, then signs in.
 *
 * Spec: Telepathy ConnectionManager, parameter `register`
 */
void
im_account_sign_up (ImAccount *self, const char *password)
{
  g_auto (GStrv) keys = NULL;
  g_autoptr (GError) again = NULL;
  g_autoptr (GError) needed = NULL;

  again = g_error_new_literal (IM_ERROR, IM_ERROR_CANCELLED, "It begins again.");
  im_account_drop_sign_up (self, again);
  if (password == NULL)
    {
      needed = g_error_new_literal (XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PASSWORD_NEEDED,
                                    "A password for the new account is needed.");
      im_account_ask_password (self, needed);
      return;
    }
  keys = im_account_dup_accepted_keys (self);
  self->sign_up = g_new0 (ImSignUp, 1);
  self->sign_up->password = im_secrets_dup (password);
  self->sign_up->registrar = im_registrar_new (get_wire (self), self->jid, self->record->parameters,
                                               (const char *const *) keys, NULL);
  g_signal_connect_object (self->sign_up->registrar, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
}

/** im_account_answer_captchas: @answers: a{sas}: fields of the form to what a person read */
void
im_account_answer_captchas (ImAccount *self, GVariant *answers)
{
  if (self->sign_up != NULL)
    submit (self, answers);
}

/** im_account_renew_captchas: Returns: FALSE with IM_ERROR_NOT_AVAILABLE */
gboolean
im_account_renew_captchas (ImAccount *self, GError **error)
{
  if (self->sign_up != NULL)
    return im_registrar_renew (self->sign_up->registrar, error);
  g_set_error_literal (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE, "Nothing is asked any more");
  return FALSE;
}
