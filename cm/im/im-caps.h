/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-caps.h: what the devices of contacts can do, by the hashes that they claim. XEP-0115 */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

/* What one hash stands for, or one device says; shared, never changed. */
struct _ImCapsInfo
{
  guint ref_count;
  gboolean is_verified; /* by a hash: true of every device that claims it */
  const char *type; /* a constant of the registrar's client types, NULL: another */
  char *name; /* (owned) "" for none */
  char **features; /* (owned) sorted */
  guint n_features;
};

ImCapsInfo *im_caps_info_ref (ImCapsInfo *self) G_GNUC_WARN_UNUSED_RESULT;
void im_caps_info_unref (ImCapsInfo *self);
gboolean im_caps_info_has (const ImCapsInfo *self, const char *feature);
ImCapsInfo *im_caps_info_new (XmppNode *query, gboolean is_verified) G_GNUC_WARN_UNUSED_RESULT;
ImCapsInfo *im_caps_info_load (GVariant *stored) G_GNUC_WARN_UNUSED_RESULT;
GVariant *im_caps_info_dup_stored (const ImCapsInfo *self) G_GNUC_WARN_UNUSED_RESULT;
/* `key`: an algorithm, a space and a hash. */
gboolean im_caps_is_verified (const char *key, XmppNode *query);

ImCaps *im_caps_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_caps_free (ImCaps *self);
/* The stream is bound, or gone. */
void im_caps_start (ImCaps *self);
void im_caps_stop (ImCaps *self);
void im_caps_go_on (ImCaps *self);
/* What we can do ourselves has changed. */
void im_caps_know_own (ImCaps *self);
/* A device claims a hash: what that means is looked up, asked and told. */
void im_caps_want (
    ImCaps *self, XmppJid *full, const char *node, const char *algorithm, const char *ver);
/* Ends when what the best device of `contact` can do is known, or will not be. */
void im_account_wait_for_caps_async (ImAccount *self,
                                     ImContact *contact,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean im_account_wait_for_caps_finish (ImAccount *self, GAsyncResult *result, GError **error);

G_END_DECLS
