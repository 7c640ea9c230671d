/* Matrix multiply by look-up: the weights' bits in fours (or sixes: the kernel says) are an index
 * into the 16 (64) sums of four (six) activations. Cost grows with the bits of the weights alone;
 * activations have up to 8 bits.
 *
 * Activations are centred, t = v - 2^(b-1), so that sums of dozens of groups are an int16: sum x y
 * = sx sy sum t vy + sx oy sum t + sy ox' sum vy + K ox' oy,  ox' = ox + sx 2^(b-1).
 */
#include "bench/bitserial/inside.h"

#include <stdlib.h>
#include <string.h>

/* Tables that stay in the L1 while all weights pass by. */
enum { BLOCK_BYTES = 24 << 10 };

typedef struct {
    cb_buffer tables;
    int32_t *row_add;
} room;

struct cb_bits_tables {
    cb_bits_matmul shape;
    const cb_bits_kernel *kernel, *builder;
    size_t groups; /* of k, an even number */
    int threads;
    bool split_n;
    size_t rows;         /* of tables in a block, */
    size_t block_groups; /* and groups of each; even */
    cb_buffer index;
    int32_t *col_add;
    room *rooms;
};

/* ---- weights ---- */

/* Bits of weights that are an index, and bytes of one table. */
static size_t group_k(const cb_bits_tables *t)
{
    return (size_t)t->kernel->a_word;
}

static size_t table_bytes(const cb_bits_tables *t)
{
    return (size_t)2 << group_k(t);
}

static size_t plane_bytes(const cb_bits_tables *t)
{
    return cb_bits_index_bytes(t->kernel, t->groups);
}

static size_t panel_bytes(const cb_bits_tables *t)
{
    return plane_bytes(t) * (size_t)t->shape.w.bits;
}

static void pack_code(cb_bits_tables *t, size_t column, size_t k, unsigned v)
{
    size_t nr = (size_t)t->kernel->nr, each = group_k(t);
    cb_bits_index_place place = cb_bits_index_of(t->kernel, k / each, column % nr);
    uint8_t *at = (uint8_t *)t->index.data + column / nr * panel_bytes(t) + place.byte;
    for (int p = 0; p < t->shape.w.bits; p++, at += plane_bytes(t))
        *at = (uint8_t)(*at | (v >> p & 1) << (place.shift + k % each));
}

/* The offset of the centred activations. */
static int32_t centred_offset(const cb_bits_type *a)
{
    return a->offset + (1 << (a->bits - 1) << a->log2_scale);
}

static void pack_column(cb_bits_tables *t, size_t column, const uint8_t *codes)
{
    const cb_bits_type *w = &t->shape.w;
    int32_t sum = 0, offset = centred_offset(&t->shape.a);
    for (size_t k = 0; k < t->shape.k; k++) {
        unsigned v = (codes[k] & ((1u << w->bits) - 1)) ^ w->flip;
        sum += (int32_t)v;
        pack_code(t, column, k, v);
    }
    t->col_add[column] = (int32_t)((uint32_t)offset * ((uint32_t)sum << w->log2_scale) +
                                   (uint32_t)t->shape.k * (uint32_t)(offset * w->offset));
}

/* ---- the call ---- */

/* A block of tables, and the part of C that it goes to. */
typedef struct {
    size_t row, rows, group, groups;
    size_t panel, panels; /* of weights */
} block;

/* Tables of the block; into row_add what the rows' t of it add to C. */
static void build(const cb_bits_tables *t, const room *r, const block *b, const uint8_t *a)
{
    const size_t first = b->group * group_k(t), k = t->shape.k > first ? t->shape.k - first : 0;
    const int32_t factor = t->shape.w.offset * (1 << t->shape.a.log2_scale);
    for (size_t i = 0; i < b->rows; i++) {
        uint8_t *to = (uint8_t *)r->tables.data + i * b->groups * table_bytes(t);
        t->builder->table(
            &(cb_bits_table){.x = a + (b->row + i) * t->shape.k + first,
                             .k = k < b->groups * group_k(t) ? k : b->groups * group_k(t),
                             .bits = (unsigned)t->shape.a.bits,
                             .flip = t->shape.a.flip,
                             .groups = b->groups,
                             .table = to,
                             .sum = r->row_add + i});
        r->row_add[i] *= factor;
    }
}

/* The first block starts C, the others add to it. */
static void multiply(const cb_bits_tables *t, const room *r, const block *b, int32_t *c)
{
    const size_t nr = (size_t)t->kernel->nr, n = t->shape.n, row_bytes = b->groups * table_bytes(t);
    const uint8_t *index =
        (const uint8_t *)t->index.data + cb_bits_index_bytes(t->kernel, b->group);
    for (size_t p = b->panel; p < b->panel + b->panels; p++)
        for (size_t i = 0; i < b->rows; i++) {
            int32_t *to = c + (b->row + i) * n + p * nr;
            t->kernel->lut(
                &(cb_bits_lut){.table = (const uint8_t *)r->tables.data + i * row_bytes,
                               .table_row_bytes = row_bytes,
                               .index = index + p * panel_bytes(t),
                               .plane_bytes = plane_bytes(t),
                               .bits = (size_t)t->shape.w.bits,
                               .groups = b->groups,
                               .c = to,
                               .c_row_bytes = n * sizeof *c,
                               .m = 1,
                               .n = n - p * nr < nr ? n - p * nr : nr,
                               .shift = (size_t)(t->shape.a.log2_scale + t->shape.w.log2_scale),
                               .row_add = r->row_add + i,
                               .col_add = b->group ? to : t->col_add + p * nr});
        }
}

