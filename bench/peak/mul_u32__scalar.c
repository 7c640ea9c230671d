/* Twin of VPMULUDQ + VPADDQ: the even uint32 elements multiplied to uint64. */
#include "bench/peak/peak.h"

#include <string.h>

void mul_u32__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                     size_t vector_bytes)
{
    const uint32_t *x = a, *y = b;
    uint64_t *sums = accumulator;
    memset(accumulator, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes / sizeof *sums; i++)
            sums[i] += (uint64_t)x[2 * i] * y[2 * i];
}
