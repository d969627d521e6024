/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dispatch.h: an account that is online, and what brings a channel to its clients. Telepathy 0.27.4
 * ChannelDispatcher */
#pragma once

#include "client.h"

G_BEGIN_DECLS

#define REQUEST TP "ChannelRequest"
#define OPERATION TP "ChannelDispatchOperation"
#define OPERATION_LIST DISPATCHER ".Interface.OperationList"
#define TO_BOB                                                                             \
  "{'" CHANNEL ".ChannelType': <'" TEXT "'>, '" CHANNEL ".TargetHandleType': <uint32 1>, " \
  "'" CHANNEL ".TargetID': <'bob@example.org'>}"

/* (transfer full): path of an account that is online. */
char *dispatch_go_online (Fixture *f) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): path of a request for a channel with bob, which has not proceeded. */
char *
dispatch_ensure (Fixture *f, const char *account, const char *handler) G_GNUC_WARN_UNUSED_RESULT;
/* Bob says it. */
void dispatch_say (Fixture *f, const char *text);
/* The path of the operation that an approver is told of. */
const char *dispatch_wait_for_operation (Client *approver);

/* One call whose answer is waited for later. */
typedef struct
{
  gboolean is_back;
  GError *error;
} DispatchAnswer;

/* A method of a request or an operation; `arguments` floating. */
void dispatch_start (Client *client,
                     const char *path,
                     const char *method,
                     GVariant *arguments,
                     DispatchAnswer *answer);
void dispatch_wait_for_answer (Fixture *f, DispatchAnswer *answer);
/* It comes, with that error; NULL: with none. */
void dispatch_assert_answer (Fixture *f, DispatchAnswer *answer, const char *error);

G_END_DECLS
