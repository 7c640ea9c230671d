/* What a machine is read to be: trees of sysfs and procfs files with golden outputs, and trees in
 * which files are missing or hold nonsense. CB_UPDATE_GOLDEN=1 rewrites the golden outputs. */
#include "machine/cpuinfo.h"
#include "machine/emulation.h"
#include "machine/machine.h"
#include "machine/topology.h"
#include "results/machine_json.h"
#include "results/writers.h"
#include "tests/unit/temporary_folder.h"

#include <errno.h>
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
        cmocka_unit_test(test_isa_detect_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
