#include "machine/isa.h"

#include "machine/cpuinfo.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(__aarch64__) || defined(__arm__)
#include <sys/auxv.h>
#endif

typedef struct {
    const char *name, *what;
    cb_arch arch;
    int rank;
} isa_row;

static const isa_row rows[CB_ISA_COUNT] = {
#define CB_ISA(id, suffix, arch, rank, what) {suffix, what, CB_ARCH_##arch, rank},
#include "machine/isa.inc"
#undef CB_ISA
};

cb_arch cb_arch_native(void)
{
#if defined(__x86_64__)
    return CB_ARCH_X86_64;
#elif defined(__aarch64__)
    return CB_ARCH_AARCH64;
#elif defined(__arm__)
    return CB_ARCH_ARMV7;
#else
#error "cachebound has no kernels for this architecture"
#endif
}

const char *cb_arch_name(cb_arch arch)
{
    static const char *const names[] = {"any", "x86_64", "aarch64", "armv7"};
    return names[arch];
}

const char *cb_isa_name(cb_isa isa)
{
    return rows[isa].name;
}

const char *cb_isa_what(cb_isa isa)
{
    return rows[isa].what;
}

#if defined(__x86_64__)

typedef struct {
    unsigned eax, ebx, ecx, edx;
} cpuid_leaf;

static cpuid_leaf ask_cpuid(unsigned leaf, unsigned subleaf)
{
    cpuid_leaf r = {0, 0, 0, 0};
    if (!__get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx))
        memset(&r, 0, sizeof r);
    return r;
}

