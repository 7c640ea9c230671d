#include "bench/gemm/plain.h"

enum { NR = 8 };

/* Eight independent sums; each product reads its element of B. */
void onereadpermac_f32__scalar(const float *a, const float *b, size_t k, float *c)
{
    float sum[NR] = {0};
    for (size_t p = 0; p < k; p++)
        for (size_t j = 0; j < NR; j++)
            sum[j] += a[p] * b[p * NR + j];
    for (size_t j = 0; j < NR; j++)
        c[j] = sum[j];
}
