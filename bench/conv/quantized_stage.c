#include "bench/conv/quantized_stage.h"

#include "bench/gemm/pack.h"

#include <stdlib.h>
#include <string.h>

/* Kernels read whole vectors: so much past a pixel's last channel. */
enum { SLACK_BYTES = 256, SIGN = 0x80 };

static bool is_nchw(const cb_quantized_stage *s)
{
    return s->problem->base.layout == CB_CONV_NCHW;
}

static void find_places(const cb_quantized_stage *s)
{
    const cb_layer *l = &s->problem->base.layer;
    size_t out_h = cb_layer_out_h(l), out_w = cb_layer_out_w(l), *place = s->places;
    for (size_t n = 0; n < l->batch; n++)
        for (size_t y = 0; y < out_h; y++)
            for (size_t x = 0; x < out_w; x++)
                *place++ = n * s->image_bytes + (y * l->stride * s->w + x * l->stride) * l->cin;
}

/* The borders are written once: copies touch only what is inside. */
static cb_status make_padded(cb_quantized_stage *s, cb_error *err)
{
    size_t bytes = s->problem->base.layer.batch * s->image_bytes + SLACK_BYTES;
    int zero = s->problem->quantization->activation_zero;
    s->padded = cb_conv_buffer(bytes);
    if (!s->padded)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the padded image");
    memset(s->padded, (uint8_t)((uint8_t)zero ^ (s->flips ? SIGN : 0)), bytes);
    return CB_OK;
}

cb_status cb_quantized_stage_new(const cb_quantized_problem *problem, bool flips, bool needs_copy,
                                 cb_error *err, cb_quantized_stage *stage)
{
    const cb_layer *l = &problem->base.layer;
    cb_status status = CB_OK;
    cb_quantized_stage s = {
        .problem = problem, .flips = flips, .h = l->h + 2 * l->pad, .w = l->w + 2 * l->pad};
    s.image_bytes = s.h * s.w * l->cin;
    s.pixel_count = l->batch * cb_layer_out_h(l) * cb_layer_out_w(l);
    s.is_image = !is_nchw(&s) && !flips && !l->pad && !needs_copy;
    s.places = malloc(s.pixel_count * sizeof *s.places);
    if (!s.places)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the places of pixels");
    find_places(&s);
    if (!s.is_image)
        status = make_padded(&s, err);
    if (status == CB_OK && is_nchw(&s)) {
        s.out = cb_conv_buffer(cb_layer_output_elems(l) * cb_quantized_out_bytes(problem));
        status = s.out ? CB_OK : cb_fail(err, CB_NO_MEMORY, "no memory for the output");
    }
    if (status != CB_OK)
        cb_quantized_stage_free(&s);
    else
        *stage = s;
    return status;
}

void cb_quantized_stage_free(cb_quantized_stage *stage)
{
    cb_conv_buffer_free(stage->padded);
    cb_conv_buffer_free(stage->out);
    free(stage->places);
}

size_t cb_quantized_stage_bytes(const cb_quantized_stage *stage)
{
    const cb_layer *l = &stage->problem->base.layer;
    size_t padded = stage->padded ? l->batch * stage->image_bytes : 0;
    size_t out = stage->out ? cb_layer_output_elems(l) * cb_quantized_out_bytes(stage->problem) : 0;
    return padded + out + stage->pixel_count * sizeof *stage->places;
}

/* ---- transposing bytes ---- */

static void turn_signs(uint8_t *to, size_t stride, size_t rows, size_t columns)
{
    for (size_t j = 0; j < rows; j++)
        for (size_t i = 0; i < columns; i++)
            to[j * stride + i] ^= SIGN;
}

/* to[j * to_stride + i] = from[i * from_stride + j], i < rows, j < columns; of the other sign. A
 * piece at a time, which is near when its sign is turned. */
