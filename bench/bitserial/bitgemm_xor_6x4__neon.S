/* void bitgemm_xor_6x4__neon(const cb_bits_tile *tile);
 *
 * Bits that differ, for out-of-order cores. Registers as in bitgemm_aarch64.h and tile_6x4_aarch64.h.
 * One iteration: 2 words, 144 NEON operations, 10 LDP, 2 of the loop; 12288 operations. */
#include "bench/bitserial/tile_6x4_aarch64.h"

CB_FUNCTION(bitgemm_xor_6x4__neon)
    bits_enter
10:
    bits_panel
20:
    bits_chunk
    bits_zero_24
    tbz x3, #0, 30f
    bits_word eor
    subs x3, x3, #1
    b.eq 40f
30:
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    bits_word eor
    subs x3, x3, #2
    bits_word eor
    b.ne 1b
    # LLVM-MCA-END
40:
    bits_flush_24
    cbnz x8, 20b
    bits_store 6, sub, 10b
    bits_leave
CB_FUNCTION_END(bitgemm_xor_6x4__neon)
