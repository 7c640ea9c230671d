#include "bench/gemm/pack.h"

#include <immintrin.h>
#include <stdint.h>

enum { N = 16 };

/* rows[i] lane p becomes rows[p] lane i: pairs, quads, then the four quarters of a register. */
static inline void transpose(__m512i rows[N])
{
    __m512i a[N], b[N];
    for (int i = 0; i < N; i += 2) {
        a[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
        a[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
    }
    for (int i = 0; i < N; i += 4)
        for (int j = 0; j < 2; j++) {
            b[i + 2 * j] = _mm512_unpacklo_epi64(a[i + j], a[i + j + 2]);
            b[i + 2 * j + 1] = _mm512_unpackhi_epi64(a[i + j], a[i + j + 2]);
        }
    for (int p = 0; p < 4; p++) { /* lane p of each quarter, of four rows at a time */
        __m512i even_low = _mm512_shuffle_i32x4(b[p], b[p + 4], 0x88);
        __m512i odd_low = _mm512_shuffle_i32x4(b[p], b[p + 4], 0xdd);
        __m512i even_high = _mm512_shuffle_i32x4(b[p + 8], b[p + 12], 0x88);
        __m512i odd_high = _mm512_shuffle_i32x4(b[p + 8], b[p + 12], 0xdd);
        rows[p] = _mm512_shuffle_i32x4(even_low, even_high, 0x88);
        rows[p + 8] = _mm512_shuffle_i32x4(even_low, even_high, 0xdd);
        rows[p + 4] = _mm512_shuffle_i32x4(odd_low, odd_high, 0x88);
        rows[p + 12] = _mm512_shuffle_i32x4(odd_low, odd_high, 0xdd);
    }
}

static inline __mmask16 first(size_t lanes)
{
    return (__mmask16)(lanes >= N ? 0xffff : (1u << lanes) - 1);
}

/* Up to 16 lines. */
static void pack_lines(uint32_t *to, const char *from, size_t line_bytes, size_t count,
                       size_t steps, size_t width)
{
    __mmask16 out = first(count);
    for (size_t p = 0; p < steps; p += N) {
        size_t now = steps - p < N ? steps - p : N;
        __mmask16 in = first(now);
        __m512i rows[N];
        for (size_t i = 0; i < N; i++)
            rows[i] = i < count ? _mm512_maskz_loadu_epi32(in, from + i * line_bytes + 4 * p)
                                : _mm512_setzero_si512();
        transpose(rows);
        for (size_t q = 0; q < now; q++)
            _mm512_mask_storeu_epi32(to + (p + q) * width, out, rows[q]);
    }
}

/* to[p][i] = from[i][p], units of 4 bytes. */
void pack_transpose_u32__avx512(void *to, const void *from, size_t line_bytes, size_t count,
                                size_t steps, size_t width)
{
    for (size_t i = 0; i < count; i += N)
        pack_lines((uint32_t *)to + i, (const char *)from + i * line_bytes, line_bytes,
                   count - i < N ? count - i : N, steps, width);
}
