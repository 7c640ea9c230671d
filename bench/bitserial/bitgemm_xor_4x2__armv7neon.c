/* Bits that differ: VAND or VEOR, VCNT, and an addition of bytes, which hold the counts of 31 words
 * before one VPADDL widens them. */
#include "bench/bitserial/micro.h"

#include <arm_neon.h>

enum { MR = 4, NR = 2, WORDS = 31 };

typedef struct {
    uint8x16_t count[MR][NR];
} counts;

/* At most WORDS words of a panel of rows. */
static void count_words(counts *sum, const uint8_t *a, const uint8_t *w, size_t words)
{
    for (int i = 0; i < MR; i++)
        sum->count[i][0] = sum->count[i][1] = vdupq_n_u8(0);
    for (; words; words--, a += MR * 16, w += NR * 16) {
        uint8x16_t w0 = vld1q_u8(w), w1 = vld1q_u8(w + 16);
        for (int i = 0; i < MR; i++) {
            uint8x16_t row = vld1q_u8(a + 16 * i);
            sum->count[i][0] = vaddq_u8(sum->count[i][0], vcntq_u8(veorq_u8(w0, row)));
            sum->count[i][1] = vaddq_u8(sum->count[i][1], vcntq_u8(veorq_u8(w1, row)));
        }
    }
}

static uint32_t total(uint8x16_t bytes)
{
    uint64x2_t sum = vpaddlq_u32(vpaddlq_u16(vpaddlq_u8(bytes)));
    return (uint32_t)(vgetq_lane_u64(sum, 0) + vgetq_lane_u64(sum, 1));
}

static void store_row(const cb_bits_tile *t, size_t row, const uint32_t sums[NR])
{
    int32_t *c = (int32_t *)(void *)((char *)t->c + row * t->c_row_bytes);
    const int32_t *base =
        (const int32_t *)(const void *)((const char *)t->base + row * t->base_row_bytes);
    for (size_t j = 0; j < t->n; j++)
        c[j] = (int32_t)((uint32_t)base[j] + (uint32_t)t->row_add[row] - (sums[j] << t->shift));
}

static void one_panel(const cb_bits_tile *t, const uint8_t *a, size_t first)
{
    uint32_t sums[MR][NR] = {{0}};
    const uint8_t *w = t->w;
    for (size_t left = t->words; left;) {
        counts some;
        size_t words = left < WORDS ? left : WORDS;
        count_words(&some, a, w, words);
        for (int i = 0; i < MR; i++)
            for (int j = 0; j < NR; j++)
                sums[i][j] += total(some.count[i][j]);
        a += words * MR * 16;
        w += words * NR * 16;
        left -= words;
    }
    for (size_t i = 0; i < MR && first + i < t->m; i++)
        store_row(t, first + i, sums[i]);
}

void bitgemm_xor_4x2__armv7neon(const cb_bits_tile *tile)
{
    const uint8_t *a = tile->a;
    for (size_t i = 0; i < tile->m; i += MR, a += tile->a_panel_bytes)
        one_panel(tile, a, i);
}
