/* Twin of the triad kernels, float64 a + 3 b. Kernels may round once or twice: operands for which
 * both agree (small whole numbers) are what a test compares on. */
#include "bench/membw/membw.h"

#include <stdint.h>

void triad__scalar(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes)
{
    volatile double *to = dst;
    const double *left = a, *right = b;
    for (; passes; passes--)
        for (size_t i = 0; i < bytes / sizeof(double); i++)
            to[i] = left[i] + 3 * right[i];
}
