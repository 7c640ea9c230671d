#include "bench/conv/lower.h"

#include <string.h>

/* ---- sizes ---- */

size_t cb_conv_lower_k(const cb_layer *layer)
{
    return layer->cin / layer->groups * layer->kh * layer->kw;
}

size_t cb_conv_lower_pixels(const cb_layer *layer)
{
    return cb_layer_out_h(layer) * cb_layer_out_w(layer);
}

bool cb_conv_lower_is_plain(const cb_layer *layer)
{
    return layer->kh == 1 && layer->kw == 1 && layer->stride == 1 && layer->pad == 0;
}

size_t cb_conv_lower_input_at(const cb_conv_problem *problem, size_t image, size_t group)
{
    const cb_layer *l = &problem->layer;
    size_t plane = l->h * l->w, first = group * (l->cin / l->groups);
    return image * l->cin * plane + first * (problem->layout == CB_CONV_NCHW ? plane : 1);
}

size_t cb_conv_lower_output_at(const cb_conv_problem *problem, size_t image, size_t group)
{
    const cb_layer *l = &problem->layer;
    size_t plane = cb_conv_lower_pixels(l), first = group * (l->cout / l->groups);
    return image * l->cout * plane + first * (problem->layout == CB_CONV_NCHW ? plane : 1);
}

void cb_conv_lower_weights(const cb_layer *layer, const float *weights, size_t group,
                           bool transposed, float *to)
{
    size_t cg = layer->cin / layer->groups, og = layer->cout / layer->groups;
    size_t taps = layer->kh * layer->kw, k = cg * taps;
    const float *from = weights + group * og * k;
    for (size_t o = 0; o < og; o++)
        for (size_t c = 0; c < cg; c++)
            for (size_t t = 0; t < taps; t++)
                to[transposed ? (t * cg + c) * og + o : o * k + t * cg + c] =
                    from[(o * cg + c) * taps + t];
}

/* ---- pieces of an output row ---- */

/* Pixels of a panel that lie in one output row and whose tap lies in the image: `count` of them,
 * the first being number `at` of the panel, at pixel `source` of the input. */
typedef struct {
    size_t at, count, source;
} piece;

typedef struct {
    const cb_layer *layer;
    size_t out_w;
    size_t ky, kx;
    size_t next, end; /* output pixels that are left */
    size_t first;     /* that the panel begins with */
} walk;

/* The first and the end of the output columns whose tap kx is inside the image. */
static void inside(const walk *w, size_t *low, size_t *high)
{
    const cb_layer *l = w->layer;
    size_t shift = w->kx * l->dilation;
    *low = shift >= l->pad ? 0 : (l->pad - shift + l->stride - 1) / l->stride;
    size_t reach = l->w + l->pad; /* input column + shift is below it */
    *high = reach > shift ? (reach - shift - 1) / l->stride + 1 : 0;
}

/* The next piece of the walk; false at its end. */
static bool next_piece(walk *w, piece *p)
{
    const cb_layer *l = w->layer;
    size_t low, high;
    inside(w, &low, &high);
    while (w->next < w->end) {
        size_t y = w->next / w->out_w, x = w->next % w->out_w;
        size_t row_end = (y + 1) * w->out_w, end = row_end < w->end ? row_end : w->end;
        size_t from = x > low ? x : low,
               to = x + (end - w->next) < high ? x + (end - w->next) : high;
        size_t iy = y * l->stride + w->ky * l->dilation - l->pad;
        size_t at = w->next - x - w->first;
        w->next = end;
        if (iy >= l->h || from >= to)
            continue;
        *p = (piece){at + from, to - from,
                     iy * l->w + from * l->stride + w->kx * l->dilation - l->pad};
        return true;
    }
    return false;
}

/* ---- columns, for NCHW ---- */

enum { PIECES = 96 };

/* Neighbours in pieces of a known size, which a compiler turns into vector moves. */
static inline void copy_floats(float *to, const float *from, size_t count)
{
    for (; count >= 16; count -= 16, to += 16, from += 16)
        memcpy(to, from, 16 * sizeof *to);
    if (count & 8) {
        memcpy(to, from, 8 * sizeof *to);
        to += 8, from += 8;
    }
    if (count & 4) {
        memcpy(to, from, 4 * sizeof *to);
        to += 4, from += 4;
    }
    for (count &= 3; count; count--)
        *to++ = *from++;
}

/* One piece of several steps. */
static void copy_piece(float *to, size_t width, const float *from, size_t plane, size_t steps,
                       size_t count, size_t stride)
{
    for (size_t s = 0; s < steps; s++, to += width, from += plane) {
        if (stride == 1)
            copy_floats(to, from, count);
        else
            for (size_t i = 0; i < count; i++)
                to[i] = from[i * stride];
    }
}

