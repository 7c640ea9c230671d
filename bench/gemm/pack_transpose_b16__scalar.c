#include "bench/gemm/pack.h"

#include <string.h>

/* to[p][i] = from[i][p], units of 16 bytes. */
void pack_transpose_b16__scalar(void *to, const void *from, size_t line_bytes, size_t count,
                                size_t steps, size_t width)
{
    for (size_t i = 0; i < count; i++)
        for (size_t p = 0; p < steps; p++)
            memcpy((char *)to + 16 * (p * width + i), (const char *)from + i * line_bytes + 16 * p,
                   16);
}
