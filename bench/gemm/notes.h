/* Inside of bench/gemm: what is known of a packed panel of integers besides its elements.
 *
 * Sums along k serve zero points and A with shifted numbers; a promise about products serves the
 * kernels that heed one. Both are worked out once, when the panel is packed; notes lie behind its
 * elements. */
#ifndef CB_BENCH_GEMM_NOTES_H
#define CB_BENCH_GEMM_NOTES_H

#include "bench/gemm/pack.h"

enum { CB_GEMM_MOST_LINES = 64 }; /* mr and nr of integer kernels */

/* What is noted of an operand's panels. */
typedef struct {
    const cb_gemm_kernel *kernel;
    size_t bytes;         /* that the notes of a panel take; 0: there are none */
    bool flips;           /* numbers are packed with their highest bit turned over */
    bool products;        /* the promise is wanted */
    int32_t start_factor; /* of the sums, for cb_gemm_tile.start; 0: there is no start */
} cb_gemm_noting;

cb_gemm_noting cb_gemm_noting_of_a(const cb_gemm_plan *plan);
cb_gemm_noting cb_gemm_noting_of_b(const cb_gemm_plan *plan);

/* Writes notes that end at `end`, of a panel with these sums. */
void cb_gemm_notes_write(const cb_gemm_noting *noting, const int32_t *sums, const void *elements,
                         size_t steps, char *end);
void cb_gemm_notes_read(const cb_gemm_noting *noting, const char *end, cb_gemm_tile *tile);

/* C[i][j] += start[j] over the tile that was computed, after a kernel that does not heed start. */
void cb_gemm_add_start(const cb_gemm_tile *tile);

/* The sum over the panel's steps of each of its lines; `width` sums. */
void cb_gemm_panel_sums(const cb_gemm_packing *packing, const cb_gemm_panel *panel,
                        const void *elements, int32_t *sums);

/* Turns over the highest bit of each byte: s8 becomes u8 and 128 higher, u8 becomes s8 and 128
 * lower. */
void cb_gemm_panel_flip(void *elements, size_t bytes);

#endif
