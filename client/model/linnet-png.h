/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-png.h: pixels become a file. PNG (Third Edition) */
#pragma once

#include <gio/gio.h>

#include "model/linnet-picture.h"

G_BEGIN_DECLS

GBytes *linnet_png_encode (LinnetPicture *picture) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
