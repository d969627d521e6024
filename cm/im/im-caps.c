/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-caps.c: what the devices of contacts can do, by the hashes that they claim. XEP-0115 5.4, 6, 8
 *
 * One question for each hash, ten at a time; what was verified is kept on disk and counts for
 * everybody who claims the hash. What does not fit its hash counts for the device that said it, and
 * somebody else is asked: three people at most for one hash. */

#include "im/im-caps.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-disco.h"
#include "im/im-discover.h"
#include "store/store-caps.h"

#define MAX_ASKING 10
#define MAX_JOBS 1000
/* With MAX_BYTES: 8 MiB at most, whatever contacts make up; the rest is on disk. */
#define MAX_KNOWN 500
#define MAX_TRIES 3
#define MAX_CANDIDATES 8
#define MAX_FEATURES 1000
#define MAX_BYTES 16384

/* A hash that is claimed, and what it means is not known yet. */
typedef struct
{
  char *key; /* (owned) algorithm, space, hash */
  char *node; /* (owned) node#ver, as it is asked for */
  GHashTable *waiting; /* (owned) XmppJid of the devices that claim it */
  GQueue candidates; /* (owned) XmppJid of those that may be asked, of different people */
  guint n_tries;
} Job;

struct _ImCaps
{
  ImAccount *account; /* owns us */
  GHashTable *known; /* (owned) key to (owned) ImCapsInfo, verified */
  GHashTable *jobs; /* (owned) key to (owned) Job */
  GQueue queue; /* (owned) keys of jobs that wait for their turn to ask */
  GCancellable *cancellable; /* (owned) (nullable) while there is a stream */
  guint n_asking;
  guint flush_id;
};

/* What is under way for a job. */
typedef struct
{
  ImAccount *account; /* (owned) */
  GCancellable *cancellable; /* (owned) */
  char *key; /* (owned) */
  XmppJid *asked; /* (owned) (nullable) */
} Question;

static const char *const client_types[] = { "bot", "console", "game", "handheld", "pc",
                                            "phone", "sms", "tablet", "web" };

static void
free_job (gpointer data)
{
  Job *job = data;

  g_queue_clear_full (&job->candidates, (GDestroyNotify) xmpp_jid_unref);
  g_hash_table_unref (job->waiting);
  g_free (job->key);
  g_free (job->node);
  g_free (job);
}

static Question *
new_question (ImCaps *self, const char *key, XmppJid *asked)
{
  Question *question = g_new0 (Question, 1);

  question->account = g_object_ref (self->account);
  question->cancellable = g_object_ref (self->cancellable);
  question->key = g_strdup (key);
  question->asked = asked != NULL ? xmpp_jid_ref (asked) : NULL;
  return question;
}

static void
free_question (Question *question)
{
  g_object_unref (question->cancellable);
  g_clear_pointer (&question->asked, xmpp_jid_unref);
  g_free (question->key);
  g_object_unref (question->account);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, free_question)

/** im_caps_info_ref: Returns: (transfer full): the same */
ImCapsInfo *
im_caps_info_ref (ImCapsInfo *self)
{
  self->ref_count++;
  return self;
}

