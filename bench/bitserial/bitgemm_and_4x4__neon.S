/* void bitgemm_and_4x4__neon(const cb_bits_tile *tile);
 *
 * Common ones, for in-order cores. Registers as in bitgemm_aarch64.h and tile_4x4_aarch64.h.
 * One iteration: 2 words, 96 NEON operations, 16 LDR D, 16 LDR X, 16 INS, 2 pointers, 2 of the
 * loop; 8192 operations. */
#include "bench/bitserial/tile_4x4_aarch64.h"

CB_FUNCTION(bitgemm_and_4x4__neon)
    bits_enter
10:
    bits_panel
20:
    bits_chunk
    bits_zero_16
    subs x3, x3, #3
    b.lo 30f
    bits_first
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    bits_ordered_word and, 0, 1, 2, 3, 4, 5, 6, 7, 0
    bits_ordered_word and, 4, 5, 6, 7, 0, 1, 2, 3, 64, "add x1, x1, #128", "add x2, x2, #128", "subs x3, x3, #2"
    b.hs 1b
    # LLVM-MCA-END
30:
    add x3, x3, #3
35:
    cbz x3, 40f
    bits_plain_word and
    sub x3, x3, #1
    b 35b
40:
    bits_flush_16
    cbnz x8, 20b
    bits_store 4, add, 10b
    bits_leave
CB_FUNCTION_END(bitgemm_and_4x4__neon)
