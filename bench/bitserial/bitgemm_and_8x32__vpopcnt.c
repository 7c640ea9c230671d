/* Common ones: whatever the encodings. */
#include "bench/bitserial/bitgemm_vpopcnt.h"

void bitgemm_and_8x32__vpopcnt(const cb_bits_tile *tile)
{
    cb_vp_tile(CB_BITS_AND, tile);
}
