#include "bench/membw/membw.h"

#define CB_MEMBW(name, isa, pattern, nt, width, step, loads, stores, oracle) cb_membw_fn name;
#include "bench/membw/kernels.inc"
#undef CB_MEMBW

const cb_membw_kernel cb_membw_kernels[] = {
#define CB_MEMBW(name, isa, pattern, nt, width, step, loads, stores, oracle)                       \
    {#name, CB_ISA_##isa, CB_PATTERN_##pattern, nt, width, step, loads, stores, name, oracle},
#include "bench/membw/kernels.inc"
#undef CB_MEMBW
};

const size_t cb_membw_kernel_count = sizeof cb_membw_kernels / sizeof *cb_membw_kernels;
