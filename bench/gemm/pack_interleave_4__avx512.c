#include "bench/gemm/pack.h"

#include <immintrin.h>
#include <stdint.h>

enum { N = 16 };

/* Four rows of 16 bytes, one in each quarter, to 16 columns of four bytes. */
static inline __m512i interleaved(__m512i rows)
{
    const __m512i quarters =
        _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i bytes =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    return _mm512_shuffle_epi8(_mm512_permutexvar_epi32(quarters, rows), bytes);
}

static inline __m512i whole_rows(const char *from, size_t line_bytes)
{
    __m512i rows = _mm512_castsi128_si512(_mm_loadu_si128((const void *)from));
    rows = _mm512_inserti32x4(rows, _mm_loadu_si128((const void *)(from + line_bytes)), 1);
    rows = _mm512_inserti32x4(rows, _mm_loadu_si128((const void *)(from + 2 * line_bytes)), 2);
    return _mm512_inserti32x4(rows, _mm_loadu_si128((const void *)(from + 3 * line_bytes)), 3);
}

static inline __m512i part_rows(const char *from, size_t line_bytes, __mmask16 mask)
{
    __m512i rows = _mm512_castsi128_si512(_mm_maskz_loadu_epi8(mask, from));
    rows = _mm512_inserti32x4(rows, _mm_maskz_loadu_epi8(mask, from + line_bytes), 1);
    rows = _mm512_inserti32x4(rows, _mm_maskz_loadu_epi8(mask, from + 2 * line_bytes), 2);
    return _mm512_inserti32x4(rows, _mm_maskz_loadu_epi8(mask, from + 3 * line_bytes), 3);
}

static inline void interleave_group(char *to, const char *from, size_t line_bytes, size_t count)
{
    size_t i = 0;
    for (; i + N <= count; i += N)
        _mm512_storeu_si512(to + 4 * i, interleaved(whole_rows(from + i, line_bytes)));
    if (i < count) {
        const __mmask16 mask = (__mmask16)((1u << (count - i)) - 1);
        _mm512_mask_storeu_epi32(to + 4 * i, mask,
                                 interleaved(part_rows(from + i, line_bytes, mask)));
    }
}

/* to[p][i][r] = from[p][r][i], 4 bytes. */
void pack_interleave_4__avx512(void *to, const void *from, size_t line_bytes, size_t count,
                               size_t steps, size_t width)
{
    char *out = to;
    const char *in = from;
    for (size_t p = 0; p < steps; p++, out += 4 * width, in += 4 * line_bytes)
        interleave_group(out, in, line_bytes, count);
}
