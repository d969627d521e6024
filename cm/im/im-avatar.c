/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-avatar.c: a picture as a value, and what is said of whose it is. XEP-0084 4.2, XEP-0153 3 */
#include "im/im-avatar.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-contact-private.h"
#include "image/image-reader.h"

/* Pixels are not needed, only whether there are any. */
#define CHECK_SIDE 16
/* Of what an item is called. */
#define MAX_ITEM_ID_BYTES 256

const char *const im_avatar_mime_types[] = { "image/png", "image/jpeg", "image/webp", "image/gif",
                                             NULL };

/**
 * im_avatar_new:
 * @bytes: of a picture, as somebody sent them
 *
 * Returns: (transfer full) (nullable): NULL: none of the kinds that are shown, or too long
 */
ImAvatar *
im_avatar_new (GBytes *bytes)
{
  gsize n_bytes;
  const guchar *data = g_bytes_get_data (bytes, &n_bytes);
  ImageType type = image_type_of (data, n_bytes);
  g_autofree char *token = NULL;
  ImAvatar *self;

  if (type == IMAGE_TYPE_NONE || n_bytes > IM_AVATAR_MAX_BYTES)
    return NULL;
  token = g_compute_checksum_for_data (G_CHECKSUM_SHA1, data, n_bytes);
  self = g_new0 (ImAvatar, 1);
  self->ref_count = 1;
  self->mime = image_type_get_mime (type);
  self->bytes = g_bytes_ref (bytes);
  g_strlcpy (self->token, token, sizeof self->token);
  return self;
}

/** im_avatar_ref: Returns: (transfer full): the same; any thread */
ImAvatar *
im_avatar_ref (ImAvatar *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

/** im_avatar_unref: @self: (transfer full): no longer needed; any thread */
void
im_avatar_unref (ImAvatar *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_bytes_unref (self->bytes);
  g_free (self);
}

/** im_avatar_is_mime: @mime: (nullable). Returns: whether it is a kind that is shown */
gboolean
im_avatar_is_mime (const char *mime)
{
  return image_type_from_mime (mime) != IMAGE_TYPE_NONE;
}

/** im_avatar_dup_token: @text: (nullable): as somebody wrote it. Returns: (transfer full)
 * (nullable): in lower case; NULL: it is no hash */
char *
im_avatar_dup_token (const char *text)
{
  if (text == NULL || strnlen (text, IM_AVATAR_TOKEN_LENGTH + 1) != IM_AVATAR_TOKEN_LENGTH)
    return NULL;
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isxdigit (*at))
      return NULL;
  return g_ascii_strdown (text, -1);
}

static GError *
new_check_error (const GError *error)
{
  return g_error_new_literal (IM_ERROR,
                              g_error_matches (error, IMAGE_ERROR, IMAGE_ERROR_FAILED)
                                  ? IM_ERROR_NOT_AVAILABLE
                                  : IM_ERROR_INVALID_ARGUMENT,
                              error->message);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAvatar *avatar = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (ImagePicture) picture = image_read_finish (result, &error);

  if (picture == NULL)
    {
      g_task_return_error (task, new_check_error (error));
      return;
    }
  if (picture->full_width > IM_AVATAR_MAX_SIDE || picture->full_height > IM_AVATAR_MAX_SIDE)
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                               "The picture has %u × %u pixels; %d × %d are the most.",
                               picture->full_width, picture->full_height, IM_AVATAR_MAX_SIDE,
                               IM_AVATAR_MAX_SIDE);
      return;
    }
  avatar->width = picture->full_width;
  avatar->height = picture->full_height;
  g_task_return_pointer (task, im_avatar_ref (avatar), (GDestroyNotify) im_avatar_unref);
}

/**
 * im_avatar_new_own:
 * @bytes: of a picture of ours
 * @mime: (nullable): what it is said to be; "" or NULL: nothing is said
 *
 * As far as its first bytes tell: who publishes it looks at the rest.
 *
 * Returns: (transfer full) (nullable). Errors: IM_ERROR_INVALID_ARGUMENT
 */
ImAvatar *
im_avatar_new_own (GBytes *bytes, const char *mime, GError **error)
{
  g_autoptr (ImAvatar) avatar = NULL;

  if (g_bytes_get_size (bytes) > IM_AVATAR_MAX_OWN_BYTES)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "The picture has %" G_GSIZE_FORMAT " bytes; %d are the most.",
                   g_bytes_get_size (bytes), IM_AVATAR_MAX_OWN_BYTES);
      return NULL;
    }
  avatar = im_avatar_new (bytes);
  if (avatar == NULL)
    g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                 "The picture is none of PNG, JPEG, WebP and GIF.");
  else if (mime != NULL && *mime != '\0' && g_ascii_strcasecmp (mime, avatar->mime) != 0)
    g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                 "The picture is of the kind %s, whatever else it is called.", avatar->mime);
  else
    return g_steal_pointer (&avatar);
  return NULL;
}

