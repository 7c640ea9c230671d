/* Twin of the read kernels: 64-bit loads that the compiler may not drop. */
#include "bench/membw/membw.h"

#include <stdint.h>

void read__scalar(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes)
{
    const volatile uint64_t *from = a;
    (void)dst, (void)b;
    for (; passes; passes--)
        for (size_t i = 0; i < bytes / sizeof(uint64_t); i++)
            (void)from[i];
}
