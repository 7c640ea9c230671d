/* Convolution: the input is packed once, a pixel's channels as words beside each other (NHWC in
 * bits), into a frame of padding that stays from call to call; blocks of output pixels are then
 * gathered from those words, an eighth of a byte a number and plane, and none of them asks where
 * the image ends. No matrix of unpacked data is ever made. */
#include "bench/bitserial/inside.h"

#include <stdlib.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/* Rows that are gathered at once. */
enum { PANEL = 8 };

/* One thread's packed input: [group][plane][pixel of the frame][word of a tap], or [group][pixel]
 * [word][plane] for kernels that want planes beside each other; and the sums of v. */
typedef struct {
    cb_buffer pixels, scratch;
    int32_t *sums; /* [group][pixel] */
    int32_t *row_add;
} room;

struct cb_bits_conv {
    cb_layer layer;
    cb_bits_plan plan;
    cb_bits_weights **weights; /* one for each group */
    room *rooms;
    size_t frame_h, frame_w; /* of an image with its padding */
    size_t pixels;           /* of all frames */
    size_t tap_bytes;        /* of one plane of one pixel */
    cb_bits_strides in;      /* of the packed input; a row is a pixel */
    size_t group_bytes;
    size_t out_h, out_w;
    struct {
        ptrdiff_t y, x; /* from the first tap */
        size_t pixels;  /* the same, in pixels of the frame */
    } * taps;
    uint8_t *padding;    /* planes of a pixel of zeros, plane after plane */
    int32_t padding_sum; /* of its v */
};

/* What `fill` needs beside the plan. */
typedef struct {
    const cb_bits_conv *conv;
    const room *room;
    size_t group;
} gather;

static bool pads_with_zero(const cb_bits_conv *conv)
{
    return conv->plan.shape.a.encoding != CB_BITS_BIPOLAR;
}

/* ---- packing ---- */

/* The input rows that output pixels [first, end) of one thread reach into. */
static void rows_needed(const cb_layer *l, size_t first, size_t end, size_t *from, size_t *to)
{
    size_t out_w = cb_layer_out_w(l), out_h = cb_layer_out_h(l);
    size_t y0 = first / out_w, y1 = (end - 1) / out_w;
    size_t top = y0 % out_h * l->stride, reach = l->dilation * (l->kh - 1) + 1;
    size_t bottom = y1 % out_h * l->stride + reach;
    top = top > l->pad ? top - l->pad : 0;
    bottom = bottom > l->pad ? bottom - l->pad : 0;
    *from = y0 / out_h * l->h + (top < l->h ? top : l->h);
    *to = y1 / out_h * l->h + (bottom < l->h ? bottom : l->h);
}

/* Lines of input that follow each other, `count` pixels of them from x on, to the frame's pixels
 * from `first` on. */
static void pack_pixels(const cb_bits_conv *conv, room *r, const uint8_t *x, size_t first,
                        size_t count)
{
    const cb_bits_type *type = &conv->plan.shape.a;
    size_t depth = conv->plan.tap_k;
    for (size_t g = 0; g < conv->layer.groups; g++)
        conv->plan.packer->pack(&(cb_bits_pack){
            .x = x + g * depth,
            .x_row_bytes = conv->layer.cin,
            .rows = count,
            .k = depth,
            .words = conv->tap_bytes / 8,
            .bits = (unsigned)type->bits,
            .flip = type->flip,
            .out = (uint8_t *)r->pixels.data + g * conv->group_bytes + first * conv->in.row,
            .plane_bytes = conv->in.plane,
            .row_bytes = conv->in.row,
            .group = 1,
            .group_bytes = conv->in.word,
            .sums =
                cb_bits_needs_row_sums(&conv->plan) ? r->sums + g * conv->pixels + first : NULL});
}

void cb_bits_conv_pack_call(cb_bits_conv *conv, const uint8_t *x, int thread)
{
    size_t from, to;
    cb_bits_share share = cb_bits_share_of(&conv->plan, thread);
    if (!share.rows)
        return;
    rows_needed(&conv->layer, share.row, share.row + share.rows, &from, &to);
    const cb_layer *l = &conv->layer;
    size_t lines = l->pad ? 1 : to - from; /* at once */
    for (size_t line = from; line < to; line += lines) {
        size_t y = line / l->h * conv->frame_h + line % l->h + l->pad;
        pack_pixels(conv, &conv->rooms[thread], x + line * l->w * l->cin,
                    y * conv->frame_w + l->pad, lines * l->w);
    }
}

