#include "bench/gemm/plain.h"

/* Three loops as the definition has them. */
void naive_f32__scalar(const cb_gemm_plain *p)
{
    for (size_t i = 0; i < p->m; i++)
        for (size_t j = 0; j < p->n; j++) {
            float sum = 0;
            for (size_t q = 0; q < p->k; q++)
                sum += p->a[i * p->a_ld + q] * p->b[q * p->b_ld + j];
            p->c[i * p->c_ld + j] = sum;
        }
}
