/* void clock_add__a64(uint64_t iterations);
 *
 * 64 additions, each of which needs the one before: 64 cycles an iteration on every aarch64 core, in
 * order or not. Register operands: additions of immediates are folded away by renamers that can do
 * so. The counter steps beside an addition, and the branch too.
 *
 * There is no vector chain on ARM: the latency of vector additions differs between cores (2 cycles
 * or 3), and no ARM core is known to change its clock with the width of its vectors.
 *
 * x0 iterations, x1 the chain, x2 the addend. */
#include "base/asm_aarch64.h"

CB_FUNCTION(clock_add__a64)
    mov x1, #0
    mov x2, #1
    cbz x0, 2f
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    add x1, x1, x2
    .endr
    subs x0, x0, #1
    .rept 32
    add x1, x1, x2
    .endr
    b.ne 1b
    # LLVM-MCA-END
2:
    ret
CB_FUNCTION_END(clock_add__a64)
