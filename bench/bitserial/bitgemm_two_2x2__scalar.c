/* Any processor: common ones, less the ones of the activations where the weight is zero, counted by
 * adding neighbours. */
#include "bench/bitserial/bitgemm_scalar.h"

enum { MR = 2, NR = 2 };

static int32_t ones(uint64_t x)
{
    x -= x >> 1 & 0x5555555555555555;
    x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return (int32_t)(x * 0x0101010101010101 >> 56);
}

static void one_panel(const cb_bits_tile *tile, const void *panel, size_t first)
{
    int32_t sum[MR][NR] = {{0}};
    for (size_t q = 0; q < tile->words; q++) {
        uint64_t a[MR], w[NR];
        for (size_t i = 0; i < MR; i++)
            a[i] = cb_bits_word_at(panel, q * MR + i);
        for (size_t j = 0; j < NR; j++)
            w[j] = cb_bits_word_at(tile->w, q * NR + j);
        for (size_t i = 0; i < MR; i++)
            for (size_t j = 0; j < NR; j++)
                sum[i][j] += ones(a[i] & w[j]) - ones(a[i] & ~w[j]);
    }
    for (size_t i = 0; i < MR && first + i < tile->m; i++)
        cb_bits_store_row(tile, first + i, sum[i], false);
}

void bitgemm_two_2x2__scalar(const cb_bits_tile *tile)
{
    const char *panel = tile->a;
    for (size_t i = 0; i < tile->m; i += MR, panel += tile->a_panel_bytes)
        one_panel(tile, panel, i);
}
