/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-certificate.c: what a server proves itself with, for people to read. RFC 5280
 *
 * Its texts are those of whoever made it: no word of it is believed, and none is markup. */
#include "config.h"

#include "model/linnet-certificate.h"

#include <glib/gi18n.h>

enum
{
  PROP_NAMES = 1,
  PROP_SUBJECT,
  PROP_ISSUER,
  PROP_FINGERPRINT,
  PROP_VALID_FROM,
  PROP_VALID_UNTIL,
  N_PROPS
};

struct _LinnetCertificate
{
  GObject parent_instance;

  char *texts[N_PROPS]; /* (owned) by property, never NULL */
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetCertificate, linnet_certificate, G_TYPE_OBJECT)

static void
linnet_certificate_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id < N_PROPS)
    g_value_set_string (value, LINNET_CERTIFICATE (object)->texts[id]);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_certificate_finalize (GObject *object)
{
  LinnetCertificate *self = LINNET_CERTIFICATE (object);

  for (guint i = 0; i < N_PROPS; i++)
    g_clear_pointer (&self->texts[i], g_free);
  G_OBJECT_CLASS (linnet_certificate_parent_class)->finalize (object);
}

static void
linnet_certificate_class_init (LinnetCertificateClass *klass)
{
  static const char *const names[N_PROPS] = { NULL, "names", "subject", "issuer",
                                              "fingerprint", "valid-from", "valid-until" };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = linnet_certificate_get_property;
  object_class->finalize = linnet_certificate_finalize;

  for (guint i = 1; i < N_PROPS; i++)
    props[i] =
        g_param_spec_string (names[i], NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_certificate_init (LinnetCertificate *self)
{
}

static GTlsCertificate *
parse (GBytes *der, GError **error)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();
  gpointer certificate;

  g_byte_array_append (array, g_bytes_get_data (der, NULL), (guint) g_bytes_get_size (der));
  certificate = g_initable_new (g_tls_backend_get_certificate_type (g_tls_backend_get_default ()),
                                NULL, NULL, "certificate", array, NULL);
  if (certificate == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("The certificate cannot be read."));
  return certificate;
}

/* As openssl and browsers show it. */
static char *
dup_fingerprint (GBytes *der)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, der);
  GString *text = g_string_new (NULL);

  for (guint i = 0; digest[i] != '\0' && digest[i + 1] != '\0'; i += 2)
    g_string_append_printf (text, "%s%c%c", i > 0 ? ":" : "", g_ascii_toupper (digest[i]),
                            g_ascii_toupper (digest[i + 1]));
  return g_string_free (text, FALSE);
}

static char *
dup_names (GTlsCertificate *certificate)
{
  g_autoptr (GPtrArray) names = g_tls_certificate_get_dns_names (certificate);
  GString *text = g_string_new (NULL);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      gsize length;
      const char *name = g_bytes_get_data (names->pdata[i], &length);

      g_string_append_printf (text, "%s%.*s", i > 0 ? ", " : "", (int) length, name);
    }
  return g_string_free (text, FALSE);
}

/* Takes `when`. */
static char *
dup_day (GDateTime *when)
{
  g_autoptr (GDateTime) owned = when;

  return owned != NULL ? g_date_time_format (owned, "%Y-%m-%d") : g_strdup ("");
}

/* Takes `text`. */
static void
set_text (LinnetCertificate *self, guint prop, char *text)
{
  g_autofree char *owned = text;

  self->texts[prop] = g_utf8_make_valid (owned != NULL ? owned : "", -1);
}

/**
 * linnet_certificate_new:
 * @der: the certificate, as it was sent
 * @error: where to put an error: G_IO_ERROR_INVALID_DATA, with a sentence
 *
 * Returns: (transfer full) (nullable): what can be read in it
 */
LinnetCertificate *
linnet_certificate_new (GBytes *der, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = parse (der, error);
  LinnetCertificate *self;

  if (certificate == NULL)
    return NULL;
  self = g_object_new (LINNET_TYPE_CERTIFICATE, NULL);
  set_text (self, PROP_NAMES, dup_names (certificate));
  set_text (self, PROP_SUBJECT, g_tls_certificate_get_subject_name (certificate));
  set_text (self, PROP_ISSUER, g_tls_certificate_get_issuer_name (certificate));
  set_text (self, PROP_FINGERPRINT, dup_fingerprint (der));
  set_text (self, PROP_VALID_FROM, dup_day (g_tls_certificate_get_not_valid_before (certificate)));
  set_text (self, PROP_VALID_UNTIL, dup_day (g_tls_certificate_get_not_valid_after (certificate)));
  return self;
}

/** linnet_certificate_get_names: Returns: the hosts it is for, with commas between them */
const char *
linnet_certificate_get_names (LinnetCertificate *self)
{
  g_return_val_if_fail (LINNET_IS_CERTIFICATE (self), NULL);
  return self->texts[PROP_NAMES];
}

/** linnet_certificate_get_subject: Returns: whose it is */
const char *
linnet_certificate_get_subject (LinnetCertificate *self)
{
  g_return_val_if_fail (LINNET_IS_CERTIFICATE (self), NULL);
  return self->texts[PROP_SUBJECT];
}

/** linnet_certificate_get_issuer: Returns: who says so */
const char *
linnet_certificate_get_issuer (LinnetCertificate *self)
{
  g_return_val_if_fail (LINNET_IS_CERTIFICATE (self), NULL);
  return self->texts[PROP_ISSUER];
}

/** linnet_certificate_get_fingerprint: Returns: its SHA-256, pairs of digits with colons */
const char *
linnet_certificate_get_fingerprint (LinnetCertificate *self)
{
  g_return_val_if_fail (LINNET_IS_CERTIFICATE (self), NULL);
  return self->texts[PROP_FINGERPRINT];
}

/** linnet_certificate_get_valid_from: Returns: its first day, as 2026-01-31 */
const char *
linnet_certificate_get_valid_from (LinnetCertificate *self)
{
  g_return_val_if_fail (LINNET_IS_CERTIFICATE (self), NULL);
  return self->texts[PROP_VALID_FROM];
}

/** linnet_certificate_get_valid_until: Returns: its last day */
const char *
linnet_certificate_get_valid_until (LinnetCertificate *self)
{
  g_return_val_if_fail (LINNET_IS_CERTIFICATE (self), NULL);
  return self->texts[PROP_VALID_UNTIL];
}
