/* Twin of the BFMMLA kernels: each 16 bytes hold a 2 x 4 bfloat16 matrix; 2 x 2 float32 += a b^T.
 * The instruction's inner rounding differs between architecture versions; on small whole numbers
 * nothing is rounded. */
#include "bench/peak/peak.h"

#include <string.h>

static float from_bf16(uint16_t bits)
{
    const uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

void mmla_bf16__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                       size_t vector_bytes)
{
    const uint16_t *left = a, *right = b;
    float *sums = accumulator;
    memset(sums, 0, vector_bytes);
    for (; steps; steps--) {
        for (size_t i = 0; i < vector_bytes / sizeof *sums; i++) {
            const size_t block = i / 4 * 8, row = i / 2 % 2 * 4, column = i % 2 * 4;
            for (size_t k = 0; k < 4; k++)
                sums[i] += from_bf16(left[block + row + k]) * from_bf16(right[block + column + k]);
        }
    }
}
