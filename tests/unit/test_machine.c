/* What a machine is read to be: trees of sysfs and procfs files with golden outputs, and trees in
 * which files are missing or hold nonsense. CB_UPDATE_GOLDEN=1 rewrites the golden outputs. */
#include "machine/cpuinfo.h"
#include "machine/emulation.h"
#include "machine/machine.h"
#include "machine/topology.h"
#include "results/machine_json.h"
#include "results/writers.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- trees ---- */

static const char *tree_path(const char *name)
{
    static char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/machines/%s", CB_TESTS_DIR, name);
    return path;
}

static cb_machine read_tree(const char *root)
{
    cb_machine machine;
    cb_error err = {""};
    assert_int_equal(cb_machine_read(root, &err, &machine), CB_OK);
    return machine;
}

static char *to_text(const cb_machine *machine)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    json_t *both = json_pack("{s:o, s:o}", "machine", cb_machine_to_json(machine), "environment",
                             cb_environment_to_json(&machine->environment));
    assert_non_null(both);
    assert_int_equal(cb_write_json(both, out, NULL), CB_OK);
    fclose(out);
    json_decref(both);
    return text;
}

static char *read_file(const char *path)
{
    FILE *in = fopen(path, "r");
    char *text = NULL;
    size_t capacity = 0;
    if (!in)
        return NULL;
    ssize_t length = getdelim(&text, &capacity, '\0', in);
    fclose(in);
    if (length >= 0)
        return text;
    free(text);
    return NULL;
}

static void check_golden(const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/machines/%s.golden.json", CB_TESTS_DIR, name);
    cb_machine machine = read_tree(tree_path(name));
    char *text = to_text(&machine);
    if (getenv("CB_UPDATE_GOLDEN")) {
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        fputs(text, out);
        fclose(out);
    }
    char *expected = read_file(path);
    if (!expected)
        fail_msg("%s: missing; run this test once with CB_UPDATE_GOLDEN=1 and read what it writes",
                 path);
    assert_string_equal(text, expected);
    free(expected);
    free(text);
    cb_machine_free(&machine);
}

