/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-handles.c: contact handles of a connection. Telepathy: Connection, HasImmortalHandles
 *
 * A handle is an index into an array that only grows. The number itself is kept with the contact.
 */
#include "bus/cm-handles.h"

#include "bus/cm-short.h"

struct _CmHandles
{
  ImAccount *account; /* (owned) */
  GPtrArray
      *contacts; /* (owned) ImContact, borrowed from the account; [0] is NULL, [1] ourselves */
  gboolean is_retired; /* what the contacts say is not ours any more */
};

/**
 * cm_handles_new:
 * @account: the account whose contacts get handles
 *
 * Returns: (transfer full): a table in which the account's own contact has #CM_SELF_HANDLE
 * Spec: Telepathy Connection, SelfHandle
 */
CmHandles *
cm_handles_new (ImAccount *account)
{
  CmHandles *self = g_new0 (CmHandles, 1);
  ImContact *own = im_account_get_self_contact (account);

  self->account = g_object_ref (account);
  self->contacts = g_ptr_array_new ();
  g_ptr_array_add (self->contacts, NULL);
  g_ptr_array_add (self->contacts, own);
  im_contact_set_handle (own, CM_SELF_HANDLE);
  return self;
}

/**
 * cm_handles_retire:
 * @self: the table of a connection that is gone
 *
 * The contacts outlive the connection: their numbers are taken back, for the next one.
 */
void
cm_handles_retire (CmHandles *self)
{
  for (guint i = 1; !self->is_retired && i < self->contacts->len; i++)
    im_contact_set_handle (g_ptr_array_index (self->contacts, i), 0);
  self->is_retired = TRUE;
}

/** cm_handles_free: @self: (transfer full): the table of a connection that nobody holds */
void
cm_handles_free (CmHandles *self)
{
  cm_handles_retire (self);
  g_ptr_array_unref (self->contacts);
  g_object_unref (self->account);
  g_free (self);
}

/**
 * cm_handles_ensure:
 * @self: the table
 * @contact: a contact of the same account
 *
 * Returns: the contact's handle, a new one if it had none
 */
guint
cm_handles_ensure (CmHandles *self, ImContact *contact)
{
  guint handle = self->is_retired ? 0 : im_contact_get_handle (contact);

  if (handle != 0)
    return handle;
  if (self->is_retired && g_ptr_array_find (self->contacts, contact, &handle))
    return handle;
  handle = self->contacts->len;
  g_ptr_array_add (self->contacts, contact);
  if (!self->is_retired)
    im_contact_set_handle (contact, handle);
  return handle;
}

/**
 * cm_handles_get:
 * @self: the table
 * @handle: a number from the bus
 *
 * Returns: (transfer none) (nullable): whose handle it is
 * Errors: IM_ERROR_INVALID_HANDLE, with the number
 */
ImContact *
cm_handles_get (CmHandles *self, guint handle, GError **error)
{
  if (handle != 0 && handle < self->contacts->len)
    return g_ptr_array_index (self->contacts, handle);
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_HANDLE, "%u is not the handle of a contact",
               handle);
  return NULL;
}

/**
 * cm_handles_parse:
 * @self: the table
 * @id: an address as a person or program wrote it; a resource is ignored
 *
 * Returns: (transfer none) (nullable): the contact of that bare address
 * Errors: IM_ERROR_INVALID_HANDLE, with the address
 */
ImContact *
cm_handles_parse (CmHandles *self, const char *id, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (XmppJid) jid = xmpp_jid_new (id, &local_error);
  g_autoptr (XmppJid) bare = NULL;

  if (jid == NULL)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_HANDLE, "“%s” is not an address: %s",
                   CM_SHORT (id), local_error->message);
      return NULL;
    }
  bare = xmpp_jid_dup_bare (jid);
  return im_account_ensure_contact (self->account, bare);
}
