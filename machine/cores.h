/* Which core it is: names and limits by MIDR on ARM, by features on x86. */
#ifndef CB_MACHINE_CORES_H
#define CB_MACHINE_CORES_H

#include "machine/machine.h"

/* Type of an x86 core in a hybrid processor, as the system calls it. */
typedef enum { CB_CORE_TYPE_NONE, CB_CORE_TYPE_PERFORMANCE, CB_CORE_TYPE_EFFICIENCY } cb_core_type;

/* Fills name, known and limits of a kind from its MIDR. An unknown one is named by its number. */
void cb_core_identify_arm(uint32_t midr, cb_core_kind *kind);

/* Position in machine/cores.inc, which goes from slow to fast; -1 for an unknown core. */
int cb_core_rank_arm(uint32_t midr);

/* The same for x86 from the text of /proc/cpuinfo. Hypervisors disguise family and model, so
 * features decide wherever they can. An unknown core has the model name, or "unknown x86-64 core".
 */
void cb_core_identify_x86(const char *cpuinfo, cb_core_type type, cb_core_kind *kind);

#endif
