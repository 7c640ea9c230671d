/* `vec`: 8 floats, for the files that include it. */
#ifndef CB_BENCH_CONV_VEC_F32_H
#define CB_BENCH_CONV_VEC_F32_H

#include <immintrin.h>

typedef __m256 vec;

static inline vec vec_fma(vec a, float k, vec c)
{
    return _mm256_fmadd_ps(a, _mm256_set1_ps(k), c);
}

static inline vec vec_mul_add(vec a, vec b, vec c)
{
    return _mm256_fmadd_ps(a, b, c);
}

#endif
