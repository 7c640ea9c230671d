#include "bench/gemm/pack.h"

#include <immintrin.h>
#include <stdint.h>

enum { N = 32 };

/* Up to 32 of a line: 2 * count - 1 bytes are read. */
static inline void pick(uint8_t *to, const uint8_t *from, size_t count)
{
    const __mmask64 in = ~UINT64_C(0) >> (2 * N + 1 - 2 * count);
    const __mmask32 out = ~UINT32_C(0) >> (N - count);
    _mm256_mask_storeu_epi8(to, out, _mm512_cvtepi16_epi8(_mm512_maskz_loadu_epi8(in, from)));
}

/* to[p][i] = from[p][2 i], bytes. */
void pack_pick2_u8__avx512(void *to, const void *from, size_t line_bytes, size_t count,
                           size_t steps, size_t width)
{
    uint8_t *out = to;
    const uint8_t *in = from;
    for (size_t p = 0; p < steps; p++, out += width, in += line_bytes)
        for (size_t i = 0; i < count; i += N)
            pick(out + i, in + 2 * i, count - i < N ? count - i : N);
}
