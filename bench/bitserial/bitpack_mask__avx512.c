/* Sixty-four codes at a time. Each plane is a comparison into a mask register, stored as it is:
 * VPTESTMB on one port; in wide codes every third plane takes VPMOVB2M on the other, which sees bit
 * 7 of a byte and so needs the codes shifted up. */
#include "bench/bitserial/micro.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

INLINE uint64_t plane_of(__m512i codes, unsigned plane)
{
    if (plane % 3 == 2)
        return _mm512_movepi8_mask(_mm512_sll_epi16(codes, _mm_cvtsi32_si128((int)(7 - plane))));
    return _mm512_test_epi8_mask(codes, _mm512_set1_epi8((char)(1 << plane)));
}

/* All planes of one word; returns the sum of the codes, counted from the masks. */
INLINE int64_t put_planes(__m512i codes, unsigned bits, bool sums, uint8_t *out, size_t plane_bytes)
{
    int64_t sum = 0;
#pragma GCC unroll 8
    for (unsigned plane = 0; plane < bits; plane++) {
        uint64_t mask = plane_of(codes, plane);
        memcpy(out + plane * plane_bytes, &mask, sizeof mask);
        if (sums)
            sum += _mm_popcnt_u64(mask) << plane;
    }
    return sum;
}

/* Words behind the last whole one: codes, then zeros. */
INLINE int64_t pack_tail(const cb_bits_pack *p, const uint8_t *x, unsigned bits, uint8_t *row)
{
    int64_t sum = 0;
    for (size_t q = p->k / 64; q < p->words; q++) {
        size_t left = p->k > q * 64 ? p->k - q * 64 : 0;
        __mmask64 mask = ((__mmask64)1 << left) - 1;
        __m512i codes = _mm512_maskz_loadu_epi8(mask, left ? x + q * 64 : x);
        codes = _mm512_xor_si512(codes, _mm512_maskz_set1_epi8(mask, (char)p->flip));
        uint8_t *out = row + q / p->group * p->group_bytes + q % p->group * 8;
        sum += put_planes(codes, bits, true, out, p->plane_bytes);
    }
    return sum;
}

INLINE int64_t put_word(const uint8_t *x, unsigned flip, unsigned bits, bool sums, uint8_t *out,
                        size_t plane_bytes)
{
    __m512i codes = _mm512_xor_si512(_mm512_loadu_si512(x), _mm512_set1_epi8((char)flip));
    return put_planes(codes, bits, sums, out, plane_bytes);
}

#include "bench/bitserial/bitpack_rows.h"

void bitpack_mask__avx512(const cb_bits_pack *pack)
{
    pack_any(pack);
}
