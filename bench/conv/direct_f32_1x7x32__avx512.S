/* void direct_f32_1x7x32__avx512(const cb_conv_tile *tile);
 *
 * One group of 7 pixels x 32 output channels. Accumulators zmm0 to zmm13, pixel by pixel;
 * weights zmm28, zmm29; inputs zmm30, zmm31 in turn. A channel is 14 FMA, 7 broadcasts of 4 bytes
 * and 2 loads of 64; an iteration has four of them, so that its own counting rarely takes an FMA's
 * port. The tile is described in kernel.h. */
#include "bench/conv/direct_x86_64.h"

.macro cb_pixel first, second, input, address, channel
    vbroadcastss zmm\input, dword ptr [\address + 4*\channel]
    vfmadd231ps zmm\first, zmm\input, zmm28
    vfmadd231ps zmm\second, zmm\input, zmm29
.endm

.macro cb_channel channel
    vmovups zmm28, [rcx + 128*\channel]
    vmovups zmm29, [rcx + 128*\channel + 64]
    cb_pixel 0, 1, 30, rax, \channel
    cb_pixel 2, 3, 31, rax+r10, \channel
    cb_pixel 4, 5, 30, rax+r10*2, \channel
    cb_pixel 6, 7, 31, rax+r11, \channel
    cb_pixel 8, 9, 30, rax+r10*4, \channel
    cb_pixel 10, 11, 31, rax+rbx, \channel
    cb_pixel 12, 13, 30, rax+r11*2, \channel
.endm

.macro cb_next channels
    add rax, 4*\channels
    add rcx, 128*\channels
.endm

CB_FUNCTION(direct_f32_1x7x32__avx512)
    push rbx
    .cfi_adjust_cfa_offset 8
    .cfi_offset rbx, -16
    cb_conv_strides CB_CONV_PIXEL
    mov rcx, [rdi + CB_CONV_WEIGHTS]
    mov rsi, [rdi + CB_CONV_TAPS]
    mov r8, [rdi + CB_CONV_TAP_COUNT]
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
    vpxor xmm\n, xmm\n, xmm\n
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
    vaddps zmm0, zmm0, [rax]
    vaddps zmm1, zmm1, [rcx]
    vaddps zmm2, zmm2, [rax+r10]
    vaddps zmm3, zmm3, [rcx+r10]
    vaddps zmm4, zmm4, [rax+r10*2]
    vaddps zmm5, zmm5, [rcx+r10*2]
    vaddps zmm6, zmm6, [rax+r11]
    vaddps zmm7, zmm7, [rcx+r11]
    vaddps zmm8, zmm8, [rax+r10*4]
    vaddps zmm9, zmm9, [rcx+r10*4]
    vaddps zmm10, zmm10, [rax+rbx]
    vaddps zmm11, zmm11, [rcx+rbx]
    vaddps zmm12, zmm12, [rax+r11*2]
    vaddps zmm13, zmm13, [rcx+r11*2]
2:
    vmovups [rax], zmm0
    vmovups [rcx], zmm1
    vmovups [rax+r10], zmm2
    vmovups [rcx+r10], zmm3
    vmovups [rax+r10*2], zmm4
    vmovups [rcx+r10*2], zmm5
    vmovups [rax+r11], zmm6
    vmovups [rcx+r11], zmm7
    vmovups [rax+r10*4], zmm8
    vmovups [rcx+r10*4], zmm9
    vmovups [rax+rbx], zmm10
    vmovups [rcx+rbx], zmm11
    vmovups [rax+r11*2], zmm12
    vmovups [rcx+r11*2], zmm13
    vzeroupper
    pop rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbx
    ret
CB_FUNCTION_END(direct_f32_1x7x32__avx512)
