/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-error.h: what can go wrong with what we keep */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define STORE_ERROR (store_error_quark ())
typedef enum
{
  STORE_ERROR_FAILED,
  STORE_ERROR_FULL, /* no space, or a quota */
  STORE_ERROR_READ_ONLY,
  STORE_ERROR_IO, /* the disk does not do as told */
  STORE_ERROR_CORRUPT, /* damaged, not a database, not ours */
  STORE_ERROR_NEWER, /* of a later version of this program */
  STORE_ERROR_BUSY, /* another process has it */
  STORE_ERROR_NOT_FOUND,
  STORE_ERROR_CLOSED,
} StoreError;

GQuark store_error_quark (void);

G_END_DECLS
