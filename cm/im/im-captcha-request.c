/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-captcha-request.c: a server that is asked for an account wants to see that a person asks.
 * XEP-0158 5, 6; Telepathy 0.27.4 Captcha_Status
 *
 * Only what came along is shown: nothing is fetched from anywhere, and nothing is decoded here. */

#include "im/im-captcha-request-private.h"

#include <string.h>

#include "im/im-account-parts.h"

#define MAX_CAPTCHAS 16
#define MAX_ANSWER_BYTES 1024
#define QUESTION "qa"

struct _ImCaptchaRequest
{
  GObject parent_instance;

  ImAccount *account; /* (nullable) owns us */
  ImCaptchaState state;
  GError *error; /* (owned) (nullable) */
  GPtrArray *captchas; /* (owned) ImCaptcha, owned */
  guint n_needed;
  guint n_ids; /* that were given out */
  gboolean is_renewing;
  gboolean is_verified; /* who asks */
};

enum
{
  SIGNAL_RENEWED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ImCaptchaRequest, im_captcha_request, G_TYPE_OBJECT)

/* XEP-0158 §6.3. SHA-256 is work for a machine, which people need not be asked for. */
static const char *const kinds[] = {
  "audio_recog",
  "ocr",
  "picture_q",
  "picture_recog",
  QUESTION,
  "speech_q",
  "speech_recog",
  "video_q",
  "video_recog",
  NULL,
};

static void
captcha_free (gpointer data)
{
  ImCaptcha *captcha = data;

  g_free (captcha->var);
  g_free (captcha->label);
  g_strfreev (captcha->types);
  g_ptr_array_unref (captcha->media);
  g_free (captcha);
}

static gboolean
is_mime_type (const char *type)
{
  if (strchr (type, '/') == NULL)
    return FALSE;
  for (const char *p = type; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      return FALSE;
  return TRUE;
}

/* NULL: it shows something that did not come along. */
static ImCaptcha *
captcha_new (ImRegistrar *registrar, const ImField *field)
{
  g_autoptr (GStrvBuilder) types = g_strv_builder_new ();
  ImCaptcha *captcha = g_new0 (ImCaptcha, 1);

  captcha->var = g_strdup (field->var);
  captcha->label = g_strdup (field->label);
  captcha->is_required = field->is_required;
  captcha->media = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < field->n_media; i++)
    {
      const char *type;
      GBytes *bytes = im_registrar_get_medium (registrar, field->media[i].value, &type);

      if (bytes == NULL || !is_mime_type (field->media[i].label))
        continue;
      g_strv_builder_add (types, field->media[i].label);
      g_ptr_array_add (captcha->media, g_bytes_ref (bytes));
    }
  captcha->types = g_strv_builder_end (types);
  if (captcha->media->len > 0 || (g_str_equal (captcha->var, QUESTION) && *captcha->label != '\0'))
    return captcha;
  captcha_free (captcha);
  return NULL;
}

static ImCaptcha *
find (ImCaptchaRequest *self, guint id)
{
  for (guint i = 0; i < self->captchas->len; i++)
    {
      ImCaptcha *captcha = self->captchas->pdata[i];

      if (captcha->id == id)
        return captcha;
    }
  return NULL;
}

