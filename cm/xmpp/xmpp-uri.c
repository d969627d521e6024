/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-uri.c: xmpp: links, read and written. RFC 5122 2, XEP-0147, RFC 3986
 *
 * A link comes from web pages and from strangers' messages: it is bounded, its parts are told
 * apart before anything is decoded, and nothing in it is done without a person's word. */
#include "config.h"

#include "xmpp/xmpp-uri.h"

#include <string.h>

#include "xmpp/xmpp-error.h"

#define SCHEME "xmpp:"
#define MAX_URI_BYTES (32 * 1024)
#define MAX_VALUES 64
#define MAX_KEY_BYTES 64
/* Beside letters, digits and "-._~", which RFC 3986 2.3 lets stand. */
#define KEPT_IN_DOMAIN "[]:"

typedef struct
{
  char *key; /* (owned) lower case */
  char *value; /* (owned) UTF-8 without control characters but tab and line ends */
} Value;

struct _XmppUri
{
  XmppJid *account; /* (owned) (nullable) which of our accounts is to do it */
  XmppJid *jid; /* (owned) */
  XmppUriAction action;
  char *query; /* (owned) the query type, lower case; "": none */
  GArray *values; /* (owned) Value, in their order */
};

static const char *const queries[] = {
  [XMPP_URI_OTHER] = "",
  [XMPP_URI_SHOW] = "",
  [XMPP_URI_COMMAND] = "command",
  [XMPP_URI_DISCO] = "disco",
  [XMPP_URI_INVITE] = "invite",
  [XMPP_URI_JINGLE] = "jingle",
  [XMPP_URI_JOIN] = "join",
  [XMPP_URI_MESSAGE] = "message",
  [XMPP_URI_PUBSUB] = "pubsub",
  [XMPP_URI_RECVFILE] = "recvfile",
  [XMPP_URI_REGISTER] = "register",
  [XMPP_URI_REMOVE] = "remove",
  [XMPP_URI_ROSTER] = "roster",
  [XMPP_URI_SENDFILE] = "sendfile",
  [XMPP_URI_SUBSCRIBE] = "subscribe",
  [XMPP_URI_UNREGISTER] = "unregister",
  [XMPP_URI_UNSUBSCRIBE] = "unsubscribe",
  [XMPP_URI_VCARD] = "vcard",
};

static void
clear_value (gpointer data)
{
  Value *value = data;

  g_free (value->key);
  g_free (value->value);
}

static gpointer
fail (GError **error, const char *message)
{
  g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_URI_MALFORMED, message);
  return NULL;
}

/* A key or a query type as everybody writes it. */
static gboolean
is_name (const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("-._:", text[i]) == NULL)
      return FALSE;
  return length <= MAX_KEY_BYTES;
}

static gboolean
is_text (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (; *text != '\0'; text++)
    if (g_ascii_iscntrl (*text) && strchr ("\t\n\r", *text) == NULL)
      return FALSE;
  return TRUE;
}

/* Undoes the percent-encoding. NULL: it is broken, or hides a NUL. */
static char *
decode (const char *text, size_t length)
{
  g_autofree char *decoded = g_uri_unescape_segment (text, text + length, NULL);

  return decoded != NULL && is_text (decoded) ? g_steal_pointer (&decoded) : NULL;
}

/* An address whose parts are told apart first: what is encoded parts nothing. */
static XmppJid *
read_jid (const char *text, size_t length, GError **error)
{
  const char *slash = memchr (text, '/', length);
  size_t bare_length = slash != NULL ? (size_t) (slash - text) : length;
  const char *at = memchr (text, '@', bare_length);
  const char *host = at != NULL ? at + 1 : text;
  g_autofree char *local = at != NULL ? decode (text, at - text) : NULL;
  g_autofree char *domain = decode (host, text + bare_length - host);
  g_autofree char *resource = slash != NULL ? decode (slash + 1, text + length - slash - 1) : NULL;

  if (domain == NULL || (at != NULL && local == NULL) || (slash != NULL && resource == NULL))
    return fail (error, "The link is not encoded well.");
  if ((local != NULL && *local == '\0') || (resource != NULL && *resource == '\0'))
    return fail (error, "The link has no whole address.");
  return xmpp_jid_new_from_parts (local, domain, resource, error);
}

