#include "bench/gemm/micro.h"
#include "bench/gemm/numbers.h"

static double element(const void *base, size_t bytes)
{
    return cb_number_get(CB_F16, (const char *)base + bytes, 0);
}

/* A, B and C hold float16; each element is one sum in float64, rounded once. */
void gemm_f16__scalar(const cb_gemm_tile *tile, const cb_gemm_kernel *kernel)
{
    size_t kr_a = (size_t)kernel->kr_a, kr_b = (size_t)kernel->kr_b, size = 2;
    for (size_t i = 0; i < tile->m; i++)
        for (size_t j = 0; j < tile->n; j++) {
            void *c = (char *)tile->c + i * tile->c_row_bytes;
            double sum = tile->accumulate ? cb_number_get(CB_F16, c, j) : 0;
            for (size_t p = 0; p < tile->k; p++) {
                size_t a = i * tile->a_row_bytes + p / kr_a * tile->a_step_bytes + p % kr_a * size;
                size_t b = p / kr_b * tile->b_step_bytes + (j * kr_b + p % kr_b) * size;
                sum += element(tile->a, a) * element(tile->b, b);
            }
            cb_number_put(CB_F16, c, j, sum);
        }
}
