/* Twin of the read-modify-write kernels: each pass inverts every bit. Without the barrier compilers
 * make several passes at once over each word, volatile or not. */
#include "bench/membw/membw.h"

#include <stdint.h>

void rmw__scalar(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes)
{
    volatile uint64_t *to = dst;
    (void)a, (void)b;
    for (; passes; passes--) {
        for (size_t i = 0; i < bytes / sizeof(uint64_t); i++)
            to[i] = to[i] ^ UINT64_MAX;
        __asm__ volatile("" ::: "memory");
    }
}
