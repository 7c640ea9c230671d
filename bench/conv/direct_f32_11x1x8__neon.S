/* void direct_f32_11x1x8__neon(const cb_conv_tile *tile);
 *
 * Eleven single pixels x 8 output channels, for in-order cores. An iteration is two channels:
 * 44 FMLAs, 15 LDR D, 4 LDR X, 4 INS, 2 pointers, 2 of the loop; 352 operations. Registers and
 * reasons stand in the header. */
#include "bench/conv/direct_1x8_aarch64.h"

CB_FUNCTION(direct_f32_11x1x8__neon)
    cb_direct_enter 11
1:
    cb_direct_tap 11
    cbz x19, 5f
    cb_direct_begin
    sub x19, x19, #8
    cbz x19, 4f
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
3:
    cb_first_even 11
    cb_first_odd 11
    cb_second cb_second_even, 11
    cb_second cb_second_odd, 11
    b.ne 3b
    # LLVM-MCA-END
4:
    cb_first_even 11
    cb_first_odd 11
    cb_second cb_second_alone, 11
    add x19, x19, #8
5:
    cbz x22, 6f
    cb_direct_single 11
6:
    subs x20, x20, #1
    b.ne 1b
    cb_direct_leave 11
CB_FUNCTION_END(direct_f32_11x1x8__neon)
