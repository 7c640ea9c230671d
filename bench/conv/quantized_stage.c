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
    size_t row_bytes = s->pixel_bytes * s->w;
    for (size_t n = 0; n < l->batch; n++)
        for (size_t y = 0; y < out_h; y++)
            for (size_t x = 0; x < out_w; x++)
                *place++ = n * s->image_bytes + y * row_bytes + x * s->pixel_bytes;
}

/* A layer of 1 x 1 uses every stride-th pixel of every stride-th row: a copy has no others. */
static void set_shape(cb_quantized_stage *s)
{
    const cb_layer *l = &s->problem->base.layer;
    bool one = l->kh == 1 && l->kw == 1 && !l->pad;
    s->pick = one && !s->is_image ? l->stride : 1;
    s->h = s->pick > 1 ? cb_layer_out_h(l) : l->h + 2 * l->pad;
    s->w = s->pick > 1 ? cb_layer_out_w(l) : l->w + 2 * l->pad;
    s->image_bytes = s->h * s->w * l->cin;
    s->pixel_bytes = l->stride / s->pick * l->cin;
    s->is_dense = one && s->pick == l->stride;
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
    cb_quantized_stage s = {.problem = problem, .flips = flips};
    s.pixel_count = l->batch * cb_layer_out_h(l) * cb_layer_out_w(l);
    s.is_image = !is_nchw(&s) && !flips && !l->pad && !needs_copy;
    set_shape(&s);
    s.places = malloc(s.pixel_count * sizeof *s.places);
    if (!s.places)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the places of pixels");
    find_places(&s);
    if (!s.is_image)
        status = make_padded(&s, err);
    if (status == CB_OK && is_nchw(&s) && s.pick > 1) {
        s.planes = cb_conv_buffer(l->batch * s.image_bytes);
        status = s.planes ? CB_OK : cb_fail(err, CB_NO_MEMORY, "no memory for picked planes");
    }
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
    cb_conv_buffer_free(stage->planes);
    cb_conv_buffer_free(stage->out);
    free(stage->places);
}

size_t cb_quantized_stage_bytes(const cb_quantized_stage *stage)
{
    const cb_layer *l = &stage->problem->base.layer;
    size_t padded = stage->padded ? l->batch * stage->image_bytes : 0;
    size_t out = stage->out ? cb_layer_output_elems(l) * cb_quantized_out_bytes(stage->problem) : 0;
    size_t planes = stage->planes ? l->batch * stage->image_bytes : 0;
    return padded + planes + out + stage->pixel_count * sizeof *stage->places;
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

static void copy_bytes(const cb_quantized_stage *s, const uint8_t *from, uint8_t *to, size_t bytes)
{
    if (!s->flips)
        memcpy(to, from, bytes);
    else
        for (size_t i = 0; i < bytes; i++)
            to[i] = from[i] ^ SIGN;
}

/* Rows [first, end) of image n, of those that are copied. */
typedef struct {
    size_t n, first, end;
} some_rows;

/* From one copied row to the next, in pixels of the image. */
static size_t row_step(const cb_quantized_stage *s)
{
    return s->pick * s->problem->base.layer.w;
}

/* Of each plane the picked pixels, one row behind the other. */
static void pick_planes(const cb_quantized_stage *s, const uint8_t *image, some_rows rows)
{
    const cb_layer *l = &s->problem->base.layer;
    const cb_gemm_pack_kernel *pairs = cb_gemm_pack_best(CB_PACK_PICK2, 1, s->problem->base.isa);
    for (size_t c = 0; c < l->cin; c++) {
        const uint8_t *from = image + c * l->h * l->w + rows.first * row_step(s);
        uint8_t *to = s->planes + ((rows.n * l->cin + c) * s->h + rows.first) * s->w;
        if (s->pick == 2) {
            pairs->run(to, from, row_step(s), s->w, rows.end - rows.first, s->w);
            continue;
        }
        for (size_t y = rows.first; y < rows.end; y++, from += row_step(s), to += s->w)
            for (size_t x = 0; x < s->w; x++)
                to[x] = from[x * s->pick];
    }
}

/* NCHW without padding: rows follow each other in each plane. */
static void copy_planes(const cb_quantized_stage *s, const uint8_t *image, some_rows rows)
{
    const cb_layer *l = &s->problem->base.layer;
    const uint8_t *planes = image;
    if (s->planes) {
        pick_planes(s, image, rows);
        planes = s->planes + rows.n * s->image_bytes;
    }
    transpose(s, planes + rows.first * s->w, s->h * s->w,
              s->padded + (rows.n * s->h + rows.first) * s->w * l->cin, l->cin, l->cin,
              (rows.end - rows.first) * s->w, s->flips);
}

static void copy_rows_of_planes(const cb_quantized_stage *s, const uint8_t *image, some_rows rows)
{
    const cb_layer *l = &s->problem->base.layer;
    uint8_t *first = s->padded + rows.n * s->image_bytes + l->pad * (s->w + 1) * l->cin;
    for (size_t y = rows.first; y < rows.end; y++)
        transpose(s, image + y * l->w, l->h * l->w, first + y * s->w * l->cin, l->cin, l->cin, l->w,
                  s->flips);
}

static void copy_rows(const cb_quantized_stage *s, const uint8_t *image, some_rows rows)
{
    const cb_layer *l = &s->problem->base.layer;
    uint8_t *first = s->padded + rows.n * s->image_bytes + l->pad * (s->w + 1) * l->cin;
    for (size_t y = rows.first; y < rows.end; y++) {
        const uint8_t *from = image + y * row_step(s) * l->cin;
        uint8_t *to = first + y * s->w * l->cin;
        if (s->pick == 1)
            copy_bytes(s, from, to, l->w * l->cin);
        for (size_t x = 0; x < s->w && s->pick > 1; x++)
            copy_bytes(s, from + x * s->pick * l->cin, to + x * l->cin, l->cin);
    }
}

void cb_quantized_stage_input(const cb_quantized_stage *stage, const void *input, int thread)
{
    const cb_layer *l = &stage->problem->base.layer;
    size_t height = stage->h - 2 * l->pad;
    cb_conv_share share = cb_conv_share_of(l->batch * height, stage->problem->base.threads, thread);
    if (stage->is_image)
        return;
    for (size_t row = share.first, next; row < share.end; row = next) {
        size_t n = row / height;
        next = (n + 1) * height < share.end ? (n + 1) * height : share.end;
        const some_rows rows = {n, row - n * height, next - n * height};
        const uint8_t *image = (const uint8_t *)input + n * l->cin * l->h * l->w;
        if (!is_nchw(stage))
            copy_rows(stage, image, rows);
        else if (l->pad)
            copy_rows_of_planes(stage, image, rows);
        else
            copy_planes(stage, image, rows);
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
