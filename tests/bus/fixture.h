/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fixture.h: the service on a bus of its own, a server of a few rules, and a program that calls
 * and listens. Every call is waited for while our main loop runs, and none for long: a service that
 * blocks fails the test. */
#pragma once

#include <gio/gio.h>

#include "../im/line-server.h"

G_BEGIN_DECLS

#define TP "org.freedesktop.Telepathy."
#define TP_PATH "/org/freedesktop/Telepathy/"
#define CM TP "ConnectionManager"
#define CM_PATH TP_PATH "ConnectionManager/linnet"
#define CONNECTION TP "Connection"
#define REQUESTS CONNECTION ".Interface.Requests"
#define CONTACTS CONNECTION ".Interface.Contacts"
#define CONTACT_LIST CONNECTION ".Interface.ContactList"
#define CONTACT_GROUPS CONNECTION ".Interface.ContactGroups"
#define ALIASING CONNECTION ".Interface.Aliasing"
#define SIMPLE_PRESENCE CONNECTION ".Interface.SimplePresence"
#define CHANNEL TP "Channel"
#define TEXT CHANNEL ".Type.Text"
#define MESSAGES CHANNEL ".Interface.Messages"
#define CHAT_STATE CHANNEL ".Interface.ChatState"
#define DESTROYABLE CHANNEL ".Interface.Destroyable"
#define SERVER_AUTHENTICATION CHANNEL ".Type.ServerAuthentication"
#define SERVER_TLS CHANNEL ".Type.ServerTLSConnection"
#define SECURABLE CHANNEL ".Interface.Securable"
#define CREDENTIALS_STORAGE CHANNEL ".Interface.CredentialsStorage.DRAFT"
#define SASL CHANNEL ".Interface.SASLAuthentication"
#define ACCOUNT_MANAGER TP "AccountManager"
#define ACCOUNT_MANAGER_PATH TP_PATH "AccountManager"
#define ACCOUNT TP "Account"
#define DISPATCHER TP "ChannelDispatcher"
#define DISPATCHER_PATH TP_PATH "ChannelDispatcher"
#define PROPERTIES "org.freedesktop.DBus.Properties"

/* What the service said. */
typedef struct
{
  char *path; /* (owned) */
  char *name; /* (owned) interface.member */
  GVariant *body; /* (owned) */
} Heard;

typedef struct
{
  GSubprocess *daemon; /* (owned) */
  char *address; /* (owned) of its bus */
  GDBusConnection *bus; /* (owned) */
  guint subscription;
  GSubprocess *service; /* (owned) (nullable) */
  LineServer *server; /* (owned) */
  GPtrArray *heard; /* (owned) Heard, all since the last fixture_forget () */
  char *data_dir; /* (owned) */
  char *connection; /* (owned) (nullable) the path of fixture_connect () */
  gint64 *turn_ns; /* (owned) mapped: the longest turn of the service's main loop */
} Fixture;

/* For g_test_add (): the service runs. */
void fixture_set_up (Fixture *self, gconstpointer data);
/* The same, with a connection that is CONNECTED and has its contact list. */
void fixture_set_up_connected (Fixture *self, gconstpointer data);
void fixture_tear_down (Fixture *self, gconstpointer data);
void fixture_start_service (Fixture *self);
/* Returns: the longest turn of the service's main loop since this was asked for last, in ms of CPU.
 */
double fixture_take_turn_ms (Fixture *self);
/* It ends in good order. */
void fixture_stop_service (Fixture *self);

/* `arguments` floating. The result is NULL with an error. */
GVariant *fixture_try (Fixture *self,
                       const char *path,
                       const char *interface,
                       const char *method,
                       GVariant *arguments,
                       GError **error);
/* Must succeed. */
GVariant *fixture_call (Fixture *self,
                        const char *path,
                        const char *interface,
                        const char *method,
                        GVariant *arguments);
/* Must succeed; the result is not looked at. */
void fixture_do (Fixture *self,
                 const char *path,
                 const char *interface,
                 const char *method,
                 GVariant *arguments);
/* Must fail with Telepathy's error of that name, or with `name` where it has a dot. */
void fixture_refuse (Fixture *self,
                     const char *path,
                     const char *interface,
                     const char *method,
                     GVariant *arguments,
                     const char *name);
GVariant *
fixture_get (Fixture *self, const char *path, const char *interface, const char *property);
void fixture_set (
    Fixture *self, const char *path, const char *interface, const char *property, GVariant *value);
void fixture_refuse_set (Fixture *self,
                         const char *path,
                         const char *interface,
                         const char *property,
                         GVariant *value,
                         const char *name);

/* Runs our main loop until `func` says yes; fails after some seconds, naming `what`. */
void fixture_wait (Fixture *self,
                   gboolean (*func) (Fixture *self, gpointer data),
                   gpointer data,
                   const char *what);
/* The `index`th signal "interface.member" of `path` (NULL: any) since fixture_forget (): waited
 * for; (transfer none) its body. */
GVariant *
fixture_wait_heard (Fixture *self, const char *path, const char *interface, const char *member);
GVariant *fixture_wait_nth (
    Fixture *self, const char *path, const char *interface, const char *member, guint index);
/* Everything that was signalled before the answer of a call that is made now has been heard. */
guint
fixture_count_heard (Fixture *self, const char *path, const char *interface, const char *member);
void fixture_forget (Fixture *self);
/* Waits until the server heard `text` so often. */
void fixture_wait_server (Fixture *self, const char *text, guint n_times);
void fixture_sync (Fixture *self);

/* a{sv} of RequestConnection for the server. */
GVariant *fixture_new_parameters (Fixture *self, const char *password);
/* (transfer full): path of a new connection that is not connected. */
char *fixture_request_connection (Fixture *self);
void fixture_connect (Fixture *self);
guint fixture_get_handle (Fixture *self, const char *id);
/* EnsureChannel: (transfer full): path of the text channel. */
char *fixture_ensure_text (Fixture *self, const char *id);
/* (transfer full): path of a new account with the server's password, offline. `properties` is the
 * text of an a{sv}. */
char *fixture_create_account (Fixture *self, const char *properties);
/* (transfer floating): as of g_variant_new_parsed () without arguments. */
GVariant *fixture_parse (const char *type, const char *text);

/* Compares with the text of a variant, and says both where they differ. */
#define assert_variant(value, text)                           \
  G_STMT_START                                                \
  {                                                           \
    g_autofree char *said = g_variant_print ((value), FALSE); \
    g_assert_cmpstr (said, ==, (text));                       \
  }                                                           \
  G_STMT_END

/* main (): adds a test whose fixture is a service, or a service with a connection. */
#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
#define ADD_CONNECTED(name, func) \
  g_test_add (name, Fixture, NULL, fixture_set_up_connected, func, fixture_tear_down)

G_END_DECLS
