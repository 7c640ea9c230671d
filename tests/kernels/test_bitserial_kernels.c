/* Every bit-serial kernel against its twin: odd sizes and tails, operands that end at a guard page,
 * every element of C that does not belong to the tile untouched, the caller's registers intact. */
#include "bench/bitserial/micro.h"
#include "tests/kernels/call_checked.h"
#include "tests/kernels/kernel_rows.h"

#include <string.h>

enum { MOST_C = 128 * 128 };

static uint32_t seed = 1;

static void fill(void *to, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        ((uint8_t *)to)[i] = (uint8_t)next_random(&seed);
}

/* Memory whose last byte is the last before a guard page. */
static uint8_t *at_end(const guarded *memory, size_t bytes)
{
    return memory->data + memory->bytes - bytes;
}

static void call(void (*function)(void), const void *work, const char *name)
{
    const uintptr_t words[6] = {(uintptr_t)work};
    if (cb_call_checked(function, words))
        fail_msg("%s: a register of the caller's has changed", name);
}

static int32_t expected[MOST_C], computed[MOST_C];

static void compare(const cb_bits_kernel *kernel, const char *what)
{
    for (size_t i = 0; i < MOST_C; i++)
        if (expected[i] != computed[i])
            fail_msg("%s: %s: element %zu is %d, expected %d", kernel->name, what, i, computed[i],
                     expected[i]);
}

static void check_tile(const cb_bits_kernel *kernel, size_t words, size_t m, size_t n, bool start)
{
    size_t word = cb_bits_word(kernel) / 8;
    size_t mr = (size_t)kernel->mr, panel = words * mr * word + 24;
    size_t planes = kernel->planes == CB_BITS_BESIDE ? 1 + words % 3 : 1;
    size_t a_bytes = (m - 1) / mr * panel * planes + words * mr * word * planes;
    size_t w_bytes = words * (size_t)kernel->nr * word;
    guarded a = guarded_new(a_bytes), w = guarded_new(w_bytes);
    int32_t rows[64], columns[64];
    char what[96];
    fill(at_end(&a, a_bytes), a_bytes);
    fill(at_end(&w, w_bytes), w_bytes);
    fill(rows, sizeof rows);
    fill(columns, sizeof columns);
    fill(expected, sizeof expected);
    memcpy(computed, expected, sizeof expected);
    cb_bits_tile tile = {.a = at_end(&a, a_bytes),
                         .w = at_end(&w, w_bytes),
                         .c = expected + 5,
                         .c_row_bytes = ((size_t)kernel->nr + 3) * sizeof(int32_t),
                         .words = words,
                         .m = m,
                         .a_panel_bytes = panel * planes,
                         .a_row_bytes = word * planes,
                         .a_word_bytes = mr * word * planes,
                         .n = n,
                         .shift = words % 5,
                         .row_add = rows};
    tile.base = start ? columns : tile.c;
    tile.base_row_bytes = start ? 0 : tile.c_row_bytes;
    snprintf(what, sizeof what, "%zu words, %zu x %zu, %s", words, m, n, start ? "start" : "add");
    kernel->oracle(&tile, kernel);
    tile.c = computed + 5;
    tile.base = start ? columns : tile.c;
    call((void (*)(void))kernel->tile, &tile, kernel->name);
    compare(kernel, what);
    guarded_free(&a);
    guarded_free(&w);
}

static void check_tiles(const cb_bits_kernel *kernel)
{
    static const size_t words[] = {1, 2, 3, 4, 5, 8, 30, 31, 32, 33, 62, 125, 130};
    size_t mr = (size_t)kernel->mr, nr = (size_t)kernel->nr;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        check_tile(kernel, words[i], mr, nr, i % 2);
    for (size_t m = 1; m <= 3 * mr; m++)
        check_tile(kernel, 3, m, m % 2 ? nr : 1 + m % nr, m % 3 > 0);
    for (size_t n = 1; n <= nr; n++)
        check_tile(kernel, 2, 1 + n % mr, n, n % 2);
}

/* Bytes of ones make every count as long as it can be. */
static void check_all_ones(const cb_bits_kernel *kernel)
{
    size_t words = 130, word = cb_bits_word(kernel) / 8;
    size_t a_bytes = words * (size_t)kernel->mr * word, w_bytes = words * (size_t)kernel->nr * word;
    void *a = malloc(a_bytes), *w = malloc(w_bytes);
    int32_t zeros[64] = {0};
    assert_non_null(a);
    assert_non_null(w);
    memset(a, 0xff, a_bytes);
    memset(w, kernel->kind == CB_BITS_AND ? 0xff : 0, w_bytes);
    cb_bits_tile tile = {.a = a,
                         .w = w,
                         .c = computed,
                         .c_row_bytes = (size_t)kernel->nr * sizeof(int32_t),
                         .words = words,
                         .m = (size_t)kernel->mr,
                         .n = (size_t)kernel->nr,
                         .a_row_bytes = word,
                         .a_word_bytes = (size_t)kernel->mr * word,
                         .row_add = zeros,
                         .base = zeros};
    kernel->tile(&tile);
    int32_t each = (int32_t)(words * cb_bits_word(kernel));
    for (size_t i = 0; i < tile.m * tile.n; i++)
        assert_int_equal(computed[i], kernel->kind == CB_BITS_AND ? each : -each);
    free(a);
    free(w);
}

