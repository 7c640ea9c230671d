/* What a machine is: cores, core kinds, caches, memory, and the state it is in.
 *
 * Everything is read once, below a root directory that a test may choose, and is plain data. What
 * could not be learned is a cb_fact without a value that says why. */
#ifndef CB_MACHINE_MACHINE_H
#define CB_MACHINE_MACHINE_H

#include "base/status.h"
#include "machine/isa.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number that may be unknown. `reason` is NULL exactly when `value` is known, else a static text.
 */
typedef struct {
    double value;
    const char *reason;
} cb_fact;

/* The same for a text; `reason` is NULL exactly when `text` is known. */
typedef struct {
    char text[96];
    const char *reason;
} cb_fact_text;

/* How many instructions of a class one core starts in a cycle, from the maker's optimization guides
 * and published measurements (machine/cores.inc names the source of each row). 0: not known. The
 * fields are the classes of machine/limits.inc: fma_128, load_bytes_per_cycle, ... */
typedef struct {
#define CB_LIMIT(name, what) double name;
#include "machine/limits.inc"
#undef CB_LIMIT
} cb_core_limits;

typedef struct {
    char name[64]; /* "Cortex-A72", "Golden Cove", or the kernel's model name */
    bool known;    /* whether `limits` holds for it */
    cb_core_limits limits;
    uint32_t midr;  /* 0 where the architecture has none */
    cb_fact max_hz; /* what the system states; the clock itself is measured */
    int cores;
} cb_core_kind;

#define CB_CACHE_LEVELS 4

typedef struct {
    int cpu;      /* the operating system's number */
    int core;     /* physical core, 0-based; hardware threads of one core share it */
    int kind;     /* index in cb_machine.kinds; kind 0 is the fastest */
    bool allowed; /* inside the affinity mask and the cgroup's cpuset */
    uint64_t cache_bytes[CB_CACHE_LEVELS]; /* data or unified cache that it uses; [0] is the L1 */
} cb_cpu;

typedef struct {
    int level;
    char type; /* 'd' data, 'i' instruction, 'u' unified */
    uint64_t bytes;
    int line_bytes;
    int ways;      /* 0: unknown */
    int first_cpu; /* lowest CPU that uses it */
    int shared_by; /* number of CPUs that share it */
} cb_cache;

/* The state that a measurement was made in. */
typedef struct {
    bool emulated;         /* an instruction-set emulator runs us (QEMU user mode, ...) */
    char emulated_by[64];  /* how it was recognised; "" when not */
    bool virtual_machine;  /* a hypervisor is present: real silicon, noisy neighbours */
    cb_fact_text governor; /* of the first allowed CPU */
    cb_fact boost;         /* 1 on, 0 off */
    cb_fact load_1min;
    cb_fact cgroup_cpus; /* quota / period, in CPUs; no quota is a fact without value */
    cb_fact cgroup_memory_bytes;
    cb_fact temperature_celsius;
    cb_fact throttled; /* Raspberry Pi firmware bits (vcgencmd get_throttled), or 0 / 1 */
    cb_fact_text transparent_huge_pages; /* "always", "madvise", "never" */
    cb_fact huge_pages_free;
    cb_fact huge_page_bytes;
} cb_environment;

typedef struct {
    char hostname[64];
    char board[96]; /* device-tree model, DMI product, or "" */
    char arch[16];
    char cpu_model[96];
    char os[128]; /* "Debian GNU/Linux 12 (bookworm)" */
    char kernel[96];
    cb_isa_set isa;
    cb_core_kind *kinds;
    size_t kind_count;
    cb_cpu *cpus;
    size_t cpu_count;
    cb_cache *caches; /* one for each instance, ordered by level, type, first CPU */
    size_t cache_count;
    cb_fact ram_bytes;
    cb_fact ram_available_bytes;
    cb_environment environment;
} cb_machine;

/* Reads the machine below `root` ("" or "/" is this machine: hwloc, affinity and cpuid are asked
 * too; another root holds copies of /sys, /proc and /etc and nothing else is asked, so any host can
 * read any machine's tree; its ISA then comes from its /proc/cpuinfo).
 * A missing file is never an error; CB_IO only when `root` itself cannot be entered. */
cb_status cb_machine_read(const char *root, cb_error *err, cb_machine *machine);
void cb_machine_free(cb_machine *machine);

/* The environment alone, read again (load, temperature and throttling change while we measure). */
void cb_environment_read(const char *root, const cb_machine *machine, cb_environment *environment);

/* Allowed CPUs of one kind, one hardware thread for each core first, then the siblings.
 * Writes at most `capacity` numbers, returns how many there are. */
size_t cb_machine_cpus_of_kind(const cb_machine *machine, int kind, int *cpus, size_t capacity);

/* The limit of a class by its name in machine/limits.inc ("fma_512"), in instructions (or bytes) a
 * cycle; 0 when it is not known for this core, or there is no such class, or the name is NULL. */
double cb_core_limit(const cb_core_kind *kind, const char *class_name);

/* Bytes of the data or unified cache of `level` that `cpu` uses; 0 when there is none. */
uint64_t cb_machine_cache_bytes(const cb_machine *machine, int level, int cpu);

#endif
