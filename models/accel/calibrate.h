/* From a trace to a calibrated platform, and how well its cycles predict. */
#ifndef CB_ACCEL_CALIBRATE_H
#define CB_ACCEL_CALIBRATE_H

#include "models/accel/platform.h"

/* Sizes of relative errors. */
typedef struct {
    size_t count;
    double mean, p95, worst;
} cb_accel_errors;

typedef struct {
    char name[32];
    cb_accel_errors errors; /* predicted from the rows of the other networks */
} cb_accel_group;

typedef struct {
    cb_accel_errors fit, cross;
    cb_accel_group *groups; /* none when the trace has one network */
    int group_count;
    size_t same_tiles; /* rows whose tile bytes are the trace's, or that tell none */
    double bound_median, bound_largest;
    size_t bound_violations;
} cb_accel_calibration;

/* Fits `platform` to the trace, in place: cycles, spread, guard, origin. The caller frees. */
cb_status cb_accel_calibrate(cb_accel_platform *platform, const char *trace_path, cb_error *err,
                             cb_accel_calibration *calibration);
void cb_accel_calibration_free(cb_accel_calibration *calibration);

#endif
