/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-nickname.c: what we call ourselves: kept with the account, published, and followed when
 * another device changes it. XEP-0172 4.4; Telepathy: Account.Nickname, Aliasing.SetAliases
 *
 * One that was chosen here and is not published yet stands above what the server has; otherwise the
 * server's counts, also when it has none any more. What was chosen while another one was on its way
 * is not undone by its arrival. */
#include "im/im-nickname.h"

#include <string.h>

#include "im/im-account-parts.h"

struct _ImNickname
{
  ImAccount *account; /* owns us */
  guint n_publishing;
  guint serial; /* of what was chosen last */
  char *latest; /* (owned) (nullable) what was sent last */
  char *said; /* (owned) (nullable) what the server has; NULL: not known on this connection */
  char *item_id; /* (owned) (nullable) of the item that says so */
};

typedef struct
{
  char *text; /* (owned) */
  guint serial; /* the last word has the greatest */
} Publication;

static void
free_publication (gpointer data)
{
  Publication *publication = data;

  g_free (publication->text);
  g_free (publication);
}

static void
keep (ImAccount *self, const char *nickname, gboolean is_chosen)
{
  ImContact *own = im_roster_get_self (self->roster);
  gboolean is_new = strcmp (im_account_get_nickname (self), nickname) != 0;

  if (!is_new && self->record->nickname_is_chosen == is_chosen)
    return;
  self->record->nickname_is_chosen = is_chosen;
  if (is_new)
    {
      g_free (self->record->nickname);
      self->record->nickname = g_strdup (nickname);
    }
  im_account_save (self);
  if (!is_new)
    return;
  im_account_notify (self, "nickname");
  if (!im_contact_set_nick (own, nickname) || self->state == IM_ACCOUNT_OFFLINE)
    return;
  im_roster_note (self->roster, own, IM_CONTACT_ALIAS);
  im_roster_flush (self->roster);
}

/* The server's counts, unless a newer one is on its way. */
static void
follow (ImNickname *self)
{
  if (self->said != NULL && !self->account->record->nickname_is_chosen && self->n_publishing == 0)
    keep (self->account, self->said, FALSE);
}

static void
note_said (ImNickname *self, const char *text, const char *item_id)
{
  g_free (self->said);
  self->said = g_strdup (text);
  g_free (self->item_id);
  self->item_id = g_strdup (item_id);
}

/** im_account_take_own_nick: @item: what we, or another device of ours, published last */
void
im_account_take_own_nick (ImAccount *self, XmppNode *item)
{
  const ImNicknameWire *wire = IM_ACCOUNT_WIRE (self, nickname);
  const char *text = wire->read (item);

  if (text == NULL || strlen (text) > IM_NICKNAME_MAX_BYTES)
    return;
  note_said (self->nickname, text, xmpp_node_get (item, "id"));
  follow (self->nickname);
}

/** im_account_drop_own_nick: @item_id: (nullable): it is gone; an older one than the one that
 * counts is none of our business */
void
im_account_drop_own_nick (ImAccount *self, const char *item_id)
{
  const char *known = self->nickname->item_id;

  if (item_id != NULL && known != NULL && strcmp (item_id, known) != 0)
    return;
  note_said (self->nickname, "", NULL);
  follow (self->nickname);
}

static void
published_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *account = IM_ACCOUNT (source);
  ImNickname *self = account->nickname;
  const Publication *publication = g_task_get_task_data (task);
  GError *error = NULL;

  self->n_publishing--;
  if (!im_pep_publish_finish (account, result, &error))
    {
      follow (self); /* another device's may have arrived */
      g_task_return_error (task, error);
      return;
    }
  note_said (self, publication->text, IM_PEP_ONLY_ITEM);
  if (publication->serial == self->serial)
    keep (account, publication->text, FALSE);
  g_task_return_boolean (task, TRUE);
}

/**
 * im_account_publish_nickname_async:
 * @nickname: "": none any more
 *
 * What the server has already is not said again.
 *
 * Spec: XEP-0172 4.4
 */
void
im_account_publish_nickname_async (ImAccount *self,
                                   const char *nickname,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  const ImNicknameWire *wire = IM_ACCOUNT_WIRE (self, nickname);
  Publication *publication;

  if (!im_account_check_online (self, task))
    return;
  if (wire == NULL || !im_pep_is_possible (self))
    keep (self, nickname, TRUE);
  if (wire == NULL || !im_pep_is_possible (self) ||
      (!self->record->nickname_is_chosen && self->nickname->n_publishing == 0 &&
       strcmp (im_account_get_nickname (self), nickname) == 0))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  publication = g_new0 (Publication, 1);
  publication->text = g_strdup (nickname);
  publication->serial = ++self->nickname->serial;
  g_task_set_task_data (task, publication, free_publication);
  g_free (self->nickname->latest);
  self->nickname->latest = g_strdup (nickname);
  self->nickname->n_publishing++;
  im_pep_publish_async (self, wire->node, IM_PEP_ONLY_ITEM, IM_PEP_CONTACTS,
                        wire->new_nick (nickname), published_cb, g_steal_pointer (&task));
}

