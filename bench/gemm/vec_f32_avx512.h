/* 16 float32 of a 512-bit register: what tile_x86_64.h computes with. */
#ifndef CB_BENCH_GEMM_VEC_F32_AVX512_H
#define CB_BENCH_GEMM_VEC_F32_AVX512_H

#include <immintrin.h>
#include <stddef.h>

enum { LANES = 16, GROUP = 1 };

typedef float element;
typedef __m512 vec;
typedef __mmask16 vec_mask;

static inline vec_mask mask_first(size_t n)
{
    return (vec_mask)(0xffffu >> (LANES - n));
}

static inline vec load(const void *from)
{
    return _mm512_loadu_ps(from);
}

static inline vec load_first(const void *from, vec_mask mask)
{
    return _mm512_maskz_loadu_ps(mask, from);
}

static inline vec broadcast(const void *from)
{
    return _mm512_set1_ps(*(const element *)from);
}

static inline vec zero(void)
{
    return _mm512_setzero_ps();
}

/* In the form that adds into `sum`: left the choice, compilers copy registers. */
static inline vec multiply_add(vec a, vec b, vec sum)
{
    __asm__("vfmadd231ps %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
    return sum;
}

static inline vec add(vec a, vec b)
{
    return _mm512_add_ps(a, b);
}

static inline void store(void *to, vec value)
{
    _mm512_storeu_ps(to, value);
}

static inline void store_first(void *to, vec_mask mask, vec value)
{
    _mm512_mask_storeu_ps(to, mask, value);
}

#endif
