/* Twin of the UDOT kernels: 32-bit lanes += four 8-bit products, modulo 2^32. */
#include "bench/peak/peak.h"

#include <string.h>

void dot_u8__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                    size_t vector_bytes)
{
    const uint8_t *left = a, *right = b;
    uint32_t *sums = accumulator;
    memset(sums, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes; i++)
            sums[i / 4] += (uint32_t)(left[i] * right[i]);
}
