#include "machine/cgroup.h"

#include "machine/sysfile.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MOUNTS 3

/* Version 1 writes "no limit" as the largest multiple of the page size; nobody has an exbibyte. */
#define NO_MEMORY_LIMIT ((int64_t)1 << 60)

/* Where the groups of a controller hang. "" is the unified hierarchy (version 2). */
typedef struct {
    const char *controller;
    const char *mounts[MAX_MOUNTS];
} hierarchy;

static const hierarchy unified = {"", {"sys/fs/cgroup", "sys/fs/cgroup/unified"}};
static const hierarchy cpu_v1 = {
    "cpu", {"sys/fs/cgroup/cpu", "sys/fs/cgroup/cpu,cpuacct", "sys/fs/cgroup/cpuacct,cpu"}};
static const hierarchy memory_v1 = {"memory", {"sys/fs/cgroup/memory"}};
static const hierarchy cpuset_v1 = {"cpuset", {"sys/fs/cgroup/cpuset"}};

/* Reads one limit of the group in the folder; false when it has none. */
typedef bool limit_reader(const char *root, const char *folder, double *value);

static bool read_cpu_max(const char *root, const char *folder, double *cpus)
{
    char line[64];
    return cb_sysfile_line(root, line, sizeof line, "%s/cpu.max", folder) &&
           cb_text_cpu_max(line, cpus);
}

static bool read_cfs_quota(const char *root, const char *folder, double *cpus)
{
    int64_t quota, period;
    if (!cb_sysfile_integer(root, 1, INT64_MAX, &quota, "%s/cpu.cfs_quota_us", folder) ||
        !cb_sysfile_integer(root, 1, INT64_MAX, &period, "%s/cpu.cfs_period_us", folder))
        return false;
    *cpus = (double)quota / (double)period;
    return true;
}

static bool read_memory_file(const char *root, const char *folder, const char *file, double *bytes)
{
    int64_t limit;
    if (!cb_sysfile_integer(root, 0, NO_MEMORY_LIMIT - 1, &limit, "%s/%s", folder, file))
        return false;
    *bytes = (double)limit;
    return true;
}

static bool read_memory_max(const char *root, const char *folder, double *bytes)
{
    return read_memory_file(root, folder, "memory.max", bytes);
}

static bool read_memory_limit(const char *root, const char *folder, double *bytes)
{
    return read_memory_file(root, folder, "memory.limit_in_bytes", bytes);
}

/* Our group's path in a hierarchy: "" for the top, never one that climbs out of the mount. */
static void own_group(const char *root, const char *controller, char *path, size_t bytes)
{
    char *text = cb_sysfile_read(root, "proc/self/cgroup");
    if (!text || !cb_text_cgroup_path(text, controller, path, bytes) || strstr(path, ".."))
        path[0] = '\0';
    free(text);
    size_t length = strlen(path);
    if (length > 0 && path[length - 1] == '/')
        path[length - 1] = '\0';
}

/* The parent's path; false at the top. */
static bool climb(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

/* The smallest limit so far. */
typedef struct {
    bool found;
    double value;
    char folder[PATH_MAX];
} lowest_limit;

/* Lowers *lowest to the smallest limit between our group and the top. A container sees its own
 * group at the top, but often its path as the host knows it: folders that are not there are passed
 * over.
 */
static void lower_to_limit(const char *root, const hierarchy *where, limit_reader *read,
                           lowest_limit *lowest)
{
    char path[PATH_MAX / 2], folder[PATH_MAX];
    for (size_t i = 0; i < MAX_MOUNTS && where->mounts[i]; i++) {
        own_group(root, where->controller, path, sizeof path);
        do {
            double limit;
            snprintf(folder, sizeof folder, "%s%s", where->mounts[i], path);
            if (!read(root, folder, &limit) || (lowest->found && limit >= lowest->value))
                continue;
            lowest->found = true;
            lowest->value = limit;
            memcpy(lowest->folder, folder, sizeof folder);
        } while (climb(path));
    }
}

static bool has_groups(const char *root)
{
    char line[64];
    return cb_sysfile_line(root, line, sizeof line, "proc/self/cgroup");
}

cb_fact cb_cgroup_cpus(const char *root)
{
    lowest_limit lowest = {.found = false};
    lower_to_limit(root, &unified, read_cpu_max, &lowest);
    lower_to_limit(root, &cpu_v1, read_cfs_quota, &lowest);
    if (lowest.found)
        return cb_fact_known(lowest.value);
    return cb_fact_unknown(has_groups(root) ? "no CPU quota is set" : "no /proc/self/cgroup");
}

bool cb_cgroup_cpu_quota_file(const char *root, char *path, size_t bytes, const char **lifted)
{
    lowest_limit in_v1 = {.found = false}, lowest;
    lower_to_limit(root, &cpu_v1, read_cfs_quota, &in_v1);
    lowest = in_v1;
    lower_to_limit(root, &unified, read_cpu_max, &lowest);
    bool is_v1 = in_v1.found && strcmp(in_v1.folder, lowest.folder) == 0;
    *lifted = is_v1 ? "-1" : "max";
    snprintf(path, bytes, "/%s/%s", lowest.folder, is_v1 ? "cpu.cfs_quota_us" : "cpu.max");
    return lowest.found;
}

cb_fact cb_cgroup_memory_bytes(const char *root)
{
    lowest_limit lowest = {.found = false};
    lower_to_limit(root, &unified, read_memory_max, &lowest);
    lower_to_limit(root, &memory_v1, read_memory_limit, &lowest);
    if (lowest.found)
        return cb_fact_known(lowest.value);
    return cb_fact_unknown(has_groups(root) ? "no memory limit is set" : "no /proc/self/cgroup");
}

static bool read_cpuset(const char *root, const hierarchy *where, const char *file, cb_cpu_set *set)
{
    char path[PATH_MAX / 2];
    for (size_t i = 0; i < MAX_MOUNTS && where->mounts[i]; i++) {
        own_group(root, where->controller, path, sizeof path);
        do {
            char *text = cb_sysfile_read(root, "%s%s/%s", where->mounts[i], path, file);
            bool read = text && cb_text_cpu_list(text, set);
            free(text);
            if (read)
                return true;
        } while (climb(path));
    }
    return false;
}

bool cb_cgroup_cpuset(const char *root, cb_cpu_set *set)
{
    return read_cpuset(root, &unified, "cpuset.cpus.effective", set) ||
           read_cpuset(root, &cpuset_v1, "cpuset.effective_cpus", set) ||
           read_cpuset(root, &cpuset_v1, "cpuset.cpus", set);
}
