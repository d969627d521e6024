/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-sandbox.c: no files, no network, no other programs, and so much memory and time and no more
 *
 * What is not named is refused by the kernel. Memory that can be run is refused as well: what an
 * image smuggles in stays data. */
#include "image/image-sandbox.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <seccomp.h>

#define MAX_SECONDS 3
#define MAX_MEMORY_BYTES (512u * 1024 * 1024)

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

static int
limit (int resource, rlim_t value)
{
  struct rlimit limits = { value, value };

  return setrlimit ((__rlimit_resource_t) resource, &limits) == 0;
}

/* The checker for misused memory needs a lot of addresses. */
static int
set_limits (void)
{
  return limit (RLIMIT_CORE, 0) && limit (RLIMIT_CPU, MAX_SECONDS) && limit (RLIMIT_NOFILE, 0) &&
         limit (RLIMIT_FSIZE, 0) && (IS_SANITIZED || limit (RLIMIT_AS, MAX_MEMORY_BYTES));
}

static int
allow_memory (scmp_filter_ctx filter)
{
  /* The third argument says what the memory is for. */
  struct scmp_arg_cmp is_data = SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

  return seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 1, is_data) == 0 &&
         seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mprotect), 1, is_data) == 0;
}

static int
set_filter (void)
{
  static const int allowed[] = {
    SCMP_SYS (brk),
    SCMP_SYS (munmap),
    SCMP_SYS (mremap),
    SCMP_SYS (madvise),
    SCMP_SYS (exit),
    SCMP_SYS (exit_group),
    SCMP_SYS (rt_sigreturn),
    SCMP_SYS (rt_sigprocmask),
    SCMP_SYS (sigaltstack),
    SCMP_SYS (futex),
    SCMP_SYS (clock_gettime),
    SCMP_SYS (sched_yield),
    SCMP_SYS (getpid),
    SCMP_SYS (gettid),
    SCMP_SYS (write),
  };
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  int is_good = filter != NULL && allow_memory (filter);

  for (size_t i = 0; is_good && i < sizeof allowed / sizeof *allowed; i++)
    is_good = seccomp_rule_add (filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
  is_good = is_good && seccomp_load (filter) == 0;
  if (filter != NULL)
    seccomp_release (filter);
  return is_good;
}

/** image_sandbox_enter: for good. Returns: whether all of it worked */
int
image_sandbox_enter (void)
{
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
         set_limits () && set_filter ();
}