static void test_golden(void **state)
{
    static const char *const names[] = {"pi4-a72", "x86-vm",   "container-one-of-eight",
                                        "pi3-a53", "pi5-a76",  "rk3399",
                                        "rk3588",  "ampere-n1"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check_golden(names[i]);
}

static void test_pi4(void **state)
{
    (void)state;
    cb_machine m = read_tree(tree_path("pi4-a72"));
    assert_int_equal(m.kind_count, 1);
    assert_string_equal(m.kinds[0].name, "Cortex-A72");
    assert_string_equal(m.board, "Raspberry Pi 4 Model B Rev 1.4");
    assert_int_equal(m.kinds[0].cores, 4);
    assert_true(m.kinds[0].known);
    assert_true(m.kinds[0].max_hz.value == 1.5e9);
    assert_true(m.isa ==
                (cb_isa_bit(CB_ISA_SCALAR) | cb_isa_bit(CB_ISA_A64) | cb_isa_bit(CB_ISA_NEON)));
    assert_true(m.environment.throttled.value == 0x50005);
    assert_true(m.environment.temperature_celsius.value == 51.121);
    assert_string_equal(m.environment.governor.text, "ondemand");
    assert_int_equal(cb_machine_cache_bytes(&m, 1, 3), 32768);
    assert_int_equal(cb_machine_cache_bytes(&m, 2, 3), 1048576);
    assert_int_equal(cb_machine_cache_bytes(&m, 3, 3), 0);
    assert_int_equal(cb_machine_cache_bytes(&m, 1, 4), 0);
    assert_int_equal(cb_machine_cache_bytes(&m, 0, 0), 0);
    assert_int_equal(cb_machine_cache_bytes(&m, 99, 0), 0);
    assert_non_null(m.environment.huge_pages_free.reason);
    cb_machine_free(&m);
}

static void test_container(void **state)
{
    int cpus[8];
    (void)state;
    cb_machine m = read_tree(tree_path("container-one-of-eight"));
    assert_int_equal(m.cpu_count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(m.cpus[i].allowed, m.cpus[i].cpu == 5);
    assert_int_equal(m.kinds[0].cores, 4);
    assert_int_equal(cb_machine_cpus_of_kind(&m, 0, cpus, 8), 1);
    assert_int_equal(cpus[0], 5);
    assert_true(m.environment.cgroup_cpus.value == 0.5);
    assert_true(m.environment.cgroup_memory_bytes.value == 2147483648.0);
    assert_string_equal(m.environment.governor.reason,
                        "no cpufreq directory (virtual machine or driver missing)");
    assert_string_equal(m.kinds[0].name, "Sunny Cove (server)");
    assert_false(m.environment.virtual_machine);
    cb_machine_free(&m);
}

static void test_core_kinds(void **state)
{
    int cpus[2];
    (void)state;
    cb_machine m = read_tree(tree_path("rk3399"));
    assert_int_equal(m.kind_count, 2);
    assert_string_equal(m.kinds[0].name, "Cortex-A72");
    assert_string_equal(m.kinds[1].name, "Cortex-A53");
    assert_string_equal(m.cpu_model, "Cortex-A72 + Cortex-A53");
    assert_int_equal(m.cpus[0].kind, 1);
    assert_int_equal(m.cpus[5].kind, 0);
    assert_int_equal(cb_machine_cpus_of_kind(&m, 1, cpus, 2), 4); /* more than fit */
    assert_int_equal(cpus[1], 1);
    assert_int_equal(cb_machine_cpus_of_kind(&m, 7, cpus, 2), 0);
    assert_int_equal(cb_machine_cache_bytes(&m, 2, 0), 512 << 10);
    assert_int_equal(cb_machine_cache_bytes(&m, 2, 4), 1024 << 10);
    assert_true(m.environment.throttled.value == 1); /* the big cluster's cooling device works */
    assert_true(m.environment.temperature_celsius.value == 43.333); /* not the GPU's */
    cb_machine_free(&m);

    m = read_tree(tree_path("rk3588")); /* two clusters of A76, binned 2 % apart, are one kind */
    assert_int_equal(m.kind_count, 2);
    assert_int_equal(m.kinds[0].cores, 4);
    assert_true(m.kinds[0].max_hz.value == 2.4e9);
    cb_machine_free(&m);
}

/* ---- trees that are made here ---- */

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info, (void)type, (void)ftw;
    return remove(path);
}

static int make_root(void **state)
{
    char *root = strdup("/tmp/cb-machine-XXXXXX");
    *state = root;
    return root && mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    nftw(*state, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return 0;
}

static void put_bytes(const char *root, const char *path, const void *bytes, size_t length)
{
    char full[PATH_MAX];
    snprintf(full, sizeof full, "%s/%s", root, path);
    for (char *slash = strchr(full + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(full, 0777) != 0)
            assert_int_equal(errno, EEXIST);
        *slash = '/';
    }
    FILE *out = fopen(full, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, length, out), length);
    fclose(out);
}

static void put(const char *root, const char *path, const char *text)
{
    put_bytes(root, path, text, strlen(text));
}

static void test_root_that_is_none(void **state)
{
    cb_machine machine;
    cb_error err = {""};
    (void)state;
    assert_int_equal(cb_machine_read("/nonexistent/root", &err, &machine), CB_IO);
    assert_non_null(strstr(err.text, "/nonexistent/root"));
    assert_int_equal(cb_machine_read("/etc/passwd", &err, &machine), CB_IO);
    assert_non_null(strstr(err.text, "not a folder"));
}

static void assert_nothing_known(const cb_machine *m)
{
    const cb_environment *e = &m->environment;
    assert_non_null(m->ram_bytes.reason);
    assert_non_null(m->ram_available_bytes.reason);
    assert_non_null(e->governor.reason);
    assert_non_null(e->boost.reason);
    assert_non_null(e->load_1min.reason);
    assert_non_null(e->cgroup_cpus.reason);
    assert_non_null(e->cgroup_memory_bytes.reason);
    assert_non_null(e->temperature_celsius.reason);
    assert_non_null(e->throttled.reason);
    assert_non_null(e->transparent_huge_pages.reason);
    assert_non_null(e->huge_pages_free.reason);
    assert_non_null(e->huge_page_bytes.reason);
    assert_int_equal(m->cache_count, 0);
    assert_false(e->emulated);
    assert_true(m->isa == cb_isa_bit(CB_ISA_SCALAR));
}

static void test_empty_root(void **state)
{
    cb_machine m = read_tree(*state);
    assert_nothing_known(&m);
    assert_int_equal(m.cpu_count, 0);
    assert_int_equal(m.kind_count, 0);
    assert_string_equal(m.arch, "unknown");
    char *text = to_text(&m);
    assert_non_null(strstr(text, "\"cgroup_cpus_reason\": \"no /proc/self/cgroup\""));
    assert_non_null(strstr(text, "\"os\": null"));
    free(text);
    cb_machine_free(&m);
}

static const char *const number_files[] = {
    "proc/meminfo",
    "proc/loadavg",
    "proc/self/cgroup",
    "proc/self/status",
    "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq",
    "sys/devices/system/cpu/cpu0/cpu_capacity",
    "sys/devices/system/cpu/cpu0/regs/identification/midr_el1",
    "sys/devices/system/cpu/cpu0/topology/core_cpus_list",
    "sys/devices/system/cpu/cpu0/cache/index0/level",
    "sys/devices/system/cpu/cpu0/cache/index0/type",
    "sys/devices/system/cpu/cpu0/cache/index0/size",
    "sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_list",
    "sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size",
    "sys/devices/system/cpu/intel_pstate/no_turbo",
    "sys/devices/system/cpu/cpufreq/boost",
    "sys/devices/platform/soc/soc:firmware/get_throttled",
    "sys/class/thermal/thermal_zone0/temp",
    "sys/class/thermal/cooling_device0/cur_state",
    "sys/fs/cgroup/cpu.max",
    "sys/fs/cgroup/memory.max",
    "sys/fs/cgroup/cpuset.cpus.effective",
    "sys/kernel/mm/transparent_hugepage/enabled",
};

static void fill_with(const char *root, const void *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof number_files / sizeof *number_files; i++)
        put_bytes(root, number_files[i], bytes, length);
}

