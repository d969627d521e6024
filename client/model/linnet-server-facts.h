/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-server-facts.h: what a server offers and lacks, in words. XEP-0030, XEP-0157 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  LINNET_SERVER_AT_SERVER,
  LINNET_SERVER_AT_ACCOUNT,
  LINNET_SERVER_IN_STREAM,
  LINNET_SERVER_AT_SERVICE, /* one of the server's services */
  LINNET_SERVER_N_PLACES,
} LinnetServerPlace;

/* One feature, or “category/type” of an identity, is enough. Texts are not translated yet. */
typedef struct
{
  const char *name;
  const char *title;
  LinnetServerPlace place;
  const char *features[3];
  const char *offers;
  const char *lacks;
} LinnetServerRow;

const LinnetServerRow *linnet_server_get_rows (guint *n_rows);

typedef struct _LinnetServerFacts LinnetServerFacts;
LinnetServerFacts *linnet_server_facts_new (void) G_GNUC_WARN_UNUSED_RESULT;
void linnet_server_facts_free (LinnetServerFacts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinnetServerFacts, linnet_server_facts_free)
void linnet_server_facts_take_info (LinnetServerFacts *self,
                                    LinnetServerPlace place,
                                    const char *address,
                                    GVariant *info);
void linnet_server_facts_take_stream (LinnetServerFacts *self, GVariant *features);
const char *linnet_server_facts_find (LinnetServerFacts *self, const LinnetServerRow *row);

typedef void (*LinnetServerContactFunc) (const char *title, const char *uri, gpointer data);
void linnet_server_tell_contacts (GVariant *info, LinnetServerContactFunc func, gpointer data);

G_END_DECLS
