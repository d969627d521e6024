/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-auth-request.h: a password is needed and nobody has it: a question to a person */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

#define IM_TYPE_AUTH_REQUEST (im_auth_request_get_type ())
G_DECLARE_FINAL_TYPE (ImAuthRequest, im_auth_request, IM, AUTH_REQUEST, GObject)

typedef enum
{
  IM_AUTH_STATE_WAITING, /* for a password */
  IM_AUTH_STATE_TRYING, /* the server is asked */
  IM_AUTH_STATE_FAILED, /* refused; another may be tried */
  IM_AUTH_STATE_OFFERED, /* to a program: the server says that it succeeded; is that believed? */
  IM_AUTH_STATE_WITHDRAWN, /* by a program, with an error; another may be tried */
  IM_AUTH_STATE_SUCCEEDED,
  IM_AUTH_STATE_ABORTED,
} ImAuthState;

/* notify::state. */
ImAccount *im_auth_request_get_account (ImAuthRequest *self);
ImAuthState im_auth_request_get_state (ImAuthRequest *self);
const GError *
im_auth_request_get_error (ImAuthRequest *self); /* (nullable) IM_ERROR of FAILED or ABORTED */
/* Of that error: a{sv} of Telepathy's Connection_Error details. (transfer none) (nullable) */
GVariant *im_auth_request_get_details (ImAuthRequest *self);
const char *const *
im_auth_request_get_mechanisms (ImAuthRequest *self); /* (nullable) that the server offers */
/* Copies and wipes its copy. `remember`: into the Secret Service once it was accepted. */
void im_auth_request_respond (ImAuthRequest *self, const char *password, gboolean remember);
/* The same by a program, which accepts the success before it counts. */
void im_auth_request_try (ImAuthRequest *self, const char *password);
/* By a mechanism of the server, whose secrets the caller has. Signal: "challenged" (GBytes), to be
 * answered; also with what comes with the success, which is then OFFERED, to be accepted. */
char **im_auth_request_dup_relayed (ImAuthRequest *self) G_GNUC_WARN_UNUSED_RESULT;
void im_auth_request_start (ImAuthRequest *self, const char *mechanism, GBytes *initial);
/* FALSE: nothing was asked. */
gboolean im_auth_request_answer (ImAuthRequest *self, GBytes *data);
void im_auth_request_accept (ImAuthRequest *self);
/* What is under way ends, with `error`, and the question stays. */
void im_auth_request_withdraw (ImAuthRequest *self, const GError *error);
/* Of the line over which the server asks. */
gboolean im_auth_request_is_programs (ImAuthRequest *self); /* what is tried */
gboolean im_auth_request_is_encrypted (ImAuthRequest *self);
gboolean im_auth_request_is_verified (ImAuthRequest *self);
/* Whether the account can keep passwords; what becomes of the one that will be accepted. Not to
 * store it also forgets what is stored. Errors of that: IM_ERROR_NOT_AVAILABLE. */
gboolean im_auth_request_can_store (ImAuthRequest *self);
void im_auth_request_store_async (ImAuthRequest *self,
                                  gboolean store,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean im_auth_request_store_finish (ImAuthRequest *self, GAsyncResult *result, GError **error);
/* The person gave up: the connection ends with `error` (IM_ERROR_CANCELLED, …). */
void im_auth_request_abort (ImAuthRequest *self, const GError *error);

G_END_DECLS
