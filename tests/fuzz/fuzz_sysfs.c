/* Every parser of files below /sys and /proc takes any text: no crash, no read past the end, and
 * what it accepts lies inside its bounds. */
#include "machine/cores.h"
#include "machine/cpuinfo.h"
#include "machine/emulation.h"
#include "machine/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition)
{
    if (!condition)
        abort();
}

static void parse_numbers(const char *text)
{
    int64_t integer;
    uint64_t bytes;
    double value;
    if (cb_text_integer(text, -5, 1000, &integer))
        demand(integer >= -5 && integer <= 1000);
    if (cb_text_cache_bytes(text, &bytes))
        demand(bytes > 0 && bytes <= INT64_MAX);
    if (cb_text_fraction(text, &value))
        demand(isfinite(value) && value >= 0);
    if (cb_text_cpu_max(text, &value))
        demand(isfinite(value) && value > 0);
    if (cb_text_meminfo(text, "MemTotal", &value))
        demand(isfinite(value) && value >= 0);
    (void)cb_text_hex(text, &bytes);
}

static void parse_lists(const char *text)
{
    cb_cpu_set set;
    if (cb_text_cpu_list(text, &set))
        demand(cb_cpu_set_count(&set) > 0 && cb_cpu_set_next(&set, 0) < CB_CPU_LIMIT);
    cb_cpuinfo_cpus(text, &set);
    demand(cb_cpu_set_count(&set) <= CB_CPU_LIMIT);
}

static void demand_clean(const char *text, size_t bytes)
{
    demand(strlen(text) < bytes);
    for (; *text; text++)
        demand(*text >= ' ' && *text <= '~');
}

static void parse_texts(const char *text)
{
    char word[16];
    if (cb_text_bracketed(text, word, sizeof word))
        demand_clean(word, sizeof word);
    if (cb_text_field(text, "model name", word, sizeof word))
        demand_clean(word, sizeof word);
    if (cb_text_assignment(text, "PRETTY_NAME", word, sizeof word))
        demand_clean(word, sizeof word);
    if (cb_text_cgroup_path(text, "memory", word, sizeof word) ||
        cb_text_cgroup_path(text, "", word, sizeof word))
        demand(word[0] == '/' && strlen(word) < sizeof word);
    (void)cb_text_has_word(text, "avx2");
    (void)cb_emulator_in_maps(text);
}

static void parse_cpuinfo(const char *text)
{
    cb_core_kind kind = {.cores = 1};
    cb_isa_set all = ((cb_isa_set)1 << CB_ISA_COUNT) - 1;
    cb_isa_set isa = cb_isa_from_cpuinfo(text);
    demand((isa & ~all) == 0 && (isa & cb_isa_bit(CB_ISA_SCALAR)) != 0);
    cb_core_identify_x86(text, CB_CORE_TYPE_NONE, &kind);
    demand(kind.name[0] && strlen(kind.name) < sizeof kind.name);
    cb_core_identify_arm(cb_cpuinfo_midr(text, 0), &kind);
    demand(kind.name[0] && strlen(kind.name) < sizeof kind.name);
    (void)cb_cpuinfo_midr(text, CB_ANY_CPU);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1); /* exactly as long as the input, so that a sanitizer sees more */
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    parse_numbers(text);
    parse_lists(text);
    parse_texts(text);
    parse_cpuinfo(text);
    free(text);
    return 0;
}
