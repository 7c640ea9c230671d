/* Twin of the one-bit kernels: uint16 lanes += number of differing bits in a byte pair, modulo
 * 2^16. */
#include "bench/peak/peak.h"

#include <string.h>

static unsigned ones(unsigned byte)
{
    unsigned count = 0;
    for (; byte; byte &= byte - 1)
        count++;
    return count;
}

void bitmac_xor__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                        size_t vector_bytes)
{
    const uint8_t *left = a, *right = b;
    uint16_t *sums = accumulator;
    memset(sums, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes; i++)
            sums[i / 2] = (uint16_t)(sums[i / 2] + ones((unsigned)(left[i] ^ right[i])));
}
