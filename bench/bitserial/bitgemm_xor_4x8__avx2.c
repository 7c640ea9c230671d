/* Bits that differ: numbers of -1 and 1 on both sides. */
#include "bench/bitserial/bitgemm_avx2.h"

void bitgemm_xor_4x8__avx2(const cb_bits_tile *tile)
{
    cb_hs_tile(CB_BITS_XOR, tile);
}