static void test_garbage(void **state)
{
    static const char binary[] = "\377\376\0\1\2[\200]:\0,-\n\n--9";
    static const char *const texts[] = {
        "99999999999999999999999999999999",
        "-1",
        "-99999999999999999999",
        "",
        "\n\n\n",
        "0x",
        "[",
        "[]",
        "1e308",
        "nan",
        "0-",
        "-",
        ",,,",
        "5-2",
        "0-99999999",
        "\t:\t:",
        "0::",
        "0::/../../..",
        "4096K4",
        "K",
        "9223372036854775807K",
    };
    const char *root = *state;
    put(root, "sys/devices/system/cpu/online", "0");
    put(root, "sys/class/thermal/thermal_zone0/type", "cpu-thermal");
    put(root, "sys/class/thermal/cooling_device0/type", "Processor");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fill_with(root, texts[i], strlen(texts[i]));
        cb_machine m = read_tree(root);
        assert_int_equal(m.cpu_count, 1);
        assert_int_equal(m.cache_count, 0);
        assert_non_null(m.ram_bytes.reason);
        assert_non_null(m.environment.cgroup_cpus.reason);
        assert_non_null(m.environment.transparent_huge_pages.reason);
        free(to_text(&m));
        cb_machine_free(&m);
    }
    fill_with(root, binary, sizeof binary);
    put_bytes(root, "proc/cpuinfo", binary, sizeof binary);
    put_bytes(root, "etc/os-release", binary, sizeof binary);
    put_bytes(root, "proc/sys/kernel/hostname", binary, sizeof binary);
    put_bytes(root, "proc/device-tree/model", "\303\050\0", 3);
    cb_machine m = read_tree(root);
    char *text = to_text(&m);
    json_t *parsed = json_loads(text, 0, NULL); /* what was binary must not break the document */
    assert_non_null(parsed);
    json_decref(parsed);
    free(text);
    cb_machine_free(&m);
}

