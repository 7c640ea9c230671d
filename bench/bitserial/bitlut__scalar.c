/* The twin of every look-up kernel. */
#include "bench/bitserial/micro.h"

static int entry(const uint8_t *table, size_t group, unsigned index)
{
    unsigned value = table[group * 32 + index] | (unsigned)table[group * 32 + 16 + index] << 8;
    return value < 0x8000 ? (int)value : (int)value - 0x10000;
}

void bitlut__scalar(const void *work, const cb_bits_kernel *kernel)
{
    const cb_bits_lut *l = work;
    size_t nr = (size_t)kernel->nr;
    for (size_t i = 0; i < l->m; i++) {
        int32_t *c = (int32_t *)(void *)((char *)l->c + i * l->c_row_bytes);
        const uint8_t *table = l->table + i * l->table_row_bytes;
        for (size_t j = 0; j < l->n; j++) {
            int32_t sum = 0;
            for (size_t p = 0; p < l->bits; p++)
                for (size_t g = 0; g < l->groups; g++) {
                    unsigned pair = l->index[p * l->plane_bytes + g / 2 * nr + j];
                    sum += entry(table, g, pair >> g % 2 * 4 & 15) * (1 << p);
                }
            c[j] = l->col_add[j] + l->row_add[i] + sum * (1 << l->shift);
        }
    }
}
