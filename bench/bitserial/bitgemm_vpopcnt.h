/* Inside of the VPOPCNT kernels: a tile of 8 x 32 in 16 accumulators of 16 int32.
 *
 * A step takes 32 bits of k: two vectors of weights (32 columns), and for each row a broadcast word
 * of activations: for 512 one-bit products a VPANDD, a VPOPCNTD and a VPADDD, which share two
 * ports. The lanes are columns, so that nothing is summed across lanes at the end. */
#ifndef CB_BENCH_BITSERIAL_BITGEMM_VPOPCNT_H
#define CB_BENCH_BITSERIAL_BITGEMM_VPOPCNT_H

#include "bench/bitserial/micro.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

enum { CB_VP_MR = 8, CB_VP_NR = 32 };

#define CB_VP_INLINE static inline __attribute__((always_inline))

CB_VP_INLINE __m512i cb_vp_count(cb_bits_kind kind, __m512i sum, __m512i w, __m512i a)
{
    if (kind == CB_BITS_XOR)
        return _mm512_add_epi32(sum, _mm512_popcnt_epi32(_mm512_xor_epi32(w, a)));
    sum = _mm512_add_epi32(sum, _mm512_popcnt_epi32(_mm512_and_epi32(w, a)));
    if (kind == CB_BITS_TWO)
        sum = _mm512_sub_epi32(sum, _mm512_popcnt_epi32(_mm512_andnot_epi32(w, a)));
    return sum;
}

/* The empty statement keeps the rows in order: mixed by the compiler, they would need more
 * registers than there are. */
CB_VP_INLINE void cb_vp_step(cb_bits_kind kind, size_t rows, const uint8_t *a, const uint8_t *w,
                             __m512i sum[CB_VP_MR][2])
{
    __m512i w0 = _mm512_loadu_si512(w), w1 = _mm512_loadu_si512(w + 64);
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; i++) {
        int32_t word;
        memcpy(&word, a + i * 8, sizeof word);
        __m512i x = _mm512_set1_epi32(word);
        sum[i][0] = cb_vp_count(kind, sum[i][0], w0, x);
        sum[i][1] = cb_vp_count(kind, sum[i][1], w1, x);
        __asm__ volatile("" : "+v"(sum[i][0]), "+v"(sum[i][1]));
    }
}

CB_VP_INLINE __m512i cb_vp_scaled(cb_bits_kind kind, __m512i base, __m512i sum, __m512i shift)
{
    sum = _mm512_sllv_epi32(sum, shift);
    return kind == CB_BITS_XOR ? _mm512_sub_epi32(base, sum) : _mm512_add_epi32(base, sum);
}

/* c = base +- (sum << shift) for rows of 32 columns. */
CB_VP_INLINE void cb_vp_store(cb_bits_kind kind, size_t rows, const cb_bits_tile *t,
                              __m512i sum[CB_VP_MR][2])
{
    const __m512i shift = _mm512_set1_epi32((int)t->shift);
    const char *from = (const char *)t->base;
    char *c = (char *)t->c;
#pragma GCC unroll 8
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
                                   __m512i sum[CB_VP_MR][2])
{
    const __m512i shift = _mm512_set1_epi32((int)t->shift);
    const __mmask32 mask = (__mmask32)((UINT64_C(1) << t->n) - 1);
    const __mmask16 masks[2] = {(__mmask16)mask, (__mmask16)(mask >> 16)};
#pragma GCC unroll 8
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

CB_VP_INLINE void cb_vp_rows(cb_bits_kind kind, size_t rows, const cb_bits_tile *t)
{
    __m512i sum[CB_VP_MR][2];
    const uint8_t *a = t->a, *w = t->w;
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; i++)
        sum[i][0] = sum[i][1] = _mm512_setzero_si512();
    for (size_t q = t->words; q; q--) {
        cb_vp_step(kind, rows, a, w, sum);
        cb_vp_step(kind, rows, a + 4, w + 128, sum);
        a += CB_VP_MR * 8;
        w += CB_VP_NR * 8;
    }
    if (t->n == CB_VP_NR)
        cb_vp_store(kind, rows, t, sum);
    else
        cb_vp_store_some(kind, rows, t, sum);
}

/* A last panel that is not full costs no more than the rows it holds. */
CB_VP_INLINE void cb_vp_last(cb_bits_kind kind, const cb_bits_tile *t)
{
    switch (t->m) {
    case 0:
        break;
    case 1:
        cb_vp_rows(kind, 1, t);
        break;
    case 2:
        cb_vp_rows(kind, 2, t);
        break;
    case 3:
        cb_vp_rows(kind, 3, t);
        break;
    case 4:
        cb_vp_rows(kind, 4, t);
        break;
    case 5:
        cb_vp_rows(kind, 5, t);
        break;
    case 6:
        cb_vp_rows(kind, 6, t);
        break;
    default:
        cb_vp_rows(kind, 7, t);
    }
}

CB_VP_INLINE void cb_vp_tile(cb_bits_kind kind, const cb_bits_tile *tile)
{
    cb_bits_tile t = *tile;
    while (t.m >= CB_VP_MR) {
        cb_vp_rows(kind, CB_VP_MR, &t);
        t.a = (const uint8_t *)t.a + t.a_panel_bytes;
        t.c = (int32_t *)(void *)((char *)t.c + CB_VP_MR * t.c_row_bytes);
        t.base =
            (const int32_t *)(const void *)((const char *)t.base + CB_VP_MR * t.base_row_bytes);
        t.row_add += CB_VP_MR;
        t.m -= CB_VP_MR;
    }
    cb_vp_last(kind, &t);
}

#endif
