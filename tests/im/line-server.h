/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line-server.h: an XMPP server of a few rules on a loopback port: PLAIN, bind, roster; for tests
 * of an account's connection */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _LineServer LineServer;

LineServer *line_server_new (const char *password) G_GNUC_WARN_UNUSED_RESULT;
void line_server_free (LineServer *self);
guint16 line_server_get_port (LineServer *self);
guint line_server_get_n_logins (LineServer *self); /* tried */
/* To the newest client: some bytes; or an end without a goodbye. */
void line_server_say (LineServer *self, const char *text);
/* From now on it hears and says nothing. */
void line_server_fall_silent (LineServer *self);
/* How often it heard `text` begin, e.g. "<ping". */
guint line_server_count (LineServer *self, const char *text);
void line_server_hang_up (LineServer *self);
/* What clients get from now on for an IQ get or set in which `request` stands, from whom they
 * asked:
 * "<query …>…". "": no answer is given. */
void line_server_set_answer (LineServer *self, const char *request, const char *payload);
/* What clients get when they ask for the contact list: "<item …/>…". NULL: no answer is given. */
void line_server_set_roster (LineServer *self, const char *items);
/* What it says to a wrong password from now on: "<failure …>…". */
void line_server_set_refusal (LineServer *self, const char *failure);
/* What it offers from now on, beside bind. */
void line_server_set_features (LineServer *self, const char *features);

G_END_DECLS
