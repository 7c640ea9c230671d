/* Core names, instruction sets, and the texts that /proc and /sys hold. */
#include "machine/cpuinfo.h"
#include "machine/cores.h"
#include "machine/machine.h"
#include "machine/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_x86_cores),
        cmocka_unit_test(test_arm_cores),
        cmocka_unit_test(test_isa_cap),
        cmocka_unit_test(test_isa_from_cpuinfo),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_fractions),
        cmocka_unit_test(test_cpu_lists),
        cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
