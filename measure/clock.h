/* The core's clock, measured by a chain of dependent additions.
 *
 * One chain for all kernels: a core has one clock, and general-register additions read it whatever
 * the vector units do beside them. A wide vector kernel can lower that clock, so the chain is run
 * within microseconds of the kernel. (A chain of vector additions would need the two or three ports
 * that another hardware thread of the core may keep busy, and then reads too low.) */
#ifndef CB_MEASURE_CLOCK_H
#define CB_MEASURE_CLOCK_H

#include "measure/timer.h"

#include <stdint.h>

/* run(iterations) takes iterations * cycles_per_iteration cycles on every core of the architecture.
 */
typedef struct {
    const char *name;
    double cycles_per_iteration;
    void (*run)(uint64_t iterations);
} cb_clock_chain;

const cb_clock_chain *cb_clock_chain_native(void);

/* The calling thread's clock now: the fastest of some runs of the chain, about 0.5 ms in all. */
double cb_clock_measure_hz(const cb_timer *timer);

#endif
