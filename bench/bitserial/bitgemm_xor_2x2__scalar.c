/* Any processor: bits that differ, counted by adding neighbours. */
#include "bench/bitserial/bitgemm_scalar.h"

enum { MR = 2, NR = 2 };

static int32_t ones(uint64_t x)
{
    x -= x >> 1 & 0x5555555555555555;
    x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return (int32_t)(x * 0x0101010101010101 >> 56);
}

void bitgemm_xor_2x2__scalar(const cb_bits_tile *tile)
{
    int32_t sum[MR][NR] = {{0}};
    for (size_t q = 0; q < tile->words; q++) {
        uint64_t a[MR], w[NR];
        for (size_t i = 0; i < MR; i++)
            a[i] = cb_bits_word_at(tile->a, q * MR + i);
        for (size_t j = 0; j < NR; j++)
            w[j] = cb_bits_word_at(tile->w, q * NR + j);
        for (size_t i = 0; i < MR; i++)
            for (size_t j = 0; j < NR; j++)
                sum[i][j] += ones(a[i] ^ w[j]);
    }
    for (size_t i = 0; i < tile->m; i++)
        cb_bits_store_row(tile, i, sum[i], true);
}
