/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-scram.c: SCRAM, client side, for any hash that GnuTLS knows. RFC 5802, RFC 7677, XEP-0474,
 * RFC 4013, RFC 8265
 *
 * A login counts only after xmpp_scram_verify (): a server that cannot sign does not know the
 * password, whatever else it says. */
#include "xmpp/xmpp-scram.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <unicode/usprep.h>
#include <unicode/ustring.h>

#include "xmpp/xmpp-base64.h"

#define MAX_HASH_BYTES 64
#define NONCE_BYTES 24
#define MAX_NONCE_CHARS 1024
#define MAX_PASSWORD_BYTES 1024
#define MAX_PARTS 16
/* The optional attribute of a server-first-message that holds what the server offered. XEP-0474 */
#define OFFER_ATTRIBUTE 'h'

static const gnutls_mac_algorithm_t macs[] = { GNUTLS_MAC_SHA1, GNUTLS_MAC_SHA256,
                                               GNUTLS_MAC_SHA512 };
static const gnutls_digest_algorithm_t digests[] = { GNUTLS_DIG_SHA1, GNUTLS_DIG_SHA256,
                                                     GNUTLS_DIG_SHA512 };

struct _XmppScram
{
  XmppScramHash hash;
  size_t hash_bytes;
  char *password; /* (owned) prepared; wiped */
  char *nonce; /* (owned) ours */
  char *client_first; /* (owned) with the GS2 header */
  char *gs2_header; /* (owned) what is said of channel binding, e.g. "n,," */
  char *bare; /* (owned) client-first-message-bare */
  GBytes *binding; /* (owned, nullable) the channel's */
  char *offer; /* (owned, nullable) what we saw the server offer */
  gboolean needs_offer; /* the server must say that it offered that */
  guchar server_signature[MAX_HASH_BYTES];
  gboolean has_signature;
};

typedef struct
{
  char *nonce; /* (owned) ours and theirs */
  guchar *salt; /* (owned) */
  size_t salt_bytes;
  guint iterations;
  char *offer; /* (owned, nullable) digest of what the server offered */
} ServerFirst;

static void
server_first_clear (ServerFirst *self)
{
  g_free (self->nonce);
  g_free (self->salt);
  g_free (self->offer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ServerFirst, server_first_clear)

static gboolean
is_plain_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if (*text < 0x20 || *text > 0x7e)
      return FALSE;
  return TRUE;
}

/* What functions of others have left behind on the stack, deeper than where we are. */
static G_NO_INLINE void
wipe_stack (void)
{
  guchar room[32 * 1024];

  gnutls_memset (room, 0, sizeof room);
}

/* RFC 4013. Unassigned code points pass: servers prepare with tables of different ages. */
static char *
dup_saslprepped (const char *password)
{
  UErrorCode status = U_ZERO_ERROR;
  UStringPrepProfile *profile = usprep_openByType (USPREP_RFC4013_SASLPREP, &status);
  UChar source[MAX_PASSWORD_BYTES + 1];
  UChar prepared[4 * MAX_PASSWORD_BYTES];
  char utf8[4 * MAX_PASSWORD_BYTES];
  int32_t length = 0;
  char *result = NULL;

  u_strFromUTF8 (source, G_N_ELEMENTS (source), &length, password, -1, &status);
  length = usprep_prepare (profile, source, length, prepared, G_N_ELEMENTS (prepared),
                           USPREP_ALLOW_UNASSIGNED, NULL, &status);
  u_strToUTF8 (utf8, sizeof utf8, NULL, prepared, length, &status);
  if (U_SUCCESS (status) && memchr (utf8, '\0', sizeof utf8) != NULL && *utf8 != '\0')
    result = g_strdup (utf8);

  gnutls_memset (source, 0, sizeof source);
  gnutls_memset (prepared, 0, sizeof prepared);
  gnutls_memset (utf8, 0, sizeof utf8);
  if (profile != NULL)
    usprep_close (profile);
  return result;
}

static char *
dup_opaque_string (const char *password)
{
  gnutls_datum_t out = { NULL, 0 };
  char *result;

  if (gnutls_utf8_password_normalize ((const unsigned char *) password, strlen (password), &out,
                                      0) != GNUTLS_E_SUCCESS)
    return NULL;
  result = g_strndup ((const char *) out.data, out.size);
  gnutls_memset (out.data, 0, out.size);
  gnutls_free (out.data);
  return result;
}

/* RFC 5802 §5.1: "," and "=" of a name are written "=2C" and "=3D". */
static void
append_saslname (GString *out, const char *name)
{
  for (; *name != '\0'; name++)
    if (*name == ',')
      g_string_append (out, "=2C");
    else if (*name == '=')
      g_string_append (out, "=3D");
    else
      g_string_append_c (out, *name);
}