/* "//account/" stands before the address. */
static gboolean
read_path (XmppUri *self, const char *path, size_t length, GError **error)
{
  const char *slash;

  if (length < 2 || memcmp (path, "//", 2) != 0)
    {
      self->jid = read_jid (path, length, error);
      return self->jid != NULL;
    }
  path += 2;
  length -= 2;
  slash = memchr (path, '/', length);
  self->account = read_jid (path, slash != NULL ? (size_t) (slash - path) : length, error);
  if (self->account == NULL)
    return FALSE;
  if (slash == NULL || slash + 1 == path + length)
    self->jid = xmpp_jid_ref (self->account);
  else
    self->jid = read_jid (slash + 1, path + length - slash - 1, error);
  return self->jid != NULL;
}

static gboolean
read_value (XmppUri *self, const char *text, size_t length, GError **error)
{
  const char *equals = memchr (text, '=', length);
  size_t key_length = equals != NULL ? (size_t) (equals - text) : length;
  size_t value_length = equals != NULL ? length - key_length - 1 : 0;
  Value value;

  if (length == 0)
    return TRUE; /* a ";" too many */
  if (self->values->len >= MAX_VALUES || key_length == 0 || !is_name (text, key_length))
    return fail (error, "The link asks for more than is known here."), FALSE;
  value.value = decode (text + length - value_length, value_length);
  if (value.value == NULL)
    return fail (error, "The link is not encoded well."), FALSE;
  value.key = g_ascii_strdown (text, key_length);
  g_array_append_val (self->values, value);
  return TRUE;
}

static XmppUriAction
find_action (const char *query)
{
  if (*query == '\0')
    return XMPP_URI_SHOW;
  for (guint i = XMPP_URI_COMMAND; i < G_N_ELEMENTS (queries); i++)
    if (strcmp (queries[i], query) == 0)
      return i;
  return XMPP_URI_OTHER;
}

static gboolean
read_query (XmppUri *self, const char *text, size_t length, GError **error)
{
  const char *end = text + length;
  const char *stop = memchr (text, ';', length);

  if (stop == NULL)
    stop = end;
  if (!is_name (text, stop - text))
    return fail (error, "The link asks for what is not known here."), FALSE;
  self->query = g_ascii_strdown (text, stop - text);
  self->action = find_action (self->query);
  while (stop < end)
    {
      text = stop + 1;
      stop = memchr (text, ';', end - text);
      if (stop == NULL)
        stop = end;
      if (!read_value (self, text, stop - text, error))
        return FALSE;
    }
  return TRUE;
}

static XmppUri *
uri_new (void)
{
  XmppUri *self = g_new0 (XmppUri, 1);

  self->values = g_array_new (FALSE, FALSE, sizeof (Value));
  g_array_set_clear_func (self->values, clear_value);
  return self;
}

/* Begins a link.
 * @action: not XMPP_URI_OTHER
 * Returns: (transfer full). Any thread. */
XmppUri *
xmpp_uri_new (XmppJid *jid, XmppUriAction action)
{
  XmppUri *self;

  g_return_val_if_fail (jid != NULL && action > XMPP_URI_OTHER, NULL);
  g_return_val_if_fail (action < G_N_ELEMENTS (queries), NULL);
  self = uri_new ();
  self->jid = xmpp_jid_ref (jid);
  self->action = action;
  self->query = g_strdup (queries[action]);
  return self;
}

/* Reads a link, or an IRI. The fragment, if there is one, says nothing.
 * @text: any bytes
 * Returns: (transfer full) (nullable).
 * Errors: XMPP_ERROR_URI_MALFORMED, XMPP_ERROR_JID_MALFORMED.
 * Spec: RFC 5122 2.2, XEP-0147 2. Any thread. */
XmppUri *
xmpp_uri_new_from_text (const char *text, GError **error)
{
  g_autoptr (XmppUri) self = NULL;
  const char *path, *query, *end;
  size_t length;

  g_return_val_if_fail (text != NULL, NULL);
  length = strlen (text);
  if (g_ascii_strncasecmp (text, SCHEME, strlen (SCHEME)) != 0)
    return fail (error, "This is no link of XMPP.");
  if (length > MAX_URI_BYTES)
    return fail (error, "The link is too long.");
  if (!is_text (text))
    return fail (error, "The link is not UTF-8.");
  path = text + strlen (SCHEME);
  end = path + strcspn (path, "#");
  query = memchr (path, '?', end - path);
  self = uri_new ();
  if (!read_path (self, path, (query != NULL ? query : end) - path, error) ||
      !read_query (self, query != NULL ? query + 1 : end, query != NULL ? end - query - 1 : 0,
                   error))
    return NULL;
  return g_steal_pointer (&self);
}

