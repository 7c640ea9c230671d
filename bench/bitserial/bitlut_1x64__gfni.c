/* Sixty-four columns, six bits of weights an index: a VPERMB looks up the low bytes, another one
 * the high bytes, of 64 sums of six activations.
 *
 * Low bytes are summed twice, as they stand (those of odd columns 256 times too heavy) and those of
 * odd columns alone, which are then taken off again: no byte is ever moved beside its high byte.
 * High bytes lie between -3 and 2, so that their sum stays a byte for 42 groups. */
#include "bench/bitserial/micro.h"

#include <immintrin.h>

enum { NR = 64, TABLE = 128, GROUPS = 42 };

/* 32 sums of int16 each, of even and of odd places of an index vector. */
typedef struct {
    __m512i even, odd;
} halves;

/* At most GROUPS groups. */
static halves sum_groups(const uint8_t *table, const uint8_t *index, size_t groups)
{
    const __m512i zero = _mm512_setzero_si512();
    __m512i all = zero, odd = zero, high = zero;
    for (; groups; groups--, table += TABLE, index += NR) {
        __m512i at = _mm512_loadu_si512(index);
        __m512i low = _mm512_permutexvar_epi8(at, _mm512_loadu_si512(table));
        all = _mm512_add_epi16(all, low);
        odd = _mm512_add_epi16(odd, _mm512_srli_epi16(low, 8));
        high = _mm512_add_epi8(high, _mm512_permutexvar_epi8(at, _mm512_loadu_si512(table + 64)));
    }
    __m512i even = _mm512_sub_epi16(all, _mm512_slli_epi16(odd, 8));
    __m512i above = _mm512_and_si512(high, _mm512_set1_epi16((short)0xff00));
    return (halves){.even = _mm512_add_epi16(even, _mm512_slli_epi16(high, 8)),
                    .odd = _mm512_add_epi16(odd, above)};
}

/* total[r] has the columns 16 r to 16 r + 15, which are places r, 4 + r, 8 + r, ... of the index;
 * += sum << plane. */
static void widen(__m512i total[4], halves sum, size_t plane)
{
    const __m128i shift = _mm_cvtsi64_si128((long long)plane);
    const __m512i part[4] = {_mm512_srai_epi32(_mm512_slli_epi32(sum.even, 16), 16),
                             _mm512_srai_epi32(_mm512_slli_epi32(sum.odd, 16), 16),
                             _mm512_srai_epi32(sum.even, 16), _mm512_srai_epi32(sum.odd, 16)};
    for (size_t r = 0; r < 4; r++)
        total[r] = _mm512_add_epi32(total[r], _mm512_sll_epi32(part[r], shift));
}

static void store(const cb_bits_lut *lut, const __m512i total[4])
{
    const __m128i shift = _mm_cvtsi64_si128((long long)lut->shift);
    for (size_t r = 0; r < 4 && 16 * r < lut->n; r++) {
        size_t n = lut->n - 16 * r;
        unsigned lanes = n >= 16 ? 0xffffu : (1u << n) - 1u;
        __mmask16 mask = (__mmask16)lanes;
        __m512i base = _mm512_maskz_loadu_epi32(mask, lut->col_add + 16 * r);
        base = _mm512_add_epi32(base, _mm512_set1_epi32(*lut->row_add));
        base = _mm512_add_epi32(base, _mm512_sll_epi32(total[r], shift));
        _mm512_mask_storeu_epi32(lut->c + 16 * r, mask, base);
    }
}

void bitlut_1x64__gfni(const cb_bits_lut *lut)
{
    const __m512i zero = _mm512_setzero_si512();
    __m512i total[4] = {zero, zero, zero, zero};
    for (size_t plane = 0; plane < lut->bits; plane++) {
        const uint8_t *index = lut->index + plane * lut->plane_bytes, *table = lut->table;
        for (size_t left = lut->groups; left;) {
            size_t groups = left < GROUPS ? left : GROUPS;
            widen(total, sum_groups(table, index, groups), plane);
            table += groups * TABLE;
            index += groups * NR;
            left -= groups;
        }
    }
    store(lut, total);
}