/* No newline at the end, spaces, a list with gaps: all of that is right. */
static void test_unusual_but_right(void **state)
{
    const char *root = *state;
    put(root, "sys/devices/system/cpu/online", "0,2-3");
    put(root, "sys/devices/system/cpu/cpu2/topology/core_cpus_list", "2-3");
    put(root, "sys/devices/system/cpu/cpu3/topology/core_cpus_list", "2-3");
    put(root, "sys/devices/system/cpu/cpu2/cache/index0/level", "1");
    put(root, "sys/devices/system/cpu/cpu2/cache/index0/type", "Data");
    put(root, "sys/devices/system/cpu/cpu2/cache/index0/size", "48K");
    put(root, "sys/devices/system/cpu/cpu2/cache/index0/shared_cpu_list", "2-3");
    put(root, "proc/loadavg", "0.25");
    put(root, "proc/meminfo", "MemTotal:1024 kB");
    cb_machine m = read_tree(root);
    assert_int_equal(m.cpu_count, 3);
    assert_int_equal(m.cpus[1].core, 1);
    assert_int_equal(m.cpus[2].core, 1);
    assert_int_equal(m.kinds[0].cores, 2);
    assert_string_equal(m.kinds[0].name, "unknown ARM core");
    assert_false(m.kinds[0].known);
    assert_int_equal(m.caches[0].line_bytes, 0);
    assert_int_equal(m.caches[0].shared_by, 2);
    assert_true(m.environment.load_1min.value == 0.25);
    assert_true(m.ram_bytes.value == 1048576);
    cb_machine_free(&m);
}

static void test_no_sysfs(void **state)
{
    const char *root = *state;
    put(root, "proc/cpuinfo",
        "processor\t: 0\nBogoMIPS\t: 38.4\n\nprocessor\t: 1\nBogoMIPS\t: 38.4\n\n"
        "Features\t: half thumb fastmult vfp edsp neon vfpv3 tls vfpv4\n"
        "CPU implementer\t: 0x41\nCPU architecture: 7\nCPU variant\t: 0x0\nCPU part\t: 0xc07\n"
        "CPU revision\t: 5\n");
    cb_machine m = read_tree(root);
    assert_string_equal(m.arch, "armv7");
    assert_int_equal(m.cpu_count, 2);
    assert_int_equal(m.kind_count, 1);
    assert_string_equal(m.kinds[0].name, "Cortex-A7");
    assert_int_equal(m.kinds[0].midr, 0x410fc075);
    assert_true(m.isa & cb_isa_bit(CB_ISA_VFPV4));
    assert_true(m.isa & cb_isa_bit(CB_ISA_ARMV7NEON));
    cb_machine_free(&m);
}

