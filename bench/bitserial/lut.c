/* Matrix multiply by look-up: the weights' bits in fours are an index into the 16 sums of four
 * activations. Cost grows with the bits of the weights alone; activations have up to 8 bits.
 *
 * Activations are centred, t = v - 2^(b-1), so that four of them sum to an int16 (and 62 groups
 * do): sum x y = sx sy sum t vy + sx oy sum t + sy ox' sum vy + K ox' oy,  ox' = ox + sx 2^(b-1).
 */
#include "bench/bitserial/inside.h"

#include <stdlib.h>
#include <string.h>

enum { TABLE_BYTES = 32, BLOCK_BYTES = 16 << 10 };

typedef struct {
    uint8_t *tables;
    int32_t *row_add;
} room;

struct cb_bits_tables {
    cb_bits_matmul shape;
    const cb_bits_kernel *kernel;
    size_t groups; /* of four k, even */
    int threads;
    bool split_n;
    size_t rows; /* of tables in a block */
    cb_buffer index;
    int32_t *col_add;
    room *rooms;
};

/* ---- weights ---- */

static size_t plane_bytes(const cb_bits_tables *t)
{
    return t->groups / 2 * (size_t)t->kernel->nr;
}

static size_t panel_bytes(const cb_bits_tables *t)
{
    return plane_bytes(t) * (size_t)t->shape.w.bits;
}

