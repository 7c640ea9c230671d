#include "bench/gemm/plain.h"

/* The reordered loops over blocks of B that stay in a cache; nothing is packed. */
void blocked_f32__avx2(const cb_gemm_plain *p)
{
    cb_gemm_plain_blocked(p);
}
