/* Calls one kernel once: call_kernel NAME COUNT. COUNT is iterations for a peak kernel, bytes of
 * each operand (one pass) for a bandwidth kernel, steps of k of a whole tile for a GEMM kernel,
 * words of k of a whole tile for a bit-serial kernel. tests/static/calls.py writes
 * kernels_called.inc from the rows, links every aarch64 kernel with this and counts what runs
 * between a kernel's first and last address. Freestanding: a cross compiler is enough, no library
 * for the target. */
#include "bench/bitserial/micro.h"
#include "bench/conv/kernel.h"
#include "bench/gemm/micro.h"

#include <stddef.h>
#include <stdint.h>

#define PEAK(name) void name(uint64_t iterations, const void *a, const void *b, void *out);
#define MEMBW(name)                                                                                \
    void name(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
#define GEMM(name, mr, nr, kr_a, kr_b, a_bytes, b_bytes, direct) cb_gemm_micro_fn name;
#define BITSERIAL(name, mr, nr)                                  cb_bits_tile_fn name;
#define CONV(name)                                               cb_conv_direct_fn name;
#define DEPTHWISE_TILE(name)                                     cb_conv_depthwise_tile_fn name;
#include "kernels_called.inc"
#undef DEPTHWISE_TILE
#undef CONV
#undef PEAK
#undef MEMBW
#undef GEMM
#undef BITSERIAL

enum { OPERAND_BYTES = 1 << 20 };
static _Alignas(4096) unsigned char dst[OPERAND_BYTES], a[OPERAND_BYTES], b[OPERAND_BYTES];

/* The kernel enters with argc, argv on the stack; _start hands them on and exits with the result.
 */
long call_kernel(const uintptr_t *stack);
__asm__(".globl _start\n"
        "_start:\n"
        "    mov x0, sp\n"
        "    bl call_kernel\n"
        "    mov x8, #94\n" /* exit_group */
        "    svc #0\n");

static int is_same(const char *left, const char *right)
{
    while (*left && *left == *right)
        left++, right++;
    return *left == *right;
}

static uint64_t number(const char *text)
{
    uint64_t value = 0;
    while (*text >= '0' && *text <= '9')
        value = value * 10 + (uint64_t)(*text++ - '0');
    return value;
}

/* Packed operands, or A and B as they lie: rows of k and of nr elements. */
static inline void call_gemm(cb_gemm_micro_fn *run, size_t k, cb_gemm_tile tile, size_t a_bytes,
                             int is_direct)
{
    tile.a = a, tile.b = b, tile.c = dst, tile.k = k;
    tile.c_row_bytes = 512;
    tile.b_products = 4; /* what is there is zero */
    if (is_direct)
        tile.a_row_bytes = k * a_bytes, tile.a_step_bytes = a_bytes;
    run(&tile);
}

long call_kernel(const uintptr_t *stack)
{
    if (stack[0] != 3)
        return 2;
    const char *name = (const char *)stack[2];
    uint64_t count = number((const char *)stack[3]);
    if (count == 0 || count > OPERAND_BYTES)
        return 2;
#define PEAK(kernel)                                                                               \
    if (is_same(name, #kernel)) {                                                                  \
        kernel(count, a, b, dst);                                                                  \
        return 0;                                                                                  \
    }
#define MEMBW(kernel)                                                                              \
    if (is_same(name, #kernel)) {                                                                  \
        kernel(dst, a, b, (size_t)count, 1);                                                       \
        return 0;                                                                                  \
    }
#define GEMM(kernel, mr, nr, kr_a, kr_b, a_bytes, b_bytes, direct)                                 \
    if (is_same(name, #kernel)) {                                                                  \
        const cb_gemm_tile tile = {.m = mr,                                                        \
                                   .n = nr,                                                        \
                                   .a_row_bytes = kr_a * a_bytes,                                  \
                                   .a_step_bytes = mr * kr_a * a_bytes,                            \
                                   .b_step_bytes = nr * kr_b * b_bytes};                           \
        call_gemm(kernel, count, tile, a_bytes, direct);                                           \
        return 0;                                                                                  \
    }
#define BITSERIAL(kernel, rows, columns)                                                           \
    if (is_same(name, #kernel)) {                                                                  \
        kernel(&(cb_bits_tile){.a = a,                                                             \
                               .w = b,                                                             \
                               .c = (void *)dst,                                                   \
                               .c_row_bytes = 512,                                                 \
                               .base = (void *)(dst + OPERAND_BYTES / 2),                          \
                               .words = count,                                                     \
                               .m = rows,                                                          \
                               .n = columns,                                                       \
                               .row_add = (void *)(dst + OPERAND_BYTES / 2)});                     \
        return 0;                                                                                  \
    }
#define CONV(kernel)                                                                               \
    if (is_same(name, #kernel)) {                                                                  \
        static const ptrdiff_t tap = 0;                                                            \
        static const ptrdiff_t places[16] = {0};                                                   \
        kernel(&(cb_conv_tile){.input = (const void *)a,                                           \
                               .weights = (const void *)b,                                         \
                               .output = (void *)dst,                                              \
                               .taps = &tap,                                                       \
                               .tap_count = 1,                                                     \
                               .run = count,                                                       \
                               .pixel_bytes = 4096,                                                \
                               .group_bytes = 65536,                                               \
                               .out_pixel_bytes = 64,                                              \
                               .out_group_bytes = 4096,                                            \
                               .out_vector_bytes = 16,                                             \
                               .places = places,                                                   \
                               .out_places = places});                                             \
        return 0;                                                                                  \
    }
#define DEPTHWISE_TILE(kernel)                                                                     \
    if (is_same(name, #kernel)) {                                                                  \
        static const float *input[4 * 9];                                                          \
        static float *output[2 * 7];                                                               \
        for (int i = 0; i < 4 * 9; i++)                                                            \
            input[i] = (const void *)a;                                                            \
        for (int i = 0; i < 2 * 7; i++)                                                            \
            output[i] = (void *)dst;                                                               \
        kernel(&(cb_conv_depthwise_tile){input, output, (const void *)b, count, 1});               \
        return 0;                                                                                  \
    }
#include "kernels_called.inc"
    return 1; /* no kernel has that name */
}
