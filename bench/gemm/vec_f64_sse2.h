/* 2 float64 of a 128-bit register: what tile_x86_64.h computes with. No fused multiply-add. */
#ifndef CB_BENCH_GEMM_VEC_F64_SSE2_H
#define CB_BENCH_GEMM_VEC_F64_SSE2_H

#include <emmintrin.h>
#include <stddef.h>

enum { LANES = 2, GROUP = 1 };

typedef double element;
typedef __m128d vec;
typedef size_t vec_mask; /* never used: a part of two is one */

static inline vec_mask mask_first(size_t n)
{
    return n;
}

static inline vec load(const void *from)
{
    return _mm_loadu_pd(from);
}

static inline vec load_first(const void *from, vec_mask n)
{
    (void)n;
    return _mm_load_sd(from);
}

static inline vec broadcast(const void *from)
{
    return _mm_set1_pd(*(const element *)from);
}

static inline vec zero(void)
{
    return _mm_setzero_pd();
}

static inline vec multiply_add(vec a, vec b, vec sum)
{
    return _mm_add_pd(sum, _mm_mul_pd(a, b));
}

static inline vec add(vec a, vec b)
{
    return _mm_add_pd(a, b);
}

static inline void store(void *to, vec value)
{
    _mm_storeu_pd(to, value);
}

static inline void store_first(void *to, vec_mask n, vec value)
{
    (void)n;
    _mm_store_sd(to, value);
}

#endif
