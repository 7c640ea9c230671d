#include "machine/machine.h"

#include "machine/cgroup.h"
#include "machine/cpuinfo.h"
#include "machine/emulation.h"
#include "machine/kinds.h"
#include "machine/sysfile.h"
#include "machine/text.h"
#include "machine/topology.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

static cb_status check_root(const char *root, cb_error *err)
{
    struct stat info;
    if (cb_sysfile_root_is_here(root))
        return CB_OK;
    if (stat(root, &info) != 0)
        return cb_fail(err, CB_IO,
                       "%.300s: %s; --root wants a folder with copies of /sys and /proc", root,
                       strerror(errno));
    if (!S_ISDIR(info.st_mode))
        return cb_fail(err, CB_IO,
                       "%.300s: not a folder; --root wants one with copies of /sys and /proc",
                       root);
    return CB_OK;
}

/* ---- names ---- */

static cb_arch read_arch(const char *root, const char *cpuinfo)
{
    char line[32];
    if (cb_sysfile_root_is_here(root))
        return cb_arch_native();
    if (cb_sysfile_line(root, line, sizeof line, "proc/sys/kernel/arch")) {
        if (strcmp(line, "x86_64") == 0)
            return CB_ARCH_X86_64;
        if (strcmp(line, "aarch64") == 0)
            return CB_ARCH_AARCH64;
        if (strncmp(line, "armv7", 5) == 0 || strncmp(line, "armv8", 5) == 0)
            return CB_ARCH_ARMV7;
    }
    return cpuinfo ? cb_cpuinfo_arch(cpuinfo) : CB_ARCH_ANY;
}

static void read_system_names(const char *root, cb_machine *machine)
{
    char *release = cb_sysfile_read(root, "etc/os-release");
    struct utsname here;
    bool ask = cb_sysfile_root_is_here(root) && uname(&here) == 0;
    if (!release)
        release = cb_sysfile_read(root, "usr/lib/os-release");
    if (release)
        (void)cb_text_assignment(release, "PRETTY_NAME", machine->os, sizeof machine->os);
    free(release);
    if (!cb_sysfile_line(root, machine->kernel, sizeof machine->kernel,
                         "proc/sys/kernel/osrelease") &&
        ask)
        cb_text_clean(here.release, strlen(here.release), machine->kernel, sizeof machine->kernel);
    if (!cb_sysfile_line(root, machine->hostname, sizeof machine->hostname,
                         "proc/sys/kernel/hostname") &&
        !cb_sysfile_line(root, machine->hostname, sizeof machine->hostname, "etc/hostname") && ask)
        cb_text_clean(here.nodename, strlen(here.nodename), machine->hostname,
                      sizeof machine->hostname);
}

static void read_board(const char *root, cb_machine *machine)
{
    char vendor[48], product[48];
    if (cb_sysfile_line(root, machine->board, sizeof machine->board, "proc/device-tree/model") ||
        cb_sysfile_line(root, machine->board, sizeof machine->board,
                        "sys/firmware/devicetree/base/model"))
        return;
    if (!cb_sysfile_line(root, product, sizeof product, "sys/class/dmi/id/product_name"))
        return;
    if (!cb_sysfile_line(root, vendor, sizeof vendor, "sys/class/dmi/id/sys_vendor"))
        vendor[0] = '\0';
    snprintf(machine->board, sizeof machine->board, "%s%s%s", vendor, vendor[0] ? " " : "",
             product);
}

/* x86 has a name for the model; ARM has names for its cores. */
static void name_cpu_model(const char *cpuinfo, cb_arch arch, cb_machine *machine)
{
    size_t used = 0, bytes = sizeof machine->cpu_model;
    if (arch == CB_ARCH_X86_64 && cpuinfo &&
        cb_text_field(cpuinfo, "model name", machine->cpu_model, bytes))
        return;
    for (size_t i = 0; i < machine->kind_count && used < bytes; i++) {
        int n = snprintf(machine->cpu_model + used, bytes - used, "%s%s", i ? " + " : "",
                         machine->kinds[i].name);
        used += n > 0 ? (size_t)n : 0;
    }
}

/* ---- CPUs ---- */

static cb_status read_topology(const char *root, const char *cpuinfo, cb_error *err,
                               cb_topology *topology)
{
    /* sysfs tells the same as hwloc, which a test holds; it stands in where hwloc cannot load. */
    if (cb_sysfile_root_is_here(root) && cb_topology_from_hwloc(NULL, topology) == CB_OK)
        return CB_OK;
    return cb_topology_from_sysfs(root, cpuinfo, err, topology);
}

