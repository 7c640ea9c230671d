/* void direct_f32_6x1x64__avx512(const cb_conv_tile *tile);
 *
 * Six single pixels x 64 output channels. A channel is 24 FMA, 6 broadcasts of 4 bytes and 4 loads
 * of 64; an iteration has four of them. The tile is described in kernel.h, registers in the header.
 */
#include "bench/conv/direct_1x64_avx512.h"

CB_FUNCTION(direct_f32_6x1x64__avx512)
    cb_direct 6
CB_FUNCTION_END(direct_f32_6x1x64__avx512)
