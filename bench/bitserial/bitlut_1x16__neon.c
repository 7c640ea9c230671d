/* Sixteen columns: a TBL looks up the low bytes, another one the high bytes, of 16 sums of four
 * activations. Sums stay in int16 for 62 groups, 31744 at most, then they are widened. */
#include "bench/bitserial/micro.h"

#include <arm_neon.h>

enum { NR = 16, PAIRS = 31 };

typedef struct {
    int16x8_t low, high; /* columns 0 to 7, 8 to 15 */
} halves;

static inline halves look_up(halves sum, const uint8_t *table, uint8x16_t index)
{
    uint8x16_t low = vqtbl1q_u8(vld1q_u8(table), index);
    uint8x16_t high = vqtbl1q_u8(vld1q_u8(table + 16), index);
    sum.low = vaddq_s16(sum.low, vreinterpretq_s16_u8(vzip1q_u8(low, high)));
    sum.high = vaddq_s16(sum.high, vreinterpretq_s16_u8(vzip2q_u8(low, high)));
    return sum;
}

/* Pairs of groups, at most PAIRS. */
static halves sum_pairs(const uint8_t *table, const uint8_t *index, size_t pairs)
{
    halves sum = {vdupq_n_s16(0), vdupq_n_s16(0)};
    for (; pairs; pairs--, table += 64, index += NR) {
        uint8x16_t both = vld1q_u8(index);
        sum = look_up(sum, table, vandq_u8(both, vdupq_n_u8(15)));
        sum = look_up(sum, table + 32, vshrq_n_u8(both, 4));
    }
    return sum;
}

/* total += sum << plane */
static void widen(int32x4_t total[4], halves sum, size_t plane)
{
    const int32x4_t shift = vdupq_n_s32((int32_t)plane);
    const int16x4_t part[4] = {vget_low_s16(sum.low), vget_high_s16(sum.low),
                               vget_low_s16(sum.high), vget_high_s16(sum.high)};
    for (int i = 0; i < 4; i++)
        total[i] = vaddq_s32(total[i], vshlq_s32(vmovl_s16(part[i]), shift));
}

static void store(const cb_bits_lut *l, const int32x4_t total[4])
{
    int32_t sums[NR];
    for (int i = 0; i < 4; i++)
        vst1q_s32(sums + 4 * i, vshlq_s32(total[i], vdupq_n_s32((int32_t)l->shift)));
    for (size_t j = 0; j < l->n; j++)
        l->c[j] = l->col_add[j] + l->row_add[0] + sums[j];
}

void bitlut_1x16__neon(const cb_bits_lut *lut)
{
    int32x4_t total[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
    for (size_t plane = 0; plane < lut->bits; plane++) {
        const uint8_t *index = lut->index + plane * lut->plane_bytes, *table = lut->table;
        for (size_t left = lut->groups / 2; left;) {
            size_t pairs = left < PAIRS ? left : PAIRS;
            widen(total, sum_pairs(table, index, pairs), plane);
            table += pairs * 64;
            index += pairs * NR;
            left -= pairs;
        }
    }
    store(lut, total);
}
