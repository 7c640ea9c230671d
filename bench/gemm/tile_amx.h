/* Micro-kernels of 32 x 32 on AMX tiles: a file that says
 *
 *     #define MULTIPLY(c, a, b) _tile_dpbusd(c, a, b)
 *     enum { ELEMENT_BYTES = 1 };
 *
 * before this one has tile_run(). (Tile numbers are part of an instruction, so these are macros.)
 *
 * C is 2 x 2 tiles of 16 x 16 sums, tmm0 to tmm3; A two of 16 rows of 64 bytes along k, tmm4 and
 * tmm5; B two of 16 groups of 4 bytes along k, each for 16 columns, tmm6 and tmm7. So A's kr is 64
 * bytes and B's is 4. The tiles' own sizes make the edges: what a tile does not have is neither
 * loaded nor stored.
 *
 * Whoever calls has asked the system for tile state (machine/isa.c). */
#ifndef CB_BENCH_GEMM_TILE_AMX_H
#define CB_BENCH_GEMM_TILE_AMX_H

#include "bench/gemm/micro.h"

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

enum { SIDE = 16, LINE = 64, GROUP_BYTES = 4, B_LINE = 2 * LINE };

typedef struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t column_bytes[16];
    uint8_t rows[16];
} tile_config;

_Static_assert(sizeof(tile_config) == LINE, "as LDTILECFG reads it");

/* What the compiler cannot see that tiles read and write. */
static inline void memory_barrier(void)
{
    __asm__ volatile("" ::: "memory");
}

static inline size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static tile_config config_of(const cb_gemm_tile *tile)
{
    tile_config config = {.palette = 1};
    for (size_t half = 0; half < 2; half++) {
        const size_t rows = smaller(SIDE, tile->m - smaller(tile->m, half * SIDE));
        const size_t columns = smaller(SIDE, tile->n - smaller(tile->n, half * SIDE));
        for (size_t other = 0; other < 2; other++) {
            config.rows[2 * half + other] = (uint8_t)rows;
            config.column_bytes[2 * other + half] = (uint16_t)(columns * GROUP_BYTES);
        }
        config.rows[4 + half] = (uint8_t)rows;
        config.column_bytes[4 + half] = rows ? LINE : 0;
        config.rows[6 + half] = columns ? SIDE : 0;
        config.column_bytes[6 + half] = (uint16_t)(columns * GROUP_BYTES);
    }
    for (size_t i = 0; i < 4; i++)
        if (!config.rows[i] || !config.column_bytes[i])
            config.rows[i] = 0, config.column_bytes[i] = 0;
    return config;
}

/* Loading a configuration takes as long as a dozen tile products. So one that is there stays, and
 * stays after the call. Looking whether it is waits for all tile products under way, some 100
 * cycles: what the caller knows of it is worth telling. */
static void configure(const cb_gemm_tile *tile)
{
    static const tile_config whole = {
        1, 0, {0}, {64, 64, 64, 64, 64, 64, 64, 64}, {16, 16, 16, 16, 16, 16, 16, 16}};
    tile_config part, now;
    const tile_config *wanted = &whole;
    if (tile->m < 2 * SIDE || tile->n < 2 * SIDE) {
        part = config_of(tile);
        wanted = &part;
    }
    _tile_storeconfig(&now);
    memory_barrier();
    if (memcmp(&now, wanted, sizeof now))
        _tile_loadconfig(wanted);
    memory_barrier();
}

/* Which of the 2 x 2 tiles are there. */
typedef struct {
    int below, right;
} halves;

static inline __attribute__((always_inline)) void load_c(const cb_gemm_tile *tile, halves two)
{
    char *c = tile->c, *below = c + SIDE * tile->c_row_bytes;
    if (!tile->accumulate) {
        _tile_zero(0);
        if (two.right)
            _tile_zero(1);
        if (two.below)
            _tile_zero(2);
        if (two.below && two.right)
            _tile_zero(3);
        return;
    }
    _tile_loadd(0, c, tile->c_row_bytes);
    if (two.right)
        _tile_loadd(1, c + LINE, tile->c_row_bytes);
    if (two.below)
        _tile_loadd(2, below, tile->c_row_bytes);
    if (two.below && two.right)
        _tile_loadd(3, below + LINE, tile->c_row_bytes);
}

