#include "bench/conv/q8_avx512.h"

enum { LINE = 64, QUAD = 4, VECTORS = 4 };

INLINE __m512i tap(const uint8_t *pixel, ptrdiff_t offset)
{
    return _mm512_loadu_si512(pixel + offset);
}

/* Four taps of 64 channels: their bytes beside each other, then four products a sum. */
INLINE void add_quad(const uint8_t *pixel, const ptrdiff_t *taps, const int8_t *weights,
                     __m512i sums[VECTORS])
{
    __m512i a = tap(pixel, taps[0]), b = tap(pixel, taps[1]);
    __m512i c = tap(pixel, taps[2]), d = tap(pixel, taps[3]);
    __m512i low_ab = _mm512_unpacklo_epi8(a, b), high_ab = _mm512_unpackhi_epi8(a, b);
    __m512i low_cd = _mm512_unpacklo_epi8(c, d), high_cd = _mm512_unpackhi_epi8(c, d);
    const __m512i quads[VECTORS] = {
        _mm512_unpacklo_epi16(low_ab, low_cd), _mm512_unpackhi_epi16(low_ab, low_cd),
        _mm512_unpacklo_epi16(high_ab, high_cd), _mm512_unpackhi_epi16(high_ab, high_cd)};
    for (size_t v = 0; v < VECTORS; v++)
        sums[v] = _mm512_dpbusd_epi32(sums[v], quads[v], _mm512_loadu_si512(weights + v * LINE));
}

/* sums are written in the order of the registers: row->sums too. */
void q8depthwise__vnni(const cb_q8_depthwise_row *row)
{
    const q8_finish f = finish_of(row->out_zero, row->low, row->high, row->out_signed);
    const __mmask64 mask =
        row->out_channels >= LINE ? ~(__mmask64)0 : ((__mmask64)1 << row->out_channels) - 1;
    for (size_t p = 0; p < row->pixels; p++) {
        const uint8_t *pixel = row->input + p * row->step_bytes;
        __m512i sums[VECTORS];
        for (size_t v = 0; v < VECTORS; v++)
            sums[v] = _mm512_loadu_si512(row->start + v * LANES);
        for (size_t t = 0; t < row->tap_count; t += QUAD)
            add_quad(pixel, row->taps + t, row->weights + t * LINE, sums);
        if (row->scales) {
            for (size_t v = 0; v < VECTORS; v++)
                sums[v] = scaled(sums[v], row->scales + v * LANES);
            _mm512_mask_storeu_epi8(row->out + p * row->out_pixel_bytes, mask, bytes_of(&f, sums));
        } else {
            for (size_t v = 0; v < VECTORS; v++)
                _mm512_storeu_si512(row->sums + p * LINE + v * LANES, sums[v]);
        }
    }
}
