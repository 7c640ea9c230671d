/* void gemm_f32_14x32__avx512(const cb_gemm_tile *tile);
 *
 * Tiles of up to 14 x 32. A in panels or where it lies, B in any rows.
 * One turn of the loop of a whole tile: four steps, 112 FMA, 56 broadcasts of A and 8 loads of B,
 * 3584 operations. */
#define CB_ROWS 14
#define CB_VECTORS 2
#include "bench/gemm/tile_f32_x86_64.h"

CB_FUNCTION(gemm_f32_14x32__avx512)
    cb_kernel
CB_FUNCTION_END(gemm_f32_14x32__avx512)
