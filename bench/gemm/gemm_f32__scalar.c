#include "bench/gemm/micro.h"

static float element(const void *base, size_t bytes)
{
    return *(const float *)(const void *)((const char *)base + bytes);
}

/* A, B and C hold float32; each element is one sum in float64, rounded once. */
void gemm_f32__scalar(const cb_gemm_tile *tile, const cb_gemm_kernel *kernel)
{
    size_t kr_a = (size_t)kernel->kr_a, kr_b = (size_t)kernel->kr_b, size = sizeof(float);
    for (size_t i = 0; i < tile->m; i++)
        for (size_t j = 0; j < tile->n; j++) {
            float *c = (float *)(void *)((char *)tile->c + i * tile->c_row_bytes + j * size);
            double sum = tile->accumulate ? (double)*c : 0;
            for (size_t p = 0; p < tile->k; p++) {
                size_t a = i * tile->a_row_bytes + p / kr_a * tile->a_step_bytes + p % kr_a * size;
                size_t b = p / kr_b * tile->b_step_bytes + (j * kr_b + p % kr_b) * size;
                sum += (double)element(tile->a, a) * (double)element(tile->b, b);
            }
            *c = (float)sum;
        }
}
