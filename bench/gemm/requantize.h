/* Inside of bench/gemm: a part of C's sums, requantized by vectors. quantize.h says what for. */
#ifndef CB_BENCH_GEMM_REQUANTIZE_H
#define CB_BENCH_GEMM_REQUANTIZE_H

#include "bench/gemm/quantize.h"

enum { CB_REQUANT_CHANNELS = 256 }; /* at most, of one job */

/* Of each channel of the job. */
typedef struct {
    int32_t *multipliers, *shifts;
    float *scales;
} cb_requant_factors;

typedef struct {
    cb_quant_form form;
    bool by_row; /* channels are rows, else columns */
    bool raises; /* some shift is to the left */
    const int32_t *sums;
    size_t sums_ld, m, n;
    const int32_t *terms;           /* of each channel, to be added */
    const int32_t *zeros;           /* of each channel, to be taken off as often as */
    const int32_t *activation_sums; /* this of each row (column); zeros NULL: not at all */
    cb_requant_factors factors;
    int32_t out_zero, low, high;
    void *out; /* bytes, or int32 without requantization */
    size_t out_ld;
} cb_requant_job;

typedef void cb_requant_fn(const cb_requant_job *job);

/* One row each: requantize__<isa>.c. */
typedef struct {
    const char *name;
    cb_isa isa;
    int lanes; /* sums at a time */
    cb_requant_fn *run;
} cb_requant_kernel;

extern const cb_requant_kernel cb_requant_kernels[];
extern const size_t cb_requant_kernel_count;

/* That with most lanes of those that may be used. */
cb_requant_fn *cb_requant_best(cb_isa_set isa);

#endif
