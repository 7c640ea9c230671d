/* Micro-kernels of matrix multiply: the innermost piece, C tile (+)= A panel x B panel.
 *
 * Row-major C of m x n; k steps. One kernel computes a tile of at most mr x nr in registers. */
#ifndef CB_BENCH_GEMM_MICRO_H
#define CB_BENCH_GEMM_MICRO_H

#include "machine/isa.h"

#include <stddef.h>
#include <stdint.h>

/* What one call does. Assembly reads it by the offsets in micro_offsets.h, which kernels.c holds to
 * this.
 *
 * Packed operands lie in panels, `kr` steps of k beside each other, filled with zeros up to mr, nr
 * and a multiple of kr:
 *     A: a[p / kr_a][i < mr][p % kr_a]          B: b[p / kr_b][j < nr][p % kr_b]
 * so that a_row_bytes = kr_a * element, a_step_bytes = mr * kr_a * element (from one group of kr_a
 * steps to the next), b_step_bytes = nr * kr_b * element.
 *
 * A kernel whose row says CB_GEMM_DIRECT_A also takes A where it lies: element (i, p) at
 * a + i * a_row_bytes + p * element, of which only k steps may be read; with CB_GEMM_DIRECT_B also
 * B (kr_b = 1): row p at b + p * b_step_bytes, of which only n elements are used; memory from the
 * end of one row to that of the next may be read, behind the last row's end none. */
typedef struct {
    const void *a;
    const void *b;
    void *c;             /* row i at c + i * c_row_bytes; only m x n elements may be touched */
    size_t k;            /* steps; 0 gives a tile of zeros */
    size_t a_row_bytes;  /* from row i of A to row i + 1 */
    size_t a_step_bytes; /* from one group of kr_a steps to the next */
    size_t b_step_bytes;
    size_t c_row_bytes;
    size_t m, n;        /* 1 to mr, 1 to nr */
    size_t accumulate;  /* 0: C is written and never read; 1: C += */
    const void *next_a; /* what the next call will read, for prefetch; may be NULL */
    const void *next_b;
    /* A promise about a packed B of int8, which packing can make (products.h): so many products, 2
     * or 4, fit into an int16 together. 0 or 1: none is made. Kernels are exact either way; those
     * that sum in int16 first are faster with it. */
    size_t b_products;
    /* For kernels whose row says CB_GEMM_STARTS: C (+)= start + A B with start[j] for column j, nr
     * of them. NULL: zeros. */
    const int32_t *start;
    /* 1: this thread's last call was of the same kernel with the same m and n, and it has done
     * nothing since that could touch what a kernel sets up beside its registers (AMX's tiles). */
    size_t again;
    /* For kernels whose row says CB_GEMM_TILES and an A that lies in a matrix: so many tiles of m
     * rows below each other (0 or 1: one), then so many of m - 1 rows. */
    size_t tiles, lower_tiles;
    /* For the same kernels, a hint: what shall be in the second-level cache soon. Each tile of the
     * call takes the next fetch_rows pieces (0: none) as wide as itself. */
    const void *fetch;
    size_t fetch_step_bytes, fetch_rows;
} cb_gemm_tile;

/* Every micro-kernel has this prototype: any m <= mr and n <= nr, no scalar fall-back for edges. */
typedef void cb_gemm_micro_fn(const cb_gemm_tile *tile);

/* Which cores a kernel was ordered for. */
typedef enum { CB_GEMM_ANY_CORE, CB_GEMM_OUT_OF_ORDER, CB_GEMM_IN_ORDER } cb_gemm_core;

enum {
    CB_GEMM_DIRECT_A = 1, /* A need not be packed */
    CB_GEMM_DIRECT_B = 2, /* B need not be packed */
    CB_GEMM_STARTS = 4,   /* cb_gemm_tile.start is heeded */
    CB_GEMM_TILES = 8,    /* cb_gemm_tile.tiles is heeded */
};

typedef struct cb_gemm_kernel cb_gemm_kernel;

/* The twin that defines a type's result: the same tile in plain C, for any mr, nr and kr; float
 * types sum in float64. */
typedef void cb_gemm_oracle_fn(const cb_gemm_tile *tile, const cb_gemm_kernel *kernel);

struct cb_gemm_kernel {
    const char *name; /* gemm_<types>_<mr>x<nr>[_variant]__<isa>: stem = symbol */
    cb_isa isa;
    const char *dtype; /* "f32", "f64", "f16", "bf16", "s8", "u8s8" (A unsigned) */
    cb_gemm_core core;
    int mr, nr;
    int kr_a, kr_b;  /* steps of k beside each other in a panel */
    unsigned direct; /* CB_GEMM_DIRECT_*, CB_GEMM_STARTS, CB_GEMM_TILES */
    cb_gemm_micro_fn *run;
    cb_gemm_oracle_fn *oracle;
    const char *oracle_name;
};

extern const cb_gemm_kernel cb_gemm_kernels[];
extern const size_t cb_gemm_kernel_count;

#endif