/* How planes and rows lie. */
typedef enum { BY_ONE, BY_TWO, PLANES_BESIDE, PLANES_BESIDE_IN_ROWS, LAYOUTS } layout;

static void set_layout(cb_bits_pack *pack, layout how)
{
    size_t rows = pack->rows, all = pack->bits * (size_t)8;
    pack->plane_bytes = how < PLANES_BESIDE ? pack->words * rows * 8 : 8;
    pack->group = how == BY_TWO ? 2 : 1;
    pack->row_bytes = how == BY_TWO                  ? 16
                      : how == BY_ONE                ? 8
                      : how == PLANES_BESIDE_IN_ROWS ? pack->words * all
                                                     : all;
    pack->group_bytes = how == PLANES_BESIDE_IN_ROWS ? all : rows * pack->row_bytes;
}

static void check_pack(const cb_bits_kernel *kernel, size_t rows, size_t k, unsigned bits,
                       layout how)
{
    size_t gap = how == PLANES_BESIDE_IN_ROWS && k % 128 == 0 ? 0 : 7;
    size_t words = (k + 127) / 128 * 2, out_bytes = words * rows * 8 * bits;
    size_t in_bytes = rows * k + (rows - 1) * gap;
    guarded in = guarded_new(in_bytes), out = guarded_new(out_bytes);
    uint8_t *wanted = malloc(out_bytes);
    int32_t sums[2][16] = {{0}};
    assert_non_null(wanted);
    fill(at_end(&in, in_bytes), in_bytes);
    cb_bits_pack pack = {.x = at_end(&in, in_bytes),
                         .x_row_bytes = k + gap,
                         .rows = rows,
                         .k = k,
                         .words = words,
                         .bits = bits,
                         .flip = how % 2 ? 1u << (bits - 1) : 0,
                         .out = wanted,
                         .sums = sums[0]};
    set_layout(&pack, how);
    kernel->oracle(&pack, kernel);
    pack.out = at_end(&out, out_bytes);
    pack.sums = sums[1];
    call((void (*)(void))kernel->pack, &pack, kernel->name);
    if (memcmp(pack.out, wanted, out_bytes) != 0 || memcmp(sums[0], sums[1], sizeof *sums) != 0)
        fail_msg("%s: %zu rows of %zu codes of %u bits differ", kernel->name, rows, k, bits);
    pack.sums = NULL;
    memset(pack.out, 0x55, out_bytes);
    kernel->pack(&pack);
    assert_memory_equal(pack.out, wanted, out_bytes);
    free(wanted);
    guarded_free(&in);
    guarded_free(&out);
}

