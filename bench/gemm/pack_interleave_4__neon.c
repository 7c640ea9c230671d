#include "bench/gemm/pack.h"
#include "bench/gemm/pack_interleave_neon.h"

/* to[p][i][r] = from[p][r][i], 4 bytes. */
void pack_interleave_4__neon(void *to, const void *from, size_t line_bytes, size_t count,
                             size_t steps, size_t width)
{
    interleave(to, from, line_bytes, count, steps, width, 4);
}
