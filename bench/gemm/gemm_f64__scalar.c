#include "bench/gemm/micro.h"

static double element(const void *base, size_t bytes)
{
    return *(const double *)(const void *)((const char *)base + bytes);
}

/* A, B and C hold float64; each element is summed in the order of k. */
void gemm_f64__scalar(const cb_gemm_tile *tile, const cb_gemm_kernel *kernel)
{
    size_t kr_a = (size_t)kernel->kr_a, kr_b = (size_t)kernel->kr_b, size = sizeof(double);
    for (size_t i = 0; i < tile->m; i++)
        for (size_t j = 0; j < tile->n; j++) {
            double *c = (double *)(void *)((char *)tile->c + i * tile->c_row_bytes + j * size);
            double sum = tile->accumulate ? *c : 0;
            for (size_t p = 0; p < tile->k; p++) {
                size_t a = i * tile->a_row_bytes + p / kr_a * tile->a_step_bytes + p % kr_a * size;
                size_t b = p / kr_b * tile->b_step_bytes + (j * kr_b + p % kr_b) * size;
                sum += element(tile->a, a) * element(tile->b, b);
            }
            *c = sum;
        }
}
