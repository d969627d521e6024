/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-decode-webp.c: WebP by libwebp; of an animation the first frame. RFC 9649 */
#include <webp/decode.h>
#include <webp/demux.h>

#include "image/image-answer.h"
#include "image/image-decode.h"

/* Onto the canvas, which is bounded; a frame that does not lie on it is refused by the demuxer. */
static int
draw_frame (const WebPIterator *frame, ImagePixels *out)
{
  size_t stride = (size_t) out->width * 4;
  size_t offset = (size_t) frame->y_offset * stride + (size_t) frame->x_offset * 4;

  if (frame->width <= 0 || frame->height <= 0 || frame->x_offset < 0 || frame->y_offset < 0 ||
      (uint64_t) frame->x_offset + (uint64_t) frame->width > out->width ||
      (uint64_t) frame->y_offset + (uint64_t) frame->height > out->height)
    return IMAGE_EXIT_DAMAGED;
  if (WebPDecodeRGBAInto (frame->fragment.bytes, frame->fragment.size, out->pixels + offset,
                          stride * out->height - offset, (int) stride) == NULL)
    return IMAGE_EXIT_DAMAGED;
  return IMAGE_EXIT_DONE;
}

int
image_decode_webp (const uint8_t *bytes, size_t n_bytes, ImagePixels *out)
{
  WebPData data = { bytes, n_bytes };
  WebPDemuxer *demuxer = WebPDemux (&data);
  WebPIterator frame = { 0 };
  int status = IMAGE_EXIT_DAMAGED;

  if (demuxer == NULL)
    return IMAGE_EXIT_DAMAGED;
  if (WebPDemuxGetFrame (demuxer, 1, &frame))
    {
      status = image_pixels_make (out, WebPDemuxGetI (demuxer, WEBP_FF_CANVAS_WIDTH),
                                  WebPDemuxGetI (demuxer, WEBP_FF_CANVAS_HEIGHT));
      if (status == IMAGE_EXIT_DONE)
        status = draw_frame (&frame, out);
      WebPDemuxReleaseIterator (&frame);
    }
  WebPDemuxDelete (demuxer);
  return status;
}
