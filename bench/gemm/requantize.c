#include "bench/gemm/requantize.h"

#define CB_GEMM_REQUANT(name, isa, lanes) cb_requant_fn name;
#include "bench/gemm/requantize.inc"
#undef CB_GEMM_REQUANT

const cb_requant_kernel cb_requant_kernels[] = {
#define CB_GEMM_REQUANT(name, isa, lanes) {#name, CB_ISA_##isa, lanes, name},
#include "bench/gemm/requantize.inc"
#undef CB_GEMM_REQUANT
};

const size_t cb_requant_kernel_count = sizeof cb_requant_kernels / sizeof *cb_requant_kernels;

cb_requant_fn *cb_requant_best(cb_isa_set isa)
{
    const cb_requant_kernel *best = &cb_requant_kernels[cb_requant_kernel_count - 1];
    for (size_t i = 0; i < cb_requant_kernel_count; i++)
        if ((isa & cb_isa_bit(cb_requant_kernels[i].isa)) &&
            cb_requant_kernels[i].lanes > best->lanes)
            best = &cb_requant_kernels[i];
    return best->run;
}
