/* Twin of VPDPBUSD: four u8 x s8 products into each int32, modulo 2^32. */
#include "bench/peak/peak.h"

#include <string.h>

void dot_u8s8__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                      size_t vector_bytes)
{
    const uint8_t *x = a;
    const int8_t *y = b;
    uint32_t *sums = accumulator;
    memset(accumulator, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes; i++)
            sums[i / 4] += (uint32_t)(x[i] * y[i]);
}
