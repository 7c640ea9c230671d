#include "bench/gemm/pack.h"

#include <immintrin.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

/* Lines of at most 64 bytes: one masked move each. */
static void copy_short(char *to, const char *from, size_t line_bytes, size_t count, size_t steps,
                       size_t width)
{
    __mmask64 bytes = count >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << count) - 1;
    for (size_t p = 0; p < steps; p++, to += width, from += line_bytes)
        _mm512_mask_storeu_epi8(to, bytes, _mm512_maskz_loadu_epi8(bytes, from));
}

/* Each line of a wide matrix lies in a page of its own, where no core looks ahead by itself. Lines
 * a page apart share a set of the first level, which has 8 or 12 ways: twelve ahead drove each
 * other out (1024 x 1024 on a Golden Cove: 15.4 GB/s read, eight 19.0, none 19.4; 4096: 13.3, 13.7,
 * 10.6). */
enum { AHEAD = 8 };

/* Whole groups of `vectors` vectors, a constant: what a panel of so many times 16 float32 is. */
INLINE void copy_whole(char *to, const char *from, size_t line_bytes, size_t steps, size_t width,
                       int vectors)
{
    for (size_t p = 0; p < steps; p++, to += width, from += line_bytes) {
        __m512i line[4];
        for (int v = 0; v < vectors; v++) {
            _mm_prefetch(from + AHEAD * line_bytes + 64 * v, _MM_HINT_T0);
            line[v] = _mm512_loadu_si512(from + 64 * v);
        }
        for (int v = 0; v < vectors; v++)
            _mm512_storeu_si512(to + 64 * v, line[v]);
    }
}

/* to[p][i] = from[p][i], bytes. */
void pack_copy__avx512(void *to, const void *from, size_t line_bytes, size_t count, size_t steps,
                       size_t width)
{
    size_t at = 0;
    for (; at + 256 <= count; at += 256)
        copy_whole((char *)to + at, (const char *)from + at, line_bytes, steps, width, 4);
    if (at + 192 <= count) {
        copy_whole((char *)to + at, (const char *)from + at, line_bytes, steps, width, 3);
        at += 192;
    }
    if (at + 128 <= count) {
        copy_whole((char *)to + at, (const char *)from + at, line_bytes, steps, width, 2);
        at += 128;
    }
    for (; at < count; at += 64)
        copy_short((char *)to + at, (const char *)from + at, line_bytes,
                   count - at < 64 ? count - at : 64, steps, width);
}
