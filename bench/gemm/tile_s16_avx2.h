/* Micro-kernels of int8 on AVX2, 6 x 16: a file that says
 *
 *     #define WIDEN _mm256_cvtepu8_epi16
 *
 * (or _mm256_cvtepi8_epi16, for a signed A) before this one has tile_run().
 *
 * VPMADDUBSW would multiply bytes, but its sums of two products saturate: 2 x 255 x 127 is more
 * than an int16 holds. So both operands become int16 and VPMADDWD makes exact int32 sums of two
 * products, at three quarters of the rate. A, which every column's vector needs again, is widened
 * into a buffer of CHUNK steps of k; B, which six rows need, while it is loaded.
 *
 * A's kr is 16, a vector to widen; B's is 2, a pair to multiply. */
#ifndef CB_BENCH_GEMM_TILE_S16_AVX2_H
#define CB_BENCH_GEMM_TILE_S16_AVX2_H

#include "bench/gemm/micro.h"

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { ROWS = 6, VECTORS = 2, LANES = 8, A_KR = 16, CHUNK = 256, PAIRS_A_TURN = 4 };

/* One chunk of A, row by row; zeros behind the last step up to a whole group. */
typedef struct {
    _Alignas(32) int16_t at[ROWS][CHUNK];
} wide_a;

/* Steps [first, first + count) of A; first is a multiple of CHUNK. */
static void widen(const cb_gemm_tile *tile, size_t first, size_t count, wide_a *wide)
{
    for (size_t i = 0; i < tile->m; i++) {
        const char *from = (const char *)tile->a + i * tile->a_row_bytes;
        from += first / A_KR * tile->a_step_bytes;
        for (size_t p = 0; p < count; p += A_KR, from += tile->a_step_bytes) {
            __m128i bytes = _mm_setzero_si128();
            if (count - p >= A_KR)
                bytes = _mm_loadu_si128((const void *)from);
            else
                memcpy(&bytes, from, count - p);
            _mm256_store_si256((void *)&wide->at[i][p], WIDEN(bytes));
        }
    }
}

INLINE __m256i broadcast_pair(const int16_t *pair)
{
    int32_t both;
    memcpy(&both, pair, sizeof both);
    return _mm256_set1_epi32(both);
}

/* One after the other: left the choice, compilers multiply twelve times first and spill. */
INLINE __m256i multiply_add(__m256i a, __m256i b, __m256i sum)
{
    __m256i products;
    __asm__("vpmaddwd %3, %2, %1\n\tvpaddd %1, %0, %0"
            : "+x"(sum), "=&x"(products)
            : "x"(a), "x"(b));
    return sum;
}

/* Two steps of k. */
INLINE void step(const wide_a *wide, size_t p, const char *b, __m256i *sums, int m, int vectors)
{
    __m256i wide_b[VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) wide_b[v] =
        _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)(b + v * 2 * LANES)));
    UNROLL for (int i = 0; i < m; i++)
    {
        const __m256i a = broadcast_pair(&wide->at[i][p]);
        UNROLL for (int v = 0; v < vectors; v++) sums[i * vectors + v] =
            multiply_add(a, wide_b[v], sums[i * vectors + v]);
    }
}

INLINE __m256i first_lanes(size_t n)
{
    static const int32_t ones_then_zeros[2 * LANES] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256((const void *)(ones_then_zeros + LANES - n));
}

INLINE void write(const cb_gemm_tile *tile, const __m256i *sums, int m, int vectors)
{
    char *row = tile->c;
    const __m256i some = first_lanes(tile->n - LANES * (size_t)(vectors - 1));
    UNROLL for (int i = 0; i < m; i++, row += tile->c_row_bytes)
    {
        UNROLL for (int v = 0; v < vectors; v++)
        {
            const __m256i mask = v < vectors - 1 ? first_lanes(LANES) : some;
            int *c = (int *)(void *)row + v * LANES;
            __m256i sum = sums[i * vectors + v];
            if (tile->accumulate)
                sum = _mm256_add_epi32(sum, _mm256_maskload_epi32(c, mask));
            _mm256_maskstore_epi32(c, mask, sum);
        }
    }
}

INLINE void compute(const cb_gemm_tile *tile, int m, int vectors)
{
    wide_a wide;
    __m256i sums[ROWS * VECTORS];
    const char *b = tile->b;
    UNROLL for (int i = 0; i < m * vectors; i++) sums[i] = _mm256_setzero_si256();
    for (size_t first = 0; first < tile->k; first += CHUNK) {
        const size_t left = tile->k - first, count = left < CHUNK ? left : CHUNK;
        size_t p = 0;
        widen(tile, first, count, &wide);
        for (; p + 2 * PAIRS_A_TURN <= count; p += 2 * PAIRS_A_TURN)
            UNROLL for (size_t s = 0; s < PAIRS_A_TURN; s++, b += tile->b_step_bytes)
                step(&wide, p + 2 * s, b, sums, m, vectors);
        for (; p < count; p += 2, b += tile->b_step_bytes)
            step(&wide, p, b, sums, m, vectors);
    }
    write(tile, sums, m, vectors);
}

/* `vectors` is constant. */
INLINE void compute_rows(const cb_gemm_tile *tile, int vectors)
{
    switch (tile->m) {
    case 1:
        compute(tile, 1, vectors);
        return;
    case 2:
        compute(tile, 2, vectors);
        return;
    case 3:
        compute(tile, 3, vectors);
        return;
    case 4:
        compute(tile, 4, vectors);
        return;
    case 5:
        compute(tile, 5, vectors);
        return;
    default:
        compute(tile, ROWS, vectors);
    }
}

INLINE void tile_run(const cb_gemm_tile *tile)
{
    if (tile->n > LANES)
        compute_rows(tile, 2);
    else
        compute_rows(tile, 1);
}

#endif
