/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-info.h: what people write in their vCards, as Telepathy's Contact_Info_Field: a(sasas) of
 * field, parameters and values. XEP-0054, XEP-0292 */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

#define IM_INFO_TYPE ((const GVariantType *) "a(sasas)")

/* What is more than that is cut, or left out, where others wrote it, and refused where we do. */
#define IM_INFO_MAX_FIELDS 200
#define IM_INFO_MAX_TEXT_BYTES 4096
#define IM_INFO_MAX_BYTES 32768

/* A field that can be set. */
typedef struct
{
  const char *name; /* NULL ends the table */
  const char *const *types; /* (nullable) values of its "type" parameter; NULL: it has none */
  guint n_values; /* at most; 0: any number */
  guint max; /* so many fields of that name; 0: any number */
} ImInfoField;

/* What a module knows of one kind of vCard. */
struct _ImInfoWire
{
  const char *node; /* (nullable) of personal eventing, where that kind is found */
  const ImInfoField *fields; /* (nullable) */
  /* (transfer floating) a(sasas); empty: it says nothing. */
  GVariant *(*read) (const XmppNode *vcard);
  /* (nullable) (transfer full): `current` with these fields and no other. What is no field stays as
   * it is. */
  XmppNode *(*write) (const XmppNode *current, GVariant *info);
};

/* Of those that are shown: bounded. (transfer floating) */
typedef struct
{
  GVariantBuilder builder;
  guint n_fields;
  gsize n_bytes;
} ImInfoBuilder;

void im_info_builder_init (ImInfoBuilder *self);
gboolean im_info_builder_is_full (const ImInfoBuilder *self);
/* `parameters` and `values` are NULL-terminated; a field whose values are all empty is left out. */
void im_info_builder_add (ImInfoBuilder *self,
                          const char *name,
                          const char *const *parameters,
                          const char *const *values);
GVariant *im_info_builder_end (ImInfoBuilder *self) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the server may keep what is set: TRUE until it has said that it does not. */
gboolean im_account_can_set_info (ImAccount *self);
/* Ends with a name NULL. */
const ImInfoField *im_account_get_info_fields (ImAccount *self);
/* What is known, else what they have now; `is_refresh`: always that. a(sasas), empty for nothing.
 * Errors: those of im_vcard_fetch_async (). */
void im_account_request_info_async (ImAccount *self,
                                    ImContact *contact,
                                    gboolean is_refresh,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GVariant *im_account_request_info_finish (ImAccount *self,
                                          GAsyncResult *result,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Our own: these fields and no other. Errors: IM_ERROR_INVALID_ARGUMENT, naming the field; those of
 * im_vcard_edit_async (). */
void im_account_set_info_async (ImAccount *self,
                                GVariant *info,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean im_account_set_info_finish (ImAccount *self, GAsyncResult *result, GError **error);

/* For cm/im. */
ImInfo *im_info_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_info_free (ImInfo *self);
/* We are offline: what is known may be old when we come back. */
void im_info_forget (ImInfo *self);
/* A vCard came, whoever asked for it. */
void im_info_take_vcard (ImAccount *account, ImContact *contact, const XmppNode *vcard);

G_END_DECLS
