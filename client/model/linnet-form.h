/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-form.h: forms that a server wants to have filled in. im.linnet.FormSession1, XEP-0004 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Of the session; the numbers are those of the interface. */
typedef enum
{
  LINNET_FORM_ASKING,
  LINNET_FORM_WAITING,
  LINNET_FORM_DONE,
  LINNET_FORM_FAILED,
} LinnetFormStatus;

#define LINNET_TYPE_FORM_STATUS (linnet_form_status_get_type ())
GType linnet_form_status_get_type (void);

#define LINNET_TYPE_FORM_FIELD (linnet_form_field_get_type ())
G_DECLARE_FINAL_TYPE (LinnetFormField, linnet_form_field, LINNET, FORM_FIELD, GObject)

const char *linnet_form_field_get_name (LinnetFormField *self);
const char *linnet_form_field_get_kind (LinnetFormField *self);
const char *linnet_form_field_get_label (LinnetFormField *self);
gboolean linnet_form_field_get_required (LinnetFormField *self);
const char *const *linnet_form_field_get_values (LinnetFormField *self);
void linnet_form_field_set_values (LinnetFormField *self, const char *const *values);
guint linnet_form_field_get_n_options (LinnetFormField *self);
guint linnet_form_field_get_n_media (LinnetFormField *self);
const char *linnet_form_field_get_medium (LinnetFormField *self, guint at, const char **type);
const char *linnet_form_field_get_option (LinnetFormField *self, guint at, const char **value);

/* Properties: status, title, note. */
#define LINNET_TYPE_FORM (linnet_form_get_type ())
G_DECLARE_FINAL_TYPE (LinnetForm, linnet_form, LINNET, FORM, GObject)

LinnetForm *linnet_form_new (GDBusConnection *bus,
                             const char *service_name,
                             const char *path) G_GNUC_WARN_UNUSED_RESULT;
LinnetFormStatus linnet_form_get_status (LinnetForm *self);
const char *linnet_form_get_title (LinnetForm *self);
const char *linnet_form_get_note (LinnetForm *self);
const char *const *linnet_form_get_actions (LinnetForm *self);
GListModel *linnet_form_get_fields (LinnetForm *self); /* LinnetFormField */
GVariant *linnet_form_get_result (LinnetForm *self);
void linnet_form_submit (LinnetForm *self, const char *action);
void linnet_form_cancel (LinnetForm *self);
void linnet_form_load_medium_async (LinnetForm *self,
                                    const char *uri,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data);
GBytes *linnet_form_load_medium_finish (LinnetForm *self,
                                        GAsyncResult *result,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
