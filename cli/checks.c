#include "cli/checks.h"

#include "base/units.h"
#include "machine/cgroup.h"
#include "machine/sysfile.h"
#include "measure/timer.h"

#include <hwloc.h>
#include <jansson.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *cb_check_state_name(cb_check_state state)
{
    static const char *const names[] = {"ok", "unknown", "warn", "problem"};
    return names[state];
}

static void note(cb_checkup *checkup, const char *name, cb_check_state state, const char *command,
                 const char *format, ...) CB_PRINTF(5, 6);

/* `command` may be NULL. */
static void note(cb_checkup *checkup, const char *name, cb_check_state state, const char *command,
                 const char *format, ...)
{
    va_list args;
    if (checkup->count == CB_CHECKS)
        return;
    cb_check *check = &checkup->checks[checkup->count++];
    check->name = name;
    check->state = state;
    snprintf(check->command, sizeof check->command, "%s", command ? command : "");
    va_start(args, format);
    vsnprintf(check->found, sizeof check->found, format, args);
    va_end(args);
}

static void note_unknown(cb_checkup *checkup, const char *name, const char *reason)
{
    note(checkup, name, CB_CHECK_UNKNOWN, NULL, "%s", reason);
}

/* ---- the processor ---- */

static void check_silicon(const cb_environment *e, cb_checkup *checkup)
{
    if (e->emulated)
        note(checkup, "processor", CB_CHECK_PROBLEM, NULL,
             "emulated by %s: nothing measured here says anything about a processor",
             e->emulated_by);
    else if (e->virtual_machine)
        note(checkup, "processor", CB_CHECK_WARN, NULL,
             "a virtual machine: neighbours share its last cache, memory and clock");
    else
        note(checkup, "processor", CB_CHECK_OK, NULL, "no emulator and no hypervisor is seen");
}

static void check_core(const cb_machine *machine, cb_checkup *checkup)
{
    if (machine->kind_count == 0)
        note_unknown(checkup, "core", "no file lists any CPU");
    for (size_t i = 0; i < machine->kind_count; i++) {
        const cb_core_kind *kind = &machine->kinds[i];
        if (kind->known)
            note(checkup, "core", CB_CHECK_OK, NULL, "%s, whose limits are known", kind->name);
        else
            note_unknown(checkup, "core", kind->name);
    }
}

static void check_governor(const cb_environment *e, cb_checkup *checkup)
{
    if (e->governor.reason)
        note_unknown(checkup, "governor", e->governor.reason);
    else if (strcmp(e->governor.text, "performance") == 0)
        note(checkup, "governor", CB_CHECK_OK, NULL, "performance");
    else
        note(checkup, "governor", CB_CHECK_WARN,
             "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
             "%s: the clock follows the load", e->governor.text);
}

static void check_boost(const char *root, const cb_environment *e, cb_checkup *checkup)
{
    int64_t value;
    bool pstate =
        cb_sysfile_integer(root, 0, 1, &value, "sys/devices/system/cpu/intel_pstate/no_turbo");
    if (e->boost.reason)
        note_unknown(checkup, "boost", e->boost.reason);
    else if (e->boost.value > 0)
        note(checkup, "boost", CB_CHECK_WARN,
             pstate ? "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"
                    : "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost",
             "on: the clock depends on heat and on busy neighbours");
    else
        note(checkup, "boost", CB_CHECK_OK, NULL, "off");
}

static void check_temperature(const cb_environment *e, cb_checkup *checkup)
{
    const double warm = 70, hot = 80; /* a Raspberry Pi slows down at 80 */
    double celsius = e->temperature_celsius.value;
    if (e->temperature_celsius.reason)
        note_unknown(checkup, "temperature", e->temperature_celsius.reason);
    else if (celsius >= hot)
        note(checkup, "temperature", CB_CHECK_PROBLEM, NULL,
             "%.1f degrees Celsius: the clock is or will be lowered; cool it", celsius);
    else
        note(checkup, "temperature", celsius >= warm ? CB_CHECK_WARN : CB_CHECK_OK, NULL,
             "%.1f degrees Celsius", celsius);
}

/* Bits of the Raspberry Pi firmware's flag; 16 higher: has happened since the start. */
typedef struct {
    unsigned bit;
    const char *what;
} throttle_bit;

static void list_throttle_bits(unsigned bits, char *text, size_t bytes)
{
    static const throttle_bit table[] = {{1u << 0, "under-voltage"},
                                         {1u << 1, "clock capped"},
                                         {1u << 2, "throttled"},
                                         {1u << 3, "soft temperature limit"}};
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof table / sizeof *table && used < bytes; i++) {
        if (!(bits & table[i].bit))
            continue;
        int n = snprintf(text + used, bytes - used, "%s%s", used ? ", " : "", table[i].what);
        used += n > 0 ? (size_t)n : 0;
    }
}

