/* void direct_f32_1x7x32__avx512(const cb_conv_tile *tile);
 *
 * One group of 7 pixels x 32 output channels. Accumulators zmm0 to zmm13, pixel by pixel; weights zmm28,
 * zmm29; inputs zmm30, zmm31 in turn. An iteration is one input channel: 14 FMA, 7 broadcasts of 4
 * bytes, 2 loads of 64 bytes. The tile is described in kernel.h. */
#include "bench/conv/direct_x86_64.h"

CB_FUNCTION(direct_f32_1x7x32__avx512)
    push rbx
    .cfi_adjust_cfa_offset 8
    .cfi_offset rbx, -16
    cb_conv_strides CB_CONV_PIXEL
    mov rcx, [rdi + CB_CONV_WEIGHTS]
    mov rsi, [rdi + CB_CONV_TAPS]
    mov r8, [rdi + CB_CONV_TAP_COUNT]
    vpxor xmm0, xmm0, xmm0
    vpxor xmm1, xmm1, xmm1
    vpxor xmm2, xmm2, xmm2
    vpxor xmm3, xmm3, xmm3
    vpxor xmm4, xmm4, xmm4
    vpxor xmm5, xmm5, xmm5
    vpxor xmm6, xmm6, xmm6
    vpxor xmm7, xmm7, xmm7
    vpxor xmm8, xmm8, xmm8
    vpxor xmm9, xmm9, xmm9
    vpxor xmm10, xmm10, xmm10
    vpxor xmm11, xmm11, xmm11
    vpxor xmm12, xmm12, xmm12
    vpxor xmm13, xmm13, xmm13
1:
    cb_conv_tap
    CB_LOOP(channels)
    vmovups zmm28, [rcx]
    vmovups zmm29, [rcx + 64]
    vbroadcastss zmm30, dword ptr [rax]
    vfmadd231ps zmm0, zmm30, zmm28
    vfmadd231ps zmm1, zmm30, zmm29
    vbroadcastss zmm31, dword ptr [rax + r10]
    vfmadd231ps zmm2, zmm31, zmm28
    vfmadd231ps zmm3, zmm31, zmm29
    vbroadcastss zmm30, dword ptr [rax + r10*2]
    vfmadd231ps zmm4, zmm30, zmm28
    vfmadd231ps zmm5, zmm30, zmm29
    vbroadcastss zmm31, dword ptr [rax + r11]
    vfmadd231ps zmm6, zmm31, zmm28
    vfmadd231ps zmm7, zmm31, zmm29
    vbroadcastss zmm30, dword ptr [rax + r10*4]
    vfmadd231ps zmm8, zmm30, zmm28
    vfmadd231ps zmm9, zmm30, zmm29
    vbroadcastss zmm31, dword ptr [rax + rbx]
    vfmadd231ps zmm10, zmm31, zmm28
    vfmadd231ps zmm11, zmm31, zmm29
    vbroadcastss zmm30, dword ptr [rax + r11*2]
    vfmadd231ps zmm12, zmm30, zmm28
    vfmadd231ps zmm13, zmm30, zmm29
    add rax, 4
    add rcx, 128
    CB_LOOP_END(channels, r9)
    dec r8
    jnz 1b

    cb_conv_strides CB_CONV_OUT_PIXEL
    mov rax, [rdi + CB_CONV_OUTPUT]
    mov rcx, [rdi + CB_CONV_OUT_VECTOR]
    add rcx, rax
    cmp qword ptr [rdi + CB_CONV_ACCUMULATE], 0
    je 2f
    vaddps zmm0, zmm0, [rax]
    vaddps zmm1, zmm1, [rcx]
    vaddps zmm2, zmm2, [rax + r10]
    vaddps zmm3, zmm3, [rcx + r10]
    vaddps zmm4, zmm4, [rax + r10*2]
    vaddps zmm5, zmm5, [rcx + r10*2]
    vaddps zmm6, zmm6, [rax + r11]
    vaddps zmm7, zmm7, [rcx + r11]
    vaddps zmm8, zmm8, [rax + r10*4]
    vaddps zmm9, zmm9, [rcx + r10*4]
    vaddps zmm10, zmm10, [rax + rbx]
    vaddps zmm11, zmm11, [rcx + rbx]
    vaddps zmm12, zmm12, [rax + r11*2]
    vaddps zmm13, zmm13, [rcx + r11*2]
2:
    vmovups [rax], zmm0
    vmovups [rcx], zmm1
    vmovups [rax + r10], zmm2
    vmovups [rcx + r10], zmm3
    vmovups [rax + r10*2], zmm4
    vmovups [rcx + r10*2], zmm5
    vmovups [rax + r11], zmm6
    vmovups [rcx + r11], zmm7
    vmovups [rax + r10*4], zmm8
    vmovups [rcx + r10*4], zmm9
    vmovups [rax + rbx], zmm10
    vmovups [rcx + rbx], zmm11
    vmovups [rax + r11*2], zmm12
    vmovups [rcx + r11*2], zmm13
    vzeroupper
    pop rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbx
    ret
CB_FUNCTION_END(direct_f32_1x7x32__avx512)
