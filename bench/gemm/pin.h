/* Inside of the operator families: where a library makes its threads. The caller is one of a team
 * and pinned, and threads inherit that; between these two calls it may run on every CPU of the
 * machine. */
#ifndef CB_BENCH_GEMM_PIN_H
#define CB_BENCH_GEMM_PIN_H

#include "machine/machine.h"

#include <sched.h>
#include <stdbool.h>

typedef struct {
    cpu_set_t before;
    bool was_pinned;
} cb_peer_pin;

void cb_peer_unpin(const cb_machine *machine, cb_peer_pin *pin);
void cb_peer_pin_again(const cb_peer_pin *pin);

#endif
