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
  gboolean is_running;
  gboolean is_activatable;
  gboolean has_file;
  gboolean is_gone; /* nobody knows it any more */
  gboolean bypasses_approval;
  gboolean delays_approvers;
  gboolean recovers;
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
/* Whether a bus name is one of a client. */
gboolean cm_client_is_name (const char *bus_name);
/* The object of a client, which its name says. */
char *cm_client_dup_path (const char *bus_name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