/* ---- gathering ---- */

/* Where the window of an output pixel begins in the input: its image, and the line and column of
 * its first tap, which may lie before the first of the image. */
typedef struct {
    size_t image, y, x; /* of the output */
    ptrdiff_t top, left;
} window;

static window place_of(const cb_bits_conv *conv, size_t out)
{
    const cb_layer *l = &conv->layer;
    size_t line = out / conv->out_w;
    window p = {.image = line / conv->out_h, .y = line % conv->out_h, .x = out % conv->out_w};
    p.top = (ptrdiff_t)(p.y * l->stride) - (ptrdiff_t)l->pad;
    p.left = (ptrdiff_t)(p.x * l->stride) - (ptrdiff_t)l->pad;
    return p;
}

/* The place of the next output pixel, without a division. */
static void advance(const cb_bits_conv *conv, window *p)
{
    const cb_layer *l = &conv->layer;
    p->left += (ptrdiff_t)l->stride;
    if (++p->x < conv->out_w)
        return;
    p->x = 0;
    p->left = -(ptrdiff_t)l->pad;
    p->top += (ptrdiff_t)l->stride;
    if (++p->y < conv->out_h)
        return;
    p->y = 0;
    p->top = -(ptrdiff_t)l->pad;
    p->image++;
}

/* The frame's pixel under the first tap. */
static size_t pixel_of(const cb_bits_conv *conv, const window *p)
{
    const cb_layer *l = &conv->layer;
    return (p->image * conv->frame_h + p->y * l->stride) * conv->frame_w + p->x * l->stride;
}

static bool is_outside(const cb_bits_conv *conv, const window *p, size_t tap)
{
    ptrdiff_t y = p->top + conv->taps[tap].y, x = p->left + conv->taps[tap].x;
    return y < 0 || x < 0 || y >= (ptrdiff_t)conv->layer.h || x >= (ptrdiff_t)conv->layer.w;
}

/* Words of one tap of one row of a panel, all planes. `to` is where the first goes. */
static void gather_tap(const gather *g, size_t pixel, size_t skip, size_t words, uint8_t *to,
                       const cb_bits_strides *strides)
{
    const cb_bits_conv *conv = g->conv;
    size_t halves = cb_bits_word(conv->plan.kernel) / 64, bits = (size_t)conv->plan.shape.a.bits;
    const uint8_t *from =
        (const uint8_t *)g->room->pixels.data + g->group * conv->group_bytes + pixel * conv->in.row;
    from += skip * halves * conv->in.word;
    for (size_t p = 0; p < bits; p++, from += conv->in.plane, to += strides->plane)
        for (size_t i = 0; i < words * halves; i++) {
            uint64_t word;
            memcpy(&word, from + i * conv->in.word, sizeof word);
            memcpy(to + i / halves * strides->word + i % halves * 8, &word, sizeof word);
        }
}

/* The sum of v under all taps, in parts of what C needs. */
static int32_t sum_under(const gather *g, const cb_bits_block *block, size_t first)
{
    if (!cb_bits_needs_row_sums(&g->conv->plan) || block->word)
        return 0;
    const int32_t *sums = g->room->sums + g->group * g->conv->pixels + first;
    int32_t sum = 0;
    for (size_t tap = 0; tap < g->conv->plan.taps; tap++)
        sum += sums[g->conv->taps[tap].pixels];
    return sum * cb_bits_row_factor(&g->conv->plan);
}

/* One row of a panel: the words [word, word + words) of an output pixel. */
static void gather_some(const gather *g, const cb_bits_block *block, size_t first, uint8_t *to)
{
    const cb_bits_conv *conv = g->conv;
    const cb_bits_strides strides = cb_bits_strides_of(&conv->plan, block->words);
    size_t tap_words = conv->plan.words / conv->plan.taps;
    for (size_t tap = 0; tap < conv->plan.taps; tap++) {
        size_t begin = tap * tap_words, end = begin + tap_words;
        size_t from = begin > block->word ? begin : block->word;
        size_t until = end < block->word + block->words ? end : block->word + block->words;
        if (until > from)
            gather_tap(g, first + conv->taps[tap].pixels, from - begin, until - from,
                       to + (from - block->word) * strides.word, &strides);
    }
}

