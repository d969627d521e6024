/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-image.c: an image from somebody else becomes pixels, in a process that can do nothing else
 *
 * Standard input is a file in memory with the image, standard output one with room for the answer
 * (image-answer.h). Both are mapped, then the process shuts itself in, and only then the first byte
 * is looked at. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/image-answer.h"
#include "image/image-decode.h"
#include "image/image-sandbox.h"

typedef struct
{
  const uint8_t *bytes;
  size_t n_bytes;
  ImageAnswer *answer;
  size_t n_room;
} Job;

static int
map (Job *job)
{
  struct stat in;
  struct stat out;
  void *bytes;
  void *answer;

  if (fstat (STDIN_FILENO, &in) != 0 || fstat (STDOUT_FILENO, &out) != 0 || in.st_size <= 0 ||
      in.st_size > IMAGE_MAX_BYTES || out.st_size < (off_t) sizeof (ImageAnswer))
    return 0;
  bytes = mmap (NULL, (size_t) in.st_size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
  answer = mmap (NULL, (size_t) out.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, STDOUT_FILENO, 0);
  if (bytes == MAP_FAILED || answer == MAP_FAILED)
    return 0;
  job->bytes = bytes;
  job->n_bytes = (size_t) in.st_size;
  job->answer = answer;
  job->n_room = (size_t) out.st_size - sizeof (ImageAnswer);
  return 1;
}

static int
answer (const Job *job, uint32_t side)
{
  ImagePixels pixels = { 0 };
  ImageType type = image_type_of (job->bytes, job->n_bytes);
  int status = image_decode (type, job->bytes, job->n_bytes, side, &pixels);

  if (status == IMAGE_EXIT_DONE)
    {
      image_scale (&pixels, side, (uint8_t *) (job->answer + 1), &job->answer->width,
                   &job->answer->height);
      job->answer->type = type;
      job->answer->full_width = pixels.full_width;
      job->answer->full_height = pixels.full_height;
      job->answer->magic = IMAGE_ANSWER_MAGIC;
    }
  free (pixels.pixels);
  return status;
}

int
main (int argc, char **argv)
{
  unsigned long side = argc == 2 ? strtoul (argv[1], NULL, 10) : 0;
  Job job;

  if (side < 1 || side > IMAGE_MAX_SHOWN_SIDE || !map (&job) || job.n_room / 4 / side < side)
    return IMAGE_EXIT_USAGE;
  if (!image_sandbox_enter ())
    return IMAGE_EXIT_NO_SANDBOX;
  /* Nothing is left to be said at the end, and nothing may be. */
  _exit (answer (&job, (uint32_t) side));
}
