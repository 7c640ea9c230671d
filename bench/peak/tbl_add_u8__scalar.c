/* Twin of TBL + ADD: each byte += the table a at b (0 past the table's end), modulo 2^8. */
#include "bench/peak/peak.h"

#include <string.h>

void tbl_add_u8__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                        size_t vector_bytes)
{
    const uint8_t *table = a, *index = b;
    uint8_t *sums = accumulator;
    memset(sums, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes; i++)
            sums[i] = (uint8_t)(sums[i] + (index[i] < vector_bytes ? table[index[i]] : 0));
}
