/* A network on a platform: every layer's plan, time and decorations, and their sums. */
#ifndef CB_ACCEL_ESTIMATE_H
#define CB_ACCEL_ESTIMATE_H

#include "models/accel/decorate.h"
#include "models/accel/simulate.h"

typedef struct {
    cb_accel_plan plan;
    cb_accel_time time;
    cb_accel_simulation simulation;
    cb_accel_decoration decoration;
    int saturates_at; /* cores that the layer has work for; more of them stay idle */
} cb_accel_result;

typedef struct {
    cb_accel_result *results; /* one a layer */
    size_t count;
    double cycles, bound_cycles, simulated_cycles;
    double spread_cycles;      /* of the sum, when all layers err the same way */
    double l1_bytes, l2_bytes; /* the largest */
} cb_accel_estimate;

/* CB_UNSUPPORTED names the layer that does not fit or has no kernel. The caller frees. */
cb_status cb_accel_estimate_network(const cb_accel_platform *platform, const cb_accel_model *model,
                                    cb_accel_tiler tiler, cb_error *err,
                                    cb_accel_estimate *estimate);
void cb_accel_estimate_free(cb_accel_estimate *estimate);

#endif
