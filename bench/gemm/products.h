/* How many products of int8 an int16 holds, by the weights' own size. */
#ifndef CB_BENCH_GEMM_PRODUCTS_H
#define CB_BENCH_GEMM_PRODUCTS_H

#include "bench/gemm/micro.h"

#include <stdbool.h>

/* Whether the kernel sums products of int8 in int16 lanes first, so that the promise is worth its
 * price: the vector kernels of cores without dot products. */
bool cb_gemm_uses_products(const cb_gemm_kernel *kernel);

/* What cb_gemm_tile.b_products may say of a packed panel of B of k steps.
 *
 * Kernels of s8: the largest r of 4, 2, 1 such that in each column, for each lane l < 8, the r
 * steps l, l + 8, ... of every r * 8 steps have |b| that sum to at most 255. Then r products with
 * any int8 sum to at most 128 * 255 = 32640, and an int16 holds them. Two weights fail this only
 * when both are -128.
 *
 * Kernels of u8s8, which add neighbours along k: 2 when in each column the steps 2 i and 2 i + 1
 * have |b| that sum to at most 128, since 255 * 128 = 32640; else 1. */
size_t cb_gemm_b_products(const cb_gemm_kernel *kernel, const void *b, size_t k);

#endif
