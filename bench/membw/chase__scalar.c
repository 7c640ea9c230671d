#include "bench/membw/chase.h"

const void *chase__scalar(const void *start, uint64_t hops)
{
    const void *const *at = start;
    for (; hops >= 8; hops -= 8) {
        at = *at, at = *at, at = *at, at = *at;
        at = *at, at = *at, at = *at, at = *at;
        /* The compiler must not see that only the last hop is used. */
        __asm__ volatile("" : "+r"(at));
    }
    for (; hops; hops--)
        at = *at;
    __asm__ volatile("" : "+r"(at));
    return at;
}
