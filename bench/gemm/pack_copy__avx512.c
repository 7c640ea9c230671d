#include "bench/gemm/pack.h"

#include <immintrin.h>
#include <stdint.h>

/* Lines of at most 64 bytes: one masked move each. */
static void copy_short(char *to, const char *from, size_t line_bytes, size_t count, size_t steps,
                       size_t width)
{
    __mmask64 bytes = count >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << count) - 1;
    for (size_t p = 0; p < steps; p++, to += width, from += line_bytes)
        _mm512_mask_storeu_epi8(to, bytes, _mm512_maskz_loadu_epi8(bytes, from));
}

/* Whole pairs of vectors: what a panel of 32 float32 columns is. */
static void copy_128(char *to, const char *from, size_t line_bytes, size_t steps, size_t width)
{
    for (size_t p = 0; p < steps; p++, to += width, from += line_bytes) {
        __m512i x = _mm512_loadu_si512(from), y = _mm512_loadu_si512(from + 64);
        _mm512_storeu_si512(to, x);
        _mm512_storeu_si512(to + 64, y);
    }
}

/* to[p][i] = from[p][i], bytes. */
void pack_copy__avx512(void *to, const void *from, size_t line_bytes, size_t count, size_t steps,
                       size_t width)
{
    size_t at = 0;
    for (; at + 128 <= count; at += 128)
        copy_128((char *)to + at, (const char *)from + at, line_bytes, steps, width);
    for (; at < count; at += 64)
        copy_short((char *)to + at, (const char *)from + at, line_bytes,
                   count - at < 64 ? count - at : 64, steps, width);
}
