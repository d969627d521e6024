/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-modules.h: all features, as meson.build lists them */
#pragma once

#include "im/im-module.h"

G_BEGIN_DECLS

extern const ImModule *const xep_modules[]; /* NULL-terminated */

G_END_DECLS
