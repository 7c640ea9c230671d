/* Bits that differ: numbers of -1 and 1 on both sides. */
#include "bench/bitserial/bitgemm_vpopcnt.h"

void bitgemm_xor_8x32__vpopcnt(const cb_bits_tile *tile)
{
    cb_vp_tile(CB_BITS_XOR, tile);
}