static void check_packs(const cb_bits_kernel *kernel)
{
    static const size_t sizes[] = {1, 7, 31, 32, 33, 63, 64, 65, 127, 128, 129, 200, 256, 300};
    for (unsigned bits = 1; bits <= 8; bits++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            for (layout how = BY_ONE; how < LAYOUTS; how++)
                check_pack(kernel, 1 + (i + bits + how) % 9, sizes[i], bits, how);
}

static void check_lut(const cb_bits_kernel *kernel, size_t groups, size_t bits, size_t n)
{
    size_t nr = (size_t)kernel->nr, plane = cb_bits_index_bytes(kernel, groups);
    size_t entries = (size_t)1 << kernel->a_word, index_bytes = bits * plane;
    guarded table = guarded_new(groups * entries * 2), index = guarded_new(index_bytes);
    const int most = 127 * kernel->a_word, least = -128 * kernel->a_word;
    int32_t columns[64], row = 77;
    char what[64];
    uint8_t *t = at_end(&table, groups * entries * 2);
    for (size_t g = 0; g < groups; g++)
        for (size_t i = 0; i < entries; i++) { /* the least and the most, and what lies between */
            int between = (int)(next_random(&seed) % (unsigned)(most - least + 1)) + least;
            int value = g % 3 == 0 ? least : g % 3 == 1 ? most : between;
            t[g * 2 * entries + i] = (uint8_t)value;
            t[(g * 2 + 1) * entries + i] = (uint8_t)(value >> 8);
        }
    fill(at_end(&index, index_bytes), index_bytes);
    fill(columns, sizeof columns);
    fill(expected, sizeof expected);
    memcpy(computed, expected, sizeof expected);
    cb_bits_lut lut = {.table = t,
                       .table_row_bytes = groups * entries * 2,
                       .index = at_end(&index, index_bytes),
                       .plane_bytes = plane,
                       .bits = bits,
                       .groups = groups,
                       .c = expected,
                       .c_row_bytes = nr * sizeof(int32_t),
                       .m = 1,
                       .n = n,
                       .shift = bits % 3,
                       .row_add = &row,
                       .col_add = columns};
    snprintf(what, sizeof what, "%zu groups, %zu bits, %zu columns", groups, bits, n);
    kernel->oracle(&lut, kernel);
    lut.c = computed;
    call((void (*)(void))kernel->lut, &lut, kernel->name);
    compare(kernel, what);
    guarded_free(&table);
    guarded_free(&index);
}

static void check_luts(const cb_bits_kernel *kernel)
{
    static const size_t groups[] = {2, 4, 30, 60, 62, 64, 124, 126, 200};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        check_lut(kernel, groups[i], 1 + i % 8, (size_t)kernel->nr);
    for (size_t n = 1; n <= (size_t)kernel->nr; n++)
        check_lut(kernel, 6, 1 + n % 8, n);
}

/* All groups at one end of what int16 sums must hold. */
static void check_lut_extremes(const cb_bits_kernel *kernel)
{
    enum { GROUPS = 186, MOST_ENTRIES = 64 };
    static uint8_t table[GROUPS * 2 * MOST_ENTRIES], index[GROUPS * 64];
    const size_t entries = (size_t)1 << kernel->a_word;
    const int least = -128 * kernel->a_word;
    int32_t zeros[64] = {0}, row = 0;
    for (size_t i = 0; i < GROUPS; i++) {
        memset(table + 2 * entries * i, least & 0xff, entries);
        memset(table + (2 * i + 1) * entries, least >> 8 & 0xff, entries);
    }
    memset(index, 0xff, sizeof index);
    kernel->lut(&(cb_bits_lut){.table = table,
                               .index = index,
                               .bits = 1,
                               .groups = GROUPS,
                               .c = computed,
                               .m = 1,
                               .n = (size_t)kernel->nr,
                               .row_add = &row,
                               .col_add = zeros});
    for (int i = 0; i < kernel->nr; i++)
        assert_int_equal(computed[i], least * GROUPS);
}

static void check_table(const cb_bits_kernel *kernel, size_t k, unsigned bits)
{
    size_t groups = (k + (size_t)kernel->a_word - 1) / (size_t)kernel->a_word + k % 3;
    size_t bytes = groups * 2 << kernel->a_word;
    guarded codes = guarded_new(k), table = guarded_new(bytes);
    uint8_t *wanted = malloc(bytes);
    int32_t sums[2];
    assert_non_null(wanted);
    fill(at_end(&codes, k), k);
    cb_bits_table work = {.x = at_end(&codes, k),
                          .k = k,
                          .bits = bits,
                          .flip = k % 2 ? 1u << (bits - 1) : 0,
                          .groups = groups,
                          .table = wanted,
                          .sum = &sums[0]};
    kernel->oracle(&work, kernel);
    work.table = at_end(&table, bytes);
    work.sum = &sums[1];
    call((void (*)(void))kernel->table, &work, kernel->name);
    if (memcmp(work.table, wanted, bytes) != 0 || sums[0] != sums[1])
        fail_msg("%s: tables of %zu codes of %u bits differ", kernel->name, k, bits);
    free(wanted);
    guarded_free(&codes);
    guarded_free(&table);
}

static void check_tables(const cb_bits_kernel *kernel)
{
    static const size_t sizes[] = {1, 5, 6, 7, 59, 60, 61, 64, 119, 120, 121, 200};
    for (unsigned bits = 1; bits <= 8; bits++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            check_table(kernel, sizes[i], bits);
}

static void test_bitserial_kernel(void **state)
{
    const kernel_case *one = *state;
    const cb_bits_kernel *kernel = one->row;
    if (!may_run(one))
        skip();
    if (kernel->kind == CB_BITS_PACK) {
        check_packs(kernel);
    } else if (kernel->kind == CB_BITS_LUT) {
        check_luts(kernel);
        check_lut_extremes(kernel);
    } else if (kernel->kind == CB_BITS_TABLE) {
        check_tables(kernel);
    } else {
        check_tiles(kernel);
        check_all_ones(kernel);
    }
}

int main(void)
{
    kernel_case *cases = calloc(cb_bits_kernel_count + 1, sizeof *cases);
    if (!cases)
        return 1;
    for (size_t i = 0; i < cb_bits_kernel_count; i++)
        cases[i] =
            (kernel_case){cb_bits_kernels[i].name, cb_bits_kernels[i].isa, &cb_bits_kernels[i]};
    const int code =
        run_rows("bit-serial kernels", cases, cb_bits_kernel_count, test_bitserial_kernel);
    free(cases);
    return code;
}
