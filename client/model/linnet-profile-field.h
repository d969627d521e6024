/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-profile-field.h: one line of what somebody writes of themselves. Telepathy
 * Contact_Info_Field */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Properties: name; types: "home", "work"; values: one, or as many as its structure has. */
#define LINNET_TYPE_PROFILE_FIELD (linnet_profile_field_get_type ())
G_DECLARE_FINAL_TYPE (LinnetProfileField, linnet_profile_field, LINNET, PROFILE_FIELD, GObject)

LinnetProfileField *linnet_profile_field_new (const char *name,
                                              const char *const *types,
                                              const char *const *values) G_GNUC_WARN_UNUSED_RESULT;
LinnetProfileField *
linnet_profile_field_new_from_variant (GVariant *field) G_GNUC_WARN_UNUSED_RESULT;
GVariant *linnet_profile_field_to_variant (LinnetProfileField *self) G_GNUC_WARN_UNUSED_RESULT;
const char *linnet_profile_field_get_name (LinnetProfileField *self);
const char *const *linnet_profile_field_get_types (LinnetProfileField *self);
void linnet_profile_field_set_types (LinnetProfileField *self, const char *const *types);
const char *const *linnet_profile_field_get_values (LinnetProfileField *self);
void linnet_profile_field_set_values (LinnetProfileField *self, const char *const *values);
gboolean linnet_profile_field_is_empty (LinnetProfileField *self);

G_END_DECLS
