#include "machine/cores.h"

#include "machine/cpuinfo.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    uint32_t implementer, part;
    const char *name;
    bool known;
    cb_core_limits limits;
} arm_row;

static const arm_row arm_rows[] = {
#define CB_ARM_CORE(implementer, part, name, ...) {implementer, part, name, true, {__VA_ARGS__}},
#define CB_ARM_NAME(implementer, part, name)      {implementer, part, name, false, {.fma_128 = 0}},
#define CB_X86_CORE(id, name, ...)
#define CB_X86_NAME(id, name)
#include "machine/cores.inc"
#undef CB_ARM_CORE
#undef CB_ARM_NAME
#undef CB_X86_CORE
#undef CB_X86_NAME
};

typedef struct {
    const char *name;
    bool known;
    cb_core_limits limits;
} x86_row;

#define CB_ARM_CORE(implementer, part, name, ...)
#define CB_ARM_NAME(implementer, part, name)
#define CB_X86_CORE(id, name, ...) X86_##id,
#define CB_X86_NAME(id, name)      X86_##id,
typedef enum {
#include "machine/cores.inc"
    X86_UNKNOWN
} x86_core;
#undef CB_X86_CORE
#undef CB_X86_NAME

static const x86_row x86_rows[] = {
#define CB_X86_CORE(id, name, ...) {name, true, {__VA_ARGS__}},
#define CB_X86_NAME(id, name)      {name, false, {.fma_128 = 0}},
#include "machine/cores.inc"
};

typedef struct {
    const char *name;
    size_t offset;
} limit_class;

static const limit_class limit_classes[] = {
#define CB_LIMIT(name, what) {#name, offsetof(cb_core_limits, name)},
#include "machine/limits.inc"
#undef CB_LIMIT
};

double cb_core_limit(const cb_core_kind *kind, const char *class_name)
{
    if (!class_name || !kind->known)
        return 0;
    for (size_t i = 0; i < sizeof limit_classes / sizeof *limit_classes; i++) {
        double value;
        if (strcmp(limit_classes[i].name, class_name) != 0)
            continue;
        memcpy(&value, (const char *)&kind->limits + limit_classes[i].offset, sizeof value);
        return value;
    }
    return 0;
}

int cb_core_rank_arm(uint32_t midr)
{
    for (size_t i = 0; i < sizeof arm_rows / sizeof *arm_rows; i++)
        if (arm_rows[i].implementer == midr >> 24 && arm_rows[i].part == (midr >> 4 & 0xfff))
            return (int)i;
    return -1;
}

void cb_core_identify_arm(uint32_t midr, cb_core_kind *kind)
{
    int rank = cb_core_rank_arm(midr);
    kind->midr = midr;
    if (rank >= 0) {
        snprintf(kind->name, sizeof kind->name, "%s", arm_rows[rank].name);
        kind->known = arm_rows[rank].known;
        kind->limits = arm_rows[rank].limits;
        return;
    }
    if (midr)
        snprintf(kind->name, sizeof kind->name, "unknown core (MIDR 0x%08x)", (unsigned)midr);
    else
        snprintf(kind->name, sizeof kind->name, "unknown ARM core");
    kind->known = false;
}

/* What the first CPU's block of /proc/cpuinfo says. */
typedef struct {
    char vendor[32], model_name[96], flags[CB_CPUINFO_LINE_BYTES];
    int64_t family, model;
} x86_identity;

static int64_t number_field(const char *cpuinfo, const char *key)
{
    char value[32];
    int64_t number;
    if (!cb_text_field(cpuinfo, key, value, sizeof value) ||
        !cb_text_integer(value, 0, 0xffff, &number))
        return -1;
    return number;
}

static void read_identity(const char *cpuinfo, x86_identity *id)
{
    memset(id, 0, sizeof *id);
    (void)cb_text_field(cpuinfo, "vendor_id", id->vendor, sizeof id->vendor);
    (void)cb_text_field(cpuinfo, "model name", id->model_name, sizeof id->model_name);
    (void)cb_text_field(cpuinfo, "flags", id->flags, sizeof id->flags);
    id->family = number_field(cpuinfo, "cpu family");
    id->model = number_field(cpuinfo, "model");
}

