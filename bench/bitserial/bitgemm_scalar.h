/* Inside of the portable and the POPCNT kernels: a tile of MR x NR 64-bit words. `count` is how
 * they count the ones of a word; everything is inlined into the kernel's file. */
#ifndef CB_BENCH_BITSERIAL_BITGEMM_SCALAR_H
#define CB_BENCH_BITSERIAL_BITGEMM_SCALAR_H

#include "bench/bitserial/micro.h"

#include <stdbool.h>
#include <string.h>

static inline uint64_t cb_bits_word_at(const void *panel, size_t index)
{
    uint64_t word;
    memcpy(&word, (const char *)panel + index * 8, sizeof word);
    return word;
}

/* Writes one row of a tile: c = base +- (sum << shift). */
static inline void cb_bits_store_row(const cb_bits_tile *t, size_t i, const int32_t *sum,
                                     bool subtract)
{
    int32_t *c = (int32_t *)(void *)((char *)t->c + i * t->c_row_bytes);
    const int32_t *at =
        (const int32_t *)(const void *)((const char *)t->base + i * t->base_row_bytes);
    for (size_t j = 0; j < t->n; j++) {
        uint32_t base = (uint32_t)at[j] + (uint32_t)t->row_add[i];
        uint32_t scaled = (uint32_t)sum[j] << t->shift;
        c[j] = (int32_t)(subtract ? base - scaled : base + scaled);
    }
}

#endif
