/* Thirty-two columns: a VPSHUFB looks up the low bytes, another one the high bytes, of 32 sums of
 * four activations. Sums stay in int16 for 62 groups,
 * 31744 at most, then they are widened. */
#include "bench/bitserial/micro.h"

#include <immintrin.h>

enum { NR = 32, PAIRS = 31 };

typedef struct {
    __m256i low, high; /* int16: columns 0-7, 16-23; columns 8-15, 24-31 */
} halves;

static inline halves look_up(halves sum, const uint8_t *table, __m256i index)
{
    const __m128i *t = (const __m128i *)(const void *)table;
    __m256i low = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128(t)), index);
    __m256i high = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128(t + 1)), index);
    sum.low = _mm256_add_epi16(sum.low, _mm256_unpacklo_epi8(low, high));
    sum.high = _mm256_add_epi16(sum.high, _mm256_unpackhi_epi8(low, high));
    return sum;
}

/* Pairs of groups, at most PAIRS. */
static halves sum_pairs(const uint8_t *table, const uint8_t *index, size_t pairs)
{
    const __m256i nibble = _mm256_set1_epi8(15);
    halves sum = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    for (; pairs; pairs--, table += 64, index += NR) {
        __m256i both = _mm256_loadu_si256((const __m256i *)(const void *)index);
        sum = look_up(sum, table, _mm256_and_si256(both, nibble));
        sum = look_up(sum, table + 32, _mm256_and_si256(_mm256_srli_epi16(both, 4), nibble));
    }
    return sum;
}

/* total += sum << plane; total[i] has columns 8 i to 8 i + 7. */
static void widen(__m256i total[4], halves sum, size_t plane)
{
    const __m128i shift = _mm_cvtsi64_si128((long long)plane);
    __m128i part[4] = {_mm256_castsi256_si128(sum.low), _mm256_castsi256_si128(sum.high),
                       _mm256_extracti128_si256(sum.low, 1), _mm256_extracti128_si256(sum.high, 1)};
    for (size_t i = 0; i < 4; i++)
        total[i] =
            _mm256_add_epi32(total[i], _mm256_sll_epi32(_mm256_cvtepi16_epi32(part[i]), shift));
}

void bitlut_1x32__avx2(const cb_bits_lut *lut)
{
    __m256i total[4] = {0};
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
    const __m256i column = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    for (int i = 0; i < 4; i++) {
        __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)lut->n - 8 * i), column);
        __m256i base = _mm256_maskload_epi32(lut->col_add + 8 * i, mask);
        base = _mm256_add_epi32(base, _mm256_set1_epi32(*lut->row_add));
        total[i] = _mm256_sll_epi32(total[i], shift);
        _mm256_maskstore_epi32(lut->c + 8 * i, mask, _mm256_add_epi32(base, total[i]));
    }
}
