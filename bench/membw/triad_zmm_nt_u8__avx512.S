/* void triad_zmm_nt_u8__avx512(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 512-bit float64 a + 3 b (one rounding), non-temporal stores.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 512 bytes of each operand, 24 measured instructions and 2 of the loop,
 * 1536 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(triad_zmm_nt_u8__avx512)
    mov rax, 0x4008000000000000
    movq xmm15, rax
    vbroadcastsd zmm15, xmm15
    MEMBW_PASS
    CB_LOOP(1)
    vmovapd zmm0, [rdx + r9]
    vfmadd213pd zmm0, zmm15, [rsi + r9]
    vmovapd zmm1, [rdx + r9 + 64]
    vfmadd213pd zmm1, zmm15, [rsi + r9 + 64]
    vmovapd zmm2, [rdx + r9 + 128]
    vfmadd213pd zmm2, zmm15, [rsi + r9 + 128]
    vmovapd zmm3, [rdx + r9 + 192]
    vfmadd213pd zmm3, zmm15, [rsi + r9 + 192]
    vmovapd zmm4, [rdx + r9 + 256]
    vfmadd213pd zmm4, zmm15, [rsi + r9 + 256]
    vmovapd zmm5, [rdx + r9 + 320]
    vfmadd213pd zmm5, zmm15, [rsi + r9 + 320]
    vmovapd zmm6, [rdx + r9 + 384]
    vfmadd213pd zmm6, zmm15, [rsi + r9 + 384]
    vmovapd zmm7, [rdx + r9 + 448]
    vfmadd213pd zmm7, zmm15, [rsi + r9 + 448]
    vmovntdq [rdi + r9], zmm0
    vmovntdq [rdi + r9 + 64], zmm1
    vmovntdq [rdi + r9 + 128], zmm2
    vmovntdq [rdi + r9 + 192], zmm3
    vmovntdq [rdi + r9 + 256], zmm4
    vmovntdq [rdi + r9 + 320], zmm5
    vmovntdq [rdi + r9 + 384], zmm6
    vmovntdq [rdi + r9 + 448], zmm7
    MEMBW_STEP(512)
    MEMBW_END_FENCE_VECTOR(triad_zmm_nt_u8__avx512)
