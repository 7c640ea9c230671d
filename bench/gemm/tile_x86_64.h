/* Micro-kernels of x86-64, for any element and width: a file that includes a vec_*.h and says
 *
 *     enum { ROWS = 14, VECTORS = 2 };
 *
 * before this one has tile_run(), a micro-kernel of ROWS x (VECTORS x LANES).
 *
 * A tile of m rows has a loop of its own with m rows of registers, and one of n columns works on as
 * few vectors as hold n: an edge costs what it computes. In each step of k, the vectors of B are
 * loaded, and one element of A after the other is broadcast and multiplied with all of them. Where
 * GROUP numbers along k fill the place of one element (int8), a step is a group.
 *
 * STEPS steps make a turn of the loop, in which no pointer moves: an instruction that adds to one
 * would cost as much of the core's issue, and of its power, as a load.
 *
 * Everything is inlined with a constant form, so that all sums stay in registers. */
#ifndef CB_BENCH_GEMM_TILE_X86_64_H
#define CB_BENCH_GEMM_TILE_X86_64_H

#include "bench/gemm/micro.h"

#include <stdbool.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 128")
#endif

/* The compiler shall not see what a pointer was computed from: it would keep one for each row. */
#define OPAQUE(value) __asm__("" : "+r"(value))

/* Loads stay behind it: those that come early take a register from a sum. */
#define IN_ORDER() __asm__ volatile("" ::: "memory")

enum {
    STEPS = 4,        /* of k in one turn of the loop */
    CHAINS = 8,       /* sums that keep both multiply-add units of a core busy (2 x 4 cycles) */
    POINTER_ROWS = 7, /* that x86 can address from one pointer with three strides */
    POINTERS = (ROWS + POINTER_ROWS - 1) / POINTER_ROWS,
    PREFETCH_FROM_STEPS = 96 /* below, C is small enough to lie in a near cache */
};

/* What a loop is compiled for: `m` rows and `vectors` of columns, the last one `whole` or masked; A
 * in `panels` or where it lies. */
typedef struct {
    int m, vectors;
    bool whole, panels;
} form;

typedef struct {
    const char *a[POINTERS], *b;
    size_t row, row3, row5; /* bytes between 1, 3 and 5 rows of A that lies in a matrix */
    size_t b_step, b_step3; /* between 1 and 3 steps of B */
    vec_mask mask;          /* of the last vector */
} operands;

/* In how many sets of sums the steps of k are added, so that small tiles have enough chains. */
INLINE int sets_of(form f)
{
    const int size = f.m * f.vectors;
    return size >= CHAINS ? 1 : 2 * size >= CHAINS ? 2 : STEPS;
}

INLINE int pointers_of(form f)
{
    return f.panels ? 1 : (f.m + POINTER_ROWS - 1) / POINTER_ROWS;
}

/* Elements of A from one step to the next. */
INLINE size_t a_step(form f)
{
    return f.panels ? ROWS : 1;
}

/* Element of row i, in step s of the turn. */
INLINE const void *a_at(const operands *op, form f, int i, int s)
{
    const size_t at = (size_t)s * a_step(f) * sizeof(element);
    if (f.panels)
        return op->a[0] + at + (size_t)i * sizeof(element);
    const size_t rows[POINTER_ROWS] = {0,           op->row,  2 * op->row, op->row3,
                                       4 * op->row, op->row5, 2 * op->row3};
    return op->a[i / POINTER_ROWS] + rows[i % POINTER_ROWS] + at;
}

INLINE vec b_at(const operands *op, form f, int v, int s)
{
    const size_t steps[STEPS] = {0, op->b_step, 2 * op->b_step, op->b_step3};
    const char *b = op->b + steps[s] + (size_t)v * sizeof(vec);
    return f.whole || v < f.vectors - 1 ? load(b) : load_first(b, op->mask);
}

INLINE operands operands_of(const cb_gemm_tile *tile, form f)
{
    const size_t row = tile->a_row_bytes, b_step = tile->b_step_bytes;
    operands op = {.b = tile->b, .row = row, .row3 = 3 * row, .row5 = 5 * row};
    op.a[0] = tile->a;
    UNROLL for (int i = 1; i < pointers_of(f); i++) op.a[i] = op.a[i - 1] + POINTER_ROWS * row;
    op.b_step = b_step;
    op.b_step3 = 3 * b_step;
    op.mask = mask_first(tile->n - LANES * (size_t)(f.vectors - 1));
    OPAQUE(op.row);
    OPAQUE(op.row3);
    OPAQUE(op.row5);
    OPAQUE(op.b_step);
    OPAQUE(op.b_step3);
    return op;
}

INLINE void advance(operands *op, form f, size_t steps)
{
    UNROLL for (int i = 0; i < pointers_of(f); i++)
    {
        op->a[i] += steps * a_step(f) * sizeof(element);
        OPAQUE(op->a[i]);
    }
    op->b += steps * op->b_step;
    OPAQUE(op->b);
}

INLINE void step(const operands *op, vec *sums, form f, int s)
{
    vec b[VECTORS];
    UNROLL for (int v = 0; v < f.vectors; v++) b[v] = b_at(op, f, v, s);
    UNROLL for (int i = 0; i < f.m; i++)
    {
        const vec a = broadcast(a_at(op, f, i, s));
        UNROLL for (int v = 0; v < f.vectors; v++) sums[i * f.vectors + v] =
            multiply_add(a, b[v], sums[i * f.vectors + v]);
    }
}

