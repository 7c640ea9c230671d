#include "bench/gemm/plain.h"

#include <immintrin.h>

enum { VECTORS = 8, LANES = 16, NR = VECTORS * LANES };

/* Eight vectors of C, each step: one broadcast, and eight multiply-adds that read 512 bytes. */
void onereadpermac_f32__avx512(const float *a, const float *b, size_t k, float *c)
{
    __m512 sum[VECTORS];
    for (int v = 0; v < VECTORS; v++)
        sum[v] = _mm512_setzero_ps();
    for (size_t p = 0; p < k; p++, b += NR) {
        __m512 x = _mm512_set1_ps(a[p]);
        for (int v = 0; v < VECTORS; v++)
            sum[v] = _mm512_fmadd_ps(x, _mm512_loadu_ps(b + v * LANES), sum[v]);
    }
    for (int v = 0; v < VECTORS; v++)
        _mm512_storeu_ps(c + v * LANES, sum[v]);
}
