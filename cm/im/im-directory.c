/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-directory.c: a directory of people on the network: found, asked what it knows, searched.
 * XEP-0055 2, XEP-0030 4, XEP-0059 4
 *
 * Our server's directory is the first of its services that says it is one, or that it can be
 * searched. */

#include "im/im-directory.h"

#include "im/im-account-parts.h"
#include "xmpp/xmpp-ns.h"

#define TIMEOUT_MS 30000
#define DISCO_TIMEOUT_MS 10000
/* Of a server's services, these are looked at. */
#define MAX_SERVICES 20

/* How well a service fits. */
typedef enum
{
  FITS_NOT = 0,
  CAN_BE_SEARCHED,
  IS_DIRECTORY,
} Fit;

typedef struct
{
  XmppJid *service; /* (owned) */
  Fit fit;
  gboolean has_pages;
} Candidate;

/* The data of the task that opens one. */
typedef struct
{
  Candidate candidates[MAX_SERVICES];
  guint n_candidates;
  guint n_waiting;
  ImDirectory *directory; /* (owned) */
} Opening;

typedef struct
{
  GTask *task; /* (owned) */
  Candidate *candidate; /* in the task's data */
} Question;

static const ImDirectoryWire *
get_wire (ImAccount *self)
{
  return IM_ACCOUNT_WIRE (self, directory);
}

static void
opening_free (Opening *opening)
{
  for (guint i = 0; i < opening->n_candidates; i++)
    xmpp_jid_unref (opening->candidates[i].service);
  im_directory_free (opening->directory);
  g_free (opening);
}

/** im_directory_free: @self: (transfer full) (nullable): a directory */
void
im_directory_free (ImDirectory *self)
{
  if (self == NULL)
    return;
  xmpp_jid_unref (self->service);
  im_form_free (self->form);
  g_free (self);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);
  ImDirectory *directory = opening->directory;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);

  if (answer == NULL)
    {
      g_task_return_error (task, im_error_from_answer (error));
      return;
    }
  directory->form = get_wire (self)->read_form (answer, &directory->is_plain);
  if (directory->form == NULL || directory->form->fields->len == 0)
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_SERVICE_CONFUSED,
                             "%s does not say what it can be asked for.",
                             xmpp_jid_get_text (directory->service));
  else
    g_task_return_pointer (task, g_steal_pointer (&opening->directory),
                           (GDestroyNotify) im_directory_free);
}

/* Takes the task. */
static void
ask_form (ImAccount *self, GTask *task, XmppJid *service, gboolean has_pages)
{
  g_autoptr (GTask) owned = task;
  Opening *opening = g_task_get_task_data (task);
  XmppNode *iq;

  if (!im_account_check_online (self, task))
    return;
  opening->directory = g_new0 (ImDirectory, 1);
  opening->directory->service = xmpp_jid_ref (service);
  opening->directory->has_pages = has_pages;
  iq = get_wire (self)->new_question ();
  xmpp_node_set (iq, "to", xmpp_jid_get_text (service));
  xmpp_session_request_async (im_account_get_session (self), iq, TIMEOUT_MS,
                              g_task_get_cancellable (task), asked_cb, g_steal_pointer (&owned));
}

static void
judge (ImAccount *self, Candidate *candidate, const XmppNode *query)
{
  for (XmppNode *node = xmpp_node_find (query, NULL, XMPP_NS_DISCO_INFO); node != NULL;
       node = xmpp_node_find_next (node, NULL, XMPP_NS_DISCO_INFO))
    if (xmpp_node_is (node, "identity", XMPP_NS_DISCO_INFO) &&
        g_strcmp0 (xmpp_node_get (node, "category"), "directory") == 0)
      candidate->fit = IS_DIRECTORY;
    else if (g_strcmp0 (xmpp_node_get (node, "var"), get_wire (self)->feature) == 0)
      candidate->fit = MAX (candidate->fit, CAN_BE_SEARCHED);
    else if (g_strcmp0 (xmpp_node_get (node, "var"), XMPP_NS_RSM) == 0)
      candidate->has_pages = TRUE;
}

/* The best, and of these the first. Takes the task. */
static void
choose (ImAccount *self, GTask *task)
{
  Opening *opening = g_task_get_task_data (task);
  const Candidate *best = NULL;

  for (guint i = 0; i < opening->n_candidates; i++)
    if (opening->candidates[i].fit > (best != NULL ? best->fit : FITS_NOT))
      best = &opening->candidates[i];
  if (best != NULL)
    {
      ask_form (self, task, best->service, best->has_pages);
      return;
    }
  g_task_return_new_error (task, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                           "%s has no directory of people; name another server's.",
                           xmpp_jid_get_domain (self->jid));
  g_object_unref (task);
}

static void
judged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  GTask *task = question->task;
  ImAccount *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, NULL);
  XmppNode *query = answer != NULL ? xmpp_node_find (answer, "query", XMPP_NS_DISCO_INFO) : NULL;

  if (query != NULL && get_wire (self) != NULL)
    judge (self, question->candidate, query);
  g_free (question);
  if (--opening->n_waiting == 0)
    choose (self, task);
  else
    g_object_unref (task);
}

static void
ask_candidate (ImAccount *self, GTask *task, Candidate *candidate)
{
  Opening *opening = g_task_get_task_data (task);
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  Question *question = g_new0 (Question, 1);

  question->task = g_object_ref (task);
  question->candidate = candidate;
  opening->n_waiting++;
  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", xmpp_jid_get_text (candidate->service));
  xmpp_node_add (iq, "query", XMPP_NS_DISCO_INFO);
  xmpp_session_request_async (im_account_get_session (self), iq, DISCO_TIMEOUT_MS,
                              g_task_get_cancellable (task), judged_cb, question);
}

