/* Direct kernels of x86-64: groups of pixels x two vectors of output channels.
 *
 *     rdi  the tile                    r8   taps that are left, rsi the next tap's offset
 *     rax, rdx   the two groups at the tap, channel by channel
 *     rcx  weights                     r9   channels that are left
 *     r10, r11, rbx   1, 3 and 5 times the pixel's bytes
 *
 * Seven pixels of a group lie at 0, s, 2s, 3s, 4s, 5s, 6s: all are addresses of these three. */
/* clang-format off */
#ifndef CB_BENCH_CONV_DIRECT_X86_64_H
#define CB_BENCH_CONV_DIRECT_X86_64_H

#include "base/asm_x86_64.h"
#include "bench/conv/kernel_offsets.h"

.macro cb_conv_strides offset:req
    mov r10, [rdi + \offset]
    lea r11, [r10 + r10*2]
    lea rbx, [r10 + r10*4]
.endm

/* The start of each tap: its groups' addresses and its channels. */
.macro cb_conv_tap
    mov rax, [rdi + CB_CONV_INPUT]
    add rax, [rsi]
    add rsi, 8
    mov rdx, rax
    add rdx, [rdi + CB_CONV_GROUP]
    mov r9, [rdi + CB_CONV_RUN]
.endm

#endif
