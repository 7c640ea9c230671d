/* Products with so few columns that they would fill half a vector: two steps of k lie in it beside
 * each other. A vector of B holds b[p][j], b[p + 1][j] for each column j, one of A the pair
 * a[i][p], a[i][p + 1] over and over; even and odd lanes of a sum are added at the end. */
#include "bench/gemm/micro.h"

#include <immintrin.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif

/* The compiler shall not see what a pointer was computed from: it would keep one for each row. */
#define OPAQUE(value) __asm__("" : "+r"(value))

enum {
    ROWS = 28,
    COLUMNS = 8,
    POINTER_ROWS = 7, /* that x86 can address from one pointer with three strides */
    POINTERS = ROWS / POINTER_ROWS,
    CHAINS = 8 /* sums that keep both multiply-add units of a core busy */
};

typedef struct {
    const char *a[POINTERS], *b;
    size_t row, row3, row5; /* bytes between 1, 3 and 5 rows of A */
    size_t a_step, b_step;  /* from one pair of steps of A to the next; from one step of B */
    __mmask8 columns;
    __m512i order;
} operands;

INLINE int pointers_of(int m)
{
    return (m + POINTER_ROWS - 1) / POINTER_ROWS;
}

INLINE operands operands_of(const cb_gemm_tile *tile, int m)
{
    const size_t row = tile->a_row_bytes;
    operands op = {.b = tile->b,
                   .row = row,
                   .row3 = 3 * row,
                   .row5 = 5 * row,
                   .a_step = tile->a_step_bytes,
                   .b_step = tile->b_step_bytes,
                   .columns = (__mmask8)(0xffu >> (COLUMNS - tile->n)),
                   .order =
                       _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)};
    op.a[0] = tile->a;
    UNROLL for (int i = 1; i < pointers_of(m); i++) op.a[i] = op.a[i - 1] + POINTER_ROWS * row;
    OPAQUE(op.row);
    OPAQUE(op.row3);
    OPAQUE(op.row5);
    return op;
}

/* Where the pair of steps of row i lies. */
INLINE const void *a_at(const operands *op, int i)
{
    const size_t rows[POINTER_ROWS] = {0,           op->row,  2 * op->row, op->row3,
                                       4 * op->row, op->row5, 2 * op->row3};
    return op->a[i / POINTER_ROWS] + rows[i % POINTER_ROWS];
}

INLINE __m512 pair_of_a(const operands *op, int i)
{
    double both;
    memcpy(&both, a_at(op, i), sizeof both);
    return _mm512_castpd_ps(_mm512_set1_pd(both));
}

INLINE __m512 row_of_b(const operands *op, const char *b)
{
    return _mm512_castps256_ps512(_mm256_maskz_loadu_ps(op->columns, b));
}

/* In the form that adds into `sum`: left the choice, compilers copy registers. */
INLINE void multiply_add(__m512 a, __m512 b, __m512 *sum)
{
    __asm__("vfmadd231ps %2, %1, %0" : "+v"(*sum) : "v"(a), "v"(b));
}

INLINE void pair(operands *op, __m512 *sums, int m)
{
    const __m512 b =
        _mm512_permutex2var_ps(row_of_b(op, op->b), op->order, row_of_b(op, op->b + op->b_step));
    UNROLL for (int i = 0; i < m; i++) multiply_add(pair_of_a(op, i), b, &sums[i]);
    UNROLL for (int i = 0; i < pointers_of(m); i++)
    {
        op->a[i] += op->a_step;
        OPAQUE(op->a[i]);
    }
    op->b += 2 * op->b_step;
    OPAQUE(op->b);
    OPAQUE(op->row);
    OPAQUE(op->row3);
    OPAQUE(op->row5);
}

/* The last step of an odd number: of A's pair only the first may be read. */
INLINE void half_pair(const operands *op, __m512 *sums, int m)
{
    const __m512 b = _mm512_permutex2var_ps(row_of_b(op, op->b), op->order, _mm512_setzero_ps());
    UNROLL for (int i = 0; i < m; i++)
    {
        const __m512 a = _mm512_maskz_broadcastss_ps(0x5555, _mm_load_ss(a_at(op, i)));
        multiply_add(a, b, &sums[i]);
    }
}

INLINE void write_row(const cb_gemm_tile *tile, __mmask8 columns, char *row, __m256 sum)
{
    if (tile->accumulate)
        sum = _mm256_add_ps(sum, _mm256_maskz_loadu_ps(columns, row));
    _mm256_mask_storeu_ps(row, columns, sum);
}

/* Two rows at a time: lanes of 128 bits first hold the even (odd) sums of one row, then those of
 * the other. */
INLINE void write(const cb_gemm_tile *tile, __mmask8 columns, const __m512 *sums, int m)
{
    const __m512i rows = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    char *row = tile->c;
    UNROLL for (int i = 0; i < m; i += 2, row += 2 * tile->c_row_bytes)
    {
        const __m512 one = sums[i], two = sums[i + 1 < m ? i + 1 : i];
        const __m512 both =
            _mm512_add_ps(_mm512_shuffle_ps(one, two, 0x88), _mm512_shuffle_ps(one, two, 0xdd));
        const __m512d sorted = _mm512_permutexvar_pd(rows, _mm512_castps_pd(both));
        write_row(tile, columns, row, _mm256_castpd_ps(_mm512_castpd512_pd256(sorted)));
        if (i + 1 < m)
            write_row(tile, columns, row + tile->c_row_bytes,
                      _mm256_castpd_ps(_mm512_extractf64x4_pd(sorted, 1)));
    }
}

INLINE void compute(const cb_gemm_tile *tile, int m)
{
    const int sets = m >= CHAINS ? 1 : 2;
    __m512 sums[2 * ROWS];
    operands op = operands_of(tile, m);
    UNROLL for (int i = 0; i < sets * m; i++) sums[i] = _mm512_setzero_ps();
    size_t pairs = tile->k / 2;
    for (; pairs >= 2; pairs -= 2) {
        pair(&op, sums, m);
        pair(&op, sums + (sets - 1) * m, m);
    }
    if (pairs)
        pair(&op, sums, m);
    if (tile->k % 2)
        half_pair(&op, sums, m);
    UNROLL for (int i = m; i < sets * m; i++) sums[i - m] = _mm512_add_ps(sums[i - m], sums[i]);
    write(tile, op.columns, sums, m);
}

void gemm_f32_28x8__avx512(const cb_gemm_tile *tile)
{
#define ROW_CASE(rows)                                                                             \
    case rows:                                                                                     \
        compute(tile, rows);                                                                       \
        return
    switch (tile->m) {
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
        ROW_CASE(16);
        ROW_CASE(17);
        ROW_CASE(18);
        ROW_CASE(19);
        ROW_CASE(20);
        ROW_CASE(21);
        ROW_CASE(22);
        ROW_CASE(23);
        ROW_CASE(24);
        ROW_CASE(25);
        ROW_CASE(26);
        ROW_CASE(27);
        ROW_CASE(28);
    }
#undef ROW_CASE
}