/** im_caps_info_unref: @self: (transfer full): no longer needed */
void
im_caps_info_unref (ImCapsInfo *self)
{
  if (--self->ref_count > 0)
    return;
  g_free (self->name);
  g_strfreev (self->features);
  g_free (self);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/** im_caps_info_has: Returns: whether @feature is among what it can do */
gboolean
im_caps_info_has (const ImCapsInfo *self, const char *feature)
{
  return bsearch (&feature, self->features, self->n_features, sizeof *self->features,
                  compare_texts) != NULL;
}

static const char *
find_type (const char *type)
{
  for (guint i = 0; type != NULL && i < G_N_ELEMENTS (client_types); i++)
    if (strcmp (client_types[i], type) == 0)
      return client_types[i];
  return NULL;
}

/* The first identity of a client; the features, sorted, bounded. */
static ImCapsInfo *
read_info (XmppNode *query, gboolean is_verified)
{
  ImCapsInfo *self = g_new0 (ImCapsInfo, 1);
  GPtrArray *features = g_ptr_array_new ();
  gsize n_bytes = 0;

  self->ref_count = 1;
  self->is_verified = is_verified;
  for (XmppNode *node = xmpp_node_find (query, "identity", XMPP_NS_DISCO_INFO);
       node != NULL && self->name == NULL;
       node = xmpp_node_find_next (node, "identity", XMPP_NS_DISCO_INFO))
    if (g_strcmp0 (xmpp_node_get (node, "category"), "client") == 0)
      {
        self->type = find_type (xmpp_node_get (node, "type"));
        self->name = im_dup_bounded (xmpp_node_get (node, "name"), IM_CONTACT_MAX_NAME_BYTES);
      }
  if (self->name == NULL)
    self->name = g_strdup ("");
  for (XmppNode *node = xmpp_node_find (query, "feature", XMPP_NS_DISCO_INFO);
       node != NULL && features->len < MAX_FEATURES && n_bytes < MAX_BYTES;
       node = xmpp_node_find_next (node, "feature", XMPP_NS_DISCO_INFO))
    if (xmpp_node_get (node, "var") != NULL)
      {
        n_bytes += strlen (xmpp_node_get (node, "var"));
        g_ptr_array_add (features, g_strdup (xmpp_node_get (node, "var")));
      }
  g_ptr_array_sort (features, compare_texts);
  self->n_features = features->len;
  g_ptr_array_add (features, NULL);
  self->features = (char **) g_ptr_array_free (features, FALSE);
  return self;
}

static ImCapsInfo *
load_info (GVariant *stored)
{
  ImCapsInfo *self = g_new0 (ImCapsInfo, 1);
  const char *type;

  self->ref_count = 1;
  self->is_verified = TRUE;
  g_variant_get (stored, "(&ss^as)", &type, &self->name, &self->features);
  self->type = find_type (type);
  self->n_features = g_strv_length (self->features);
  return self;
}

static GVariant *
dup_stored (const ImCapsInfo *info)
{
  return g_variant_ref_sink (
      g_variant_new ("(ss^as)", info->type != NULL ? info->type : "", info->name, info->features));
}

static gboolean
find_algorithm (const char *name, GChecksumType *type)
{
  static const struct
  {
    const char *name;
    GChecksumType type;
  } rows[] = { { "sha-1", G_CHECKSUM_SHA1 },
               { "sha-256", G_CHECKSUM_SHA256 },
               { "sha-384", G_CHECKSUM_SHA384 },
               { "sha-512", G_CHECKSUM_SHA512 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].name, name) == 0)
      {
        *type = rows[i].type;
        return TRUE;
      }
  return FALSE;
}

/* Nothing that is not verified is ever equal to the hash. */
static gboolean
is_verified (const char *key, XmppNode *query)
{
  const char *space = strchr (key, ' ');
  g_autofree char *algorithm = g_strndup (key, (gsize) (space - key));
  g_autofree char *ver = NULL;
  GChecksumType type;

  if (!find_algorithm (algorithm, &type))
    return FALSE;
  ver = im_disco_dup_ver_by (query, type);
  return g_strcmp0 (ver, space + 1) == 0;
}

static gboolean
flush_cb (gpointer user_data)
{
  ImCaps *self = user_data;

  self->flush_id = 0;
  im_roster_flush (self->account->roster);
  return G_SOURCE_REMOVE;
}

/* A device that still claims it learns what it means. */
static void
apply (ImCaps *self, XmppJid *full, const char *key, ImCapsInfo *info)
{
  g_autoptr (XmppJid) bare = xmpp_jid_dup_bare (full);
  ImContact *contact = im_roster_find (self->account->roster, bare);
  const char *resource = xmpp_jid_get_resource (full);

  if (contact == NULL ||
      !im_contact_set_resource_info (contact, resource != NULL ? resource : "", key, info))
    return;
  im_roster_note (self->account->roster, contact, IM_CONTACT_CAPS);
  if (self->flush_id == 0)
    self->flush_id = g_idle_add (flush_cb, self);
}

