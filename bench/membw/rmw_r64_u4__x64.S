/* void rmw_r64_u4__x64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 64-bit general-register XOR with all ones, in place.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 32 bytes of each operand, 4 measured instructions and 2 of the loop,
 * 64 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(rmw_r64_u4__x64)
    mov rax, -1
    MEMBW_PASS
    CB_LOOP(1)
    xor [rdi + r9], rax
    xor [rdi + r9 + 8], rax
    xor [rdi + r9 + 16], rax
    xor [rdi + r9 + 24], rax
    MEMBW_STEP(32)
    MEMBW_END(rmw_r64_u4__x64)
