#include "bench/bitserial/micro.h"
#include "bench/bitserial/micro_offsets.h"

/* What a kind of kernel is called with: prototype, and the row's member for it. */
#define FN_AND   cb_bits_tile_fn
#define FN_XOR   cb_bits_tile_fn
#define FN_TWO   cb_bits_tile_fn
#define FN_PACK  cb_bits_pack_fn
#define FN_LUT   cb_bits_lut_fn
#define FN_TABLE cb_bits_table_fn
#define AT_AND   tile
#define AT_XOR   tile
#define AT_TWO   tile
#define AT_PACK  pack
#define AT_LUT   lut
#define AT_TABLE table

#define CB_BITSERIAL(name, isa, kind, core, planes, mr, nr, a_word, w_word, twin)                  \
    FN_##kind name;                                                                                \
    cb_bits_oracle_fn twin;
#include "bench/bitserial/kernels.inc"
#undef CB_BITSERIAL

const cb_bits_kernel cb_bits_kernels[] = {
#define CB_BITSERIAL(name, isa, kind, core, planes, mr, nr, a_word, w_word, twin)                  \
    {#name,  CB_ISA_##isa, CB_BITS_##kind,    CB_BITS_##core, CB_BITS_##planes,    mr, nr,         \
     a_word, w_word,       .AT_##kind = name, .oracle = twin, .oracle_name = #twin},
#include "bench/bitserial/kernels.inc"
#undef CB_BITSERIAL
};

const size_t cb_bits_kernel_count = sizeof cb_bits_kernels / sizeof *cb_bits_kernels;

#if UINTPTR_MAX == UINT64_MAX
#define HELD(member, offset)                                                                       \
    _Static_assert(offsetof(cb_bits_tile, member) == (offset), "micro_offsets.h: " #member)
HELD(a, CB_BITS_A);
HELD(w, CB_BITS_W);
HELD(c, CB_BITS_C);
HELD(c_row_bytes, CB_BITS_C_ROW_BYTES);
HELD(base, CB_BITS_BASE);
HELD(base_row_bytes, CB_BITS_BASE_ROW_BYTES);
HELD(words, CB_BITS_WORDS);
HELD(m, CB_BITS_M);
HELD(a_panel_bytes, CB_BITS_A_PANEL_BYTES);
HELD(n, CB_BITS_N);
HELD(shift, CB_BITS_SHIFT);
HELD(row_add, CB_BITS_ROW_ADD);
#endif