static bool is_raspberry_pi(const cb_machine *machine)
{
    return strstr(machine->board, "Raspberry Pi") != NULL;
}

static void check_throttling(const cb_machine *machine, cb_checkup *checkup)
{
    char now[96], past[96];
    const cb_fact *fact = &machine->environment.throttled;
    unsigned bits = (unsigned)fact->value;
    if (fact->reason) {
        note_unknown(checkup, "throttling", fact->reason);
        return;
    }
    list_throttle_bits(bits, now, sizeof now);
    list_throttle_bits(bits >> 16, past, sizeof past);
    if (bits == 0)
        note(checkup, "throttling", CB_CHECK_OK, NULL, "none");
    else if (!is_raspberry_pi(machine))
        note(checkup, "throttling", CB_CHECK_PROBLEM, NULL,
             "a cooling device lowers the clock now; cool it");
    else if (bits & 0xf)
        note(checkup, "throttling", CB_CHECK_PROBLEM, "vcgencmd get_throttled",
             "now: %s (0x%x); a stronger power supply or cooling helps", now, bits);
    else
        note(checkup, "throttling", CB_CHECK_WARN, "sudo reboot",
             "since the start: %s (0x%x); it may come again under load", past, bits);
}

/* ---- who else is here ---- */

static int count_allowed(const cb_machine *machine)
{
    int allowed = 0;
    for (size_t i = 0; i < machine->cpu_count; i++)
        allowed += machine->cpus[i].allowed;
    return allowed;
}

static void check_load(const cb_machine *machine, cb_checkup *checkup)
{
    const cb_fact *load = &machine->environment.load_1min;
    int cpus = count_allowed(machine);
    if (load->reason) {
        note_unknown(checkup, "load", load->reason);
        return;
    }
    if (load->value <= 0.25) {
        note(checkup, "load", CB_CHECK_OK, NULL, "%.2f over the last minute", load->value);
        return;
    }
    note(checkup, "load", load->value > 0.5 * cpus ? CB_CHECK_PROBLEM : CB_CHECK_WARN,
         "ps -eo pid,ni,pcpu,comm --sort=-pcpu | head",
         "%.2f over the last minute on %d CPUs: other programs run; stop them", load->value, cpus);
}

static void check_affinity(const cb_machine *machine, cb_checkup *checkup)
{
    char command[160];
    int allowed = count_allowed(machine), all = (int)machine->cpu_count;
    if (all == 0) {
        note_unknown(checkup, "affinity", "no file lists any CPU");
        return;
    }
    if (allowed == all) {
        note(checkup, "affinity", CB_CHECK_OK, NULL, "all %d CPUs may be used", all);
        return;
    }
    snprintf(command, sizeof command, "taskset -c %d-%d cachebound characterize",
             machine->cpus[0].cpu, machine->cpus[all - 1].cpu);
    note(checkup, "affinity", CB_CHECK_WARN, command,
         "%d of %d CPUs may be used; a cpuset (container) is widened where it was started", allowed,
         all);
}

static void check_quota(const char *root, const cb_machine *machine, cb_checkup *checkup)
{
    char file[120], command[160];
    const char *lifted;
    const cb_fact *quota = &machine->environment.cgroup_cpus;
    int cpus = count_allowed(machine);
    if (quota->reason)
        note(checkup, "CPU quota", CB_CHECK_OK, NULL, "%s", quota->reason);
    else if (quota->value >= cpus)
        note(checkup, "CPU quota", CB_CHECK_OK, NULL, "%g CPUs for %d that may be used",
             quota->value, cpus);
    if (quota->reason || quota->value >= cpus)
        return;
    command[0] = '\0';
    if (cb_cgroup_cpu_quota_file(root, file, sizeof file, &lifted))
        snprintf(command, sizeof command, "echo %s | sudo tee %s", lifted, file);
    note(checkup, "CPU quota", CB_CHECK_PROBLEM, command,
         "%g CPUs for %d that may be used: threads are stopped in the middle of a sample",
         quota->value, cpus);
}

/* ---- memory ---- */

static void check_memory(const cb_machine *machine, cb_checkup *checkup)
{
    const double enough_bytes = 1024.0 * 1024 * 1024;
    const cb_fact *limit = &machine->environment.cgroup_memory_bytes;
    cb_fact available = machine->ram_available_bytes;
    const char *which = "available";
    if (!limit->reason && (available.reason || limit->value < available.value)) {
        available = *limit;
        which = "allowed by the control group";
    }
    if (available.reason)
        note_unknown(checkup, "memory", available.reason);
    else if (available.value < enough_bytes)
        note(checkup, "memory", CB_CHECK_WARN, "ps -eo pid,rss,comm --sort=-rss | head",
             "%s %s: blocks past the last cache may not fit",
             cb_format_bytes((uint64_t)available.value).text, which);
    else
        note(checkup, "memory", CB_CHECK_OK, NULL, "%s %s",
             cb_format_bytes((uint64_t)available.value).text, which);
}

