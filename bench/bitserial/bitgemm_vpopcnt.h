/* Inside of the VPOPCNT kernels: panels of 8 x 32, four rows of them at a time in 8 accumulators
 * of 16 int32.
 *
 * A step takes 64 bits of k: twice two vectors of weights (32 columns), and for each row two
 * broadcast words of activations. Counting each product would be a VPANDD, a VPOPCNTD and a VPADDD
 * for 512 of them, which share two ports: 1.5 cycles. Instead two VPTERNLOGD add two products to a
 * bit of each place that is carried along (XOR with the AND of two operands is one instruction), a
 * third one makes the carry, and only carries are counted: 5 instructions for 1024, 1.25 cycles for
 * 512 (Harley and Seal's adder, as Mula, Kurz and Lemire describe it, 2016, here with the AND
 * inside). The lanes are columns, so that nothing is summed across lanes at the end. */
#ifndef CB_BENCH_BITSERIAL_BITGEMM_VPOPCNT_H
#define CB_BENCH_BITSERIAL_BITGEMM_VPOPCNT_H

#include "bench/bitserial/micro.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

enum { CB_VP_MR = 8, CB_VP_NR = 32, CB_VP_ROWS = 4 };

#define CB_VP_INLINE static inline __attribute__((always_inline))

/* Of 16 columns: counts, and the bit of each place that has not been carried yet. */
typedef struct {
    __m512i count, ones;
} cb_vp_sum;

/* bits ^ (w & a), or bits ^ w ^ a */
CB_VP_INLINE __m512i cb_vp_flip(cb_bits_kind kind, __m512i bits, __m512i w, __m512i a)
{
    return kind == CB_BITS_XOR ? _mm512_ternarylogic_epi32(bits, w, a, 0x96)
                               : _mm512_ternarylogic_epi32(bits, w, a, 0x78);
}

/* Counts carries alone, each of which stands for two products. */
CB_VP_INLINE void cb_vp_carry(cb_bits_kind kind, cb_vp_sum *s, const __m512i w[2],
                              const __m512i a[2])
{
    __m512i one = cb_vp_flip(kind, s->ones, w[0], a[0]), two = cb_vp_flip(kind, one, w[1], a[1]);
    /* one ? ~two : ones. Where the first product flipped nothing, it was the bit before. */
    __m512i carry = _mm512_ternarylogic_epi32(s->ones, one, two, 0x74);
    s->count = _mm512_add_epi32(s->count, _mm512_popcnt_epi32(carry));
    s->ones = two;
}

/* The paper's two counts for each product. */
CB_VP_INLINE void cb_vp_two(cb_vp_sum *s, const __m512i w[2], const __m512i a[2])
{
#pragma GCC unroll 2
    for (size_t i = 0; i < 2; i++) {
        __m512i both = _mm512_and_si512(w[i], a[i]), none = _mm512_andnot_si512(w[i], a[i]);
        s->count = _mm512_add_epi32(s->count, _mm512_popcnt_epi32(both));
        s->count = _mm512_sub_epi32(s->count, _mm512_popcnt_epi32(none));
    }
}

CB_VP_INLINE __m512i cb_vp_total(cb_bits_kind kind, const cb_vp_sum *s)
{
    if (kind == CB_BITS_TWO)
        return s->count;
    return _mm512_add_epi32(_mm512_add_epi32(s->count, s->count), _mm512_popcnt_epi32(s->ones));
}

CB_VP_INLINE __m512i cb_vp_broadcast(const uint8_t *a)
{
    int32_t word;
    memcpy(&word, a, sizeof word);
    return _mm512_set1_epi32(word);
}

/* The empty statement keeps the rows in order: mixed by the compiler, they would need more
 * registers than there are. */
CB_VP_INLINE void cb_vp_step(cb_bits_kind kind, size_t rows, const uint8_t *a, size_t a_row_bytes,
                             const uint8_t *w, cb_vp_sum sum[CB_VP_ROWS][2])
{
    __m512i words[2][2];
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++)
        words[i % 2][i / 2] = _mm512_loadu_si512(w + 64 * i);
#pragma GCC unroll 4
    for (size_t i = 0; i < rows; i++, a += a_row_bytes) {
        const __m512i x[2] = {cb_vp_broadcast(a), cb_vp_broadcast(a + 4)};
#pragma GCC unroll 2
        for (size_t j = 0; j < 2; j++)
            if (kind == CB_BITS_TWO)
                cb_vp_two(&sum[i][j], words[j], x);
            else
                cb_vp_carry(kind, &sum[i][j], words[j], x);
        __asm__ volatile("" : "+v"(sum[i][0].count), "+v"(sum[i][1].count));
    }
}

