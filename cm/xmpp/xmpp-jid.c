/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-jid.c: an XMPP address in its one normal form. RFC 7622
 *
 * Whatever compares two addresses compares these; an address that was not made here is never
 * compared. */
#include "config.h"

#include "xmpp/xmpp-jid.h"

#include <string.h>

#include "xmpp/xmpp-jid-private.h"

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

/* Eight bytes at a time, each mixed into all bits. The tables it is used in are bounded. */
static guint32
hash_text (const char *text, size_t length)
{
  const guint64 factor = 0x9e3779b97f4a7c15;
  guint64 hash = length * factor;
  guint64 bytes;

  for (; length >= sizeof bytes; length -= sizeof bytes, text += sizeof bytes)
    {
      memcpy (&bytes, text, sizeof bytes);
      hash = (hash ^ bytes) * factor;
      hash ^= hash >> 32;
    }
  for (bytes = 0; length > 0; length--)
    bytes = bytes << 8 | (guint8) text[length - 1];
  hash = (hash ^ bytes) * factor;
  return (guint32) (hash ^ hash >> 32);
}

/* Puts together what is in normal form already. */
static XmppJid *
jid_new (const XmppJidPart *local, const XmppJidPart *domain, const XmppJidPart *resource)
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
jid_prepare (XmppJidPart *local, XmppJidPart *domain, XmppJidPart *resource, GError **error)
{
  if ((local != NULL && !xmpp_jid_part_prepare_local (local, error)) ||
      !xmpp_jid_part_prepare_domain (domain, error) ||
      (resource != NULL && !xmpp_jid_part_prepare_resource (resource, error)))
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
  g_auto (XmppJidPart) local = { NULL, 0, NULL };
  g_auto (XmppJidPart) domain = { NULL, 0, NULL };
  g_auto (XmppJidPart) resource = { NULL, 0, NULL };
  size_t length;
  const char *slash, *at;

  g_return_val_if_fail (text != NULL, NULL);
  length = strlen (text);
  if (length > XMPP_JID_MAX_INPUT_BYTES)
    return xmpp_jid_fail (error, "The address is too long."), NULL;
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
  g_auto (XmppJidPart) local_part = { local, local != NULL ? strlen (local) : 0, NULL };
  g_auto (XmppJidPart) domain_part = { domain, domain != NULL ? strlen (domain) : 0, NULL };
  g_auto (XmppJidPart) resource_part = { resource, resource != NULL ? strlen (resource) : 0, NULL };

  g_return_val_if_fail (domain != NULL, NULL);
  if (local_part.length > XMPP_JID_MAX_INPUT_BYTES ||
      domain_part.length > XMPP_JID_MAX_INPUT_BYTES ||
      resource_part.length > XMPP_JID_MAX_INPUT_BYTES)
    return xmpp_jid_fail (error, "The address is too long."), NULL;
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
  return jid_new (
      &(XmppJidPart){ self->text, self->local_length, NULL },
      &(XmppJidPart){ xmpp_jid_get_domain (self), strlen (xmpp_jid_get_domain (self)), NULL },
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
  return jid_new (NULL, &(XmppJidPart){ domain, strlen (domain), NULL }, NULL);
}

/* The address with another resource.
 * Returns: (transfer full) (nullable).
 * Errors: XMPP_ERROR_JID_MALFORMED. */
XmppJid *
xmpp_jid_dup_with_resource (XmppJid *self, const char *resource, GError **error)
{
  const char *domain = xmpp_jid_get_domain (self);
  g_auto (XmppJidPart) part = { resource, resource != NULL ? strlen (resource) : 0, NULL };

  g_return_val_if_fail (self != NULL && resource != NULL, NULL);
  if (part.length > XMPP_JID_MAX_INPUT_BYTES)
    return xmpp_jid_fail (error, "The part after “/” is too long."), NULL;
  if (!xmpp_jid_part_prepare_resource (&part, error))
    return NULL;
  return jid_new (&(XmppJidPart){ self->text, self->local_length, NULL },
                  &(XmppJidPart){ domain, strlen (domain), NULL }, &part);
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