static void test_cgroup_v1(void **state)
{
    const char *root = *state;
    put(root, "sys/devices/system/cpu/online", "0-3");
    put(root, "proc/self/cgroup",
        "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n"
        "3:cpuset:/docker/abc\n0::/\n");
    put(root, "sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us", "150000\n");
    put(root, "sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_period_us", "100000\n");
    put(root, "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "9223372036854771712\n");
    put(root, "sys/fs/cgroup/cpuset/cpuset.cpus", "1-2\n"); /* bind mount: our group is the top */
    cb_machine m = read_tree(root);
    assert_true(m.environment.cgroup_cpus.value == 1.5);
    assert_string_equal(m.environment.cgroup_memory_bytes.reason, "no memory limit is set");
    assert_false(m.cpus[0].allowed);
    assert_true(m.cpus[1].allowed);
    assert_true(m.cpus[2].allowed);
    assert_false(m.cpus[3].allowed);
    cb_machine_free(&m);
}

/* ---- this machine ---- */

static void test_here(void **state)
{
    (void)state;
    cb_machine m = read_tree("");
    assert_true(m.cpu_count > 0);
    assert_true(m.kind_count > 0);
    assert_string_equal(m.arch, cb_arch_name(cb_arch_native()));
    assert_true(m.isa & cb_isa_bit(CB_ISA_SCALAR));
    int cpus[1];
    size_t allowed = 0;
    for (size_t kind = 0; kind < m.kind_count; kind++)
        allowed += cb_machine_cpus_of_kind(&m, (int)kind, cpus, 1);
    assert_true(allowed > 0);
    free(to_text(&m));
    cb_machine_free(&m);
}

static void test_hwloc_and_sysfs_agree(void **state)
{
    cb_error err = {""};
    cb_topology a, b;
    (void)state;
    assert_int_equal(cb_topology_from_hwloc(&err, &a), CB_OK);
    assert_int_equal(cb_topology_from_sysfs("", NULL, &err, &b), CB_OK);
    if (b.cpu_count == 0) { /* no sysfs here: nothing to compare */
        cb_topology_free(&a);
        cb_topology_free(&b);
        skip();
    }
    assert_int_equal(a.cpu_count, b.cpu_count);
    for (size_t i = 0; i < a.cpu_count; i++) {
        assert_int_equal(a.cpus[i].cpu, b.cpus[i].cpu);
        assert_int_equal(a.cpus[i].core, b.cpus[i].core);
        assert_int_equal(a.cpus[i].type, b.cpus[i].type);
        if (b.cache_count > 0)
            assert_memory_equal(a.cpus[i].cache_bytes, b.cpus[i].cache_bytes,
                                sizeof a.cpus[i].cache_bytes);
    }
    if (b.cache_count > 0)
        assert_int_equal(a.cache_count, b.cache_count);
    for (size_t i = 0; i < b.cache_count; i++) {
        assert_int_equal(a.caches[i].level, b.caches[i].level);
        assert_int_equal(a.caches[i].type, b.caches[i].type);
        assert_int_equal(a.caches[i].bytes, b.caches[i].bytes);
        assert_int_equal(a.caches[i].first_cpu, b.caches[i].first_cpu);
        assert_int_equal(a.caches[i].shared_by, b.caches[i].shared_by);
    }
    cb_topology_free(&a);
    cb_topology_free(&b);
}

static void test_emulator_in_maps(void **state)
{
    (void)state;
    assert_null(cb_emulator_in_maps(""));
    assert_null(cb_emulator_in_maps("400000-401000 r-xp 00000000 fe:00 1 /usr/bin/cachebound\n"
                                    "7ffd-7ffe r-xp 00000000 00:00 0 [vdso]\n"));
    /* A file of that name that is only read is no emulator. */
    assert_null(cb_emulator_in_maps("1-2 r--p 00000000 fe:00 1 /usr/bin/qemu-aarch64\n"));
    assert_null(cb_emulator_in_maps("1-2 r-xp 00000000 fe:00 1 /srv/qemu-images/run\n"));
    assert_string_equal(
        cb_emulator_in_maps("1-2 r--p 00000000 fe:00 1 /lib/libc.so.6\n"
                            "1-2 r-xp 00099000 fe:00 1 /usr/bin/qemu-aarch64-static"),
        "QEMU user mode");
    assert_string_equal(
        cb_emulator_in_maps("1-2 r-xp 0 fe:00 1 /usr/libexec/valgrind/memcheck-amd64-linux"),
        "Valgrind");
}

/* ---- cores ---- */

static cb_core_kind kind_of_flags(const char *vendor, int family, int model, const char *name,
                                  const char *flags)
{
    char cpuinfo[1024];
    cb_core_kind kind = {.cores = 1};
    snprintf(cpuinfo, sizeof cpuinfo,
             "processor\t: 0\nvendor_id\t: %s\ncpu family\t: %d\nmodel\t\t: %d\n"
             "model name\t: %s\nflags\t\t: fpu lm %s\n",
             vendor, family, model, name, flags);
    cb_core_identify_x86(cpuinfo, CB_CORE_TYPE_NONE, &kind);
    return kind;
}

#define HSW "avx avx2 fma"
#define SKX HSW " adx clflushopt avx512f avx512bw avx512dq avx512vl"
#define ICX SKX " avx512_vbmi2 avx512_vpopcntdq vaes"

static void test_x86_cores(void **state)
{
    (void)state;
    /* A hypervisor that calls the core a Rocket Lake (model 167) does not hide its tiles. */
    cb_core_kind k = kind_of_flags("GenuineIntel", 6, 167, "Xeon", ICX " avx_vnni amx_tile");
    assert_string_equal(k.name, "Golden Cove");
    assert_true(cb_core_limit(&k, "fma_512") == 2);
    assert_true(cb_core_limit(&k, "amx_int8") == 1.0 / 16);
    assert_true(cb_core_limit(&k, "load_bytes_per_cycle") == 128);
    assert_true(cb_core_limit(&k, "no_such_class") == 0);
    assert_true(cb_core_limit(&k, NULL) == 0);
    k = kind_of_flags("GenuineIntel", 6, 167, "i9-11900", ICX);
    assert_string_equal(k.name, "Sunny Cove");
    assert_true(cb_core_limit(&k, "fma_512") == 1);
    k = kind_of_flags("GenuineIntel", 6, 106, "Xeon", ICX);
    assert_string_equal(k.name, "Sunny Cove (server)");
    k = kind_of_flags("GenuineIntel", 6, 1, "Xeon", ICX); /* client or server: not certain */
    assert_true(cb_core_limit(&k, "fma_512") == 0);
    assert_true(cb_core_limit(&k, "fma_256") == 2);
    k = kind_of_flags("GenuineIntel", 6, 85, "Intel(R) Xeon(R) Platinum 8180", SKX);
    assert_true(cb_core_limit(&k, "fma_512") == 2);
    k = kind_of_flags("GenuineIntel", 6, 85, "Intel(R) Xeon(R) Silver 4110", SKX);
    assert_string_equal(k.name, "Skylake-X");
    assert_true(cb_core_limit(&k, "fma_512") == 0);
    k = kind_of_flags("GenuineIntel", 6, 165, "i7", HSW " adx clflushopt");
    assert_string_equal(k.name, "Skylake");
    k = kind_of_flags("GenuineIntel", 6, 61, "i7", HSW " adx");
    assert_string_equal(k.name, "Broadwell");
    k = kind_of_flags("GenuineIntel", 6, 60, "i7", HSW);
    assert_string_equal(k.name, "Haswell");
    k = kind_of_flags("GenuineIntel", 6, 0x97, "i7", HSW " adx clflushopt avx_vnni");
    assert_string_equal(k.name, "Golden Cove (client)");
    k = kind_of_flags("GenuineIntel", 6, 0xbe, "N100", HSW " adx clflushopt avx_vnni");
    assert_string_equal(k.name, "Gracemont");
    assert_false(k.known);
    k = kind_of_flags("AuthenticAMD", 23, 1, "Zen", HSW);
    assert_string_equal(k.name, "Zen");
    k = kind_of_flags("AuthenticAMD", 23, 49, "Zen", HSW " clwb");
    assert_string_equal(k.name, "Zen 2");
    k = kind_of_flags("AuthenticAMD", 25, 33, "Zen", HSW " clwb vaes");
    assert_string_equal(k.name, "Zen 3");
    k = kind_of_flags("AuthenticAMD", 25, 97, "Zen", HSW " clwb vaes avx512f");
    assert_string_equal(k.name, "Zen 4");
    k = kind_of_flags("GenuineIntel", 6, 42, "Sandy", "avx");
    assert_false(k.known);
    assert_string_equal(k.name, "Sandy");
    assert_true(cb_core_limit(&k, "fma_256") == 0);
    k = kind_of_flags("AnotherMaker", 6, 42, "Core", ICX);
    assert_false(k.known);
}

static void test_arm_cores(void **state)
{
    cb_core_kind k = {.cores = 1};
    (void)state;
    cb_core_identify_arm(0x414fd0b1, &k);
    assert_string_equal(k.name, "Cortex-A76");
    assert_true(cb_core_limit(&k, "fma_128") == 2);
    cb_core_identify_arm(0x410fd034, &k);
    assert_string_equal(k.name, "Cortex-A53");
    assert_true(cb_core_limit(&k, "load_bytes_per_cycle") == 8);
    assert_true(cb_core_limit(&k, "fma_512") == 0);
    k = (cb_core_kind){.cores = 1};
    cb_core_identify_arm(0x000f0510, &k);
    assert_string_equal(k.name, "unknown core (MIDR 0x000f0510)");
    assert_false(k.known);
    assert_true(cb_core_rank_arm(0x410fd083) > cb_core_rank_arm(0x410fd034));
    assert_int_equal(cb_core_rank_arm(0), -1);
}

/* ---- instruction sets ---- */

static void test_isa_cap(void **state)
{
    cb_isa_set all = ~(cb_isa_set)0, capped = 77;
    cb_error err = {""};
    (void)state;
    static const struct {
        cb_arch arch;
        const char *own, *lowest, *foreign;
        cb_isa inside, outside;
    } rows[] = {
        {CB_ARCH_X86_64, "avx2", "sse2", "neon", CB_ISA_SSE2, CB_ISA_AVX512},
        {CB_ARCH_AARCH64, "dotprod", "neon", "avx2", CB_ISA_NEON, CB_ISA_SVE},
        {CB_ARCH_ARMV7, "armv7neon", "a32", "neon", CB_ISA_A32, CB_ISA_VFPV4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].arch != cb_arch_native())
            continue;
        assert_int_equal(cb_isa_cap(all, rows[i].own, &err, &capped), CB_OK);
        assert_true(capped & cb_isa_bit(rows[i].inside));
        assert_true(capped & cb_isa_bit(CB_ISA_SCALAR));
        assert_false(capped & cb_isa_bit(rows[i].outside));
        capped = 77;
        assert_int_equal(cb_isa_cap(all, rows[i].foreign, &err, &capped), CB_USAGE);
        assert_non_null(strstr(err.text, rows[i].own)); /* the levels that there are */
        assert_int_equal(cb_isa_cap(cb_isa_bit(CB_ISA_SCALAR), rows[i].lowest, &err, &capped),
                         CB_UNSUPPORTED);
        assert_int_equal(capped, 77); /* written only on success */
    }
    assert_int_equal(cb_isa_cap(all, "", &err, &capped), CB_USAGE);
    assert_int_equal(cb_isa_cap(all, "AVX2", &err, &capped), CB_USAGE);
    assert_int_equal(cb_isa_cap(all, "scalar", &err, &capped), CB_OK);
    assert_true(capped == cb_isa_bit(CB_ISA_SCALAR));
}

