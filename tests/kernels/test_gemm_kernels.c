/* Every micro-kernel of matrix multiply against its type's twin: all tiles up to mr x nr, odd
 * numbers of steps, packed operands and (where the row allows) such that lie in a matrix, C written
 * and added to, and several tiles at once (where the row allows). Operands end at a page that
 * nobody may touch, or begin behind one; whatever lies between rows is poison; all of C's memory is
 * compared; the caller's registers stay. */
#include "tests/kernels/kernel_rows.h"

#include "tests/kernels/call_checked.h"

#include "bench/gemm/micro.h"
#include "bench/gemm/products.h"

#include <string.h>

enum {
    GAP = 3,
    MOST_STEPS = 200,
    MOST_TILES = 3,
    POISON = 0xff
}; /* 0xff..: NaN in floating point */

typedef enum { F64, F32, F16, BF16, S32, S8, U8 } number;

static const size_t number_bytes[] = {8, 4, 2, 2, 4, 1, 1};

typedef struct {
    const char *dtype;
    number a, b, c;
} operand_types;

static const operand_types known_types[] = {
    {"f64", F64, F64, F64},    {"f32", F32, F32, F32}, {"f16", F16, F16, F16},
    {"bf16", BF16, BF16, F32}, {"s8", S8, S8, S32},    {"u8s8", U8, S8, S32},
};

static const operand_types *types_of(const cb_gemm_kernel *kernel)
{
    for (size_t i = 0; i < sizeof known_types / sizeof *known_types; i++)
        if (strcmp(known_types[i].dtype, kernel->dtype) == 0)
            return &known_types[i];
    fail_msg("%s: dtype %s is not in known_types, add it", kernel->name, kernel->dtype);
    return NULL;
}

/* Numbers whose products and sums are exact in every type: -2, -1, 1, 2 in floating point; any in
 * the integer types, or only the two most extreme ones. */
static void put_number(unsigned char *to, number type, uint32_t random, bool extreme)
{
    static const uint16_t f16_bits[4] = {0xc000, 0xbc00, 0x3c00, 0x4000};
    static const uint16_t bf16_bits[4] = {0xc000, 0xbf80, 0x3f80, 0x4000};
    static const double whole[4] = {-2, -1, 1, 2};
    const double f64 = whole[random % 4];
    const float f32 = (float)f64;
    const int32_t s32 = (int32_t)(random % 4000000) - 2000000;
    const int8_t s8 = (int8_t)(extreme ? (random & 1 ? -128 : 127) : (int)(random % 256) - 128);
    const uint8_t u8 = (uint8_t)(extreme ? (random & 7 ? 255 : 0) : random % 256);
    const void *const values[] = {&f64, &f32, &f16_bits[random % 4], &bf16_bits[random % 4], &s32,
                                  &s8,  &u8};
    memcpy(to, values[type], number_bytes[type]);
}

/* What the call says of int8 weights: nothing, what they allow, or (of small ones) 4 or 2. */
typedef enum { UNSAID, ALLOWED, FOUR, TWO } promise;

/* One call: which tile, and how its operands lie. */
typedef struct {
    const cb_gemm_kernel *kernel;
    const operand_types *types;
    size_t m, n, k;
    size_t tiles, lower_tiles; /* of m rows, below them of m - 1 */
    size_t fetch_rows;         /* a hint that changes nothing */
    bool a_direct, b_direct, accumulate, at_end, extreme;
    promise promised;
} gemm_case;

typedef struct {
    guarded a, b, c;
    unsigned char *expected;
} buffers;

/* `lines` lines of `count` numbers, `line_bytes` apart; the last one without its gap. */
typedef struct {
    unsigned char *data;
    size_t lines, count, line_bytes;
    number type;
} matrix;

static matrix matrix_new(const guarded *memory, bool at_end, size_t lines, size_t count,
                         number type)
{
    const size_t size = number_bytes[type], line_bytes = (count + GAP) * size;
    const size_t bytes = lines ? (lines - 1) * line_bytes + count * size : 0;
    memset(memory->data, POISON, memory->bytes);
    assert_true(bytes <= memory->bytes);
    return (matrix){memory->data + (at_end ? memory->bytes - bytes : 0), lines, count, line_bytes,
                    type};
}

static void matrix_fill(const matrix *to, uint32_t seed, bool extreme)
{
    for (size_t i = 0; i < to->lines; i++)
        for (size_t j = 0; j < to->count; j++)
            put_number(to->data + i * to->line_bytes + j * number_bytes[to->type], to->type,
                       next_random(&seed), extreme);
}

