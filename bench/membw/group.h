/* Inside of bench/membw: kernels that are measured in turn on the same blocks. */
#ifndef CB_BENCH_MEMBW_GROUP_H
#define CB_BENCH_MEMBW_GROUP_H

#include "bench/membw/operands.h"

enum { CB_GROUP_KERNELS = 96 };

/* A team on one core kind, with its operands. */
typedef struct {
    const cb_bench *bench;
    cb_team *team;
    cb_operands operands;
    int threads;
    int first_cpu;
    const char *core_kind;
} cb_membw_stage;

/* Measures the kernels at `block_bytes`, interleaved, and emits a row for each. rates[i], when not
 * NULL, gets bytes/s (0 for a kernel that could not run at this block). */
cb_status cb_membw_group(const cb_membw_stage *stage, const cb_membw_kernel *const *kernels,
                         size_t count, uint64_t block_bytes, cb_error *err, double *rates);

/* A kernel's row: its key and its parameters. */
cb_row_key cb_membw_key(const cb_membw_stage *stage, const cb_membw_kernel *kernel);
json_t *cb_membw_kernel_params(const cb_membw_stage *stage, const cb_membw_kernel *kernel,
                               uint64_t block_bytes);

/* "huge", "small" or "default". */
const char *cb_membw_pages_name(const cb_operands *operands);

/* A row's parameters, as far as every membw row has them. */
json_t *cb_membw_params(const cb_membw_stage *stage, const char *pattern, uint64_t block_bytes);

#endif
