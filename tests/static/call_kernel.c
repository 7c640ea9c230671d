/* Calls one kernel once: call_kernel NAME COUNT. COUNT is iterations for a peak kernel, bytes of
 * each operand (one pass) for a bandwidth kernel. tests/static/calls.py writes kernels_called.inc
 * from the rows, links every aarch64 kernel with this and counts what runs between a kernel's first
 * and last address. Freestanding: a cross compiler is enough, no library for the target. */
#include <stddef.h>
#include <stdint.h>

#define PEAK(name) void name(uint64_t iterations, const void *a, const void *b, void *out);
#define MEMBW(name)                                                                                \
    void name(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
#include "kernels_called.inc"
#undef PEAK
#undef MEMBW

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
#include "kernels_called.inc"
    return 1; /* no kernel has that name */
}
