#include "machine/topology.h"

#include "machine/cpuinfo.h"
#include "machine/sysfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CACHES_PER_CPU 8

static bool read_cpu_list(const char *root, const char *path, cb_cpu_set *set)
{
    char *text = cb_sysfile_read(root, "%s", path);
    bool read = text && cb_text_cpu_list(text, set);
    free(text);
    return read;
}

/* The CPUs that are there: what is online, else what is present, else what /proc/cpuinfo lists. */
static void find_cpus(const char *root, const char *cpuinfo, cb_cpu_set *set)
{
    memset(set, 0, sizeof *set);
    if (read_cpu_list(root, "sys/devices/system/cpu/online", set) ||
        read_cpu_list(root, "sys/devices/system/cpu/present", set))
        return;
    if (cpuinfo)
        cb_cpuinfo_cpus(cpuinfo, set);
}

/* The lowest CPU of the list that a file of this CPU holds, and how many of them are `online`. */
static bool read_sharers(const char *root, int cpu, const char *file, const cb_cpu_set *online,
                         int *first, int *count)
{
    cb_cpu_set set;
    char path[128];
    snprintf(path, sizeof path, "sys/devices/system/cpu/cpu%d/%s", cpu, file);
    if (!read_cpu_list(root, path, &set) || !cb_cpu_set_has(&set, cpu))
        return false;
    for (size_t i = 0; i < sizeof set.words / sizeof *set.words; i++)
        set.words[i] &= online->words[i];
    *first = cb_cpu_set_next(&set, 0);
    *count = cb_cpu_set_count(&set);
    return true;
}

static int first_of_core(const char *root, int cpu, const cb_cpu_set *online)
{
    int first, count;
    if (read_sharers(root, cpu, "topology/core_cpus_list", online, &first, &count) ||
        read_sharers(root, cpu, "topology/thread_siblings_list", online, &first, &count))
        return first;
    return cpu;
}

static char read_cache_type(const char *root, int cpu, int index)
{
    char type[32];
    if (!cb_sysfile_line(root, type, sizeof type, "sys/devices/system/cpu/cpu%d/cache/index%d/type",
                         cpu, index))
        return 0;
    return strcmp(type, "Data") == 0          ? 'd'
           : strcmp(type, "Instruction") == 0 ? 'i'
           : strcmp(type, "Unified") == 0     ? 'u'
                                              : 0;
}

static bool read_cache_bytes(const char *root, int cpu, int index, uint64_t *bytes)
{
    char *text =
        cb_sysfile_read(root, "sys/devices/system/cpu/cpu%d/cache/index%d/size", cpu, index);
    bool read = text && cb_text_cache_bytes(text, bytes);
    free(text);
    return read;
}

static int read_cache_number(const char *root, int cpu, int index, const char *file)
{
    int64_t value = 0;
    (void)cb_sysfile_integer(root, 0, 1 << 20, &value,
                             "sys/devices/system/cpu/cpu%d/cache/index%d/%s", cpu, index, file);
    return (int)value;
}

/* False when this CPU has no such cache, or not enough is known of it. */
static bool read_cache(const char *root, int cpu, int index, const cb_cpu_set *online,
                       cb_cache *cache)
{
    char sharers[64];
    memset(cache, 0, sizeof *cache);
    cache->level = read_cache_number(root, cpu, index, "level");
    cache->type = read_cache_type(root, cpu, index);
    if (cache->level < 1 || cache->level > 8 || !cache->type ||
        !read_cache_bytes(root, cpu, index, &cache->bytes))
        return false;
    cache->line_bytes = read_cache_number(root, cpu, index, "coherency_line_size");
    cache->ways = read_cache_number(root, cpu, index, "ways_of_associativity");
    snprintf(sharers, sizeof sharers, "cache/index%d/shared_cpu_list", index);
    if (!read_sharers(root, cpu, sharers, online, &cache->first_cpu, &cache->shared_by)) {
        cache->first_cpu = cpu;
        cache->shared_by = 1;
    }
    return true;
}

static void read_types(const char *root, cb_topology *topology)
{
    cb_cpu_set fast, slow;
    if (!read_cpu_list(root, "sys/devices/cpu_core/cpus", &fast) ||
        !read_cpu_list(root, "sys/devices/cpu_atom/cpus", &slow))
        return;
    for (size_t i = 0; i < topology->cpu_count; i++) {
        cb_topology_cpu *cpu = &topology->cpus[i];
        if (cb_cpu_set_has(&fast, cpu->cpu))
            cpu->type = CB_CORE_TYPE_PERFORMANCE;
        else if (cb_cpu_set_has(&slow, cpu->cpu))
            cpu->type = CB_CORE_TYPE_EFFICIENCY;
    }
}

static void read_caches(const char *root, const cb_cpu_set *online, cb_topology *topology)
{
    for (size_t i = 0; i < topology->cpu_count; i++)
        for (int index = 0; index < CACHES_PER_CPU; index++) {
            cb_cache *cache = &topology->caches[topology->cache_count];
            if (!read_cache(root, topology->cpus[i].cpu, index, online, cache))
                continue;
            cb_topology_note_cache(&topology->cpus[i], cache);
            topology->cache_count++;
        }
    cb_topology_order_caches(topology);
}

cb_status cb_topology_from_sysfs(const char *root, const char *cpuinfo, cb_error *err,
                                 cb_topology *topology)
{
    cb_cpu_set online;
    cb_topology found = {0};
    find_cpus(root, cpuinfo, &online);
    size_t count = (size_t)cb_cpu_set_count(&online), slots = count ? count : 1;
    int *first = calloc(slots, sizeof *first);
    found.cpus = calloc(slots, sizeof *found.cpus);
    found.caches = calloc(slots * CACHES_PER_CPU, sizeof *found.caches);
    if (!first || !found.cpus || !found.caches) {
        free(first);
        cb_topology_free(&found);
        return cb_fail(err, CB_NO_MEMORY, "no memory for the topology of %zu CPUs", count);
    }
    for (int cpu = cb_cpu_set_next(&online, 0); cpu >= 0; cpu = cb_cpu_set_next(&online, cpu + 1)) {
        first[found.cpu_count] = first_of_core(root, cpu, &online);
        found.cpus[found.cpu_count++].cpu = cpu;
    }
    cb_topology_number_cores(&found, first);
    free(first);
    read_types(root, &found);
    read_caches(root, &online, &found);
    *topology = found;
    return CB_OK;
}