static void
learn (ImCaps *self, Job *job, ImCapsInfo *info)
{
  GHashTableIter iter;
  gpointer full;

  if (g_hash_table_size (self->known) >= MAX_KNOWN)
    g_hash_table_remove_all (self->known); /* they are on disk */
  g_hash_table_insert (self->known, g_strdup (job->key), im_caps_info_ref (info));
  g_hash_table_iter_init (&iter, job->waiting);
  while (g_hash_table_iter_next (&iter, &full, NULL))
    apply (self, full, job->key, info);
  g_hash_table_remove (self->jobs, job->key);
}

static void ask_next (ImCaps *self);

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) query = im_account_discover_finish (IM_ACCOUNT (source), result, &error);
  ImCaps *self = question->account->caps;
  ImCapsInfo *info = NULL;
  Job *job;

  if (g_cancellable_is_cancelled (question->cancellable))
    return;
  self->n_asking--;
  job = g_hash_table_lookup (self->jobs, question->key);
  if (job != NULL && query != NULL)
    info = read_info (query, is_verified (job->key, query));
  if (info != NULL && info->is_verified)
    {
      g_autoptr (GVariant) stored = dup_stored (info);

      store_caps_save (self->account->store, job->key, stored);
      learn (self, job, info);
    }
  else if (job != NULL)
    {
      if (info != NULL)
        apply (self, question->asked, job->key, info);
      g_debug ("A hash of capabilities was not verified; %u more may be asked",
               g_queue_get_length (&job->candidates));
      g_queue_push_tail (&self->queue, g_strdup (job->key));
    }
  g_clear_pointer (&info, im_caps_info_unref);
  ask_next (self);
}

static gboolean
still_claims (ImCaps *self, XmppJid *full, const char *key)
{
  g_autoptr (XmppJid) bare = xmpp_jid_dup_bare (full);
  ImContact *contact = im_roster_find (self->account->roster, bare);
  const char *resource = xmpp_jid_get_resource (full);

  return contact != NULL && im_contact_claims (contact, resource != NULL ? resource : "", key);
}

/* (transfer full) (nullable): the next who may be asked, and has not left meanwhile */
static XmppJid *
take_candidate (ImCaps *self, Job *job)
{
  XmppJid *full;

  while (job->n_tries < MAX_TRIES && (full = g_queue_pop_head (&job->candidates)) != NULL)
    {
      if (still_claims (self, full, job->key))
        return full;
      xmpp_jid_unref (full);
    }
  return NULL;
}

/* When nobody is left to ask, the job is over. */
static void
ask (ImCaps *self, Job *job)
{
  g_autoptr (XmppJid) full = take_candidate (self, job);

  if (full == NULL)
    {
      g_hash_table_remove (self->jobs, job->key);
      return;
    }
  job->n_tries++;
  self->n_asking++;
  im_account_discover_async (self->account, FALSE, full, job->node, self->cancellable, answered_cb,
                             new_question (self, job->key, full));
}

static void
ask_next (ImCaps *self)
{
  while (self->n_asking < MAX_ASKING && !g_queue_is_empty (&self->queue))
    {
      g_autofree char *key = g_queue_pop_head (&self->queue);
      Job *job = g_hash_table_lookup (self->jobs, key);

      if (job != NULL)
        ask (self, job);
    }
}

static void
found_cb (gpointer user_data, GVariant *stored)
{
  g_autoptr (Question) question = user_data;
  ImCaps *self = question->account->caps;
  Job *job;

  if (g_cancellable_is_cancelled (question->cancellable))
    return;
  job = g_hash_table_lookup (self->jobs, question->key);
  if (job == NULL)
    return;
  if (stored != NULL)
    {
      ImCapsInfo *info = load_info (stored);

      learn (self, job, info);
      im_caps_info_unref (info);
      return;
    }
  g_queue_push_tail (&self->queue, g_strdup (job->key));
  ask_next (self);
}

static gboolean
is_candidate (Job *job, XmppJid *full)
{
  for (GList *item = job->candidates.head; item != NULL; item = item->next)
    if (xmpp_jid_equal_bare (item->data, full))
      return FALSE;
  return g_queue_get_length (&job->candidates) < MAX_CANDIDATES;
}

static void
add_claim (Job *job, XmppJid *full)
{
  if (g_hash_table_contains (job->waiting, full))
    return;
  g_hash_table_add (job->waiting, xmpp_jid_ref (full));
  if (is_candidate (job, full))
    g_queue_push_tail (&job->candidates, xmpp_jid_ref (full));
}

