/* Twin of TDPBF16PS on full tiles: sums[m][n] += a[m][2k + i] b[k][2n + i], 16 rows of 32 bf16
 * each. The instruction rounds each sum on the way; small whole numbers are exact. */
#include "bench/peak/peak.h"

#include <string.h>

static float float_of_bf16(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

static float dot_of_row(const uint16_t *x, const uint16_t *y, size_t column)
{
    float sum = 0;
    for (size_t k = 0; k < 16; k++)
        for (size_t i = 0; i < 2; i++)
            sum += float_of_bf16(x[2 * k + i]) * float_of_bf16(y[32 * k + 2 * column + i]);
    return sum;
}

void tdpbf16__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                     size_t vector_bytes)
{
    const uint16_t *x = a;
    float *sums = accumulator;
    memset(accumulator, 0, vector_bytes);
    for (size_t at = 0; at < vector_bytes / sizeof *sums; at++)
        sums[at] = 0 + (float)steps * dot_of_row(x + at / 16 * 32, b, at % 16); /* no -0 */
}
