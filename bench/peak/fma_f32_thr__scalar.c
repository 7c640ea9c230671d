/* What a compiler makes of scalar multiply-accumulates at the baseline: eight independent chains,
 * one multiplication and one addition for each step on each. */
#include "bench/peak/opaque.h"
#include "bench/peak/peak.h"

#include <string.h>

enum { CHAINS = 8, STEPS = 8 };

/* Operand and sum are new to the compiler each time, or one product would serve all chains and the
 * chains would become vectors. */
static inline float add_product(float sum, float *x, float y)
{
    CB_OPAQUE_FLOAT(*x);
    sum += *x * y;
    CB_OPAQUE_FLOAT(sum);
    return sum;
}

void fma_f32_thr__scalar(uint64_t iterations, const void *a, const void *b, void *out)
{
    float x, y, s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    for (; iterations; iterations--)
        for (int step = 0; step < STEPS; step++) {
            s0 = add_product(s0, &x, y);
            s1 = add_product(s1, &x, y);
            s2 = add_product(s2, &x, y);
            s3 = add_product(s3, &x, y);
            s4 = add_product(s4, &x, y);
            s5 = add_product(s5, &x, y);
            s6 = add_product(s6, &x, y);
            s7 = add_product(s7, &x, y);
        }
    const float sums[CHAINS] = {s0, s1, s2, s3, s4, s5, s6, s7};
    memcpy(out, sums, sizeof sums);
}
