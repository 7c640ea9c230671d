#include "bench/conv/quantized_stage.h"

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

/* 8 x 8 bytes in general registers: halves, quarters, eighths change places across the diagonal
 * (Warren, "Hacker's Delight", section 7-3, for bytes in place of bits). */
static inline void swap_blocks(uint64_t *a, uint64_t *b, unsigned shift, uint64_t mask)
{
    uint64_t change = (*a >> shift ^ *b) & mask;
    *b ^= change;
    *a ^= change << shift;
}

static void transpose_8x8(const uint8_t *from, size_t from_stride, uint8_t *to, size_t to_stride,
                          uint64_t flip)
{
    uint64_t r[8];
    for (size_t i = 0; i < 8; i++)
        memcpy(&r[i], from + i * from_stride, sizeof r[i]);
    for (size_t i = 0; i < 4; i++)
        swap_blocks(&r[i], &r[i + 4], 32, 0x00000000ffffffffu);
    for (size_t i = 0; i < 8; i += i % 4 == 1 ? 3 : 1)
        swap_blocks(&r[i], &r[i + 2], 16, 0x0000ffff0000ffffu);
    for (size_t i = 0; i < 8; i += 2)
        swap_blocks(&r[i], &r[i + 1], 8, 0x00ff00ff00ff00ffu);
    for (size_t i = 0; i < 8; i++) {
        r[i] ^= flip;
        memcpy(to + i * to_stride, &r[i], sizeof r[i]);
    }
}

static void transpose_part(const uint8_t *from, size_t from_stride, uint8_t *to, size_t to_stride,
                           size_t rows, size_t columns, uint8_t flip)
{
    for (size_t j = 0; j < columns; j++)
        for (size_t i = 0; i < rows; i++)
            to[j * to_stride + i] = from[i * from_stride + j] ^ flip;
}

void cb_quantized_transpose(const uint8_t *from, size_t from_stride, uint8_t *to, size_t to_stride,
                            size_t rows, size_t columns, uint8_t flip)
{
    enum { SIDE = 8 };
    for (size_t i = 0; i < rows; i += SIDE)
        for (size_t j = 0; j < columns; j += SIDE) {
            const uint8_t *block = from + i * from_stride + j;
            uint8_t *place = to + j * to_stride + i;
            if (i + SIDE <= rows && j + SIDE <= columns)
                transpose_8x8(block, from_stride, place, to_stride, flip * 0x0101010101010101u);
            else
                transpose_part(block, from_stride, place, to_stride,
                               rows - i < SIDE ? rows - i : SIDE,
                               columns - j < SIDE ? columns - j : SIDE, flip);
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

void cb_quantized_stage_input(const cb_quantized_stage *stage, const void *input, int thread)
{
    const cb_layer *l = &stage->problem->base.layer;
    const uint8_t *from = input;
    cb_conv_share rows = cb_conv_share_of(l->batch * l->h, stage->problem->base.threads, thread);
    if (stage->is_image)
        return;
    for (size_t row = rows.first; row < rows.end; row++) {
        size_t n = row / l->h, y = row % l->h;
        uint8_t *to =
            stage->padded + n * stage->image_bytes + ((y + l->pad) * stage->w + l->pad) * l->cin;
        if (is_nchw(stage))
            cb_quantized_transpose(from + (n * l->cin * l->h + y) * l->w, l->h * l->w, to, l->cin,
                                   l->cin, l->w, stage->flips ? SIGN : 0);
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
            cb_quantized_transpose(stage->out + from, l->cout, (uint8_t *)output + to, pixels,
                                   count, l->cout, 0);
        else
            transpose_words((const int32_t *)(const void *)stage->out + from, l->cout,
                            (int32_t *)output + to, pixels, count, l->cout);
    }
}
