/* void direct_f32_1x3x16__avx2(const cb_conv_tile *tile);
 *
 * One group of 3 pixels x 16 output channels. Accumulators ymm0 to ymm5, pixel by pixel;
 * weights ymm12, ymm13; inputs ymm14, ymm15 in turn. A channel is 6 FMA, 3 broadcasts of 4 bytes
 * and 2 loads of 32; an iteration has four of them. The tile is described in kernel.h. */
#include "bench/conv/direct_x86_64.h"

.macro cb_pixel first, second, input, address, channel
    vbroadcastss ymm\input, dword ptr [\address + 4*\channel]
    vfmadd231ps ymm\first, ymm\input, ymm12
    vfmadd231ps ymm\second, ymm\input, ymm13
.endm

.macro cb_channel channel
    vmovups ymm12, [rcx + 64*\channel]
    vmovups ymm13, [rcx + 64*\channel + 32]
    cb_pixel 0, 1, 14, rax, \channel
    cb_pixel 2, 3, 15, rax+r10, \channel
    cb_pixel 4, 5, 14, rax+r10*2, \channel
.endm

.macro cb_next channels
    add rax, 4*\channels
    add rcx, 64*\channels
.endm

CB_FUNCTION(direct_f32_1x3x16__avx2)
    push rbx
    .cfi_adjust_cfa_offset 8
    .cfi_offset rbx, -16
    cb_conv_strides CB_CONV_PIXEL
    mov rcx, [rdi + CB_CONV_WEIGHTS]
    mov rsi, [rdi + CB_CONV_TAPS]
    mov r8, [rdi + CB_CONV_TAP_COUNT]
    .irp n, 0, 1, 2, 3, 4, 5
    vpxor ymm\n, ymm\n, ymm\n
    .endr
1:
    cb_conv_tap
    sub r9, 4
    jb 3f
    CB_LOOP(channels)
    cb_channel 0
    cb_channel 1
    cb_channel 2
    cb_channel 3
    cb_next 4
    sub r9, 4
    CB_LOOP_END_IF(channels, jae)
3:  add r9, 4
    jz 5f
4:  cb_channel 0
    cb_next 1
    dec r9
    jnz 4b
5:  dec r8
    jnz 1b

    cb_conv_strides CB_CONV_OUT_PIXEL
    mov rax, [rdi + CB_CONV_OUTPUT]
    mov rcx, [rdi + CB_CONV_OUT_VECTOR]
    add rcx, rax
    cmp qword ptr [rdi + CB_CONV_ACCUMULATE], 0
    je 2f
    vaddps ymm0, ymm0, [rax]
    vaddps ymm1, ymm1, [rcx]
    vaddps ymm2, ymm2, [rax+r10]
    vaddps ymm3, ymm3, [rcx+r10]
    vaddps ymm4, ymm4, [rax+r10*2]
    vaddps ymm5, ymm5, [rcx+r10*2]
2:
    vmovups [rax], ymm0
    vmovups [rcx], ymm1
    vmovups [rax+r10], ymm2
    vmovups [rcx+r10], ymm3
    vmovups [rax+r10*2], ymm4
    vmovups [rcx+r10*2], ymm5
    vzeroupper
    pop rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbx
    ret
CB_FUNCTION_END(direct_f32_1x3x16__avx2)
