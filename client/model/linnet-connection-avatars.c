/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-connection-avatars.c: pictures of contacts, for those who show them. Telepathy
 * Connection.Interface.Avatars
 *
 * Nothing is asked for until somebody shows a contact. All that was wanted in one turn of the main
 * loop is one call; what comes is decoded elsewhere, two at a time. One that cannot be shown is
 * none: people see initials. */
#include "config.h"

#include "model/linnet-connection-private.h"

/* As large as a picture is shown, on a screen with twice the pixels. */
#define SIDE 256
#define MAX_DECODING 2
/* Of what has come and is not decoded yet; more is asked for again when it is shown again. */
#define MAX_WAITING 200

typedef struct
{
  LinnetConnection *connection; /* (owned) */
  LinnetContact *contact; /* (owned) */
  char *token; /* (owned) */
  GBytes *file; /* (owned) */
} Job;

static void decode_next (LinnetConnection *self);

static void
free_job (gpointer data)
{
  Job *job = data;

  g_object_unref (job->connection);
  g_object_unref (job->contact);
  g_bytes_unref (job->file);
  g_free (job->token);
  g_free (job);
}

static void
decoded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  LinnetConnection *self = job->connection;
  g_autoptr (GError) error = NULL;
  g_autoptr (LinnetPicture) picture = linnet_picture_load_finish (result, &error);

  if (picture == NULL)
    g_debug ("A contact’s picture cannot be shown: %s", error->message);
  else if (g_strcmp0 (linnet_contact_get_avatar_token (job->contact), job->token) == 0)
    linnet_contact_take_avatar (job->contact, picture);
  self->n_decoding--;
  decode_next (self);
  free_job (job);
}

static void
decode_next (LinnetConnection *self)
{
  while (self->n_decoding < MAX_DECODING && !g_queue_is_empty (&self->undecoded) &&
         self->account != NULL)
    {
      Job *job = g_queue_pop_head (&self->undecoded);

      self->n_decoding++;
      linnet_picture_load_async (job->file, SIDE, self->cancellable, decoded_cb, job);
    }
  /* Nobody shows them any more, and each of them keeps the connection. */
  if (self->account == NULL)
    g_queue_clear_full (&self->undecoded, free_job);
}

/* (u contact, s token, ay file, s type) */
void
linnet_connection_avatar_retrieved (LinnetConnection *self, GVariant *arguments)
{
  g_autoptr (GVariant) bytes = NULL;
  const char *token;
  guint32 handle;
  LinnetContact *contact;
  Job *job;

  g_variant_get (arguments, "(u&s@ay&s)", &handle, &token, &bytes, NULL);
  contact = g_hash_table_lookup (self->by_handle, GUINT_TO_POINTER (handle));
  if (contact == NULL || !linnet_contact_wants_avatar (contact) ||
      g_strcmp0 (linnet_contact_get_avatar_token (contact), token) != 0 ||
      g_queue_get_length (&self->undecoded) >= MAX_WAITING)
    return;
  job = g_new0 (Job, 1);
  job->connection = g_object_ref (self);
  job->contact = g_object_ref (contact);
  job->token = g_strdup (token);
  job->file = g_variant_get_data_as_bytes (bytes);
  g_queue_push_tail (&self->undecoded, job);
  decode_next (self);
}

/* (u contact, s token) */
void
linnet_connection_avatar_updated (LinnetConnection *self, GVariant *arguments)
{
  const char *token;
  guint32 handle;
  LinnetContact *contact;

  g_variant_get (arguments, "(u&s)", &handle, &token);
  contact = g_hash_table_lookup (self->by_handle, GUINT_TO_POINTER (handle));
  if (contact != NULL)
    linnet_contact_set_avatar_token (contact, token);
}

static gboolean
ask_cb (gpointer data)
{
  LinnetConnection *self = data;

  self->ask_id = 0;
  linnet_connection_call_at (
      self, self->path, AVATARS, "RequestAvatars",
      g_variant_new ("(@au)",
                     g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, self->wanted_avatars->data,
                                                self->wanted_avatars->len, 4)),
      NULL, NULL);
  g_array_set_size (self->wanted_avatars, 0);
  return G_SOURCE_REMOVE;
}

/**
 * linnet_connection_request_avatar:
 * @self: a connection
 * @contact: one of its contacts; linnet_contact_take_avatar() follows, if there is a picture
 */
void
linnet_connection_request_avatar (LinnetConnection *self, LinnetContact *contact)
{
  guint handle = linnet_contact_get_handle (contact);

  g_return_if_fail (LINNET_IS_CONNECTION (self));
  if (handle == 0)
    return;
  g_array_append_val (self->wanted_avatars, handle);
  if (self->ask_id == 0)
    self->ask_id = g_idle_add (ask_cb, self);
}

void
linnet_connection_drop_avatars (LinnetConnection *self)
{
  g_clear_handle_id (&self->ask_id, g_source_remove);
  g_queue_clear_full (&self->undecoded, free_job);
}
