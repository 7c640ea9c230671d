/* Inside of the VPOPCNT kernels: a tile of 8 x 32 in 16 accumulators of 16 int32.
 *
 * A step takes 32 bits of k: two vectors of weights (32 columns), and for each row a broadcast word
 * of activations: for 512 one-bit products a VPANDD with its operand from memory, a VPOPCNTD and a
 * VPADDD. The lanes are columns, so that nothing is summed across lanes at the end. */
#ifndef CB_BENCH_BITSERIAL_BITGEMM_VPOPCNT_H
#define CB_BENCH_BITSERIAL_BITGEMM_VPOPCNT_H

#include "bench/bitserial/micro.h"

#include <immintrin.h>
#include <string.h>

enum { CB_VP_MR = 8, CB_VP_NR = 32 };

static inline __attribute__((always_inline)) __m512i cb_vp_count(cb_bits_kind kind, __m512i sum,
                                                                 __m512i w, __m512i a)
{
    if (kind == CB_BITS_XOR)
        return _mm512_add_epi32(sum, _mm512_popcnt_epi32(_mm512_xor_epi32(w, a)));
    sum = _mm512_add_epi32(sum, _mm512_popcnt_epi32(_mm512_and_epi32(w, a)));
    if (kind == CB_BITS_TWO)
        sum = _mm512_sub_epi32(sum, _mm512_popcnt_epi32(_mm512_andnot_epi32(w, a)));
    return sum;
}

static inline __attribute__((always_inline)) void cb_vp_step(cb_bits_kind kind, size_t rows,
                                                             const uint8_t *a, const uint8_t *w,
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
    }
}

static inline __attribute__((always_inline)) void
cb_vp_store(cb_bits_kind kind, const cb_bits_tile *t, size_t row, size_t half, __m512i sum)
{
    if (t->n <= half * 16)
        return;
    size_t n = t->n - half * 16;
    __mmask16 mask = n >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << n) - 1);
    int32_t *c = (int32_t *)(void *)((char *)t->c + row * t->c_row_bytes) + half * 16;
    const int32_t *from = t->col_add ? t->col_add + half * 16 : c;
    __m512i base = _mm512_maskz_loadu_epi32(mask, from);
    base = _mm512_add_epi32(base, _mm512_set1_epi32(t->row_add[row]));
    sum = _mm512_sll_epi32(sum, _mm_cvtsi64_si128((long long)t->shift));
    sum = kind == CB_BITS_XOR ? _mm512_sub_epi32(base, sum) : _mm512_add_epi32(base, sum);
    _mm512_mask_storeu_epi32(c, mask, sum);
}

static inline __attribute__((always_inline)) void cb_vp_rows(cb_bits_kind kind, size_t rows,
                                                             const cb_bits_tile *t)
{
    __m512i sum[CB_VP_MR][2];
    const uint8_t *a = t->a, *w = t->w;
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; i++)
        sum[i][0] = sum[i][1] = _mm512_setzero_si512();
    for (size_t q = 0; q < t->words; q++) {
        cb_vp_step(kind, rows, a, w, sum);
        cb_vp_step(kind, rows, a + 4, w + 128, sum);
        a += CB_VP_MR * 8;
        w += CB_VP_NR * 8;
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; i++) {
        cb_vp_store(kind, t, i, 0, sum[i][0]);
        cb_vp_store(kind, t, i, 1, sum[i][1]);
    }
}

/* As many rows as the tile has: a last panel that is not full costs no more than it holds. */
static inline __attribute__((always_inline)) void cb_vp_tile(cb_bits_kind kind,
                                                             const cb_bits_tile *t)
{
    switch (t->m) {
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
    case 7:
        cb_vp_rows(kind, 7, t);
        break;
    default:
        cb_vp_rows(kind, 8, t);
    }
}

#endif