void cb_bits_tables_call(cb_bits_tables *t, const uint8_t *a, int32_t *c, int thread)
{
    if (thread >= t->threads)
        return;
    const size_t all = cb_bits_ceil(t->shape.n, (size_t)t->kernel->nr);
    const size_t at = (size_t)thread, count = (size_t)t->threads;
    block b = {.panels = all};
    size_t m0 = t->split_n ? 0 : t->shape.m * at / count;
    size_t m1 = t->split_n ? t->shape.m : t->shape.m * (at + 1) / count;
    if (t->split_n) {
        b.panel = all * at / count;
        b.panels = all * (at + 1) / count - b.panel;
    }
    for (b.row = m0; b.row < m1; b.row += b.rows) {
        b.rows = m1 - b.row < t->rows ? m1 - b.row : t->rows;
        for (b.group = 0; b.group < t->groups; b.group += b.groups) {
            size_t left = t->groups - b.group;
            b.groups = left < t->block_groups ? left : t->block_groups;
            build(t, &t->rooms[thread], &b, a);
            multiply(t, &t->rooms[thread], &b, c);
        }
    }
}

/* ---- making ---- */

static cb_status make_rooms(cb_bits_tables *t, cb_error *err)
{
    t->rooms = calloc((size_t)t->threads, sizeof *t->rooms);
    for (int i = 0; t->rooms && i < t->threads; i++) {
        cb_status status = cb_buffer_new(t->rows * t->block_groups * table_bytes(t), 0,
                                         CB_PAGES_DEFAULT, err, &t->rooms[i].tables);
        t->rooms[i].row_add = calloc(t->rows, sizeof *t->rooms[i].row_add);
        if (status != CB_OK)
            return status;
        if (!t->rooms[i].row_add)
            return cb_fail(err, CB_NO_MEMORY, "no memory for look-up tables");
    }
    return t->rooms ? CB_OK : cb_fail(err, CB_NO_MEMORY, "no memory for look-up tables");
}

static cb_status make(cb_bits_tables *t, const uint8_t *codes, cb_error *err)
{
    size_t panels = cb_bits_ceil(t->shape.n, (size_t)t->kernel->nr);
    t->groups = (cb_bits_ceil(t->shape.k, group_k(t)) + 1) / 2 * 2;
    size_t blocks = cb_bits_ceil(t->groups * table_bytes(t), BLOCK_BYTES);
    t->block_groups = (cb_bits_ceil(t->groups, blocks) + 1) / 2 * 2;
    t->rows = BLOCK_BYTES / (t->block_groups * table_bytes(t));
    t->rows = t->rows ? t->rows : 1;
    t->col_add = calloc(t->shape.n, sizeof *t->col_add);
    if (!t->col_add)
        return cb_fail(err, CB_NO_MEMORY, "no memory for sums of columns");
    cb_status status = cb_buffer_new(panels * panel_bytes(t), 0, CB_PAGES_DEFAULT, err, &t->index);
    for (size_t j = 0; status == CB_OK && j < t->shape.n; j++)
        pack_column(t, j, codes + j * t->shape.k);
    return status ? status : make_rooms(t, err);
}

/* What builds the kernel's tables: the first that may run. */
static const cb_bits_kernel *builder_of(const cb_bits_kernel *kernel, const cb_bits_target *target)
{
    for (size_t i = 0; i < cb_bits_kernel_count; i++) {
        const cb_bits_kernel *k = &cb_bits_kernels[i];
        if (k->kind == CB_BITS_TABLE && k->a_word == kernel->a_word &&
            (target->isa & cb_isa_bit(k->isa)))
            return k;
    }
    return NULL;
}

cb_status cb_bits_tables_new(const cb_bits_matmul *shape, const uint8_t *codes,
                             const cb_bits_target *target, int threads, cb_error *err,
                             cb_bits_tables **tables)
{
    cb_bits_plan plan; /* checks the sums */
    cb_bits_target any = *target;
    any.kernel_glob = NULL;
    cb_status status = cb_bits_plan_make(shape, 1, CB_BITS_FORM_AUTO, &any, 1, err, &plan);
    if (status != CB_OK)
        return status;
    cb_bits_tables *t = calloc(1, sizeof *t);
    if (!t)
        return cb_fail(err, CB_NO_MEMORY, "no memory for look-up tables");
    t->shape = *shape;
    t->kernel = cb_bits_kernel_of(CB_BITS_LUT, target);
    t->builder = t->kernel ? builder_of(t->kernel, target) : NULL;
    t->split_n = shape->m < 2 * (size_t)threads;
    t->threads = threads;
    status = t->builder ? make(t, codes, err)
                        : cb_fail(err, CB_UNSUPPORTED, "no look-up kernel matches --kernel");
    if (status != CB_OK) {
        cb_bits_tables_free(t);
        return status;
    }
    *tables = t;
    return CB_OK;
}

void cb_bits_tables_free(cb_bits_tables *tables)
{
    if (!tables)
        return;
    for (int i = 0; tables->rooms && i < tables->threads; i++) {
        cb_buffer_free(&tables->rooms[i].tables);
        free(tables->rooms[i].row_add);
    }
    cb_buffer_free(&tables->index);
    free(tables->rooms);
    free(tables->col_add);
    free(tables);
}

const cb_bits_kernel *cb_bits_tables_kernel(const cb_bits_tables *tables)
{
    return tables->kernel;
}

double cb_bits_tables_packed_bytes(const cb_bits_tables *tables)
{
    return (double)(tables->shape.m * tables->groups * table_bytes(tables));
}
