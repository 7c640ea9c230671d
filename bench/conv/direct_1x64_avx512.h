/* Direct kernels of AVX-512 for single pixels, which may lie anywhere, x 64 output channels.
 *
 *     rdi  the tile                    r8   taps that are left, rsi the next tap's offset
 *     rax  pixel 0 at the tap, channel by channel; r10 to r14 the other pixels' bytes from it
 *     rcx  weights                     r9   channels that are left
 *     rdx  what is fetched for later, if anything
 *
 * Sums of pixel p are zmm(4p) to zmm(4p + 3), weights zmm24 to zmm27, inputs zmm28 to zmm31 in
 * turn.
 * Few loads stand beside the multiply-adds (10 for 24), which leaves the clock of processors that
 * lower it for wide vectors higher than tiles of 32 channels do. */
/* clang-format off */
#ifndef CB_BENCH_CONV_DIRECT_1X64_AVX512_H
#define CB_BENCH_CONV_DIRECT_1X64_AVX512_H

#include "base/asm_x86_64.h"
#include "bench/conv/kernel_offsets.h"

.macro cb_push register
    push \register
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset \register, 0
.endm

.macro cb_pop register
    pop \register
    .cfi_adjust_cfa_offset -8
    .cfi_restore \register
.endm

.macro cb_pixel s0, s1, s2, s3, input, address, channel
    vbroadcastss zmm\input, dword ptr [\address + 4*\channel]
    vfmadd231ps zmm\s0, zmm\input, zmm24
    vfmadd231ps zmm\s1, zmm\input, zmm25
    vfmadd231ps zmm\s2, zmm\input, zmm26
    vfmadd231ps zmm\s3, zmm\input, zmm27
.endm

.macro cb_channel pixels, channel
    vmovups zmm24, [rcx + 256*\channel]
    vmovups zmm25, [rcx + 256*\channel + 64]
    vmovups zmm26, [rcx + 256*\channel + 128]
    vmovups zmm27, [rcx + 256*\channel + 192]
    cb_pixel 0, 1, 2, 3, 28, rax, \channel
    cb_pixel 4, 5, 6, 7, 29, rax+r10, \channel
    cb_pixel 8, 9, 10, 11, 30, rax+r11, \channel
    cb_pixel 12, 13, 14, 15, 31, rax+r12, \channel
    cb_pixel 16, 17, 18, 19, 28, rax+r13, \channel
    .if \pixels > 5
    cb_pixel 20, 21, 22, 23, 29, rax+r14, \channel
    .endif
.endm

.macro cb_next channels
    add rax, 4*\channels
    add rcx, 256*\channels
.endm

/* All taps, four channels an iteration; with `fetches`, a line for later beside every second one:
 * eight tiles fetch as many weights as each of them reads, and twice as many lines at a time would
 * take the line-fill buffers from loads. */
.macro cb_taps pixels, label, fetches
1:  mov rax, [rsi]
    add rsi, 8
    add rax, r15
    mov r9, [rdi + CB_CONV_RUN]
    sub r9, 4
    jb 2f
    CB_LOOP(\label)
    .irp channel, 0, 1, 2, 3
    .if \fetches && (\channel % 2 == 0)
    prefetcht1 [rdx + 32*\channel]
    .endif
    cb_channel \pixels, \channel
    .endr
    .if \fetches
    add rdx, 128
    .endif
    cb_next 4
    sub r9, 4
    CB_LOOP_END_IF(\label, jae)
2:  add r9, 4
    jz 3f
7:  cb_channel \pixels, 0
    cb_next 1
    dec r9
    jnz 7b
3:  dec r8
    jnz 1b
.endm

/* One pixel's vectors and the output at rax + place; r10 to r12 are 1, 2 and 3 vectors' bytes. */
.macro cb_accumulate s0, s1, s2, s3, place
    mov rdx, [rsi + 8*\place]
    add rdx, rax
    vaddps zmm\s0, zmm\s0, [rdx]
    vaddps zmm\s1, zmm\s1, [rdx+r10]
    vaddps zmm\s2, zmm\s2, [rdx+r11]
    vaddps zmm\s3, zmm\s3, [rdx+r12]
.endm

.macro cb_store s0, s1, s2, s3, place
    mov rdx, [rsi + 8*\place]
    add rdx, rax
    vmovups [rdx], zmm\s0
    vmovups [rdx+r10], zmm\s1
    vmovups [rdx+r11], zmm\s2
    vmovups [rdx+r12], zmm\s3
.endm

.macro cb_each_pixel do, pixels
    \do 0, 1, 2, 3, 0
    \do 4, 5, 6, 7, 1
    \do 8, 9, 10, 11, 2
    \do 12, 13, 14, 15, 3
    \do 16, 17, 18, 19, 4
    .if \pixels > 5
    \do 20, 21, 22, 23, 5
    .endif
.endm

/* All of a kernel between its entry and its end. */
.macro cb_direct pixels
    cb_push r12
    cb_push r13
    cb_push r14
    cb_push r15
    mov rdx, [rdi + CB_CONV_PLACES]
    mov r15, [rdx]
    mov r10, [rdx + 8]
    mov r11, [rdx + 16]
    mov r12, [rdx + 24]
    mov r13, [rdx + 32]
    sub r10, r15
    sub r11, r15
    sub r12, r15
    sub r13, r15
    .if \pixels > 5
    mov r14, [rdx + 40]
    sub r14, r15
    .endif
    add r15, [rdi + CB_CONV_INPUT]
    mov rdx, [rdi + CB_CONV_NEXT]
    mov rcx, [rdi + CB_CONV_WEIGHTS]
    mov rsi, [rdi + CB_CONV_TAPS]
    mov r8, [rdi + CB_CONV_TAP_COUNT]
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    vpxor xmm\n, xmm\n, xmm\n
    .endr
    .irp n, 16, 17, 18, 19, 20, 21, 22, 23
    vpxord zmm\n, zmm\n, zmm\n
    .endr
    test rdx, rdx
    jz 4f
    cb_taps \pixels, fetching, 1
    jmp 5f
4:  cb_taps \pixels, channels, 0
5:
    mov rax, [rdi + CB_CONV_OUTPUT]
    mov rsi, [rdi + CB_CONV_OUT_PLACES]
    mov r10, [rdi + CB_CONV_OUT_VECTOR]
    lea r11, [r10 + r10]
    lea r12, [r10 + r10*2]
    cmp qword ptr [rdi + CB_CONV_ACCUMULATE], 0
    je 6f
    cb_each_pixel cb_accumulate, \pixels
6:  cb_each_pixel cb_store, \pixels
    vzeroupper
    cb_pop r15
    cb_pop r14
    cb_pop r13
    cb_pop r12
    ret
.endm

#endif
