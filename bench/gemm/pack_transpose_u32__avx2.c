#include "bench/gemm/pack.h"

#include <immintrin.h>
#include <stdint.h>

enum { N = 8 };

/* rows[i] lane p becomes rows[p] lane i: pairs, quads, then the two halves. */
static inline void transpose(__m256i rows[N])
{
    __m256i a[N], b[N];
    for (int i = 0; i < N; i += 2) {
        a[i] = _mm256_unpacklo_epi32(rows[i], rows[i + 1]);
        a[i + 1] = _mm256_unpackhi_epi32(rows[i], rows[i + 1]);
    }
    for (int i = 0; i < N; i += 4)
        for (int j = 0; j < 2; j++) {
            b[i + 2 * j] = _mm256_unpacklo_epi64(a[i + j], a[i + j + 2]);
            b[i + 2 * j + 1] = _mm256_unpackhi_epi64(a[i + j], a[i + j + 2]);
        }
    for (int p = 0; p < 4; p++) {
        rows[p] = _mm256_permute2x128_si256(b[p], b[p + 4], 0x20);
        rows[p + 4] = _mm256_permute2x128_si256(b[p], b[p + 4], 0x31);
    }
}

static inline __m256i first(size_t lanes)
{
    __m256i number = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(lanes < N ? lanes : N)), number);
}

/* Up to 8 lines. */
static void pack_lines(uint32_t *to, const char *from, size_t line_bytes, size_t count,
                       size_t steps, size_t width)
{
    __m256i out = first(count);
    for (size_t p = 0; p < steps; p += N) {
        size_t now = steps - p < N ? steps - p : N;
        __m256i in = first(now);
        __m256i rows[N];
        for (size_t i = 0; i < N; i++)
            rows[i] = i < count
                          ? _mm256_maskload_epi32(
                                (const int *)(const void *)(from + i * line_bytes + 4 * p), in)
                          : _mm256_setzero_si256();
        transpose(rows);
        for (size_t q = 0; q < now; q++)
            _mm256_maskstore_epi32((int *)to + (p + q) * width, out, rows[q]);
    }
}

/* to[p][i] = from[i][p], units of 4 bytes. */
void pack_transpose_u32__avx2(void *to, const void *from, size_t line_bytes, size_t count,
                              size_t steps, size_t width)
{
    for (size_t i = 0; i < count; i += N)
        pack_lines((uint32_t *)to + i, (const char *)from + i * line_bytes, line_bytes,
                   count - i < N ? count - i : N, steps, width);
}
