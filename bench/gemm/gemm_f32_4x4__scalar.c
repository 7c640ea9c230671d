#include "bench/gemm/micro.h"

#define MR 4
#define NR 4

static const float *at(const void *base, size_t bytes)
{
    return (const float *)(const void *)((const char *)base + bytes);
}

static void store(const cb_gemm_tile *tile, float sum[MR][NR])
{
    for (size_t i = 0; i < tile->m; i++) {
        float *c = (float *)(void *)((char *)tile->c + i * tile->c_row_bytes);
        for (size_t j = 0; j < tile->n; j++)
            c[j] = tile->accumulate ? c[j] + sum[i][j] : sum[i][j];
    }
}

/* Any processor, any tile up to 4 x 4. */
void gemm_f32_4x4__scalar(const cb_gemm_tile *tile)
{
    float sum[MR][NR] = {{0}};
    for (size_t p = 0; p < tile->k; p++) {
        const float *b = at(tile->b, p * tile->b_step_bytes);
        for (size_t i = 0; i < tile->m; i++) {
            float a = *at(tile->a, i * tile->a_row_bytes + p * tile->a_step_bytes);
            for (size_t j = 0; j < tile->n; j++)
                sum[i][j] += a * b[j];
        }
    }
    store(tile, sum);
}
