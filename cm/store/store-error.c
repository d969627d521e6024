/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-error.c: what can go wrong with what we keep */

#include "store/store-error.h"

#include <gio/gio.h>

static const GDBusErrorEntry entries[] = {
  { STORE_ERROR_FAILED, "im.linnet.Error.Store.Failed" },
  { STORE_ERROR_FULL, "im.linnet.Error.Store.Full" },
  { STORE_ERROR_READ_ONLY, "im.linnet.Error.Store.ReadOnly" },
  { STORE_ERROR_IO, "im.linnet.Error.Store.InputOutput" },
  { STORE_ERROR_CORRUPT, "im.linnet.Error.Store.Damaged" },
  { STORE_ERROR_NEWER, "im.linnet.Error.Store.Newer" },
  { STORE_ERROR_BUSY, "im.linnet.Error.Store.Busy" },
  { STORE_ERROR_NOT_FOUND, "im.linnet.Error.Store.NotFound" },
  { STORE_ERROR_CLOSED, "im.linnet.Error.Store.Closed" },
};

/**
 * store_error_quark:
 *
 * The domain of the room's errors. Any thread.
 */
GQuark
store_error_quark (void)
{
  static gsize quark = 0;

  g_dbus_error_register_error_domain ("store-error-quark", &quark, entries, G_N_ELEMENTS (entries));
  return (GQuark) quark;
}
