/* Inside of the AVX2 kernels: 8 columns in two vectors of four 64-bit words, one row after another.
 *
 * There is no popcount of vectors, so carry-save adders (Harley and Seal; Mula, Kurz and Lemire,
 * "Faster Population Counts Using AVX2 Instructions", 2016) sum four words of products to a vector
 * of fours, and only those are counted, nibble by nibble: 6.5 instructions for 256 products where
 * counting each takes 8. Counts stay in bytes for 31 such blocks, then VPSADBW widens them. */
#ifndef CB_BENCH_BITSERIAL_BITGEMM_AVX2_H
#define CB_BENCH_BITSERIAL_BITGEMM_AVX2_H

#include "bench/bitserial/micro.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

enum { CB_HS_MR = 4, CB_HS_NR = 8, CB_HS_DEPTH = 4, CB_HS_BLOCKS = 31 };

#define CB_HS_INLINE static inline __attribute__((always_inline))

/* The state of one vector of columns. */
typedef struct {
    __m256i ones, twos, bytes, fours; /* counts of weight 1, 2, and (in bytes, in words) 4 */
} cb_hs_sum;

/* Ones of each byte. */
CB_HS_INLINE __m256i cb_hs_bytes(__m256i x)
{
    const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                           2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    __m256i high = _mm256_and_si256(_mm256_srli_epi16(x, 4), low);
    return _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(x, low)),
                           _mm256_shuffle_epi8(table, high));
}

CB_HS_INLINE __m256i cb_hs_words(__m256i bytes)
{
    return _mm256_sad_epu8(bytes, _mm256_setzero_si256());
}

/* *sum += a + b, bit by bit; returns the carries. */
CB_HS_INLINE __m256i cb_hs_add(__m256i *sum, __m256i a, __m256i b)
{
    __m256i both = _mm256_xor_si256(a, b);
    __m256i carry = _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(both, *sum));
    *sum = _mm256_xor_si256(both, *sum);
    return carry;
}

CB_HS_INLINE __m256i cb_hs_term(cb_bits_kind kind, const uint8_t *w, const uint8_t *a)
{
    long long word;
    memcpy(&word, a, sizeof word);
    __m256i x = _mm256_set1_epi64x(word), y = _mm256_loadu_si256((const __m256i *)(const void *)w);
    if (kind == CB_BITS_XOR)
        return _mm256_xor_si256(y, x);
    return kind == CB_BITS_TWO ? _mm256_andnot_si256(y, x) : _mm256_and_si256(y, x);
}

/* Four words of k; the first four of a row find nothing to add to. */
CB_HS_INLINE void cb_hs_block(cb_bits_kind kind, bool first, cb_hs_sum *s, const uint8_t *w,
                              const uint8_t *a)
{
    const size_t next_w = CB_HS_NR * 8, next_a = CB_HS_MR * 8;
    __m256i t0 = cb_hs_term(kind, w, a);
    __m256i t1 = cb_hs_term(kind, w + next_w, a + next_a);
    __m256i low = first ? _mm256_and_si256(t0, t1) : cb_hs_add(&s->ones, t0, t1);
    s->ones = first ? _mm256_xor_si256(t0, t1) : s->ones;
    t0 = cb_hs_term(kind, w + 2 * next_w, a + 2 * next_a);
    t1 = cb_hs_term(kind, w + 3 * next_w, a + 3 * next_a);
    __m256i high = cb_hs_add(&s->ones, t0, t1);
    __m256i fours = first ? _mm256_and_si256(low, high) : cb_hs_add(&s->twos, low, high);
    s->twos = first ? _mm256_xor_si256(low, high) : s->twos;
    __m256i bytes = cb_hs_bytes(fours);
    s->bytes = first ? bytes : _mm256_add_epi8(s->bytes, bytes);
}

/* One word of k, counted as it is. */
CB_HS_INLINE __m256i cb_hs_single(cb_bits_kind kind, const uint8_t *w, const uint8_t *a)
{
    return cb_hs_words(cb_hs_bytes(cb_hs_term(kind, w, a)));
}

CB_HS_INLINE void cb_hs_widen(cb_hs_sum *s)
{
    s->fours = _mm256_add_epi64(s->fours, cb_hs_words(s->bytes));
    s->bytes = _mm256_setzero_si256();
}

/* The count of everything in the state. */
CB_HS_INLINE __m256i cb_hs_total(const cb_hs_sum *s)
{
    __m256i twos = cb_hs_bytes(s->twos);
    __m256i bytes = _mm256_add_epi8(cb_hs_bytes(s->ones), _mm256_add_epi8(twos, twos));
    return _mm256_add_epi64(_mm256_slli_epi64(s->fours, 2), cb_hs_words(bytes));
}

