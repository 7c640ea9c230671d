/* What direct kernels with AVX-512 share: 64 sums requantized to 64 bytes. */
#ifndef CB_BENCH_CONV_Q8_AVX512_H
#define CB_BENCH_CONV_Q8_AVX512_H

#include "bench/conv/quantized_kernel.h"

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))

enum { LANES = 16 };

typedef struct {
    __m512i zero, low, high;
    bool is_signed;
} q8_finish;

INLINE q8_finish finish_of(const cb_q8_tile *tile)
{
    return (q8_finish){_mm512_set1_epi16((short)tile->out_zero), _mm512_set1_epi8((char)tile->low),
                       _mm512_set1_epi8((char)tile->high), tile->out_signed};
}

INLINE __m512i scaled(__m512i sums, const float *scales)
{
    return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_loadu_ps(scales)));
}

/* Packing works inside of 128-bit lanes: the last permutation puts the quarters in order. The steps
 * to 16 and to 8 bits saturate, which cuts to the type's range. */
INLINE __m512i finish(const q8_finish *f, const __m512i v[4])
{
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    __m512i low = _mm512_adds_epi16(_mm512_packs_epi32(v[0], v[1]), f->zero);
    __m512i high = _mm512_adds_epi16(_mm512_packs_epi32(v[2], v[3]), f->zero);
    if (f->is_signed) {
        __m512i bytes = _mm512_packs_epi16(low, high);
        bytes = _mm512_min_epi8(_mm512_max_epi8(bytes, f->low), f->high);
        return _mm512_permutexvar_epi32(order, bytes);
    }
    __m512i bytes = _mm512_packus_epi16(low, high);
    bytes = _mm512_min_epu8(_mm512_max_epu8(bytes, f->low), f->high);
    return _mm512_permutexvar_epi32(order, bytes);
}

#endif
