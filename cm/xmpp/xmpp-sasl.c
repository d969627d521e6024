/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-sasl.c: choosing a mechanism and going through it. RFC 6120 6, RFC 4422 A, RFC 4505, RFC
 * 4616, RFC 5802, XEP-0175, XEP-0178, XEP-0440, XEP-0474
 *
 * The strongest that both sides have is taken, tied to the TLS connection where that can be; PLAIN
 * only inside TLS, only when there is nothing else, and never after there was something else. */
#include "xmpp/xmpp-sasl.h"

#include <gnutls/gnutls.h>
#include <string.h>

#include "xmpp/xmpp-base64.h"
#include "xmpp/xmpp-login-error.h"
#include "xmpp/xmpp-scram.h"

#define PLAIN "PLAIN"
#define EXTERNAL "EXTERNAL"
#define ANONYMOUS "ANONYMOUS"

/* Strongest first. */
static const struct
{
  const char *name;
  const char *plus; /* bound to the channel */
  XmppScramHash hash;
} scrams[] = {
  { "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS", XMPP_SCRAM_SHA_512 },
  { "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", XMPP_SCRAM_SHA_256 },
  { "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", XMPP_SCRAM_SHA_1 },
};

/* How the exchange is to go. */
typedef struct
{
  const char *mechanism;
  XmppScramHash hash;
  const XmppSaslBinding *binding; /* (nullable) */
  gboolean could_bind; /* we could, the server seems not to: it should know */
  gboolean needs_offer; /* the server must sign what it offered */
} Choice;

typedef enum
{
  STATE_BEGUN,
  STATE_ANSWERED, /* the proof is on its way */
  STATE_VERIFIED, /* nothing more to prove, on either side */
} State;

struct _XmppSasl
{
  const char *mechanism;
  State state;
  XmppScram *scram; /* (owned, nullable) */
  const char *binding; /* (nullable) the type */
  char *username; /* (owned, nullable) */
  char *identity; /* (owned, nullable) for EXTERNAL */
  char *password; /* (owned, nullable) prepared, for PLAIN; wiped */
};

static gboolean
fail (const XmppSaslOffer *offer, XmppLoginError code, const char *sentence, GError **error)
{
  g_autoptr (GError) failure = g_error_new_literal (XMPP_LOGIN_ERROR, (int) code, sentence);

  xmpp_login_error_edit_problem (failure)->mechanisms = g_strdupv ((char **) offer->mechanisms);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The strongest SCRAM that is offered, bound or not; -1: none. */
static int
find_scram (const XmppSaslOffer *offer, gboolean is_bound)
{
  for (guint i = 0; i < G_N_ELEMENTS (scrams); i++)
    if (g_strv_contains (offer->mechanisms, is_bound ? scrams[i].plus : scrams[i].name))
      return (int) i;
  return -1;
}

static gboolean
has_bindings (const XmppSaslOffer *offer)
{
  return offer->bindings != NULL && offer->bindings[0].type != NULL;
}

/* The strongest that both sides have. A server that does not say which ones it has is taken at the
 * word of RFC 5802 §6.1 or, for TLS 1.3, RFC 9266 §3. */
static const XmppSaslBinding *
find_binding (const XmppSaslOffer *offer)
{
  if (!has_bindings (offer))
    return NULL;
  if (offer->binding_types == NULL)
    {
      for (guint i = 0; offer->bindings[i].type != NULL; i++)
        if (strcmp (offer->bindings[i].type, "tls-unique") == 0)
          return &offer->bindings[i];
      return &offer->bindings[0];
    }
  for (guint i = 0; offer->bindings[i].type != NULL; i++)
    if (g_strv_contains (offer->binding_types, offer->bindings[i].type))
      return &offer->bindings[i];
  return NULL;
}

/* XEP-0440 §4: what no honest server offers together. */
static gboolean
check_bindings (const XmppSaslOffer *offer, GError **error)
{
  gboolean is_stripped = offer->is_encrypted && offer->binding_types != NULL &&
                         find_scram (offer, TRUE) < 0 && find_scram (offer, FALSE) >= 0;

  return !is_stripped ||
         fail (offer, XMPP_LOGIN_ERROR_WEAKENED,
               "The server says that it can tie the sign-in to the encrypted connection, and then "
               "offers no way to do it: somebody in between may have taken it out. The password "
               "was not used. Try again over another network; if that does not help, ask the "
               "server's operator.",
               error);
}

static gboolean
choose_plain (const XmppSaslOffer *offer, Choice *choice, GError **error)
{
  if (!g_strv_contains (offer->mechanisms, PLAIN))
    return fail (offer, XMPP_LOGIN_ERROR_NO_MECHANISM,
                 "The server offers no way to sign in that is safe and that Linnet knows.", error);
  if (!offer->is_encrypted)
    return fail (offer, XMPP_LOGIN_ERROR_ENCRYPTION_NOT_AVAILABLE,
                 "The server wants the password in clear text on a connection that is not "
                 "encrypted, so it was not sent.",
                 error);
  if ((offer->known & XMPP_STRENGTH_PROVEN) != 0)
    return fail (offer, XMPP_LOGIN_ERROR_WEAKENED,
                 "The server used to prove that it knows the password, and now wants to be told "
                 "it, so it was not sent. If the server's operator says that this is meant to be "
                 "so, enter the password of the account again.",
                 error);
  choice->mechanism = PLAIN;
  return TRUE;
}

/* XEP-0175: nobody is anybody, and a password would be of no use. */
static gboolean
choose_anonymous (const XmppSaslOffer *offer, Choice *choice, GError **error)
{
  if (!g_strv_contains (offer->mechanisms, ANONYMOUS))
    return fail (offer, XMPP_LOGIN_ERROR_NO_MECHANISM,
                 "The server lets nobody in without an account.", error);
  choice->mechanism = ANONYMOUS;
  return TRUE;
}

static gboolean
choose (const XmppSaslOffer *offer, Choice *choice, GError **error)
{
  gboolean offers_plus = offer->is_encrypted && find_scram (offer, TRUE) >= 0;
  int row;

  if (offer->is_anonymous)
    return choose_anonymous (offer, choice, error);
  /* XEP-0178 §2: whoever gave a certificate wants it to be used. */
  if (offer->is_certified && g_strv_contains (offer->mechanisms, EXTERNAL))
    {
      choice->mechanism = EXTERNAL;
      return TRUE;
    }
  if (!check_bindings (offer, error))
    return FALSE;
  if (offers_plus && !offer->is_binding_refused)
    choice->binding = find_binding (offer);
  row = find_scram (offer, choice->binding != NULL);
  if (row < 0)
    return choose_plain (offer, choice, error);

  choice->mechanism = choice->binding != NULL ? scrams[row].plus : scrams[row].name;
  choice->hash = scrams[row].hash;
  choice->could_bind = !offers_plus && has_bindings (offer);
  /* XEP-0474 §5, rule 6: a list of which we know nothing may be somebody else's. */
  choice->needs_offer = offers_plus && choice->binding == NULL && offer->binding_types != NULL &&
                        !offer->is_binding_refused;
  return TRUE;
}

static int
compare_texts_cb (gconstpointer one, gconstpointer other)
{
  return strcmp (*(const char *const *) one, *(const char *const *) other);
}

static void
append_sorted (GString *out, const char *const *texts)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; texts[i] != NULL; i++)
    g_ptr_array_add (sorted, (gpointer) texts[i]);
  g_ptr_array_sort (sorted, compare_texts_cb);
  for (guint i = 0; i < sorted->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? "\x1e" : "",
                            (const char *) g_ptr_array_index (sorted, i));
}

