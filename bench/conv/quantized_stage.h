/* Inside of bench/conv: an 8-bit image as kernels read it, NHWC with its padding written out, and
 * the way back to NCHW.
 *
 * Where the image is already that (NHWC, no padding, the sign that the kernel multiplies), it is
 * used where it lies. */
#ifndef CB_BENCH_CONV_QUANTIZED_STAGE_H
#define CB_BENCH_CONV_QUANTIZED_STAGE_H

#include "bench/conv/quantized.h"

typedef struct {
    const cb_quantized_problem *problem;
    bool is_image;      /* the input itself is what kernels read */
    bool flips;         /* numbers change their sign: x ^ 0x80 */
    size_t h, w;        /* with padding, or of what is picked */
    size_t image_bytes; /* of one such image */
    size_t pick; /* every so many pixels and rows are copied, those that a 1 x 1 layer uses */
    size_t pixel_bytes; /* from one output pixel of a row to the next */
    bool is_dense;      /* from each one of the batch to the next */
    uint8_t *padded;    /* NULL: is_image */
    uint8_t *planes;    /* what is picked of NCHW, before it is transposed; or NULL */
    uint8_t *out;       /* NHWC output of an NCHW problem; NULL: the output itself */
    size_t *places;     /* of each output pixel of the batch: bytes from the first pixel of the
                           (padded) image to its first tap */
    size_t pixel_count; /* of the batch */
} cb_quantized_stage;

/* `needs_copy`: a kernel reads past the end of the image, which only a padded one may have. */
cb_status cb_quantized_stage_new(const cb_quantized_problem *problem, bool flips, bool needs_copy,
                                 cb_error *err, cb_quantized_stage *stage);
void cb_quantized_stage_free(cb_quantized_stage *stage);

/* Bytes beside input and output. */
size_t cb_quantized_stage_bytes(const cb_quantized_stage *stage);

/* One thread's share of the copy. Wait for the others before reading. */
void cb_quantized_stage_input(const cb_quantized_stage *stage, const void *input, int thread);

/* Where kernels read and write. */
const uint8_t *cb_quantized_stage_image(const cb_quantized_stage *stage, const void *input);
void *cb_quantized_stage_out(const cb_quantized_stage *stage, void *output);

/* One thread's share of the way back, when all threads have written their results. */
void cb_quantized_stage_output(const cb_quantized_stage *stage, void *output, int thread);

#endif
