/* CPUs, physical cores and caches: from hwloc for this machine, from sysfs files for any other. */
#ifndef CB_MACHINE_TOPOLOGY_H
#define CB_MACHINE_TOPOLOGY_H

#include "base/status.h"
#include "machine/cores.h"
#include "machine/machine.h"
#include "machine/text.h"

#include <stddef.h>

typedef struct {
    int cpu;  /* the system's number */
    int core; /* physical core, 0-based, in the order of the lowest CPU of each */
    cb_core_type type;
    uint64_t cache_bytes[CB_CACHE_LEVELS]; /* as in cb_cpu */
} cb_topology_cpu;

typedef struct {
    cb_topology_cpu *cpus; /* by number */
    size_t cpu_count;
    cb_cache *caches; /* one for each instance, by level, type, first CPU */
    size_t cache_count;
} cb_topology;

/* CB_FAILED when hwloc cannot load a topology. */
cb_status cb_topology_from_hwloc(cb_error *err, cb_topology *topology);

/* Whatever the files below `root` tell; no CPU at all is possible. `cpuinfo` (may be NULL) lists
 * the CPUs where sysfs does not. */
cb_status cb_topology_from_sysfs(const char *root, const char *cpuinfo, cb_error *err,
                                 cb_topology *topology);

void cb_topology_free(cb_topology *topology);

/* For the two readers: gives each CPU its core number, from the lowest CPU of its core in
 * `first_of_core`; puts caches in order without the copies that sharers saw; notes that a CPU uses
 * a cache. */
void cb_topology_number_cores(cb_topology *topology, const int *first_of_core);
void cb_topology_order_caches(cb_topology *topology);
void cb_topology_note_cache(cb_topology_cpu *cpu, const cb_cache *cache);

#endif
