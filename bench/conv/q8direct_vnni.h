/* Direct convolution with AVX512-VNNI: a file that says
 *
 *     enum { VECTORS = 4 };     channels / 16, 2 or 4
 *
 * before this one has q8_direct(). Up to six pixels x 64 channels are 24 sums; a step of four
 * channels is six broadcasts (loads alone), four loads of weights and 24 VPDPBUSD. */
#ifndef CB_BENCH_CONV_Q8DIRECT_VNNI_H
#define CB_BENCH_CONV_Q8DIRECT_VNNI_H

#include "bench/conv/q8_avx512.h"

#include <string.h>

enum {
    MOST = 6, /* pixels */
    STEP = 4, /* bytes of k */
    LINE = 64,
    AHEAD_BYTES = 1024 /* how far weights are asked for before they are needed */
};

INLINE __m512i broadcast(const uint8_t *from)
{
    int32_t four;
    memcpy(&four, from, sizeof four);
    return _mm512_set1_epi32(four);
}

INLINE __m512i multiply_add(__m512i a, __m512i b, __m512i sum)
{
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
    return sum;
}

INLINE void compute(const cb_q8_tile *t, size_t rows, __m512i sums[MOST][VECTORS])
{
    const uint8_t *pixel[MOST];
    const int8_t *w = t->weights;
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < VECTORS; v++)
            sums[i][v] = _mm512_loadu_si512(t->start + v * LANES);
    for (size_t tap = 0; tap < t->tap_count; tap++) {
        for (size_t i = 0; i < rows; i++)
            pixel[i] = t->groups[i] + t->taps[tap];
        for (size_t c = 0; c < t->run; c += STEP) {
            __m512i weights[VECTORS];
            for (size_t v = 0; v < VECTORS; v++) {
                weights[v] = _mm512_loadu_si512(w + v * LINE);
                _mm_prefetch(w + v * LINE + AHEAD_BYTES, _MM_HINT_T0);
            }
            w += VECTORS * LINE;
            for (size_t i = 0; i < rows; i++) {
                __m512i a = broadcast(pixel[i] + c);
                for (size_t v = 0; v < VECTORS; v++)
                    sums[i][v] = multiply_add(a, weights[v], sums[i][v]);
            }
        }
    }
}

INLINE __mmask64 first_bytes(size_t count)
{
    return count >= LINE ? ~(__mmask64)0 : ((__mmask64)1 << count) - 1;
}

/* The vectors that 64 channels do not have here are those that are there again: not stored. */
INLINE void store_bytes(const cb_q8_tile *t, size_t rows, __m512i sums[MOST][VECTORS])
{
    const q8_finish f = finish_of(t);
    const __mmask64 mask = first_bytes(t->out_channels);
    for (size_t i = 0; i < rows; i++) {
        __m512i v[4];
        for (size_t j = 0; j < 4; j++)
            v[j] = j < VECTORS ? scaled(sums[i][j], t->scales + j * LANES) : v[j % VECTORS];
        _mm512_mask_storeu_epi8(t->out[i], mask, finish(&f, v));
    }
}

INLINE void direct_rows(const cb_q8_tile *t, size_t rows)
{
    __m512i sums[MOST][VECTORS];
    compute(t, rows, sums);
    if (t->scales) {
        store_bytes(t, rows, sums);
        return;
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < VECTORS; v++)
            _mm512_storeu_si512(t->sums + (i * VECTORS + v) * LANES, sums[i][v]);
}

INLINE void q8_direct(const cb_q8_tile *t)
{
    switch (t->group_count) {
    case 1:
        direct_rows(t, 1);
        break;
    case 2:
        direct_rows(t, 2);
        break;
    case 3:
        direct_rows(t, 3);
        break;
    case 4:
        direct_rows(t, 4);
        break;
    case 5:
        direct_rows(t, 5);
        break;
    default:
        direct_rows(t, 6);
    }
}

#endif
