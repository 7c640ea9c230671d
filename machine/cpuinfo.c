#include "machine/cpuinfo.h"

#include <string.h>

/* The number of the CPU whose block starts with this line, or -1. */
static int block_start(const char *line)
{
    char value[32];
    int64_t number;
    if (!cb_text_field_before(line, line + 1, "processor", value, sizeof value) ||
        !cb_text_integer(value, 0, CB_CPU_LIMIT - 1, &number))
        return -1;
    return (int)number;
}

/* [start, end) of a CPU's block. */
static bool find_block(const char *text, int cpu, const char **start, const char **end)
{
    *start = NULL;
    for (const char *line = text; line; line = cb_text_next_line(line)) {
        int number = block_start(line);
        if (number >= 0 && *start) {
            *end = line;
            return true;
        }
        if (number == cpu)
            *start = line;
    }
    *end = text + strlen(text);
    return *start != NULL;
}

bool cb_cpuinfo_field(const char *text, int cpu, const char *key, char *value, size_t bytes)
{
    const char *start, *end;
    if (cpu == CB_ANY_CPU)
        return cb_text_field(text, key, value, bytes);
    return find_block(text, cpu, &start, &end) &&
           cb_text_field_before(start, end, key, value, bytes);
}

cb_arch cb_cpuinfo_arch(const char *text)
{
    char line[CB_CPUINFO_LINE_BYTES];
    if (cb_text_field(text, "flags", line, sizeof line))
        return cb_text_has_word(line, "lm") ? CB_ARCH_X86_64 : CB_ARCH_ANY;
    if (!cb_text_field(text, "Features", line, sizeof line))
        return CB_ARCH_ANY;
    if (cb_text_has_word(line, "asimd"))
        return CB_ARCH_AARCH64;
    return cb_text_has_word(line, "half") ? CB_ARCH_ARMV7 : CB_ARCH_ANY;
}

void cb_cpuinfo_cpus(const char *text, cb_cpu_set *set)
{
    memset(set, 0, sizeof *set);
    for (const char *line = text; line; line = cb_text_next_line(line))
        cb_cpu_set_add(set, block_start(line));
}

uint32_t cb_cpuinfo_midr(const char *text, int cpu)
{
    char value[32];
    uint64_t implementer, part, variant = 0;
    int64_t revision = 0;
    if (!cb_cpuinfo_field(text, cpu, "CPU implementer", value, sizeof value) ||
        !cb_text_hex(value, &implementer) || implementer > 0xff)
        return 0;
    if (!cb_cpuinfo_field(text, cpu, "CPU part", value, sizeof value) ||
        !cb_text_hex(value, &part) || part > 0xfff)
        return 0;
    if (cb_cpuinfo_field(text, cpu, "CPU variant", value, sizeof value) &&
        (!cb_text_hex(value, &variant) || variant > 0xf))
        variant = 0;
    if (cb_cpuinfo_field(text, cpu, "CPU revision", value, sizeof value) &&
        !cb_text_integer(value, 0, 0xf, &revision))
        revision = 0;
    /* Bits 19:16 are all ones on every core that names itself by part number (ARM ARM, MIDR_EL1).
     */
    return (uint32_t)(implementer << 24 | variant << 20 | 0xfu << 16 | part << 4) |
           (uint32_t)revision;
}
