/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-schema.h: the tables, and how older files become today's */
#pragma once

#include "store/store-sql.h"

G_BEGIN_DECLS

/* "LNNT": says in the file's header whose it is. */
#define STORE_SCHEMA_APPLICATION_ID 0x4c4e4e54

guint store_schema_get_latest (void);
gboolean store_schema_migrate (StoreSql *sql, guint version, GError **error);

G_END_DECLS