static void test_isa_from_cpuinfo(void **state)
{
    (void)state;
    assert_true(cb_isa_from_cpuinfo("") == cb_isa_bit(CB_ISA_SCALAR));
    assert_true(cb_isa_from_cpuinfo("flags : lm sse2 avx2\n") ==
                (cb_isa_bit(CB_ISA_SCALAR) | cb_isa_bit(CB_ISA_X64) | cb_isa_bit(CB_ISA_SSE2)));
    cb_isa_set set = cb_isa_from_cpuinfo("processor : 0\nFeatures : fp asimd asimddp i8mm bf16\n");
    assert_true(set & cb_isa_bit(CB_ISA_DOTPROD));
    assert_true(set & cb_isa_bit(CB_ISA_BF16));
    assert_false(set & cb_isa_bit(CB_ISA_FP16));
}

/* What the processor says and what the kernel lists must not differ, but for tiles, which have to
 * be asked for. An emulator's /proc/cpuinfo may be its host's. */
static void test_isa_detect_agrees(void **state)
{
    (void)state;
    cb_machine m = read_tree("");
    char *text = read_file("/proc/cpuinfo");
    bool emulated = m.environment.emulated;
    cb_machine_free(&m);
    if (!text || emulated) {
        free(text);
        skip();
    }
    cb_isa_set amx = cb_isa_bit(CB_ISA_AMX);
    assert_true((cb_isa_detect() & ~amx) == (cb_isa_from_cpuinfo(text) & ~amx));
    free(text);
}

