#include "measure/clock.h"

#include <stddef.h>

#define CB_CLOCK_CHAIN(name, isa, cycles) void name(uint64_t iterations);
#include "measure/clock_chains.inc"
#undef CB_CLOCK_CHAIN

static const cb_clock_chain chains[] = {
#define CB_CLOCK_CHAIN(name, isa, cycles) {#name, CB_ISA_##isa, cycles, name},
#include "measure/clock_chains.inc"
#undef CB_CLOCK_CHAIN
};

enum { CHAIN_COUNT = sizeof chains / sizeof *chains };

/* The widest chain that is not wider than the kernel: the table goes from narrow to wide. */
const cb_clock_chain *cb_clock_chain_for(cb_isa isa, cb_isa_set available)
{
    const cb_clock_chain *best = &chains[0];
    for (size_t i = 1; i < CHAIN_COUNT; i++)
        if (chains[i].isa <= isa && (available & cb_isa_bit(chains[i].isa)))
            best = &chains[i];
    return best;
}
