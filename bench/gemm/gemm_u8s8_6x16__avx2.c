/* int8 on AVX2, 6 x 16: A unsigned, B signed, four along k in a group.
 *
 * VPMADDUBSW multiplies bytes, but its sums of two products saturate: 2 x 255 x 127 is more than an
 * int16 holds. Where packing promises that no pair of weights does that (tile->b_products, from
 * |b_0| + |b_1| <= 128), three instructions add 32 products: VPMADDUBSW, VPMADDWD with ones,
 * VPADDD.
 *
 * Else both operands become int16, and VPMADDWD makes exact int32 sums of two products: four
 * instructions for 32. The even and the odd numbers of a group are what stays of 16-bit lanes when
 * they are shifted or cut, so that no byte moves between lanes; those of B stay in upper halves. A,
 * which every column's vector needs again, is widened into a buffer of CHUNK steps of k; B, which
 * six rows need, while it is loaded.
 *
 * A's kr is 16, so that half a vector of it is contiguous. */
#include "bench/gemm/micro.h"

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { ROWS = 6, VECTORS = 2, LANES = 8, A_KR = 16, GROUP = 4, B_STEP = 64, CHUNK = 256 };

/* ---- A widened ---- */

/* One chunk of A: of each group of four its even numbers, and its odd ones. */
typedef struct {
    _Alignas(32) int16_t even[ROWS][CHUNK / 2], odd[ROWS][CHUNK / 2];
} wide_a;

/* 32 steps of a row. */
INLINE void put_wide(wide_a *wide, size_t row, size_t step, __m128i first, __m128i second)
{
    const __m256i bytes = _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
    _mm256_store_si256((void *)&wide->even[row][step / 2],
                       _mm256_and_si256(bytes, _mm256_set1_epi16(0x00ff)));
    _mm256_store_si256((void *)&wide->odd[row][step / 2], _mm256_srli_epi16(bytes, 8));
}

/* The last of a row, fewer than 32, and zeros behind them. */
static void widen_rest(wide_a *wide, size_t row, size_t step, const char *from, size_t step_bytes,
                       size_t count)
{
    const size_t here = count < A_KR ? count : A_KR;
    __m128i first = _mm_setzero_si128(), second = _mm_setzero_si128();
    memcpy(&first, from, here);
    if (count > here)
        memcpy(&second, from + step_bytes, count - here);
    put_wide(wide, row, step, first, second);
}

/* Steps [first, first + count) of A; first is a multiple of CHUNK. */
static void widen(const cb_gemm_tile *tile, size_t first, size_t count, wide_a *wide)
{
    const size_t step_bytes = tile->a_step_bytes, rest = count % (2 * A_KR), whole = count - rest;
    for (size_t i = 0; i < tile->m; i++) {
        const char *from = (const char *)tile->a + i * tile->a_row_bytes;
        from += first / A_KR * step_bytes;
        for (size_t p = 0; p < whole; p += 2 * A_KR, from += 2 * step_bytes)
            put_wide(wide, i, p, _mm_loadu_si128((const void *)from),
                     _mm_loadu_si128((const void *)(from + step_bytes)));
        if (rest)
            widen_rest(wide, i, whole, from, step_bytes, rest);
    }
}

/* ---- products ---- */

INLINE __m256i broadcast(const void *from)
{
    int32_t word;
    memcpy(&word, from, sizeof word);
    return _mm256_set1_epi32(word);
}

/* One after the other: left the choice, compilers multiply twelve times first and spill. */
INLINE __m256i add_wide(__m256i a, __m256i b, __m256i sum)
{
    __m256i products;
    __asm__("vpmaddwd %3, %2, %1\n\tvpaddd %1, %0, %0"
            : "+x"(sum), "=&x"(products)
            : "x"(a), "x"(b));
    return sum;
}

INLINE __m256i add_narrow(__m256i a, const void *b, __m256i ones, __m256i sum)
{
    __m256i products;
    __asm__("vpmaddubsw %3, %2, %1\n\tvpmaddwd %4, %1, %1\n\tvpaddd %1, %0, %0"
            : "+x"(sum), "=&x"(products)
            : "x"(a), "m"(*(const __m256i *)b), "x"(ones));
    return sum;
}

