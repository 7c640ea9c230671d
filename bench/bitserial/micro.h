/* Kernels of the bit-serial family: matrix tiles over bit planes, packing, look-up tables.
 *
 * A number of b bits is b planes; plane p holds bit p of every number. Rows of a panel stand beside
 * each other so that a kernel reads a panel front to back:
 *     activations: a[k / a_word][i < mr][a_word bits]    weights: w[k / w_word][j < nr][w_word
 * bits] one such panel for each plane, bits of k in the order of memory (bit k % 8 of byte k / 8),
 * zeros behind the last k and behind the last row. A kernel whose planes are BESIDE each other
 * takes activations as a[k / a_word][i < mr][plane][a_word bits], all planes one panel. */
#ifndef CB_BENCH_BITSERIAL_MICRO_H
#define CB_BENCH_BITSERIAL_MICRO_H

#include "machine/isa.h"

#include <stddef.h>
#include <stdint.h>

/* One plane of activations times one plane of weights, S the tile's sums over k:
 *     c = base + row_add + (S << shift)   AND, TWO     c = base + row_add - (S << shift)   XOR
 * where base is a matrix too (c itself, to add to it), or one row for all (base_row_bytes 0). */
typedef struct {
    const void *a;
    const void *w;
    int32_t *c; /* row i at c + i * c_row_bytes; only m x n elements may be touched */
    size_t c_row_bytes;
    const int32_t *base;
    size_t base_row_bytes;
    size_t words;         /* of k: groups of max(a_word, w_word) bits */
    size_t m;             /* rows, any number: panels of mr rows, */
    size_t a_panel_bytes; /* so far apart */
    size_t n;             /* 1 to nr */
    size_t shift;
    const int32_t *row_add; /* m values */
    size_t a_row_bytes;     /* from one row of a panel to the next, */
    size_t a_word_bytes; /* and from one word of k: a_word / 8 and mr times that, where planes are
                            apart (kernels may take that as given), else more */
} cb_bits_tile;

typedef void cb_bits_tile_fn(const cb_bits_tile *tile);

/* Codes to bit planes. Row i, code k is the byte x[i * x_row_bytes + k]; its bits below `bits`,
 * exclusive-or `flip`, go to the planes. Word q (64 codes) of row i of plane p lands at
 *     out + p * plane_bytes + i * row_bytes + (q / group) * group_bytes + (q % group) * 8
 * and `words` words are written whatever k is: zeros behind the last code. */
typedef struct {
    const uint8_t *x;
    size_t x_row_bytes;
    size_t rows, k, words;
    unsigned bits, flip;
    uint8_t *out;
    size_t plane_bytes, row_bytes, group, group_bytes;
    int32_t *sums; /* sums[i]: of row i's codes after `flip`; NULL: not wanted */
} cb_bits_pack;

typedef void cb_bits_pack_fn(const cb_bits_pack *pack);

/* Activations to tables. A group of `a_word` codes (4 or 6) of one row becomes 2^a_word sums: entry
 * x of those whose bit in x is set, of t = (code ^ flip) - 2^(bits - 1), 0 behind the last code; as
 * int16, first the low bytes of all entries, then their high bytes. */
typedef struct {
    const uint8_t *x;
    size_t k;
    unsigned bits, flip;
    size_t groups; /* that are written, whatever k is */
    uint8_t *table;
    int32_t *sum; /* of all t */
} cb_bits_table;

typedef void cb_bits_table_fn(const cb_bits_table *table);

/* Weights of few bits, a_word of them at a time, through such tables:
 *     c[i][j] = col_add[j] + row_add[i]
 *               + (sum over planes p, groups g of (table[i][g][index[p][g][j]] << p) << shift)
 * An index is the bits of column j in group g of plane p; where it lies says cb_bits_index_of. */
typedef struct {
    const uint8_t *table; /* row i at table + i * table_row_bytes; 2 << a_word bytes a group */
    size_t table_row_bytes;
    const uint8_t *index;
    size_t plane_bytes;
    size_t bits;   /* of the weights */
    size_t groups; /* even */
    int32_t *c;
    size_t c_row_bytes;
    size_t m, n; /* 1 to mr, 1 to nr */
    size_t shift;
    const int32_t *row_add, *col_add; /* col_add may be c, to add to it, where m is 1 */
} cb_bits_lut;

typedef void cb_bits_lut_fn(const cb_bits_lut *lut);

typedef enum {
    CB_BITS_AND,  /* S = popcount(w & a) */
    CB_BITS_XOR,  /* S = popcount(w ^ a) */
    CB_BITS_TWO,  /* S = popcount(w & a) - popcount(~w & a), as TVM and the paper count */
    CB_BITS_PACK, /* codes to planes */
    CB_BITS_LUT,
    CB_BITS_TABLE, /* codes to tables */
} cb_bits_kind;

/* Which cores a kernel was ordered for. */
typedef enum { CB_BITS_ANY_CORE, CB_BITS_OUT_OF_ORDER, CB_BITS_IN_ORDER } cb_bits_core;

/* Where a kernel wants the planes of its activations; of packing and look-ups: APART. */
typedef enum { CB_BITS_APART, CB_BITS_BESIDE } cb_bits_planes;

typedef struct cb_bits_kernel cb_bits_kernel;

/* The twin that defines a kernel, for any tile and words: `work` is a cb_bits_tile, cb_bits_pack,
 * cb_bits_lut or cb_bits_table, as the kernel's kind says. */
typedef void cb_bits_oracle_fn(const void *work, const cb_bits_kernel *kernel);

struct cb_bits_kernel {
    const char *name; /* stem = symbol */
    cb_isa isa;
    cb_bits_kind kind;
    cb_bits_core core;
    cb_bits_planes planes;
    int mr, nr;
    int a_word, w_word; /* bits of one row that stand beside each other; LUT, TABLE: of an
                           index */
    cb_bits_tile_fn *tile;
    cb_bits_pack_fn *pack;
    cb_bits_lut_fn *lut;
    cb_bits_table_fn *table;
    cb_bits_oracle_fn *oracle;
    const char *oracle_name;
};

extern const cb_bits_kernel cb_bits_kernels[];
extern const size_t cb_bits_kernel_count;

/* The group of k that a tile kernel takes at once, in bits. */
static inline size_t cb_bits_word(const cb_bits_kernel *kernel)
{
    return (size_t)(kernel->a_word > kernel->w_word ? kernel->a_word : kernel->w_word);
}

/* Where a look-up kernel has the index of a group and column: a byte of a plane, and bits of it. */
typedef struct {
    size_t byte;
    unsigned shift;
} cb_bits_index_place;

/* Fours: two groups share a byte, the second one in its upper half. Sixes: a byte each, columns
 * dealt out to fours of bytes, 16 columns apart. */
static inline cb_bits_index_place cb_bits_index_of(const cb_bits_kernel *kernel, size_t group,
                                                   size_t column)
{
    size_t nr = (size_t)kernel->nr;
    if (kernel->a_word == 4)
        return (cb_bits_index_place){group / 2 * nr + column, (unsigned)(group % 2 * 4)};
    return (cb_bits_index_place){group * nr + column % 16 * 4 + column / 16, 0};
}

/* Bytes of a plane of one panel. */
static inline size_t cb_bits_index_bytes(const cb_bits_kernel *kernel, size_t groups)
{
    return groups * (size_t)kernel->nr / (kernel->a_word == 4 ? 2 : 1);
}

#endif
