/* Inside of measure/: growing sample arrays and the verdict which of them were disturbed. */
#ifndef CB_MEASURE_SAMPLES_H
#define CB_MEASURE_SAMPLES_H

#include "measure/measure.h"

/* One sample as the threads saw it. */
typedef struct {
    double elapsed_s; /* of one repeat */
    double cycles;
    double clock_hz;
    double probe_ratio; /* clock behind the sample / clock before it */
} cb_sample;

/* Room for `capacity` samples. CB_NO_MEMORY, or CB_OK. */
cb_status cb_samples_reserve(cb_samples *samples, size_t capacity, cb_error *err);
void cb_samples_add(cb_samples *samples, const cb_sample *sample);

/* Decides anew for every sample whether it was disturbed (docs/METHOD.md, "Disturbed samples").
 */
void cb_samples_judge(cb_samples *samples);

#endif
