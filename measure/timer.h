/* The finest steady counter that user code may read. */
#ifndef CB_MEASURE_TIMER_H
#define CB_MEASURE_TIMER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    bool uses_counter; /* TSC or CNTVCT; else clock_gettime */
    double seconds_per_tick;
    double resolution_s; /* smallest step seen */
    double overhead_s;   /* what two readings in a row cost */
} cb_timer;

/* Chooses the counter and calibrates it against CLOCK_MONOTONIC_RAW (takes about 20 ms). */
cb_timer cb_timer_calibrate(void);

/* The counter; earlier instructions have finished, later ones have not started. */
uint64_t cb_timer_ticks(const cb_timer *timer);

#endif
