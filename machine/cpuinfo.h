/* /proc/cpuinfo, of x86 and of ARM, as text in memory. */
#ifndef CB_MACHINE_CPUINFO_H
#define CB_MACHINE_CPUINFO_H

#include "machine/isa.h"
#include "machine/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Long enough for every "flags" line there is (about 2 KiB today). */
#define CB_CPUINFO_LINE_BYTES 8192
#define CB_ANY_CPU            (-1)

/* The value of `key` in the block of that CPU, or in the first block that has it (CB_ANY_CPU). */
bool cb_cpuinfo_field(const char *text, int cpu, const char *key, char *value, size_t bytes);

/* Whose cpuinfo this is; CB_ARCH_ANY when it cannot be told. */
cb_arch cb_cpuinfo_arch(const char *text);

/* The CPUs that it lists. */
void cb_cpuinfo_cpus(const char *text, cb_cpu_set *set);

/* The MIDR that "CPU implementer", "CPU variant", "CPU part" and "CPU revision" make up; 0 when the
 * first or the third is missing. */
uint32_t cb_cpuinfo_midr(const char *text, int cpu);

#endif
