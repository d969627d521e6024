/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-sandbox.h: a process shuts itself in for good; for linnet-image alone */
#pragma once

#include <stddef.h>

/* Afterwards there are memory, time and an end, and nothing else. 0: it did not work, and nothing
 * may be looked at. */
int image_sandbox_enter (void);
