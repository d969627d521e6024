/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-people.c: what contacts cost of whom everything is known */
#include "bench-driver.h"

#include <stdio.h>

#define N_PICTURES 1000u

static gboolean
has_infos (Bench *self, guint number)
{
  return bench_count (self, "ContactInfoChanged") >= number;
}

static gboolean
has_last_picture (Bench *self, guint number)
{
  return self->has_last_picture;
}

/* What a contact takes: the memory so far, and what the server has sent of it. */
static void
report_contact (Bench *self, const char *when, long before_kib)
{
  double n_contacts = (double) g_variant_n_children (self->listed);

  bench_run_for (1000);
  printf ("%s_bytes %.0f\n%s_sent_bytes %.0f\n", when,
          (double) (bench_get_smaps_kib (self, "Private_Dirty") - before_kib) * 1024 / n_contacts,
          when, (double) bench_ask_server (self, "sent\n") / n_contacts);
}

/* Everybody whom we see shows a picture and says where they are. */
static void
dress (Bench *self, guint n_seen)
{
  bench_begin (self);
  bench_tell_server (self, "dress\n");
  bench_wait_until (self, bench_has_avatars, n_seen);
  bench_settle (self);
  printf ("dress_cpu_us %.1f\n", (bench_get_cpu_ms (self) - self->begun_cpu_ms) * 1000 / n_seen);
}

/* Everybody has a vCard. */
static void
read_infos (Bench *self)
{
  guint n_contacts = (guint) g_variant_n_children (self->listed);

  bench_begin (self);
  g_variant_unref (bench_call (self, self->name, self->path,
                               CONNECTION ".Interface.ContactInfo.RefreshContactInfo",
                               g_variant_new ("(@au)", bench_new_handles (self))));
  bench_wait_until (self, has_infos, n_contacts);
  bench_settle (self);
  printf ("info_cpu_us %.1f\n", (bench_get_cpu_ms (self) - self->begun_cpu_ms) * 1000 / n_contacts);
}

/* One of them has another picture all the time. */
static void
paint (Bench *self)
{
  g_autofree char *line = g_strdup_printf ("painter %u\n", N_PICTURES);
  guint before = bench_ask_server (self, "pictures\n");

  bench_begin (self);
  bench_tell_server (self, line);
  bench_wait_until (self, has_last_picture, 0);
  bench_settle (self);
  printf ("painter_cpu_us %.1f\npainter_signals %u\npainter_requests %u\n",
          (bench_get_cpu_ms (self) - self->begun_cpu_ms) * 1000 / N_PICTURES,
          bench_count (self, "AvatarUpdated"), bench_ask_server (self, "pictures\n") - before);
}

void
bench_people (Bench *self, guint n_seen)
{
  long before_kib = bench_get_smaps_kib (self, "Private_Dirty");

  bench_sign_in (self, n_seen);
  bench_settle (self);
  report_contact (self, "seen", before_kib);
  dress (self, n_seen);
  report_contact (self, "dressed", before_kib);
  read_infos (self);
  report_contact (self, "contact", before_kib);
  bench_ask_attributes (self);
  paint (self);
}
