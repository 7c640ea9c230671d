/* Sixty-four columns: a VPSHUFB looks up the low bytes, another one the high bytes, of 64 sums of
 * four activations. Sums stay in int16 for 62 groups, 31744 at most, then they are widened. */
#include "bench/bitserial/micro.h"

#include <immintrin.h>

enum { NR = 64, PAIRS = 31 };

typedef struct {
    __m512i low, high; /* int16: columns 16 l to 16 l + 7 of lane l; the 8 behind them */
} halves;

static inline halves look_up(halves sum, const uint8_t *table, __m512i index)
{
    const __m128i *t = (const __m128i *)(const void *)table;
    __m512i low = _mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128(t)), index);
    __m512i high = _mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128(t + 1)), index);
    sum.low = _mm512_add_epi16(sum.low, _mm512_unpacklo_epi8(low, high));
    sum.high = _mm512_add_epi16(sum.high, _mm512_unpackhi_epi8(low, high));
    return sum;
}

/* Pairs of groups, at most PAIRS. */
static halves sum_pairs(const uint8_t *table, const uint8_t *index, size_t pairs)
{
    const __m512i nibble = _mm512_set1_epi8(15);
    halves sum = {_mm512_setzero_si512(), _mm512_setzero_si512()};
    for (; pairs; pairs--, table += 64, index += NR) {
        __m512i both = _mm512_loadu_si512(index);
        sum = look_up(sum, table, _mm512_and_si512(both, nibble));
        sum = look_up(sum, table + 32, _mm512_and_si512(_mm512_srli_epi16(both, 4), nibble));
    }
    return sum;
}

/* total[l] has columns 16 l to 16 l + 15; += sum << plane. */
static void widen(__m512i total[4], halves sum, size_t plane)
{
    const __m128i shift = _mm_cvtsi64_si128((long long)plane);
    __m256i first = _mm512_castsi512_si256(sum.low), second = _mm512_castsi512_si256(sum.high);
    for (size_t pair = 0; pair < 2; pair++) {
        __m256i part[2] = {_mm256_permute2x128_si256(first, second, 0x20),
                           _mm256_permute2x128_si256(first, second, 0x31)};
        for (size_t i = 0; i < 2; i++) {
            __m512i wide = _mm512_sll_epi32(_mm512_cvtepi16_epi32(part[i]), shift);
            total[2 * pair + i] = _mm512_add_epi32(total[2 * pair + i], wide);
        }
        first = _mm512_extracti64x4_epi64(sum.low, 1);
        second = _mm512_extracti64x4_epi64(sum.high, 1);
    }
}

void bitlut_1x64__avx512(const cb_bits_lut *lut)
{
    __m512i total[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(),
                        _mm512_setzero_si512()};
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
    const __m128i shift = _mm_cvtsi64_si128((long long)lut->shift);
    for (size_t i = 0; i < 4 && 16 * i < lut->n; i++) {
        size_t n = lut->n - 16 * i;
        unsigned lanes = n >= 16 ? 0xffffu : (1u << n) - 1u;
        __mmask16 mask = (__mmask16)lanes;
        __m512i base = _mm512_maskz_loadu_epi32(mask, lut->col_add + 16 * i);
        base = _mm512_add_epi32(base, _mm512_set1_epi32(*lut->row_add));
        total[i] = _mm512_sll_epi32(total[i], shift);
        _mm512_mask_storeu_epi32(lut->c + 16 * i, mask, _mm512_add_epi32(base, total[i]));
    }
}
