/* Twin of VPSHUFB + VPADDB: each byte += the 16-byte table of its lane (a) at index b, 0 where bit
 * 7 of the index is set; modulo 2^8. */
#include "bench/peak/peak.h"

#include <string.h>

void lut_u8__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                    size_t vector_bytes)
{
    const uint8_t *table = a, *index = b;
    uint8_t *sums = accumulator;
    memset(accumulator, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes; i++) {
            uint8_t entry = table[i / 16 * 16 + index[i] % 16];
            sums[i] = (uint8_t)(sums[i] + (index[i] < 128 ? entry : 0));
        }
}
