/* Eight words of 64 codes become a line of each plane: codes of few bits are merged, two, four or
 * eight words to a vector of full bytes; GF2P8AFFINEQB turns eight bytes into eight bytes of one
 * bit each, VPERMB brings those of a bit together. Where the planes of a word lie beside each other
 * (VPOPCNT's panels) that is already what is stored; elsewhere it is dealt out.
 *
 * The words of a line are those of eight rows (a panel, where they lie beside each other), or eight
 * of one row, or all words of short rows. */
#include "bench/bitserial/micro.h"

#include <immintrin.h>
#include <stdbool.h>

#define INLINE static inline __attribute__((always_inline))

enum { WORDS = 8 };

/* The words of a line: where they are, and which of their codes are there. */
typedef struct {
    const uint8_t *x;
    size_t stride;
    size_t count;     /* words that exist */
    __mmask64 codes;  /* of each word but the last, */
    __mmask64 behind; /* and of the last */
    uint8_t *out;     /* of the first word, */
    size_t out_bytes; /* and from one to the next */
    bool beside;      /* which leaves no gap */
} line;

/* How many bits of a byte a code takes. */
INLINE unsigned carried(unsigned bits)
{
    return bits <= 2 ? bits : bits <= 4 ? 4 : 8;
}

/* Of a full line the codes as they are, else after `flip`: what is missing must stay 0. */
INLINE __m512i load_word(const line *l, bool full, unsigned j, __m512i flip)
{
    const uint8_t *at = l->x + j * l->stride;
    if (full)
        return _mm512_loadu_si512(at);
    __mmask64 mask = j + 1 < l->count ? l->codes : j + 1 == l->count ? l->behind : 0;
    __m512i codes = _mm512_maskz_loadu_epi8(mask, mask ? at : l->x);
    return _mm512_xor_si512(codes, _mm512_maskz_mov_epi8(mask, flip));
}

/* Counts of shifts must be literals. */
INLINE __m512i shifted(__m512i x, unsigned count)
{
    switch (count) {
    case 1:
        return _mm512_slli_epi16(x, 1);
    case 2:
        return _mm512_slli_epi16(x, 2);
    case 3:
        return _mm512_slli_epi16(x, 3);
    case 4:
        return _mm512_slli_epi16(x, 4);
    case 5:
        return _mm512_slli_epi16(x, 5);
    case 6:
        return _mm512_slli_epi16(x, 6);
    default:
        return _mm512_slli_epi16(x, 7);
    }
}

/* Words `first` and behind it that share a vector: code g of the u-th in bits u * planes and up. */
INLINE __m512i load_merged(const line *l, bool full, unsigned planes, unsigned first, unsigned flip)
{
    const __m512i flips = _mm512_set1_epi8((char)flip);
    __m512i all = load_word(l, full, first, flips);
    unsigned all_flips = flip;
    for (unsigned u = 1; u < 8 / planes; u++) {
        const __m512i own = _mm512_set1_epi8((char)(((1u << planes) - 1) << u * planes));
        __m512i next = shifted(load_word(l, full, first + u, flips), u * planes);
        all = _mm512_ternarylogic_epi64(all, next, own, 0xd8); /* own ? next : all */
        all_flips |= flip << u * planes;
    }
    return full && flip ? _mm512_xor_si512(all, _mm512_set1_epi8((char)all_flips)) : all;
}

/* Word b of the result: bit b of all 64 bytes, in their order. */
INLINE __m512i transpose(__m512i bytes)
{
    /* VGF2P8AFFINEQB has the last byte in bit 0: the same matrix turns that round. */
    const __m512i each = _mm512_set1_epi64((long long)0x8040201008040201);
    uint8_t order[64];
    for (unsigned i = 0; i < 64; i++)
        order[i] = (uint8_t)(i % 8 * 8 + i / 8);
    __m512i bits = _mm512_gf2p8affine_epi64_epi8(each, bytes, 0);
    bits = _mm512_permutexvar_epi8(_mm512_loadu_si512(order), bits);
    return _mm512_gf2p8affine_epi64_epi8(bits, each, 0);
}

/* Words that are missing, or whose planes are apart, go one by one. */
INLINE void store_apart(const cb_bits_pack *p, const line *l, unsigned bits, unsigned first,
                        __m512i words)
{
    const unsigned planes = carried(bits);
    const __m512i places = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    for (unsigned u = 0; u < 8 / planes && first + u < l->count; u++) {
        const __mmask8 own = (__mmask8)(((1u << bits) - 1) << u * planes);
        uint8_t *to = l->out + (first + u) * l->out_bytes;
        __m512i place = _mm512_sub_epi64(places, _mm512_set1_epi64((long long)(u * planes)));
        if (bits == 1 || p->plane_bytes == 8) {
            _mm512_mask_storeu_epi64((void *)((uintptr_t)to - u * planes * 8), own, words);
        } else {
            place = _mm512_mullo_epi64(place, _mm512_set1_epi64((long long)p->plane_bytes));
            _mm512_mask_i64scatter_epi64(to, own, place, words, 1);
        }
    }
}