/** im_caps_new: @account: its owner. Returns: (transfer full): nothing is known */
ImCaps *
im_caps_new (ImAccount *account)
{
  ImCaps *self = g_new0 (ImCaps, 1);

  self->account = account;
  self->known =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) im_caps_info_unref);
  self->jobs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_job);
  g_queue_init (&self->queue);
  return self;
}

/** im_caps_free: @self: (transfer full): whose account is offline */
void
im_caps_free (ImCaps *self)
{
  im_caps_stop (self);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->jobs);
  g_free (self);
}

/** im_caps_start: the stream is bound. What we can do ourselves need not be asked */
void
im_caps_start (ImCaps *self)
{
  g_autoptr (XmppNode) query = xmpp_node_new ("query", XMPP_NS_DISCO_INFO);
  g_autofree char *ver = im_disco_dup_own_ver (self->account);

  im_caps_stop (self);
  self->cancellable = g_cancellable_new ();
  im_disco_fill (self->account, query);
  g_hash_table_insert (self->known, g_strconcat ("sha-1 ", ver, NULL), read_info (query, TRUE));
}

/** im_caps_stop: the stream is gone: nobody is asked any more */
void
im_caps_stop (ImCaps *self)
{
  g_autoptr (GCancellable) cancellable = g_steal_pointer (&self->cancellable);

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_hash_table_remove_all (self->jobs);
  g_queue_clear_full (&self->queue, g_free);
  self->n_asking = 0;
}

/**
 * im_caps_want:
 * @full: a device that is there, whose claim was noted
 * @node: what the question names, with @ver
 *
 * Spec: XEP-0115 5.4, 6.2
 */
void
im_caps_want (ImCaps *self, XmppJid *full, const char *node, const char *algorithm, const char *ver)
{
  g_autofree char *key = g_strconcat (algorithm, " ", ver, NULL);
  ImCapsInfo *info = g_hash_table_lookup (self->known, key);
  Job *job = g_hash_table_lookup (self->jobs, key);

  if (self->cancellable == NULL)
    return;
  if (info != NULL)
    {
      apply (self, full, key, info);
      return;
    }
  if (job != NULL)
    {
      add_claim (job, full);
      return;
    }
  if (g_hash_table_size (self->jobs) >= MAX_JOBS)
    {
      g_debug ("Too many hashes of capabilities are waited for; one more is not asked for");
      return;
    }
  job = g_new0 (Job, 1);
  job->node = g_strconcat (node, "#", ver, NULL);
  job->waiting =
      g_hash_table_new_full (xmpp_jid_hash, xmpp_jid_equal, (GDestroyNotify) xmpp_jid_unref, NULL);
  g_queue_init (&job->candidates);
  add_claim (job, full);
  job->key = g_steal_pointer (&key);
  g_hash_table_insert (self->jobs, job->key, job);
  store_caps_find (self->account->store, job->key, found_cb, new_question (self, job->key, NULL));
}

/**
 * im_account_set_resource_caps:
 * @full: an address that is there
 * @node: (nullable): of what it claims; NULL: it claims nothing
 * @algorithm: (nullable): of its hash; NULL: the old form, which has none
 * @ver: (nullable): the hash
 */
void
im_account_set_resource_caps (
    ImAccount *self, XmppJid *full, const char *node, const char *algorithm, const char *ver)
{
  g_autoptr (XmppJid) bare = xmpp_jid_dup_bare (full);
  ImContact *contact = im_roster_find (self->roster, bare);
  const char *resource = xmpp_jid_get_resource (full);
  gboolean is_claim = node != NULL && algorithm != NULL;
  g_autofree char *caps_node = is_claim ? g_strconcat (node, "#", ver, NULL) : NULL;
  g_autofree char *key = is_claim ? g_strconcat (algorithm, " ", ver, NULL) : NULL;

  if (contact == NULL ||
      !im_contact_set_resource_caps (contact, resource != NULL ? resource : "", caps_node, key))
    return;
  im_roster_note (self->roster, contact, IM_CONTACT_CAPS);
  if (is_claim)
    im_caps_want (self->caps, full, node, algorithm, ver);
}