static gboolean
hmac (XmppScram *self, const guchar *key, const void *data, size_t data_bytes, guchar *out)
{
  return gnutls_hmac_fast (macs[self->hash], key, self->hash_bytes, data, data_bytes, out) ==
         GNUTLS_E_SUCCESS;
}

static gboolean
parse_nonce (XmppScram *self, const char *part, ServerFirst *first)
{
  size_t ours = strlen (self->nonce);

  if (!g_str_has_prefix (part, "r=") || strlen (part + 2) <= ours ||
      gnutls_memcmp (part + 2, self->nonce, ours) != 0)
    return FALSE;
  if (strlen (part + 2) > MAX_NONCE_CHARS || !is_plain_ascii (part) || strchr (part, ' ') != NULL)
    return FALSE;
  first->nonce = g_strdup (part + 2);
  return TRUE;
}

static gboolean
parse_salt (const char *part, ServerFirst *first)
{
  if (!g_str_has_prefix (part, "s="))
    return FALSE;
  first->salt = xmpp_base64_decode (part + 2, &first->salt_bytes);
  return first->salt != NULL && first->salt_bytes > 0 &&
         first->salt_bytes <= XMPP_SCRAM_MAX_SALT_BYTES;
}

static gboolean
parse_iterations (const char *part, ServerFirst *first)
{
  guint64 value;

  if (!g_str_has_prefix (part, "i=") || part[2] == '0')
    return FALSE;
  if (!g_ascii_string_to_unsigned (part + 2, 10, XMPP_SCRAM_MIN_ITERATIONS,
                                   XMPP_SCRAM_MAX_ITERATIONS, &value, NULL))
    return FALSE;
  first->iterations = (guint) value;
  return TRUE;
}

/* server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions] */
static gboolean
parse_server_first (XmppScram *self, const char *text, ServerFirst *first)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", MAX_PARTS);

  if (g_strv_length (parts) < 3 || !parse_nonce (self, parts[0], first) ||
      !parse_salt (parts[1], first) || !parse_iterations (parts[2], first))
    return FALSE;

  /* Extensions that are optional are passed over; m= is one that is not, and a second r, s or i is
   * a trap. */
  for (guint i = 3; parts[i] != NULL; i++)
    {
      if (!g_ascii_isalpha (parts[i][0]) || parts[i][1] != '=' ||
          strchr ("mrsi", parts[i][0]) != NULL || strchr (parts[i], ',') != NULL)
        return FALSE;
      if (parts[i][0] != OFFER_ATTRIBUTE)
        continue;
      if (first->offer != NULL)
        return FALSE;
      first->offer = g_strdup (parts[i] + 2);
    }
  return TRUE;
}

/* Whether the server offered what we saw: the attribute is under its signature, the list was not.
 * XEP-0474 §4.2 */
static gboolean
check_offer (XmppScram *self, const ServerFirst *first, GError **error)
{
  guchar digest[MAX_HASH_BYTES];
  g_autofree char *seen = NULL;

  if (self->offer == NULL || (first->offer == NULL && !self->needs_offer))
    return TRUE;
  if (gnutls_hash_fast (digests[self->hash], self->offer, strlen (self->offer), digest) ==
      GNUTLS_E_SUCCESS)
    seen = g_base64_encode (digest, self->hash_bytes);
  if (seen != NULL && g_strcmp0 (seen, first->offer) == 0)
    return TRUE;
  g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_WEAKENED,
                       "Somebody between this computer and the server seems to have changed the "
                       "ways to sign in that it offers. The password was not used. Try again over "
                       "another network; if that does not help, ask the server's operator.");
  return FALSE;
}

/* RFC 5802 §3: from the salted password to the client's proof and the signature that the server
 * must show. */
static gboolean
compute_proof (XmppScram *self, const ServerFirst *first, const char *auth_message, guchar *proof)
{
  guchar salted[MAX_HASH_BYTES], client_key[MAX_HASH_BYTES], stored_key[MAX_HASH_BYTES],
      server_key[MAX_HASH_BYTES];
  guchar signature[MAX_HASH_BYTES];
  const gnutls_datum_t password = { (guchar *) self->password, (unsigned) strlen (self->password) };
  const gnutls_datum_t salt = { first->salt, (unsigned) first->salt_bytes };
  size_t message_bytes = strlen (auth_message);
  gboolean ok;

  ok = gnutls_pbkdf2 (macs[self->hash], &password, &salt, first->iterations, salted,
                      self->hash_bytes) == GNUTLS_E_SUCCESS;
  ok = ok && hmac (self, salted, "Client Key", 10, client_key);
  ok = ok && hmac (self, salted, "Server Key", 10, server_key);
  ok = ok && gnutls_hash_fast (digests[self->hash], client_key, self->hash_bytes, stored_key) ==
                 GNUTLS_E_SUCCESS;
  ok = ok && hmac (self, stored_key, auth_message, message_bytes, signature);
  ok = ok && hmac (self, server_key, auth_message, message_bytes, self->server_signature);
  for (size_t i = 0; ok && i < self->hash_bytes; i++)
    proof[i] = client_key[i] ^ signature[i];

  gnutls_memset (salted, 0, sizeof salted);
  gnutls_memset (client_key, 0, sizeof client_key);
  gnutls_memset (stored_key, 0, sizeof stored_key);
  gnutls_memset (server_key, 0, sizeof server_key);
  gnutls_memset (signature, 0, sizeof signature);
  return ok;
}

