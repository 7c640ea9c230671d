/* The paper's count for weights of -1 and 1: two popcounts where one would do. */
#include "bench/bitserial/bitgemm_vpopcnt.h"

void bitgemm_two_8x32__vpopcnt(const cb_bits_tile *tile)
{
    cb_vp_tile(CB_BITS_TWO, tile);
}
