/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-vcard.c: vCards: read, each address once at a time, and our own changed, one change at a time.
 * XEP-0054
 *
 * A server keeps a vCard as a whole: who writes it writes what others keep in it as well. So each
 * change is made to what the server has at that moment, and no change begins before the one before
 * has been answered. */

#include "im/im-vcard.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "xmpp/xmpp-base64.h"

/* Questions under way at a time, and how many wait for their turn. */
#define MAX_ASKED 5
#define MAX_WAITING 10000
#define MAX_EDITS 64

/* One question, for all who asked it. */
typedef struct
{
  ImAccount *account; /* (owned) */
  XmppJid *jid; /* (owned) */
  GPtrArray *tasks; /* (owned) GTask */
} Read;

typedef struct
{
  ImVcardEdit edit;
  gpointer data; /* (owned) */
  GDestroyNotify free_data; /* (nullable) */
  XmppNode *written; /* (owned) (nullable) what the server is being told */
} Edit;

struct _ImVcard
{
  ImAccount *account; /* owns us */
  GHashTable *reads; /* (owned) address → Read, borrowed: waiting or under way */
  GQueue waiting; /* Read (owned) whose turn has not come */
  guint n_asked;
  GQueue edits; /* GTask (owned) of an Edit; the first is under way */
};

static void ask_next (ImVcard *self);
static void edit_next (ImVcard *self);

static void
free_read (Read *read)
{
  g_ptr_array_unref (read->tasks);
  xmpp_jid_unref (read->jid);
  g_object_unref (read->account);
  g_free (read);
}

static void
free_edit (gpointer data)
{
  Edit *edit = data;

  if (edit->free_data != NULL)
    edit->free_data (edit->data);
  g_clear_pointer (&edit->written, xmpp_node_unref);
  g_free (edit);
}

static XmppNode *
new_question (ImAccount *account, XmppJid *jid)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", "get");
  if (!xmpp_jid_equal (jid, account->jid))
    xmpp_node_set (iq, "to", xmpp_jid_get_text (jid));
  xmpp_node_add (iq, "vCard", XMPP_NS_VCARD_TEMP);
  return iq;
}

/* 3.1, 3.3: that there is none is said in three ways, and by a server that has no such thing in a
 * fourth. Our own server has another reason to say that there is no such service. */
static gboolean
is_none (const GError *error, gboolean is_own)
{
  return g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND) ||
         (!is_own &&
          (g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE) ||
           g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED)));
}

/* (transfer full) (nullable): NULL with IM_ERROR. */
static XmppNode *
take_answer (XmppNode *answer, const GError *wire_error, gboolean is_own, GError **error)
{
  XmppNode *vcard = answer != NULL ? xmpp_node_find (answer, "vCard", XMPP_NS_VCARD_TEMP) : NULL;

  if (vcard != NULL)
    return xmpp_node_dup (vcard);
  if (answer != NULL || is_none (wire_error, is_own))
    return xmpp_node_new ("vCard", XMPP_NS_VCARD_TEMP);
  /* It is there, and more than anybody may send: nobody keeps it from us. */
  if (g_error_matches (wire_error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION))
    g_set_error_literal (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE, wire_error->message);
  else
    g_propagate_error (error, im_error_from_wire (wire_error));
  return NULL;
}

/* Whatever it was asked for. */
static void
take_vcard (ImAccount *account, XmppJid *jid, XmppNode *vcard)
{
  ImContact *contact = NULL;

  if (xmpp_jid_equal (jid, account->jid))
    contact = im_account_get_self_contact (account);
  else if (xmpp_jid_is_bare (jid))
    contact = im_account_find_contact (account, jid);
  if (contact != NULL)
    im_info_take_vcard (account, contact, vcard);
}

static void
end_read (Read *read, XmppNode *vcard, const GError *error)
{
  for (guint i = 0; i < read->tasks->len; i++)
    if (vcard != NULL)
      g_task_return_pointer (read->tasks->pdata[i], xmpp_node_ref (vcard),
                             (GDestroyNotify) xmpp_node_unref);
    else
      g_task_return_error (read->tasks->pdata[i], g_error_copy (error));
  free_read (read);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Read *read = user_data;
  g_autoptr (ImAccount) account = g_object_ref (read->account);
  g_autoptr (GError) wire_error = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer =
      xmpp_session_request_finish (XMPP_SESSION (source), result, &wire_error);
  g_autoptr (XmppNode) vcard =
      take_answer (answer, wire_error, xmpp_jid_equal (read->jid, account->jid), &error);

  g_hash_table_remove (account->vcard->reads, xmpp_jid_get_text (read->jid));
  account->vcard->n_asked--;
  if (vcard != NULL && source == (GObject *) im_account_get_session (account))
    take_vcard (account, read->jid, vcard);
  end_read (read, vcard, error);
  ask_next (account->vcard);
}

