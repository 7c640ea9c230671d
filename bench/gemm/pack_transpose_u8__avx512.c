#include "bench/gemm/pack.h"

#include <immintrin.h>
#include <stdint.h>

enum { LINES = 16, STEPS = 64 };

/* In each quarter of the registers byte p of rows[i] becomes byte i of rows[p]: four times the
 * bytes of the upper half's rows go between those of the lower half's. */
static inline void transpose_quarters(__m512i rows[LINES])
{
    for (int round = 0; round < 4; round++) {
        __m512i next[LINES];
        for (int i = 0; i < LINES / 2; i++) {
            next[2 * i] = _mm512_unpacklo_epi8(rows[i], rows[i + LINES / 2]);
            next[2 * i + 1] = _mm512_unpackhi_epi8(rows[i], rows[i + LINES / 2]);
        }
        for (int i = 0; i < LINES; i++)
            rows[i] = next[i];
    }
}

/* Byte i of step p goes to to[p * width + i]; quarter q of rows[r] is step 16 q + r. */
static inline void store_steps(uint8_t *to, size_t width, size_t steps, __mmask16 lines,
                               const __m512i rows[LINES])
{
    _Alignas(64) __m128i quarters[4 * LINES];
    for (size_t r = 0; r < LINES; r++) {
        quarters[r] = _mm512_castsi512_si128(rows[r]);
        quarters[LINES + r] = _mm512_extracti32x4_epi32(rows[r], 1);
        quarters[2 * LINES + r] = _mm512_extracti32x4_epi32(rows[r], 2);
        quarters[3 * LINES + r] = _mm512_extracti32x4_epi32(rows[r], 3);
    }
    for (size_t p = 0; p < steps; p++)
        _mm_mask_storeu_epi8(to + p * width, lines, quarters[p]);
}

static inline void store_all_steps(uint8_t *to, size_t width, const __m512i rows[LINES])
{
    for (size_t r = 0; r < LINES; r++) {
        uint8_t *place = to + r * width;
        _mm_storeu_si128((void *)place, _mm512_castsi512_si128(rows[r]));
        _mm_storeu_si128((void *)(place + 16 * width), _mm512_extracti32x4_epi32(rows[r], 1));
        _mm_storeu_si128((void *)(place + 32 * width), _mm512_extracti32x4_epi32(rows[r], 2));
        _mm_storeu_si128((void *)(place + 48 * width), _mm512_extracti32x4_epi32(rows[r], 3));
    }
}

static void transpose_block(uint8_t *to, size_t width, const uint8_t *from, size_t line_bytes,
                            size_t lines, size_t steps)
{
    const __mmask64 mask = ~UINT64_C(0) >> (STEPS - steps);
    __m512i rows[LINES];
    for (size_t i = 0; i < LINES; i++)
        rows[i] = i < lines ? _mm512_maskz_loadu_epi8(mask, from + i * line_bytes)
                            : _mm512_setzero_si512();
    transpose_quarters(rows);
    if (lines == LINES && steps == STEPS)
        store_all_steps(to, width, rows);
    else
        store_steps(to, width, steps, (__mmask16)((1u << lines) - 1), rows);
}

static inline size_t at_most(size_t n, size_t most)
{
    return n < most ? n : most;
}

/* to[p * width + i] = from[i][p], bytes. */
void pack_transpose_u8__avx512(void *to, const void *from, size_t line_bytes, size_t count,
                               size_t steps, size_t width)
{
    uint8_t *out = to;
    const uint8_t *in = from;
    for (size_t i = 0; i < count; i += LINES)
        for (size_t p = 0; p < steps; p += STEPS)
            transpose_block(out + p * width + i, width, in + i * line_bytes + p, line_bytes,
                            at_most(count - i, LINES), at_most(steps - p, STEPS));
}
