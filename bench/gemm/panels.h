/* Inside of bench/gemm: how a dimension falls into panels of a micro-kernel's width. */
#ifndef CB_BENCH_GEMM_PANELS_H
#define CB_BENCH_GEMM_PANELS_H

#include <stdbool.h>
#include <stddef.h>

static inline size_t cb_ceil_div(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static inline size_t cb_round_up(size_t a, size_t step)
{
    return cb_ceil_div(a, step) * step;
}

/* `length` in `count` panels of at most `width`, all whole but the last two. A short rest of an
 * `even` dimension shares its length with the panel before it: two halves keep more of a core's
 * pipelines busy than a whole and a sliver. */
typedef struct {
    size_t length, width, count;
    size_t last_first; /* where the last one starts */
} cb_panels;

static inline cb_panels cb_panels_of(size_t length, size_t width, bool even)
{
    size_t count = cb_ceil_div(length, width), rest = length % width;
    size_t last_first = count ? (count - 1) * width : 0;
    if (even && count > 1 && rest && 2 * rest < width)
        last_first = length - (width + rest) / 2;
    return (cb_panels){length, width, count, last_first};
}

/* Where panel i <= count starts; panel `count` starts at the end. */
static inline size_t cb_panel_first(const cb_panels *p, size_t i)
{
    if (i + 1 >= p->count)
        return i < p->count ? p->last_first : p->length;
    return i * p->width;
}

static inline size_t cb_panel_length(const cb_panels *p, size_t i)
{
    return cb_panel_first(p, i + 1) - cb_panel_first(p, i);
}

/* Part `index` of `parts`, in whole panels: [first, last). */
typedef struct {
    size_t first, last;
} cb_range;

static inline cb_range cb_range_of(size_t panels, int index, int parts)
{
    return (cb_range){panels * (size_t)index / (size_t)parts,
                      panels * (size_t)(index + 1) / (size_t)parts};
}

/* The elements of so many panels. */
static inline cb_range cb_panel_lines(const cb_panels *p, cb_range panels)
{
    return (cb_range){cb_panel_first(p, panels.first), cb_panel_first(p, panels.last)};
}

#endif
