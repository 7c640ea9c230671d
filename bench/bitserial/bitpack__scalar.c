/* The twin of every packing kernel: bit by bit. */
#include "bench/bitserial/micro.h"

static void pack_bit(const cb_bits_pack *p, size_t row, size_t k, unsigned plane, unsigned bit)
{
    size_t q = k / 64;
    uint8_t *word = p->out + plane * p->plane_bytes + row * p->row_bytes +
                    q / p->group * p->group_bytes + q % p->group * 8;
    uint8_t mask = (uint8_t)(1u << k % 8), *byte = word + k % 64 / 8;
    *byte = (uint8_t)(bit ? *byte | mask : *byte & ~mask);
}

void bitpack__scalar(const void *work, const cb_bits_kernel *kernel)
{
    const cb_bits_pack *p = work;
    (void)kernel;
    for (size_t i = 0; i < p->rows; i++) {
        int32_t sum = 0;
        for (size_t k = 0; k < p->words * 64; k++) {
            unsigned code = 0;
            if (k < p->k)
                code = (p->x[i * p->x_row_bytes + k] & ((1u << p->bits) - 1)) ^ p->flip;
            sum += (int32_t)code;
            for (unsigned plane = 0; plane < p->bits; plane++)
                pack_bit(p, i, k, plane, code >> plane & 1);
        }
        if (p->sums)
            p->sums[i] = sum;
    }
}