static char *
dup_random_nonce (void)
{
  guchar bytes[NONCE_BYTES];

  if (gnutls_rnd (GNUTLS_RND_NONCE, bytes, sizeof bytes) != GNUTLS_E_SUCCESS)
    return NULL;
  return g_base64_encode (bytes, sizeof bytes);
}

/**
 * xmpp_scram_dup_prepared:
 * @password: as typed
 *
 * Prepares a password as servers do before they compare it.
 *
 * Returns: (nullable) (transfer full): free with xmpp_scram_free_secret ()
 * Errors: XMPP_LOGIN_ERROR_NOT_AUTHORIZED for what no password can be
 * Spec: RFC 4013 §2; RFC 8265 §4.2 where that one refuses
 */
char *
xmpp_scram_dup_prepared (const char *password, GError **error)
{
  char *prepared = NULL;

  if (*password != '\0' && strlen (password) <= MAX_PASSWORD_BYTES &&
      g_utf8_validate (password, -1, NULL))
    {
      prepared = is_plain_ascii (password) ? g_strdup (password) : dup_saslprepped (password);
      if (prepared == NULL)
        prepared = dup_opaque_string (password);
      wipe_stack ();
    }
  if (prepared == NULL)
    g_set_error_literal (
        error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NOT_AUTHORIZED,
        "The password holds characters that no password can have, or is empty or too long.");
  return prepared;
}

/**
 * xmpp_scram_free_secret:
 * @secret: (nullable) (transfer full): a string that nobody must find in memory
 */
void
xmpp_scram_free_secret (char *secret)
{
  if (secret != NULL)
    gnutls_memset (secret, 0, strlen (secret));
  g_free (secret);
}

/**
 * xmpp_scram_new:
 * @hash: which hash
 * @username: the local part of the account's address
 * @password: as typed
 * @nonce: (nullable): NULL for a random one
 *
 * Begins an exchange.
 *
 * Returns: (transfer full): free with xmpp_scram_free ()
 * Errors: XMPP_LOGIN_ERROR_NOT_AUTHORIZED, XMPP_LOGIN_ERROR_FAILED
 * Spec: RFC 5802 §5
 */
XmppScram *
xmpp_scram_new (XmppScramHash hash,
                const char *username,
                const char *password,
                const char *nonce,
                GError **error)
{
  g_autoptr (XmppScram) self = g_new0 (XmppScram, 1);
  g_autoptr (GString) bare = g_string_new ("n=");

  self->hash = hash;
  self->hash_bytes = gnutls_hash_get_len (digests[hash]);
  self->password = xmpp_scram_dup_prepared (password, error);
  if (self->password == NULL)
    return NULL;
  self->nonce = nonce != NULL ? g_strdup (nonce) : dup_random_nonce ();
  if (self->nonce == NULL)
    {
      g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_FAILED,
                           "This computer has no random numbers to give.");
      return NULL;
    }

  append_saslname (bare, username);
  g_string_append_printf (bare, ",r=%s", self->nonce);
  self->bare = g_string_free (g_steal_pointer (&bare), FALSE);
  xmpp_scram_bind (self, "n", NULL);
  return g_steal_pointer (&self);
}

/**
 * xmpp_scram_bind:
 * @flag: "n": we cannot bind to the channel; "y": we could, but the server seems not to; "p=NAME":
 * bound by the type NAME
 * @binding: (nullable): what that type says of the channel
 *
 * Says how the exchange is tied to the channel that it goes over; before the first message.
 *
 * Spec: RFC 5802 §6
 */
void
xmpp_scram_bind (XmppScram *self, const char *flag, GBytes *binding)
{
  g_return_if_fail (!self->has_signature);

  g_free (self->gs2_header);
  g_free (self->client_first);
  g_clear_pointer (&self->binding, g_bytes_unref);
  self->gs2_header = g_strdup_printf ("%s,,", flag);
  self->client_first = g_strconcat (self->gs2_header, self->bare, NULL);
  self->binding = binding != NULL ? g_bytes_ref (binding) : NULL;
}

/**
 * xmpp_scram_expect_offer:
 * @offer: what we saw the server offer, as XEP-0474 writes it
 * @is_needed: whether a server that does not say what it offered is refused
 *
 * A server that knows XEP-0474 signs what it offered; an exchange with one that offered something
 * else than we saw fails.
 *
 * Spec: XEP-0474 §4
 */