/* Panels: to[p / kr][i < width][p % kr], zeros beyond count and k. */
static unsigned char *panel_new(const guarded *memory, const gemm_case *one, size_t width,
                                size_t count, size_t kr, number type, uint32_t seed)
{
    const size_t size = number_bytes[type], bytes = (one->k + kr - 1) / kr * kr * width * size;
    assert_true(bytes <= memory->bytes);
    unsigned char *panel = memory->data + (one->at_end ? memory->bytes - bytes : 0);
    memset(memory->data, POISON, memory->bytes);
    memset(panel, 0, bytes);
    for (size_t p = 0; p < one->k; p++)
        for (size_t i = 0; i < count; i++)
            put_number(panel + ((p / kr * width + i) * kr + p % kr) * size, type,
                       next_random(&seed), one->extreme);
    return panel;
}

static size_t all_rows(const gemm_case *one)
{
    return one->tiles * one->m + one->lower_tiles * (one->m - 1);
}

static void place_a(const gemm_case *one, const buffers *mem, cb_gemm_tile *tile)
{
    const cb_gemm_kernel *kernel = one->kernel;
    const number type = one->types->a;
    const size_t kr = (size_t)kernel->kr_a, mr = (size_t)kernel->mr, size = number_bytes[type];
    if (!one->a_direct) {
        tile->a = panel_new(&mem->a, one, mr, one->m, kr, type, 11);
        tile->a_row_bytes = kr * size;
        tile->a_step_bytes = mr * kr * size;
        return;
    }
    const matrix a = matrix_new(&mem->a, one->at_end, all_rows(one), one->k, type);
    matrix_fill(&a, 11, one->extreme);
    tile->a = a.data;
    tile->a_row_bytes = a.line_bytes;
    tile->a_step_bytes = kr * size;
}

/* Weights of which an int16 holds four products. */
static void make_small(unsigned char *b, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        b[i] = (unsigned char)((int8_t)b[i] % 64);
}

static void promise_products(const gemm_case *one, unsigned char *panel, cb_gemm_tile *tile)
{
    const size_t kr = (size_t)one->kernel->kr_b;
    if (one->promised == FOUR || one->promised == TWO)
        make_small(panel, (one->k + kr - 1) / kr * kr * (size_t)one->kernel->nr);
    tile->b_products = cb_gemm_b_products(one->kernel, panel, one->k);
    if (one->promised == FOUR) /* those of u8s8 add two */
        assert_int_equal(tile->b_products, one->types->a == U8 ? 2 : 4);
    if (one->promised == TWO)
        tile->b_products = 2;
}

static void place_b(const gemm_case *one, const buffers *mem, cb_gemm_tile *tile)
{
    const cb_gemm_kernel *kernel = one->kernel;
    const number type = one->types->b;
    const size_t kr = (size_t)kernel->kr_b, nr = (size_t)kernel->nr, size = number_bytes[type];
    if (!one->b_direct) {
        unsigned char *panel = panel_new(&mem->b, one, nr, one->n, kr, type, 13);
        if (one->promised != UNSAID)
            promise_products(one, panel, tile);
        tile->b = panel;
        tile->b_step_bytes = nr * kr * size;
        return;
    }
    const matrix b = matrix_new(&mem->b, one->at_end, one->k, one->n, type);
    matrix_fill(&b, 13, one->extreme);
    tile->b = b.data;
    tile->b_step_bytes = b.line_bytes;
}

static size_t first_difference(const unsigned char *a, const unsigned char *b, size_t bytes)
{
    size_t at = 0;
    while (at < bytes && a[at] == b[at])
        at++;
    return at;
}

/* One tile after the other by the type's twin, into what is expected. */
static void run_twin(const gemm_case *one, cb_gemm_tile tile, unsigned char *c)
{
    tile.c = c;
    for (size_t i = 0; i < one->tiles + one->lower_tiles; i++) {
        tile.m = i < one->tiles ? one->m : one->m - 1;
        one->kernel->oracle(&tile, one->kernel);
        tile.a = (const char *)tile.a + tile.m * tile.a_row_bytes;
        tile.c = (char *)tile.c + tile.m * tile.c_row_bytes;
    }
}

static void check_tile(const gemm_case *one, const buffers *mem)
{
    const cb_gemm_kernel *kernel = one->kernel;
    cb_gemm_tile tile = {.m = one->m,
                         .n = one->n,
                         .k = one->k,
                         .tiles = one->tiles,
                         .lower_tiles = one->lower_tiles,
                         .accumulate = one->accumulate};
    place_a(one, mem, &tile);
    place_b(one, mem, &tile);
    const matrix c = matrix_new(&mem->c, one->at_end, all_rows(one), one->n, one->types->c);
    if (one->accumulate)
        matrix_fill(&c, 17, false);
    tile.c = c.data;
    tile.c_row_bytes = c.line_bytes;
    tile.next_a = tile.a;
    tile.fetch = tile.b;
    tile.fetch_step_bytes = tile.b_step_bytes;
    tile.fetch_rows = one->fetch_rows;

    memcpy(mem->expected, mem->c.data, mem->c.bytes);
    run_twin(one, tile, mem->expected + (c.data - mem->c.data));
    const uintptr_t words[6] = {(uintptr_t)&tile};
    if (cb_call_checked((void (*)(void))kernel->run, words))
        fail_msg("%s: a register of the caller's has changed", kernel->name);
    const size_t at = first_difference(mem->c.data, mem->expected, mem->c.bytes);
    if (at < mem->c.bytes)
        fail_msg("%s: %zu and %zu of m %zu n %zu k %zu, %s A, %s B, %s: byte %zd of C is not %s's",
                 kernel->name, one->tiles, one->lower_tiles, one->m, one->n, one->k,
                 one->a_direct ? "direct" : "packed", one->b_direct ? "direct" : "packed",
                 one->accumulate ? "added to" : "written", (ptrdiff_t)at - (c.data - mem->c.data),
                 kernel->oracle_name);
}

