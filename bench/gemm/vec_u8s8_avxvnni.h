/* 8 int32 sums of a 256-bit register and groups of four 8-bit numbers, A's unsigned and B's signed:
 * what tile_x86_64.h computes with. VPDPBUSD adds four exact products to each sum. */
#ifndef CB_BENCH_GEMM_VEC_U8S8_AVXVNNI_H
#define CB_BENCH_GEMM_VEC_U8S8_AVXVNNI_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LANES = 8, GROUP = 4 };

typedef int32_t element; /* of C; a group of A or B is as wide */
typedef __m256i vec;
typedef __m256i vec_mask;

static inline vec_mask mask_first(size_t n)
{
    static const int32_t ones_then_zeros[2 * LANES] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256((const void *)(ones_then_zeros + LANES - n));
}

static inline vec load(const void *from)
{
    return _mm256_loadu_si256(from);
}

static inline vec load_first(const void *from, vec_mask mask)
{
    return _mm256_maskload_epi32(from, mask);
}

static inline vec broadcast(const void *from)
{
    int32_t group;
    memcpy(&group, from, sizeof group);
    return _mm256_set1_epi32(group);
}

static inline vec zero(void)
{
    return _mm256_setzero_si256();
}

/* The VEX form, which needs no AVX-512. */
static inline vec multiply_add(vec a, vec b, vec sum)
{
    __asm__("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sum) : "x"(a), "x"(b));
    return sum;
}

static inline vec add(vec a, vec b)
{
    return _mm256_add_epi32(a, b);
}

static inline void store(void *to, vec value)
{
    _mm256_storeu_si256(to, value);
}

static inline void store_first(void *to, vec_mask mask, vec value)
{
    _mm256_maskstore_epi32(to, mask, value);
}

#endif
