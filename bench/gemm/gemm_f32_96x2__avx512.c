/* Products with one or two columns: sixteen steps of k lie in a vector, as A's rows have them. The
 * column of B is gathered into a vector for each sixteen steps, then one row of A after the other
 * is multiplied with it; sixteen rows at a time are summed up across their vectors in the end. */
#include "bench/gemm/micro.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* The compiler shall not see what a pointer was computed from: it would keep one for each row. */
#define OPAQUE(value) __asm__("" : "+r"(value))

enum {
    LANES = 16, /* steps in a vector, rows that are summed up together */
    GROUPS = 64 /* vectors of B's column that are gathered at once: 4 KiB */
};

/* A part of k. */
typedef struct {
    const char *a;    /* its first step */
    size_t row, step; /* bytes to A's next row, and to its next sixteen steps */
    size_t groups;
    __mmask16 last;      /* steps of the last group */
    __m512 b[2][GROUPS]; /* of each column */
} part;

/* Sixteen steps of a column of B, `bytes` apart; of the last ones some. */
INLINE __m512 gather(const char *b, size_t bytes, __mmask16 steps)
{
    if (bytes == sizeof(float))
        return _mm512_maskz_loadu_ps(steps, b);
    const __m512i order = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    const __m512i at = _mm512_mullo_epi64(order, _mm512_set1_epi64((long long)bytes));
    const __m256 zero = _mm256_setzero_ps();
    const __m256 low = _mm512_mask_i64gather_ps(zero, (__mmask8)steps, at, b, 1);
    const __m256 high =
        _mm512_mask_i64gather_ps(zero, (__mmask8)(steps >> 8), at, b + 8 * bytes, 1);
    return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}

/* B's columns, from step `first` on. */
static void gather_b(const cb_gemm_tile *tile, size_t first, part *p)
{
    const size_t bytes = tile->b_step_bytes;
    const char *b = (const char *)tile->b + first * bytes;
    for (size_t g = 0; g < p->groups; g++, b += LANES * bytes)
        for (size_t j = 0; j < tile->n; j++)
            p->b[j][g] = gather(b + j * sizeof(float), bytes, g + 1 < p->groups ? 0xffff : p->last);
}

/* ---- sums across vectors ---- */

INLINE __m512 add_pairs(__m512 a, __m512 b)
{
    return _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
}

INLINE __m512 add_halves(__m512 a, __m512 b)
{
    return _mm512_add_ps(_mm512_shuffle_ps(a, b, 0x44), _mm512_shuffle_ps(a, b, 0xee));
}

INLINE __m512 add_quarters(__m512 a, __m512 b)
{
    return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xdd));
}

/* Lane i: all lanes of sums[i]. */
INLINE __m512 sum_up(const __m512 sums[LANES])
{
    __m512 four[4];
    UNROLL for (int i = 0; i < 4; i++)
    {
        const __m512 *s = sums + 4 * i;
        four[i] = add_halves(add_pairs(s[0], s[1]), add_pairs(s[2], s[3]));
    }
    return add_quarters(add_quarters(four[0], four[1]), add_quarters(four[2], four[3]));
}

/* ---- rows ---- */

enum { POINTER_ROWS = 7 }; /* that x86 can address from one pointer with three strides */

typedef struct {
    const char *a[3];
    size_t row, row3, row5; /* bytes between 1, 3 and 5 rows */
} rows;

/* Where the sixteen steps of row i lie. */
INLINE const void *a_at(const rows *r, int i)
{
    const size_t at[POINTER_ROWS] = {0,          r->row,  2 * r->row, r->row3,
                                     4 * r->row, r->row5, 2 * r->row3};
    return r->a[i / POINTER_ROWS] + at[i % POINTER_ROWS];
}

/* Sixteen steps of A's row i into its sum of each column. */
INLINE void multiply_row(__m512 a, const __m512 b[2], __m512 *sums, int i, int columns)
{
    UNROLL for (int j = 0; j < columns; j++)
    {
        __m512 *sum = &sums[j * (LANES / 2) + i];
        *sum = _mm512_fmadd_ps(a, b[j], *sum);
    }
}

/* Of m rows and `columns`, which are constant: at most sixteen sums, the second column's from lane
 * 8 on. */
