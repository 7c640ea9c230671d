/* The twin of every kernel that builds look-up tables, for groups of any size. */
#include "bench/bitserial/micro.h"

static int centred(const cb_bits_table *t, size_t k)
{
    unsigned mask = (1u << t->bits) - 1;
    return k < t->k ? (int)((t->x[k] & mask) ^ t->flip) - (1 << (t->bits - 1)) : 0;
}

void bittable__scalar(const void *work, const cb_bits_kernel *kernel)
{
    const cb_bits_table *t = work;
    size_t each = (size_t)kernel->a_word, entries = (size_t)1 << each;
    int32_t all = 0;
    for (size_t k = 0; k < t->k; k++)
        all += centred(t, k);
    *t->sum = all;
    for (size_t g = 0; g < t->groups; g++)
        for (size_t x = 0; x < entries; x++) {
            int sum = 0;
            for (size_t i = 0; i < each; i++)
                sum += x >> i & 1 ? centred(t, g * each + i) : 0;
            t->table[g * 2 * entries + x] = (uint8_t)((unsigned)sum & 0xff);
            t->table[(g * 2 + 1) * entries + x] = (uint8_t)((unsigned)sum >> 8 & 0xff);
        }
}
