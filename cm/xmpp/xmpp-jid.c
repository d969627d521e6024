/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-jid.c: an XMPP address in its one normal form. RFC 7622
 *
 * Whatever compares two addresses compares these; an address that was not made here is never
 * compared. */
#include "config.h"

#include "xmpp/xmpp-jid.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <string.h>

#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-precis.h"

/* RFC 7622 3.1 */
#define MAX_PART_BYTES 1023
/* Mapping may shorten a text. What is longer than this is not even looked at. */
#define MAX_INPUT_BYTES 8192
#define MAX_LABEL_BYTES 63

/* One allocation: this, the whole text, the bare text where it differs, the local part. */
struct _XmppJid
{
  gatomicrefcount ref_count;
  guint32 hash;
  guint16 length; /* of the whole text */
  guint16 bare_length; /* of local part, "@" and domain */
  guint16 local_length; /* 0: none */
  char text[];
};

G_DEFINE_BOXED_TYPE (XmppJid, xmpp_jid, xmpp_jid_ref, xmpp_jid_unref)

/* A part of what was given, and its normal form. Where they are the same nothing is copied. */
typedef struct
{
  const char *text;
  size_t length;
  char *mapped; /* (owned, nullable) */
} Part;

static void
part_clear (Part *part)
{
  g_clear_pointer (&part->mapped, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Part, part_clear)

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_JID_MALFORMED, message);
  return FALSE;
}

static gboolean
take_mapped (Part *part, char *mapped, GError **error)
{
  if (mapped == NULL)
    return FALSE;
  g_free (part->mapped);
  part->mapped = mapped;
  part->text = mapped;
  part->length = strlen (mapped);
  return TRUE;
}

/* Bytes that a local part may hold as they are: ASCII7 of RFC 8264 without upper case and without
 * those of RFC 7622 3.3.1. */