/* Words of k that lie beside each other in the input: those of a line of taps without dilation,
 * else of a tap. */
static size_t run_words(const cb_bits_conv *conv)
{
    size_t tap_words = conv->plan.words / conv->plan.taps;
    return conv->layer.dilation == 1 ? conv->layer.kw * tap_words : tap_words;
}

/* A whole panel of rows whose planes lie beside each other, each row's from `from` on. */
INLINE void gather_rows(const cb_bits_conv *conv, const uint8_t *const from[PANEL], size_t bits,
                        uint8_t *to)
{
    const size_t words = run_words(conv), tap_words = conv->plan.words / conv->plan.taps;
    for (size_t tap = 0; tap < conv->plan.taps; tap += words / tap_words) {
        size_t at = conv->taps[tap].pixels * conv->in.row;
        for (size_t i = 0; i < words; i++, at += 8 * bits)
            for (size_t row = 0; row < PANEL; row++)
                for (size_t p = 0; p < bits; p++, to += 8) {
                    uint64_t word;
                    memcpy(&word, from[row] + at + p * 8, sizeof word);
                    memcpy(to, &word, sizeof word);
                }
    }
}

/* The next PANEL output pixels; `place` moves behind them. */
static void gather_panel(const gather *g, const cb_bits_block *block, window *place, size_t row,
                         uint8_t *to)
{
    const cb_bits_conv *conv = g->conv;
    const uint8_t *from[PANEL];
    for (size_t i = 0; i < PANEL; i++) {
        size_t first = pixel_of(conv, place);
        from[i] = (const uint8_t *)g->room->pixels.data + g->group * conv->group_bytes +
                  first * conv->in.row;
        block->row_add[row + i] = sum_under(g, block, first);
        advance(conv, place);
    }
    if (conv->plan.shape.a.bits == 1)
        gather_rows(conv, from, 1, to);
    else if (conv->plan.shape.a.bits == 2)
        gather_rows(conv, from, 2, to);
    else
        gather_rows(conv, from, (size_t)conv->plan.shape.a.bits, to);
}

static void fill_from_pixels(const void *arg, const cb_bits_plan *plan, const cb_bits_block *block)
{
    const gather *g = arg;
    size_t mr = (size_t)plan->kernel->mr;
    size_t panel_bytes = block->words * cb_bits_a_step(plan) * (size_t)plan->shape.a.bits;
    const size_t row_bytes = cb_bits_strides_of(plan, block->words).row;
    window place = place_of(g->conv, block->row);
    bool panels = block->words == plan->words && cb_bits_planes_beside(plan) && mr == PANEL;
    for (size_t row = 0; row < block->rows;) {
        uint8_t *to = block->out + row / mr * panel_bytes + row % mr * row_bytes;
        if (panels && row % PANEL == 0 && block->rows - row >= PANEL) {
            gather_panel(g, block, &place, row, to);
            row += PANEL;
            continue;
        }
        size_t first = pixel_of(g->conv, &place);
        gather_some(g, block, first, to);
        block->row_add[row++] = sum_under(g, block, first);
        advance(g->conv, &place);
    }
}

/* ---- padding of bipolar input ---- */

/* Outside the image a bipolar input has the bits 0, the number `offset`; the number 0 is meant. */
static void mend_padding(const cb_bits_conv *conv, const cb_bits_weights *weights, int32_t *c,
                         const window *place, const cb_bits_share *share)
{
    size_t n = conv->plan.shape.n, nr = (size_t)conv->plan.kernel->nr, first = share->panel * nr;
    size_t end = (share->panel + share->panels) * nr < n ? (share->panel + share->panels) * nr : n;
    for (size_t tap = 0; tap < conv->plan.taps; tap++) {
        if (!is_outside(conv, place, tap))
            continue;
        const int32_t *sums = weights->tap_sums + tap * n;
        for (size_t j = first; j < end; j++)
            c[j] -= conv->plan.shape.a.offset * sums[j];
    }
}

/* ---- the call ---- */