static void check_huge_pages(const cb_environment *e, cb_checkup *checkup)
{
    bool transparent =
        !e->transparent_huge_pages.reason && strcmp(e->transparent_huge_pages.text, "never") != 0;
    bool reserved = !e->huge_pages_free.reason && e->huge_pages_free.value > 0;
    if (transparent)
        note(checkup, "huge pages", CB_CHECK_OK, NULL, "transparent: %s",
             e->transparent_huge_pages.text);
    else if (reserved)
        note(checkup, "huge pages", CB_CHECK_OK, NULL, "%g of %s reserved",
             e->huge_pages_free.value,
             e->huge_page_bytes.reason ? "unknown size"
                                       : cb_format_bytes((uint64_t)e->huge_page_bytes.value).text);
    else if (!e->transparent_huge_pages.reason)
        note(checkup, "huge pages", CB_CHECK_WARN,
             "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled",
             "never: TLB misses are part of every figure from RAM");
    else if (!e->huge_pages_free.reason)
        note(checkup, "huge pages", CB_CHECK_WARN, "echo 128 | sudo tee /proc/sys/vm/nr_hugepages",
             "none reserved: TLB misses are part of every figure from RAM");
    else
        note_unknown(checkup, "huge pages", e->transparent_huge_pages.reason);
}

/* ---- this program's surroundings ---- */

static void check_timer(cb_checkup *checkup)
{
    const double coarse_s = 1e-6;
    cb_timer timer = cb_timer_calibrate();
    note(checkup, "timer", timer.resolution_s > coarse_s ? CB_CHECK_WARN : CB_CHECK_OK, NULL,
         "%s, resolution %s, a reading costs %s",
         timer.uses_counter ? "the processor's counter" : "clock_gettime",
         cb_format_si(timer.resolution_s, "s").text, cb_format_si(timer.overhead_s, "s").text);
}

static void check_libraries(cb_checkup *checkup)
{
    unsigned built = HWLOC_API_VERSION, runs = hwloc_get_api_version();
    if (built >> 16 != runs >> 16)
        note(checkup, "hwloc", CB_CHECK_PROBLEM, "sudo apt-get install libhwloc-dev",
             "version %u.%u runs, built with %u.%u; build anew", runs >> 16, runs >> 8 & 0xff,
             built >> 16, built >> 8 & 0xff);
    else
        note(checkup, "hwloc", CB_CHECK_OK, NULL, "version %u.%u.%u", runs >> 16, runs >> 8 & 0xff,
             runs & 0xff);
#if JANSSON_VERSION_HEX >= 0x020d00
    note(checkup, "jansson", CB_CHECK_OK, NULL, "version %s", jansson_version_str());
#else
    note(checkup, "jansson", CB_CHECK_OK, NULL, "version %s", JANSSON_VERSION);
#endif
}

/* The program's path on PATH, as a shell would find it. */
static bool find_program(const char *name, char *found, size_t bytes)
{
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t length = strcspn(path, ":");
        int n = snprintf(found, bytes, "%.*s/%s", (int)length, path, name);
        if (length > 0 && n > 0 && (size_t)n < bytes && access(found, X_OK) == 0)
            return true;
        path += length + (path[length] == ':');
    }
    return false;
}

static void check_gnuplot(cb_checkup *checkup)
{
    char path[160];
    if (find_program("gnuplot", path, sizeof path))
        note(checkup, "gnuplot", CB_CHECK_OK, NULL, "%s", path);
    else
        note(checkup, "gnuplot", CB_CHECK_WARN, "sudo apt-get install gnuplot-nox",
             "not on PATH: plots are written as scripts and data only");
}

void cb_checkup_run(const char *root, const cb_machine *machine, cb_checkup *checkup)
{
    const cb_environment *e = &machine->environment;
    checkup->count = 0;
    check_silicon(e, checkup);
    check_core(machine, checkup);
    check_governor(e, checkup);
    check_boost(root, e, checkup);
    check_temperature(e, checkup);
    check_throttling(machine, checkup);
    check_load(machine, checkup);
    check_affinity(machine, checkup);
    check_quota(root, machine, checkup);
    check_memory(machine, checkup);
    check_huge_pages(e, checkup);
    if (!cb_sysfile_root_is_here(root))
        return;
    check_timer(checkup);
    check_libraries(checkup);
    check_gnuplot(checkup);
}
