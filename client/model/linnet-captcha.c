/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-captcha.c: a server wants to see that a person asks.
 *
 * Its items are there when all that is to be shown of them is. After a wrong answer the server
 * sends others, and the text says so. */
#include "config.h"

#include <glib/gi18n.h>

#include "model/linnet-captcha-private.h"

#define ERROR_PREFIX "org.freedesktop.Telepathy.Error."
#define CAPTCHA "org.freedesktop.Telepathy.Channel.Interface.CaptchaAuthentication1"
#define INFO_TYPE "(ussuas)"
/* Nobody answers more. */
#define MAX_ITEMS 16

/* Captcha_Status */
enum
{
  STATUS_SUCCEEDED = 2,
  STATUS_TRY_AGAIN = 3,
  STATUS_FAILED = 4,
};

struct _LinnetCaptcha
{
  LinnetQuestion parent_instance;

  GListStore *items; /* (owned) LinnetCaptchaItem that are shown */
  GPtrArray *fresh; /* (owned) LinnetCaptchaItem that are being loaded */
  guint n_needed;
  guint n_loading;
};

G_DEFINE_FINAL_TYPE (LinnetCaptcha, linnet_captcha, LINNET_TYPE_QUESTION)

static void
show (LinnetCaptcha *self)
{
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                       self->fresh->pdata, self->fresh->len);
  g_ptr_array_set_size (self->fresh, 0);
  linnet_question_set_state (LINNET_QUESTION (self), LINNET_QUESTION_ASKING);
}

typedef struct
{
  LinnetCaptcha *captcha; /* (owned) */
  LinnetCaptchaItem *item; /* (owned) */
} Loading;

static void
loading_free (Loading *self)
{
  g_object_unref (self->captcha);
  g_object_unref (self->item);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Loading, loading_free)

static void
data_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Loading) loading = data;
  LinnetCaptcha *self = loading->captcha;
  g_autoptr (GVariant) reply = linnet_question_finish (LINNET_QUESTION (self), source, result);
  g_autoptr (GVariant) bytes = NULL;

  if (reply == NULL)
    return;
  bytes = g_variant_get_child_value (reply, 0);
  linnet_captcha_item_take_data (loading->item, g_variant_get_data_as_bytes (bytes));
  /* Others may have been asked for in between. */
  if (g_ptr_array_find (self->fresh, loading->item, NULL) && --self->n_loading == 0)
    show (self);
}

static void
load_data (LinnetCaptcha *self, LinnetCaptchaItem *item)
{
  Loading *loading = g_new0 (Loading, 1);

  loading->captcha = g_object_ref (self);
  loading->item = g_object_ref (item);
  self->n_loading++;
  linnet_question_call (LINNET_QUESTION (self), NULL, CAPTCHA, "GetCaptchaData",
                        g_variant_new ("(us)", linnet_captcha_item_get_id (item),
                                       linnet_captcha_item_get_mime (item)),
                        "(ay)", data_cb, loading);
}

static void
captchas_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetCaptcha) self = data;
  g_autoptr (GVariant) reply = linnet_question_finish (LINNET_QUESTION (self), source, result);
  g_autoptr (GVariant) infos = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(@a" INFO_TYPE "u&s)", &infos, &self->n_needed, NULL);
  g_ptr_array_set_size (self->fresh, 0);
  self->n_loading = 0;
  for (gsize i = 0; i < MIN (g_variant_n_children (infos), MAX_ITEMS); i++)
    {
      g_autoptr (GVariant) info = g_variant_get_child_value (infos, i);

      g_ptr_array_add (self->fresh, linnet_captcha_item_new_from_variant (info));
    }
  for (guint i = 0; i < self->fresh->len; i++)
    if (linnet_captcha_item_get_mime (self->fresh->pdata[i]) != NULL)
      load_data (self, self->fresh->pdata[i]);
  if (self->n_loading == 0)
    show (self);
}

static void
load (LinnetCaptcha *self)
{
  linnet_question_set_state (LINNET_QUESTION (self), LINNET_QUESTION_LOADING);
  linnet_question_call (LINNET_QUESTION (self), NULL, CAPTCHA, "GetCaptchas", NULL,
                        "(a" INFO_TYPE "us)", captchas_cb, g_object_ref (self));
}

/* What people can do something about in their own words; else the service's. */
static const char *
describe (const char *error, GVariant *details)
{
  const char *message = NULL;

  if (g_strcmp0 (error, ERROR_PREFIX "AuthenticationFailed") == 0)
    return _ ("The answer was not right.");
  if (details != NULL && g_variant_lookup (details, "debug-message", "&s", &message))
    return message;
  return _ ("The server did not take the answer.");
}