/**
 * im_avatar_check_async:
 * @bytes: of a picture of ours
 * @mime: (nullable): what it is said to be; "" or NULL: nothing is said
 *
 * Errors: IM_ERROR_INVALID_ARGUMENT, IM_ERROR_NOT_AVAILABLE
 */
void
im_avatar_check_async (GBytes *bytes,
                       const char *mime,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  GError *error = NULL;
  ImAvatar *avatar = im_avatar_new_own (bytes, mime, &error);

  if (avatar == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, avatar, (GDestroyNotify) im_avatar_unref);
  image_read_async (bytes, CHECK_SIDE, NULL, checked_cb, g_steal_pointer (&task));
}

/** im_avatar_check_finish: Returns: (transfer full) (nullable): it, with its size; or an error */
ImAvatar *
im_avatar_check_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/** im_contact_get_avatar_claim: Returns: (nullable): what @source says: "" is none */
const char *
im_contact_get_avatar_claim (const ImContact *self, ImAvatarSource source)
{
  return self->said != NULL ? self->said->avatars[source] : NULL;
}

/** im_contact_get_avatar_token: Returns: (nullable): NULL: it is not known; "": there is none.
 * Spec: XEP-0398 4.1: personal eventing is the newer way */
const char *
im_contact_get_avatar_token (const ImContact *self)
{
  const char *published = im_contact_get_avatar_claim (self, IM_AVATAR_PEP);

  return published != NULL ? published : im_contact_get_avatar_claim (self, IM_AVATAR_VCARD);
}

/** im_contact_get_avatar_bytes: Returns: how long it is said to be; 0: nothing is said */
guint
im_contact_get_avatar_bytes (const ImContact *self)
{
  return im_contact_get_avatar_claim (self, IM_AVATAR_PEP) != NULL ? self->said->avatar_bytes : 0;
}

/** im_contact_set_avatar_item: @item_id: (nullable): of what was claimed last; kept where it is not
 * the hash, and of bounded length */
void
im_contact_set_avatar_item (ImContact *self, const char *item_id)
{
  const char *token = im_contact_get_avatar_claim (self, IM_AVATAR_PEP);

  if (token != NULL && item_id != NULL && g_ascii_strcasecmp (item_id, token) != 0 &&
      strlen (item_id) <= MAX_ITEM_ID_BYTES)
    {
      g_free (self->said->avatar_item);
      self->said->avatar_item = g_strdup (item_id);
    }
}

/** im_contact_is_avatar_item: Returns: whether what is claimed stands in that item. Spec: XEP-0060
 * 7.2.2.1 */
gboolean
im_contact_is_avatar_item (const ImContact *self, const char *item_id)
{
  const char *token = im_contact_get_avatar_claim (self, IM_AVATAR_PEP);

  if (token == NULL)
    return FALSE;
  return self->said->avatar_item != NULL ? strcmp (item_id, self->said->avatar_item) == 0
                                         : g_ascii_strcasecmp (item_id, token) == 0;
}

/** im_account_converts_avatars: Returns: whether the server does the rest. Spec: XEP-0398 3 */
gboolean
im_account_converts_avatars (ImAccount *self)
{
  return im_account_own_has (self, XMPP_NS_PEP_VCARD_CONVERSION) ||
         im_account_server_has (self, XMPP_NS_PEP_VCARD_CONVERSION);
}

/**
 * im_account_set_avatar_claim:
 * @contact: of whom it is said, perhaps ourselves
 * @token: (nullable): NULL: nothing is said (any more); "": there is none
 * @n_bytes: how long it is said to be; 0: that is not said
 *
 * Told with the next flush, if what people see is another one.
 */
void
im_account_set_avatar_claim (
    ImAccount *self, ImContact *contact, ImAvatarSource source, const char *token, guint n_bytes)
{
  g_autofree char *before = g_strdup (im_contact_get_avatar_token (contact));
  char **place;

  if (contact->said == NULL && token == NULL)
    return;
  if (contact->said == NULL)
    contact->said = g_new0 (ImContactSaid, 1);
  if (source == IM_AVATAR_PEP)
    {
      contact->said->avatar_bytes = n_bytes;
      g_clear_pointer (&contact->said->avatar_item, g_free);
    }
  place = &contact->said->avatars[source];
  if (g_strcmp0 (*place, token) == 0)
    return;
  g_free (*place);
  *place = g_strdup (token);
  if (g_strcmp0 (before, im_contact_get_avatar_token (contact)) != 0)
    im_roster_note (self->roster, contact, IM_CONTACT_AVATAR);
  if (contact == im_account_get_self_contact (self))
    im_account_follow_own_avatar (self);
}
