#include "bench/bitserial/micro.h"

/* What a kind of kernel is called with: prototype, and the row's member for it. */
#define FN_AND  cb_bits_tile_fn
#define FN_XOR  cb_bits_tile_fn
#define FN_TWO  cb_bits_tile_fn
#define FN_PACK cb_bits_pack_fn
#define FN_LUT  cb_bits_lut_fn
#define AT_AND  tile
#define AT_XOR  tile
#define AT_TWO  tile
#define AT_PACK pack
#define AT_LUT  lut

#define CB_BITSERIAL(name, isa, kind, core, mr, nr, a_word, w_word, twin)                          \
    FN_##kind name;                                                                                \
    cb_bits_oracle_fn twin;
#include "bench/bitserial/kernels.inc"
#undef CB_BITSERIAL

const cb_bits_kernel cb_bits_kernels[] = {
#define CB_BITSERIAL(name, isa, kind, core, mr, nr, a_word, w_word, twin)                          \
    {#name,  CB_ISA_##isa,      CB_BITS_##kind, CB_BITS_##core,      mr, nr, a_word,               \
     w_word, .AT_##kind = name, .oracle = twin, .oracle_name = #twin},
#include "bench/bitserial/kernels.inc"
#undef CB_BITSERIAL
};

const size_t cb_bits_kernel_count = sizeof cb_bits_kernels / sizeof *cb_bits_kernels;