void
xmpp_scram_expect_offer (XmppScram *self, const char *offer, gboolean is_needed)
{
  g_free (self->offer);
  self->offer = g_strdup (offer);
  self->needs_offer = is_needed;
}

void
xmpp_scram_free (XmppScram *self)
{
  if (self == NULL)
    return;
  xmpp_scram_free_secret (self->password);
  g_free (self->nonce);
  g_free (self->client_first);
  g_free (self->gs2_header);
  g_free (self->bare);
  g_clear_pointer (&self->binding, g_bytes_unref);
  g_free (self->offer);
  gnutls_memset (self, 0, sizeof *self);
  g_free (self);
}

/**
 * xmpp_scram_get_client_first:
 *
 * Returns: (transfer none): client-first-message
 */
const char *
xmpp_scram_get_client_first (XmppScram *self)
{
  return self->client_first;
}

/* cbind-input: the GS2 header and what the binding type says of the channel. */
static char *
dup_channel_binding (XmppScram *self)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();
  gsize size = 0;
  const guchar *data = self->binding != NULL ? g_bytes_get_data (self->binding, &size) : NULL;

  g_byte_array_append (input, (const guchar *) self->gs2_header, (guint) strlen (self->gs2_header));
  if (data != NULL)
    g_byte_array_append (input, data, (guint) size);
  return g_base64_encode (input->data, input->len);
}

/**
 * xmpp_scram_dup_client_final:
 * @server_first: server-first-message
 *
 * Judges the server's challenge and answers it. Takes up to a second for the largest number of
 * iterations.
 *
 * Returns: (nullable) (transfer full): client-final-message
 * Errors: XMPP_LOGIN_ERROR_PROTOCOL where the challenge breaks RFC 5802 or our bounds, WEAKENED
 * where the server offered something else than we saw
 * Spec: RFC 5802 §5.1; thread: any, not the main one
 */
char *
xmpp_scram_dup_client_final (XmppScram *self, const char *server_first, GError **error)
{
  g_auto (ServerFirst) first = { 0 };
  g_autofree char *channel_binding = NULL;
  g_autofree char *without_proof = NULL;
  g_autofree char *auth_message = NULL;
  g_autofree char *proof_text = NULL;
  guchar proof[MAX_HASH_BYTES];

  if (self->has_signature || !parse_server_first (self, server_first, &first))
    {
      g_set_error_literal (
          error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL,
          "The server asked for the password in a way that is not safe to answer.");
      return NULL;
    }

  if (!check_offer (self, &first, error))
    return NULL;

  channel_binding = dup_channel_binding (self);
  without_proof = g_strdup_printf ("c=%s,r=%s", channel_binding, first.nonce);
  auth_message = g_strdup_printf ("%s,%s,%s", self->bare, server_first, without_proof);
  if (!compute_proof (self, &first, auth_message, proof))
    {
      g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_FAILED,
                           "The answer to the server could not be computed.");
      return NULL;
    }
  self->has_signature = TRUE;
  proof_text = g_base64_encode (proof, self->hash_bytes);
  return g_strdup_printf ("%s,p=%s", without_proof, proof_text);
}

static gboolean
fail_as_server_says (const char *reason, GError **error)
{
  static const char *const refusals[] = { "invalid-proof", "unknown-user",
                                          "invalid-username-encoding", NULL };

  if (g_strv_contains (refusals, reason))
    g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NOT_AUTHORIZED,
                         "The password was not accepted.");
  else
    g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED,
                         "The server ended the login without proving that it knows the password.");
  return FALSE;
}

/**
 * xmpp_scram_verify:
 * @server_final: server-final-message
 *
 * Whether the server knew the password too. Until this is TRUE nobody is logged in.
 *
 * Errors: XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED, XMPP_LOGIN_ERROR_NOT_AUTHORIZED where it says so
 * Spec: RFC 5802 §5.1, §7
 */
gboolean
xmpp_scram_verify (XmppScram *self, const char *server_final, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (server_final, ",", 2);
  g_autofree guchar *signature = NULL;
  size_t length = 0;

  if (parts[0] != NULL && g_str_has_prefix (parts[0], "e="))
    return fail_as_server_says (parts[0] + 2, error);
  if (parts[0] != NULL && g_str_has_prefix (parts[0], "v="))
    signature = xmpp_base64_decode (parts[0] + 2, &length);
  if (self->has_signature && signature != NULL && length == self->hash_bytes &&
      gnutls_memcmp (signature, self->server_signature, length) == 0)
    return TRUE;

  g_set_error_literal (
      error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED,
      "The server could not prove that it knows the password. It may be an impostor.");
  return FALSE;
}
