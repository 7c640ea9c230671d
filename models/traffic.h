/* What a blocked matrix multiply moves: operations, register loads, and the bytes that cross each
 * boundary of the memory, in closed form from tile, blocking, packing and loop order.
 *
 * Which reuse a cache catches follows from its LRU stack distance: R. L. Mattson et al.,
 * "Evaluation techniques for storage hierarchies", IBM Systems Journal 9(2), 1970; the loops are
 * those of Goto and van de Geijn, TOMS 34, 2008. docs/MODELS.md has the equations. Sizes in
 * elements and bytes. */
#ifndef CB_MODELS_TRAFFIC_H
#define CB_MODELS_TRAFFIC_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { CB_TRAFFIC_CACHES = 4 };

/* C (m x n, row-major) = A (m x k) B (k x n). */
typedef struct {
    double m, n, k;
    double mr, nr;     /* of the micro-kernel */
    double mc, kc, nc; /* of the blocks; larger than the dimension is the whole of it */
    bool b_outer;      /* order "jpi": B's block is packed first and reused by all of A's */
    bool pack_a, pack_b;
    bool a_transposed, b_transposed;  /* a source line runs along m (k) */
    double a_bytes, b_bytes, c_bytes; /* of one element */
    bool reads_c;                     /* beta is not 0 */
    int threads_m, threads_n;         /* a grid over C; 0 is 1; */
    int threads_k;                    /* for each of so many parts of k */
    double vector_bytes;              /* of a register; 0: instructions are not counted */
    bool broadcasts_a;                /* A's elements are loaded one by one (x86) */
    bool cold;                        /* the caches hold nothing of the operands before the call */
} cb_gemm_loops;

/* One cache, as one thread sees it. */
typedef struct {
    double bytes; /* the thread's share */
    double line;
} cb_traffic_cache;

/* Across one boundary: towards the core, and back. */
typedef struct {
    double a, b, c; /* operands, read */
    double packed;  /* panels: their lines at the writing (write-allocate), and when read again */
    double in, out; /* all lines; `in` is the sum of those above */
} cb_traffic_boundary;

/* Of one call, all threads together. */
typedef struct {
    double ops, macs;
    double tiles;                   /* calls of the micro-kernel */
    double load_bytes, store_bytes; /* between registers and the L1 by the micro-kernel */
    double pack_bytes;              /* written into panels */
    double fma_instructions, load_instructions, store_instructions;
    size_t caches;
    cb_traffic_boundary boundary[CB_TRAFFIC_CACHES]; /* [0]: L1 to what lies behind it */
} cb_traffic;

/* Empty products move nothing. */
void cb_traffic_gemm(const cb_gemm_loops *loops, const cb_traffic_cache *caches, size_t count,
                     cb_traffic *traffic);

/* Bytes of a vector register of an instruction set, by its name in machine/isa.inc; 0: none. */
double cb_traffic_vector_bytes(const char *isa);

/* Loops of a results row: params, tile, blocking, packing. False when it does not say all of it
 * (another library's row). */
bool cb_traffic_loops(const json_t *row, cb_gemm_loops *loops);

/* Operations for each byte that crosses a boundary in either direction. */
double cb_traffic_intensity(const cb_traffic *traffic, size_t boundary);

#endif
