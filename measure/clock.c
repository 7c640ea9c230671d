#include "measure/clock.h"

#define CB_CLOCK_CHAIN(name, cycles) void name(uint64_t iterations);
#include "measure/clock_chains.inc"
#undef CB_CLOCK_CHAIN

const cb_clock_chain *cb_clock_chain_native(void)
{
#define CB_CLOCK_CHAIN(name, cycles) static const cb_clock_chain chain = {#name, cycles, name};
#include "measure/clock_chains.inc"
#undef CB_CLOCK_CHAIN
    return &chain;
}

double cb_clock_measure_hz(const cb_timer *timer)
{
    enum { ITERATIONS = 2000, RUNS = 9 };
    const cb_clock_chain *chain = cb_clock_chain_native();
    double fastest_hz = 0;
    for (int i = 0; i < RUNS; i++) { /* an interruption only makes a run slower */
        uint64_t start = cb_timer_ticks(timer);
        chain->run(ITERATIONS);
        uint64_t end = cb_timer_ticks(timer);
        double elapsed_s = (double)(end - start) * timer->seconds_per_tick - timer->overhead_s;
        double hz = ITERATIONS * chain->cycles_per_iteration / elapsed_s;
        fastest_hz = elapsed_s > 0 && hz > fastest_hz ? hz : fastest_hz;
    }
    return fastest_hz;
}
