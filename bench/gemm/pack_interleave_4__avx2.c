#include "bench/gemm/pack.h"
#include "bench/gemm/pack_interleave_scalar.h"

#include <immintrin.h>

enum { N = 16 };

static inline __m128i row(const uint8_t *from)
{
    return _mm_loadu_si128((const void *)from);
}

static inline void interleave_16(uint8_t *to, const uint8_t *from, size_t line_bytes)
{
    const __m128i r0 = row(from), r1 = row(from + line_bytes);
    const __m128i r2 = row(from + 2 * line_bytes), r3 = row(from + 3 * line_bytes);
    const __m128i low01 = _mm_unpacklo_epi8(r0, r1), high01 = _mm_unpackhi_epi8(r0, r1);
    const __m128i low23 = _mm_unpacklo_epi8(r2, r3), high23 = _mm_unpackhi_epi8(r2, r3);
    _mm_storeu_si128((void *)to, _mm_unpacklo_epi16(low01, low23));
    _mm_storeu_si128((void *)(to + 16), _mm_unpackhi_epi16(low01, low23));
    _mm_storeu_si128((void *)(to + 32), _mm_unpacklo_epi16(high01, high23));
    _mm_storeu_si128((void *)(to + 48), _mm_unpackhi_epi16(high01, high23));
}

/* to[p][i][r] = from[p][r][i], 4 bytes. */
void pack_interleave_4__avx2(void *to, const void *from, size_t line_bytes, size_t count,
                             size_t steps, size_t width)
{
    const size_t whole = count / N * N;
    for (size_t p = 0; p < steps; p++)
        for (size_t i = 0; i < whole; i += N)
            interleave_16((uint8_t *)to + 4 * (p * width + i),
                          (const uint8_t *)from + 4 * p * line_bytes + i, line_bytes);
    interleave_some(to, from, line_bytes, whole, count, steps, width, 4);
}