CB_VP_INLINE __m512i cb_vp_scaled(cb_bits_kind kind, __m512i base, __m512i sum, __m512i shift)
{
    sum = _mm512_sllv_epi32(sum, shift);
    return kind == CB_BITS_XOR ? _mm512_sub_epi32(base, sum) : _mm512_add_epi32(base, sum);
}

/* c = base +- (sum << shift) for rows of 32 columns. */
CB_VP_INLINE void cb_vp_store(cb_bits_kind kind, size_t rows, const cb_bits_tile *t,
                              __m512i sum[CB_VP_ROWS][2])
{
    const __m512i shift = _mm512_set1_epi32((int)t->shift);
    const char *from = (const char *)t->base;
    char *c = (char *)t->c;
#pragma GCC unroll 4
    for (size_t i = 0; i < rows; i++) {
        __m512i row = _mm512_set1_epi32(t->row_add[i]);
        __m512i low = _mm512_add_epi32(_mm512_loadu_si512(from), row);
        __m512i high = _mm512_add_epi32(_mm512_loadu_si512(from + 64), row);
        _mm512_storeu_si512(c, cb_vp_scaled(kind, low, sum[i][0], shift));
        _mm512_storeu_si512(c + 64, cb_vp_scaled(kind, high, sum[i][1], shift));
        from += t->base_row_bytes;
        c += t->c_row_bytes;
    }
}

/* The same for fewer columns. */
CB_VP_INLINE void cb_vp_store_some(cb_bits_kind kind, size_t rows, const cb_bits_tile *t,
                                   __m512i sum[CB_VP_ROWS][2])
{
    const __m512i shift = _mm512_set1_epi32((int)t->shift);
    const __mmask32 mask = (__mmask32)((UINT64_C(1) << t->n) - 1);
    const __mmask16 masks[2] = {(__mmask16)mask, (__mmask16)(mask >> 16)};
#pragma GCC unroll 4
    for (size_t i = 0; i < rows; i++) {
        int32_t *c = (int32_t *)(void *)((char *)t->c + i * t->c_row_bytes);
        const int32_t *from =
            (const int32_t *)(const void *)((const char *)t->base + i * t->base_row_bytes);
        for (size_t half = 0; half < 2; half++) {
            __m512i base = _mm512_maskz_loadu_epi32(masks[half], from + half * 16);
            base = _mm512_add_epi32(base, _mm512_set1_epi32(t->row_add[i]));
            base = cb_vp_scaled(kind, base, sum[i][half], shift);
            _mm512_mask_storeu_epi32(c + half * 16, masks[half], base);
        }
    }
}

/* The first rows of `t`, CB_VP_ROWS at most. */
CB_VP_INLINE void cb_vp_rows(cb_bits_kind kind, size_t rows, const cb_bits_tile *t)
{
    cb_vp_sum sum[CB_VP_ROWS][2];
    __m512i total[CB_VP_ROWS][2];
    const uint8_t *a = t->a, *w = t->w;
#pragma GCC unroll 4
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < 2; j++)
            sum[i][j] = (cb_vp_sum){_mm512_setzero_si512(), _mm512_setzero_si512()};
    for (size_t q = t->words; q; q--, a += t->a_word_bytes, w += CB_VP_NR * 8)
        cb_vp_step(kind, rows, a, t->a_row_bytes, w, sum);
#pragma GCC unroll 4
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < 2; j++)
            total[i][j] = cb_vp_total(kind, &sum[i][j]);
    if (t->n == CB_VP_NR)
        cb_vp_store(kind, rows, t, total);
    else
        cb_vp_store_some(kind, rows, t, total);
}

/* A last panel that is not full costs no more than the rows it holds. */
CB_VP_INLINE void cb_vp_last(cb_bits_kind kind, const cb_bits_tile *t)
{
    if (t->m == 3)
        cb_vp_rows(kind, 3, t);
    else if (t->m == 2)
        cb_vp_rows(kind, 2, t);
    else if (t->m == 1)
        cb_vp_rows(kind, 1, t);
}

CB_VP_INLINE void cb_vp_tile(cb_bits_kind kind, const cb_bits_tile *tile)
{
    cb_bits_tile t = *tile;
    const size_t half = CB_VP_ROWS * t.a_row_bytes;
    for (bool second = false; t.m >= CB_VP_ROWS; second = !second) {
        cb_vp_rows(kind, CB_VP_ROWS, &t);
        t.a = (const uint8_t *)t.a + (second ? t.a_panel_bytes - half : half);
        t.c = (int32_t *)(void *)((char *)t.c + CB_VP_ROWS * t.c_row_bytes);
        t.base =
            (const int32_t *)(const void *)((const char *)t.base + CB_VP_ROWS * t.base_row_bytes);
        t.row_add += CB_VP_ROWS;
        t.m -= CB_VP_ROWS;
    }
    cb_vp_last(kind, &t);
}

#endif
