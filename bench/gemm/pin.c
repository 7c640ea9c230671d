#include "bench/gemm/pin.h"

void cb_peer_unpin(const cb_machine *machine, cb_peer_pin *pin)
{
    cpu_set_t all;
    CPU_ZERO(&all);
    for (size_t i = 0; i < machine->cpu_count; i++)
        CPU_SET((size_t)machine->cpus[i].cpu, &all);
    pin->was_pinned = sched_getaffinity(0, sizeof pin->before, &pin->before) == 0 &&
                      sched_setaffinity(0, sizeof all, &all) == 0;
}

void cb_peer_pin_again(const cb_peer_pin *pin)
{
    if (pin->was_pinned)
        sched_setaffinity(0, sizeof pin->before, &pin->before);
}
