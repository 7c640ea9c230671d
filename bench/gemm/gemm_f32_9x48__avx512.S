/* void gemm_f32_9x48__avx512(const cb_gemm_tile *tile);
 *
 * Tiles of up to 9 x 48. A in panels or where it lies, B in any rows.
 * One turn of the loop of a whole tile: four steps, 108 FMA, 36 broadcasts of A and 12 loads of B,
 * 3456 operations. */
#define CB_ROWS 9
#define CB_VECTORS 3
#include "bench/gemm/tile_f32_x86_64.h"

CB_FUNCTION(gemm_f32_9x48__avx512)
    cb_kernel
CB_FUNCTION_END(gemm_f32_9x48__avx512)
