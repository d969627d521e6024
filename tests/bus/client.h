/* SPDX-License-Identifier: GPL-3.0-or-later */
/* client.h: a program that observes, approves or handles channels, as the dispatcher sees it.
 * Telepathy 0.27.4 Client */
#pragma once

#include "fixture.h"

G_BEGIN_DECLS

#define CLIENT TP "Client"
#define OBSERVER CLIENT ".Observer"
#define APPROVER CLIENT ".Approver"
#define HANDLER CLIENT ".Handler"
/* Among the interfaces of a handler, or of an observer: its property of that name is TRUE. */
#define BYPASS_APPROVAL "BypassApproval"
#define DELAY_APPROVERS "DelayApprovers"
#define RECOVER "Recover"
/* Its channels are not the text channels, but the questions of a sign-in. */
#define SIGNS_IN "SignsIn"
#define CLIENT_REQUESTS CLIENT ".Interface.Requests"

typedef struct
{
  Fixture *fixture; /* (unowned) */
  GDBusConnection *bus; /* (owned) of its own */
  guint object_ids[5];
  char *name; /* (owned) */
  char **interfaces; /* (owned) */
  GPtrArray *calls; /* (owned) GDBusMethodInvocation, the oldest first */
  gboolean is_holding; /* answers only by client_answer () */
  const char *failure; /* (nullable) the error with which it answers every call */
} Client;

/* It owns the name org.freedesktop.Telepathy.Client.NAME, and the service knows it. `interfaces`:
 * separated by spaces; all text channels are its, or those of SIGNS_IN. */
Client *
client_new (Fixture *fixture, const char *name, const char *interfaces) G_GNUC_WARN_UNUSED_RESULT;
void client_free (Client *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)
/* (transfer none) The arguments of the `index`th call of a method, waited for. */
GVariant *client_wait (Client *self, const char *method, guint index);
guint client_count (Client *self, const char *method);
/* Answers what was held, and from now on at once. */
void client_answer (Client *self);
/* What the program calls itself. */
GVariant *client_call (Client *self,
                       const char *path,
                       const char *interface,
                       const char *method,
                       GVariant *arguments,
                       GError **error);

G_END_DECLS
