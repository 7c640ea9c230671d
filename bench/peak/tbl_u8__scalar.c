/* Twin of the TBL kernels: each byte looks itself up in the table a, 0 past the table's end. */
#include "bench/peak/peak.h"

#include <string.h>

void tbl_u8__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                    size_t vector_bytes)
{
    const uint8_t *table = a;
    uint8_t *bytes = accumulator;
    (void)b;
    memset(bytes, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes; i++)
            bytes[i] = bytes[i] < vector_bytes ? table[bytes[i]] : 0;
}
