#include "bench/membw/chase.h"

void stride__scalar(const void *block, size_t bytes, size_t stride_bytes, uint64_t passes)
{
    const char *base = block;
    for (; passes; passes--)
        for (size_t at = 0; at + sizeof(uint64_t) <= bytes; at += stride_bytes)
            (void)*(const volatile uint64_t *)(base + at);
}
