#include "machine/topology.h"

#include <hwloc.h>

#include <stdlib.h>
#include <string.h>

void cb_topology_free(cb_topology *topology)
{
    free(topology->cpus);
    free(topology->caches);
    memset(topology, 0, sizeof *topology);
}

void cb_topology_number_cores(cb_topology *topology, const int *first_of_core)
{
    int cores = 0;
    for (size_t i = 0; i < topology->cpu_count; i++) {
        size_t first = 0;
        while (first < i && first_of_core[first] != first_of_core[i])
            first++;
        topology->cpus[i].core = first < i ? topology->cpus[first].core : cores++;
    }
}

static int compare_caches(const void *left, const void *right)
{
    const cb_cache *a = left, *b = right;
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    return (a->first_cpu > b->first_cpu) - (a->first_cpu < b->first_cpu);
}

void cb_topology_order_caches(cb_topology *topology)
{
    size_t kept = 0;
    if (topology->cache_count == 0)
        return;
    qsort(topology->caches, topology->cache_count, sizeof *topology->caches, compare_caches);
    for (size_t i = 1; i < topology->cache_count; i++)
        if (compare_caches(&topology->caches[kept], &topology->caches[i]) != 0)
            topology->caches[++kept] = topology->caches[i];
    topology->cache_count = kept + 1;
}

void cb_topology_note_cache(cb_topology_cpu *cpu, const cb_cache *cache)
{
    if (cache->type != 'i' && cache->level <= CB_CACHE_LEVELS)
        cpu->cache_bytes[cache->level - 1] = cache->bytes;
}

static int first_cpu_of(hwloc_const_cpuset_t cpuset, int otherwise)
{
    int first = hwloc_bitmap_first(cpuset);
    return first >= 0 ? first : otherwise;
}

static cb_core_type type_of_kind(hwloc_topology_t hwloc, int kind)
{
    struct hwloc_info_s *infos;
    unsigned count;
    if (hwloc_cpukinds_get_info(hwloc, (unsigned)kind, NULL, NULL, &count, &infos, 0) != 0)
        return CB_CORE_TYPE_NONE;
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(infos[i].name, "CoreType") != 0)
            continue;
        if (strcmp(infos[i].value, "IntelAtom") == 0)
            return CB_CORE_TYPE_EFFICIENCY;
        if (strcmp(infos[i].value, "IntelCore") == 0)
            return CB_CORE_TYPE_PERFORMANCE;
    }
    return CB_CORE_TYPE_NONE;
}

static cb_core_type type_of_cpu(hwloc_topology_t hwloc, hwloc_const_cpuset_t cpuset)
{
    int kind = hwloc_cpukinds_get_by_cpuset(hwloc, cpuset, 0);
    return kind < 0 ? CB_CORE_TYPE_NONE : type_of_kind(hwloc, kind);
}

static int compare_cpus(const void *left, const void *right)
{
    const cb_topology_cpu *a = left, *b = right;
    return (a->cpu > b->cpu) - (a->cpu < b->cpu);
}

static char cache_type(hwloc_obj_cache_type_t type)
{
    return type == HWLOC_OBJ_CACHE_DATA ? 'd' : type == HWLOC_OBJ_CACHE_INSTRUCTION ? 'i' : 'u';
}

static cb_cache copy_cache(hwloc_obj_t object)
{
    const struct hwloc_cache_attr_s *attr = &object->attr->cache;
    return (cb_cache){.level = (int)attr->depth,
                      .type = cache_type(attr->type),
                      .bytes = attr->size,
                      .line_bytes = (int)attr->linesize,
                      .ways = attr->associativity > 0 ? attr->associativity : 0,
                      .first_cpu = first_cpu_of(object->cpuset, 0),
                      .shared_by = hwloc_bitmap_weight(object->cpuset)};
}

