/* void triad_ymm_nt_u8__avx2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 256-bit float64 a + 3 b (one rounding), non-temporal stores.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 256 bytes of each operand, 24 measured instructions and 2 of the loop,
 * 768 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(triad_ymm_nt_u8__avx2)
    mov rax, 0x4008000000000000
    movq xmm15, rax
    vbroadcastsd ymm15, xmm15
    MEMBW_PASS
    CB_LOOP(1)
    vmovapd ymm0, [rdx + r9]
    vfmadd213pd ymm0, ymm15, [rsi + r9]
    vmovapd ymm1, [rdx + r9 + 32]
    vfmadd213pd ymm1, ymm15, [rsi + r9 + 32]
    vmovapd ymm2, [rdx + r9 + 64]
    vfmadd213pd ymm2, ymm15, [rsi + r9 + 64]
    vmovapd ymm3, [rdx + r9 + 96]
    vfmadd213pd ymm3, ymm15, [rsi + r9 + 96]
    vmovapd ymm4, [rdx + r9 + 128]
    vfmadd213pd ymm4, ymm15, [rsi + r9 + 128]
    vmovapd ymm5, [rdx + r9 + 160]
    vfmadd213pd ymm5, ymm15, [rsi + r9 + 160]
    vmovapd ymm6, [rdx + r9 + 192]
    vfmadd213pd ymm6, ymm15, [rsi + r9 + 192]
    vmovapd ymm7, [rdx + r9 + 224]
    vfmadd213pd ymm7, ymm15, [rsi + r9 + 224]
    vmovntdq [rdi + r9], ymm0
    vmovntdq [rdi + r9 + 32], ymm1
    vmovntdq [rdi + r9 + 64], ymm2
    vmovntdq [rdi + r9 + 96], ymm3
    vmovntdq [rdi + r9 + 128], ymm4
    vmovntdq [rdi + r9 + 160], ymm5
    vmovntdq [rdi + r9 + 192], ymm6
    vmovntdq [rdi + r9 + 224], ymm7
    MEMBW_STEP(256)
    MEMBW_END_FENCE_VECTOR(triad_ymm_nt_u8__avx2)
