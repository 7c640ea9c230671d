/* The core's clock, measured by chains of dependent instructions of known latency. */
#ifndef CB_MEASURE_CLOCK_H
#define CB_MEASURE_CLOCK_H

#include "machine/isa.h"

/* A chain: run(iterations) takes exactly iterations * cycles_per_iteration cycles on every core
 * that the chain's row in clock_chains.inc is made for. The vector chains hold the core in the
 * clock state ("licence") that vector kernels of their width put it into. */
typedef struct {
    const char *name;
    cb_isa isa;
    double cycles_per_iteration;
    void (*run)(uint64_t iterations);
} cb_clock_chain;

/* The chain to put beside a kernel of `isa`: of the same vector width, else dependent additions. */
const cb_clock_chain *cb_clock_chain_for(cb_isa isa, cb_isa_set available);

#endif
