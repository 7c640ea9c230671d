#include "bench/gemm/pack.h"
#include "bench/gemm/pack_interleave_scalar.h"

#include <immintrin.h>

enum { N = 16 };

static inline void interleave_16(uint8_t *to, const uint8_t *from, size_t line_bytes)
{
    const __m128i r0 = _mm_loadu_si128((const void *)from);
    const __m128i r1 = _mm_loadu_si128((const void *)(from + line_bytes));
    _mm_storeu_si128((void *)to, _mm_unpacklo_epi8(r0, r1));
    _mm_storeu_si128((void *)(to + 16), _mm_unpackhi_epi8(r0, r1));
}

/* to[p][i][r] = from[p][r][i], 2 bytes. */
void pack_interleave_2__avx2(void *to, const void *from, size_t line_bytes, size_t count,
                             size_t steps, size_t width)
{
    const size_t whole = count / N * N;
    for (size_t p = 0; p < steps; p++)
        for (size_t i = 0; i < whole; i += N)
            interleave_16((uint8_t *)to + 2 * (p * width + i),
                          (const uint8_t *)from + 2 * p * line_bytes + i, line_bytes);
    interleave_some(to, from, line_bytes, whole, count, steps, width, 2);
}
