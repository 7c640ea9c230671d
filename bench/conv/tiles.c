#include "bench/conv/tiles.h"

/* ---- which kernels ---- */

/* The smaller kernel that goes with one. */
static bool is_rest_of(const cb_conv_kernel *kernel, const void *arg)
{
    const cb_conv_kernel *of = arg;
    return kernel->groups == of->groups - 1 && kernel->pixels == of->pixels &&
           kernel->channels == of->channels;
}

static const cb_conv_kernel *rest_of(const cb_conv_problem *p, cb_gemm_core core,
                                     const cb_conv_kernel *kernel)
{
    return cb_conv_kernel_best(CB_CONV_DIRECT, p->isa, core, is_rest_of, kernel);
}

typedef struct {
    const cb_conv_problem *problem;
    size_t columns, channels;
    const cb_conv_kernel *best; /* so far */
} search;

static size_t round_up(size_t value, size_t to)
{
    return (value + to - 1) / to * to;
}

/* What one of its tiles is worth: the part that is filled, and less for each load beside a
 * multiply-add (0.3: tiles of 14 x 32 and 6 x 64 on an AVX-512 core). */
static double worth(const search *s, const cb_conv_kernel *kernel)
{
    double pixels = kernel->groups * kernel->pixels;
    double vectors = (double)kernel->channels / kernel->lanes;
    double use = (double)(s->channels * s->columns) /
                 (double)(round_up(s->channels, (size_t)kernel->channels) *
                          round_up(s->columns, (size_t)kernel->pixels));
    return use * (1 - 0.3 * (pixels + vectors) / (pixels * vectors));
}

/* Kernels that have a smaller one beside them, of the highest level. */
static bool is_better(const cb_conv_kernel *kernel, const void *arg)
{
    const search *s = arg;
    cb_gemm_core core = cb_conv_core(s->problem->machine, s->problem->cpu);
    if (kernel->groups < 2 || !rest_of(s->problem, core, kernel))
        return false;
    return !s->best || (kernel->isa == s->best->isa && kernel->core == s->best->core &&
                        worth(s, kernel) > worth(s, s->best));
}

void cb_conv_tiles_choose(const cb_conv_problem *problem, size_t columns, size_t channels,
                          cb_conv_tiles *tiles)
{
    cb_gemm_core core = cb_conv_core(problem->machine, problem->cpu);
    search found = {problem, columns, channels, NULL};
    const cb_conv_kernel *next;
    while ((next = cb_conv_kernel_best(CB_CONV_DIRECT, problem->isa, core, is_better, &found)))
        found.best = next;
    tiles->kernel = found.best;
    tiles->rest = rest_of(problem, core, found.best);
}

/* ---- tile by tile ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Groups of the next tile: as many tiles as the larger kernel needs, of even sizes. */
static const cb_conv_kernel *next_kernel(const cb_conv_tiles *t, size_t left)
{
    size_t most = (size_t)t->kernel->groups, tiles = (left + most - 1) / most;
    return left > tiles * (size_t)t->rest->groups ? t->kernel : t->rest;
}

/* Groups from `at` on, wherever they lie. Where fewer are left than the kernel has, the last one is
 * computed several times: all is loaded before any of it is stored. */
static void run_placed(const cb_conv_tiles *t, const cb_conv_kernel *kernel, cb_conv_tile *tile,
                       size_t at, size_t left)
{
    enum { MOST = 16 };
    ptrdiff_t places[MOST], out_places[MOST];
    size_t groups = (size_t)kernel->groups;
    tile->places = t->places + at;
    tile->out_places = t->out_places + at;
    if (left < groups) {
        for (size_t i = 0; i < groups; i++) {
            places[i] = t->places[at + least(i, left - 1)];
            out_places[i] = t->out_places[at + least(i, left - 1)];
        }
        tile->places = places;
        tile->out_places = out_places;
    }
    kernel->run.DIRECT(tile);
}

static const float *shifted(const float *from, ptrdiff_t bytes)
{
    return (const float *)(const void *)((const char *)from + bytes);
}

static void run_pair(const cb_conv_tiles *t, const cb_conv_kernel *kernel, const cb_conv_tile *tile,
                     size_t at)
{
    cb_conv_tile moved = *tile;
    moved.input = shifted(tile->input, t->places[at]);
    moved.output = (float *)(void *)((char *)tile->output + t->out_places[at]);
    if (kernel->groups == 2) {
        moved.group_bytes = (size_t)(t->places[at + 1] - t->places[at]);
        moved.out_group_bytes = (size_t)(t->out_places[at + 1] - t->out_places[at]);
    }
    kernel->run.DIRECT(&moved);
}

/* Half a line for each channel of each tap: kernel.h. */
static void advance(cb_conv_fetch *fetch, const cb_conv_tile *tile)
{
    enum { FETCHED_BYTES = 32 };
    size_t bytes = least(tile->tap_count * tile->run * FETCHED_BYTES, fetch->left_bytes);
    fetch->next = shifted(fetch->next, (ptrdiff_t)bytes);
    fetch->left_bytes -= bytes;
}

void cb_conv_tiles_run(const cb_conv_tiles *t, const cb_conv_tile *like, size_t first, size_t end,
                       cb_conv_fetch *fetch)
{
    cb_conv_tile tile = *like;
    for (size_t at = first; at < end; advance(fetch, like)) {
        const cb_conv_kernel *kernel = next_kernel(t, end - at);
        tile.next = fetch->left_bytes ? fetch->next : NULL;
        if (kernel->groups > 2)
            run_placed(t, kernel, &tile, at, end - at);
        else
            run_pair(t, kernel, &tile, at);
        at += (size_t)kernel->groups;
    }
}