static inline __attribute__((always_inline)) void store_c(const cb_gemm_tile *tile, halves two)
{
    char *c = tile->c, *below = c + SIDE * tile->c_row_bytes;
    _tile_stored(0, c, tile->c_row_bytes);
    if (two.right)
        _tile_stored(1, c + LINE, tile->c_row_bytes);
    if (two.below)
        _tile_stored(2, below, tile->c_row_bytes);
    if (two.below && two.right)
        _tile_stored(3, below + LINE, tile->c_row_bytes);
}

/* 64 bytes of k. */
static inline __attribute__((always_inline)) void step(const char *a, size_t a_row, const char *b,
                                                       size_t b_row, halves two)
{
    _tile_loadd(6, b, b_row);
    _tile_loadd(4, a, a_row);
    MULTIPLY(0, 4, 6);
    if (two.right) {
        _tile_loadd(7, b + LINE, b_row);
        MULTIPLY(1, 4, 7);
    }
    if (two.below) {
        _tile_loadd(5, a + SIDE * a_row, a_row);
        MULTIPLY(2, 5, 6);
    }
    if (two.below && two.right)
        MULTIPLY(3, 5, 7);
}

/* The rest of k, less than 64 bytes, filled up with zeros. */
typedef struct {
    _Alignas(LINE) char a[2 * SIDE][LINE], b[SIDE][B_LINE];
} rest_of_k;

static inline __attribute__((always_inline)) void copy_rest(const cb_gemm_tile *tile, const char *a,
                                                            const char *b, size_t rest_bytes,
                                                            rest_of_k *rest)
{
    const __mmask64 there = ~UINT64_C(0) >> (LINE - rest_bytes);
    const size_t groups = (rest_bytes + GROUP_BYTES - 1) / GROUP_BYTES;
    for (size_t i = 0; i < tile->m; i++)
        _mm512_store_si512(rest->a[i], _mm512_maskz_loadu_epi8(there, a + i * tile->a_row_bytes));
    for (size_t p = 0; p < groups; p++)
        memcpy(rest->b[p], b + p * tile->b_step_bytes, B_LINE);
    memset(rest->b[groups], 0, (SIDE - groups) * B_LINE);
}

/* The rest is copied first: tiles read such lines only when they have left the store buffer. */
static inline __attribute__((always_inline)) void compute(const cb_gemm_tile *tile, halves two)
{
    const char *a = tile->a, *b = tile->b;
    const size_t k_bytes = tile->k * ELEMENT_BYTES, steps = k_bytes / LINE;
    const size_t b_step = LINE / GROUP_BYTES * tile->b_step_bytes;
    rest_of_k rest;
    if (k_bytes % LINE)
        copy_rest(tile, a + steps * tile->a_step_bytes, b + steps * b_step, k_bytes % LINE, &rest);
    memory_barrier();
    load_c(tile, two);
    for (size_t i = 0; i < steps; i++, a += tile->a_step_bytes, b += b_step)
        step(a, tile->a_row_bytes, b, tile->b_step_bytes, two);
    if (k_bytes % LINE)
        step(rest.a[0], LINE, rest.b[0], B_LINE, two);
    store_c(tile, two);
}

static inline void tile_run(const cb_gemm_tile *tile)
{
    if (!tile->again)
        configure(tile);
    memory_barrier();
    if (tile->m > SIDE && tile->n > SIDE)
        compute(tile, (halves){1, 1});
    else if (tile->m > SIDE)
        compute(tile, (halves){1, 0});
    else if (tile->n > SIDE)
        compute(tile, (halves){0, 1});
    else
        compute(tile, (halves){0, 0});
    memory_barrier();
}

#endif
