/* Twin of the MLA kernels on int32 lanes, modulo 2^32. */
#include "bench/peak/peak.h"

#include <string.h>

void mla_s32__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                     size_t vector_bytes)
{
    const int32_t *left = a, *right = b;
    uint32_t *sums = accumulator;
    memset(sums, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes / sizeof *sums; i++)
            sums[i] = (uint32_t)(sums[i] + (uint32_t)left[i] * (uint32_t)right[i]);
}
