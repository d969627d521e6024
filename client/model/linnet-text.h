/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-text.h: the text of a message, made ready to be shown once and for all */

#pragma once

#include <glib.h>

/**
 * LinnetLink: a part of a text that can be opened.
 * @start: first byte
 * @end: byte behind the last
 */
typedef struct
{
  guint start;
  guint end;
} LinnetLink;

/**
 * LinnetText: what linnet_text_new () found.
 * @text: what is shown: UTF-8 without control characters, without “/me ” if it is an action
 * @links: (element-type LinnetLink): in order
 * @n_chars: characters of @text
 * @n_lines: lines of @text, at least 1
 * @n_emoji: how many emoji there are if there is nothing else, at most three; else 0
 * @is_action: the sender says what they do, and their name belongs before the text
 */
typedef struct
{
  char *text;
  GArray *links;
  guint n_chars;
  guint n_lines;
  guint n_emoji;
  gboolean is_action;
} LinnetText;

#define LINNET_TEXT_FOLD_CHARS 4000
#define LINNET_TEXT_FOLD_LINES 25

LinnetText *linnet_text_new (const char *body) G_GNUC_WARN_UNUSED_RESULT;
void linnet_text_free (LinnetText *self);
guint linnet_text_get_fold (const LinnetText *self, guint n_more);
char *linnet_text_dup_link (const LinnetText *self, guint index) G_GNUC_WARN_UNUSED_RESULT;
char *linnet_text_isolate (const char *name) G_GNUC_WARN_UNUSED_RESULT;
char *linnet_text_warn_of_likeness (const char *address) G_GNUC_WARN_UNUSED_RESULT;
char *linnet_text_speak (const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinnetText, linnet_text_free)
