/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-types.c: what a presence says, as one value. Telepathy 0.27.4 Simple_Presence */

#include "im/im-types.h"

/**
 * im_presence_new:
 * @type: what kind it is
 * @status: Telepathy's identifier, e.g. "away"
 * @message: (nullable): what the person says; NULL is ""
 *
 * Returns: (transfer full): the value
 */
ImPresence *
im_presence_new (ImPresenceType type, const char *status, const char *message)
{
  ImPresence *self = g_new0 (ImPresence, 1);

  self->type = type;
  self->status = g_strdup (status);
  self->message = g_strdup (message != NULL ? message : "");
  return self;
}

/**
 * im_presence_copy:
 * @self: (nullable): a presence
 *
 * Returns: (transfer full): a copy; NULL of NULL
 */
ImPresence *
im_presence_copy (const ImPresence *self)
{
  return self != NULL ? im_presence_new (self->type, self->status, self->message) : NULL;
}

/** im_presence_free: @self: (nullable) (transfer full): a presence */
void
im_presence_free (ImPresence *self)
{
  if (self == NULL)
    return;
  g_free (self->status);
  g_free (self->message);
  g_free (self);
}

/**
 * im_presence_equal:
 * @a: (nullable): one
 * @b: (nullable): another
 *
 * Returns: whether both say the same
 */
gboolean
im_presence_equal (const ImPresence *a, const ImPresence *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->type == b->type && g_strcmp0 (a->status, b->status) == 0 &&
         g_strcmp0 (a->message, b->message) == 0;
}