/* The variation numbered `bits`: every combination comes, in turn. */
static void vary(gemm_case *one, uint32_t bits)
{
    one->a_direct = bits & 1 && one->kernel->direct & CB_GEMM_DIRECT_A;
    one->b_direct = bits & 2 && one->kernel->direct & CB_GEMM_DIRECT_B;
    one->accumulate = bits & 4;
    bool many = one->a_direct && one->kernel->direct & CB_GEMM_TILES;
    one->tiles = many ? 1 + bits / 2 % MOST_TILES : 1;
    one->lower_tiles = many && one->m > 1 ? bits / 8 % MOST_TILES : 0;
    one->fetch_rows = bits % 3 ? (bits % 3 == 1 ? 5 : 1000) : 0;
    one->at_end = (bits & 24) != 0; /* three in four */
    one->extreme = bits & 32;
    one->promised = cb_gemm_uses_products(one->kernel) ? (promise)(bits / 3 % 4) : UNSAID;
}

static const size_t step_counts[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,   9,   11,  12,  15,  16,
                                     17, 31, 32, 33, 63, 64, 65, 96, 100, 127, 130, 160, 167, 200};

enum { STEP_COUNTS = sizeof step_counts / sizeof *step_counts };

/* The whole tile and the smallest, with every number of steps. */
static void check_steps(gemm_case one, const buffers *mem)
{
    for (uint32_t i = 0; i < 16 * STEP_COUNTS; i++) {
        one.m = i & 1 ? (size_t)one.kernel->mr : 1;
        one.n = i & 1 ? (size_t)one.kernel->nr : 1;
        one.k = step_counts[i / 16];
        vary(&one, i / 2 % 8 + 8 * (i % 7));
        check_tile(&one, mem);
    }
}

/* Every tile, each with some numbers of steps; the many of a wide kernel with fewer. */
static void check_sizes(gemm_case one, const buffers *mem)
{
    const int most = one.kernel->mr * one.kernel->nr < 256 ? 3 : 1;
    uint32_t seed = 19;
    for (one.m = 1; one.m <= (size_t)one.kernel->mr; one.m++)
        for (one.n = 1; one.n <= (size_t)one.kernel->nr; one.n++)
            for (int times = 0; times < most; times++) {
                one.k = step_counts[next_random(&seed) % STEP_COUNTS];
                vary(&one, next_random(&seed));
                check_tile(&one, mem);
            }
}

static buffers buffers_new(const cb_gemm_kernel *kernel)
{
    const size_t mr = (size_t)kernel->mr, nr = (size_t)kernel->nr, widest = 8;
    buffers mem = {.a = guarded_new(2 * MOST_TILES * (mr + GAP) * MOST_STEPS * widest),
                   .b = guarded_new((nr + GAP) * MOST_STEPS * widest),
                   .c = guarded_new(2 * MOST_TILES * mr * (nr + GAP) * widest)};
    mem.expected = malloc(mem.c.bytes);
    assert_non_null(mem.expected);
    return mem;
}

static void buffers_free(buffers *mem)
{
    free(mem->expected);
    guarded_free(&mem->c);
    guarded_free(&mem->b);
    guarded_free(&mem->a);
}

static void test_gemm_kernel(void **state)
{
    const kernel_case *one = *state;
    if (!may_run(one))
        skip();
    const cb_gemm_kernel *kernel = one->row;
    const gemm_case first = {.kernel = kernel, .types = types_of(kernel)};
    buffers mem = buffers_new(kernel);
    check_steps(first, &mem);
    check_sizes(first, &mem);
    buffers_free(&mem);
}

int main(void)
{
    kernel_case *cases = calloc(cb_gemm_kernel_count + 1, sizeof *cases);
    if (!cases)
        return 1;
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        cases[i] =
            (kernel_case){cb_gemm_kernels[i].name, cb_gemm_kernels[i].isa, &cb_gemm_kernels[i]};
    const int code =
        run_rows("matrix multiply kernels", cases, cb_gemm_kernel_count, test_gemm_kernel);
    free(cases);
    return code;
}