static bool own_affinity(cb_cpu_set *set)
{
    size_t bytes = CPU_ALLOC_SIZE(CB_CPU_LIMIT);
    cpu_set_t *mask = CPU_ALLOC(CB_CPU_LIMIT);
    bool read = mask && sched_getaffinity(0, bytes, mask) == 0;
    memset(set, 0, sizeof *set);
    for (int cpu = 0; read && cpu < CB_CPU_LIMIT; cpu++)
        if (CPU_ISSET_S((size_t)cpu, bytes, mask))
            cb_cpu_set_add(set, cpu);
    if (mask)
        CPU_FREE(mask);
    return read;
}

static bool read_affinity(const char *root, cb_cpu_set *set)
{
    char line[512];
    if (cb_sysfile_root_is_here(root))
        return own_affinity(set);
    char *status = cb_sysfile_read(root, "proc/self/status");
    bool read = status && cb_text_field(status, "Cpus_allowed_list", line, sizeof line) &&
                cb_text_cpu_list(line, set);
    free(status);
    return read;
}

static void mark_allowed(const char *root, cb_machine *machine)
{
    cb_cpu_set affinity, cpuset;
    bool has_affinity = read_affinity(root, &affinity);
    bool has_cpuset = cb_cgroup_cpuset(root, &cpuset);
    for (size_t i = 0; i < machine->cpu_count; i++) {
        cb_cpu *cpu = &machine->cpus[i];
        cpu->allowed = (!has_affinity || cb_cpu_set_has(&affinity, cpu->cpu)) &&
                       (!has_cpuset || cb_cpu_set_has(&cpuset, cpu->cpu));
    }
}

/* ---- memory ---- */

static cb_fact read_memory(const char *meminfo, const char *key)
{
    double bytes;
    if (!meminfo)
        return cb_fact_unknown("no readable /proc/meminfo");
    if (!cb_text_meminfo(meminfo, key, &bytes))
        return cb_fact_unknown("not in /proc/meminfo");
    return cb_fact_known(bytes);
}

/* ---- the whole ---- */

cb_status cb_machine_read(const char *root, cb_error *err, cb_machine *machine)
{
    cb_machine found = {0};
    cb_topology topology = {0};
    cb_status status = check_root(root, err);
    if (status != CB_OK)
        return status;
    char *cpuinfo = cb_sysfile_read(root, "proc/cpuinfo");
    char *meminfo = cb_sysfile_read(root, "proc/meminfo");
    cb_arch arch = read_arch(root, cpuinfo);

    snprintf(found.arch, sizeof found.arch, "%s",
             arch == CB_ARCH_ANY ? "unknown" : cb_arch_name(arch));
    found.isa = cb_sysfile_root_is_here(root) ? cb_isa_detect()
                                              : cb_isa_from_cpuinfo(cpuinfo ? cpuinfo : "");
    /* Before the cores: how they are named depends on whether an emulator runs us. */
    cb_emulation_read(root, cpuinfo, &found.environment);
    status = read_topology(root, cpuinfo, err, &topology);
    if (status == CB_OK)
        status = cb_kinds_read(root, cpuinfo, arch, &topology, err, &found);
    if (status != CB_OK)
        goto out;
    found.caches = topology.caches;
    found.cache_count = topology.cache_count;
    topology.caches = NULL;
    mark_allowed(root, &found);
    read_system_names(root, &found);
    read_board(root, &found);
    name_cpu_model(cpuinfo, arch, &found);
    found.ram_bytes = read_memory(meminfo, "MemTotal");
    found.ram_available_bytes = read_memory(meminfo, "MemAvailable");
    cb_environment_read(root, &found, &found.environment);
    *machine = found;
out:
    if (status != CB_OK)
        cb_machine_free(&found);
    cb_topology_free(&topology);
    free(meminfo);
    free(cpuinfo);
    return status;
}

void cb_machine_free(cb_machine *machine)
{
    free(machine->kinds);
    free(machine->cpus);
    free(machine->caches);
    memset(machine, 0, sizeof *machine);
}

/* Whether an allowed CPU of the same core stands before this one. */
static bool is_sibling(const cb_machine *machine, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (machine->cpus[i].allowed && machine->cpus[i].core == machine->cpus[index].core)
            return true;
    return false;
}

size_t cb_machine_cpus_of_kind(const cb_machine *machine, int kind, int *cpus, size_t capacity)
{
    size_t count = 0;
    for (int siblings = 0; siblings <= 1; siblings++)
        for (size_t i = 0; i < machine->cpu_count; i++) {
            const cb_cpu *cpu = &machine->cpus[i];
            if (!cpu->allowed || cpu->kind != kind || is_sibling(machine, i) != (siblings == 1))
                continue;
            if (count < capacity)
                cpus[count] = cpu->cpu;
            count++;
        }
    return count;
}

uint64_t cb_machine_cache_bytes(const cb_machine *machine, int level, int cpu)
{
    if (level < 1 || level > CB_CACHE_LEVELS)
        return 0;
    for (size_t i = 0; i < machine->cpu_count; i++)
        if (machine->cpus[i].cpu == cpu)
            return machine->cpus[i].cache_bytes[level - 1];
    return 0;
}
