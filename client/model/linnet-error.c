/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-error.c: sentences about what went wrong with an account: what happened, then what to do.
 * Telepathy's errors; no codes, no names of protocols. */
#include "config.h"

#include "model/linnet-error.h"

#include <string.h>

#include <glib/gi18n.h>

#define ERROR_BLOCKED "im.linnet.Error.Blocked"
#define ERROR_PREFIX "org.freedesktop.Telepathy.Error."

/* What %s stands for. */
typedef enum
{
  ABOUT_ADDRESS,
  ABOUT_DOMAIN,
} About;

typedef struct
{
  const char *name; /* behind ERROR_PREFIX */
  LinnetField field;
  About about;
  const char *sentence;
} Entry;

static const Entry entries[] = {
  { "AuthenticationFailed", LINNET_FIELD_PASSWORD, ABOUT_ADDRESS,
    N_ ("The password for %s was not accepted.") },
  { "CaptchaNotSupported", LINNET_FIELD_NONE, ABOUT_ADDRESS,
    N_ ("The server wants to see that a person asks for an account, and no program here shows what "
        "it asks. Use “linnetctl account register %s”.") },
  { "RegistrationExists", LINNET_FIELD_ADDRESS, ABOUT_ADDRESS,
    N_ ("Somebody has the account %s already.") },
  { "ConnectionFailed", LINNET_FIELD_ADDRESS, ABOUT_DOMAIN,
    N_ ("No server was found for “%s”. Check the part after the @.") },
  { "ConnectionRefused", LINNET_FIELD_SERVER, ABOUT_DOMAIN,
    N_ ("The server for %s does not take connections now.") },
  { "NetworkError", LINNET_FIELD_NONE, ABOUT_DOMAIN,
    N_ ("The connection to %s failed on the way. Check the network of this computer.") },
  { "ConnectionLost", LINNET_FIELD_NONE, ABOUT_DOMAIN, N_ ("The connection to %s was lost.") },
  { "ConnectionReplaced", LINNET_FIELD_NONE, ABOUT_ADDRESS,
    N_ ("Another program signed in as %s in place of this one.") },
  { "AlreadyConnected", LINNET_FIELD_ADDRESS, ABOUT_ADDRESS, N_ ("%s is signed in already.") },
  { "EncryptionNotAvailable", LINNET_FIELD_NONE, ABOUT_DOMAIN,
    N_ ("%s offers no encrypted connection, so nothing was sent.") },
  { "EncryptionError", LINNET_FIELD_NONE, ABOUT_DOMAIN,
    N_ ("No encrypted connection to %s could be made, so the password was not sent.") },
  { "Cert.NotProvided", LINNET_FIELD_NONE, ABOUT_DOMAIN,
    N_ ("The server could not prove that it is %s: it has no certificate. The password was not "
        "sent.") },
  { "Cert.Untrusted", LINNET_FIELD_NONE, ABOUT_DOMAIN,
    N_ ("The server could not prove that it is %s: nobody this computer trusts has signed its "
        "certificate. "
        "The password was not sent.") },
  { "Cert.SelfSigned", LINNET_FIELD_NONE, ABOUT_DOMAIN,
    N_ ("The server could not prove that it is %s: it has signed its certificate itself. "
        "The password was not sent.") },
  { "Cert.Expired", LINNET_FIELD_NONE, ABOUT_DOMAIN,
    N_ ("The server could not prove that it is %s: its certificate has expired. The password was "
        "not sent.") },
  { "Cert.HostnameMismatch", LINNET_FIELD_NONE, ABOUT_DOMAIN,
    N_ ("The server could not prove that it is %s: its certificate is for another name. "
        "The password was not sent.") },
  { "Cert.Revoked", LINNET_FIELD_NONE, ABOUT_DOMAIN,
    N_ ("The server could not prove that it is %s: its certificate has been withdrawn. "
        "The password was not sent.") },
  { "ServiceBusy", LINNET_FIELD_NONE, ABOUT_DOMAIN, N_ ("%s is too busy to let anybody in now.") },
  { "ServiceConfused", LINNET_FIELD_NONE, ABOUT_DOMAIN,
    N_ ("%s answered in a way that could not be understood.") },
  { "InvalidHandle", LINNET_FIELD_ADDRESS, ABOUT_ADDRESS,
    N_ ("“%s” is not an address. Addresses look like name@example.org.") },
  { "InvalidArgument", LINNET_FIELD_ADDRESS, ABOUT_ADDRESS,
    N_ ("“%s” is not an address. Addresses look like name@example.org.") },
  { "PermissionDenied", LINNET_FIELD_NONE, ABOUT_DOMAIN, N_ ("%s does not let this account in.") },
};