/* Eight int32 of two vectors of int64. */
CB_HS_INLINE __m256i cb_hs_narrow(__m256i low, __m256i high)
{
    __m256 even = _mm256_shuffle_ps(_mm256_castsi256_ps(low), _mm256_castsi256_ps(high), 0x88);
    return _mm256_permute4x64_epi64(_mm256_castps_si256(even), 0xd8);
}

/* Whole blocks of a row; at least one. */
CB_HS_INLINE void cb_hs_blocks(cb_bits_kind kind, size_t blocks, const uint8_t *w, const uint8_t *a,
                               cb_hs_sum *low, cb_hs_sum *high)
{
    const size_t w_step = CB_HS_DEPTH * CB_HS_NR * 8, a_step = CB_HS_DEPTH * CB_HS_MR * 8;
    size_t until_wide = CB_HS_BLOCKS - 1;
    cb_hs_block(kind, true, low, w, a);
    cb_hs_block(kind, true, high, w + 32, a);
    while (--blocks) {
        w += w_step;
        a += a_step;
        cb_hs_block(kind, false, low, w, a);
        cb_hs_block(kind, false, high, w + 32, a);
        if (--until_wide == 0) {
            cb_hs_widen(low);
            cb_hs_widen(high);
            until_wide = CB_HS_BLOCKS;
        }
    }
    cb_hs_widen(low);
    cb_hs_widen(high);
}

/* One row of products: the counts of all 8 columns. */
CB_HS_INLINE __m256i cb_hs_row(cb_bits_kind kind, const cb_bits_tile *t, const uint8_t *a)
{
    const __m256i zero = _mm256_setzero_si256();
    const uint8_t *w = t->w;
    __m256i total_low = zero, total_high = zero;
    size_t blocks = t->words / CB_HS_DEPTH, words = t->words % CB_HS_DEPTH;
    if (blocks) {
        cb_hs_sum low = {zero, zero, zero, zero}, high = low;
        cb_hs_blocks(kind, blocks, w, a, &low, &high);
        total_low = cb_hs_total(&low);
        total_high = cb_hs_total(&high);
        w += blocks * CB_HS_DEPTH * CB_HS_NR * 8;
        a += blocks * CB_HS_DEPTH * CB_HS_MR * 8;
    }
    for (; words; words--, w += CB_HS_NR * 8, a += CB_HS_MR * 8) {
        total_low = _mm256_add_epi64(total_low, cb_hs_single(kind, w, a));
        total_high = _mm256_add_epi64(total_high, cb_hs_single(kind, w + 32, a));
    }
    return cb_hs_narrow(total_low, total_high);
}

CB_HS_INLINE __m256i cb_hs_mask(size_t n)
{
    const __m256i column = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), column);
}

CB_HS_INLINE void cb_hs_store(cb_bits_kind kind, const cb_bits_tile *t, size_t row, __m256i mask,
                              __m256i sum)
{
    int32_t *c = (int32_t *)(void *)((char *)t->c + row * t->c_row_bytes);
    const int32_t *at =
        (const int32_t *)(const void *)((const char *)t->base + row * t->base_row_bytes);
    bool full = t->n == CB_HS_NR;
    __m256i base = full ? _mm256_loadu_si256((const __m256i *)(const void *)at)
                        : _mm256_maskload_epi32(at, mask);
    sum = _mm256_sll_epi32(sum, _mm_cvtsi64_si128((long long)t->shift));
    base = _mm256_add_epi32(base, _mm256_set1_epi32(t->row_add[row]));
    base = kind == CB_BITS_XOR ? _mm256_sub_epi32(base, sum) : _mm256_add_epi32(base, sum);
    if (full)
        _mm256_storeu_si256((__m256i *)(void *)c, base);
    else
        _mm256_maskstore_epi32(c, mask, base);
}

CB_HS_INLINE void cb_hs_tile(cb_bits_kind kind, const cb_bits_tile *tile)
{
    const cb_bits_tile t = *tile;
    const __m256i mask = cb_hs_mask(t.n);
    const uint8_t *panel = t.a;
    for (size_t i = 0; i < t.m; i++) {
        const uint8_t *a = panel + i % CB_HS_MR * 8;
        __m256i sum = cb_hs_row(kind == CB_BITS_TWO ? CB_BITS_AND : kind, &t, a);
        if (kind == CB_BITS_TWO)
            sum = _mm256_sub_epi32(sum, cb_hs_row(CB_BITS_TWO, &t, a));
        cb_hs_store(kind, &t, i, mask, sum);
        panel += i % CB_HS_MR == CB_HS_MR - 1 ? t.a_panel_bytes : 0;
    }
}

#endif
