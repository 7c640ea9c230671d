/* Twin of VPMADDUBSW, VPMADDWD by one, VPADDD: pairs of u8 x s8 products saturate to int16. */
#include "bench/peak/peak.h"

#include <string.h>

static int32_t saturated_pair(const uint8_t *x, const int8_t *y)
{
    int32_t sum = x[0] * y[0] + x[1] * y[1];
    return sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum;
}

void maddubs_u8s8__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                          size_t vector_bytes)
{
    const uint8_t *x = a;
    const int8_t *y = b;
    uint32_t *sums = accumulator;
    memset(accumulator, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes; i += 2)
            sums[i / 4] += (uint32_t)saturated_pair(x + i, y + i);
}