static void
add_candidates (Opening *opening, const XmppNode *query)
{
  for (XmppNode *item = xmpp_node_find (query, "item", XMPP_NS_DISCO_ITEMS);
       item != NULL && opening->n_candidates < MAX_SERVICES;
       item = xmpp_node_find_next (item, "item", XMPP_NS_DISCO_ITEMS))
    {
      const char *text = xmpp_node_get (item, "jid");
      XmppJid *jid =
          text != NULL && xmpp_node_get (item, "node") == NULL ? xmpp_jid_new (text, NULL) : NULL;

      if (jid != NULL)
        opening->candidates[opening->n_candidates++].service = jid;
    }
}

static void
items_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  XmppNode *query = answer != NULL ? xmpp_node_find (answer, "query", XMPP_NS_DISCO_ITEMS) : NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, im_error_from_answer (error));
      return;
    }
  if (!im_account_check_online (self, task))
    return;
  if (query != NULL)
    add_candidates (opening, query);
  for (guint i = 0; i < opening->n_candidates; i++)
    ask_candidate (self, task, &opening->candidates[i]);
  if (opening->n_candidates == 0)
    choose (self, g_steal_pointer (&task));
}

/**
 * im_account_open_directory_async:
 * @service: (nullable): its address; %NULL: the one that our server has
 * @wants_pages: find out whether it has them, which costs a question more
 *
 * Asks a directory what it can be asked for.
 *
 * Spec: XEP-0055 2.1, XEP-0030 4.1
 */
void
im_account_open_directory_async (ImAccount *self,
                                 XmppJid *service,
                                 gboolean wants_pages,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Opening *opening;
  XmppNode *iq;

  if (!im_account_check_online (self, task))
    return;
  opening = g_new0 (Opening, 1);
  g_task_set_task_data (task, opening, (GDestroyNotify) opening_free);
  if (service != NULL && !wants_pages)
    {
      ask_form (self, g_steal_pointer (&task), service, FALSE);
      return;
    }
  if (service != NULL)
    {
      /* Whatever it says of itself. */
      opening->candidates[0] = (Candidate){ xmpp_jid_ref (service), CAN_BE_SEARCHED, FALSE };
      opening->n_candidates = 1;
      ask_candidate (self, task, &opening->candidates[0]);
      return;
    }
  iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", xmpp_jid_get_domain (self->jid));
  xmpp_node_add (iq, "query", XMPP_NS_DISCO_ITEMS);
  xmpp_session_request_async (im_account_get_session (self), iq, DISCO_TIMEOUT_MS, cancellable,
                              items_cb, g_steal_pointer (&task));
}

/** im_account_open_directory_finish: Returns: (transfer full) (nullable): what it can be asked for.
 * Errors: IM_ERROR_DISCONNECTED, IM_ERROR_NOT_AVAILABLE (there is none), IM_ERROR_SERVICE_CONFUSED,
 * or as the server says */
ImDirectory *
im_account_open_directory_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* A page, or all. */
typedef struct
{
  ImForm *table; /* (owned) */
  char *next; /* (owned) (nullable) */
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  im_form_free (found->table);
  g_free (found->next);
  g_free (found);
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);

  if (answer == NULL)
    g_task_return_error (task, im_error_from_answer (error));
  else
    {
      Found *found = g_new0 (Found, 1);

      found->table = get_wire (self)->read_results (answer, &found->next);
      g_task_return_pointer (task, found, found_free);
    }
}

/**
 * im_account_search_directory_async:
 * @directory: an open one
 * @answers: a{sas}: what to search for, by the names of its form
 * @limit: at most so many at once, where it has pages; 0: all
 * @after: (nullable): where the page before ended
 *
 * Spec: XEP-0055 2.1, XEP-0059 2.1, 2.2
 */
void
im_account_search_directory_async (ImAccount *self,
                                   const ImDirectory *directory,
                                   GVariant *answers,
                                   guint limit,
                                   const char *after,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GVariant) sunk = g_variant_ref_sink (answers);
  GError *error = NULL;
  XmppNode *iq;

  if (!im_account_check_online (self, task))
    return;
  if (!im_form_check (directory->form, sunk, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  iq = get_wire (self)->new_search (directory, sunk);
  if (limit > 0 && directory->has_pages)
    get_wire (self)->set_page (iq, limit, after);
  xmpp_node_set (iq, "to", xmpp_jid_get_text (directory->service));
  xmpp_session_request_async (im_account_get_session (self), iq, TIMEOUT_MS, cancellable,
                              searched_cb, g_steal_pointer (&task));
}

/**
 * im_account_search_directory_finish:
 * @next: (out) (transfer full) (nullable): where to go on; NULL: that is all
 *
 * Returns: (transfer full) (nullable): a table: who was found; each row has a field "jid"
 * Errors: IM_ERROR_DISCONNECTED, IM_ERROR_INVALID_ARGUMENT, or as the server says
 */
ImForm *
im_account_search_directory_finish (ImAccount *self,
                                    GAsyncResult *result,
                                    char **next,
                                    GError **error)
{
  Found *found = g_task_propagate_pointer (G_TASK (result), error);
  ImForm *table = found != NULL ? g_steal_pointer (&found->table) : NULL;

  *next = found != NULL ? g_steal_pointer (&found->next) : NULL;
  if (found != NULL)
    found_free (found);
  return table;
}