static gboolean
is_plain_local (const Part *part)
{
  for (size_t i = 0; i < part->length; i++)
    {
      unsigned char c = part->text[i];

      if (c <= 0x20 || c >= 0x7f || (c >= 'A' && c <= 'Z') || strchr ("\"&'/:<>@", c) != NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
prepare_local (Part *part, GError **error)
{
  if (part->length == 0)
    return fail (error, "The part before “@” is empty.");
  if (!is_plain_local (part))
    {
      g_autofree char *copy = g_strndup (part->text, part->length);

      if (!take_mapped (part, xmpp_precis_username (copy, error), error))
        return FALSE;
      if (strpbrk (part->text, "\"&'/:<>@") != NULL)
        return fail (error, "The part before “@” has a character that is not allowed.");
    }
  return part->length <= MAX_PART_BYTES || fail (error, "The part before “@” is too long.");
}

static gboolean
prepare_resource (Part *part, GError **error)
{
  gboolean plain = TRUE;

  if (part->length == 0)
    return fail (error, "The part after “/” is empty.");
  for (size_t i = 0; i < part->length && plain; i++)
    plain = part->text[i] >= 0x20 && part->text[i] < 0x7f;
  if (!plain)
    {
      g_autofree char *copy = g_strndup (part->text, part->length);

      if (!take_mapped (part, xmpp_precis_opaque (copy, error), error))
        return FALSE;
    }
  return part->length <= MAX_PART_BYTES || fail (error, "The part after “/” is too long.");
}

/* Lower case letters, digits and hyphens in labels; nothing that IDNA would have to judge, or what
 * IDNA made of it. RFC 5890 2.3.1 */
static gboolean
is_plain_domain (const Part *part, gboolean with_a_labels)
{
  size_t label = 0;

  for (size_t i = 0; i <= part->length; i++)
    {
      char c = i < part->length ? part->text[i] : '.';

      if (c == '.')
        {
          size_t length = i - label;
          const char *start = part->text + label;

          if (length == 0 || length > MAX_LABEL_BYTES || start[0] == '-' ||
              start[length - 1] == '-')
            return FALSE;
          if (length >= 4 && start[2] == '-' && start[3] == '-' &&
              !(with_a_labels && memcmp (start, "xn", 2) == 0))
            return FALSE;
          label = i + 1;
        }
      else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
        return FALSE;
    }
  return TRUE;
}

/* RFC 7622 3.2.1: an IPv6 address stands in brackets. */
static gboolean
prepare_ip_literal (Part *part, GError **error)
{
  char bare[INET6_ADDRSTRLEN];
  struct in6_addr address;

  if (part->length - 2 >= sizeof bare || part->text[part->length - 1] != ']')
    return fail (error, "The IP address is not valid.");
  memcpy (bare, part->text + 1, part->length - 2);
  bare[part->length - 2] = '\0';
  if (inet_pton (AF_INET6, bare, &address) != 1)
    return fail (error, "The IP address is not valid.");
  inet_ntop (AF_INET6, &address, bare, sizeof bare);
  return take_mapped (part, g_strdup_printf ("[%s]", bare), error);
}

/* RFC 7622 3.2.2: internationalised domains have U-labels, and an A-label stands for its U-label.
 * Both ways must lead to the same A-labels, else two texts would be one domain. */
static gboolean
prepare_idna (Part *part, GError **error)
{
  const int flags = IDN2_NO_TR46;
  g_autofree char *copy = g_strndup (part->text, part->length);
  g_autofree char *mapped = xmpp_precis_map_domain (copy, error);
  char *ascii = NULL;
  char *unicode = NULL;
  char *again = NULL;
  gboolean ok;

  if (mapped == NULL)
    return FALSE;
  ok = idn2_lookup_u8 ((const uint8_t *) mapped, (uint8_t **) &ascii, flags) == IDN2_OK &&
       idn2_to_unicode_8z8z (ascii, &unicode, 0) == IDN2_OK &&
       idn2_lookup_u8 ((const uint8_t *) unicode, (uint8_t **) &again, flags) == IDN2_OK &&
       strcmp (ascii, again) == 0 && is_plain_domain (&(Part){ ascii, strlen (ascii), NULL }, TRUE);
  if (ok)
    ok = take_mapped (part, g_strdup (unicode), error);
  else
    fail (error, "The domain is not valid.");
  idn2_free (ascii);
  idn2_free (unicode);
  idn2_free (again);
  return ok;
}

static gboolean
prepare_domain (Part *part, GError **error)
{
  /* The root's dot says nothing. RFC 7622 3.2 */
  if (part->length > 0 && part->text[part->length - 1] == '.')
    part->length--;
  if (part->length == 0)
    return fail (error, "The domain is missing.");
  if (part->text[0] == '[')
    return prepare_ip_literal (part, error);
  if (!is_plain_domain (part, FALSE))
    {
      g_autofree char *lower = g_ascii_strdown (part->text, part->length);
      Part plain = { lower, part->length, NULL };

      if (is_plain_domain (&plain, FALSE))
        take_mapped (part, g_steal_pointer (&lower), error);
      else if (!prepare_idna (part, error))
        return FALSE;
    }
  return part->length <= MAX_PART_BYTES || fail (error, "The domain is too long.");
}

/* FNV-1a: short, and its order of work is that of the text. The tables it is used in are bounded.
 */
static guint32
hash_text (const char *text, size_t length)
{
  guint32 hash = 2166136261u;

  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char) text[i]) * 16777619u;
  return hash;
}

/* Puts together what is in normal form already. */
static XmppJid *
jid_new (const Part *local, const Part *domain, const Part *resource)
{
  size_t local_length = local != NULL ? local->length : 0;
  size_t bare_length = (local_length > 0 ? local_length + 1 : 0) + domain->length;
  size_t length = bare_length + (resource != NULL ? resource->length + 1 : 0);
  size_t copies =
      (resource != NULL ? bare_length + 1 : 0) + (local_length > 0 ? local_length + 1 : 0);
  XmppJid *self = g_malloc (sizeof *self + length + 1 + copies);
  char *at = self->text;

  g_atomic_ref_count_init (&self->ref_count);
  self->length = length;
  self->bare_length = bare_length;
  self->local_length = local_length;
  if (local_length > 0)
    {
      memcpy (at, local->text, local_length);
      at += local_length;
      *at++ = '@';
    }
  memcpy (at, domain->text, domain->length);
  at += domain->length;
  if (resource != NULL)
    {
      *at++ = '/';
      memcpy (at, resource->text, resource->length);
      at += resource->length;
    }
  *at++ = '\0';
  if (resource != NULL)
    {
      memcpy (at, self->text, bare_length);
      at += bare_length;
      *at++ = '\0';
    }
  if (local_length > 0)
    {
      memcpy (at, self->text, local_length);
      at[local_length] = '\0';
    }
  self->hash = hash_text (self->text, length);
  return self;
}

static XmppJid *
jid_prepare (Part *local, Part *domain, Part *resource, GError **error)
{
  if ((local != NULL && !prepare_local (local, error)) || !prepare_domain (domain, error) ||
      (resource != NULL && !prepare_resource (resource, error)))
    return NULL;
  return jid_new (local, domain, resource);
}

/* Parses and normalises an address.
 * @text: any bytes
 * Returns: (transfer full) (nullable).
 * Errors: XMPP_ERROR_JID_MALFORMED.
 * Spec: RFC 7622 3.1 to 3.4. Any thread. */
XmppJid *
xmpp_jid_new (const char *text, GError **error)
{
  g_auto (Part) local = { NULL, 0, NULL };
  g_auto (Part) domain = { NULL, 0, NULL };
  g_auto (Part) resource = { NULL, 0, NULL };
  size_t length;
  const char *slash, *at;

  g_return_val_if_fail (text != NULL, NULL);
  length = strlen (text);
  if (length > MAX_INPUT_BYTES)
    return fail (error, "The address is too long."), NULL;
  /* In this order: a resource may hold "@". RFC 7622 3.2 */
  slash = memchr (text, '/', length);
  domain.text = text;
  domain.length = slash != NULL ? (size_t) (slash - text) : length;
  if (slash != NULL)
    {
      resource.text = slash + 1;
      resource.length = text + length - resource.text;
    }
  at = memchr (text, '@', domain.length);
  if (at != NULL)
    {
      local.text = text;
      local.length = at - text;
      domain.length -= local.length + 1;
      domain.text = at + 1;
    }
  return jid_prepare (at != NULL ? &local : NULL, &domain, slash != NULL ? &resource : NULL, error);
}

/* Puts an address together from its parts, each normalised.
 * @local: (nullable): "" or NULL for none; @resource: (nullable): "" or NULL for none
 * Returns: (transfer full) (nullable).
 * Errors: XMPP_ERROR_JID_MALFORMED. Any thread. */
XmppJid *
xmpp_jid_new_from_parts (const char *local,
                         const char *domain,
                         const char *resource,
                         GError **error)
{
  g_auto (Part) local_part = { local, local != NULL ? strlen (local) : 0, NULL };
  g_auto (Part) domain_part = { domain, domain != NULL ? strlen (domain) : 0, NULL };
  g_auto (Part) resource_part = { resource, resource != NULL ? strlen (resource) : 0, NULL };

  g_return_val_if_fail (domain != NULL, NULL);
  if (local_part.length > MAX_INPUT_BYTES || domain_part.length > MAX_INPUT_BYTES ||
      resource_part.length > MAX_INPUT_BYTES)
    return fail (error, "The address is too long."), NULL;
  return jid_prepare (local_part.length > 0 ? &local_part : NULL, &domain_part,
                      resource_part.length > 0 ? &resource_part : NULL, error);
}

XmppJid *
xmpp_jid_ref (XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
xmpp_jid_unref (XmppJid *self)
{
  g_return_if_fail (self != NULL);
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

/* The whole address in normal form. */
const char *
xmpp_jid_get_text (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->text;
}

/* The address without its resource. */
const char *
xmpp_jid_get_bare_text (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->length == self->bare_length ? self->text : self->text + self->length + 1;
}

/* Returns: (transfer none) (nullable): NULL for none. */
const char *
xmpp_jid_get_local (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->local_length > 0 ? xmpp_jid_get_bare_text (self) + self->bare_length + 1 : NULL;
}

const char *
xmpp_jid_get_domain (const XmppJid *self)
{
  const char *bare = xmpp_jid_get_bare_text (self);

  return bare != NULL && self->local_length > 0 ? bare + self->local_length + 1 : bare;
}

/* Returns: (transfer none) (nullable): NULL for none. */
const char *
xmpp_jid_get_resource (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->length == self->bare_length ? NULL : self->text + self->bare_length + 1;
}

gboolean
xmpp_jid_is_bare (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->length == self->bare_length;
}

/* The address without its resource.
 * Returns: (transfer full). */
XmppJid *
xmpp_jid_dup_bare (XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  if (xmpp_jid_is_bare (self))
    return xmpp_jid_ref (self);
  return jid_new (&(Part){ self->text, self->local_length, NULL },
                  &(Part){ xmpp_jid_get_domain (self), strlen (xmpp_jid_get_domain (self)), NULL },
                  NULL);
}

/* The address of the server.
 * Returns: (transfer full). */
XmppJid *
xmpp_jid_dup_domain (XmppJid *self)
{
  const char *domain = xmpp_jid_get_domain (self);

  g_return_val_if_fail (self != NULL, NULL);
  if (self->local_length == 0 && xmpp_jid_is_bare (self))
    return xmpp_jid_ref (self);
  return jid_new (NULL, &(Part){ domain, strlen (domain), NULL }, NULL);
}

/* The address with another resource.
 * Returns: (transfer full) (nullable).
 * Errors: XMPP_ERROR_JID_MALFORMED. */
XmppJid *
xmpp_jid_dup_with_resource (XmppJid *self, const char *resource, GError **error)
{
  const char *domain = xmpp_jid_get_domain (self);
  g_auto (Part) part = { resource, resource != NULL ? strlen (resource) : 0, NULL };

  g_return_val_if_fail (self != NULL && resource != NULL, NULL);
  if (part.length > MAX_INPUT_BYTES)
    return fail (error, "The part after “/” is too long."), NULL;
  if (!prepare_resource (&part, error))
    return NULL;
  return jid_new (&(Part){ self->text, self->local_length, NULL },
                  &(Part){ domain, strlen (domain), NULL }, &part);
}

/* For GHashTable: of the whole address. */
guint
xmpp_jid_hash (gconstpointer self)
{
  return ((const XmppJid *) self)->hash;
}

gboolean
xmpp_jid_equal (gconstpointer a, gconstpointer b)
{
  const XmppJid *one = a;
  const XmppJid *other = b;

  return one == other || (one->hash == other->hash && one->length == other->length &&
                          memcmp (one->text, other->text, one->length) == 0);
}

gboolean
xmpp_jid_equal_bare (const XmppJid *a, const XmppJid *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);
  return a->bare_length == b->bare_length && memcmp (a->text, b->text, a->bare_length) == 0;
}