void
xmpp_uri_free (XmppUri *self)
{
  g_return_if_fail (self != NULL);
  g_clear_pointer (&self->account, xmpp_jid_unref);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_free (self->query);
  g_array_unref (self->values);
  g_free (self);
}

/* Which account the link wants to act.
 * Returns: (transfer none) (nullable). Spec: RFC 5122 2.3 */
XmppJid *
xmpp_uri_get_account (const XmppUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->account;
}

/* Returns: (transfer none): whom the link is about. */
XmppJid *
xmpp_uri_get_jid (const XmppUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->jid;
}

XmppUriAction
xmpp_uri_get_action (const XmppUri *self)
{
  g_return_val_if_fail (self != NULL, XMPP_URI_OTHER);
  return self->action;
}

/* Returns: the query type as it was written, in lower case; "" for none. */
const char *
xmpp_uri_get_query (const XmppUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->query;
}

/* The first value of a key.
 * Returns: (nullable): UTF-8 */
const char *
xmpp_uri_get (const XmppUri *self, const char *key)
{
  g_return_val_if_fail (self != NULL && key != NULL, NULL);
  for (guint i = 0; i < self->values->len; i++)
    {
      const Value *value = &g_array_index (self->values, Value, i);

      if (strcmp (value->key, key) == 0)
        return value->value;
    }
  return NULL;
}

guint
xmpp_uri_get_n_values (const XmppUri *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->values->len;
}

/* One of the values, in their order: a key may be there more than once.
 * @key: (out) (optional) (transfer none)
 * Returns: UTF-8 */
const char *
xmpp_uri_get_value (const XmppUri *self, guint index, const char **key)
{
  const Value *value;

  g_return_val_if_fail (self != NULL && index < self->values->len, NULL);
  value = &g_array_index (self->values, Value, index);
  if (key != NULL)
    *key = value->key;
  return value->value;
}

/* Adds a value.
 * @key: of letters, digits and "-._:"; @value: UTF-8
 * Returns: FALSE if it would make no good link: a control character, too many, too long. */
gboolean
xmpp_uri_add (XmppUri *self, const char *key, const char *value)
{
  Value added;

  g_return_val_if_fail (self != NULL && key != NULL && value != NULL, FALSE);
  if (self->values->len >= MAX_VALUES || *key == '\0' || !is_name (key, strlen (key)) ||
      strlen (value) > MAX_URI_BYTES || !is_text (value))
    return FALSE;
  added.key = g_ascii_strdown (key, -1);
  added.value = g_strdup (value);
  g_array_append_val (self->values, added);
  return TRUE;
}

static void
append_jid (GString *text, XmppJid *jid)
{
  const char *local = xmpp_jid_get_local (jid);
  const char *resource = xmpp_jid_get_resource (jid);

  if (local != NULL)
    {
      g_string_append_uri_escaped (text, local, NULL, FALSE);
      g_string_append_c (text, '@');
    }
  g_string_append_uri_escaped (text, xmpp_jid_get_domain (jid), KEPT_IN_DOMAIN, FALSE);
  if (resource != NULL)
    {
      g_string_append_c (text, '/');
      g_string_append_uri_escaped (text, resource, NULL, FALSE);
    }
}

/* The link as text: a URI, so of ASCII alone.
 * Returns: (transfer full). Spec: RFC 5122 2.7 */
char *
xmpp_uri_to_text (const XmppUri *self)
{
  g_autoptr (GString) text = g_string_new (SCHEME);

  g_return_val_if_fail (self != NULL, NULL);
  if (self->account != NULL)
    {
      g_string_append (text, "//");
      append_jid (text, self->account);
      g_string_append_c (text, '/');
    }
  append_jid (text, self->jid);
  if (*self->query != '\0' || self->values->len > 0)
    g_string_append_printf (text, "?%s", self->query);
  for (guint i = 0; i < self->values->len; i++)
    {
      const Value *value = &g_array_index (self->values, Value, i);

      g_string_append_printf (text, ";%s=", value->key);
      g_string_append_uri_escaped (text, value->value, NULL, FALSE);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