/* Steps of one tap, one channel each: the pieces are the same for all of them. */
typedef struct {
    const cb_conv_lowering *lowering;
    const float *input; /* the first step's channel */
    float *to;
    size_t width, steps;
    bool has_gaps; /* pixels in the padding, or a cut panel: to be zeroed */
    piece pieces[PIECES];
    size_t piece_count;
} tap_steps;

static void copy_tap(const tap_steps *t)
{
    const cb_layer *l = &t->lowering->problem->layer;
    size_t plane = l->h * l->w;
    if (t->has_gaps)
        memset(t->to, 0, t->steps * t->width * sizeof *t->to);
    for (size_t i = 0; i < t->piece_count; i++) {
        const piece *p = &t->pieces[i];
        float *to = t->to + p->at;
        const float *from = t->input + p->source;
        if (l->stride == 2)
            t->lowering->pick2(from, plane, to, t->width, t->steps, p->count);
        else
            copy_piece(to, t->width, from, plane, t->steps, p->count, l->stride);
    }
}

/* As many pieces as fit at a time; a panel of very narrow rows takes several rounds. */
static void lower_tap(const cb_conv_lowering *lowering, const cb_gemm_panel *panel, size_t tap,
                      size_t channel, size_t steps, float *to)
{
    const cb_layer *l = &lowering->problem->layer;
    tap_steps t = {.lowering = lowering,
                   .input = lowering->input + channel * l->h * l->w,
                   .to = to,
                   .width = panel->width,
                   .steps = steps};
    walk w = {.layer = l,
              .out_w = lowering->out_w,
              .ky = tap / l->kw,
              .kx = tap % l->kw,
              .next = panel->first,
              .end = panel->first + panel->count,
              .first = panel->first};
    size_t covered = 0;
    bool more = true;
    for (bool first = true; more; first = false) {
        for (t.piece_count = 0; t.piece_count < PIECES && more;) {
            more = next_piece(&w, &t.pieces[t.piece_count]);
            covered += more ? t.pieces[t.piece_count++].count : 0;
        }
        t.has_gaps = first && (more || covered < panel->width);
        copy_tap(&t);
    }
}

void cb_conv_lower_columns(const void *arg, const cb_gemm_panel *panel, void *to)
{
    const cb_conv_lowering *lowering = arg;
    const cb_layer *l = &lowering->problem->layer;
    size_t cg = l->cin / l->groups;
    float *out = to;
    for (size_t k = panel->k_first, end = k + panel->k_count; k < end;) {
        size_t channel = k % cg, steps = cg - channel < end - k ? cg - channel : end - k;
        lower_tap(lowering, panel, k / cg, channel, steps, out);
        out += steps * panel->width;
        k += steps;
    }
}

/* ---- rows, for NHWC ---- */

void cb_conv_lower_rows(const void *arg, const cb_gemm_panel *panel, void *to)
{
    const cb_conv_lowering *lowering = arg;
    const cb_layer *l = &lowering->problem->layer;
    size_t cg = l->cin / l->groups;
    float *out = to;
    for (size_t k = panel->k_first, end = k + panel->k_count; k < end;) {
        size_t channel = k % cg, steps = cg - channel < end - k ? cg - channel : end - k;
        walk w = {.layer = l,
                  .out_w = lowering->out_w,
                  .ky = k / cg / l->kw,
                  .kx = k / cg % l->kw,
                  .next = panel->first,
                  .end = panel->first + panel->count,
                  .first = panel->first};
        piece p;
        size_t covered = 0;
        while (next_piece(&w, &p))
            covered += p.count;
        if (covered < panel->width)
            memset(out, 0, steps * panel->width * sizeof *out);
        w.next = panel->first;
        while (next_piece(&w, &p))
            lowering->transpose(lowering->input + p.source * l->cin + channel, l->stride * l->cin,
                                out + p.at, panel->width, p.count, steps);
        out += steps * panel->width;
        k += steps;
    }
}

void cb_conv_lower_matrix(const cb_conv_lowering *lowering, size_t first, size_t count, float *to)
{
    const cb_layer *l = &lowering->problem->layer;
    size_t cg = l->cin / l->groups, k = cb_conv_lower_k(l);
    if (l->pad)
        memset(to, 0, count * k * sizeof *to);
    for (size_t tap = 0; tap < l->kh * l->kw; tap++) {
        walk w = {.layer = l,
                  .out_w = lowering->out_w,
                  .ky = tap / l->kw,
                  .kx = tap % l->kw,
                  .next = first,
                  .end = first + count,
                  .first = first};
        piece p;
        while (next_piece(&w, &p))
            for (size_t i = 0; i < p.count; i++)
                copy_floats(to + (p.at + i) * k + tap * cg,
                            lowering->input + (p.source + i * l->stride) * l->cin, cg);
    }
}