static void transpose(const cb_quantized_stage *s, const uint8_t *from, size_t from_stride,
                      uint8_t *to, size_t to_stride, size_t rows, size_t columns, bool flips)
{
    enum { PIECE = 64 };
    cb_gemm_pack_fn *run = cb_gemm_pack_best(CB_PACK_TRANSPOSE, 1, s->problem->base.isa)->run;
    for (size_t j = 0; j < columns; j += PIECE) {
        size_t count = columns - j < PIECE ? columns - j : PIECE;
        run(to + j * to_stride, from + j, from_stride, rows, count, to_stride);
        if (flips)
            turn_signs(to + j * to_stride, to_stride, count, rows);
    }
}

/* ---- copies ---- */

static void copy_row(const cb_quantized_stage *s, const uint8_t *from, uint8_t *to, size_t bytes)
{
    if (!s->flips)
        memcpy(to, from, bytes);
    else
        for (size_t i = 0; i < bytes; i++)
            to[i] = from[i] ^ SIGN;
}

/* Rows of all images, without padding: those of one image follow each other in each plane. */
static void copy_planes(const cb_quantized_stage *s, const uint8_t *from, cb_conv_share rows)
{
    const cb_layer *l = &s->problem->base.layer;
    for (size_t row = rows.first, next; row < rows.end; row = next) {
        size_t n = row / l->h, y = row % l->h;
        next = (n + 1) * l->h < rows.end ? (n + 1) * l->h : rows.end;
        transpose(s, from + (n * l->cin * l->h + y) * l->w, l->h * l->w,
                  s->padded + n * s->image_bytes + y * l->w * l->cin, l->cin, l->cin,
                  (next - row) * l->w, s->flips);
    }
}

void cb_quantized_stage_input(const cb_quantized_stage *stage, const void *input, int thread)
{
    const cb_layer *l = &stage->problem->base.layer;
    const uint8_t *from = input;
    cb_conv_share rows = cb_conv_share_of(l->batch * l->h, stage->problem->base.threads, thread);
    if (stage->is_image)
        return;
    if (is_nchw(stage) && !l->pad) {
        copy_planes(stage, from, rows);
        return;
    }
    for (size_t row = rows.first; row < rows.end; row++) {
        size_t n = row / l->h, y = row % l->h;
        uint8_t *to =
            stage->padded + n * stage->image_bytes + ((y + l->pad) * stage->w + l->pad) * l->cin;
        if (is_nchw(stage))
            transpose(stage, from + (n * l->cin * l->h + y) * l->w, l->h * l->w, to, l->cin, l->cin,
                      l->w, stage->flips);
        else
            copy_row(stage, from + row * l->w * l->cin, to, l->w * l->cin);
    }
}

const uint8_t *cb_quantized_stage_image(const cb_quantized_stage *stage, const void *input)
{
    return stage->is_image ? input : stage->padded;
}

void *cb_quantized_stage_out(const cb_quantized_stage *stage, void *output)
{
    return stage->out ? stage->out : output;
}

static void transpose_words(const int32_t *from, size_t from_stride, int32_t *to, size_t to_stride,
                            size_t rows, size_t columns)
{
    for (size_t j = 0; j < columns; j++)
        for (size_t i = 0; i < rows; i++)
            to[j * to_stride + i] = from[i * from_stride + j];
}

void cb_quantized_stage_output(const cb_quantized_stage *stage, void *output, int thread)
{
    enum { PIXELS = 64 };
    const cb_layer *l = &stage->problem->base.layer;
    size_t pixels = stage->pixel_count / l->batch, blocks = (pixels + PIXELS - 1) / PIXELS;
    size_t element = cb_quantized_out_bytes(stage->problem);
    cb_conv_share share = cb_conv_share_of(l->batch * blocks, stage->problem->base.threads, thread);
    if (!stage->out)
        return;
    for (size_t i = share.first; i < share.end; i++) {
        size_t n = i / blocks, first = i % blocks * PIXELS;
        size_t count = pixels - first < PIXELS ? pixels - first : PIXELS;
        size_t from = (n * pixels + first) * l->cout, to = n * pixels * l->cout + first;
        if (element == 1)
            transpose(stage, stage->out + from, l->cout, (uint8_t *)output + to, pixels, count,
                      l->cout, false);
        else
            transpose_words((const int32_t *)(const void *)stage->out + from, l->cout,
                            (int32_t *)output + to, pixels, count, l->cout);
    }
}
