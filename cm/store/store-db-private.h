/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-db-private.h: what the operations need of the database */
#pragma once

#include "store/store-db.h"
#include "store/store-worker.h"

G_BEGIN_DECLS

StoreWorker *store_db_get_writer (StoreDb *self);
StoreWorker *store_db_get_reader (StoreDb *self);

G_END_DECLS
