/* An exact simulation of a blocked matrix multiply's memory accesses: the loops of bench/gemm, line
 * by line, through up to four caches that are fully associative, LRU, write-allocate and
 * write-back. What models/traffic.c has in closed form is held against it. */
#ifndef CB_TESTS_CACHE_SIMULATION_H
#define CB_TESTS_CACHE_SIMULATION_H

#include "models/traffic.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SIMULATED_LINE = 64, SIMULATED_LINES = 1 << 16, NO_LINE = -1 };

/* Lines in order of use, as a doubly linked list over line numbers. */
typedef struct {
    int newer[SIMULATED_LINES], older[SIMULATED_LINES];
    unsigned char present[SIMULATED_LINES], dirty[SIMULATED_LINES];
    int newest, oldest, count, capacity;
    double in, out; /* lines */
} simulated_cache;

typedef struct {
    simulated_cache cache[CB_TRAFFIC_CACHES];
    size_t count;
} simulated_memory;

static inline void simulated_unlink(simulated_cache *c, int line)
{
    int newer = c->newer[line], older = c->older[line];
    *(newer == NO_LINE ? &c->newest : &c->older[newer]) = older;
    *(older == NO_LINE ? &c->oldest : &c->newer[older]) = newer;
}

static inline void simulated_put(simulated_cache *c, int line)
{
    c->newer[line] = NO_LINE;
    c->older[line] = c->newest;
    *(c->newest == NO_LINE ? &c->oldest : &c->newer[c->newest]) = line;
    c->newest = line;
}

static inline void simulated_touch(simulated_memory *m, size_t level, int line, int fetch,
                                   int dirty)
{
    if (level >= m->count || level >= CB_TRAFFIC_CACHES)
        return;
    simulated_cache *c = &m->cache[level];
    if (c->present[line]) {
        simulated_unlink(c, line);
    } else {
        if (c->count == c->capacity) {
            int victim = c->oldest;
            simulated_unlink(c, victim);
            c->present[victim] = 0;
            c->count--;
            if (c->dirty[victim]) {
                c->out++;
                simulated_touch(m, level + 1, victim, 0, 1);
            }
            c->dirty[victim] = 0;
        }
        if (fetch) {
            c->in++;
            simulated_touch(m, level + 1, line, 1, 0);
        }
        c->present[line] = 1;
        c->count++;
    }
    simulated_put(c, line);
    c->dirty[line] |= (unsigned char)dirty;
}

static inline simulated_memory *simulated_new(const cb_traffic_cache *caches, size_t count)
{
    simulated_memory *m = calloc(1, sizeof *m);
    m->count = count;
    for (size_t i = 0; i < count; i++) {
        m->cache[i].newest = m->cache[i].oldest = NO_LINE;
        m->cache[i].capacity = (int)(caches[i].bytes / SIMULATED_LINE);
    }
    return m;
}

/* `length` bytes from byte `at` on. */
static inline void simulated_access(simulated_memory *m, size_t at, size_t length, int write)
{
    for (size_t line = at / SIMULATED_LINE; line <= (at + length - 1) / SIMULATED_LINE; line++)
        simulated_touch(m, 0, (int)line, 1, write);
}

typedef struct {
    simulated_memory *memory;
    const cb_gemm_loops *g;
    size_t a, b, c, a_panels, b_panels; /* addresses */
    size_t n, k;
} simulated_call;

static inline size_t simulated_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Where element (row, step) of A, and (step, column) of B lie. */
static inline size_t simulated_a(const simulated_call *s, size_t row, size_t step)
{
    size_t m = (size_t)s->g->m;
    return s->a + (s->g->a_transposed ? step * m + row : row * s->k + step) * (size_t)s->g->a_bytes;
}

static inline size_t simulated_b(const simulated_call *s, size_t step, size_t column)
{
    return s->b + (s->g->b_transposed ? column * s->k + step : step * s->n + column) *
                      (size_t)s->g->b_bytes;
}

/* Packs `count` rows (columns) from `first`, steps [k0, k0 + kc), panel by panel, step by step. */
static inline void simulated_pack(const simulated_call *s, int is_a, size_t first, size_t count,
                                  size_t k0, size_t kc)
{
    size_t width = (size_t)(is_a ? s->g->mr : s->g->nr);
    size_t element = (size_t)(is_a ? s->g->a_bytes : s->g->b_bytes);
    size_t to = is_a ? s->a_panels : s->b_panels;
    for (size_t i = 0; i < count; i += width, to += kc * width * element)
        for (size_t p = 0; p < kc; p++) {
            for (size_t w = 0; w < simulated_min(width, count - i); w++) {
                size_t from = is_a ? simulated_a(s, first + i + w, k0 + p)
                                   : simulated_b(s, k0 + p, first + i + w);
                simulated_access(s->memory, from, element, 0);
            }
            simulated_access(s->memory, to + p * width * element, width * element, 1);
        }
}

