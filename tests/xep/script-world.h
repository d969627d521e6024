/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script-world.h: a real account over a stream in memory, and what the other end of it sees */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

typedef struct _ScriptWorld ScriptWorld;

/* `features`: elements, "" for none. `presence` (nullable): to sign in with. `before` (nullable):
 * what the person does while offline, NULL-terminated. */
ScriptWorld *script_world_new (const char *full_jid,
                               const char *features,
                               const char *presence,
                               char **before) G_GNUC_WARN_UNUSED_RESULT;
void script_world_free (ScriptWorld *self);
ImAccount *script_world_get_account (ScriptWorld *self);

/* A stanza as it stands in a stream of jabber:client. NULL: it is not one, which stops the program.
 */
XmppNode *script_parse (const char *xml) G_GNUC_WARN_UNUSED_RESULT;
/* The server says. */
void script_world_say (ScriptWorld *self, const char *xml);
/* The next thing that we said; NULL: nothing in time. */
XmppNode *script_world_next_stanza (ScriptWorld *self) G_GNUC_WARN_UNUSED_RESULT;
/* The next thing that the model told, as a line; NULL: nothing in time. */
char *script_world_next_event (ScriptWorld *self) G_GNUC_WARN_UNUSED_RESULT;
void script_world_add_event (ScriptWorld *self, char *line);
void script_world_report (ScriptWorld *self, const char *verb, GError *error);
void script_world_add_contacts (ScriptWorld *self,
                                const char *what,
                                const char *sign,
                                GPtrArray *contacts);
/* All that was said and stored is handled. Returns what nobody asked for, a line each; NULL:
 * nothing. */
char *script_world_settle (ScriptWorld *self) G_GNUC_WARN_UNUSED_RESULT;

/* script-events.c */
void script_events_watch (ScriptWorld *world);

/* script-actions.c: what a person does; FALSE: unknown. */
gboolean script_act (ScriptWorld *world, const char *line);
void script_set_presence (ScriptWorld *world, const char *status, const char *message);

/* script-vcard.c: the same, on vCards. */
gboolean script_act_on_vcard (ScriptWorld *world, char **words, const char *line);

/* script-avatar.c: the same, on pictures. */
gboolean script_act_on_avatar (ScriptWorld *world, char **words);

/* script-gateway.c: FALSE: no verb of its. */
gboolean script_act_at_gateway (ScriptWorld *world, char **words, const char *line);

/* script-match.c: `{name}` in `pattern` takes a value, or compares with the one it has. Returns:
 * (nullable) what differs. */
char *script_match (const XmppNode *pattern,
                    const XmppNode *stanza,
                    GHashTable *variables) G_GNUC_WARN_UNUSED_RESULT;
char *script_substitute (const char *text, GHashTable *variables) G_GNUC_WARN_UNUSED_RESULT;
gboolean script_match_text (const char *pattern, const char *text, GHashTable *variables);

G_END_DECLS
