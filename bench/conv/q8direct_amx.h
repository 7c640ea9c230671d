/* Direct convolution on AMX tiles: a file that says
 *
 *     #define MULTIPLY(c, a, b) _tile_dpbusd(c, a, b)
 *
 * before this one has q8_direct(). (Tile numbers are part of an instruction, so this is a macro.)
 *
 * Two groups of up to 16 pixels x 32 channels: sums are tmm0 to tmm3, the groups' pixels of 64
 * bytes tmm4 and tmm5, weights of 16 channels tmm6 and tmm7. */
#ifndef CB_BENCH_CONV_Q8DIRECT_AMX_H
#define CB_BENCH_CONV_Q8DIRECT_AMX_H

#include "bench/conv/q8_avx512.h"

#include <string.h>

enum { SIDE = 16, LINE = 64, CHANNELS = 32, B_LINE = 2 * LINE };

typedef struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t column_bytes[16];
    uint8_t rows[16];
} tile_config;

/* What the compiler cannot see that tiles read and write. */
INLINE void memory_barrier(void)
{
    __asm__ volatile("" ::: "memory");
}

/* Loading a configuration takes as long as a dozen products. So one that is there stays, and stays
 * after the call. Looking whether it is waits for all products under way: some 100 cycles. */
INLINE void configure(size_t pixels)
{
    tile_config wanted = {.palette = 1}, now;
    for (size_t i = 0; i < 8; i++) {
        wanted.column_bytes[i] = LINE;
        wanted.rows[i] = (uint8_t)(i < 6 ? pixels : SIDE);
    }
    _tile_storeconfig(&now);
    memory_barrier();
    if (memcmp(&now, &wanted, sizeof now))
        _tile_loadconfig(&wanted);
    memory_barrier();
}

INLINE void compute(const cb_q8_tile *t, const uint8_t *first, const uint8_t *second)
{
    const int8_t *w = t->weights;
    _tile_loadd(0, t->start, 0);
    _tile_loadd(1, t->start + SIDE, 0);
    _tile_loadd(2, t->start, 0);
    _tile_loadd(3, t->start + SIDE, 0);
    for (size_t tap = 0; tap < t->tap_count; tap++) {
        const uint8_t *a = first + t->taps[tap], *b = second + t->taps[tap];
        for (size_t c = 0; c < t->run; c += LINE) {
            _tile_loadd(6, w, B_LINE);
            _tile_loadd(4, a + c, t->pixel_bytes);
            MULTIPLY(0, 4, 6);
            _tile_loadd(7, w + LINE, B_LINE);
            MULTIPLY(1, 4, 7);
            _tile_loadd(5, b + c, t->pixel_bytes);
            MULTIPLY(2, 5, 6);
            MULTIPLY(3, 5, 7);
            w += SIDE * B_LINE;
        }
    }
}

INLINE void store_sums(int32_t *to, size_t pixels)
{
    _tile_stored(0, to, CHANNELS * sizeof *to);
    _tile_stored(1, to + SIDE, CHANNELS * sizeof *to);
    _tile_stored(2, to + pixels * CHANNELS, CHANNELS * sizeof *to);
    _tile_stored(3, to + pixels * CHANNELS + SIDE, CHANNELS * sizeof *to);
    memory_barrier();
}

/* Two pixels at a time fill a register; an odd last one fills half of it. */
INLINE void store_bytes(const cb_q8_tile *t, const q8_finish *f, const int32_t *sums, uint8_t *out)
{
    const __mmask32 mask = (__mmask32)((UINT64_C(1) << t->out_channels) - 1);
    for (size_t p = 0; p < t->pixels; p += 2) {
        size_t next = p + 1 < t->pixels ? p + 1 : p;
        __m512i v[4];
        for (size_t j = 0; j < 4; j++)
            v[j] = scaled(_mm512_loadu_si512(sums + (j < 2 ? p : next) * CHANNELS + j % 2 * LANES),
                          t->scales + j % 2 * LANES);
        __m512i bytes = bytes_in_order(f, v);
        _mm256_mask_storeu_epi8(out + next * t->out_pixel_bytes, mask,
                                _mm512_extracti64x4_epi64(bytes, 1));
        _mm256_mask_storeu_epi8(out + p * t->out_pixel_bytes, mask, _mm512_castsi512_si256(bytes));
    }
}

/* Groups `first` to `last`, one or two, whose sums are in memory. */
typedef struct {
    size_t first, last;
    const int32_t *sums;
} summed;

INLINE void store_groups(const cb_q8_tile *t, const q8_finish *f, const summed *pair)
{
    const int32_t *sums = pair->sums;
    for (size_t g = pair->first; g <= pair->last; g++, sums += t->pixels * CHANNELS)
        store_bytes(t, f, sums, t->out + t->out_places[g]);
}

/* The sums of one pair of groups become bytes while tiles multiply the next one's: each pair in
 * turn has a half of the scratch. */
INLINE void q8_direct(const cb_q8_tile *t)
{
    const q8_finish f = finish_of(t->out_zero, t->low, t->high, t->out_signed);
    summed before = {1, 0, NULL}; /* none */
    if (!t->again)
        configure(t->pixels);
    memory_barrier();
    for (size_t g = 0; g < t->group_count; g += 2) {
        size_t last = g + 1 < t->group_count ? g + 1 : g; /* one group alone is computed twice */
        int32_t *sums = t->sums + (g & 2) * SIDE * CHANNELS;
        compute(t, t->image + t->places[g], t->image + t->places[last]);
        if (t->scales)
            store_groups(t, &f, &before);
        store_sums(sums, t->pixels);
        before = (summed){g, last, sums};
    }
    if (t->scales)
        store_groups(t, &f, &before);
}

#endif
