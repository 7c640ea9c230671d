#include "bench/gemm/pack.h"

#include <string.h>

/* to[p][i] = from[p][i], bytes: `count` of them in each of `steps` lines. */
void pack_copy__scalar(void *to, const void *from, size_t line_bytes, size_t count, size_t steps,
                       size_t width)
{
    char *out = to;
    const char *in = from;
    for (size_t p = 0; p < steps; p++, out += width, in += line_bytes)
        memcpy(out, in, count);
}
