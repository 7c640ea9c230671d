/* The frame that every x86-64 bandwidth kernel shares: it walks `passes` times over `bytes`.
 *
 * rdi dst, rsi a, rdx b point behind their operand's end; r9 runs from -bytes to 0, so that one
 * addition steps all operands and sets the flag that ends the pass. */
#ifndef CB_BENCH_MEMBW_MEMBW_X86_64_H
#define CB_BENCH_MEMBW_MEMBW_X86_64_H

#include "base/asm_x86_64.h"

#define MEMBW_FUNCTION(name)                                                                       \
    CB_FUNCTION(name);                                                                             \
    test r8, r8;                                                                                   \
    jz 3f;                                                                                         \
    add rdi, rcx;                                                                                  \
    add rsi, rcx;                                                                                  \
    add rdx, rcx

/* For kernels that read the four quarters of `a` as four streams: rsi, rax, r10 and r11 point
 * behind the first, second, third and fourth quarter, and r9 counts one quarter. */
#define MEMBW_QUARTERS_FUNCTION(name)                                                              \
    CB_FUNCTION(name);                                                                             \
    test r8, r8;                                                                                   \
    jz 3f;                                                                                         \
    shr rcx, 2;                                                                                    \
    add rsi, rcx;                                                                                  \
    lea rax, [rsi + rcx];                                                                          \
    lea r10, [rax + rcx];                                                                          \
    lea r11, [r10 + rcx]

/* A pass begins; CB_LOOP(1) follows on the next line. */
#define MEMBW_PASS                                                                                 \
    2:;                                                                                            \
    mov r9, rcx;                                                                                   \
    neg r9

/* The step of `bytes` of each operand is done: ends the loop. */
#define MEMBW_STEP(bytes) add r9, bytes; CB_LOOP_END_IF(1, jnz)

#define MEMBW_END(name)                                                                            \
    dec r8;                                                                                        \
    jnz 2b;                                                                                        \
    3:;                                                                                            \
    ret;                                                                                           \
    CB_FUNCTION_END(name)

/* The same behind AVX registers and behind non-temporal stores. */
#define MEMBW_END_VECTOR(name)                                                                     \
    dec r8;                                                                                        \
    jnz 2b;                                                                                        \
    vzeroupper;                                                                                    \
    3:;                                                                                            \
    ret;                                                                                           \
    CB_FUNCTION_END(name)

#define MEMBW_END_FENCE(name)                                                                      \
    dec r8;                                                                                        \
    jnz 2b;                                                                                        \
    sfence;                                                                                        \
    3:;                                                                                            \
    ret;                                                                                           \
    CB_FUNCTION_END(name)

#define MEMBW_END_FENCE_VECTOR(name)                                                               \
    dec r8;                                                                                        \
    jnz 2b;                                                                                        \
    sfence;                                                                                        \
    vzeroupper;                                                                                    \
    3:;                                                                                            \
    ret;                                                                                           \
    CB_FUNCTION_END(name)

#endif
