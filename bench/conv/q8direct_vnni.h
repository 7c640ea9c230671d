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

/* Groups [first, first + rows) of one pixel each. */
INLINE void compute(const cb_q8_tile *t, size_t first, size_t rows, __m512i sums[MOST][VECTORS])
{
    const uint8_t *pixel[MOST];
    const int8_t *w = t->weights;
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < VECTORS; v++)
            sums[i][v] = _mm512_loadu_si512(t->start + v * LANES);
    for (size_t tap = 0; tap < t->tap_count; tap++) {
        for (size_t i = 0; i < rows; i++)
            pixel[i] = t->image + t->places[first + i] + t->taps[tap];
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

/* Fewer channels than 64 fill their registers in order, and those that are not there are others
 * again, which are not stored. */
INLINE __m512i row_bytes(const q8_finish *f, const float *scales, const __m512i *sums)
{
    __m512i v[4];
    for (size_t j = 0; j < 4; j++)
        v[j] = j < VECTORS ? scaled(sums[j], scales + j * LANES) : v[j % VECTORS];
    return VECTORS == 4 ? bytes_of(f, v) : bytes_in_order(f, v);
}

INLINE void direct_rows(const cb_q8_tile *t, const q8_finish *f, __mmask64 mask, size_t first,
                        size_t rows)
{
    __m512i sums[MOST][VECTORS];
    compute(t, first, rows, sums);
    if (t->scales) {
        for (size_t i = 0; i < rows; i++)
            _mm512_mask_storeu_epi8(t->out + t->out_places[first + i], mask,
                                    row_bytes(f, t->scales, sums[i]));
        return;
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < VECTORS; v++)
            _mm512_storeu_si512(t->sums + ((first + i) * VECTORS + v) * LANES, sums[i][v]);
}

/* The last two tiles share what is left: one of a single pixel waits for its own sums. */
INLINE size_t rows_of(size_t left)
{
    return left >= 2 * MOST ? MOST : left > MOST ? (left + 1) / 2 : left;
}

INLINE void q8_direct(const cb_q8_tile *t)
{
    const q8_finish f = finish_of(t->out_zero, t->low, t->high, t->out_signed);
    const __mmask64 mask = first_bytes(t->out_channels);
    for (size_t i = 0, rows; i < t->group_count; i += rows) {
        rows = rows_of(t->group_count - i);
        switch (rows) {
        case 1:
            direct_rows(t, &f, mask, i, 1);
            break;
        case 2:
            direct_rows(t, &f, mask, i, 2);
            break;
        case 3:
            direct_rows(t, &f, mask, i, 3);
            break;
        case 4:
            direct_rows(t, &f, mask, i, 4);
            break;
        case 5:
            direct_rows(t, &f, mask, i, 5);
            break;
        default:
            direct_rows(t, &f, mask, i, 6);
        }
    }
}

#endif
