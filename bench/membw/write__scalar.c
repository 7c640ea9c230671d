/* Twin of the write kernels: every bit is set. Volatile, so that each pass is made. */
#include "bench/membw/membw.h"

#include <stdint.h>

void write__scalar(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes)
{
    volatile uint64_t *to = dst;
    (void)a, (void)b;
    for (; passes; passes--)
        for (size_t i = 0; i < bytes / sizeof(uint64_t); i++)
            to[i] = UINT64_MAX;
}
