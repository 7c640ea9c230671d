/* What the control groups that we are in leave us, versions 1 and 2, with all their ancestors. */
#ifndef CB_MACHINE_CGROUP_H
#define CB_MACHINE_CGROUP_H

#include "machine/machine.h"
#include "machine/text.h"

/* Quota over period, the smallest on the way up, in CPUs. */
cb_fact cb_cgroup_cpus(const char *root);

/* The file that sets this quota ("/sys/fs/cgroup/.../cpu.max"), and what to write into it to lift
 * it; false when there is none. */
bool cb_cgroup_cpu_quota_file(const char *root, char *path, size_t bytes, const char **lifted);

/* The smallest memory limit on the way up. */
cb_fact cb_cgroup_memory_bytes(const char *root);

/* The CPUs of our cpuset; false when no group names any. */
bool cb_cgroup_cpuset(const char *root, cb_cpu_set *set);

#endif
