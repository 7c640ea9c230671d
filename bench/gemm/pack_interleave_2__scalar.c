#include "bench/gemm/pack.h"
#include "bench/gemm/pack_interleave_scalar.h"

/* to[p][i][r] = from[p][r][i], 2 bytes. */
void pack_interleave_2__scalar(void *to, const void *from, size_t line_bytes, size_t count,
                               size_t steps, size_t width)
{
    interleave_some(to, from, line_bytes, 0, count, steps, width, 2);
}
