/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-question.h: what signing in waits for, and only a person can answer. Telepathy
 * Channel.Type.ServerTLSConnection, .ServerAuthentication */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  LINNET_QUESTION_LOADING,
  LINNET_QUESTION_ASKING,
  LINNET_QUESTION_CHECKING, /* the answer is on its way */
  LINNET_QUESTION_DONE,
  LINNET_QUESTION_FAILED, /* nobody waits for an answer any more; text says why */
} LinnetQuestionState;

#define LINNET_TYPE_QUESTION_STATE (linnet_question_state_get_type ())
GType linnet_question_state_get_type (void);

/* Properties: state, text. */
#define LINNET_TYPE_QUESTION (linnet_question_get_type ())
G_DECLARE_DERIVABLE_TYPE (LinnetQuestion, linnet_question, LINNET, QUESTION, GObject)

/* `signal`: of the channel. `cancel` (nullable): before the channel is closed. */
struct _LinnetQuestionClass
{
  GObjectClass parent_class;

  void (*signal) (LinnetQuestion *self, const char *member, GVariant *arguments);
  void (*cancel) (LinnetQuestion *self);
};

LinnetQuestionState linnet_question_get_state (LinnetQuestion *self);
const char *linnet_question_get_text (LinnetQuestion *self);
void linnet_question_cancel (LinnetQuestion *self);

/* For the kinds of questions. */
void linnet_question_start (LinnetQuestion *self,
                            GDBusConnection *bus,
                            const char *service_name,
                            const char *path);
void linnet_question_call (LinnetQuestion *self,
                           const char *path,
                           const char *interface,
                           const char *method,
                           GVariant *arguments,
                           const char *reply,
                           GAsyncReadyCallback callback,
                           gpointer data);
GVariant *linnet_question_finish (LinnetQuestion *self,
                                  GObject *source,
                                  GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;
void linnet_question_set_state (LinnetQuestion *self, LinnetQuestionState state);
void linnet_question_set_text (LinnetQuestion *self, const char *text);
void linnet_question_fail (LinnetQuestion *self, const char *text);
void linnet_question_close (LinnetQuestion *self);

G_END_DECLS
