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

INLINE int64_t pack_words(const cb_bits_pack *p, const uint8_t *x, unsigned bits, bool sums,
                          bool single, uint8_t *out)
{
    const __m512i flip = _mm512_set1_epi8((char)p->flip);
    const size_t group = single ? 1 : p->group, step = p->group_bytes, plane = p->plane_bytes;
    int64_t sum = 0;
    for (size_t q = p->k / 64, within = 0; q; q--, x += 64) {
        __m512i codes = _mm512_xor_si512(_mm512_loadu_si512(x), flip);
        sum += put_planes(codes, bits, sums, out + within * 8, plane);
        if (++within == group) {
            within = 0;
            out += step;
        }
    }
    return sum;
}

INLINE void pack_rows(const cb_bits_pack *pack, unsigned bits, bool sums)
{
    const cb_bits_pack p = *pack; /* which no store through `out` can change */
    const bool has_tail = p.k / 64 < p.words, single = p.group == 1;
    const uint8_t *x = p.x;
    uint8_t *out = p.out;
    for (size_t i = 0; i < p.rows; i++, x += p.x_row_bytes, out += p.row_bytes) {
        int64_t sum = single ? pack_words(&p, x, bits, sums, true, out)
                             : pack_words(&p, x, bits, sums, false, out);
        if (has_tail)
            sum += pack_tail(&p, x, bits, out);
        if (sums)
            p.sums[i] = (int32_t)sum;
    }
}

INLINE void pack_bits(const cb_bits_pack *pack, unsigned bits)
{
    if (pack->sums)
        pack_rows(pack, bits, true);
    else
        pack_rows(pack, bits, false);
}

void bitpack_mask__avx512(const cb_bits_pack *pack)
{
    switch (pack->bits) {
    case 1:
        pack_bits(pack, 1);
        break;
    case 2:
        pack_bits(pack, 2);
        break;
    case 3:
        pack_bits(pack, 3);
        break;
    case 4:
        pack_bits(pack, 4);
        break;
    case 5:
        pack_bits(pack, 5);
        break;
    case 6:
        pack_bits(pack, 6);
        break;
    case 7:
        pack_bits(pack, 7);
        break;
    default:
        pack_bits(pack, 8);
    }
}
