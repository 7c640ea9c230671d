#include "bench/gemm/products.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 8, RUN_MAX = 4, SUM_MAX = 255, PAIR_MAX = 128 };

static bool adds_neighbours(const cb_gemm_kernel *kernel)
{
    return strcmp(kernel->dtype, "u8s8") == 0 && kernel->isa == CB_ISA_AVX2;
}

bool cb_gemm_uses_products(const cb_gemm_kernel *kernel)
{
    bool neon = kernel->isa == CB_ISA_NEON || kernel->isa == CB_ISA_ARMV7NEON;
    return adds_neighbours(kernel) || (strcmp(kernel->dtype, "s8") == 0 && neon);
}

/* |b| of lane l of the eight steps from `step` in column j. */
static int size_of(const cb_gemm_kernel *kernel, const int8_t *b, size_t step, size_t j, size_t l)
{
    size_t kr = (size_t)kernel->kr_b, nr = (size_t)kernel->nr, p = step + l;
    return abs(b[(p / kr * nr + j) * kr + p % kr]);
}

/* The r that a run of up to four times eight steps of one column and lane allows. */
static size_t run_allows(const int *size)
{
    int low = size[0] + size[1], high = size[2] + size[3];
    if (low + high <= SUM_MAX)
        return 4;
    return low <= SUM_MAX && high <= SUM_MAX ? 2 : 1;
}

static size_t lane_allows(const cb_gemm_kernel *kernel, const int8_t *b, size_t k, size_t j,
                          size_t l)
{
    size_t least = RUN_MAX;
    for (size_t run = 0; run < k && least > 1; run += RUN_MAX * LANES) {
        int size[RUN_MAX] = {0};
        for (size_t q = 0; q < RUN_MAX && run + q * LANES < k; q++)
            size[q] = size_of(kernel, b, run + q * LANES, j, l);
        size_t allowed = run_allows(size);
        least = allowed < least ? allowed : least;
    }
    return least;
}

/* The largest |b| of a panel. */
static int largest(const int8_t *b, size_t count)
{
    int most = 0;
    for (size_t i = 0; i < count; i++) {
        int size = b[i] < 0 ? -b[i] : b[i];
        most = size > most ? size : most;
    }
    return most;
}

/* kr is even: pairs of a column lie beside each other. */
static size_t pairs_allow(const int8_t *b, size_t count)
{
    int most = 0;
    for (size_t i = 0; i < count; i += 2) {
        int first = b[i] < 0 ? -b[i] : b[i], second = b[i + 1] < 0 ? -b[i + 1] : b[i + 1];
        most = first + second > most ? first + second : most;
    }
    return most <= PAIR_MAX ? 2 : 1;
}

/* Most panels are told by their largest number alone: four of 63 fit, and two of 127. */
size_t cb_gemm_b_products(const cb_gemm_kernel *kernel, const void *b, size_t k)
{
    size_t kr = (size_t)kernel->kr_b, nr = (size_t)kernel->nr, least = RUN_MAX;
    if (adds_neighbours(kernel))
        return pairs_allow(b, (k + kr - 1) / kr * kr * nr);
    int most = largest(b, (k + kr - 1) / kr * kr * nr);
    if (most <= SUM_MAX / RUN_MAX)
        return RUN_MAX;
    size_t enough = most <= SUM_MAX / 2 ? 2 : 1; /* it cannot get worse than this */
    for (size_t j = 0; j < nr && least > enough; j++)
        for (size_t l = 0; l < LANES && least > enough; l++) {
            size_t allowed = lane_allows(kernel, b, k, j, l);
            least = allowed < least ? allowed : least;
        }
    return least;
}