static void pack_code(cb_bits_tables *t, size_t column, size_t k, unsigned v)
{
    size_t nr = (size_t)t->kernel->nr, group = k / 4;
    uint8_t *at =
        (uint8_t *)t->index.data + column / nr * panel_bytes(t) + group / 2 * nr + column % nr;
    for (int p = 0; p < t->shape.w.bits; p++, at += plane_bytes(t))
        *at = (uint8_t)(*at | (v >> p & 1) << (group % 2 * 4 + k % 4));
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

/* ---- tables ---- */

typedef int16_t eight __attribute__((vector_size(16)));
typedef uint8_t eight_bytes __attribute__((vector_size(8)));

static void put_half(uint8_t *table, eight sums)
{
    eight_bytes low = __builtin_convertvector(sums & 0xff, eight_bytes);
    eight_bytes high = __builtin_convertvector((sums >> 8) & 0xff, eight_bytes);
    memcpy(table, &low, sizeof low);
    memcpy(table + 16, &high, sizeof high);
}

static void put_table(uint8_t *table, const int16_t t[4])
{
    const eight first = {0, -1, 0, -1, 0, -1, 0, -1}, second = {0, 0, -1, -1, 0, 0, -1, -1};
    const eight third = {0, 0, 0, 0, -1, -1, -1, -1};
    eight sums = (first & t[0]) + (second & t[1]) + (third & t[2]);
    put_half(table, sums);
    put_half(table + 8, sums + t[3]);
}

/* Tables of one row; returns the sum of its t. */
static int32_t build_row(const cb_bits_tables *tables, const uint8_t *codes, uint8_t *to)
{
    const cb_bits_type *type = &tables->shape.a;
    const unsigned mask = (1u << type->bits) - 1;
    const int centre = 1 << (type->bits - 1);
    int32_t sum = 0;
    for (size_t g = 0; g < tables->groups; g++, to += TABLE_BYTES) {
        int16_t t[4] = {0};
        for (size_t i = 0; i < 4 && g * 4 + i < tables->shape.k; i++) {
            t[i] = (int16_t)((int)((codes[g * 4 + i] & mask) ^ type->flip) - centre);
            sum += t[i];
        }
        put_table(to, t);
    }
    return sum;
}

/* ---- the call ---- */

static void multiply_rows(const cb_bits_tables *t, const room *r, size_t rows, size_t first_panel,
                          size_t panels, int32_t *c)
{
    size_t nr = (size_t)t->kernel->nr, mr = (size_t)t->kernel->mr, n = t->shape.n;
    for (size_t p = first_panel; p < first_panel + panels; p++)
        for (size_t i = 0; i < rows; i += mr)
            t->kernel->lut(
                &(cb_bits_lut){.table = r->tables + i * t->groups * TABLE_BYTES,
                               .table_row_bytes = t->groups * TABLE_BYTES,
                               .index = (const uint8_t *)t->index.data + p * panel_bytes(t),
                               .plane_bytes = plane_bytes(t),
                               .bits = (size_t)t->shape.w.bits,
                               .groups = t->groups,
                               .c = c + i * n + p * nr,
                               .c_row_bytes = n * sizeof *c,
                               .m = rows - i < mr ? rows - i : mr,
                               .n = n - p * nr < nr ? n - p * nr : nr,
                               .shift = (size_t)(t->shape.a.log2_scale + t->shape.w.log2_scale),
                               .row_add = r->row_add + i,
                               .col_add = t->col_add + p * nr});
}

void cb_bits_tables_call(cb_bits_tables *t, const uint8_t *a, int32_t *c, int thread)
{
    if (thread >= t->threads)
        return;
    size_t panels = cb_bits_ceil(t->shape.n, (size_t)t->kernel->nr), count = (size_t)t->threads;
    size_t p0 = t->split_n ? panels * (size_t)thread / count : 0;
    size_t p1 = t->split_n ? panels * (size_t)(thread + 1) / count : panels;
    size_t m0 = t->split_n ? 0 : t->shape.m * (size_t)thread / count;
    size_t m1 = t->split_n ? t->shape.m : t->shape.m * (size_t)(thread + 1) / count;
    int32_t factor = t->shape.w.offset * (1 << t->shape.a.log2_scale);
    const room *r = &t->rooms[thread];
    for (size_t row = m0; row < m1; row += t->rows) {
        size_t rows = m1 - row < t->rows ? m1 - row : t->rows;
        for (size_t i = 0; i < rows; i++)
            r->row_add[i] = factor * build_row(t, a + (row + i) * t->shape.k,
                                               r->tables + i * t->groups * TABLE_BYTES);
        multiply_rows(t, r, rows, p0, p1 - p0, c + row * t->shape.n);
    }
}

/* ---- making ---- */

static cb_status make_rooms(cb_bits_tables *t, cb_error *err)
{
    t->rooms = calloc((size_t)t->threads, sizeof *t->rooms);
    for (int i = 0; t->rooms && i < t->threads; i++) {
        t->rooms[i].tables = malloc(t->rows * t->groups * TABLE_BYTES);
        t->rooms[i].row_add = calloc(t->rows, sizeof *t->rooms[i].row_add);
        if (!t->rooms[i].tables || !t->rooms[i].row_add)
            return cb_fail(err, CB_NO_MEMORY, "no memory for look-up tables");
    }
    return t->rooms ? CB_OK : cb_fail(err, CB_NO_MEMORY, "no memory for look-up tables");
}

static cb_status make(cb_bits_tables *t, const uint8_t *codes, cb_error *err)
{
    size_t panels = cb_bits_ceil(t->shape.n, (size_t)t->kernel->nr);
    t->groups = (cb_bits_ceil(t->shape.k, 4) + 1) / 2 * 2;
    t->rows = BLOCK_BYTES / (t->groups * TABLE_BYTES);
    t->rows = t->rows ? t->rows : 1;
    t->col_add = calloc(t->shape.n, sizeof *t->col_add);
    if (!t->col_add)
        return cb_fail(err, CB_NO_MEMORY, "no memory for sums of columns");
    cb_status status = cb_buffer_new(panels * panel_bytes(t), 0, CB_PAGES_DEFAULT, err, &t->index);
    for (size_t j = 0; status == CB_OK && j < t->shape.n; j++)
        pack_column(t, j, codes + j * t->shape.k);
    return status ? status : make_rooms(t, err);
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
    t->split_n = shape->m < 2 * (size_t)threads;
    t->threads = threads;
    status = t->kernel ? make(t, codes, err)
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
        free(tables->rooms[i].tables);
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
    return (double)(tables->shape.m * tables->groups * TABLE_BYTES);
}
