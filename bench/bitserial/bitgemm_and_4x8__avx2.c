/* Common ones: whatever the encodings. */
#include "bench/bitserial/bitgemm_avx2.h"

void bitgemm_and_4x8__avx2(const cb_bits_tile *tile)
{
    cb_hs_tile(CB_BITS_AND, tile);
}