/* ---- texts ---- */

static void test_integers(void **state)
{
    int64_t value = 7;
    uint64_t hex = 7, bytes = 7;
    (void)state;
    assert_true(cb_text_integer(" 42 \n", 0, 100, &value) && value == 42);
    assert_true(cb_text_integer("-5", -10, 0, &value) && value == -5);
    assert_false(cb_text_integer("", 0, 9, &value));
    assert_false(cb_text_integer("-", -9, 9, &value));
    assert_false(cb_text_integer("10", 0, 9, &value));
    assert_false(cb_text_integer("1x", 0, 9, &value));
    assert_false(cb_text_integer("9223372036854775808", 0, INT64_MAX, &value));
    assert_true(cb_text_hex("0x410fd083\n", &hex) && hex == 0x410fd083);
    assert_true(cb_text_hex("50005", &hex) && hex == 0x50005);
    assert_false(cb_text_hex("0x", &hex));
    assert_false(cb_text_hex("-1", &hex));
    assert_false(cb_text_hex("10000000000000000", &hex));
    assert_true(cb_text_cache_bytes("48K\n", &bytes) && bytes == 49152);
    assert_true(cb_text_cache_bytes("2M", &bytes) && bytes == 2097152);
    assert_true(cb_text_cache_bytes("64", &bytes) && bytes == 64);
    assert_false(cb_text_cache_bytes("0K", &bytes));
    assert_false(cb_text_cache_bytes("-48K", &bytes));
    assert_false(cb_text_cache_bytes("K", &bytes));
    assert_false(cb_text_cache_bytes("9223372036854775807K", &bytes));
}