static void call_group(cb_bits_conv *conv, size_t group, const cb_bits_share *share, int32_t *y,
                       room *r)
{
    gather g = {.conv = conv, .room = r, .group = group};
    int32_t *c = y + group * conv->plan.shape.n;
    cb_bits_multiply(conv->weights[group], share,
                     &(cb_bits_product){.fill = fill_from_pixels,
                                        .arg = &g,
                                        .scratch = r->scratch.data,
                                        .row_add = r->row_add,
                                        .c = c,
                                        .c_ld = conv->layer.cout});
    if (pads_with_zero(conv) || !conv->layer.pad)
        return;
    window place = place_of(conv, share->row);
    for (size_t i = share->row; i < share->row + share->rows; i++, advance(conv, &place))
        if (is_outside(conv, &place, 0) || is_outside(conv, &place, conv->plan.taps - 1))
            mend_padding(conv, conv->weights[group], c + i * conv->layer.cout, &place, share);
}

void cb_bits_conv_call(cb_bits_conv *conv, const uint8_t *x, int32_t *y, int thread)
{
    if (thread >= conv->plan.threads)
        return;
    cb_bits_share share = cb_bits_share_of(&conv->plan, thread);
    cb_bits_conv_pack_call(conv, x, thread);
    for (size_t g = 0; g < conv->layer.groups; g++)
        call_group(conv, g, &share, y, &conv->rooms[thread]);
}

/* ---- making ---- */

/* The packed pixel that stands for padding: the code whose number is 0, or zero bits. */
static cb_status make_padding(cb_bits_conv *conv, cb_error *err)
{
    const cb_bits_type *type = &conv->plan.shape.a;
    size_t depth = conv->plan.tap_k;
    bool beside = cb_bits_planes_beside(&conv->plan);
    uint8_t *zeros = calloc(depth, 1);
    conv->padding = calloc((size_t)type->bits, conv->tap_bytes);
    if (!zeros || !conv->padding) {
        free(zeros);
        return cb_fail(err, CB_NO_MEMORY, "no memory for a padding pixel");
    }
    conv->plan.packer->pack(&(cb_bits_pack){.x = zeros,
                                            .rows = 1,
                                            .k = depth,
                                            .words = conv->tap_bytes / 8,
                                            .bits = (unsigned)type->bits,
                                            .flip = type->flip,
                                            .out = conv->padding,
                                            .plane_bytes = beside ? 8 : conv->tap_bytes,
                                            .group = 1,
                                            .group_bytes = conv->in.word,
                                            .sums = &conv->padding_sum});
    free(zeros);
    return CB_OK;
}

/* Padding everywhere; the images come over it with each call. */
static void fill_frame(const cb_bits_conv *conv, room *r)
{
    size_t bits = (size_t)conv->plan.shape.a.bits, bytes = conv->in.row;
    size_t parts = cb_bits_planes_beside(&conv->plan) ? 1 : bits; /* that a pixel is in */
    uint8_t *to = r->pixels.data;
    for (size_t i = 0; i < conv->layer.groups * parts; i++)
        for (size_t pixel = 0; pixel < conv->pixels; pixel++, to += bytes)
            memcpy(to, conv->padding + i % parts * bytes, bytes);
    for (size_t i = 0; i < conv->layer.groups * conv->pixels; i++)
        r->sums[i] = conv->padding_sum;
}

static cb_status make_room(const cb_bits_conv *conv, cb_error *err, room *r)
{
    size_t groups = conv->layer.groups;
    r->sums = calloc(groups * conv->pixels, sizeof *r->sums);
    r->row_add = calloc(conv->plan.mc, sizeof *r->row_add);
    if (!r->sums || !r->row_add)
        return cb_fail(err, CB_NO_MEMORY, "no memory for sums of pixels");
    cb_status status =
        cb_buffer_new(groups * conv->group_bytes, 0, CB_PAGES_DEFAULT, err, &r->pixels);
    if (status == CB_OK)
        status = cb_buffer_new(cb_bits_scratch_bytes(&conv->plan), 1344, CB_PAGES_DEFAULT, err,
                               &r->scratch);
    if (status == CB_OK)
        fill_frame(conv, r);
    return status;
}

