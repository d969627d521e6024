/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-unregistration.h: an account leaves its server for ever. im.linnet.Registration1 */
#pragma once

#include "model/linnet-account.h"

G_BEGIN_DECLS

typedef enum
{
  LINNET_UNREGISTRATION_ASKING, /* for the address, which is to be typed */
  LINNET_UNREGISTRATION_CONFIRMED,
  LINNET_UNREGISTRATION_RUNNING,
  LINNET_UNREGISTRATION_DONE,
  LINNET_UNREGISTRATION_FAILED, /* error-text says why; the account is what it was */
  LINNET_UNREGISTRATION_UNKNOWN, /* error-text says so: it is gone or it is not */
} LinnetUnregistrationState;

#define LINNET_TYPE_UNREGISTRATION_STATE (linnet_unregistration_state_get_type ())
GType linnet_unregistration_state_get_type (void);

/* Properties: state, error-text. */
#define LINNET_TYPE_UNREGISTRATION (linnet_unregistration_get_type ())
G_DECLARE_FINAL_TYPE (LinnetUnregistration, linnet_unregistration, LINNET, UNREGISTRATION, GObject)

LinnetUnregistration *linnet_unregistration_new (LinnetAccount *account) G_GNUC_WARN_UNUSED_RESULT;
LinnetUnregistrationState linnet_unregistration_get_state (LinnetUnregistration *self);
const char *linnet_unregistration_get_error_text (LinnetUnregistration *self); /* (nullable) */
void linnet_unregistration_set_typed (LinnetUnregistration *self, const char *typed);
void linnet_unregistration_run (LinnetUnregistration *self);

G_END_DECLS
