/* Inside of bench/gemm: writing operands in panel order. */
#ifndef CB_BENCH_GEMM_PACK_H
#define CB_BENCH_GEMM_PACK_H

#include "bench/gemm/gemm.h"
#include "bench/gemm/numbers.h"

/* Every packing kernel has this prototype. Units are one element, or kr elements that lie beside
 * each other in the source too. With `count` <= `width`:
 *   COPY       to[p * width + i] = from[p][i]      source line p at from + p * line_bytes
 *   TRANSPOSE  to[p * width + i] = from[i][p]      source line i at from + i * line_bytes
 *   INTERLEAVE to[p * width + i][r] = from[p * kr + r][i], bytes r < kr (the row's unit),
 *                                                  source line l at from + l * line_bytes
 *   PICK2      to[p * width + i] = from[p][2 * i]  source line p at from + p * line_bytes
 * for i < count, p < steps. Places from count to width are left as they are. */
typedef void cb_gemm_pack_fn(void *to, const void *from, size_t line_bytes, size_t count,
                             size_t steps, size_t width);

typedef enum {
    CB_PACK_COPY,
    CB_PACK_TRANSPOSE,
    CB_PACK_INTERLEAVE,
    CB_PACK_PICK2
} cb_gemm_pack_form;

typedef struct {
    const char *name; /* pack_<form>_<unit bits>__<isa> */
    cb_isa isa;
    cb_gemm_pack_form form;
    size_t unit_bytes;
    cb_gemm_pack_fn *run;
} cb_gemm_pack_kernel;

extern const cb_gemm_pack_kernel cb_gemm_pack_kernels[];
extern const size_t cb_gemm_pack_kernel_count;

/* One operand as the driver reads it: A with rows as lines, B with columns. `element` bytes; kr and
 * width of the micro-kernel. */
typedef struct {
    const cb_gemm_operand *operand;
    size_t element, kr, width;
    bool k_lies_near; /* along a line of the source k is contiguous (A as it is, B transposed) */
    double scale;     /* alpha, folded in here; 1 for none */
    cb_number number;
    cb_isa_set isa; /* packing kernels may use as much as the micro-kernel does */
} cb_gemm_packing;

/* Bytes of a panel of `steps`. */
size_t cb_gemm_panel_bytes(const cb_gemm_packing *packing, size_t steps);

/* Writes the panel of rows (columns) [first, first + count), steps [k_first, k_first + k_count). */
void cb_gemm_pack_panel(const cb_gemm_packing *packing, const cb_gemm_panel *panel, void *to);

/* The fastest packing kernel that may run, of the highest instruction set. NULL where there is none
 * for such units; never for COPY and PICK2 of 1 byte and TRANSPOSE of 1, 2, 4 and 8. */
const cb_gemm_pack_kernel *cb_gemm_pack_best(cb_gemm_pack_form form, size_t unit_bytes,
                                             cb_isa_set isa);

/* Multiplies `count` elements by `factor`. */
void cb_gemm_scale(cb_number number, void *data, size_t count, double factor);

#endif
