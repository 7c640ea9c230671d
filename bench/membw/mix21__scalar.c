/* Twin of the kernels with two loads and one store. */
#include "bench/membw/membw.h"

#include <stdint.h>

void mix21__scalar(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes)
{
    volatile uint64_t *to = dst;
    const uint64_t *left = a, *right = b;
    for (; passes; passes--)
        for (size_t i = 0; i < bytes / sizeof(uint64_t); i++)
            to[i] = left[i] ^ right[i];
}
