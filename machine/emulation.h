/* Whether instructions run on silicon at all. */
#ifndef CB_MACHINE_EMULATION_H
#define CB_MACHINE_EMULATION_H

#include "machine/machine.h"

/* Sets emulated, emulated_by and virtual_machine. `cpuinfo` may be NULL. Of this machine the
 * process itself is looked at; of another root only what its files say about a hypervisor. */
void cb_emulation_read(const char *root, const char *cpuinfo, cb_environment *environment);

/* The emulator whose program lies in a process's memory, from the text of its maps file; NULL when
 * there is none. */
const char *cb_emulator_in_maps(const char *maps);

#endif
