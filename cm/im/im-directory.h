/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-directory.h: a directory of people on the network: found, asked what it knows, searched.
 * XEP-0055, XEP-0059 */
#pragma once

#include "im/im-form.h"

G_BEGIN_DECLS

/* What a directory can be asked for. */
typedef struct
{
  XmppJid *service; /* (owned) */
  ImForm *form; /* (owned) */
  gboolean is_plain; /* it knows nothing of XEP-0004 */
  gboolean has_pages; /* it is known to give its results in pages. XEP-0059 */
} ImDirectory;

/* What the module of the feature says on the wire. */
struct _ImDirectoryWire
{
  const char *feature; /* of a service that can be searched */
  XmppNode *(*new_question) (void); /* (transfer full) an IQ */
  /* (transfer full) (nullable): NULL: it does not say. */
  ImForm *(*read_form) (const XmppNode *answer, gboolean *is_plain);
  /* (transfer full) an IQ. `answers` (a{sas}) is what im_form_check () let pass. */
  XmppNode *(*new_search) (const ImDirectory *directory, GVariant *answers);
  /* Of a search: at most so many, from behind where (nullable) the last page ended. */
  void (*set_page) (XmppNode *search, guint limit, const char *after);
  /* (transfer full) a table; each row has a field "jid". `next` (nullable): where the page ends;
   * NULL: there are no more. */
  ImForm *(*read_results) (const XmppNode *answer, char **next);
};

void im_directory_free (ImDirectory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImDirectory, im_directory_free)

/* `service` (nullable): its address; NULL: the one of our server. `wants_pages`: find out whether
 * it has them. */
void im_account_open_directory_async (ImAccount *self,
                                      XmppJid *service,
                                      gboolean wants_pages,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
ImDirectory *im_account_open_directory_finish (ImAccount *self,
                                               GAsyncResult *result,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* `answers`: a{sas}, by the names of the form. `limit`: 0 for none; a directory without pages tells
 * all the same. `after` (nullable): the last page's `next`. */
void im_account_search_directory_async (ImAccount *self,
                                        const ImDirectory *directory,
                                        GVariant *answers,
                                        guint limit,
                                        const char *after,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
/* `next` (nullable): where to go on; NULL: that is all. */
ImForm *im_account_search_directory_finish (ImAccount *self,
                                            GAsyncResult *result,
                                            char **next,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
