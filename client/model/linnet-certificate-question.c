/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-certificate-question.c: whether a server is the right one although nothing proves it.
 *
 * Its text is what is wrong with the certificate. What is accepted is a key, for one account, from
 * then on: LinnetSecurity lists it. Nothing can be accepted that cannot be shown. */
#include "config.h"

#include "model/linnet-certificate-question.h"

#include <glib/gi18n.h>

#include "model/linnet-error.h"

#define TELEPATHY "org.freedesktop.Telepathy."
#define TLS TELEPATHY "Channel.Type.ServerTLSConnection"
#define CERTIFICATE TELEPATHY "Authentication.TLSCertificate"
#define JUDGEMENT "im.linnet.Judgement1"
#define CERT_ERROR TELEPATHY "Error.Cert."
/* Servers send two or three. */
#define MAX_CHAIN 16

struct _LinnetCertificateQuestion
{
  LinnetQuestion parent_instance;

  char *hostname; /* (owned) */
  char *object; /* (owned) path of the certificate */
  char *error; /* (owned) (nullable) name of what is wrong with it */
  GListStore *chain; /* (owned) LinnetCertificate */
};

G_DEFINE_FINAL_TYPE (LinnetCertificateQuestion, linnet_certificate_question, LINNET_TYPE_QUESTION)

/* What is wrong, and for whom the certificate is instead. */
static void
describe (LinnetCertificateQuestion *self)
{
  g_autoptr (LinnetCertificate) own = g_list_model_get_item (G_LIST_MODEL (self->chain), 0);
  g_autofree char *text = NULL;
  g_autoptr (GVariant) details = g_variant_ref_sink (
      g_variant_new_parsed ("{'certificate-hostname': <%s>}", linnet_certificate_get_names (own)));

  text = linnet_error_describe (self->error != NULL ? self->error : CERT_ERROR "Invalid", details,
                                self->hostname);
  linnet_question_set_text (LINNET_QUESTION (self), text);
}

static void
chain_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetCertificateQuestion) self = data;
  LinnetQuestion *question = LINNET_QUESTION (self);
  g_autoptr (GVariant) reply = linnet_question_finish (question, source, result);
  g_autoptr (GVariant) chain = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_links = 0;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &chain);
  if (g_variant_is_of_type (chain, G_VARIANT_TYPE ("aay")))
    n_links = MIN (g_variant_n_children (chain), MAX_CHAIN);
  for (gsize i = 0; i < n_links; i++)
    {
      g_autoptr (GVariant) link = g_variant_get_child_value (chain, i);
      g_autoptr (GBytes) der = g_variant_get_data_as_bytes (link);
      g_autoptr (LinnetCertificate) certificate = linnet_certificate_new (der, &error);

      if (certificate == NULL)
        break;
      g_list_store_append (self->chain, certificate);
    }
  if (g_list_model_get_n_items (G_LIST_MODEL (self->chain)) == 0)
    {
      linnet_question_close (question);
      linnet_question_fail (question,
                            error != NULL ? error->message : _ ("The certificate cannot be read."));
      return;
    }
  describe (self);
  linnet_question_set_state (question, LINNET_QUESTION_ASKING);
}

static void
linnet_certificate_question_signal (LinnetQuestion *question,
                                    const char *member,
                                    GVariant *arguments)
{
}

static void
linnet_certificate_question_finalize (GObject *object)
{
  LinnetCertificateQuestion *self = LINNET_CERTIFICATE_QUESTION (object);

  g_clear_object (&self->chain);
  g_clear_pointer (&self->hostname, g_free);
  g_clear_pointer (&self->object, g_free);
  g_clear_pointer (&self->error, g_free);
  G_OBJECT_CLASS (linnet_certificate_question_parent_class)->finalize (object);
}

static void
linnet_certificate_question_class_init (LinnetCertificateQuestionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = linnet_certificate_question_finalize;
  LINNET_QUESTION_CLASS (klass)->signal = linnet_certificate_question_signal;
}

static void
linnet_certificate_question_init (LinnetCertificateQuestion *self)
{
  self->chain = g_list_store_new (LINNET_TYPE_CERTIFICATE);
}