/** im_account_publish_nickname_finish: Returns: whether people can know it */
gboolean
im_account_publish_nickname_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
kept_published_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* It is tried again at the next sign-in. */
  if (!im_account_publish_nickname_finish (IM_ACCOUNT (source), result, &error))
    g_message ("The nickname of an account was not published: %s", error->message);
}

static void
publish_kept (ImAccount *self)
{
  im_account_publish_nickname_async (self, im_account_get_nickname (self), kept_published_cb, NULL);
}

/** im_account_get_nickname: Returns: what others may call us, "" for none */
const char *
im_account_get_nickname (ImAccount *self)
{
  return self->record->nickname != NULL ? self->record->nickname : "";
}

/* The server has it, or what it will hear last is this. */
static gboolean
is_seen_to (ImNickname *self, const char *text)
{
  return self->n_publishing == 0 ? !self->account->record->nickname_is_chosen
                                 : g_strcmp0 (self->latest, text) == 0;
}

/** im_account_set_nickname: @nickname: (nullable): what others may call us; kept, and published as
 * soon as that can be */
void
im_account_set_nickname (ImAccount *self, const char *nickname)
{
  const char *text = nickname != NULL ? nickname : "";

  if (strcmp (im_account_get_nickname (self), text) == 0 && is_seen_to (self->nickname, text))
    return;
  self->nickname->serial++;
  keep (self, text, TRUE);
  if (im_account_get_session (self) != NULL && im_account_is_server_known (self))
    publish_kept (self);
}

/* The server has none: whoever set up the account may have named one for that. */
static void
have_none (ImAccount *self)
{
  g_autofree char *alias = im_account_dup_text (self, "alias");

  if (self->record->nickname_is_chosen || self->nickname->n_publishing > 0)
    return;
  if (alias != NULL && *alias != '\0')
    {
      keep (self, alias, TRUE);
      publish_kept (self);
    }
  else
    im_account_drop_own_nick (self, NULL);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ImAccount *self = IM_ACCOUNT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) items = im_pep_fetch_finish (self, result, &error);
  XmppNode *item = items != NULL ? xmpp_node_find (items, "item", XMPP_NS_PUBSUB) : NULL;

  if (im_account_get_session (self) == NULL)
    return;
  if (item != NULL)
    im_account_take_own_nick (self, item);
  else if (items != NULL || g_error_matches (error, IM_ERROR, IM_ERROR_DOES_NOT_EXIST))
    have_none (self);
  else
    g_debug ("Our own nickname was not read: %s", error->message);
}

/** im_nickname_server_known: what was chosen is published; else what there is counts. Whoever has
 * none, and is not to have one, hears of another device's by an event. */
void
im_nickname_server_known (ImNickname *self)
{
  ImAccount *account = self->account;
  const ImNicknameWire *wire = IM_ACCOUNT_WIRE (account, nickname);
  g_autofree char *alias = im_account_dup_text (account, "alias");
  gboolean is_known = *im_account_get_nickname (account) != '\0';

  if (account->record->nickname_is_chosen)
    publish_kept (account);
  else if (!is_known && (alias == NULL || *alias == '\0'))
    return;
  else if (wire != NULL && im_pep_is_possible (account))
    im_pep_fetch_async (account, account->jid, wire->node, NULL, 1, fetched_cb, NULL);
  else if (!is_known)
    keep (account, alias, TRUE);
}

/** im_nickname_stop: the stream is gone */
void
im_nickname_stop (ImNickname *self)
{
  g_clear_pointer (&self->said, g_free);
  g_clear_pointer (&self->item_id, g_free);
}

/** im_nickname_new: @account: its owner. Returns: (transfer full): nothing is under way */
ImNickname *
im_nickname_new (ImAccount *account)
{
  ImNickname *self = g_new0 (ImNickname, 1);

  self->account = account;
  return self;
}

/** im_nickname_free: @self: (transfer full): nothing is under way, as that keeps the account */
void
im_nickname_free (ImNickname *self)
{
  im_nickname_stop (self);
  g_free (self->latest);
  g_free (self);
}
