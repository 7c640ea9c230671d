#include "bench/gemm/pack.h"

#include <stdint.h>

/* to[p][i] = from[p][2 i], bytes. */
void pack_pick2_u8__scalar(void *to, const void *from, size_t line_bytes, size_t count,
                           size_t steps, size_t width)
{
    uint8_t *out = to;
    const uint8_t *in = from;
    for (size_t p = 0; p < steps; p++, out += width, in += line_bytes)
        for (size_t i = 0; i < count; i++)
            out[i] = in[2 * i];
}
