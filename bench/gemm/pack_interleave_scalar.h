/* Bytes of `kr` source lines beside each other, one at a time; pack.h says which go where. */
#ifndef CB_BENCH_GEMM_PACK_INTERLEAVE_SCALAR_H
#define CB_BENCH_GEMM_PACK_INTERLEAVE_SCALAR_H

#include <stddef.h>
#include <stdint.h>

/* Columns [first, count). */
static inline void interleave_some(uint8_t *to, const uint8_t *from, size_t line_bytes,
                                   size_t first, size_t count, size_t steps, size_t width,
                                   size_t kr)
{
    for (size_t p = 0; p < steps; p++, to += width * kr, from += kr * line_bytes)
        for (size_t i = first; i < count; i++)
            for (size_t r = 0; r < kr; r++)
                to[i * kr + r] = from[r * line_bytes + i];
}

#endif
