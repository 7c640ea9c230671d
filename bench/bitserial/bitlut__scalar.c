/* The twin of every look-up kernel. */
#include "bench/bitserial/micro.h"

static int entry(const cb_bits_kernel *kernel, const uint8_t *table, size_t group, unsigned index)
{
    size_t entries = (size_t)1 << kernel->a_word;
    const uint8_t *at = table + group * 2 * entries + index;
    unsigned value = *at | (unsigned)at[entries] << 8;
    return value < 0x8000 ? (int)value : (int)value - 0x10000;
}

/* Bits of the byte above an index of six are not looked at. */
static unsigned index_of(const cb_bits_kernel *kernel, const uint8_t *plane, size_t group, size_t j)
{
    cb_bits_index_place place = cb_bits_index_of(kernel, group, j);
    return (unsigned)plane[place.byte] >> place.shift & ((1u << kernel->a_word) - 1);
}

void bitlut__scalar(const void *work, const cb_bits_kernel *kernel)
{
    const cb_bits_lut *l = work;
    for (size_t i = 0; i < l->m; i++) {
        int32_t *c = (int32_t *)(void *)((char *)l->c + i * l->c_row_bytes);
        const uint8_t *table = l->table + i * l->table_row_bytes;
        for (size_t j = 0; j < l->n; j++) {
            int32_t sum = 0;
            for (size_t p = 0; p < l->bits; p++)
                for (size_t g = 0; g < l->groups; g++) {
                    unsigned index = index_of(kernel, l->index + p * l->plane_bytes, g, j);
                    sum += entry(kernel, table, g, index) * (1 << p);
                }
            c[j] = l->col_add[j] + l->row_add[i] + sum * (1 << l->shift);
        }
    }
}
