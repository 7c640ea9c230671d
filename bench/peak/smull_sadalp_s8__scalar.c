/* Twin of SMULL + SADALP: int32 lanes += pairs of int8 products of the lower halves, modulo
 * 2^32. */
#include "bench/peak/peak.h"

#include <string.h>

void smull_sadalp_s8__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                             size_t vector_bytes)
{
    const int8_t *left = a, *right = b;
    uint32_t *sums = accumulator;
    memset(sums, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes / sizeof *sums; i++)
            sums[i] += (uint32_t)(left[2 * i] * right[2 * i] + left[2 * i + 1] * right[2 * i + 1]);
}
