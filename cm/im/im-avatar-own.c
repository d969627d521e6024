/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-avatar-own.c: our own picture: kept with the account, published, and followed when another
 * device changes it. XEP-0084 3, XEP-0153 3.1, 4, XEP-0398
 *
 * One that was chosen here and is not published yet stands above what the server has; otherwise the
 * server's counts. What was chosen while another one was on its way is not undone by its arrival:
 * the next one begins when all that the one before takes has been answered. Telepathy:
 * Account.Interface.Avatar */
#include "im/im-avatar.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-avatar-private.h"
#include "im/im-presence.h"

/* Whoever publishes more is refused. */
#define MAX_PUBLICATIONS 64

typedef struct
{
  ImAvatar *avatar; /* (owned) (nullable) none any more */
  guint serial; /* the last word has the greatest */
} Publication;

static void
free_publication (gpointer data)
{
  Publication *publication = data;

  g_clear_pointer (&publication->avatar, im_avatar_unref);
  g_free (publication);
}

static gboolean
is_same (const ImAvatar *a, const ImAvatar *b)
{
  return g_strcmp0 (a != NULL ? a->token : NULL, b != NULL ? b->token : NULL) == 0;
}

static void
keep (ImAccount *self, ImAvatar *avatar, gboolean is_chosen)
{
  gboolean is_new = !is_same (self->avatar, avatar);

  if (!is_new && self->record->avatar_is_chosen == is_chosen)
    return;
  self->record->avatar_is_chosen = is_chosen;
  if (is_new)
    {
      g_clear_pointer (&self->avatar, im_avatar_unref);
      g_clear_pointer (&self->record->avatar, g_bytes_unref);
      self->avatar = avatar != NULL ? im_avatar_ref (avatar) : NULL;
      self->record->avatar = avatar != NULL ? g_bytes_ref (avatar->bytes) : NULL;
    }
  im_account_save (self);
  if (is_new)
    im_account_notify (self, "avatar");
}

static gboolean
has_vcards (ImAccount *self)
{
  return IM_ACCOUNT_WIRE (self, photo) != NULL &&
         (im_account_server_has (self, XMPP_NS_VCARD_TEMP) ||
          im_account_own_has (self, XMPP_NS_VCARD_TEMP));
}

/* The hash of the picture in our vCard is known: people are told it, if the server does not. */
static void
note_photo (ImAccount *self, const ImAvatar *avatar)
{
  self->avatars->is_photo_known = TRUE;
  im_account_set_avatar_claim (self, im_account_get_self_contact (self), IM_AVATAR_VCARD,
                               avatar != NULL ? avatar->token : "", 0);
  im_account_follow_own_avatar (self);
  im_roster_flush (self->roster);
}

/** im_account_get_said_photo: Returns: (nullable): what our presence says of the photo in our
 * vCard: NULL: nothing; "": there is none. Spec: XEP-0153 4.1, XEP-0398 5 */
const char *
im_account_get_said_photo (ImAccount *self)
{
  if (!self->avatars->is_photo_known || im_account_converts_avatars (self))
    return NULL;
  return im_contact_get_avatar_claim (im_account_get_self_contact (self), IM_AVATAR_VCARD);
}

static void
tell_people (ImAccount *self)
{
  const char *now = im_account_get_said_photo (self);

  if (self->state != IM_ACCOUNT_ONLINE || im_account_get_session (self) == NULL ||
      g_strcmp0 (self->avatars->said, now) == 0)
    return;
  g_free (self->avatars->said);
  self->avatars->said = g_strdup (now);
  im_presence_send (self, self->presence);
}

static void
photo_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ImAccount *self = IM_ACCOUNT (source);
  const ImPhotoWire *wire = IM_ACCOUNT_WIRE (self, photo);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) vcard = im_vcard_fetch_finish (self, result, &error);
  g_autoptr (GBytes) bytes = vcard != NULL ? wire->read (vcard) : NULL;
  g_autoptr (ImAvatar) avatar = bytes != NULL ? im_avatar_new (bytes) : NULL;

  self->avatars->is_reading = FALSE;
  if (vcard == NULL)
    g_debug ("Our own vCard was not read: %s", error->message);
  else if (im_account_get_session (self) != NULL)
    note_photo (self, avatar);
}

/** im_account_reread_photo: another device of ours may have changed it, or it is not known yet.
 * Spec: XEP-0153 4.4 */
void
im_account_reread_photo (ImAccount *self)
{
  if (self->avatars->is_reading || !has_vcards (self) || im_account_converts_avatars (self))
    return;
  self->avatars->is_reading = TRUE;
  im_vcard_fetch_async (self, self->jid, photo_read_cb, NULL);
}