static void note_caches(hwloc_obj_t pu, cb_topology_cpu *cpu)
{
    for (hwloc_obj_t object = pu->parent; object; object = object->parent)
        if (hwloc_obj_type_is_cache(object->type)) {
            cb_cache cache = copy_cache(object);
            cb_topology_note_cache(cpu, &cache);
        }
}

static cb_status copy_cpus(hwloc_topology_t hwloc, cb_topology *topology)
{
    int count = hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_PU);
    if (count <= 0)
        return CB_FAILED;
    topology->cpus = calloc((size_t)count, sizeof *topology->cpus);
    int *first_of_core = calloc((size_t)count, sizeof *first_of_core);
    if (!topology->cpus || !first_of_core) {
        free(first_of_core);
        return CB_NO_MEMORY;
    }
    topology->cpu_count = (size_t)count;
    for (int i = 0; i < count; i++) {
        hwloc_obj_t pu = hwloc_get_obj_by_type(hwloc, HWLOC_OBJ_PU, (unsigned)i);
        topology->cpus[i].cpu = (int)pu->os_index;
        topology->cpus[i].type = type_of_cpu(hwloc, pu->cpuset);
    }
    qsort(topology->cpus, (size_t)count, sizeof *topology->cpus, compare_cpus);
    for (int i = 0; i < count; i++) {
        int cpu = topology->cpus[i].cpu;
        hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(hwloc, (unsigned)cpu);
        note_caches(pu, &topology->cpus[i]);
        hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(hwloc, HWLOC_OBJ_CORE, pu);
        first_of_core[i] = core ? first_cpu_of(core->cpuset, cpu) : cpu;
    }
    cb_topology_number_cores(topology, first_of_core);
    free(first_of_core);
    return CB_OK;
}

static cb_status copy_caches(hwloc_topology_t hwloc, cb_topology *topology)
{
    size_t capacity = 0;
    for (int type = HWLOC_OBJ_L1CACHE; type <= HWLOC_OBJ_L3ICACHE; type++) {
        int n = hwloc_get_nbobjs_by_type(hwloc, (hwloc_obj_type_t)type);
        capacity += n > 0 ? (size_t)n : 0;
    }
    if (capacity == 0)
        return CB_OK;
    topology->caches = calloc(capacity, sizeof *topology->caches);
    if (!topology->caches)
        return CB_NO_MEMORY;
    for (int type = HWLOC_OBJ_L1CACHE; type <= HWLOC_OBJ_L3ICACHE; type++) {
        hwloc_obj_t object = NULL;
        while ((object = hwloc_get_next_obj_by_type(hwloc, (hwloc_obj_type_t)type, object)))
            if (object->attr->cache.size > 0 && topology->cache_count < capacity)
                topology->caches[topology->cache_count++] = copy_cache(object);
    }
    cb_topology_order_caches(topology);
    return CB_OK;
}

cb_status cb_topology_from_hwloc(cb_error *err, cb_topology *topology)
{
    hwloc_topology_t hwloc;
    cb_topology found = {0};
    cb_status status = CB_FAILED;
    if (hwloc_topology_init(&hwloc) != 0)
        return cb_fail(err, CB_NO_MEMORY, "hwloc: no memory for a topology");
    /* What a cgroup takes away is described too, and marked as not allowed. */
    hwloc_topology_set_flags(hwloc, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
    hwloc_topology_set_cache_types_filter(hwloc, HWLOC_TYPE_FILTER_KEEP_ALL);
    hwloc_topology_set_icache_types_filter(hwloc, HWLOC_TYPE_FILTER_KEEP_ALL);
    if (hwloc_topology_load(hwloc) != 0)
        goto out;
    status = copy_cpus(hwloc, &found);
    if (status == CB_OK)
        status = copy_caches(hwloc, &found);
out:
    hwloc_topology_destroy(hwloc);
    if (status != CB_OK) {
        cb_topology_free(&found);
        return cb_fail(err, status,
                       "hwloc: cannot read the topology of this machine; "
                       "`lstopo` shows what it finds");
    }
    *topology = found;
    return CB_OK;
}
