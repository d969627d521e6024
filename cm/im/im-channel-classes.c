/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-channel-classes.c: what we can do, which follows from the modules and from what programs here
 * handle; and which channels can therefore be had with whom. XEP-0115 6 */

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-contact-private.h"
#include "im/im-presence.h"

#define MAX_CLIENTS 1000
#define MAX_CLASSES 32

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_features (GPtrArray *all, const char *const *features)
{
  for (guint i = 0; features != NULL && features[i] != NULL; i++)
    if (!g_ptr_array_find_with_equal_func (all, features[i], g_str_equal, NULL))
      g_ptr_array_add (all, (gpointer) features[i]);
}

static void
collect_features (ImAccount *self)
{
  g_ptr_array_set_size (self->features, 0);
  for (guint i = 0; i < self->n_modules; i++)
    {
      add_features (self->features, self->modules[i]->features);
      for (const ImPepNode *pep = self->modules[i]->pep; pep != NULL && pep->node != NULL; pep++)
        g_ptr_array_add (self->features, (gpointer) pep->notify);
    }
  for (guint i = 0; i < self->classes->len; i++)
    if (self->handled & 1u << i)
      add_features (self->features, ((const ImChannelClass *) self->classes->pdata[i])->features);
  g_ptr_array_sort (self->features, compare_texts);
}

/** im_account_init_channel_classes: its modules are known */
void
im_account_init_channel_classes (ImAccount *self)
{
  self->features = g_ptr_array_new ();
  self->classes = g_ptr_array_new ();
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < self->n_modules; i++)
    for (const ImChannelClass *row = self->modules[i]->classes;
         row != NULL && row->channel_type != NULL; row++)
      g_ptr_array_add (self->classes, (gpointer) row);
  g_assert (self->classes->len <= MAX_CLASSES);
  collect_features (self);
}

void
im_account_clear_channel_classes (ImAccount *self)
{
  g_clear_pointer (&self->features, g_ptr_array_unref);
  g_clear_pointer (&self->classes, g_ptr_array_unref);
  g_clear_pointer (&self->clients, g_hash_table_unref);
}

/** im_account_get_features: Returns: (transfer none): of all modules, with those that programs here
 * stand for; sorted */
GPtrArray *
im_account_get_features (ImAccount *self)
{
  return self->features;
}

/** im_account_get_channel_classes: Returns: (element-type ImChannelClass) (transfer none): those
 * that need features; a mask has a bit for each */
GPtrArray *
im_account_get_channel_classes (ImAccount *self)
{
  return self->classes;
}

/**
 * im_account_set_handled:
 * @client: a name that the program has for itself
 * @mask: the channel classes that it handles, instead of those before; 0: none, it is forgotten
 *
 * Returns: whether it was taken: programs are no more than a thousand
 */
gboolean
im_account_set_handled (ImAccount *self, const char *client, guint32 mask)
{
  if (mask == 0)
    g_hash_table_remove (self->clients, client);
  else if (g_hash_table_size (self->clients) >= MAX_CLIENTS &&
           !g_hash_table_contains (self->clients, client))
    return FALSE;
  else
    g_hash_table_insert (self->clients, g_strdup (client), GUINT_TO_POINTER (mask));
  return TRUE;
}

/** im_account_forget_handled: no program handles anything */
void
im_account_forget_handled (ImAccount *self)
{
  g_hash_table_remove_all (self->clients);
}

/** im_account_announce_features: what programs handle is what we can do; where that is news, others
 * are told. Spec: XEP-0115 6.1 */
void
im_account_announce_features (ImAccount *self)
{
  GHashTableIter iter;
  gpointer mask;
  guint32 handled = 0;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, NULL, &mask))
    handled |= GPOINTER_TO_UINT (mask);
  if (handled == self->handled)
    return;
  self->handled = handled;
  collect_features (self);
  if (self->state != IM_ACCOUNT_ONLINE)
    return;
  im_caps_know_own (self->caps);
  im_hiding_say_again (self->hiding);
  im_roster_note (self->roster, im_roster_get_self (self->roster), IM_CONTACT_CAPS);
  im_roster_flush (self->roster);
}

/**
 * im_account_get_classes_of_resource:
 * @resource: a device
 *
 * Returns: the mask of the channel classes that can be had with it, as it says itself
 */
guint32
im_account_get_classes_of_resource (ImAccount *self, const ImResource *resource)
{
  guint32 mask = 0;

  for (guint i = 0; resource->caps != NULL && i < self->classes->len; i++)
    {
      const ImChannelClass *row = self->classes->pdata[i];
      guint n = 0;

      while (row->features[n] != NULL && im_caps_info_has (resource->caps, row->features[n]))
        n++;
      if (row->features[n] == NULL)
        mask |= 1u << i;
    }
  return mask;
}

/**
 * im_account_get_classes_of:
 * @contact: one of ours, or ourselves
 *
 * Returns: the mask of the channel classes that can be had with one of its devices, as far as that
 * was verified
 */
guint32
im_account_get_classes_of (ImAccount *self, const ImContact *contact)
{
  guint32 mask = contact->is_self ? self->handled : 0;

  for (guint i = 0; self->classes->len > 0 && i < contact->n_resources; i++)
    {
      const ImResource *resource = &contact->resources[i].resource;

      if (resource->caps != NULL && resource->caps->is_verified)
        mask |= im_account_get_classes_of_resource (self, resource);
    }
  return mask;
}
