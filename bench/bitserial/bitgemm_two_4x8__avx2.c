/* The paper's count for weights of -1 and 1: two popcounts where one would do. */
#include "bench/bitserial/bitgemm_avx2.h"

void bitgemm_two_4x8__avx2(const cb_bits_tile *tile)
{
    cb_hs_tile(CB_BITS_TWO, tile);
}
