/* Rows of whole words, for the packers that take 64 codes at a time. A packer defines, before it
 * includes this,
 *   put_word   the planes of 64 codes at x, to out and every plane_bytes further, and their sum;
 *   pack_tail  the words behind the last whole one of a row.
 * Width and need of sums are constants in each copy, so that no loop asks for them. */
#ifndef CB_BENCH_BITSERIAL_BITPACK_ROWS_H
#define CB_BENCH_BITSERIAL_BITPACK_ROWS_H

INLINE int64_t pack_words(const cb_bits_pack *p, const uint8_t *x, unsigned bits, bool sums,
                          bool single, uint8_t *out)
{
    const unsigned flip = p->flip;
    const size_t group = single ? 1 : p->group, step = p->group_bytes, plane = p->plane_bytes;
    int64_t sum = 0;
    for (size_t q = p->k / 64, within = 0; q; q--, x += 64) {
        sum += put_word(x, flip, bits, sums, out + within * 8, plane);
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

#include "bench/bitserial/bitpack_widths.h"

#endif