INLINE void store_words(const cb_bits_pack *p, const line *l, bool full, unsigned bits,
                        unsigned first, __m512i words)
{
    const unsigned planes = carried(bits);
    uint8_t *to = l->out + first * l->out_bytes;
    if (full && l->beside && bits == planes)
        _mm512_storeu_si512(to, words);
    else if (full && l->beside && bits == 3) /* two words of three planes in one store */
        _mm512_mask_storeu_epi64(
            to, 0x3f, _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 1, 2, 4, 5, 6, 7, 7), words));
    else
        store_apart(p, l, bits, first, words);
}

/* Adds a vector of merged codes to its sums: those of each four codes, or of each word and plane.
 */
INLINE __m512i add_sums(unsigned bits, __m512i sum, __m512i codes, __m512i words)
{
    const unsigned planes = carried(bits);
    if (planes == 8) {
        const __m512i own = _mm512_set1_epi8((char)((1u << bits) - 1));
        codes = bits < 8 ? _mm512_and_si512(codes, own) : codes;
        return _mm512_dpbusd_epi32(sum, codes, _mm512_set1_epi8(1));
    }
    uint64_t plane[8];
    for (unsigned i = 0; i < 8; i++)
        plane[i] = i % planes < bits ? i % planes : 64; /* by 64 bits: nothing is left */
    words = _mm512_sllv_epi64(_mm512_popcnt_epi64(words), _mm512_loadu_si512(plane));
    return _mm512_add_epi64(sum, words);
}

/* One line of each plane; adds to the sums. */
INLINE void put_line(const cb_bits_pack *p, const line *l, bool full, unsigned bits, __m512i sum[8])
{
    const unsigned planes = carried(bits);
#pragma GCC unroll 8
    for (unsigned v = 0; v < planes; v++) {
        unsigned first = v * (8 / planes);
        __m512i codes = load_merged(l, full, planes, first, p->flip);
        __m512i words = transpose(codes);
        store_words(p, l, full, bits, first, words);
        if (p->sums)
            sum[v] = add_sums(bits, sum[v], codes, words);
    }
}

INLINE __m512i add_pairs(__m512i a, __m512i b)
{
    return _mm512_add_epi64(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

INLINE __m512i add_quarters(__m512i a, __m512i b)
{
    return _mm512_add_epi64(_mm512_shuffle_i64x2(a, b, 0x88), _mm512_shuffle_i64x2(a, b, 0xdd));
}

/* The sum of each of a line's words. */
INLINE __m512i word_sums(unsigned planes, const __m512i s[8])
{
    if (planes == 1)
        return s[0];
    if (planes == 2)
        return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7),
                                        add_pairs(s[0], s[1]));
    __m512i low = add_pairs(s[0], s[1]), high = add_pairs(s[2], s[3]);
    if (planes == 4)
        return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 1, 3, 4, 6, 5, 7),
                                        add_quarters(low, high));
    __m512i end = add_quarters(add_pairs(s[4], s[5]), add_pairs(s[6], s[7]));
    low = add_quarters(add_quarters(low, high), end);
    /* Either half of a word has sums of its own; neither can pass the other's. */
    return _mm512_add_epi64(_mm512_srli_epi64(low, 32),
                            _mm512_and_si512(low, _mm512_set1_epi64(0xffffffff)));
}

INLINE void clear(__m512i sum[8])
{
#pragma GCC unroll 8
    for (unsigned v = 0; v < 8; v++)
        sum[v] = _mm512_setzero_si512();
}

INLINE __mmask64 first_codes(size_t count)
{
    return count >= 64 ? ~(__mmask64)0 : ((__mmask64)1 << count) - 1;
}