/* What became of a message, by the same names. */
static const struct
{
  const char *name;
  const char *sentence;
} deliveries[] = {
  { "NotAvailable", N_ ("Not delivered: nobody can be reached at this address.") },
  { "Offline", N_ ("Not delivered: the recipient cannot be reached now.") },
  { "DoesNotExist", N_ ("Not delivered: this address does not exist.") },
  { "InvalidArgument", N_ ("Not delivered: this address is not valid.") },
  { "InvalidHandle", N_ ("Not delivered: this address is not valid.") },
  { "PermissionDenied", N_ ("Not delivered: the recipient does not accept it.") },
  { "NetworkError", N_ ("Not delivered: the recipient’s server does not answer.") },
  { "ServiceBusy", N_ ("Not delivered: the server has too much to do.") },
  { "ConnectionLost", N_ ("Not sent: the connection was lost before the server had it.") },
  { "Disconnected", N_ ("Not sent: the connection was lost before the server had it.") },
};

static const Entry *
find (const char *name)
{
  if (name == NULL || !g_str_has_prefix (name, ERROR_PREFIX))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_str_equal (entries[i].name, name + strlen (ERROR_PREFIX)))
      return &entries[i];
  return NULL;
}

/* The sentences are translated, so no format is checked when this is built: only one %s is
 * replaced. */
static char *
fill_in (const char *sentence, const char *value)
{
  const char *at = strstr (sentence, "%s");

  if (at == NULL)
    return g_strdup (sentence);
  return g_strdup_printf ("%.*s%s%s", (int) (at - sentence), sentence, value, at + 2);
}

static char *
describe_clock (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%x");

  return g_strdup_printf (
      _ ("The certificate is not valid yet. The clock of this computer says %s."), date);
}

static char *
describe_other_name (GVariant *details, const char *domain)
{
  const char *other = NULL;

  if (details == NULL || !g_variant_lookup (details, "certificate-hostname", "&s", &other) ||
      !*other)
    return NULL;
  return g_strdup_printf (_ ("The server could not prove that it is %s: its certificate is for %s. "
                             "The password was not sent."),
                          domain, other);
}

/**
 * linnet_error_describe:
 * @name: (nullable): the D-Bus name of an error
 * @details: (nullable): a{sv} of Telepathy's ConnectionError
 * @address: the address of the account
 *
 * Returns: (transfer full): a sentence for people, translated
 */
char *
linnet_error_describe (const char *name, GVariant *details, const char *address)
{
  const Entry *entry = find (name);
  const char *at = strchr (address, '@');
  const char *domain = at != NULL ? at + 1 : address;
  const char *message = NULL;
  char *sentence = NULL;

  if (g_strcmp0 (name, ERROR_PREFIX "Cert.NotActivated") == 0)
    return describe_clock ();
  if (g_strcmp0 (name, ERROR_PREFIX "Cert.HostnameMismatch") == 0)
    sentence = describe_other_name (details, domain);
  if (sentence != NULL)
    return sentence;
  if (entry != NULL)
    return fill_in (_ (entry->sentence), entry->about == ABOUT_DOMAIN ? domain : address);
  if (name != NULL && g_str_has_prefix (name, ERROR_PREFIX "Cert."))
    return g_strdup_printf (
        _ ("The server could not prove that it is %s. The password was not sent."), domain);
  if (details != NULL && g_variant_lookup (details, "server-message", "&s", &message) && *message)
    return g_strdup_printf (_ ("%s refused the connection: %s"), domain, message);
  return g_strdup_printf (_ ("No connection to %s could be made."), domain);
}

/**
 * linnet_error_describe_delivery:
 * @name: (nullable): the D-Bus name of an error
 * @message: (nullable): what the service says about it
 *
 * Returns: (transfer full): why a message did not arrive, a sentence for people, translated
 */
char *
linnet_error_describe_delivery (const char *name, const char *message)
{
  if (g_strcmp0 (name, ERROR_BLOCKED) == 0)
    return g_strdup (_ ("Not delivered: you have blocked this address."));
  if (name != NULL && g_str_has_prefix (name, ERROR_PREFIX))
    for (guint i = 0; i < G_N_ELEMENTS (deliveries); i++)
      if (g_str_equal (deliveries[i].name, name + strlen (ERROR_PREFIX)))
        return g_strdup (_ (deliveries[i].sentence));
  if (message != NULL && *message)
    return g_strdup_printf (_ ("Not delivered: %s"), message);
  return g_strdup (_ ("The server did not deliver this message."));
}

/**
 * linnet_error_get_field:
 * @name: (nullable): the D-Bus name of an error
 *
 * Returns: the field of the sign-in page that it is about
 */
LinnetField
linnet_error_get_field (const char *name)
{
  const Entry *entry = find (name);

  return entry != NULL ? entry->field : LINNET_FIELD_NONE;
}