static void
ask_next (ImVcard *self)
{
  while (self->n_asked < MAX_ASKED && !g_queue_is_empty (&self->waiting))
    {
      XmppSession *session = im_account_get_session (self->account);
      Read *read = g_queue_pop_head (&self->waiting);

      if (session != NULL && xmpp_session_is_open (session))
        {
          self->n_asked++;
          xmpp_session_request_async (session, new_question (self->account, read->jid), 0, NULL,
                                      answered_cb, read);
        }
      else
        {
          g_autoptr (ImAccount) account G_GNUC_UNUSED = g_object_ref (self->account);
          g_autoptr (GError) error =
              g_error_new_literal (IM_ERROR, IM_ERROR_DISCONNECTED,
                                   "The account went offline before anybody was asked.");

          g_hash_table_remove (self->reads, xmpp_jid_get_text (read->jid));
          end_read (read, NULL, error);
        }
    }
}

static gboolean
check (ImAccount *account, GTask *task, gboolean is_full)
{
  XmppSession *session = im_account_get_session (account);

  if (session == NULL || !xmpp_session_is_open (session))
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_DISCONNECTED,
                             "The account has to be online for that.");
  else if (is_full)
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_BUSY,
                             "The server has not yet answered what was asked before.");
  else
    return TRUE;
  return FALSE;
}

/* Out of the queue: the caller has the reference. */
static void
end_edit (ImVcard *self, GTask *task, GError *error)
{
  g_queue_pop_head (&self->edits);
  /* Whoever is told may have more to change: that must find the next one under way. */
  edit_next (self);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *account = g_task_get_source_object (task);
  Edit *edit = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);

  if (answer != NULL && source == (GObject *) im_account_get_session (account))
    take_vcard (account, account->jid, edit->written);
  end_edit (account->vcard, task, answer == NULL ? im_error_from_wire (error) : NULL);
}

static void
write_edit (XmppSession *session, GTask *task)
{
  Edit *edit = g_task_get_task_data (task);
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", "set");
  xmpp_node_add_copy (iq, edit->written);
  xmpp_session_request_async (session, iq, 0, NULL, written_cb, task);
}

static void
read_before_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GTask) done = NULL;
  ImAccount *account = g_task_get_source_object (task);
  Edit *edit = g_task_get_task_data (task);
  g_autoptr (GError) wire_error = NULL;
  GError *error = NULL;
  g_autoptr (XmppNode) answer =
      xmpp_session_request_finish (XMPP_SESSION (source), result, &wire_error);
  g_autoptr (XmppNode) current = take_answer (answer, wire_error, TRUE, &error);

  if (current != NULL)
    edit->written = edit->edit (current, edit->data, &error);
  if (edit->written != NULL && !xmpp_node_equal (current, edit->written))
    {
      write_edit (XMPP_SESSION (source), task);
      return;
    }
  done = task;
  if (current != NULL && source == (GObject *) im_account_get_session (account))
    take_vcard (account, account->jid, current);
  end_edit (account->vcard, task, error);
}

static void
edit_next (ImVcard *self)
{
  GTask *task = g_queue_peek_head (&self->edits);
  XmppSession *session = im_account_get_session (self->account);

  if (task == NULL)
    return;
  if (session != NULL && xmpp_session_is_open (session))
    {
      xmpp_session_request_async (session, new_question (self->account, self->account->jid), 0,
                                  NULL, read_before_cb, task);
      return;
    }
  end_edit (self, task,
            g_error_new_literal (IM_ERROR, IM_ERROR_DISCONNECTED,
                                 "The account went offline before the server was told."));
  g_object_unref (task);
}

/** im_vcard_new: @account: its owner. Returns: (transfer full): nothing is under way */
ImVcard *
im_vcard_new (ImAccount *account)
{
  ImVcard *self = g_new0 (ImVcard, 1);

  self->account = account;
  self->reads = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->waiting);
  g_queue_init (&self->edits);
  return self;
}

/** im_vcard_free: @self: (transfer full): nothing is under way, as whatever is keeps the account */
void
im_vcard_free (ImVcard *self)
{
  g_hash_table_unref (self->reads);
  g_free (self);
}

