/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-directory.h: a directory of people on the network: found, asked what it knows, searched.
 * XEP-0055 */
#pragma once

#include "im/im-form.h"

G_BEGIN_DECLS

/* What a directory can be asked for. */
typedef struct
{
  XmppJid *service; /* (owned) */
  ImForm *form; /* (owned) */
  gboolean is_plain; /* it knows nothing of XEP-0004 */
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
  /* (transfer full) a table; each row has a field "jid". */
  ImForm *(*read_results) (const XmppNode *answer);
};

void im_directory_free (ImDirectory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImDirectory, im_directory_free)

/* `service` (nullable): its address; NULL: the one of our server. */
void im_account_open_directory_async (ImAccount *self,
                                      XmppJid *service,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
ImDirectory *im_account_open_directory_finish (ImAccount *self,
                                               GAsyncResult *result,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* `answers`: a{sas}, by the names of the form. */
void im_account_search_directory_async (ImAccount *self,
                                        const ImDirectory *directory,
                                        GVariant *answers,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
ImForm *im_account_search_directory_finish (ImAccount *self,
                                            GAsyncResult *result,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