INLINE __m512 multiply(const part *p, const char *a, int m, int columns)
{
    __m512 sums[LANES];
    rows r = {.a = {a, a + POINTER_ROWS * p->row, a + 2 * POINTER_ROWS * p->row},
              .row = p->row,
              .row3 = 3 * p->row,
              .row5 = 5 * p->row};
    OPAQUE(r.row);
    OPAQUE(r.row3);
    OPAQUE(r.row5);
    UNROLL for (int i = 0; i < LANES; i++) sums[i] = _mm512_setzero_ps();
    for (size_t g = 0; g + 1 < p->groups; g++) {
        const __m512 b[2] = {p->b[0][g], p->b[columns - 1][g]};
        UNROLL for (int i = 0; i < m; i++)
            multiply_row(_mm512_loadu_ps(a_at(&r, i)), b, sums, i, columns);
        UNROLL for (int i = 0; i < 3; i++)
        {
            r.a[i] += p->step;
            OPAQUE(r.a[i]);
        }
        OPAQUE(r.row);
        OPAQUE(r.row3);
        OPAQUE(r.row5);
    }
    const size_t g = p->groups - 1;
    const __m512 b[2] = {p->b[0][g], p->b[columns - 1][g]};
    UNROLL for (int i = 0; i < m; i++)
        multiply_row(_mm512_maskz_loadu_ps(p->last, a_at(&r, i)), b, sums, i, columns);
    return sum_up(sums);
}

/* Only `columns` is constant. A number of rows whose sums fill no vector is no case. */
INLINE __m512 multiply_rows(const part *p, const char *a, size_t count, int columns)
{
#define ROW_CASE(m)                                                                                \
    case m:                                                                                        \
        return multiply(p, a, (m)*columns <= LANES ? (m) : 1, columns)
    switch (count) {
        ROW_CASE(1);
        ROW_CASE(2);
        ROW_CASE(3);
        ROW_CASE(4);
        ROW_CASE(5);
        ROW_CASE(6);
        ROW_CASE(7);
        ROW_CASE(8);
        ROW_CASE(9);
        ROW_CASE(10);
        ROW_CASE(11);
        ROW_CASE(12);
        ROW_CASE(13);
        ROW_CASE(14);
        ROW_CASE(15);
    default:
        return multiply(p, a, LANES / columns, columns);
    }
#undef ROW_CASE
}

static void put(const cb_gemm_tile *tile, size_t first, size_t count, __m512 sums, bool adds)
{
    float lanes[LANES];
    char *c = (char *)tile->c + first * tile->c_row_bytes;
    _mm512_storeu_ps(lanes, sums);
    for (size_t i = 0; i < count; i++, c += tile->c_row_bytes) {
        float *to = (float *)(void *)c;
        to[0] = adds ? to[0] + lanes[i] : lanes[i];
        if (tile->n == 2)
            to[1] = adds ? to[1] + lanes[LANES / 2 + i] : lanes[LANES / 2 + i];
    }
}

static void run_part(const cb_gemm_tile *tile, const part *p, bool adds)
{
    const size_t most = LANES / tile->n, blocks = (tile->m + most - 1) / most;
    for (size_t i = 0; i < blocks; i++) {
        const size_t first = tile->m * i / blocks, count = tile->m * (i + 1) / blocks - first;
        const char *a = p->a + first * p->row;
        put(tile, first, count,
            tile->n == 1 ? multiply_rows(p, a, count, 1) : multiply_rows(p, a, count, 2), adds);
    }
}

static void clear(const cb_gemm_tile *tile)
{
    for (size_t i = 0; i < tile->m && !tile->accumulate; i++)
        memset((char *)tile->c + i * tile->c_row_bytes, 0, tile->n * sizeof(float));
}

void gemm_f32_96x2__avx512(const cb_gemm_tile *tile)
{
    part p;
    if (!tile->k)
        clear(tile);
    for (size_t k = 0; k < tile->k; k += GROUPS * LANES) {
        const size_t steps = tile->k - k < GROUPS * LANES ? tile->k - k : GROUPS * LANES;
        p.a = (const char *)tile->a + k / LANES * tile->a_step_bytes;
        p.row = tile->a_row_bytes;
        p.step = tile->a_step_bytes;
        p.groups = (steps + LANES - 1) / LANES;
        p.last = (__mmask16)(0xffffu >> (LANES - 1 - (steps - 1) % LANES));
        gather_b(tile, k, &p);
        run_part(tile, &p, k > 0 || tile->accumulate);
    }
}
