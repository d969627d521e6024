/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-search.h: a search in a directory of people. Telepathy Channel.Type.ContactSearch */
#pragma once

#include "model/linnet-account.h"

G_BEGIN_DECLS

typedef enum
{
  LINNET_SEARCH_OPENING,
  LINNET_SEARCH_READY,
  LINNET_SEARCH_RUNNING,
  LINNET_SEARCH_DONE,
  LINNET_SEARCH_FAILED,
} LinnetSearchState;

#define LINNET_TYPE_SEARCH_STATE (linnet_search_state_get_type ())
GType linnet_search_state_get_type (void);

/* Properties: state, error-text. */
#define LINNET_TYPE_SEARCH (linnet_search_get_type ())
G_DECLARE_FINAL_TYPE (LinnetSearch, linnet_search, LINNET, SEARCH, GObject)

LinnetSearch *linnet_search_new (LinnetAccount *account,
                                 const char *server) G_GNUC_WARN_UNUSED_RESULT;
LinnetSearchState linnet_search_get_state (LinnetSearch *self);
const char *linnet_search_get_error_text (LinnetSearch *self);
const char *const *linnet_search_get_keys (LinnetSearch *self);
GListModel *linnet_search_get_results (LinnetSearch *self); /* LinnetContact */
void linnet_search_run (LinnetSearch *self, GVariant *terms);
void linnet_search_stop (LinnetSearch *self);

G_END_DECLS