static void
linnet_captcha_signal (LinnetQuestion *question, const char *member, GVariant *arguments)
{
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) details = NULL;
  const char *error = NULL;
  guint32 status;

  if (!g_str_equal (member, "PropertiesChanged") ||
      !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  properties = g_variant_get_child_value (arguments, 1);
  details = g_variant_lookup_value (properties, "CaptchaErrorDetails", G_VARIANT_TYPE_VARDICT);
  g_variant_lookup (properties, "CaptchaError", "&s", &error);
  if (!g_variant_lookup (properties, "CaptchaStatus", "u", &status))
    return;
  if (status == STATUS_SUCCEEDED)
    {
      linnet_question_set_state (question, LINNET_QUESTION_DONE);
      linnet_question_close (question);
    }
  else if (status == STATUS_TRY_AGAIN)
    {
      linnet_question_set_text (question, describe (error, details));
      load (LINNET_CAPTCHA (question));
    }
  else if (status == STATUS_FAILED)
    {
      linnet_question_fail (question, describe (error, details));
      linnet_question_close (question);
    }
}

static void
linnet_captcha_cancel (LinnetQuestion *question)
{
  linnet_question_call (question, NULL, CAPTCHA, "CancelCaptcha", g_variant_new ("(us)", 0, ""),
                        NULL, NULL, NULL);
}

static void
linnet_captcha_finalize (GObject *object)
{
  LinnetCaptcha *self = LINNET_CAPTCHA (object);

  g_clear_object (&self->items);
  g_clear_pointer (&self->fresh, g_ptr_array_unref);
  G_OBJECT_CLASS (linnet_captcha_parent_class)->finalize (object);
}

static void
linnet_captcha_class_init (LinnetCaptchaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = linnet_captcha_finalize;
  LINNET_QUESTION_CLASS (klass)->signal = linnet_captcha_signal;
  LINNET_QUESTION_CLASS (klass)->cancel = linnet_captcha_cancel;
}

static void
linnet_captcha_init (LinnetCaptcha *self)
{
  self->items = g_list_store_new (LINNET_TYPE_CAPTCHA_ITEM);
  self->fresh = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * linnet_captcha_new:
 * @bus: the bus
 * @service_name: whose channel it is
 * @path: of a ServerAuthentication channel by captcha that the window handles
 *
 * Returns: (transfer full): the question, asking as soon as it can be shown
 */
LinnetQuestion *
linnet_captcha_new (GDBusConnection *bus, const char *service_name, const char *path)
{
  LinnetCaptcha *self = g_object_new (LINNET_TYPE_CAPTCHA, NULL);

  linnet_question_start (LINNET_QUESTION (self), bus, service_name, path);
  load (self);
  return LINNET_QUESTION (self);
}

/**
 * linnet_captcha_get_items:
 * @self: a captcha
 *
 * Returns: (transfer none) (element-type LinnetCaptchaItem): what can be answered
 */
GListModel *
linnet_captcha_get_items (LinnetCaptcha *self)
{
  g_return_val_if_fail (LINNET_IS_CAPTCHA (self), NULL);
  return G_LIST_MODEL (self->items);
}

/**
 * linnet_captcha_get_n_needed:
 * @self: a captcha
 *
 * Returns: how many must be answered, counting those that are required
 */
guint
linnet_captcha_get_n_needed (LinnetCaptcha *self)
{
  g_return_val_if_fail (LINNET_IS_CAPTCHA (self), 0);
  return self->n_needed;
}

/* What cannot be taken can be mended: it asks on. */
static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetQuestion) question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_dbus_error_strip_remote_error (error);
  linnet_question_set_text (question, error->message);
  linnet_question_set_state (question, LINNET_QUESTION_ASKING);
}

/**
 * linnet_captcha_answer:
 * @self: a captcha that is asked
 *
 * Sends the answers of its items.
 */
void
linnet_captcha_answer (LinnetCaptcha *self)
{
  g_auto (GVariantBuilder) answers = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{us}"));

  g_return_if_fail (LINNET_IS_CAPTCHA (self));
  if (linnet_question_get_state (LINNET_QUESTION (self)) != LINNET_QUESTION_ASKING)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    {
      g_autoptr (LinnetCaptchaItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      const char *answer = linnet_captcha_item_get_answer (item);

      if (*answer != '\0')
        g_variant_builder_add (&answers, "{us}", linnet_captcha_item_get_id (item), answer);
    }
  linnet_question_set_text (LINNET_QUESTION (self), NULL);
  linnet_question_set_state (LINNET_QUESTION (self), LINNET_QUESTION_CHECKING);
  linnet_question_call (LINNET_QUESTION (self), NULL, CAPTCHA, "AnswerCaptchas",
                        g_variant_new ("(a{us})", &answers), NULL, answered_cb,
                        g_object_ref (self));
}

/**
 * linnet_captcha_renew:
 * @self: a captcha that is asked
 *
 * Asks for another one, because this one cannot be read.
 */
void
linnet_captcha_renew (LinnetCaptcha *self)
{
  g_return_if_fail (LINNET_IS_CAPTCHA (self));
  if (linnet_question_get_state (LINNET_QUESTION (self)) == LINNET_QUESTION_ASKING)
    load (self);
}
