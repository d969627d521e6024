/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-captcha-item.c: one thing to be read, heard or answered. Its bytes are the server's:
 * whoever shows them must not trust them, and its label is never markup. */
#include "config.h"

#include "model/linnet-captcha-private.h"

#include "model/linnet-notify.h"

struct _LinnetCaptchaItem
{
  GObject parent_instance;

  char *label; /* (owned) */
  char *mime; /* (owned) (nullable) */
  char *answer; /* (owned) */
  GBytes *data; /* (owned) (nullable) */
  guint32 id;
  gboolean is_required;
};

enum
{
  PROP_ANSWER = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetCaptchaItem, linnet_captcha_item, G_TYPE_OBJECT)

static void
linnet_captcha_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ANSWER)
    g_value_set_string (value, LINNET_CAPTCHA_ITEM (object)->answer);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_captcha_item_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ANSWER)
    linnet_captcha_item_set_answer (LINNET_CAPTCHA_ITEM (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_captcha_item_finalize (GObject *object)
{
  LinnetCaptchaItem *self = LINNET_CAPTCHA_ITEM (object);

  g_clear_pointer (&self->label, g_free);
  g_clear_pointer (&self->mime, g_free);
  g_clear_pointer (&self->answer, g_free);
  g_clear_pointer (&self->data, g_bytes_unref);
  G_OBJECT_CLASS (linnet_captcha_item_parent_class)->finalize (object);
}

static void
linnet_captcha_item_class_init (LinnetCaptchaItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = linnet_captcha_item_get_property;
  object_class->set_property = linnet_captcha_item_set_property;
  object_class->finalize = linnet_captcha_item_finalize;

  props[PROP_ANSWER] =
      g_param_spec_string ("answer", NULL, NULL, "",
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_captcha_item_init (LinnetCaptchaItem *self)
{
  self->answer = g_strdup ("");
}

/* A picture, where there is one; else whatever there is. (nullable) */
static const char *
choose (const char *const *types)
{
  for (guint i = 0; types[i] != NULL; i++)
    if (g_str_has_prefix (types[i], "image/"))
      return types[i];
  return types[0];
}

/* `info`: (ussuas) of GetCaptchas. (transfer full) */
LinnetCaptchaItem *
linnet_captcha_item_new_from_variant (GVariant *info)
{
  LinnetCaptchaItem *self = g_object_new (LINNET_TYPE_CAPTCHA_ITEM, NULL);
  g_autofree const char **types = NULL;
  guint32 flags;

  g_variant_get (info, "(u&ssu^a&s)", &self->id, NULL, &self->label, &flags, &types);
  self->mime = g_strdup (choose (types));
  self->is_required = (flags & 1) != 0;
  return self;
}

guint32
linnet_captcha_item_get_id (LinnetCaptchaItem *self)
{
  return self->id;
}

void
linnet_captcha_item_take_data (LinnetCaptchaItem *self, GBytes *data)
{
  g_clear_pointer (&self->data, g_bytes_unref);
  self->data = data;
}

/** linnet_captcha_item_get_label: Returns: what to do, or a question; perhaps in another language
 */
const char *
linnet_captcha_item_get_label (LinnetCaptchaItem *self)
{
  g_return_val_if_fail (LINNET_IS_CAPTCHA_ITEM (self), NULL);
  return self->label;
}

/** linnet_captcha_item_get_mime: Returns: (nullable): what its data are, as the server says; %NULL:
 * the label is all there is */
const char *
linnet_captcha_item_get_mime (LinnetCaptchaItem *self)
{
  g_return_val_if_fail (LINNET_IS_CAPTCHA_ITEM (self), NULL);
  return self->mime;
}

/** linnet_captcha_item_get_data: Returns: (transfer none) (nullable): for
 * linnet_picture_load_async(), where it is a picture */
GBytes *
linnet_captcha_item_get_data (LinnetCaptchaItem *self)
{
  g_return_val_if_fail (LINNET_IS_CAPTCHA_ITEM (self), NULL);
  return self->data;
}

/** linnet_captcha_item_get_required: Returns: whether it must be answered */
gboolean
linnet_captcha_item_get_required (LinnetCaptchaItem *self)
{
  g_return_val_if_fail (LINNET_IS_CAPTCHA_ITEM (self), FALSE);
  return self->is_required;
}

/** linnet_captcha_item_get_answer: Returns: what a person has typed; never %NULL */
const char *
linnet_captcha_item_get_answer (LinnetCaptchaItem *self)
{
  g_return_val_if_fail (LINNET_IS_CAPTCHA_ITEM (self), NULL);
  return self->answer;
}

/** linnet_captcha_item_set_answer: @answer: (nullable): what a person has typed */
void
linnet_captcha_item_set_answer (LinnetCaptchaItem *self, const char *answer)
{
  const char *typed = answer != NULL ? answer : "";

  g_return_if_fail (LINNET_IS_CAPTCHA_ITEM (self));
  linnet_notify_string (self, &self->answer, typed, props[PROP_ANSWER]);
}
