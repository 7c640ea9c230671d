/* Elements of every type as float64: for oracles, operands, alpha and beta. */
#ifndef CB_BENCH_GEMM_NUMBERS_H
#define CB_BENCH_GEMM_NUMBERS_H

#include <stddef.h>

typedef enum { CB_F32, CB_F64, CB_F16, CB_BF16, CB_S8, CB_U8, CB_S32 } cb_number;

size_t cb_number_bytes(cb_number number);

double cb_number_get(cb_number number, const void *data, size_t index);

/* to[i] = element i * stride. */
void cb_number_line(cb_number number, const void *data, size_t stride, size_t count, double *to);

/* Rounded to nearest, ties to even; integers are cut to their range. */
void cb_number_put(cb_number number, void *data, size_t index, double value);

/* Bits of significand and hidden bit: 24, 53, 11, 8; 0 for integers. */
int cb_number_precision(cb_number number);

#endif