INLINE void turn(operands *op, vec *sums, form f)
{
    const int sets = sets_of(f), size = f.m * f.vectors;
    UNROLL for (int s = 0; s < STEPS; s++)
    {
        step(op, sums + s % sets * size, f, s);
        /* or multiples of the strides are worked out beforehand, in registers that nobody has */
        OPAQUE(op->row);
        OPAQUE(op->row3);
        OPAQUE(op->row5);
        OPAQUE(op->b_step);
    }
    advance(op, f, STEPS);
}

INLINE void write(const cb_gemm_tile *tile, vec_mask mask, vec *sums, form f)
{
    char *row = tile->c;
    UNROLL for (int i = 0; i < f.m; i++, row += tile->c_row_bytes)
    {
        UNROLL for (int v = 0; v < f.vectors; v++)
        {
            element *c = (element *)(void *)row + LANES * v;
            const bool all = f.whole || v < f.vectors - 1;
            vec sum = sums[i * f.vectors + v];
            if (tile->accumulate)
                sum = add(sum, all ? load(c) : load_first(c, mask));
            if (all)
                store(c, sum);
            else
                store_first(c, mask, sum);
        }
    }
}

/* C's lines arrive while the loop runs. */
INLINE void prefetch_c(const cb_gemm_tile *tile, form f)
{
    const char *row = tile->c;
    UNROLL for (int i = 0; i < f.m; i++, row += tile->c_row_bytes)
        UNROLL for (size_t at = 0; at < (size_t)f.vectors * sizeof(vec); at += 64)
            _mm_prefetch(row + at, _MM_HINT_T0);
}

/* The last group of k, which A need not have in full: B's rest of it is zeros. */
INLINE void part_step(const cb_gemm_tile *tile, const operands *op, vec *sums, form f)
{
    element last[ROWS] = {0};
    const size_t bytes = tile->k % GROUP * (sizeof(element) / GROUP);
    const form panel = {f.m, f.vectors, f.whole, true};
    UNROLL for (int i = 0; i < f.m; i++) memcpy(&last[i], a_at(op, f, i, 0), bytes);
    operands part = *op;
    part.a[0] = (const char *)last;
    step(&part, sums, panel, 0);
}

INLINE void compute(const cb_gemm_tile *tile, form f)
{
    const int sets = sets_of(f), size = f.m * f.vectors;
    const size_t steps = tile->k / GROUP;
    vec sums[ROWS * VECTORS > 2 * CHAINS ? ROWS * VECTORS : 2 * CHAINS];
    operands op = operands_of(tile, f);
    UNROLL for (int i = 0; i < sets * size; i++) sums[i] = zero();
    if (GROUP > 1 && tile->start)
        UNROLL for (int i = 0; i < size; i++) sums[i] = load(tile->start + i % f.vectors * LANES);
    if (steps >= PREFETCH_FROM_STEPS)
        prefetch_c(tile, f);
    for (size_t turns = steps / STEPS; turns; turns--)
        turn(&op, sums, f);
    for (size_t rest = steps % STEPS; rest; rest--) {
        step(&op, sums, f, 0);
        advance(&op, f, 1);
    }
    if (tile->k % GROUP)
        part_step(tile, &op, sums, f);
    UNROLL for (int i = size; i < sets * size; i++) sums[i % size] = add(sums[i % size], sums[i]);
    write(tile, op.mask, sums, f);
}

/* Only f.m is not constant. A number of rows that this kernel does not have is no case. */
INLINE void compute_rows(const cb_gemm_tile *tile, form f)
{
#define ROW_CASE(rows)                                                                             \
    case rows:                                                                                     \
        f.m = rows <= ROWS ? rows : 1;                                                             \
        if (rows <= ROWS)                                                                          \
            compute(tile, f);                                                                      \
        return
    switch (tile->m) {
        ROW_CASE(1);
        ROW_CASE(2);
        ROW_CASE(3);
        ROW_CASE(4);
        ROW_CASE(5);
        ROW_CASE(6);
        ROW_CASE(7);
        ROW_CASE(8);
        ROW_CASE(9);
        ROW_CASE(10);
        ROW_CASE(11);
        ROW_CASE(12);
        ROW_CASE(13);
        ROW_CASE(14);
    }
#undef ROW_CASE
}

/* All columns that a tile may have; `vectors` is constant and not above VECTORS. A's steps lie one
 * element apart where it lies in a matrix. */
INLINE void compute_columns(const cb_gemm_tile *tile, int vectors)
{
    const bool whole = tile->n == LANES * (size_t)vectors;
    const bool panels = tile->a_step_bytes != sizeof(element);
    if (whole && panels)
        compute_rows(tile, (form){.vectors = vectors, .whole = true, .panels = true});
    else if (whole)
        compute_rows(tile, (form){.vectors = vectors, .whole = true, .panels = false});
    else if (panels)
        compute_rows(tile, (form){.vectors = vectors, .whole = false, .panels = true});
    else
        compute_rows(tile, (form){.vectors = vectors, .whole = false, .panels = false});
}

INLINE void tile_run(const cb_gemm_tile *tile)
{
    const size_t vectors = (tile->n + LANES - 1) / LANES;
    if (vectors == 1)
        compute_columns(tile, 1);
    else if (VECTORS >= 2 && vectors == 2)
        compute_columns(tile, VECTORS >= 2 ? 2 : 1);
    else if (VECTORS >= 3 && vectors == 3)
        compute_columns(tile, VECTORS >= 3 ? 3 : 1);
    else if (VECTORS >= 4)
        compute_columns(tile, VECTORS >= 4 ? 4 : 1);
}

#endif
