/* Any processor: eight codes at a time; a multiplication gathers one bit of each. */
#include "bench/bitserial/micro.h"

/* Eight codes, the first in the low byte; zeros behind the last. */
static uint64_t codes_at(const uint8_t *x, size_t left)
{
    uint64_t codes = 0;
    for (size_t i = 0; i < 8 && i < left; i++)
        codes |= (uint64_t)x[i] << 8 * i;
    return codes;
}

/* 0xff in each byte that stands for a code. */
static uint64_t mask_of(size_t left)
{
    return left >= 8 ? ~(uint64_t)0 : ((uint64_t)1 << 8 * left) - 1;
}

static uint8_t gather(uint64_t codes, unsigned plane)
{
    return (uint8_t)((codes >> plane & 0x0101010101010101) * 0x0102040810204080 >> 56);
}

static int32_t sum_of(uint64_t codes)
{
    uint64_t pairs = (codes & 0x00ff00ff00ff00ff) + (codes >> 8 & 0x00ff00ff00ff00ff);
    return (int32_t)(pairs * 0x0001000100010001 >> 48);
}

static int32_t pack_word(const cb_bits_pack *p, const uint8_t *x, size_t left, uint8_t *out)
{
    const uint64_t each = 0x0101010101010101;
    int32_t sum = 0;
    for (size_t byte = 0; byte < 8; byte++) {
        size_t done = byte * 8, rest = left > done ? left - done : 0;
        uint64_t codes = codes_at(x + (rest ? done : 0), rest);
        codes = ((codes & (((uint64_t)1 << p->bits) - 1) * each) ^ p->flip * each) & mask_of(rest);
        sum += sum_of(codes);
        for (unsigned plane = 0; plane < p->bits; plane++)
            out[plane * p->plane_bytes + byte] = gather(codes, plane);
    }
    return sum;
}

void bitpack_swar__scalar(const cb_bits_pack *pack)
{
    for (size_t i = 0; i < pack->rows; i++) {
        const uint8_t *x = pack->x + i * pack->x_row_bytes;
        int32_t sum = 0;
        for (size_t q = 0; q < pack->words; q++) {
            uint8_t *out = pack->out + i * pack->row_bytes + q / pack->group * pack->group_bytes +
                           q % pack->group * 8;
            size_t left = pack->k > q * 64 ? pack->k - q * 64 : 0;
            sum += pack_word(pack, x + (left ? q * 64 : 0), left, out);
        }
        if (pack->sums)
            pack->sums[i] = sum;
    }
}
