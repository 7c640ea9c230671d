/* Twin of the kernels with two loads and one store in place. Without the barrier compilers make
 * several passes at once over each word, volatile or not. */
#include "bench/membw/membw.h"

#include <stdint.h>

void update__scalar(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes)
{
    volatile uint64_t *to = dst;
    const uint64_t *from = a;
    (void)b;
    for (; passes; passes--) {
        for (size_t i = 0; i < bytes / sizeof(uint64_t); i++)
            to[i] = to[i] ^ from[i];
        __asm__ volatile("" ::: "memory");
    }
}
