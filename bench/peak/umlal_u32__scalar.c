/* Twin of the UMLAL kernels: uint64 lanes += uint32 products of the lower halves, modulo 2^64. */
#include "bench/peak/peak.h"

#include <string.h>

void umlal_u32__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                       size_t vector_bytes)
{
    const uint32_t *left = a, *right = b;
    uint64_t *sums = accumulator;
    memset(sums, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes / sizeof *sums; i++)
            sums[i] += (uint64_t)left[i] * right[i];
}