/* The register states that the kernel saves (XCR0). Only to be asked when OSXSAVE is set. */
static uint64_t saved_states(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

/* The kernel hands out the 8 KiB of tile state only to a process that has asked (Linux 5.16,
 * Documentation/arch/x86/xstate.rst). */
static bool tiles_granted(void)
{
    const long arch_req_xcomp_perm = 0x1023, xfeature_xtiledata = 18;
    return syscall(SYS_arch_prctl, arch_req_xcomp_perm, xfeature_xtiledata) == 0;
}

static bool has_bits(uint64_t value, uint64_t bits)
{
    return (value & bits) == bits;
}

static cb_isa_set detect_vectors(uint64_t states)
{
    const uint64_t ymm_states = 0x6, zmm_states = 0xe6, tile_states = 0x60000;
    const unsigned bw_dq_vl_f = 1u << 30 | 1u << 17 | 1u << 31 | 1u << 16;
    const unsigned vbmi_gfni_vnni_vpopcnt = 1u << 1 | 1u << 8 | 1u << 11 | 1u << 14;
    const unsigned tile_int8_bf16 = 1u << 24 | 1u << 25 | 1u << 22;
    cpuid_leaf base = ask_cpuid(1, 0), extended = ask_cpuid(7, 0), more = ask_cpuid(7, 1);
    cb_isa_set set = 0;

    bool fma = base.ecx >> 12 & 1, avx2 = extended.ebx >> 5 & 1;
    if (!fma || !avx2 || !has_bits(states, ymm_states))
        return set;
    set |= cb_isa_bit(CB_ISA_AVX2);
    if (more.eax >> 4 & 1)
        set |= cb_isa_bit(CB_ISA_AVXVNNI);
    if (!has_bits(extended.ebx, bw_dq_vl_f) || !has_bits(states, zmm_states))
        return set;
    set |= cb_isa_bit(CB_ISA_AVX512);
    if (extended.ecx >> 11 & 1)
        set |= cb_isa_bit(CB_ISA_VNNI);
    if (extended.ecx >> 14 & 1)
        set |= cb_isa_bit(CB_ISA_VPOPCNT);
    if (has_bits(extended.ecx, vbmi_gfni_vnni_vpopcnt))
        set |= cb_isa_bit(CB_ISA_GFNI);
    if (has_bits(extended.edx, tile_int8_bf16) && has_bits(states, tile_states) && tiles_granted())
        set |= cb_isa_bit(CB_ISA_AMX);
    return set;
}

static cb_isa_set detect_native(void)
{
    cpuid_leaf base = ask_cpuid(1, 0);
    cb_isa_set set = cb_isa_bit(CB_ISA_X64) | cb_isa_bit(CB_ISA_SSE2);
    if (base.ecx >> 23 & 1)
        set |= cb_isa_bit(CB_ISA_POPCNT);
    if (base.ecx >> 27 & 1)
        set |= detect_vectors(saved_states());
    return set;
}

#elif defined(__aarch64__) || defined(__arm__)

/* Bits of AT_HWCAP and AT_HWCAP2 (Linux, arch/arm64 and arch/arm: uapi/asm/hwcap.h). Written out,
 * because the headers of older systems lack the newer ones. */
typedef struct {
    cb_isa isa;
    unsigned long hwcap, hwcap2;
} hwcap_row;

static const hwcap_row hwcap_rows[] = {
#if defined(__aarch64__)
    {CB_ISA_NEON, 1ul << 1, 0},  {CB_ISA_FP16, 1ul << 10, 0}, {CB_ISA_DOTPROD, 1ul << 20, 0},
    {CB_ISA_BF16, 0, 1ul << 14}, {CB_ISA_I8MM, 0, 1ul << 13}, {CB_ISA_SVE, 1ul << 22, 0},
#else
    {CB_ISA_ARMV7NEON, 1ul << 12, 0},
    {CB_ISA_VFPV4, 1ul << 12 | 1ul << 16, 0},
#endif
};

static cb_isa_set detect_native(void)
{
    unsigned long hwcap = getauxval(AT_HWCAP), hwcap2 = getauxval(AT_HWCAP2);
    cb_isa_set set = cb_isa_bit(cb_arch_native() == CB_ARCH_AARCH64 ? CB_ISA_A64 : CB_ISA_A32);
    for (size_t i = 0; i < sizeof hwcap_rows / sizeof *hwcap_rows; i++) {
        const hwcap_row *row = &hwcap_rows[i];
        if ((hwcap & row->hwcap) == row->hwcap && (hwcap2 & row->hwcap2) == row->hwcap2)
            set |= cb_isa_bit(row->isa);
    }
    return set;
}

#endif

cb_isa_set cb_isa_detect(void)
{
    return cb_isa_bit(CB_ISA_SCALAR) | detect_native();
}

/* A level holds when all the words of its row stand in the "flags" or "Features" line. */
typedef struct {
    cb_isa isa;
    const char *words[6];
} flag_row;

static const flag_row x86_flags[] = {
    {CB_ISA_X64, {"lm"}},
    {CB_ISA_SSE2, {"sse2"}},
    {CB_ISA_POPCNT, {"popcnt"}},
    {CB_ISA_AVX2, {"avx2", "fma"}},
    {CB_ISA_AVXVNNI, {"avx2", "fma", "avx_vnni"}},
    {CB_ISA_AVX512, {"avx512f", "avx512bw", "avx512dq", "avx512vl"}},
    {CB_ISA_VNNI, {"avx512f", "avx512bw", "avx512vl", "avx512_vnni"}},
    {CB_ISA_VPOPCNT, {"avx512f", "avx512bw", "avx512vl", "avx512_vpopcntdq"}},
    {CB_ISA_GFNI,
     {"avx512bw", "avx512vl", "avx512vbmi", "gfni", "avx512_vnni", "avx512_vpopcntdq"}},
    {CB_ISA_AMX, {"amx_tile", "amx_int8", "amx_bf16"}},
};

static const flag_row aarch64_features[] = {
    {CB_ISA_A64, {"asimd"}},       {CB_ISA_NEON, {"asimd"}}, {CB_ISA_FP16, {"asimdhp"}},
    {CB_ISA_DOTPROD, {"asimddp"}}, {CB_ISA_BF16, {"bf16"}},  {CB_ISA_I8MM, {"i8mm"}},
    {CB_ISA_SVE, {"sve"}},
};

static const flag_row armv7_features[] = {
    {CB_ISA_A32, {"half"}},
    {CB_ISA_ARMV7NEON, {"neon"}},
    {CB_ISA_VFPV4, {"neon", "vfpv4"}},
};

static cb_isa_set match_flags(const char *line, const flag_row *table, size_t count)
{
    cb_isa_set set = 0;
    for (size_t i = 0; i < count; i++) {
        bool all = true;
        for (size_t w = 0; w < 6 && table[i].words[w]; w++)
            all = all && cb_text_has_word(line, table[i].words[w]);
        if (all)
            set |= cb_isa_bit(table[i].isa);
    }
    return set;
}

#define MATCH(line, table) match_flags(line, table, sizeof(table) / sizeof *(table))

cb_isa_set cb_isa_from_cpuinfo(const char *text)
{
    char line[CB_CPUINFO_LINE_BYTES];
    cb_isa_set set = cb_isa_bit(CB_ISA_SCALAR);
    switch (cb_cpuinfo_arch(text)) {
    case CB_ARCH_X86_64:
        return cb_cpuinfo_field(text, CB_ANY_CPU, "flags", line, sizeof line)
                   ? set | MATCH(line, x86_flags)
                   : set;
    case CB_ARCH_AARCH64:
        return cb_cpuinfo_field(text, CB_ANY_CPU, "Features", line, sizeof line)
                   ? set | MATCH(line, aarch64_features)
                   : set;
    case CB_ARCH_ARMV7:
        return cb_cpuinfo_field(text, CB_ANY_CPU, "Features", line, sizeof line)
                   ? set | MATCH(line, armv7_features)
                   : set;
    case CB_ARCH_ANY:
        break;
    }
    return set;
}

static bool is_level_here(const isa_row *row)
{
    return row->arch == CB_ARCH_ANY || row->arch == cb_arch_native();
}

static void list_levels(char *text, size_t bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < CB_ISA_COUNT && used < bytes; i++) {
        if (!is_level_here(&rows[i]))
            continue;
        int n = snprintf(text + used, bytes - used, "%s%s", used ? ", " : "", rows[i].name);
        used += n > 0 ? (size_t)n : 0;
    }
}

cb_status cb_isa_cap(cb_isa_set available, const char *name, cb_error *err, cb_isa_set *capped)
{
    char levels[256];
    size_t cap = 0;
    while (cap < CB_ISA_COUNT && !(is_level_here(&rows[cap]) && strcmp(rows[cap].name, name) == 0))
        cap++;
    if (cap == CB_ISA_COUNT) {
        list_levels(levels, sizeof levels);
        return cb_fail(err, CB_USAGE, "--isa %.40s: not a level of %s; choose one of %s", name,
                       cb_arch_name(cb_arch_native()), levels);
    }
    if (!(available & cb_isa_bit((cb_isa)cap)))
        return cb_fail(err, CB_UNSUPPORTED,
                       "--isa %s: this processor or its kernel does not offer it (%s); "
                       "`cachebound machine` lists what there is",
                       name, rows[cap].what);
    cb_isa_set allowed = 0;
    for (size_t i = 0; i < CB_ISA_COUNT; i++)
        if (is_level_here(&rows[i]) && rows[i].rank <= rows[cap].rank)
            allowed |= cb_isa_bit((cb_isa)i);
    *capped = available & allowed;
    return CB_OK;
}
