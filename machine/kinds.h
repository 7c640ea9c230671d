/* Core kinds: which CPUs are alike, and which of them are the faster ones. */
#ifndef CB_MACHINE_KINDS_H
#define CB_MACHINE_KINDS_H

#include "machine/machine.h"
#include "machine/topology.h"

/* Fills machine->kinds and machine->cpus (all but `allowed`) from a topology. `cpuinfo` may be
 * NULL; machine->environment and `arch` must be right already. */
cb_status cb_kinds_read(const char *root, const char *cpuinfo, cb_arch arch,
                        const cb_topology *topology, cb_error *err, cb_machine *machine);

#endif
