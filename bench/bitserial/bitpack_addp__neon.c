/* Sixty-four codes at a time: a byte of each code's bit with the weight of its place, then sums of
 * neighbours make bytes of eight. */
#include "bench/bitserial/micro.h"

#include <arm_neon.h>

typedef struct {
    uint8x16_t part[4];
} codes64;

static inline codes64 load(const uint8_t *x, uint8x16_t flip)
{
    codes64 c = {{vld1q_u8(x), vld1q_u8(x + 16), vld1q_u8(x + 32), vld1q_u8(x + 48)}};
    for (int i = 0; i < 4; i++)
        c.part[i] = veorq_u8(c.part[i], flip);
    return c;
}

static inline uint8x16_t placed(uint8x16_t codes, uint8x16_t plane)
{
    static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    return vandq_u8(vtstq_u8(codes, plane), vld1q_u8(places));
}

static inline uint64_t plane_of(const codes64 *c, unsigned plane)
{
    uint8x16_t bit = vdupq_n_u8((uint8_t)(1 << plane));
    uint8x16_t low = vpaddq_u8(placed(c->part[0], bit), placed(c->part[1], bit));
    uint8x16_t high = vpaddq_u8(placed(c->part[2], bit), placed(c->part[3], bit));
    uint8x16_t all = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

static inline int32_t sum_of(const codes64 *c, uint8x16_t keep)
{
    uint16x8_t sum = vdupq_n_u16(0);
    for (int i = 0; i < 4; i++)
        sum = vpadalq_u8(sum, vandq_u8(c->part[i], keep));
    return (int32_t)vaddlvq_u16(sum);
}

/* Codes of the last words, flipped, with zeros behind them. */
static codes64 load_some(const uint8_t *x, size_t left, unsigned flip)
{
    uint8_t codes[64] = {0};
    for (size_t i = 0; i < left && i < 64; i++)
        codes[i] = (uint8_t)(x[i] ^ flip);
    return load(codes, vdupq_n_u8(0));
}

static int32_t pack_row(const cb_bits_pack *p, const uint8_t *x, uint8_t *row)
{
    const uint8x16_t flip = vdupq_n_u8((uint8_t)p->flip);
    const uint8x16_t keep = vdupq_n_u8((uint8_t)((1u << p->bits) - 1));
    int32_t sum = 0;
    for (size_t q = 0; q < p->words; q++) {
        size_t left = p->k > q * 64 ? p->k - q * 64 : 0;
        codes64 c =
            left >= 64 ? load(x + q * 64, flip) : load_some(left ? x + q * 64 : x, left, p->flip);
        uint8_t *out = row + q / p->group * p->group_bytes + q % p->group * 8;
        for (unsigned plane = 0; plane < p->bits; plane++)
            vst1_u64((uint64_t *)(void *)(out + plane * p->plane_bytes),
                     vcreate_u64(plane_of(&c, plane)));
        if (p->sums)
            sum += sum_of(&c, keep);
    }
    return sum;
}

void bitpack_addp__neon(const cb_bits_pack *pack)
{
    for (size_t i = 0; i < pack->rows; i++) {
        int32_t sum =
            pack_row(pack, pack->x + i * pack->x_row_bytes, pack->out + i * pack->row_bytes);
        if (pack->sums)
            pack->sums[i] = sum;
    }
}