/* Two of a group's four steps: 16-bit pairs of A and of B. */
INLINE void half_step(const int16_t (*a)[CHUNK / 2], size_t at, const __m256i *b, __m256i *sums,
                      int m, int vectors)
{
    UNROLL for (int i = 0; i < m; i++)
    {
        const __m256i pair = broadcast(&a[i][at]);
        UNROLL for (int v = 0; v < vectors; v++) sums[i * vectors + v] =
            add_wide(pair, b[v], sums[i * vectors + v]);
    }
}

/* Bytes in the upper halves of 16-bit lanes are 256 times their numbers, and so are the sums: over
 * CHUNK steps these are 256 x 255 x 128 x 256 < 2^31 at most. */
INLINE void wide_step(const wide_a *wide, size_t p, const char *b, __m256i *sums, int m,
                      int vectors)
{
    const __m256i upper = _mm256_set1_epi16((short)0xff00);
    __m256i half[VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) half[v] =
        _mm256_slli_epi16(_mm256_loadu_si256((const void *)(b + v * GROUP * LANES)), 8);
    half_step(wide->even, p / 2, half, sums, m, vectors);
    UNROLL for (int v = 0; v < vectors; v++) half[v] =
        _mm256_and_si256(_mm256_loadu_si256((const void *)(b + v * GROUP * LANES)), upper);
    half_step(wide->odd, p / 2, half, sums, m, vectors);
}

INLINE void add_chunk(const wide_a *wide, size_t count, const char *b, __m256i *totals, int m,
                      int vectors)
{
    __m256i sums[ROWS * VECTORS];
    size_t p = 0;
    UNROLL for (int i = 0; i < m * vectors; i++) sums[i] = _mm256_setzero_si256();
    for (; p + 2 * GROUP <= count; p += 2 * GROUP, b += 2 * B_STEP) {
        wide_step(wide, p, b, sums, m, vectors);
        wide_step(wide, p + GROUP, b + B_STEP, sums, m, vectors);
    }
    for (; p < count; p += GROUP, b += B_STEP)
        wide_step(wide, p, b, sums, m, vectors);
    UNROLL for (int i = 0; i < m * vectors; i++) totals[i] =
        _mm256_add_epi32(totals[i], _mm256_srai_epi32(sums[i], 8));
}

INLINE void sum_wide(const cb_gemm_tile *tile, __m256i *sums, int m, int vectors)
{
    wide_a wide;
    const char *b = tile->b;
    for (size_t first = 0; first < tile->k; first += CHUNK, b += CHUNK / GROUP * B_STEP) {
        const size_t left = tile->k - first, count = left < CHUNK ? left : CHUNK;
        widen(tile, first, count, &wide);
        add_chunk(&wide, count, b, sums, m, vectors);
    }
}

/* Rows of A from one pointer with three strides, which x86 addresses without arithmetic. */
typedef struct {
    size_t row, row3, row5;
} strides;

/* The compiler shall not see what a stride was computed from: it would add them up each time. */
#define OPAQUE(value) __asm__("" : "+r"(value))

INLINE strides strides_of(size_t row)
{
    strides s = {row, 3 * row, 5 * row};
    OPAQUE(s.row);
    OPAQUE(s.row3);
    OPAQUE(s.row5);
    return s;
}

/* A group at `a`. */
INLINE void narrow_step(const char *a, const strides *s, const char *b, __m256i *sums, int m,
                        int vectors)
{
    const __m256i ones = _mm256_set1_epi16(1);
    const size_t rows[ROWS] = {0, s->row, 2 * s->row, s->row3, 4 * s->row, s->row5};
    UNROLL for (int i = 0; i < m; i++)
    {
        const __m256i group = broadcast(a + rows[i]);
        UNROLL for (int v = 0; v < vectors; v++) sums[i * vectors + v] =
            add_narrow(group, b + v * GROUP * LANES, ones, sums[i * vectors + v]);
    }
}