static cb_status fill_conv(cb_bits_conv *conv, const uint8_t *weights, cb_error *err)
{
    const cb_layer *l = &conv->layer;
    cb_status status = make_padding(conv, err);
    conv->taps = calloc(conv->plan.taps, sizeof *conv->taps);
    conv->weights = calloc(conv->layer.groups, sizeof *conv->weights);
    conv->rooms = calloc((size_t)conv->plan.threads, sizeof *conv->rooms);
    if (status == CB_OK && (!conv->weights || !conv->rooms || !conv->taps))
        return cb_fail(err, CB_NO_MEMORY, "no memory for the groups' weights");
    for (size_t tap = 0; status == CB_OK && tap < conv->plan.taps; tap++) {
        size_t y = tap / l->kw * l->dilation, x = tap % l->kw * l->dilation;
        conv->taps[tap].y = (ptrdiff_t)y;
        conv->taps[tap].x = (ptrdiff_t)x;
        conv->taps[tap].pixels = y * conv->frame_w + x;
    }
    for (int t = 0; t < conv->plan.threads && status == CB_OK; t++)
        status = make_room(conv, err, &conv->rooms[t]);
    size_t group_codes = conv->plan.shape.n * conv->plan.shape.k;
    for (size_t g = 0; g < conv->layer.groups && status == CB_OK; g++)
        status =
            cb_bits_weights_new(&conv->plan, weights + g * group_codes, err, &conv->weights[g]);
    return status;
}

static void set_strides(cb_bits_conv *conv)
{
    size_t bits = (size_t)conv->plan.shape.a.bits, plane = conv->pixels * conv->tap_bytes;
    bool beside = cb_bits_planes_beside(&conv->plan);
    conv->in = (cb_bits_strides){.row = conv->tap_bytes * (beside ? bits : 1),
                                 .word = beside ? 8 * bits : 8,
                                 .plane = beside ? 8 : plane};
    conv->group_bytes = plane * bits;
}

cb_status cb_bits_conv_new(const cb_layer *l, const cb_bits_type *a, const cb_bits_type *w,
                           const uint8_t *weights, const cb_bits_target *target, int threads,
                           cb_error *err, cb_bits_conv **conv)
{
    size_t taps = l->kh * l->kw;
    cb_bits_matmul shape = {.m = l->batch * cb_layer_out_h(l) * cb_layer_out_w(l),
                            .n = l->cout / l->groups,
                            .k = taps * (l->cin / l->groups),
                            .a = *a,
                            .w = *w};
    cb_bits_conv *made = calloc(1, sizeof *made);
    if (!made)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a convolution");
    made->layer = *l;
    made->out_h = cb_layer_out_h(l);
    made->out_w = cb_layer_out_w(l);
    cb_status status =
        cb_bits_plan_make(&shape, taps, CB_BITS_FORM_AUTO, target, threads, err, &made->plan);
    if (status == CB_OK) {
        made->frame_h = l->h + 2 * l->pad;
        made->frame_w = l->w + 2 * l->pad;
        made->pixels = l->batch * made->frame_h * made->frame_w;
        made->tap_bytes = made->plan.words / taps * cb_bits_word(made->plan.kernel) / 8;
        set_strides(made);
        status = fill_conv(made, weights, err);
    }
    if (status != CB_OK) {
        cb_bits_conv_free(made);
        return status;
    }
    *conv = made;
    return CB_OK;
}

void cb_bits_conv_free(cb_bits_conv *conv)
{
    if (!conv)
        return;
    for (size_t g = 0; conv->weights && g < conv->layer.groups; g++)
        cb_bits_weights_free(conv->weights[g]);
    for (int t = 0; conv->rooms && t < conv->plan.threads; t++) {
        cb_buffer_free(&conv->rooms[t].pixels);
        cb_buffer_free(&conv->rooms[t].scratch);
        free(conv->rooms[t].sums);
        free(conv->rooms[t].row_add);
    }
    free(conv->weights);
    free(conv->rooms);
    free(conv->taps);
    free(conv->padding);
    free(conv);
}

const cb_bits_plan *cb_bits_conv_plan(const cb_bits_conv *conv)
{
    return &conv->plan;
}

double cb_bits_conv_packed_bytes(const cb_bits_conv *conv)
{
    double bytes = 0;
    for (int t = 0; t < conv->plan.threads; t++) {
        size_t from = 0, to = 0;
        cb_bits_share share = cb_bits_share_of(&conv->plan, t);
        if (share.rows)
            rows_needed(&conv->layer, share.row, share.row + share.rows, &from, &to);
        bytes += (double)((to - from) * conv->layer.w * conv->tap_bytes);
    }
    return bytes * conv->plan.shape.a.bits * (double)conv->layer.groups;
}
