/* Any processor: one look-up after another. */
#include "bench/bitserial/micro.h"

enum { NR = 16 };

static int32_t entry(const uint8_t *table, unsigned index)
{
    return (int16_t)(uint16_t)(table[index] | table[16 + index] << 8);
}

static void add_plane(const cb_bits_lut *l, size_t plane, int32_t sum[NR])
{
    const uint8_t *index = l->index + plane * l->plane_bytes;
    for (size_t g = 0; g < l->groups; g += 2, index += NR)
        for (size_t j = 0; j < l->n; j++)
            sum[j] += (entry(l->table + g * 32, index[j] & 15) +
                       entry(l->table + g * 32 + 32, index[j] >> 4)) *
                      (1 << plane);
}

void bitlut_1x16__scalar(const cb_bits_lut *lut)
{
    int32_t sum[NR] = {0};
    for (size_t plane = 0; plane < lut->bits; plane++)
        add_plane(lut, plane, sum);
    for (size_t j = 0; j < lut->n; j++)
        lut->c[j] = lut->col_add[j] + lut->row_add[0] + sum[j] * (1 << lut->shift);
}
