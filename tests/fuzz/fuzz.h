/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz.h: what every fuzz target is. libFuzzer calls it with what it invents; replay.c with what is
 * kept. What must always hold is asserted by the target; the sanitizers do the rest. */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
