/* void direct_f32_2x7x32__avx512(const cb_conv_tile *tile);
 *
 * Two groups of 7 pixels x 32 output channels. Accumulators zmm0 to zmm27, pixel by pixel;
 * weights zmm28, zmm29; inputs zmm30, zmm31 in turn. A channel is 28 FMA, 14 broadcasts of 4 bytes
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
    cb_pixel 14, 15, 31, rdx, \channel
    cb_pixel 16, 17, 30, rdx+r10, \channel
    cb_pixel 18, 19, 31, rdx+r10*2, \channel
    cb_pixel 20, 21, 30, rdx+r11, \channel
    cb_pixel 22, 23, 31, rdx+r10*4, \channel
    cb_pixel 24, 25, 30, rdx+rbx, \channel
    cb_pixel 26, 27, 31, rdx+r11*2, \channel
.endm

.macro cb_next channels
    add rax, 4*\channels
    add rdx, 4*\channels
    add rcx, 128*\channels
.endm

CB_FUNCTION(direct_f32_2x7x32__avx512)
    push rbx
    .cfi_adjust_cfa_offset 8
    .cfi_offset rbx, -16
    cb_conv_strides CB_CONV_PIXEL
    mov rcx, [rdi + CB_CONV_WEIGHTS]
    mov rsi, [rdi + CB_CONV_TAPS]
    mov r8, [rdi + CB_CONV_TAP_COUNT]
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    vpxor xmm\n, xmm\n, xmm\n
    .endr
    .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    vpxord zmm\n, zmm\n, zmm\n
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
    mov rdx, [rdi + CB_CONV_OUT_GROUP]
    lea rsi, [rcx + rdx]
    add rdx, rax
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
    vaddps zmm14, zmm14, [rdx]
    vaddps zmm15, zmm15, [rsi]
    vaddps zmm16, zmm16, [rdx+r10]
    vaddps zmm17, zmm17, [rsi+r10]
    vaddps zmm18, zmm18, [rdx+r10*2]
    vaddps zmm19, zmm19, [rsi+r10*2]
    vaddps zmm20, zmm20, [rdx+r11]
    vaddps zmm21, zmm21, [rsi+r11]
    vaddps zmm22, zmm22, [rdx+r10*4]
    vaddps zmm23, zmm23, [rsi+r10*4]
    vaddps zmm24, zmm24, [rdx+rbx]
    vaddps zmm25, zmm25, [rsi+rbx]
    vaddps zmm26, zmm26, [rdx+r11*2]
    vaddps zmm27, zmm27, [rsi+r11*2]
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
    vmovups [rdx], zmm14
    vmovups [rsi], zmm15
    vmovups [rdx+r10], zmm16
    vmovups [rsi+r10], zmm17
    vmovups [rdx+r10*2], zmm18
    vmovups [rsi+r10*2], zmm19
    vmovups [rdx+r11], zmm20
    vmovups [rsi+r11], zmm21
    vmovups [rdx+r10*4], zmm22
    vmovups [rsi+r10*4], zmm23
    vmovups [rdx+rbx], zmm24
    vmovups [rsi+rbx], zmm25
    vmovups [rdx+r11*2], zmm26
    vmovups [rsi+r11*2], zmm27
    vzeroupper
    pop rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbx
    ret
CB_FUNCTION_END(direct_f32_2x7x32__avx512)