static void test_fractions(void **state)
{
    double value = 7;
    (void)state;
    assert_true(cb_text_fraction("0.25 0.1 0.0 1/92 7", &value) && value == 0.25);
    assert_true(cb_text_fraction("12\n", &value) && value == 12);
    assert_false(cb_text_fraction("", &value));
    assert_false(cb_text_fraction(".", &value));
    assert_false(cb_text_fraction("1.2.3", &value));
    assert_false(cb_text_fraction("1e9", &value));
    assert_false(cb_text_fraction("-1", &value));
    assert_false(cb_text_fraction("nan", &value));
    assert_true(cb_text_cpu_max("50000 100000\n", &value) && value == 0.5);
    assert_false(cb_text_cpu_max("max 100000", &value));
    assert_false(cb_text_cpu_max("50000 0", &value));
    assert_false(cb_text_cpu_max("50000", &value));
    assert_false(cb_text_cpu_max("-50000 100000", &value));
}

static void test_cpu_lists(void **state)
{
    cb_cpu_set set;
    (void)state;
    assert_true(cb_text_cpu_list("0-3,8\n", &set));
    assert_int_equal(cb_cpu_set_count(&set), 5);
    assert_true(cb_cpu_set_has(&set, 8));
    assert_false(cb_cpu_set_has(&set, 4));
    assert_false(cb_cpu_set_has(&set, -1));
    assert_int_equal(cb_cpu_set_next(&set, 4), 8);
    assert_int_equal(cb_cpu_set_next(&set, 9), -1);
    assert_true(cb_text_cpu_list("4095", &set));
    static const char *const wrong[] = {"",
                                        "\n",
                                        "a",
                                        "3-1",
                                        "0-4096",
                                        "-1",
                                        "1,,2",
                                        "1,",
                                        "1-2-3",
                                        "1 2",
                                        "0-99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(cb_text_cpu_list(wrong[i], &set));
    assert_true(cb_cpu_set_has(&set, 4095)); /* left as it was */
}

static void test_lines(void **state)
{
    char value[8];
    (void)state;
    assert_true(cb_text_field("a: 1\nkey\t: a long value\n", "key", value, sizeof value));
    assert_string_equal(value, "a long ");
    assert_false(cb_text_field("keys: 1\n", "key", value, sizeof value));
    assert_true(cb_text_assignment("ID=debian\nNAME=\"a b\"\n", "NAME", value, sizeof value));
    assert_string_equal(value, "a b");
    assert_true(cb_text_assignment("ID='x", "ID", value, sizeof value));
    assert_string_equal(value, "x");
    assert_true(cb_text_bracketed("always [madvise] never", value, sizeof value));
    assert_string_equal(value, "madvise");
    assert_false(cb_text_bracketed("[]", value, sizeof value));
    assert_false(cb_text_bracketed("a]b[", value, sizeof value));
    assert_true(cb_text_has_word("ab abc", "abc"));
    assert_false(cb_text_has_word("ab abcd xabc", "abc"));
    assert_true(cb_text_cgroup_path("4:cpu,cpuacct:/a\n0::/b\n", "cpuacct", value, sizeof value));
    assert_string_equal(value, "/a");
    assert_true(cb_text_cgroup_path("4:cpu,cpuacct:/a\n0::/b\n", "", value, sizeof value));
    assert_string_equal(value, "/b");
    assert_false(cb_text_cgroup_path("0::/longer-than-fits\n", "", value, sizeof value));
    assert_false(cb_text_cgroup_path("0:\n1\n::\n", "", value, sizeof value));
}

#define ROOT_TEST(name) cmocka_unit_test_setup_teardown(name, make_root, remove_root)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_pi4),
        cmocka_unit_test(test_container),
        cmocka_unit_test(test_core_kinds),
        cmocka_unit_test(test_root_that_is_none),
        ROOT_TEST(test_empty_root),
        ROOT_TEST(test_garbage),
        ROOT_TEST(test_unusual_but_right),
        ROOT_TEST(test_no_sysfs),
        ROOT_TEST(test_cgroup_v1),
        cmocka_unit_test(test_here),
        cmocka_unit_test(test_hwloc_and_sysfs_agree),
        cmocka_unit_test(test_emulator_in_maps),
        cmocka_unit_test(test_x86_cores),
        cmocka_unit_test(test_arm_cores),
        cmocka_unit_test(test_isa_cap),
        cmocka_unit_test(test_isa_from_cpuinfo),
        cmocka_unit_test(test_isa_detect_agrees),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_fractions),
        cmocka_unit_test(test_cpu_lists),
        cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