/* A tile at (row, column); panels number i and j of their blocks. */
static inline void simulated_tile(const simulated_call *s, size_t row, size_t column, size_t rows,
                                  size_t columns, size_t i, size_t j, size_t k0, size_t kc)
{
    const cb_gemm_loops *g = s->g;
    size_t mr = (size_t)g->mr, nr = (size_t)g->nr;
    size_t ab = (size_t)g->a_bytes, bb = (size_t)g->b_bytes, cb = (size_t)g->c_bytes;
    for (size_t p = 0; p < kc; p++) {
        if (g->pack_a)
            simulated_access(s->memory, s->a_panels + (i * kc + p) * mr * ab, mr * ab, 0);
        for (size_t r = 0; r < rows && !g->pack_a; r++)
            simulated_access(s->memory, simulated_a(s, row + r, k0 + p), ab, 0);
        if (g->pack_b)
            simulated_access(s->memory, s->b_panels + (j * kc + p) * nr * bb, nr * bb, 0);
        for (size_t c = 0; c < columns && !g->pack_b; c++)
            simulated_access(s->memory, simulated_b(s, k0 + p, column + c), bb, 0);
    }
    for (size_t r = 0; r < rows; r++)
        simulated_access(s->memory, s->c + ((row + r) * s->n + column) * cb, columns * cb, 1);
}

static inline void simulated_blocks(const simulated_call *s, size_t row, size_t rows, size_t column,
                                    size_t columns, size_t k0, size_t kc)
{
    size_t mr = (size_t)s->g->mr, nr = (size_t)s->g->nr;
    size_t outer = s->g->b_outer ? columns : rows, inner = s->g->b_outer ? rows : columns;
    size_t outer_width = s->g->b_outer ? nr : mr, inner_width = s->g->b_outer ? mr : nr;
    for (size_t o = 0; o < outer; o += outer_width)
        for (size_t i = 0; i < inner; i += inner_width) {
            size_t r = s->g->b_outer ? i : o, c = s->g->b_outer ? o : i;
            simulated_tile(s, row + r, column + c, simulated_min(mr, rows - r),
                           simulated_min(nr, columns - c), r / mr, c / nr, k0, kc);
        }
}

/* One call on one thread. */
static inline void simulated_gemm(simulated_memory *memory, const cb_gemm_loops *g)
{
    size_t m = (size_t)g->m, n = (size_t)g->n, k = (size_t)g->k;
    size_t mc = (size_t)g->mc, nc = (size_t)g->nc, kc = (size_t)g->kc;
    size_t page = 4096;
    simulated_call s = {.memory = memory, .g = g, .n = n, .k = k, .a = page};
    s.b = s.a + (m * k * (size_t)g->a_bytes / page + 1) * page;
    s.c = s.b + (n * k * (size_t)g->b_bytes / page + 1) * page;
    s.a_panels = s.c + (n * m * (size_t)g->c_bytes / page + 1) * page;
    s.b_panels = s.a_panels + ((mc + (size_t)g->mr) * kc * (size_t)g->a_bytes / page + 1) * page;
    size_t outer = g->b_outer ? n : m, inner = g->b_outer ? m : n;
    size_t outer_step = g->b_outer ? nc : mc, inner_step = g->b_outer ? mc : nc;
    for (size_t o = 0; o < outer; o += outer_step)
        for (size_t p = 0; p < k; p += kc) {
            size_t steps = simulated_min(kc, k - p), length = simulated_min(outer_step, outer - o);
            if (g->b_outer ? g->pack_b : g->pack_a)
                simulated_pack(&s, !g->b_outer, o, length, p, steps);
            for (size_t i = 0; i < inner; i += inner_step) {
                size_t count = simulated_min(inner_step, inner - i);
                if (g->b_outer ? g->pack_a : g->pack_b)
                    simulated_pack(&s, g->b_outer, i, count, p, steps);
                if (g->b_outer)
                    simulated_blocks(&s, i, count, o, length, p, steps);
                else
                    simulated_blocks(&s, o, length, i, count, p, steps);
            }
        }
}

/* Lines that crossed each boundary in the last of `calls` equal calls. */
static inline void simulated_traffic(const cb_gemm_loops *g, const cb_traffic_cache *caches,
                                     size_t count, int calls, double *in, double *out)
{
    simulated_memory *memory = simulated_new(caches, count);
    for (int call = 0; call < calls; call++) {
        for (size_t i = 0; i < count; i++)
            memory->cache[i].in = memory->cache[i].out = 0;
        simulated_gemm(memory, g);
    }
    for (size_t i = 0; i < count; i++) {
        in[i] = memory->cache[i].in * SIMULATED_LINE;
        out[i] = memory->cache[i].out * SIMULATED_LINE;
    }
    free(memory);
}

#endif