static void
im_captcha_request_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STATE)
    g_value_set_uint (value, IM_CAPTCHA_REQUEST (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
im_captcha_request_finalize (GObject *object)
{
  ImCaptchaRequest *self = IM_CAPTCHA_REQUEST (object);

  g_clear_error (&self->error);
  g_ptr_array_unref (self->captchas);

  G_OBJECT_CLASS (im_captcha_request_parent_class)->finalize (object);
}

static void
im_captcha_request_class_init (ImCaptchaRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = im_captcha_request_get_property;
  object_class->finalize = im_captcha_request_finalize;
  props[PROP_STATE] =
      g_param_spec_uint ("state", NULL, NULL, 0, IM_CAPTCHA_FAILED, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SIGNAL_RENEWED] = g_signal_new ("renewed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
im_captcha_request_init (ImCaptchaRequest *self)
{
  self->captchas = g_ptr_array_new_with_free_func (captcha_free);
}

/** im_captcha_request_new: @account: asks; its owner. Returns: (transfer full): shows nothing yet
 */
ImCaptchaRequest *
im_captcha_request_new (ImAccount *account)
{
  ImCaptchaRequest *self = g_object_new (IM_TYPE_CAPTCHA_REQUEST, NULL);

  self->account = account;
  return self;
}

/** im_captcha_request_disown: the account waits for no answer any more */
void
im_captcha_request_disown (ImCaptchaRequest *self)
{
  self->account = NULL;
}

/** im_captcha_request_is_captcha: @var: of a field. Returns: whether it is one of XEP-0158's */
gboolean
im_captcha_request_is_captcha (const char *var)
{
  return g_strv_contains (kinds, var);
}

/* §5: the example of a registration counts the name and the password, too. */
static guint
count_needed (ImCaptchaRequest *self, const ImForm *form, guint n_own)
{
  const ImField *field = im_form_find (form, "answers");
  const char *text = field != NULL ? im_field_get_value (field) : "";
  guint64 n_answers = 0;
  guint n_required = 0;

  for (guint i = 0; i < self->captchas->len; i++)
    if (((const ImCaptcha *) self->captchas->pdata[i])->is_required)
      n_required++;
  g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &n_answers, NULL);
  if (n_answers > self->captchas->len)
    n_answers -= MIN (n_answers, n_own);
  return CLAMP ((guint) n_answers, MAX (n_required, 1u), self->captchas->len);
}

/**
 * im_captcha_request_read:
 * @registrar: has asked something
 *
 * Takes what its form shows in the place of what there was.
 *
 * Returns: whether there is anything that a person could answer
 * Spec: XEP-0158 §5, §6.3; XEP-0221
 */
gboolean
im_captcha_request_read (ImCaptchaRequest *self, ImRegistrar *registrar)
{
  const ImForm *form = im_registrar_get_form (registrar);
  guint n_own = 0;

  self->is_verified = im_registrar_is_verified (registrar);
  g_ptr_array_set_size (self->captchas, 0);
  for (guint i = 0; i < form->fields->len && self->captchas->len < MAX_CAPTCHAS; i++)
    {
      const ImField *field = form->fields->pdata[i];
      ImCaptcha *captcha = NULL;

      if (im_captcha_request_is_captcha (field->var))
        captcha = captcha_new (registrar, field);
      else if (field->type != IM_FIELD_HIDDEN && field->type != IM_FIELD_FIXED &&
               field->is_required)
        n_own++;
      if (captcha == NULL)
        continue;
      captcha->id = ++self->n_ids;
      g_ptr_array_add (self->captchas, captcha);
    }
  if (self->captchas->len == 0)
    return FALSE;
  self->n_needed = count_needed (self, form, n_own);
  return TRUE;
}

/** im_captcha_request_set_state: @error: (nullable): IM_ERROR of TRY_AGAIN or FAILED */
void
im_captcha_request_set_state (ImCaptchaRequest *self, ImCaptchaState state, const GError *error)
{
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  if (self->state == state)
    return;
  g_debug ("Captcha: state %d", state);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/** im_captcha_request_note_renewed: what was asked for by im_captcha_request_renew () is there */
void
im_captcha_request_note_renewed (ImCaptchaRequest *self)
{
  if (!self->is_renewing)
    return;
  self->is_renewing = FALSE;
  g_signal_emit (self, signals[SIGNAL_RENEWED], 0);
}

/** im_captcha_request_get_state: Returns: as Telepathy numbers it */
ImCaptchaState
im_captcha_request_get_state (ImCaptchaRequest *self)
{
  return self->state;
}

/** im_captcha_request_get_error: Returns: (nullable) (transfer none): IM_ERROR: why the last answer
 * was refused, or the end */
const GError *
im_captcha_request_get_error (ImCaptchaRequest *self)
{
  return self->error;
}

/** im_captcha_request_get_captchas: @n_needed: (out): how many are to be answered at least.
 * Returns: (transfer none) (element-type ImCaptcha): what a person can choose from */
GPtrArray *
im_captcha_request_get_captchas (ImCaptchaRequest *self, guint *n_needed)
{
  *n_needed = self->n_needed;
  return self->captchas;
}

/** im_captcha_request_is_verified: Returns: whether the server that asks proved who it is, or a
 * person accepted its key */
gboolean
im_captcha_request_is_verified (ImCaptchaRequest *self)
{
  return self->is_verified;
}

static gboolean
refuse (GError **error, ImError code, const char *why)
{
  g_set_error_literal (error, IM_ERROR, (int) code, why);
  return FALSE;
}

static gboolean
check_pending (ImCaptchaRequest *self, GError **error)
{
  if (self->state == IM_CAPTCHA_LOCAL_PENDING && !self->is_renewing && self->account != NULL)
    return TRUE;
  return refuse (error, IM_ERROR_NOT_AVAILABLE, "No answer is waited for just now");
}

/**
 * im_captcha_request_dup_data:
 * @id: of a captcha
 * @type: one of its types; of no meaning for a question in words
 *
 * Returns: (nullable) (transfer full): bytes, unread, from the server; empty for words
 * Errors: IM_ERROR_NOT_AVAILABLE, IM_ERROR_INVALID_ARGUMENT
 */
GBytes *
im_captcha_request_dup_data (ImCaptchaRequest *self, guint id, const char *type, GError **error)
{
  ImCaptcha *captcha = find (self, id);

  if (!check_pending (self, error))
    return NULL;
  if (captcha != NULL && captcha->media->len == 0)
    return g_bytes_new (NULL, 0);
  for (guint i = 0; captcha != NULL && captcha->types[i] != NULL; i++)
    if (g_str_equal (captcha->types[i], type))
      return g_bytes_ref (captcha->media->pdata[i]);
  refuse (error, IM_ERROR_INVALID_ARGUMENT,
          captcha == NULL ? "There is no such captcha" : "The captcha is not there in that type");
  return NULL;
}

/**
 * im_captcha_request_renew:
 * @is_pending: (out): "renewed" or the end will tell; FALSE: what there is, is not looked at yet
 *
 * Returns: FALSE where that cannot be
 * Errors: IM_ERROR_NOT_AVAILABLE
 */
gboolean
im_captcha_request_renew (ImCaptchaRequest *self, gboolean *is_pending, GError **error)
{
  *is_pending = FALSE;
  if (self->state == IM_CAPTCHA_TRY_AGAIN)
    {
      im_captcha_request_set_state (self, IM_CAPTCHA_LOCAL_PENDING, NULL);
      return TRUE;
    }
  if (!check_pending (self, error) || !im_account_renew_captchas (self->account, error))
    return FALSE;
  self->is_renewing = *is_pending = TRUE;
  return TRUE;
}

/* (transfer full) (nullable): field to answer, a{sas}, floating */
static GVariant *
read_answers (ImCaptchaRequest *self, GVariant *answers, GError **error)
{
  g_autoptr (GHashTable) given = g_hash_table_new (NULL, NULL);
  GVariantBuilder builder;
  GVariantIter iter;
  const char *text;
  guint id;

  g_variant_iter_init (&iter, answers);
  while (g_variant_iter_next (&iter, "{u&s}", &id, &text))
    if (find (self, id) == NULL || strlen (text) > MAX_ANSWER_BYTES)
      {
        refuse (error, IM_ERROR_INVALID_ARGUMENT,
                find (self, id) == NULL ? "There is no such captcha" : "The answer is too long");
        return NULL;
      }
    else if (*text != '\0')
      g_hash_table_replace (given, find (self, id), (gpointer) text);
  for (guint i = 0; i < self->captchas->len; i++)
    if (((const ImCaptcha *) self->captchas->pdata[i])->is_required &&
        !g_hash_table_contains (given, self->captchas->pdata[i]))
      {
        refuse (error, IM_ERROR_INVALID_ARGUMENT, "One that must be answered is not");
        return NULL;
      }
  if (g_hash_table_size (given) < self->n_needed)
    {
      refuse (error, IM_ERROR_INVALID_ARGUMENT, "More answers are needed");
      return NULL;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sas}"));
  for (guint i = 0; i < self->captchas->len; i++)
    {
      const ImCaptcha *captcha = self->captchas->pdata[i];

      text = g_hash_table_lookup (given, captcha);
      if (text != NULL)
        g_variant_builder_add (&builder, "{s@as}", captcha->var, g_variant_new_strv (&text, 1));
    }
  return g_variant_builder_end (&builder);
}

/**
 * im_captcha_request_answer:
 * @answers: a{us}: number to answer
 *
 * Returns: whether the server is asked now
 * Errors: IM_ERROR_NOT_AVAILABLE, IM_ERROR_INVALID_ARGUMENT
 */
gboolean
im_captcha_request_answer (ImCaptchaRequest *self, GVariant *answers, GError **error)
{
  g_autoptr (GVariant) fields = NULL;

  if (!check_pending (self, error))
    return FALSE;
  fields = read_answers (self, answers, error);
  if (fields == NULL)
    return FALSE;
  g_variant_ref_sink (fields);
  im_captcha_request_set_state (self, IM_CAPTCHA_REMOTE_PENDING, NULL);
  if (self->account != NULL)
    im_account_answer_captchas (self->account, fields);
  return TRUE;
}

/** im_captcha_request_cancel: @error: IM_ERROR with which the connection ends */
void
im_captcha_request_cancel (ImCaptchaRequest *self, const GError *error)
{
  if (self->account != NULL && self->state != IM_CAPTCHA_FAILED &&
      self->state != IM_CAPTCHA_SUCCEEDED)
    im_account_fail (self->account, error);
}
