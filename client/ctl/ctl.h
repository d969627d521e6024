/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl.h: what every command of linnetctl shares: the bus, the choices made on the command line, and
 * how it ends. linnetctl(1) */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CTL_TELEPATHY "org.freedesktop.Telepathy."
#define CTL_ACCOUNT CTL_TELEPATHY "Account"
#define CTL_ACCOUNT_MANAGER CTL_TELEPATHY "AccountManager"
#define CTL_ACCOUNT_MANAGER_PATH "/org/freedesktop/Telepathy/AccountManager"
#define CTL_CONNECTION CTL_TELEPATHY "Connection"
#define CTL_ERROR_PREFIX CTL_TELEPATHY "Error."
#define CTL_PROPERTIES "org.freedesktop.DBus.Properties"
#define CTL_CONVERSATIONS "im.linnet.Conversations1"
#define CTL_HISTORY "im.linnet.History1"
#define CTL_PASSWORD "im.linnet.Password1"
#define CTL_REGISTRATION "im.linnet.Registration1"
#define CTL_REGISTRAR "im.linnet.Registrar1"
#define CTL_FORM_SESSION "im.linnet.FormSession1"
#define CTL_GATEWAYS "im.linnet.Gateways1"
#define CTL_SECURITY "im.linnet.Security1"
#define CTL_SERVICE_NAME "im.linnet.Service"

#define CTL_TIMEOUT_S 30

/* How linnetctl ends. The numbers stand in linnetctl(1): none may change. */
typedef enum
{
  CTL_OK = 0,
  CTL_FAILED = 1,
  CTL_USAGE = 2,
  CTL_UNKNOWN = 3,
  CTL_OFFLINE = 4,
  CTL_TIMED_OUT = 5,
  CTL_NO_SERVICE = 6,
} CtlStatus;

#define CTL_ERROR (ctl_error_quark ())

typedef struct
{
  GDBusConnection *bus; /* (owned) (nullable): until ctl_connect () */
  const char *manager; /* the name to call for accounts */
  gboolean is_foreign; /* another program, such as Mission Control, manages the accounts */
  gboolean may_not_start; /* the service is not started for this */
  gboolean wants_json;
  char *account; /* (owned) (nullable): --account */
} Ctl;

/* What ctl_wait () waits for: TRUE when it is there, or *error is set. */
typedef gboolean (*CtlCheck) (gpointer data, GError **error);

GQuark ctl_error_quark (void);
gboolean ctl_connect (Ctl *ctl, GError **error);
void ctl_clear (Ctl *ctl);
GVariant *ctl_call (Ctl *ctl,
                    const char *name,
                    const char *path,
                    const char *interface,
                    const char *method,
                    GVariant *arguments,
                    const char *reply,
                    GError **error);
GVariant *ctl_get (Ctl *ctl,
                   const char *name,
                   const char *path,
                   const char *interface,
                   const char *property,
                   const char *type,
                   GError **error);
GVariant *
ctl_get_all (Ctl *ctl, const char *name, const char *path, const char *interface, GError **error);
gboolean ctl_set (Ctl *ctl,
                  const char *name,
                  const char *path,
                  const char *interface,
                  const char *property,
                  GVariant *value,
                  GError **error);
void ctl_translate_error (GError **error);
gboolean ctl_check_timeout (int timeout_s, GError **error);
gboolean ctl_wait (
    Ctl *ctl, guint timeout_s, CtlCheck check, gpointer data, gboolean *in_time, GError **error);

G_END_DECLS
