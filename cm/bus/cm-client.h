/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-client.h: a program that observes, approves or handles channels, and what it wants. Telepathy:
 * Client */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CM_CLIENT_INTERFACE "org.freedesktop.Telepathy.Client"
#define CM_CLIENT_PREFIX CM_CLIENT_INTERFACE "."

typedef enum
{
  CM_CLIENT_OBSERVER,
  CM_CLIENT_APPROVER,
  CM_CLIENT_HANDLER,
  CM_CLIENT_REQUESTS, /* wants to hear of requests it will handle */
  CM_CLIENT_N_ROLES,
} CmClientRole;

typedef enum
{
  CM_CLIENT_BYPASSES_APPROVAL, /* a handler: what is its own has no approver */
  CM_CLIENT_DELAYS_APPROVERS, /* an observer: approvers wait for it */
  CM_CLIENT_RECOVERS, /* an observer: is told what there is already */
  CM_CLIENT_N_WISHES,
} CmClientWish;

/* By cm_clients alone. */
typedef struct
{
  char *bus_name; /* (owned) */
  char *unique_name; /* (owned) (nullable) while it runs */
  gboolean has_role[CM_CLIENT_N_ROLES];
  GPtrArray *filters[CM_CLIENT_REQUESTS]; /* (owned) GVariant a{sv} */
  char **capabilities; /* (owned) (nullable) what it can do beyond its filters */
  guint n_asked; /* questions that it has not answered */
  guint n_crashes; /* one soon after the other */
  gint64 crashed_at_us;
  gboolean has_crashed; /* and was not started again */
  gboolean is_running;
  gboolean is_activatable;
  gboolean has_file;
  gboolean was_probed; /* it has no file, and was started to be asked */
  gboolean is_gone; /* nobody knows it any more */
  gboolean has_wish[CM_CLIENT_N_WISHES];
} CmClient;

CmClient *cm_client_new (const char *bus_name) G_GNUC_WARN_UNUSED_RESULT; /* g_rc_box */
void cm_client_unref (CmClient *self);
void cm_client_read_file (CmClient *self, GKeyFile *file);
/* It has no file any more. */
void cm_client_forget_file (CmClient *self);
void cm_client_take_roles (CmClient *self, GVariant *properties);
void cm_client_take_wishes (CmClient *self, CmClientRole role, GVariant *properties);
int cm_client_match (CmClient *self, CmClientRole role, GVariant *channel);
/* (saa{sv}as) (transfer floating): what it handles, for ContactCapabilities.UpdateCapabilities */
GVariant *cm_client_new_capabilities (CmClient *self);
const char *cm_client_get_interface (CmClientRole role); /* static */
/* Whether it runs, or can be started. */
gboolean cm_client_can_be_reached (const CmClient *self);
void cm_client_note_crash (CmClient *self);
/* Whether a bus name is one of a client. */
gboolean cm_client_is_name (const char *bus_name);
/* The object of a client, which its name says. */
char *cm_client_dup_path (const char *bus_name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
