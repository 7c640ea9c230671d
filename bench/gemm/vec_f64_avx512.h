/* 8 float64 of a 512-bit register: what tile_x86_64.h computes with. */
#ifndef CB_BENCH_GEMM_VEC_F64_AVX512_H
#define CB_BENCH_GEMM_VEC_F64_AVX512_H

#include <immintrin.h>
#include <stddef.h>

enum { LANES = 8, GROUP = 1 };

typedef double element;
typedef __m512d vec;
typedef __mmask8 vec_mask;

static inline vec_mask mask_first(size_t n)
{
    return (vec_mask)(0xffu >> (LANES - n));
}

static inline vec load(const void *from)
{
    return _mm512_loadu_pd(from);
}

static inline vec load_first(const void *from, vec_mask mask)
{
    return _mm512_maskz_loadu_pd(mask, from);
}

static inline vec broadcast(const void *from)
{
    return _mm512_set1_pd(*(const element *)from);
}

static inline vec zero(void)
{
    return _mm512_setzero_pd();
}

/* In the form that adds into `sum`: left the choice, compilers copy registers. */
static inline vec multiply_add(vec a, vec b, vec sum)
{
    __asm__("vfmadd231pd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
    return sum;
}

static inline vec add(vec a, vec b)
{
    return _mm512_add_pd(a, b);
}

static inline void store(void *to, vec value)
{
    _mm512_storeu_pd(to, value);
}

static inline void store_first(void *to, vec_mask mask, vec value)
{
    _mm512_mask_storeu_pd(to, mask, value);
}

#endif