/**
 * im_vcard_fetch_async:
 * @jid: whose; bare, or full for somebody in a room
 *
 * Whoever asks for the same while a question is under way gets its answer.
 *
 * Spec: XEP-0054 3.1, 3.3
 */
void
im_vcard_fetch_async (ImAccount *account,
                      XmppJid *jid,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (account, NULL, callback, user_data);
  ImVcard *self = account->vcard;
  Read *read = g_hash_table_lookup (self->reads, xmpp_jid_get_text (jid));

  if (!check (account, task, read == NULL && g_queue_get_length (&self->waiting) >= MAX_WAITING))
    return;
  if (read == NULL)
    {
      read = g_new0 (Read, 1);
      read->account = g_object_ref (account);
      read->jid = xmpp_jid_ref (jid);
      read->tasks = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (self->reads, (gpointer) xmpp_jid_get_text (read->jid), read);
      g_queue_push_tail (&self->waiting, read);
    }
  g_ptr_array_add (read->tasks, g_steal_pointer (&task));
  ask_next (self);
}

/** im_vcard_is_asked: @jid: whose. Returns: whether the answer is under way, or will be */
gboolean
im_vcard_is_asked (ImAccount *account, XmppJid *jid)
{
  return g_hash_table_contains (account->vcard->reads, xmpp_jid_get_text (jid));
}

/** im_vcard_fetch_finish: Returns: (transfer full) (nullable): a <vCard/>, or an error */
XmppNode *
im_vcard_fetch_finish (ImAccount *account, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * im_vcard_edit_async:
 * @edit: makes the new one of what the server has
 * @data: (transfer full) (nullable): for @edit
 * @free_data: (nullable): frees @data
 *
 * Nothing is sent when nothing changes.
 *
 * Spec: XEP-0054 3.2
 */
void
im_vcard_edit_async (ImAccount *account,
                     ImVcardEdit edit,
                     gpointer data,
                     GDestroyNotify free_data,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (account, NULL, callback, user_data);
  ImVcard *self = account->vcard;
  Edit *given = g_new0 (Edit, 1);

  given->edit = edit;
  given->data = data;
  given->free_data = free_data;
  g_task_set_task_data (task, given, free_edit);
  if (!check (account, task, g_queue_get_length (&self->edits) >= MAX_EDITS))
    return;
  g_queue_push_tail (&self->edits, g_steal_pointer (&task));
  if (g_queue_get_length (&self->edits) == 1)
    edit_next (self);
}

/** im_vcard_edit_finish: Returns: whether the server has what was wanted */
gboolean
im_vcard_edit_finish (ImAccount *account, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * im_vcard_dup_without:
 * @names: NULL-terminated, of elements
 *
 * Returns: (transfer full): all that @vcard has but the children called so
 */
XmppNode *
im_vcard_dup_without (const XmppNode *vcard, const char *const *names)
{
  XmppNode *copy = xmpp_node_new ("vCard", XMPP_NS_VCARD_TEMP);

  xmpp_node_set (copy, "version", xmpp_node_get (vcard, "version"));
  for (const XmppNode *child = xmpp_node_get_first (vcard); child != NULL;
       child = xmpp_node_get_next (child))
    if (strcmp (xmpp_node_get_ns (child), XMPP_NS_VCARD_TEMP) != 0 ||
        !g_strv_contains (names, xmpp_node_get_name (child)))
      xmpp_node_add_copy (copy, child);
  return copy;
}

/**
 * im_vcard_decode_binary:
 * @text: (nullable): of a <BINVAL/>
 * @limit: bytes
 * @length: (out): number of bytes, at least one
 *
 * Returns: (nullable) (transfer full): the bytes, followed by a NUL. Spec: XML Schema base64Binary
 */
guchar *
im_vcard_decode_binary (const char *text, size_t limit, size_t *length)
{
  g_autofree char *dense = NULL;
  g_autofree guchar *bytes = NULL;
  size_t n_chars = 0;

  *length = 0;
  if (text == NULL || strlen (text) / 4 > limit)
    return NULL; /* however many of them are line breaks */
  dense = g_malloc (strlen (text) + 1);
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isspace (*at))
      dense[n_chars++] = *at;
  dense[n_chars] = '\0';
  bytes = xmpp_base64_decode (dense, length);
  if (bytes == NULL || *length == 0 || *length > limit)
    {
      *length = 0;
      return NULL;
    }
  return g_steal_pointer (&bytes);
}
