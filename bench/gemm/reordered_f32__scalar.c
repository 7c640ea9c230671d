#include "bench/gemm/plain.h"

/* The three loops in an order that the compiler can vectorize. */
void reordered_f32__scalar(const cb_gemm_plain *p)
{
    cb_gemm_plain_reordered(p);
}
