#include "bench/gemm/pack.h"

#include <string.h>

/* to[p][i] = from[i][p], units of 64 bytes. */
void pack_transpose_b64__scalar(void *to, const void *from, size_t line_bytes, size_t count,
                                size_t steps, size_t width)
{
    for (size_t i = 0; i < count; i++)
        for (size_t p = 0; p < steps; p++)
            memcpy((char *)to + 64 * (p * width + i), (const char *)from + i * line_bytes + 64 * p,
                   64);
}