INLINE size_t at_most(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- eight rows at a time ---- */

INLINE void pack_panel(const cb_bits_pack *p, unsigned bits, size_t row, size_t count)
{
    const bool near = bits == 1 || p->plane_bytes == 8, beside = near && p->row_bytes == 8 * bits;
    const uint8_t *x = p->x + row * p->x_row_bytes;
    uint8_t *out = p->out + row * p->row_bytes;
    __m512i sum[8];
    clear(sum);
    for (size_t q = 0, within = 0; q < p->words; q++) {
        size_t left = p->k > q * 64 ? p->k - q * 64 : 0;
        line l = {.x = x + (left ? q * 64 : 0),
                  .stride = p->x_row_bytes,
                  .count = count,
                  .codes = first_codes(left),
                  .behind = first_codes(left),
                  .out = out + within * 8,
                  .out_bytes = p->row_bytes,
                  .beside = beside};
        if (count == WORDS && left >= 64)
            put_line(p, &l, true, bits, sum);
        else
            put_line(p, &l, false, bits, sum);
        if (++within == p->group) {
            within = 0;
            out += p->group_bytes;
        }
    }
    if (p->sums)
        _mm256_mask_storeu_epi32(p->sums + row, (__mmask8)((1u << count) - 1),
                                 _mm512_cvtepi64_epi32(word_sums(carried(bits), sum)));
}

INLINE void pack_panels(const cb_bits_pack *p, unsigned bits)
{
    for (size_t row = 0; row < p->rows; row += WORDS)
        pack_panel(p, bits, row, at_most(p->rows - row, WORDS));
}

/* ---- eight words of a row at a time ---- */

INLINE void pack_row(const cb_bits_pack *p, unsigned bits, size_t row)
{
    const bool near = bits == 1 || p->plane_bytes == 8;
    const uint8_t *x = p->x + row * p->x_row_bytes;
    uint8_t *out = p->out + row * p->row_bytes;
    size_t codes = p->k / 64, used = (p->k + 63) / 64;
    __m512i sum[8];
    clear(sum);
    for (size_t q = 0; q < used; q += WORDS) {
        line l = {.x = x + q * 64,
                  .stride = 64,
                  .count = at_most(used - q, WORDS),
                  .codes = first_codes(64),
                  .behind = first_codes(q + WORDS <= codes ? 64 : p->k - (used - 1) * 64),
                  .out = out + q * p->group_bytes,
                  .out_bytes = p->group_bytes,
                  .beside = near && p->group_bytes == 8 * bits};
        if (q + WORDS <= codes)
            put_line(p, &l, true, bits, sum);
        else
            put_line(p, &l, false, bits, sum);
    }
    for (size_t q = used; q < p->words; q++)
        for (size_t i = 0; i < bits; i++)
            _mm_storeu_si64(out + q * p->group_bytes + i * p->plane_bytes, _mm_setzero_si128());
    if (p->sums)
        p->sums[row] = (int32_t)_mm512_reduce_add_epi64(word_sums(carried(bits), sum));
}

/* ---- rows of 1, 2 or 4 words that follow each other without a gap ---- */

INLINE void store_sums(const cb_bits_pack *p, size_t row, size_t count, __m512i sum)
{
    unsigned firsts = p->words == 1 ? 0xff : p->words == 2 ? 0x55 : 0x11;
    if (p->words >= 2)
        sum = _mm512_add_epi64(sum, _mm512_alignr_epi64(sum, sum, 1));
    if (p->words == 4)
        sum = _mm512_add_epi64(sum, _mm512_alignr_epi64(sum, sum, 2));
    __m256i rows = _mm256_maskz_compress_epi32((__mmask8)firsts, _mm512_cvtepi64_epi32(sum));
    _mm256_mask_storeu_epi32(p->sums + row, (__mmask8)((1u << count) - 1), rows);
}

INLINE void pack_short_rows(const cb_bits_pack *p, unsigned bits)
{
    const bool near = bits == 1 || p->plane_bytes == 8;
    size_t rows_at_once = WORDS / p->words;
    for (size_t row = 0; row < p->rows; row += rows_at_once) {
        size_t count = at_most(p->rows - row, rows_at_once);
        line l = {.x = p->x + row * p->x_row_bytes,
                  .stride = 64,
                  .count = count * p->words,
                  .codes = first_codes(64),
                  .behind = first_codes(64),
                  .out = p->out + row * p->row_bytes,
                  .out_bytes = p->group_bytes,
                  .beside = near && p->group_bytes == 8 * bits};
        __m512i sum[8];
        clear(sum);
        if (count == rows_at_once)
            put_line(p, &l, true, bits, sum);
        else
            put_line(p, &l, false, bits, sum);
        if (p->sums)
            store_sums(p, row, count, word_sums(carried(bits), sum));
    }
}

/* ---- all of them ---- */

static bool has_short_rows(const cb_bits_pack *p)
{
    bool fits = p->words == 1 || p->words == 2 || p->words == 4;
    return fits && p->k == p->words * 64 && p->x_row_bytes == p->k &&
           p->row_bytes == p->words * p->group_bytes;
}

INLINE void pack_bits(const cb_bits_pack *pack, unsigned bits)
{
    const cb_bits_pack p = *pack; /* which no store through `out` can change */
    const bool in_a_row = p.group == 1 && p.group_bytes <= 8 * bits;
    if (in_a_row && has_short_rows(&p))
        pack_short_rows(&p, bits);
    else if (in_a_row && p.words >= 4)
        for (size_t row = 0; row < p.rows; row++)
            pack_row(&p, bits, row);
    else
        pack_panels(&p, bits);
}

#include "bench/bitserial/bitpack_widths.h"

void bitpack_transpose__gfni(const cb_bits_pack *pack)
{
    pack_any(pack);
}