/* The last group, of which A may have fewer than four bytes. */
INLINE void last_step(const char *a, size_t row, size_t count, const char *b, __m256i *sums, int m,
                      int vectors)
{
    char groups[ROWS][GROUP] = {{0}};
    const strides s = strides_of(GROUP);
    for (size_t i = 0; i < (size_t)m; i++)
        memcpy(groups[i], a + i * row, count);
    narrow_step(groups[0], &s, b, sums, m, vectors);
}

INLINE void sum_narrow(const cb_gemm_tile *tile, __m256i *sums, int m, int vectors)
{
    const strides s = strides_of(tile->a_row_bytes);
    const char *a = tile->a, *b = tile->b;
    size_t left = tile->k, at = 0;
    for (; left >= A_KR; left -= A_KR, a += tile->a_step_bytes, b += A_KR / GROUP * B_STEP)
        UNROLL for (size_t q = 0; q < A_KR / GROUP; q++)
            narrow_step(a + q * GROUP, &s, b + q * B_STEP, sums, m, vectors);
    for (; left - at >= GROUP; at += GROUP, b += B_STEP)
        narrow_step(a + at, &s, b, sums, m, vectors);
    if (at < left)
        last_step(a + at, s.row, left - at, b, sums, m, vectors);
}

/* ---- tiles ---- */

INLINE __m256i first_lanes(size_t n)
{
    static const int32_t ones_then_zeros[2 * LANES] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256((const void *)(ones_then_zeros + LANES - n));
}

INLINE __m256i with_c(const cb_gemm_tile *tile, __m256i sum, const int *c, __m256i mask)
{
    return tile->accumulate ? _mm256_add_epi32(sum, _mm256_maskload_epi32(c, mask)) : sum;
}

/* Masked stores take longer than whole ones. */
INLINE void write(const cb_gemm_tile *tile, const __m256i *sums, int m, int vectors)
{
    char *row = tile->c;
    const size_t whole = tile->n / LANES;
    const __m256i some = first_lanes(tile->n % LANES), all = first_lanes(LANES);
    UNROLL for (int i = 0; i < m; i++, row += tile->c_row_bytes)
    {
        UNROLL for (int v = 0; v < vectors; v++)
        {
            int *c = (int *)(void *)row + v * LANES;
            if ((size_t)v < whole)
                _mm256_storeu_si256((void *)c, with_c(tile, sums[i * vectors + v], c, all));
            else
                _mm256_maskstore_epi32(c, some, with_c(tile, sums[i * vectors + v], c, some));
        }
    }
}

INLINE void begin(const cb_gemm_tile *tile, __m256i *sums, int m, int vectors)
{
    UNROLL for (int i = 0; i < m; i++) UNROLL for (int v = 0; v < vectors; v++)
        sums[i * vectors + v] =
            tile->start ? _mm256_loadu_si256((const void *)(tile->start + v * LANES))
                        : _mm256_setzero_si256();
}

INLINE void compute(const cb_gemm_tile *tile, int m, int vectors)
{
    __m256i sums[ROWS * VECTORS];
    begin(tile, sums, m, vectors);
    if (tile->b_products >= 2)
        sum_narrow(tile, sums, m, vectors);
    else
        sum_wide(tile, sums, m, vectors);
    write(tile, sums, m, vectors);
}

/* `vectors` is constant. */
INLINE void compute_rows(const cb_gemm_tile *tile, int vectors)
{
    switch (tile->m) {
    case 1:
        compute(tile, 1, vectors);
        return;
    case 2:
        compute(tile, 2, vectors);
        return;
    case 3:
        compute(tile, 3, vectors);
        return;
    case 4:
        compute(tile, 4, vectors);
        return;
    case 5:
        compute(tile, 5, vectors);
        return;
    default:
        compute(tile, ROWS, vectors);
    }
}

void gemm_u8s8_6x16__avx2(const cb_gemm_tile *tile)
{
    if (tile->n > LANES)
        compute_rows(tile, 2);
    else
        compute_rows(tile, 1);
}
