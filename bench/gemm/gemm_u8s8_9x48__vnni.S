/* void gemm_u8s8_9x48__vnni(const cb_gemm_tile *tile);
 *
 * int32 tile of up to 9 x 48, A unsigned and B signed 8-bit numbers, four along k in a group:
 * VPDPBUSD. A in panels (groups of 9 rows) or where it lies; B in panels.
 * Registers: tile_vnni_x86_64.h. One turn of the loop of a whole tile: four steps of four k, 108
 * VPDPBUSD, 36 broadcasts of A, 12 loads of B and 4 more, 13824 operations; reads 144 bytes of A
 * and 768 of B. */
#include "bench/gemm/tile_vnni_x86_64.h"

CB_FUNCTION(gemm_u8s8_9x48__vnni)
    cb_open
    cmp qword ptr [rdi + CB_TILE_A_STEP_BYTES], CB_A_STEP
    jne .Lmatrix
    cb_by_vectors 1
.Lmatrix:
    cb_by_vectors 0
CB_FUNCTION_END(gemm_u8s8_9x48__vnni)
