/* Twin of the SMMLA kernels: each 16 bytes hold a 2 x 8 matrix; 2 x 2 int32 += a b^T, modulo 2^32.
 */
#include "bench/peak/peak.h"

#include <string.h>

void mmla_s8__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                     size_t vector_bytes)
{
    const int8_t *left = a, *right = b;
    uint32_t *sums = accumulator;
    memset(sums, 0, vector_bytes);
    for (; steps; steps--) {
        for (size_t i = 0; i < vector_bytes / sizeof *sums; i++) {
            const size_t block = i / 4 * 16, row = i / 2 % 2 * 8, column = i % 2 * 8;
            for (size_t k = 0; k < 8; k++)
                sums[i] += (uint32_t)(left[block + row + k] * right[block + column + k]);
        }
    }
}
