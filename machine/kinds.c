#include "machine/kinds.h"

#include "machine/cpuinfo.h"
#include "machine/sysfile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

/* What tells the CPUs of a machine apart. 0: not known. */
typedef struct {
    uint32_t midr;
    cb_core_type type;
    double capacity; /* the scheduler's, 1024 for the fastest */
    double max_hz;
} cpu_traits;

/* A kind while it is being found: its place before ordering, and the best of its CPUs' traits. */
typedef struct {
    cpu_traits traits;
    size_t found_at;
    int cores;
} kind_draft;

#if defined(__aarch64__)
/* The kernel lets programs read it when it says so (HWCAP_CPUID); QEMU answers for its -cpu. */
static uint32_t own_midr(void)
{
    const unsigned long hwcap_cpuid = 1ul << 11;
    uint64_t midr = 0;
    if (getauxval(AT_HWCAP) & hwcap_cpuid)
        __asm__("mrs %0, midr_el1" : "=r"(midr));
    return (uint32_t)midr;
}
#else
static uint32_t own_midr(void)
{
    return 0;
}
#endif

static uint32_t read_midr(const char *root, const char *cpuinfo, int cpu, bool emulated)
{
    char line[32];
    uint64_t midr;
    bool here = cb_sysfile_root_is_here(root);
    if (here && emulated)
        return own_midr(); /* the files are the host's */
    if (cb_sysfile_line(root, line, sizeof line,
                        "sys/devices/system/cpu/cpu%d/regs/identification/midr_el1", cpu) &&
        cb_text_hex(line, &midr) && midr <= UINT32_MAX)
        return (uint32_t)midr;
    uint32_t from_text = cpuinfo ? cb_cpuinfo_midr(cpuinfo, cpu) : 0;
    if (!from_text && cpuinfo)
        from_text =
            cb_cpuinfo_midr(cpuinfo, CB_ANY_CPU); /* old kernels print it once, at the end */
    return from_text || !here ? from_text : own_midr();
}

static double read_max_hz(const char *root, int cpu)
{
    int64_t khz;
    if (!cb_sysfile_integer(root, 1, 100000000, &khz,
                            "sys/devices/system/cpu/cpu%d/cpufreq/cpuinfo_max_freq", cpu))
        return 0;
    return (double)khz * 1e3;
}

static cpu_traits read_traits(const char *root, const char *cpuinfo, cb_arch arch,
                              const cb_topology_cpu *cpu, bool emulated)
{
    cpu_traits traits = {.type = cpu->type, .max_hz = read_max_hz(root, cpu->cpu)};
    int64_t capacity;
    if (arch == CB_ARCH_X86_64)
        return traits;
    traits.midr = read_midr(root, cpuinfo, cpu->cpu, emulated);
    if (cb_sysfile_integer(root, 1, 1 << 20, &capacity, "sys/devices/system/cpu/cpu%d/cpu_capacity",
                           cpu->cpu))
        traits.capacity = (double)capacity;
    return traits;
}

/* Clusters of one core design may be binned a few percent apart and are still one kind; x86 cores
 * may each have a highest turbo clock of their own, so there the clock tells nothing. */
static bool is_same_kind(cb_arch arch, const cpu_traits *a, const cpu_traits *b)
{
    if (a->type != b->type || a->midr != b->midr)
        return false;
    if (arch == CB_ARCH_X86_64 || a->max_hz <= 0 || b->max_hz <= 0)
        return true;
    return fabs(a->max_hz - b->max_hz) <= 0.1 * fmax(a->max_hz, b->max_hz);
}

static int descending(double a, double b)
{
    return (a < b) - (a > b);
}

