/* 4 float32 of a 128-bit register: what tile_x86_64.h computes with. No fused multiply-add and no
 * masks: a part of a vector is loaded and stored in pieces. */
#ifndef CB_BENCH_GEMM_VEC_F32_SSE2_H
#define CB_BENCH_GEMM_VEC_F32_SSE2_H

#include <emmintrin.h>
#include <stddef.h>

enum { LANES = 4, GROUP = 1 };

typedef float element;
typedef __m128 vec;
typedef size_t vec_mask; /* how many of the lanes */

static inline vec_mask mask_first(size_t n)
{
    return n;
}

static inline vec load(const void *from)
{
    return _mm_loadu_ps(from);
}

static inline vec load_first(const void *from, vec_mask n)
{
    const element *at = from;
    if (n == 1)
        return _mm_load_ss(at);
    /* Two floats need not lie as a double would. */
    const vec low = _mm_castsi128_ps(_mm_loadl_epi64((const __m128i_u *)from));
    return n == 2 ? low : _mm_movelh_ps(low, _mm_load_ss(at + 2));
}

static inline vec broadcast(const void *from)
{
    return _mm_set1_ps(*(const element *)from);
}

static inline vec zero(void)
{
    return _mm_setzero_ps();
}

static inline vec multiply_add(vec a, vec b, vec sum)
{
    return _mm_add_ps(sum, _mm_mul_ps(a, b));
}

static inline vec add(vec a, vec b)
{
    return _mm_add_ps(a, b);
}

static inline void store(void *to, vec value)
{
    _mm_storeu_ps(to, value);
}

static inline void store_first(void *to, vec_mask n, vec value)
{
    element *at = to;
    if (n == 1) {
        _mm_store_ss(at, value);
        return;
    }
    _mm_storel_epi64((__m128i_u *)to, _mm_castps_si128(value));
    if (n == 3)
        _mm_store_ss(at + 2, _mm_movehl_ps(value, value));
}

#endif
