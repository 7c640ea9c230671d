/* Twin of the SMLAL kernels: int16 lanes += int8 products of the lower halves, modulo 2^16. */
#include "bench/peak/peak.h"

#include <string.h>

void smlal_s8__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                      size_t vector_bytes)
{
    const int8_t *left = a, *right = b;
    uint16_t *sums = accumulator;
    memset(sums, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes / sizeof *sums; i++)
            sums[i] = (uint16_t)(sums[i] + left[i] * right[i]);
}