/* XEP-0474 §4.1 */
static char *
dup_offer_text (const XmppSaslOffer *offer)
{
  GString *text = g_string_new (NULL);

  append_sorted (text, offer->mechanisms);
  if (offer->binding_types != NULL)
    {
      g_string_append_c (text, '\x1f');
      append_sorted (text, offer->binding_types);
    }
  return g_string_free (text, FALSE);
}

static void
prepare_scram (XmppSasl *self, const XmppSaslOffer *offer, const Choice *choice)
{
  g_autofree char *text = dup_offer_text (offer);
  g_autofree char *flag = NULL;

  self->binding = choice->binding != NULL ? choice->binding->type : NULL;
  if (choice->binding != NULL)
    flag = g_strconcat ("p=", choice->binding->type, NULL);
  else
    flag = g_strdup (choice->could_bind ? "y" : "n");
  xmpp_scram_bind (self->scram, flag, choice->binding != NULL ? choice->binding->data : NULL);
  xmpp_scram_expect_offer (self->scram, text, choice->needs_offer);
}

/**
 * xmpp_sasl_new:
 * @offer: of both sides
 * @username: (nullable): the local part of the account's address
 * @password: (nullable): as typed
 *
 * Chooses a mechanism and begins.
 *
 * Returns: (nullable) (transfer full): free with xmpp_sasl_free ()
 * Errors: XMPP_LOGIN_ERROR: NO_MECHANISM, ENCRYPTION_NOT_AVAILABLE, WEAKENED, PASSWORD_NEEDED,
 * NOT_AUTHORIZED; with the mechanisms as problem
 * Spec: RFC 6120 §6.3.3, XEP-0440 §4; thread: any
 */
XmppSasl *
xmpp_sasl_new (const XmppSaslOffer *offer,
               const char *username,
               const char *password,
               GError **error)
{
  g_autoptr (XmppSasl) self = g_new0 (XmppSasl, 1);
  Choice choice = { 0 };

  if (!choose (offer, &choice, error))
    return NULL;
  self->mechanism = choice.mechanism;
  if (strcmp (choice.mechanism, EXTERNAL) == 0 || strcmp (choice.mechanism, ANONYMOUS) == 0)
    {
      self->state = STATE_VERIFIED;
      if (strcmp (choice.mechanism, EXTERNAL) == 0)
        self->identity = g_strdup (offer->identity);
      return g_steal_pointer (&self);
    }
  if (password == NULL)
    {
      fail (offer, XMPP_LOGIN_ERROR_PASSWORD_NEEDED, "A password is needed to sign in.", error);
      return NULL;
    }

  self->username = g_strdup (username);
  if (strcmp (self->mechanism, PLAIN) == 0)
    self->password = xmpp_scram_dup_prepared (password, error);
  else
    self->scram = xmpp_scram_new (choice.hash, username, password, NULL, error);
  if (self->scram != NULL)
    prepare_scram (self, offer, &choice);
  return self->password != NULL || self->scram != NULL ? g_steal_pointer (&self) : NULL;
}

