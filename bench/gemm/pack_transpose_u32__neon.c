#include "bench/gemm/pack.h"

#include <arm_neon.h>

enum { N = 4 };

/* Four whole lines, four steps at a time; returns the steps done. */
static size_t pack_four(uint32_t *to, const char *from, size_t line_bytes, size_t steps,
                        size_t width)
{
    const uint32_t *in[N];
    size_t p = 0;
    for (size_t i = 0; i < N; i++)
        in[i] = (const uint32_t *)(const void *)(from + i * line_bytes);
    for (; p + N <= steps; p += N) {
        uint32x4_t r0 = vld1q_u32(in[0] + p), r1 = vld1q_u32(in[1] + p);
        uint32x4_t r2 = vld1q_u32(in[2] + p), r3 = vld1q_u32(in[3] + p);
        uint64x2_t a0 = vreinterpretq_u64_u32(vtrn1q_u32(r0, r1));
        uint64x2_t a1 = vreinterpretq_u64_u32(vtrn2q_u32(r0, r1));
        uint64x2_t a2 = vreinterpretq_u64_u32(vtrn1q_u32(r2, r3));
        uint64x2_t a3 = vreinterpretq_u64_u32(vtrn2q_u32(r2, r3));
        vst1q_u32(to + p * width, vreinterpretq_u32_u64(vtrn1q_u64(a0, a2)));
        vst1q_u32(to + (p + 1) * width, vreinterpretq_u32_u64(vtrn1q_u64(a1, a3)));
        vst1q_u32(to + (p + 2) * width, vreinterpretq_u32_u64(vtrn2q_u64(a0, a2)));
        vst1q_u32(to + (p + 3) * width, vreinterpretq_u32_u64(vtrn2q_u64(a1, a3)));
    }
    return p;
}

/* to[p][i] = from[i][p], units of 4 bytes. */
void pack_transpose_u32__neon(void *to, const void *from, size_t line_bytes, size_t count,
                              size_t steps, size_t width)
{
    uint32_t *out = to;
    for (size_t i = 0; i < count; i += N) {
        size_t lines = count - i < N ? count - i : N;
        const char *line = (const char *)from + i * line_bytes;
        size_t done = lines == N ? pack_four(out + i, line, line_bytes, steps, width) : 0;
        for (size_t q = 0; q < lines; q++)
            for (size_t p = done; p < steps; p++)
                out[p * width + i + q] =
                    ((const uint32_t *)(const void *)(line + q * line_bytes))[p];
    }
}
