/* void clock_add__a32(uint64_t iterations);
 *
 * 64 additions, each of which needs the one before: 64 cycles an iteration on every ARMv7 and ARMv8
 * core that starts two instructions in a cycle. The counter steps beside an addition, and the branch
 * too.
 *
 * r0, r1 iterations, r2 the chain, r3 the addend. */
#include "base/asm_armv7.h"

CB_FUNCTION(clock_add__a32)
    orrs r2, r0, r1
    beq 2f
    cb_count_in
    mov r3, #1
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    add r2, r2, r3
    .endr
    subs r0, r0, #1
    .rept 32
    add r2, r2, r3
    .endr
    bne 1b
    # LLVM-MCA-END
    cb_count_on 1b
2:
    bx lr
CB_FUNCTION_END(clock_add__a32)