static void
followed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ImAccount *self = IM_ACCOUNT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (ImAvatar) avatar = im_account_request_avatar_finish (self, result, &error);

  self->avatars->is_following = FALSE;
  if (avatar == NULL)
    g_debug ("Our own picture was not read: %s", error->message);
  else if (!self->record->avatar_is_chosen && g_queue_is_empty (&self->avatars->publications))
    {
      keep (self, avatar, FALSE);
      im_account_follow_own_avatar (self);
    }
}

/** im_account_follow_own_avatar: what the server has of ours changed, or is known now */
void
im_account_follow_own_avatar (ImAccount *self)
{
  const char *token = im_contact_get_avatar_token (im_account_get_self_contact (self));

  tell_people (self);
  if (!self->record->is_kept || self->record->avatar_is_chosen || token == NULL ||
      !g_queue_is_empty (&self->avatars->publications) || self->avatars->is_following)
    return;
  if (*token == '\0')
    keep (self, NULL, FALSE);
  else if (self->avatar == NULL || strcmp (self->avatar->token, token) != 0)
    {
      self->avatars->is_following = TRUE;
      im_account_request_avatar_async (self, im_account_get_self_contact (self), followed_cb, NULL);
    }
}

static void begin_publication (ImAccount *self);

static void
end_publication (GTask *taken, GError *error)
{
  g_autoptr (GTask) task = taken;
  ImAccount *self = g_task_get_source_object (task);
  Publication *publication = g_task_get_task_data (task);

  g_object_unref (g_queue_pop_head (&self->avatars->publications));
  begin_publication (self);
  if (error != NULL)
    {
      im_account_follow_own_avatar (self); /* the one before may have arrived */
      g_task_return_error (task, error);
      return;
    }
  if (publication->serial == self->avatars->serial)
    keep (self, publication->avatar, FALSE);
  im_roster_flush (self->roster);
  g_task_return_boolean (task, TRUE);
}

static XmppNode *
put_photo (const XmppNode *current, gpointer data, GError **error)
{
  GTask *task = data;
  ImAccount *self = g_task_get_source_object (task);
  const ImPhotoWire *wire = IM_ACCOUNT_WIRE (self, photo);
  Publication *publication = g_task_get_task_data (task);

  return wire->write (current, publication->avatar);
}

/* Where personal eventing has it, a server that does not take the rest is no failure. */
static void
photo_written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  ImAccount *self = IM_ACCOUNT (source);
  Publication *publication = g_task_get_task_data (task);
  GError *error = NULL;

  if (im_vcard_edit_finish (self, result, &error))
    note_photo (self, publication->avatar);
  else if (im_pep_is_possible (self) &&
           !g_error_matches (error, IM_ERROR, IM_ERROR_DISCONNECTED))
    {
      g_debug ("The vCard did not take the picture: %s", error->message);
      g_clear_error (&error);
    }
  end_publication (task, error);
}

static void
write_photo (GTask *task)
{
  ImAccount *self = g_task_get_source_object (task);

  if (im_pep_is_possible (self) && (im_account_converts_avatars (self) || !has_vcards (self)))
    {
      /* The server puts the hash into what we say next: who only looks at presences learns it. */
      if (im_account_converts_avatars (self) && self->state == IM_ACCOUNT_ONLINE &&
          im_account_get_session (self) != NULL)
        im_presence_send (self, self->presence);
      end_publication (task, NULL);
    }
  else
    im_vcard_edit_async (self, put_photo, g_object_ref (task), g_object_unref, photo_written_cb,
                         task);
}

static void
metadata_published_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  ImAccount *self = IM_ACCOUNT (source);
  Publication *publication = g_task_get_task_data (task);
  ImAvatar *avatar = publication->avatar;
  GError *error = NULL;

  if (!im_pep_publish_finish (self, result, &error))
    {
      end_publication (task, error);
      return;
    }
  im_account_set_avatar_claim (self, im_account_get_self_contact (self), IM_AVATAR_PEP,
                               avatar != NULL ? avatar->token : "",
                               avatar != NULL ? (guint) g_bytes_get_size (avatar->bytes) : 0);
  write_photo (task);
}

static void
publish_metadata (GTask *task)
{
  ImAccount *self = g_task_get_source_object (task);
  const ImAvatarWire *wire = IM_ACCOUNT_WIRE (self, avatar);
  Publication *publication = g_task_get_task_data (task);
  const ImAvatar *avatar = publication->avatar;

  im_pep_publish_async (self, wire->metadata_node,
                        avatar != NULL ? avatar->token : IM_PEP_ONLY_ITEM, IM_PEP_CONTACTS,
                        wire->new_metadata (avatar), metadata_published_cb, task);
}

/* 3.1: the data first, so that whoever hears of it finds it. */
static void
data_published_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  if (im_pep_publish_finish (IM_ACCOUNT (source), result, &error))
    publish_metadata (user_data);
  else
    end_publication (user_data, error);
}

