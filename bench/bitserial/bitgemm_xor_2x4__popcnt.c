/* Bits that differ, by POPCNT on general registers: one a cycle on all cores of the last years. */
#include "bench/bitserial/bitgemm_scalar.h"

#include <nmmintrin.h>

enum { MR = 2, NR = 4 };

static void one_panel(const cb_bits_tile *tile, const void *panel, size_t first)
{
    int64_t sum[MR][NR] = {{0}};
    for (size_t q = 0; q < tile->words; q++) {
        uint64_t a[MR], w[NR];
        for (size_t i = 0; i < MR; i++)
            a[i] = cb_bits_word_at(panel, q * MR + i);
        for (size_t j = 0; j < NR; j++)
            w[j] = cb_bits_word_at(tile->w, q * NR + j);
        for (size_t i = 0; i < MR; i++)
            for (size_t j = 0; j < NR; j++)
                sum[i][j] += _mm_popcnt_u64(a[i] ^ w[j]);
    }
    for (size_t i = 0; i < MR && first + i < tile->m; i++) {
        int32_t row[NR];
        for (size_t j = 0; j < NR; j++)
            row[j] = (int32_t)sum[i][j];
        cb_bits_store_row(tile, first + i, row, true);
    }
}

void bitgemm_xor_2x4__popcnt(const cb_bits_tile *tile)
{
    const char *panel = tile->a;
    for (size_t i = 0; i < tile->m; i += MR, panel += tile->a_panel_bytes)
        one_panel(tile, panel, i);
}
