#include "machine/cgroup.h"
#include "machine/emulation.h"
#include "machine/machine.h"
#include "machine/sysfile.h"
#include "machine/text.h"

#include <stdlib.h>
#include <string.h>

#define NO_CPUFREQ "no cpufreq directory (virtual machine or driver missing)"

static int first_allowed_cpu(const cb_machine *machine)
{
    for (size_t i = 0; i < machine->cpu_count; i++)
        if (machine->cpus[i].allowed)
            return machine->cpus[i].cpu;
    return 0;
}

static cb_fact_text read_governor(const char *root, int cpu)
{
    cb_fact_text governor = {"", NULL};
    if (!cb_sysfile_line(root, governor.text, sizeof governor.text,
                         "sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor", cpu))
        governor.reason = NO_CPUFREQ;
    return governor;
}

static cb_fact read_boost(const char *root)
{
    int64_t value;
    if (cb_sysfile_integer(root, 0, 1, &value, "sys/devices/system/cpu/intel_pstate/no_turbo"))
        return cb_fact_known(value ? 0 : 1);
    if (cb_sysfile_integer(root, 0, 1, &value, "sys/devices/system/cpu/cpufreq/boost"))
        return cb_fact_known((double)value);
    return cb_fact_unknown("neither intel_pstate/no_turbo nor cpufreq/boost is there");
}

static cb_fact read_load(const char *root)
{
    char line[128];
    double load;
    if (cb_sysfile_line(root, line, sizeof line, "proc/loadavg") && cb_text_fraction(line, &load))
        return cb_fact_known(load);
    return cb_fact_unknown("no readable /proc/loadavg");
}

static bool is_processor_zone(const char *type)
{
    static const char *const words[] = {"cpu", "CPU", "soc", "pkg_temp", "coretemp", "k10temp"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(type, words[i]))
            return true;
    return false;
}

/* The hottest zone that belongs to the processor. */
static cb_fact read_temperature(const char *root)
{
    enum { ZONES = 64 };
    bool found = false;
    double hottest = 0;
    for (int zone = 0; zone < ZONES; zone++) {
        char type[64];
        int64_t millidegrees;
        if (!cb_sysfile_line(root, type, sizeof type, "sys/class/thermal/thermal_zone%d/type",
                             zone) ||
            !is_processor_zone(type))
            continue;
        if (!cb_sysfile_integer(root, -50000, 200000, &millidegrees,
                                "sys/class/thermal/thermal_zone%d/temp", zone))
            continue;
        double celsius = (double)millidegrees / 1000;
        hottest = found && hottest > celsius ? hottest : celsius;
        found = true;
    }
    return found ? cb_fact_known(hottest) : cb_fact_unknown("no thermal zone of the processor");
}

/* Cooling devices that slow the processor: 1 when one of them works now. */
static cb_fact read_cooling(const char *root)
{
    enum { DEVICES = 64 };
    bool found = false, active = false;
    for (int device = 0; device < DEVICES; device++) {
        char type[64];
        int64_t state;
        if (!cb_sysfile_line(root, type, sizeof type, "sys/class/thermal/cooling_device%d/type",
                             device) ||
            (strcmp(type, "Processor") != 0 && !strstr(type, "cpufreq")))
            continue;
        if (!cb_sysfile_integer(root, 0, 1000000, &state,
                                "sys/class/thermal/cooling_device%d/cur_state", device))
            continue;
        found = true;
        active = active || state > 0;
    }
    return found ? cb_fact_known(active)
                 : cb_fact_unknown("no Raspberry Pi firmware flag and no cooling device");
}

static cb_fact read_throttled(const char *root)
{
    char line[32];
    uint64_t bits;
    if (cb_sysfile_line(root, line, sizeof line,
                        "sys/devices/platform/soc/soc:firmware/get_throttled") &&
        cb_text_hex(line, &bits) && bits <= UINT32_MAX)
        return cb_fact_known((double)bits);
    return read_cooling(root);
}

static cb_fact_text read_transparent_huge_pages(const char *root)
{
    char line[128];
    cb_fact_text mode = {"", NULL};
    if (!cb_sysfile_line(root, line, sizeof line, "sys/kernel/mm/transparent_hugepage/enabled") ||
        !cb_text_bracketed(line, mode.text, sizeof mode.text))
        mode.reason = "the kernel has no transparent huge pages";
    return mode;
}

static cb_fact read_meminfo(const char *meminfo, const char *key)
{
    double value;
    if (!meminfo)
        return cb_fact_unknown("no readable /proc/meminfo");
    if (!cb_text_meminfo(meminfo, key, &value))
        return cb_fact_unknown("not in /proc/meminfo (kernel without huge pages)");
    return cb_fact_known(value);
}

void cb_environment_read(const char *root, const cb_machine *machine, cb_environment *environment)
{
    char *cpuinfo = cb_sysfile_read(root, "proc/cpuinfo");
    char *meminfo = cb_sysfile_read(root, "proc/meminfo");
    memset(environment, 0, sizeof *environment);
    cb_emulation_read(root, cpuinfo, environment);
    environment->governor = read_governor(root, first_allowed_cpu(machine));
    environment->boost = read_boost(root);
    environment->load_1min = read_load(root);
    environment->cgroup_cpus = cb_cgroup_cpus(root);
    environment->cgroup_memory_bytes = cb_cgroup_memory_bytes(root);
    environment->temperature_celsius = read_temperature(root);
    environment->throttled = read_throttled(root);
    environment->transparent_huge_pages = read_transparent_huge_pages(root);
    environment->huge_pages_free = read_meminfo(meminfo, "HugePages_Free");
    environment->huge_page_bytes = read_meminfo(meminfo, "Hugepagesize");
    free(meminfo);
    free(cpuinfo);
}
