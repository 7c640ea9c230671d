/* What direct kernels with AVX-512 share: 64 sums requantized to 64 bytes. */
#ifndef CB_BENCH_CONV_Q8_AVX512_H
#define CB_BENCH_CONV_Q8_AVX512_H

#include "bench/conv/quantized_kernel.h"

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))

enum { LANES = 16 };

typedef struct {
    __m512i zero, low, high;
    bool is_signed, cuts; /* cuts: to less than the type's range */
} q8_finish;

INLINE q8_finish finish_of(int32_t zero, int32_t low, int32_t high, bool is_signed)
{
    return (q8_finish){_mm512_set1_epi16((short)zero), _mm512_set1_epi8((char)low),
                       _mm512_set1_epi8((char)high), is_signed, high - low < 255};
}

INLINE __m512i scaled(__m512i sums, const float *scales)
{
    return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_loadu_ps(scales)));
}

/* The steps to 16 and to 8 bits saturate, which cuts to the type's range. They work inside of lanes
 * of 128 bits: of each lane's 16 bytes register j has the four from 4 j on. */
INLINE __m512i bytes_of(const q8_finish *f, const __m512i v[4])
{
    __m512i low = _mm512_adds_epi16(_mm512_packs_epi32(v[0], v[1]), f->zero);
    __m512i high = _mm512_adds_epi16(_mm512_packs_epi32(v[2], v[3]), f->zero);
    if (f->is_signed) {
        __m512i bytes = _mm512_packs_epi16(low, high);
        return f->cuts ? _mm512_min_epi8(_mm512_max_epi8(bytes, f->low), f->high) : bytes;
    }
    __m512i bytes = _mm512_packus_epi16(low, high);
    return f->cuts ? _mm512_min_epu8(_mm512_max_epu8(bytes, f->low), f->high) : bytes;
}

/* The same for registers with channels in their own order: the quarters change places. */
INLINE __m512i bytes_in_order(const q8_finish *f, const __m512i v[4])
{
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return _mm512_permutexvar_epi32(order, bytes_of(f, v));
}

#endif
