/* 4 float64 of a 256-bit register: what tile_x86_64.h computes with. */
#ifndef CB_BENCH_GEMM_VEC_F64_AVX2_H
#define CB_BENCH_GEMM_VEC_F64_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

enum { LANES = 4, GROUP = 1 };

typedef double element;
typedef __m256d vec;
typedef __m256i vec_mask;

static inline vec_mask mask_first(size_t n)
{
    static const int64_t ones_then_zeros[2 * LANES] = {-1, -1, -1, -1};
    return _mm256_loadu_si256((const void *)(ones_then_zeros + LANES - n));
}

static inline vec load(const void *from)
{
    return _mm256_loadu_pd(from);
}

static inline vec load_first(const void *from, vec_mask mask)
{
    return _mm256_maskload_pd(from, mask);
}

static inline vec broadcast(const void *from)
{
    return _mm256_broadcast_sd(from);
}

static inline vec zero(void)
{
    return _mm256_setzero_pd();
}

/* In the form that adds into `sum`: left the choice, compilers copy registers. */
static inline vec multiply_add(vec a, vec b, vec sum)
{
    __asm__("vfmadd231pd %2, %1, %0" : "+x"(sum) : "x"(a), "x"(b));
    return sum;
}

static inline vec add(vec a, vec b)
{
    return _mm256_add_pd(a, b);
}

static inline void store(void *to, vec value)
{
    _mm256_storeu_pd(to, value);
}

static inline void store_first(void *to, vec_mask mask, vec value)
{
    _mm256_maskstore_pd(to, mask, value);
}

#endif
