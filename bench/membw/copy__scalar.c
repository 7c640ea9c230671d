/* Twin of the copy kernels. */
#include "bench/membw/membw.h"

#include <stdint.h>

void copy__scalar(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes)
{
    volatile uint64_t *to = dst;
    const uint64_t *from = a;
    (void)b;
    for (; passes; passes--)
        for (size_t i = 0; i < bytes / sizeof(uint64_t); i++)
            to[i] = from[i];
}
