/* Twin of the one-bit multiply-accumulates: each uint64 += the number of bits set in a & b. */
#include "bench/peak/peak.h"

#include <string.h>

void bitmac_and_u64__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                            size_t vector_bytes)
{
    const uint64_t *x = a, *y = b;
    uint64_t *sums = accumulator;
    memset(accumulator, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes / sizeof *sums; i++)
            for (uint64_t bits = x[i] & y[i]; bits; bits &= bits - 1)
                sums[i]++;
}
