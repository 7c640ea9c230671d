/* 8 float32 of a 256-bit register: what tile_x86_64.h computes with. */
#ifndef CB_BENCH_GEMM_VEC_F32_AVX2_H
#define CB_BENCH_GEMM_VEC_F32_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

enum { LANES = 8, GROUP = 1 };

typedef float element;
typedef __m256 vec;
typedef __m256i vec_mask;

static inline vec_mask mask_first(size_t n)
{
    static const int32_t ones_then_zeros[2 * LANES] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256((const void *)(ones_then_zeros + LANES - n));
}

static inline vec load(const void *from)
{
    return _mm256_loadu_ps(from);
}

static inline vec load_first(const void *from, vec_mask mask)
{
    return _mm256_maskload_ps(from, mask);
}

static inline vec broadcast(const void *from)
{
    return _mm256_broadcast_ss(from);
}

static inline vec zero(void)
{
    return _mm256_setzero_ps();
}

/* In the form that adds into `sum`: left the choice, compilers copy registers. */
static inline vec multiply_add(vec a, vec b, vec sum)
{
    __asm__("vfmadd231ps %2, %1, %0" : "+x"(sum) : "x"(a), "x"(b));
    return sum;
}

static inline vec add(vec a, vec b)
{
    return _mm256_add_ps(a, b);
}

static inline void store(void *to, vec value)
{
    _mm256_storeu_ps(to, value);
}

static inline void store_first(void *to, vec_mask mask, vec value)
{
    _mm256_maskstore_ps(to, mask, value);
}

#endif
