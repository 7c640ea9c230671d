/* Tables of four activations, 16 entries, in vectors of any processor. */
#include "bench/bitserial/micro.h"

#include <string.h>

typedef int16_t eight __attribute__((vector_size(16)));
typedef uint8_t eight_bytes __attribute__((vector_size(8)));

static void put_half(uint8_t *table, eight sums)
{
    eight_bytes low = __builtin_convertvector(sums & 0xff, eight_bytes);
    eight_bytes high = __builtin_convertvector((sums >> 8) & 0xff, eight_bytes);
    memcpy(table, &low, sizeof low);
    memcpy(table + 16, &high, sizeof high);
}

static void put_table(uint8_t *table, const int16_t t[4])
{
    const eight first = {0, -1, 0, -1, 0, -1, 0, -1}, second = {0, 0, -1, -1, 0, 0, -1, -1};
    const eight third = {0, 0, 0, 0, -1, -1, -1, -1};
    eight sums = (first & t[0]) + (second & t[1]) + (third & t[2]);
    put_half(table, sums);
    put_half(table + 8, sums + t[3]);
}

void bittable_4__scalar(const cb_bits_table *table)
{
    const unsigned mask = (1u << table->bits) - 1;
    const int centre = 1 << (table->bits - 1);
    uint8_t *to = table->table;
    int32_t sum = 0;
    for (size_t k = 0; k < table->groups * 4; k += 4, to += 32) {
        int16_t t[4] = {0};
        for (size_t i = 0; i < 4 && k + i < table->k; i++) {
            t[i] = (int16_t)((int)((table->x[k + i] & mask) ^ table->flip) - centre);
            sum += t[i];
        }
        put_table(to, t);
    }
    *table->sum = sum;
}
