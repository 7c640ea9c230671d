/* Twin of TDPBUSD on full tiles: sums[m][n] += a[m][4k + i] b[k][4n + i], 16 rows of 64 bytes each.
 */
#include "bench/peak/peak.h"

#include <string.h>

static uint32_t dot_of_row(const uint8_t *x, const int8_t *y, size_t column)
{
    uint32_t sum = 0;
    for (size_t k = 0; k < 16; k++)
        for (size_t i = 0; i < 4; i++)
            sum += (uint32_t)(x[4 * k + i] * y[64 * k + 4 * column + i]);
    return sum;
}

void tdpbusd_u8s8__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                          size_t vector_bytes)
{
    const uint8_t *x = a;
    uint32_t *sums = accumulator;
    memset(accumulator, 0, vector_bytes);
    for (size_t at = 0; at < vector_bytes / sizeof *sums; at++)
        sums[at] = (uint32_t)steps * dot_of_row(x + at / 16 * 64, b, at % 16);
}
