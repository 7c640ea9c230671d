/* Sixty-four codes at a time. Each plane is a comparison into a mask register, which is stored as
 * it is: VPTESTMB on one port takes turns with VPMOVB2M on the other, which sees bit 7 of a byte
 * and so needs the codes shifted up. */
#include "bench/bitserial/micro.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

static inline void put(uint8_t *out, __mmask64 mask)
{
    memcpy(out, &mask, sizeof mask);
}

/* Planes [from, bits) of one word. */
static inline void put_planes(__m512i codes, unsigned bits, uint8_t *out, size_t plane_bytes)
{
    unsigned plane = 0;
    for (; plane + 3 <= bits; plane += 3) {
        __m512i top = _mm512_sll_epi16(codes, _mm_cvtsi32_si128((int)(7 - plane)));
        put(out, _mm512_movepi8_mask(top));
        put(out + plane_bytes, _mm512_test_epi8_mask(codes, _mm512_set1_epi8((char)(2 << plane))));
        put(out + 2 * plane_bytes,
            _mm512_test_epi8_mask(codes, _mm512_set1_epi8((char)(4 << plane))));
        out += 3 * plane_bytes;
    }
    for (; plane < bits; plane++, out += plane_bytes)
        put(out, _mm512_test_epi8_mask(codes, _mm512_set1_epi8((char)(1 << plane))));
}

static inline __attribute__((always_inline)) void pack_row(const cb_bits_pack *p, size_t row,
                                                           unsigned bits, bool sums)
{
    const __m512i keep = _mm512_set1_epi8((char)((1u << bits) - 1));
    const __m512i flip = _mm512_set1_epi8((char)p->flip);
    const uint8_t *x = p->x + row * p->x_row_bytes;
    uint8_t *out = p->out + row * p->row_bytes;
    __m512i sum = _mm512_setzero_si512();
    for (size_t q = 0, within = 0; q < p->words; q++) {
        size_t left = p->k > q * 64 ? p->k - q * 64 : 0;
        __mmask64 mask = left >= 64 ? ~(__mmask64)0 : ((__mmask64)1 << left) - 1;
        __m512i codes = _mm512_maskz_loadu_epi8(mask, x);
        codes = _mm512_ternarylogic_epi64(codes, keep, _mm512_maskz_mov_epi8(mask, flip), 0x6a);
        if (sums)
            sum = _mm512_add_epi64(sum, _mm512_sad_epu8(codes, _mm512_setzero_si512()));
        put_planes(codes, bits, out + within * 8, p->plane_bytes);
        x += left >= 64 ? 64 : left;
        if (++within == p->group) {
            within = 0;
            out += p->group_bytes;
        }
    }
    if (sums)
        p->sums[row] = (int32_t)_mm512_reduce_add_epi64(sum);
}

static inline __attribute__((always_inline)) void pack_rows(const cb_bits_pack *p, unsigned bits)
{
    for (size_t i = 0; i < p->rows; i++)
        if (p->sums)
            pack_row(p, i, bits, true);
        else
            pack_row(p, i, bits, false);
}

void bitpack_mask__avx512(const cb_bits_pack *pack)
{
    switch (pack->bits) {
    case 1:
        pack_rows(pack, 1);
        break;
    case 2:
        pack_rows(pack, 2);
        break;
    case 3:
        pack_rows(pack, 3);
        break;
    case 4:
        pack_rows(pack, 4);
        break;
    default:
        pack_rows(pack, pack->bits);
    }
}
