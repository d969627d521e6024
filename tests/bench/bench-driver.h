/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-driver.h: a Telepathy client of a connection manager, whose clocks it reads, and the
 * control socket of replay.py */
#pragma once

#include <time.h>

#include <gio/gio.h>

G_BEGIN_DECLS

#define BUS "org.freedesktop.DBus"
#define TP "org.freedesktop.Telepathy"
#define CONNECTION TP ".Connection"
#define CONTACT_LIST CONNECTION ".Interface.ContactList"
#define REQUESTS CONNECTION ".Interface.Requests"
#define CHANNEL TP ".Channel"
#define TEXT CHANNEL ".Type.Text"
#define MESSAGES CHANNEL ".Interface.Messages"
#define TIMEOUT_S 120

typedef struct
{
  GDBusConnection *bus;
  GSocketConnection *control; /* (owned) */
  char *name; /* (owned) of the connection */
  char *path; /* (owned) */
  pid_t pid;
  clockid_t clock;
  GHashTable *counts; /* (owned) member to number of signals */
  GHashTable *present; /* (owned) handles that are there */
  GPtrArray *channels; /* (owned) paths */
  GVariant *message; /* (owned) arguments of SendMessage */
  guint list_state;
  guint n_sent;
  guint n_answered;
  gboolean is_listed;
  gboolean has_last_picture;
  GVariant *listed; /* (owned) a{ua{sv}} */
  double listed_ms;
  double listed_cpu_ms;
  gint64 begun_us;
  double begun_cpu_ms;
} Bench;

/* The connection manager's process clock; time since begin. */
double bench_get_cpu_ms (Bench *self);
double bench_get_wall_ms (Bench *self);
void bench_begin (Bench *self);
guint bench_count (Bench *self, const char *member);
void bench_report_counts (Bench *self);
long bench_get_smaps_kib (Bench *self, const char *field);
void bench_report_memory (Bench *self);
void bench_wait_until (Bench *self, gboolean (*is_done) (Bench *self, guint number), guint number);
void bench_run_for (guint time_ms);
void bench_settle (Bench *self);
GVariant *bench_call (
    Bench *self, const char *name, const char *path, const char *method, GVariant *arguments);
void bench_tell_server (Bench *self, const char *line);
guint bench_ask_server (Bench *self, const char *line);
void bench_connect_to_server (Bench *self, const char *control);
void bench_request_connection (Bench *self, const char *manager, const char *parameters);
/* Contacts of whom everything is known: bench-people.c */
void bench_people (Bench *self, guint n_seen);
/* Until the list was read and everybody who is online is known to be. */
void bench_sign_in (Bench *self, guint n_online);
void bench_ask_attributes (Bench *self);
gboolean bench_has_avatars (Bench *self, guint number);
/* au (transfer floating): everybody. */
GVariant *bench_new_handles (Bench *self);

G_END_DECLS
