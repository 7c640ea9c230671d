/* Twin of VPMULLD + VPADDD: int32 products, low halves. */
#include "bench/peak/peak.h"

#include <string.h>

void mul_s32__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                     size_t vector_bytes)
{
    const uint32_t *x = a, *y = b; /* modulo 2^32 the sign makes no difference */
    uint32_t *sums = accumulator;
    memset(accumulator, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes / sizeof *sums; i++)
            sums[i] += x[i] * y[i];
}
