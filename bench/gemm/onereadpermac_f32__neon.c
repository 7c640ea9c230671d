#include "bench/gemm/plain.h"

#include <arm_neon.h>

enum { VECTORS = 8, LANES = 4, NR = VECTORS * LANES };

/* Eight vectors of C, each step: eight multiply-adds that read 128 bytes; four elements of A are
 * loaded for four steps. */
void onereadpermac_f32__neon(const float *a, const float *b, size_t k, float *c)
{
    float32x4_t sum[VECTORS];
    size_t p = 0;
    for (int v = 0; v < VECTORS; v++)
        sum[v] = vdupq_n_f32(0);
    for (; p + 4 <= k; p += 4, b += 4 * NR) {
        float32x4_t x = vld1q_f32(a + p);
        for (int v = 0; v < VECTORS; v++)
            sum[v] = vfmaq_laneq_f32(sum[v], vld1q_f32(b + v * LANES), x, 0);
        for (int v = 0; v < VECTORS; v++)
            sum[v] = vfmaq_laneq_f32(sum[v], vld1q_f32(b + NR + v * LANES), x, 1);
        for (int v = 0; v < VECTORS; v++)
            sum[v] = vfmaq_laneq_f32(sum[v], vld1q_f32(b + 2 * NR + v * LANES), x, 2);
        for (int v = 0; v < VECTORS; v++)
            sum[v] = vfmaq_laneq_f32(sum[v], vld1q_f32(b + 3 * NR + v * LANES), x, 3);
    }
    for (; p < k; p++, b += NR)
        for (int v = 0; v < VECTORS; v++)
            sum[v] = vfmaq_n_f32(sum[v], vld1q_f32(b + v * LANES), a[p]);
    for (int v = 0; v < VECTORS; v++)
        vst1q_f32(c + v * LANES, sum[v]);
}
