/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-caps.h: what a verified hash of XEP-0115 stands for; a cache that every account shares */
#pragma once

#include "store/store-db.h"

G_BEGIN_DECLS

/* Of these, at most so many are kept; the oldest go. */
#define STORE_CAPS_MAX 5000
/* client type, name, features */
#define STORE_CAPS_TYPE "(ssas)"

/* `info` (transfer none) (nullable): of STORE_CAPS_TYPE; NULL: not known, or the store is broken.
 */
typedef void (*StoreCapsFound) (gpointer user_data, GVariant *info);

void store_caps_find (StoreDb *db, const char *hash, StoreCapsFound found, gpointer user_data);
void store_caps_save (StoreDb *db, const char *hash, GVariant *info);

G_END_DECLS
