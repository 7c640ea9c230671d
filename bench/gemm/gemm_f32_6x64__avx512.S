/* void gemm_f32_6x64__avx512(const cb_gemm_tile *tile);
 *
 * Tiles of up to 6 x 64. A in panels or where it lies, B in any rows.
 * One turn of the loop of a whole tile: four steps, 96 FMA, 24 broadcasts of A and 16 loads of B,
 * 3072 operations. */
#define CB_ROWS 6
#define CB_VECTORS 4
#include "bench/gemm/tile_f32_x86_64.h"

CB_FUNCTION(gemm_f32_6x64__avx512)
    cb_kernel
CB_FUNCTION_END(gemm_f32_6x64__avx512)
