/* 16 int32 sums of a 512-bit register and groups of four 8-bit numbers, A's unsigned and B's
 * signed: what tile_x86_64.h computes with. VPDPBUSD adds four exact products to each sum. */
#ifndef CB_BENCH_GEMM_VEC_U8S8_VNNI_H
#define CB_BENCH_GEMM_VEC_U8S8_VNNI_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LANES = 16, GROUP = 4 };

typedef int32_t element; /* of C; a group of A or B is as wide */
typedef __m512i vec;
typedef __mmask16 vec_mask;

static inline vec_mask mask_first(size_t n)
{
    return (vec_mask)(0xffffu >> (LANES - n));
}

static inline vec load(const void *from)
{
    return _mm512_loadu_si512(from);
}

static inline vec load_first(const void *from, vec_mask mask)
{
    return _mm512_maskz_loadu_epi32(mask, from);
}

static inline vec broadcast(const void *from)
{
    int32_t group;
    memcpy(&group, from, sizeof group);
    return _mm512_set1_epi32(group);
}

static inline vec zero(void)
{
    return _mm512_setzero_si512();
}

static inline vec multiply_add(vec a, vec b, vec sum)
{
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
    return sum;
}

static inline vec add(vec a, vec b)
{
    return _mm512_add_epi32(a, b);
}

static inline void store(void *to, vec value)
{
    _mm512_storeu_si512(to, value);
}

static inline void store_first(void *to, vec_mask mask, vec value)
{
    _mm512_mask_storeu_epi32(to, mask, value);
}

#endif