/* Fastest first: type, the scheduler's capacity, clock, then what is known of the design. */
static int compare_drafts(const void *left, const void *right)
{
    const kind_draft *a = left, *b = right;
    int order = (int)a->traits.type - (int)b->traits.type;
    if (order == 0)
        order = descending(a->traits.capacity, b->traits.capacity);
    if (order == 0)
        order = descending(a->traits.max_hz, b->traits.max_hz);
    if (order == 0)
        order = cb_core_rank_arm(b->traits.midr) - cb_core_rank_arm(a->traits.midr);
    if (order == 0)
        order = a->found_at < b->found_at ? -1 : 1;
    return order;
}

/* Puts each CPU into a draft; returns how many drafts there are. Sets cpus[].kind to the draft. */
static size_t group_cpus(const char *root, const char *cpuinfo, cb_arch arch,
                         const cb_topology *topology, cb_machine *machine, kind_draft *drafts)
{
    size_t count = 0;
    int last_core = -1;
    for (size_t i = 0; i < topology->cpu_count; i++) {
        const cb_topology_cpu *from = &topology->cpus[i];
        cpu_traits traits = read_traits(root, cpuinfo, arch, from, machine->environment.emulated);
        size_t kind = 0;
        while (kind < count && !is_same_kind(arch, &drafts[kind].traits, &traits))
            kind++;
        if (kind == count)
            drafts[count++] = (kind_draft){.traits = traits, .found_at = kind};
        cpu_traits *best = &drafts[kind].traits;
        best->max_hz = fmax(best->max_hz, traits.max_hz);
        best->capacity = fmax(best->capacity, traits.capacity);
        /* Cores are numbered by their lowest CPU, so a new number is a new core. */
        if (from->core > last_core) {
            drafts[kind].cores++;
            last_core = from->core;
        }
        cb_cpu *cpu = &machine->cpus[i];
        *cpu = (cb_cpu){.cpu = from->cpu, .core = from->core, .kind = (int)kind};
        memcpy(cpu->cache_bytes, from->cache_bytes, sizeof cpu->cache_bytes);
    }
    return count;
}

static cb_core_kind finish_kind(const kind_draft *draft, const char *cpuinfo, cb_arch arch)
{
    cb_core_kind kind = {.cores = draft->cores};
    if (arch == CB_ARCH_X86_64)
        cb_core_identify_x86(cpuinfo ? cpuinfo : "", draft->traits.type, &kind);
    else
        cb_core_identify_arm(draft->traits.midr, &kind);
    kind.max_hz = draft->traits.max_hz > 0
                      ? cb_fact_known(draft->traits.max_hz)
                      : cb_fact_unknown("no cpufreq directory (virtual machine or driver missing)");
    return kind;
}

cb_status cb_kinds_read(const char *root, const char *cpuinfo, cb_arch arch,
                        const cb_topology *topology, cb_error *err, cb_machine *machine)
{
    size_t slots = topology->cpu_count ? topology->cpu_count : 1;
    kind_draft *drafts = calloc(slots, sizeof *drafts);
    int *place = calloc(slots, sizeof *place);
    machine->cpus = calloc(slots, sizeof *machine->cpus);
    machine->kinds = calloc(slots, sizeof *machine->kinds);
    if (!drafts || !place || !machine->cpus || !machine->kinds) {
        free(drafts);
        free(place);
        return cb_fail(err, CB_NO_MEMORY, "no memory for the cores of %zu CPUs", slots);
    }
    machine->cpu_count = topology->cpu_count;
    machine->kind_count = group_cpus(root, cpuinfo, arch, topology, machine, drafts);
    qsort(drafts, machine->kind_count, sizeof *drafts, compare_drafts);
    for (size_t i = 0; i < machine->kind_count; i++) {
        machine->kinds[i] = finish_kind(&drafts[i], cpuinfo, arch);
        place[drafts[i].found_at] = (int)i;
    }
    for (size_t i = 0; i < machine->cpu_count; i++)
        machine->cpus[i].kind = place[machine->cpus[i].kind];
    free(drafts);
    free(place);
    return CB_OK;
}
