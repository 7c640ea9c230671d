#include "bench/gemm/micro.h"

#include <stdint.h>

static int32_t activation(const void *base, size_t bytes)
{
    return *((const uint8_t *)base + bytes);
}

static int32_t weight(const void *base, size_t bytes)
{
    return *((const int8_t *)base + bytes);
}

/* A holds uint8, B int8, C int32; sums wrap as int32 does. */
void gemm_u8s8__scalar(const cb_gemm_tile *tile, const cb_gemm_kernel *kernel)
{
    size_t kr_a = (size_t)kernel->kr_a, kr_b = (size_t)kernel->kr_b;
    for (size_t i = 0; i < tile->m; i++)
        for (size_t j = 0; j < tile->n; j++) {
            int32_t *c = (int32_t *)(void *)((char *)tile->c + i * tile->c_row_bytes) + j;
            uint32_t sum = tile->accumulate ? (uint32_t)*c : 0;
            for (size_t p = 0; p < tile->k; p++) {
                size_t a = i * tile->a_row_bytes + p / kr_a * tile->a_step_bytes + p % kr_a;
                size_t b = p / kr_b * tile->b_step_bytes + j * kr_b + p % kr_b;
                sum += (uint32_t)(activation(tile->a, a) * weight(tile->b, b));
            }
            *c = (int32_t)sum;
        }
}
