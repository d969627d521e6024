/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-form-private.h: what the files of LinnetForm share */
#pragma once

#include "model/linnet-form.h"

#define LINNET_FORM_FIELD_TYPE "(sssasa(ss)b)"
#define LINNET_FORM_SECRET "text-private"
#define LINNET_FORM_FIXED "fixed"

LinnetFormField *linnet_form_field_new_take (GVariant *field) G_GNUC_WARN_UNUSED_RESULT;
void linnet_form_field_set_media (LinnetFormField *self, GVariant *media);
