/* Twin of the double multiply-accumulates. Fused or not: the operands of a test are exact in both.
 */
#include "bench/peak/peak.h"

#include <string.h>

void fma_f64__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                     size_t vector_bytes)
{
    const double *x = a, *y = b;
    double *sums = accumulator;
    memset(accumulator, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes / sizeof *sums; i++)
            sums[i] += x[i] * y[i];
}