static void
publish_checked (GTask *task)
{
  ImAccount *self = g_task_get_source_object (task);
  const ImAvatarWire *wire = IM_ACCOUNT_WIRE (self, avatar);
  Publication *publication = g_task_get_task_data (task);
  const ImAvatar *avatar = publication->avatar;

  if (wire == NULL || !im_pep_is_possible (self))
    write_photo (task);
  else if (avatar != NULL)
    im_pep_publish_async (self, wire->data_node, avatar->token, IM_PEP_CONTACTS,
                          wire->new_data (avatar), data_published_cb, task);
  else
    publish_metadata (task);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Publication *publication = g_task_get_task_data (task);
  GError *error = NULL;
  ImAvatar *avatar = im_avatar_check_finish (result, &error);

  if (avatar == NULL)
    {
      end_publication (task, error);
      return;
    }
  im_avatar_unref (publication->avatar);
  publication->avatar = avatar;
  publish_checked (task);
}

/* Whoever is told of the one before finds this one under way. */
static void
begin_publication (ImAccount *self)
{
  GTask *task = g_queue_peek_head (&self->avatars->publications);
  Publication *publication = task != NULL ? g_task_get_task_data (task) : NULL;

  if (task == NULL)
    return;
  if (publication->avatar != NULL && publication->avatar->width == 0)
    im_avatar_check_async (publication->avatar->bytes, NULL, checked_cb, g_object_ref (task));
  else
    publish_checked (g_object_ref (task));
}

/** im_account_publish_avatar_async: @avatar: (nullable): NULL: none any more. Spec: XEP-0084 3.1,
 * 3.2, 3.5 */
void
im_account_publish_avatar_async (ImAccount *self,
                                 ImAvatar *avatar,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Publication *publication = g_new0 (Publication, 1);

  publication->avatar = avatar != NULL ? im_avatar_ref (avatar) : NULL;
  publication->serial = ++self->avatars->serial;
  g_task_set_task_data (task, publication, free_publication);
  if (!im_account_check_online (self, task))
    return;
  if (!im_pep_is_possible (self) && !has_vcards (self))
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                               "The server keeps no pictures.");
      return;
    }
  if (g_queue_get_length (&self->avatars->publications) >= MAX_PUBLICATIONS)
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_BUSY,
                               "The server has not yet taken the pictures before this one.");
      return;
    }
  g_queue_push_tail (&self->avatars->publications, g_steal_pointer (&task));
  if (g_queue_get_length (&self->avatars->publications) == 1)
    begin_publication (self);
}

/** im_account_publish_avatar_finish: Returns: whether people can see it */
gboolean
im_account_publish_avatar_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/** im_account_get_avatar: Returns: (nullable) (transfer none): what is kept with the account */
ImAvatar *
im_account_get_avatar (ImAccount *self)
{
  return self->avatar;
}

static void
published_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* It is tried again at the next sign-in. */
  if (!im_account_publish_avatar_finish (IM_ACCOUNT (source), result, &error))
    g_message ("The picture of an account was not published: %s", error->message);
}

static void
publish_kept (ImAccount *self)
{
  im_account_publish_avatar_async (self, self->avatar, published_cb, NULL);
}

/** im_account_set_avatar: @avatar: (nullable): kept, and published as soon as that can be */
void
im_account_set_avatar (ImAccount *self, ImAvatar *avatar)
{
  if (is_same (self->avatar, avatar) && !self->record->avatar_is_chosen)
    return;
  self->avatars->serial++;
  keep (self, avatar, TRUE);
  if (im_account_get_session (self) != NULL && im_account_is_server_known (self))
    publish_kept (self);
}

/** im_account_load_avatar: what the store has of it */
void
im_account_load_avatar (ImAccount *self)
{
  if (self->record->avatar != NULL)
    self->avatar = im_avatar_new (self->record->avatar);
}

/** im_avatars_new: @account: its owner. Returns: (transfer full): nothing is under way */
ImAvatars *
im_avatars_new (ImAccount *account)
{
  ImAvatars *self = g_new0 (ImAvatars, 1);

  self->account = account;
  self->queue = im_avatar_queue_new (account);
  g_queue_init (&self->publications);
  return self;
}

/** im_avatars_free: @self: (transfer full): whose account is offline */
void
im_avatars_free (ImAvatars *self)
{
  im_avatar_queue_free (self->queue);
  g_free (self->said);
  g_free (self);
}

/** im_avatars_server_known: what was chosen is published; else what there is is found out */
void
im_avatars_server_known (ImAvatars *self)
{
  if (self->account->record->avatar_is_chosen)
    publish_kept (self->account);
  else
    im_account_reread_photo (self->account);
}

/** im_avatars_stop: the stream is gone */
void
im_avatars_stop (ImAvatars *self)
{
  self->is_photo_known = FALSE;
  g_clear_pointer (&self->said, g_free);
  im_avatar_queue_stop (self->queue);
}
