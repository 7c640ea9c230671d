#include "bench/gemm/plain.h"

#include <immintrin.h>

enum { VECTORS = 8, LANES = 8, NR = VECTORS * LANES };

/* Eight vectors of C, each step: one broadcast, and eight multiply-adds that read 256 bytes. */
void onereadpermac_f32__avx2(const float *a, const float *b, size_t k, float *c)
{
    __m256 sum[VECTORS];
    for (int v = 0; v < VECTORS; v++)
        sum[v] = _mm256_setzero_ps();
    for (size_t p = 0; p < k; p++, b += NR) {
        __m256 x = _mm256_set1_ps(a[p]);
        for (int v = 0; v < VECTORS; v++)
            sum[v] = _mm256_fmadd_ps(x, _mm256_loadu_ps(b + v * LANES), sum[v]);
    }
    for (int v = 0; v < VECTORS; v++)
        _mm256_storeu_ps(c + v * LANES, sum[v]);
}
