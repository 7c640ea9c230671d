/* Every peak kernel against its twin: each accumulator, several iteration counts, operands and
 * results at the very end of their pages, the caller's registers intact. */
#include "tests/kernels/kernel_rows.h"

#include "tests/kernels/call_checked.h"

#include <string.h>

typedef enum { F64, F32, F16, BF16, S32, S16, S8, U8, ANY_BITS } element;

typedef struct {
    const char *dtype;
    element a, b;
} operand_types;

static const operand_types known_types[] = {
    {"f64", F64, F64},
    {"f32", F32, F32},
    {"f16", F16, F16},
    {"bf16", BF16, BF16},
    {"s32", S32, S32},
    {"s16", S16, S16},
    {"s8", S8, S8},
    {"u8", U8, U8},
    {"u8s8", U8, S8},
    {"u1", ANY_BITS, ANY_BITS},
    {"u32", ANY_BITS, ANY_BITS},
    {"u64", ANY_BITS, ANY_BITS},
};

static const operand_types *types_of(const char *dtype)
{
    for (size_t i = 0; i < sizeof known_types / sizeof *known_types; i++)
        if (strcmp(known_types[i].dtype, dtype) == 0)
            return &known_types[i];
    return NULL;
}

/* Small whole numbers: exact in every type. */
static void fill(unsigned char *to, size_t bytes, element type, uint32_t seed)
{
    static const uint16_t f16_bits[5] = {0xc000, 0xbc00, 0, 0x3c00, 0x4000};
    static const uint16_t bf16_bits[5] = {0xc000, 0xbf80, 0, 0x3f80, 0x4000};
    static const size_t sizes[] = {8, 4, 2, 2, 4, 2, 1, 1, 1};
    for (size_t at = 0; at < bytes; at += sizes[type]) {
        const uint32_t random = next_random(&seed);
        const int small = (int)(random % 16) - 8;
        const double f64 = (double)(random % 5) - 2;
        const float f32 = (float)f64;
        const int32_t s32 = small;
        const int16_t s16 = (int16_t)small;
        const int8_t s8 = (int8_t)small;
        const uint8_t u8 = random % 16, bits = random & 255;
        const void *const values[] = {
            &f64, &f32, &f16_bits[random % 5], &bf16_bits[random % 5], &s32, &s16, &s8, &u8, &bits};
        memcpy(to + at, values[type], sizes[type]);
    }
}

static void check_iterations(const cb_peak_kernel *kernel, uint64_t iterations, const void *a,
                             const void *b, const guarded *out)
{
    const size_t bytes = (size_t)kernel->chains * kernel->vector_bytes;
    unsigned char *results = out->data + out->bytes - bytes;
    unsigned char *expected = calloc(1, kernel->vector_bytes);
    assert_non_null(expected);
    memset(out->data, 0xa5, out->bytes);
    const uintptr_t lost = call_peak(kernel->run, iterations, a, b, results);
    if (lost)
        fail_msg("%s: a register of the caller's has changed", kernel->name);
    kernel->oracle(iterations * (uint64_t)kernel->steps, a, b, expected, kernel->vector_bytes);
    for (int chain = 0; chain < kernel->chains; chain++)
        if (memcmp(results + (size_t)chain * kernel->vector_bytes, expected, kernel->vector_bytes))
            fail_msg("%s: %llu iterations: accumulator %d of %d is not %s's", kernel->name,
                     (unsigned long long)iterations, chain, kernel->chains, kernel->oracle_name);
    for (const unsigned char *byte = out->data; byte < results; byte++)
        assert_int_equal(*byte, 0xa5);
    free(expected);
}

static void test_peak_kernel(void **state)
{
    static const uint64_t iterations[] = {0, 1, 2, 7, 33};
    const kernel_case *one = *state;
    const cb_peak_kernel *kernel = one->row;
    if (!may_run(one))
        skip();
    const operand_types *types = types_of(kernel->dtype);
    if (!types)
        fail_msg("%s: dtype %s is not in known_types, add it", kernel->name, kernel->dtype);
    guarded a = guarded_new(kernel->vector_bytes), b = guarded_new(kernel->vector_bytes);
    guarded out = guarded_new((size_t)kernel->chains * kernel->vector_bytes);
    unsigned char *a_data = a.data + a.bytes - kernel->vector_bytes;
    unsigned char *b_data = b.data + b.bytes - kernel->vector_bytes;
    for (size_t i = 0; i < sizeof iterations / sizeof *iterations; i++) {
        fill(a_data, kernel->vector_bytes, types->a, 1 + (uint32_t)i);
        fill(b_data, kernel->vector_bytes, types->b, 100 + (uint32_t)i);
        check_iterations(kernel, iterations[i], a_data, b_data, &out);
    }
    guarded_free(&out);
    guarded_free(&b);
    guarded_free(&a);
}

int main(void)
{
    kernel_case *cases = calloc(cb_peak_kernel_count + 1, sizeof *cases);
    if (!cases)
        return 1;
    for (size_t i = 0; i < cb_peak_kernel_count; i++)
        cases[i] =
            (kernel_case){cb_peak_kernels[i].name, cb_peak_kernels[i].isa, &cb_peak_kernels[i]};
    const int code = run_rows("peak kernels", cases, cb_peak_kernel_count, test_peak_kernel);
    free(cases);
    return code;
}
