/* Twin of SMULL + SMLAL2 + SADALP: products of both halves meet in int16 (modulo 2^16: two
 * products of -128 by -128 do not fit), pairs of those in int32. */
#include "bench/peak/peak.h"

#include <string.h>

void smull_smlal2_sadalp_s8__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                                    size_t vector_bytes)
{
    const int8_t *left = a, *right = b;
    uint32_t *sums = accumulator;
    const size_t half = vector_bytes / 2;
    memset(sums, 0, vector_bytes);
    for (; steps; steps--) {
        for (size_t i = 0; i < half; i++) {
            const int both = left[i] * right[i] + left[i + half] * right[i + half];
            const int wrapped = (int16_t)(uint16_t)both;
            sums[i / 2] += (uint32_t)wrapped;
        }
    }
}
