/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-text.h: what is printed: safe text, tables, JSON. RFC 8259 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _CtlTable CtlTable;

char *ctl_text_dup_safe (const char *text);
char *ctl_text_dup_lines (const char *text, const char *indent);
char *ctl_text_dup_time (gint64 time_s);
char *ctl_text_dup_number (double number);
char *ctl_text_dup_fact (const char *key, GVariant *value);
guint ctl_text_get_width (const char *text);

CtlTable *ctl_table_new (const char *const *titles);
void ctl_table_free (CtlTable *self);
void ctl_table_add (CtlTable *self, const char *const *cells);
void ctl_table_print (CtlTable *self, const char *nothing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlTable, ctl_table_free)

char *ctl_json_dup (GVariant *value);
void ctl_json_print (GVariant *value);

G_END_DECLS
