/* What a compiler makes of scalar multiply-accumulates at the baseline: eight independent chains.
 */
#include "bench/peak/peak.h"

#include <string.h>

enum { CHAINS = 8, STEPS = 8 };

void fma_f32_thr__scalar(uint64_t iterations, const void *a, const void *b, void *out)
{
    float x, y, sums[CHAINS] = {0};
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    for (; iterations; iterations--)
        for (int step = 0; step < STEPS; step++) {
            for (int chain = 0; chain < CHAINS; chain++)
                sums[chain] += x * y;
            /* Each step reads the operands anew, or the product would be taken out of the loop. */
            __asm__ volatile("" : "+m"(x), "+m"(y));
        }
    memcpy(out, sums, sizeof sums);
}