void
xmpp_sasl_free (XmppSasl *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->scram, xmpp_scram_free);
  g_free (self->username);
  g_free (self->identity);
  xmpp_scram_free_secret (self->password);
  g_free (self);
}

/**
 * xmpp_sasl_get_mechanism:
 *
 * Returns: (transfer none): its registered name
 */
const char *
xmpp_sasl_get_mechanism (XmppSasl *self)
{
  return self->mechanism;
}

/**
 * xmpp_sasl_get_binding:
 *
 * Returns: (nullable) (transfer none): the type of channel binding; NULL: none
 */
const char *
xmpp_sasl_get_binding (XmppSasl *self)
{
  return self->binding;
}

/**
 * xmpp_sasl_dup_initial:
 *
 * Returns: (transfer full): the initial response; free with xmpp_scram_free_secret ()
 * Spec: RFC 4422 A.1, RFC 4505 §2, RFC 4616 §2, RFC 5802 §5
 */
char *
xmpp_sasl_dup_initial (XmppSasl *self)
{
  size_t name_bytes;
  size_t password_bytes;
  g_autofree guchar *plain = NULL;
  const char *first;
  char *text;

  if (self->scram != NULL)
    {
      first = xmpp_scram_get_client_first (self->scram);
      return g_base64_encode ((const guchar *) first, strlen (first));
    }

  if (self->identity != NULL)
    return g_base64_encode ((const guchar *) self->identity, strlen (self->identity));
  /* EXTERNAL as whom the certificate is for, ANONYMOUS without a trace: RFC 6120 §6.4.2. */
  if (self->password == NULL)
    return g_strdup ("=");

  name_bytes = strlen (self->username);
  password_bytes = strlen (self->password);
  plain = g_malloc0 (name_bytes + password_bytes + 2);
  memcpy (plain + 1, self->username, name_bytes);
  memcpy (plain + 2 + name_bytes, self->password, password_bytes);
  text = g_base64_encode (plain, name_bytes + password_bytes + 2);
  gnutls_memset (plain, 0, name_bytes + password_bytes + 2);
  self->state = STATE_VERIFIED;
  return text;
}

/* What an element of the exchange carries. RFC 6120 §6.4.2: "=" is a text of no length. */
static char *
decode (const char *text, GError **error)
{
  size_t length = 0;
  g_autofree char *data = (char *) (strcmp (text, "=") == 0 ? xmpp_base64_decode ("", &length)
                                                            : xmpp_base64_decode (text, &length));

  if (data != NULL && strlen (data) == length)
    return g_steal_pointer (&data);
  g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL,
                       "The server sent something unreadable while signing in.");
  return NULL;
}

/**
 * xmpp_sasl_dup_response:
 * @challenge: text of <challenge/>
 *
 * Returns: (nullable) (transfer full): text of <response/>, maybe empty
 * Errors: XMPP_LOGIN_ERROR
 * Spec: RFC 6120 §6.4.3; thread: not the main one
 */
char *
xmpp_sasl_dup_response (XmppSasl *self, const char *challenge, GError **error)
{
  g_autofree char *message = decode (challenge, error);
  g_autofree char *answer = NULL;

  if (message == NULL)
    return NULL;

  if (self->scram == NULL || self->state == STATE_VERIFIED)
    {
      g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL,
                           "The server asked for more than signing in needs.");
      return NULL;
    }
  if (self->state == STATE_ANSWERED)
    {
      if (!xmpp_scram_verify (self->scram, message, error))
        return NULL;
      self->state = STATE_VERIFIED;
      return g_strdup ("");
    }

  answer = xmpp_scram_dup_client_final (self->scram, message, error);
  if (answer == NULL)
    return NULL;
  self->state = STATE_ANSWERED;
  return g_base64_encode ((const guchar *) answer, strlen (answer));
}

/**
 * xmpp_sasl_finish:
 * @success: text of <success/>, maybe empty
 *
 * Whether the success is one: a server that skipped its own proof is none of ours.
 *
 * Errors: XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED, XMPP_LOGIN_ERROR_PROTOCOL
 * Spec: RFC 6120 §6.4.6, RFC 5802 §5
 */
gboolean
xmpp_sasl_finish (XmppSasl *self, const char *success, GError **error)
{
  g_autofree char *message = NULL;

  if (self->state == STATE_VERIFIED)
    return TRUE;
  message = decode (success, error);
  if (message == NULL || !xmpp_scram_verify (self->scram, message, error))
    return FALSE;
  self->state = STATE_VERIFIED;
  return TRUE;
}
