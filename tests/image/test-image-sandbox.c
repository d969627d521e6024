/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-image-sandbox.c: what a process cannot do any more once it has shut itself in. Each case is
 * a process of its own, whose exit status says how it went */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "image/image-sandbox.h"

enum
{
  REFUSED = 0,
  DONE = 1,
  NO_SANDBOX = 2,
};

static int
try_file (void)
{
  return open ("/etc/passwd", O_RDONLY) >= 0 ? DONE : REFUSED;
}

static int
try_network (void)
{
  return socket (AF_INET, SOCK_STREAM, 0) >= 0 || socket (AF_UNIX, SOCK_STREAM, 0) >= 0 ? DONE
                                                                                        : REFUSED;
}

static int
try_process (void)
{
  return fork () >= 0 ? DONE : REFUSED;
}

static int
try_program (void)
{
  return execl ("/bin/true", "true", NULL) == 0 ? DONE : REFUSED;
}

static int
try_code (void)
{
  void *data = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (data == MAP_FAILED)
    return DONE; /* data it may have */
  return mprotect (data, 4096, PROT_READ | PROT_EXEC) == 0 ||
                 mmap (NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
                     MAP_FAILED
             ? DONE
             : REFUSED;
}

static int
try_signal (void)
{
  return kill (getppid (), 0) == 0 ? DONE : REFUSED;
}

#if !defined(__SANITIZE_ADDRESS__)
static int
try_memory (void)
{
  return mmap (NULL, (size_t) 1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
               0) != MAP_FAILED
             ? DONE
             : REFUSED;
}
#endif

typedef struct
{
  int (*try) (void);
  const char *name;
} Case;

static void
test_refused (gconstpointer data)
{
  const Case *what = data;
  int status = 0;
  pid_t child = fork ();

  if (child == 0)
    {
      if (!image_sandbox_enter ())
        _exit (NO_SANDBOX);
      _exit (what->try ());
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, REFUSED);
}

/* Time runs out in the end; the limit is of the kernel. */
static void
test_endless_work_is_killed (void)
{
  int status = 0;
  pid_t child = fork ();

  if (child == 0)
    {
      if (!image_sandbox_enter ())
        _exit (NO_SANDBOX);
      for (volatile guint i = 0;; i++)
        ;
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
}

int
main (int argc, char **argv)
{
  static const Case cases[] = {
    { try_file, "/image/sandbox/no-file" },
    { try_network, "/image/sandbox/no-network" },
    { try_process, "/image/sandbox/no-process" },
    { try_program, "/image/sandbox/no-program" },
    { try_code, "/image/sandbox/no-code" },
    { try_signal, "/image/sandbox/no-signal" },
#if !defined(__SANITIZE_ADDRESS__)
    { try_memory, "/image/sandbox/no-memory" },
#endif
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, &cases[i], test_refused);
  g_test_add_func ("/image/sandbox/endless-work", test_endless_work_is_killed);
  return g_test_run ();
}
