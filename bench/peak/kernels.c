#include "bench/peak/peak.h"

#define CB_PEAK(name, isa, form, dtype, oracle, chains, steps, bytes, ops, instructions, limit)    \
    cb_peak_fn name;                                                                               \
    cb_peak_oracle_fn oracle;
#include "bench/peak/kernels.inc"
#undef CB_PEAK

const cb_peak_kernel cb_peak_kernels[] = {
#define CB_PEAK(name, isa, form, dtype, oracle, chains, steps, bytes, ops, instructions, limit)    \
    {#name,  CB_ISA_##isa, CB_PEAK_##form, dtype, name,         oracle, #oracle,                   \
     chains, steps,        bytes,          ops,   instructions, limit},
#include "bench/peak/kernels.inc"
#undef CB_PEAK
};

const size_t cb_peak_kernel_count = sizeof cb_peak_kernels / sizeof *cb_peak_kernels;
