/* Interleaving with Advanced SIMD, four columns at a time: panels of int8 kernels are 4 to 16 wide.
 * kr is 4, 8 or 16. */
#ifndef CB_BENCH_GEMM_PACK_INTERLEAVE_NEON_H
#define CB_BENCH_GEMM_PACK_INTERLEAVE_NEON_H

#include "bench/gemm/pack_interleave_scalar.h"

#include <arm_neon.h>
#include <string.h>

enum { COLUMNS = 4 };

/* Four bytes of one line in the low half. */
static inline uint8x8_t four(const uint8_t *from)
{
    uint32_t bytes;
    memcpy(&bytes, from, sizeof bytes);
    return vreinterpret_u8_u32(vdup_n_u32(bytes));
}

/* Four columns of four lines: 4 x 4 bytes turned over. */
static inline uint8x16_t turned(const uint8_t *from, size_t line_bytes)
{
    const uint8x8_t even = vzip_u8(four(from), four(from + 2 * line_bytes)).val[0];
    const uint8x8_t odd = vzip_u8(four(from + line_bytes), four(from + 3 * line_bytes)).val[0];
    const uint8x8x2_t both = vzip_u8(even, odd);
    return vcombine_u8(both.val[0], both.val[1]);
}

static inline uint32x4_t quads(const uint8_t *from, size_t line_bytes)
{
    return vreinterpretq_u32_u8(turned(from, line_bytes));
}

/* One group of kr lines, four columns: a column's quads of lines one after another. */
static inline void interleave_columns(uint8_t *to, const uint8_t *from, size_t line_bytes,
                                      size_t kr)
{
    const size_t four_lines = 4 * line_bytes;
    uint32_t out[4 * COLUMNS];
    if (kr == 4) {
        vst1q_u32(out, quads(from, line_bytes));
    } else if (kr == 8) {
        const uint32x4x2_t both = {{quads(from, line_bytes), quads(from + four_lines, line_bytes)}};
        vst2q_u32(out, both);
    } else {
        const uint32x4x4_t all = {{quads(from, line_bytes), quads(from + four_lines, line_bytes),
                                   quads(from + 2 * four_lines, line_bytes),
                                   quads(from + 3 * four_lines, line_bytes)}};
        vst4q_u32(out, all);
    }
    memcpy(to, out, kr * COLUMNS);
}

static inline void interleave(void *to, const void *from, size_t line_bytes, size_t count,
                              size_t steps, size_t width, size_t kr)
{
    const size_t whole = count / COLUMNS * COLUMNS;
    for (size_t p = 0; p < steps; p++)
        for (size_t i = 0; i < whole; i += COLUMNS)
            interleave_columns((uint8_t *)to + kr * (p * width + i),
                               (const uint8_t *)from + kr * p * line_bytes + i, line_bytes, kr);
    interleave_some(to, from, line_bytes, whole, count, steps, width, kr);
}

#endif
