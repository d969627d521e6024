/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c: gives a fuzz target every file of a folder, each whole, empty, and cut in half */
#include <glib.h>
#include <string.h>

#include "fuzz.h"

static void
replay (gconstpointer path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  g_autofree uint8_t *half = NULL;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  LLVMFuzzerTestOneInput ((const uint8_t *) data, size);
  /* On its own, so that a sanitizer sees where it ends. */
  half = g_malloc (MAX (size / 2, 1));
  memcpy (half, data, size / 2);
  LLVMFuzzerTestOneInput (half, size / 2);
}

static void
replay_nothing (void)
{
  LLVMFuzzerTestOneInput ((const uint8_t *) "", 0);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  if (argc < 2)
    g_error ("which folder?");
  folder = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);
  g_test_add_func ("/nothing", replay_nothing);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *test = g_strconcat ("/", name, NULL);

      g_test_add_data_func_full (test, g_build_filename (argv[1], name, NULL), replay, g_free);
    }
  return g_test_run ();
}
