/* One chain of scalar multiply-accumulates, as the compiler makes it at the baseline. */
#include "bench/peak/opaque.h"
#include "bench/peak/peak.h"

#include <string.h>

enum { STEPS = 8 };

void fma_f32_lat__scalar(uint64_t iterations, const void *a, const void *b, void *out)
{
    float x, y, sum = 0;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    for (; iterations; iterations--)
        for (int step = 0; step < STEPS; step++) {
            CB_OPAQUE_FLOAT(x); /* or the product would be taken out of the loop */
            sum += x * y;
        }
    memcpy(out, &sum, sizeof sum);
}