/**
 * linnet_certificate_question_new:
 * @bus: the bus
 * @service_name: whose channel it is
 * @path: of a ServerTLSConnection channel that the window handles
 * @properties: (type a{sv}): of the channel
 *
 * Returns: (transfer full) (nullable): the question, asking as soon as the certificates are there
 */
LinnetQuestion *
linnet_certificate_question_new (GDBusConnection *bus,
                                 const char *service_name,
                                 const char *path,
                                 GVariant *properties)
{
  g_autofree char *object = NULL;
  LinnetCertificateQuestion *self;

  if (!g_variant_lookup (properties, TLS ".ServerCertificate", "o", &object))
    return NULL;
  self = g_object_new (LINNET_TYPE_CERTIFICATE_QUESTION, NULL);
  self->object = g_steal_pointer (&object);
  if (!g_variant_lookup (properties, TLS ".Hostname", "s", &self->hostname))
    self->hostname = g_strdup ("");
  g_variant_lookup (properties, JUDGEMENT ".Error", "s", &self->error);
  linnet_question_start (LINNET_QUESTION (self), bus, service_name, path);
  linnet_question_call (LINNET_QUESTION (self), self->object, "org.freedesktop.DBus.Properties",
                        "Get", g_variant_new ("(ss)", CERTIFICATE, "CertificateChainData"), "(v)",
                        chain_cb, g_object_ref (self));
  return LINNET_QUESTION (self);
}

/**
 * linnet_certificate_question_get_hostname:
 * @self: a question
 *
 * Returns: the name that the certificate should be for
 */
const char *
linnet_certificate_question_get_hostname (LinnetCertificateQuestion *self)
{
  g_return_val_if_fail (LINNET_IS_CERTIFICATE_QUESTION (self), NULL);
  return self->hostname;
}

/**
 * linnet_certificate_question_get_chain:
 * @self: a question
 *
 * Returns: (transfer none) (element-type LinnetCertificate): the server's own, then of who says
 *   that it is
 */
GListModel *
linnet_certificate_question_get_chain (LinnetCertificateQuestion *self)
{
  g_return_val_if_fail (LINNET_IS_CERTIFICATE_QUESTION (self), NULL);
  return G_LIST_MODEL (self->chain);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetQuestion) question = data;
  g_autoptr (GVariant) reply = linnet_question_finish (question, source, result);

  if (reply == NULL)
    return;
  linnet_question_set_state (question, LINNET_QUESTION_DONE);
  linnet_question_close (question);
}

static void
answer (LinnetCertificateQuestion *self, const char *method, GVariant *arguments)
{
  g_autoptr (GVariant) owned = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;
  LinnetQuestion *question = LINNET_QUESTION (self);

  if (linnet_question_get_state (question) != LINNET_QUESTION_ASKING)
    return;
  linnet_question_set_state (question, LINNET_QUESTION_CHECKING);
  linnet_question_call (question, self->object, CERTIFICATE, method, owned, NULL, answered_cb,
                        g_object_ref (self));
}

/**
 * linnet_certificate_question_accept:
 * @self: a question that is asked
 *
 * The server's key is good for this account from now on, and the sign-in goes on.
 */
void
linnet_certificate_question_accept (LinnetCertificateQuestion *self)
{
  g_return_if_fail (LINNET_IS_CERTIFICATE_QUESTION (self));
  answer (self, "Accept", NULL);
}

/**
 * linnet_certificate_question_reject:
 * @self: a question that is asked
 * @reason: why
 *
 * The sign-in ends, with the reason as the error of the account.
 */
void
linnet_certificate_question_reject (LinnetCertificateQuestion *self, LinnetRejection reason)
{
  const char *name = reason == LINNET_REJECTION_FINGERPRINT ? CERT_ERROR "FingerprintMismatch"
                                                            : CERT_ERROR "Untrusted";

  g_return_if_fail (LINNET_IS_CERTIFICATE_QUESTION (self));
  answer (
      self, "Reject",
      g_variant_new_parsed ("([(%u, %s, {'user-requested': <true>})],)", (guint32) reason, name));
}
