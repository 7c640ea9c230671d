/* A platform and layers that tests of the accelerator model work with. */
#ifndef CB_TESTS_UNIT_ACCEL_LAYERS_H
#define CB_TESTS_UNIT_ACCEL_LAYERS_H

#include "models/accel/calibrate.h"
#include "models/accel/estimate.h"
#include "models/accel/fit.h"
#include "models/accel/simulate.h"
#include "models/accel/tile_parts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline void assert_near(double a, double b, double by)
{
    assert_true(fabs(a - b) <= by);
}

/* The simulated platform of the traces, every cycle 1. */
static inline cb_accel_platform platform_of(int cores)
{
    cb_accel_platform p = {.name = "test",
                           .about = "a \"test\"",
                           .origin = "made up",
                           .split = CB_SPLIT_PULP_NN,
                           .cores = cores,
                           .clock_hz = 1e8,
                           .l1_bytes = 64000,
                           .l1_banks = 16,
                           .simd_bits = 32,
                           .lane_bits = 32,
                           .stack_bytes = 3800,
                           .core_stack_bytes = 3600,
                           .stack_cores = 8,
                           .l2_bytes = 512000,
                           .l2_reserved_bytes = 120000,
                           .l2_l1 = {8, 0},
                           .l3_l2 = {1, 0}};
    for (int t = 0; t < CB_ACCEL_TERMS; t++) {
        p.cycles.of[t] = p.start.of[t] = 1;
        p.rows[t] = 1;
    }
    return p;
}

static inline cb_accel_layer conv(int64_t cin, int64_t cout, int64_t size, int in_bits,
                                  int weight_bits)
{
    return (cb_accel_layer){.name = "conv",
                            .kind = CB_ACCEL_CONV,
                            .cin = cin,
                            .h = size,
                            .w = size,
                            .cout = cout,
                            .ho = size,
                            .wo = size,
                            .kh = 1,
                            .kw = 1,
                            .sh = 1,
                            .sw = 1,
                            .groups = 1,
                            .in_bits = in_bits,
                            .weight_bits = weight_bits,
                            .out_bits = in_bits,
                            .acc_bits = 32,
                            .bias_bits = 32,
                            .quant = CB_ACCEL_DYADIC};
}

static inline cb_accel_layer depthwise(int64_t channels, int64_t size, int bits)
{
    cb_accel_layer l = conv(channels, channels, size, bits, bits);
    l.groups = channels;
    l.kh = l.kw = 3;
    l.top = l.left = l.bottom = l.right = 1;
    return l;
}

#endif
