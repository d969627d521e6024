/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-load.h: typical stanzas by the megabyte from another process, and what it costs to take
 * them
 */
#pragma once

#include <netinet/in.h>

#include <glib.h>

G_BEGIN_DECLS

#define BENCH_WHO "juliet@example.com/balcony"

/* Connects, takes all stanzas until the end of the stream, counts them; gives the processor's time
 * of the taking in µs. */
typedef double (*BenchLeg) (const struct sockaddr_in *address, guint *n_told);

/* Of this process, the kernel's share with it. */
double bench_cpu_us (void);
/* µs a stanza: the median of some runs, which is printed; in_tls: it is said in TLS from the first
 * byte. */
double bench_measure (const char *name, BenchLeg leg, gboolean in_tls, guint megabytes);

G_END_DECLS