static bool has(const x86_identity *id, const char *flag)
{
    return cb_text_has_word(id->flags, flag);
}

static bool model_is_one_of(const x86_identity *id, const int *models, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (id->family == 6 && id->model == models[i])
            return true;
    return false;
}

#define MODEL_IS(id, ...)                                                                          \
    model_is_one_of(id, (const int[]){__VA_ARGS__},                                                \
                    sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static x86_core intel_avx512(const x86_identity *id)
{
    if (has(id, "amx_tile") || has(id, "avx512_fp16"))
        return X86_GOLDEN_COVE;
    if (!has(id, "avx512_vbmi2"))
        return has(id, "avx512bw") ? X86_SKYLAKE_X : X86_UNKNOWN;
    return MODEL_IS(id, 0x6a, 0x6c) ? X86_SUNNY_COVE_SERVER : X86_SUNNY_COVE;
}

static x86_core intel_core(const x86_identity *id, cb_core_type type)
{
    if (!has(id, "avx2") || !has(id, "fma"))
        return X86_UNKNOWN;
    if (has(id, "avx512f"))
        return intel_avx512(id);
    if (has(id, "avx_vnni")) {
        /* Alder Lake, Raptor Lake; Alder Lake-N has efficiency cores alone. Later hybrids differ.
         */
        if (MODEL_IS(id, 0xbe))
            return X86_GRACEMONT;
        if (!MODEL_IS(id, 0x97, 0x9a, 0xb7, 0xba, 0xbf))
            return X86_UNKNOWN;
        return type == CB_CORE_TYPE_EFFICIENCY ? X86_GRACEMONT : X86_GOLDEN_COVE_CLIENT;
    }
    if (has(id, "clflushopt"))
        return X86_SKYLAKE;
    return has(id, "adx") ? X86_BROADWELL : X86_HASWELL;
}

static x86_core amd_core(const x86_identity *id)
{
    if (!has(id, "avx2") || !has(id, "fma") || id->family < 0x17)
        return X86_UNKNOWN;
    if (has(id, "avx512f"))
        return has(id, "avx512_vp2intersect") ? X86_ZEN5 : X86_ZEN4;
    if (has(id, "vaes"))
        return X86_ZEN3;
    return has(id, "clwb") ? X86_ZEN2 : X86_ZEN;
}

/* Takes away the 512-bit classes that hang on the second FMA unit where it is not certain. */
static void drop_uncertain_512(x86_core core, const x86_identity *id, cb_core_limits *limits)
{
    static const char *const with_both[] = {"Platinum", "Gold 6", "Xeon(R) W-", "i9-"};
    if (core == X86_SKYLAKE_X) {
        for (size_t i = 0; i < sizeof with_both / sizeof *with_both; i++)
            if (strstr(id->model_name, with_both[i]))
                return;
    } else if (core != X86_SUNNY_COVE || MODEL_IS(id, 0x7d, 0x7e, 0x8c, 0x8d, 0xa7)) {
        return;
    }
    limits->fma_512 = limits->int8_dot_512 = limits->int16_madd_512 = limits->int_mul_512 = 0;
}

void cb_core_identify_x86(const char *cpuinfo, cb_core_type type, cb_core_kind *kind)
{
    x86_identity id;
    x86_core core = X86_UNKNOWN;
    read_identity(cpuinfo, &id);
    if (strcmp(id.vendor, "GenuineIntel") == 0)
        core = intel_core(&id, type);
    else if (strcmp(id.vendor, "AuthenticAMD") == 0)
        core = amd_core(&id);

    kind->midr = 0;
    if (core == X86_UNKNOWN) {
        snprintf(kind->name, sizeof kind->name, "%.60s",
                 id.model_name[0] ? id.model_name : "unknown x86-64 core");
        kind->known = false;
        return;
    }
    snprintf(kind->name, sizeof kind->name, "%s", x86_rows[core].name);
    kind->known = x86_rows[core].known;
    kind->limits = x86_rows[core].limits;
    drop_uncertain_512(core, &id, &kind->limits);
}
