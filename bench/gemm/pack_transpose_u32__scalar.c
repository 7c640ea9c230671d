#include "bench/gemm/pack.h"

#include <stdint.h>
#include <string.h>

/* to[p][i] = from[i][p], units of 4 bytes: one element, or several narrower ones, which need not
 * lie as a wide one would. */
void pack_transpose_u32__scalar(void *to, const void *from, size_t line_bytes, size_t count,
                                size_t steps, size_t width)
{
    uint32_t *out = to;
    for (size_t i = 0; i < count; i++) {
        const char *in = (const char *)from + i * line_bytes;
        for (size_t p = 0; p < steps; p++)
            memcpy(&out[p * width + i], in + p * sizeof *out, sizeof *out);
    }
}
