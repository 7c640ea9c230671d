/* void triad_zmm_u4__avx512(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 512-bit float64 a + 3 b (one rounding), plain stores.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 256 bytes of each operand, 12 measured instructions and 2 of the loop,
 * 768 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(triad_zmm_u4__avx512)
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
    vmovdqa64 [rdi + r9], zmm0
    vmovdqa64 [rdi + r9 + 64], zmm1
    vmovdqa64 [rdi + r9 + 128], zmm2
    vmovdqa64 [rdi + r9 + 192], zmm3
    MEMBW_STEP(256)
    MEMBW_END_VECTOR(triad_zmm_u4__avx512)
