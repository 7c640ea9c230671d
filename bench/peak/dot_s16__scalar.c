/* Twin of VPMADDWD + VPADDD and of VPDPWSSD: two int16 products into each int32, modulo 2^32. */
#include "bench/peak/peak.h"

#include <string.h>

void dot_s16__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                     size_t vector_bytes)
{
    const int16_t *x = a, *y = b;
    uint32_t *sums = accumulator;
    memset(accumulator, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes / sizeof *x; i++)
            sums[i / 2] += (uint32_t)(x[i] * y[i]);
}
