/* The paper's count for weights of -1 and 1: two popcounts where one would do. Bytes hold the
 * differences of 15 words, at most 120. */
#include "bench/bitserial/micro.h"

#include <arm_neon.h>

enum { MR = 4, NR = 4, WORDS = 15 };

static inline int8x16_t difference(uint8x16_t w, uint8x16_t a)
{
    uint8x16_t with = vcntq_u8(vandq_u8(w, a)), without = vcntq_u8(vbicq_u8(a, w));
    return vreinterpretq_s8_u8(vsubq_u8(with, without));
}

/* Adds the differences of at most WORDS words of one row to four sums. */
static int32x4_t add_words(int32x4_t sums, const uint8_t *a, const uint8_t *w, size_t words)
{
    int8x16_t sum[NR] = {vdupq_n_s8(0), vdupq_n_s8(0), vdupq_n_s8(0), vdupq_n_s8(0)};
    for (; words; words--, a += MR * 16, w += NR * 16) {
        uint8x16_t row = vld1q_u8(a);
        for (int j = 0; j < NR; j++)
            sum[j] = vaddq_s8(sum[j], difference(vld1q_u8(w + 16 * j), row));
    }
    int16x8_t low = vpaddq_s16(vpaddlq_s8(sum[0]), vpaddlq_s8(sum[1]));
    int16x8_t high = vpaddq_s16(vpaddlq_s8(sum[2]), vpaddlq_s8(sum[3]));
    return vpadalq_s16(sums, vpaddq_s16(low, high));
}

static void store_row(const cb_bits_tile *t, size_t row, int32x4_t sums)
{
    int32_t values[NR];
    int32_t *c = (int32_t *)(void *)((char *)t->c + row * t->c_row_bytes);
    const int32_t *base =
        (const int32_t *)(const void *)((const char *)t->base + row * t->base_row_bytes);
    vst1q_s32(values, vshlq_s32(sums, vdupq_n_s32((int32_t)t->shift)));
    for (size_t j = 0; j < t->n; j++)
        c[j] = (int32_t)((uint32_t)base[j] + (uint32_t)t->row_add[row] + (uint32_t)values[j]);
}

void bitgemm_two_4x4__neon(const cb_bits_tile *tile)
{
    for (size_t i = 0; i < tile->m; i++) {
        const uint8_t *a = (const uint8_t *)tile->a + i / MR * tile->a_panel_bytes + i % MR * 16;
        const uint8_t *w = tile->w;
        int32x4_t sums = vdupq_n_s32(0);
        for (size_t left = tile->words; left;) {
            size_t words = left < WORDS ? left : WORDS;
            sums = add_words(sums, a, w, words);
            a += words * MR * 16;
            w += words * NR * 16;
            left -= words;
        }
        store_row(tile, i, sums);
    }
}
