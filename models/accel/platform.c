#include "models/accel/platform.h"

#include "models/accel/fields.h"
#include "models/accel/yaml.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { MOST_CORES = 1024 };

static const char *const families[CB_ACCEL_FAMILIES] = {"conv", "depthwise", "lut", "linear",
                                                        "pool"};

const char *cb_accel_family_name(cb_accel_family family)
{
    return families[family];
}

/* A key whose value is a number; `integer` or `number` is where it goes. */
typedef struct {
    const char *key;
    double low, high;
    long *integer;
    double *number;
    bool may_lack;
} field;

static cb_status read_field(const cb_yaml *file, const cb_yaml_node *map, const char *what,
                            const field *f, cb_error *err)
{
    char name[96];
    const cb_yaml_node *node = cb_yaml_find(map, f->key);
    snprintf(name, sizeof name, "%s: %s", what, f->key);
    if (!node && f->may_lack)
        return CB_OK;
    if (!node)
        return cb_yaml_fail(file, map->line, err, "%s: has no '%s'", what, f->key);
    if (f->integer)
        return cb_yaml_integer(file, node, name, (long)f->low, (long)f->high, err, f->integer);
    return cb_yaml_number(file, node, name, f->low, f->high, err, f->number);
}

/* A map of numbers and nothing else. */
static cb_status read_fields(const cb_yaml *file, const char *key, const field *fields,
                             size_t count, cb_error *err)
{
    const char *known[8];
    const cb_yaml_node *map = cb_yaml_find(file->root, key);
    if (!map)
        return cb_yaml_fail(file, file->root->line, err, "the platform has no '%s'", key);
    for (size_t i = 0; i < count; i++)
        known[i] = fields[i].key;
    cb_status status = cb_yaml_keys(file, map, key, known, count, err);
    for (size_t i = 0; status == CB_OK && i < count; i++)
        status = read_field(file, map, key, &fields[i], err);
    return status;
}

static cb_status read_text(const cb_yaml *file, const char *key, char *text, size_t bytes,
                           cb_error *err)
{
    const cb_yaml_node *node = cb_yaml_find(file->root, key);
    if (!node || node->kind != CB_YAML_TEXT || !*node->text)
        return cb_yaml_fail(file, node ? node->line : file->root->line, err,
                            "expected a text behind '%s'", key);
    snprintf(text, bytes, "%s", node->text);
    return CB_OK;
}

static cb_status read_cores(const cb_yaml *file, cb_accel_platform *p, cb_error *err)
{
    char split[16];
    long cores = 0;
    const field cores_of = {"cores", 1, MOST_CORES, &cores, NULL, false};
    const field clock = {"clock_hz", 1, 1e12, NULL, &p->clock_hz, true};
    cb_status status = read_text(file, "split", split, sizeof split, err);
    if (status == CB_OK)
        status = read_field(file, file->root, "platform", &cores_of, err);
    if (status == CB_OK)
        status = read_field(file, file->root, "platform", &clock, err);
    if (status != CB_OK)
        return status;
    p->cores = (int)cores;
    p->split = strcmp(split, "even") == 0 ? CB_SPLIT_EVEN : CB_SPLIT_PULP_NN;
    if (p->split == CB_SPLIT_PULP_NN && strcmp(split, "pulp-nn") != 0)
        return cb_yaml_fail(file, cb_yaml_find(file->root, "split")->line, err,
                            "split: expected pulp-nn or even");
    return CB_OK;
}

static cb_status read_memories(const cb_yaml *file, cb_accel_platform *p, cb_error *err)
{
    const double most = 1 << 30;
    const field l1[] = {
        {"bytes", 1, most, &p->l1_bytes, NULL, false},
        {"banks", 1, 4096, &p->l1_banks, NULL, false},
        {"stack_bytes", 0, most, &p->stack_bytes, NULL, false},
        {"core_stack_bytes", 0, most, &p->core_stack_bytes, NULL, false},
        {"stack_cores", 1, MOST_CORES, &p->stack_cores, NULL, false},
    };
    const field l2[] = {
        {"bytes", 1, most, &p->l2_bytes, NULL, false},
        {"reserved_bytes", 0, most, &p->l2_reserved_bytes, NULL, false},
    };
    const field near[] = {
        {"bytes_per_cycle", 1e-6, 1e6, NULL, &p->l2_l1.bytes_per_cycle, false},
        {"latency_cycles", 0, 1e9, NULL, &p->l2_l1.latency_cycles, false},
    };
    const field far[] = {
        {"bytes_per_cycle", 1e-6, 1e6, NULL, &p->l3_l2.bytes_per_cycle, false},
        {"latency_cycles", 0, 1e9, NULL, &p->l3_l2.latency_cycles, false},
    };
    const field simd[] = {
        {"bits", 8, 2048, &p->simd_bits, NULL, false},
        {"lane_bits", 8, 64, &p->lane_bits, NULL, false},
    };
    p->simd_bits = p->lane_bits = 32;
    cb_status status = CB_OK;
    if (cb_yaml_find(file->root, "simd"))
        status = read_fields(file, "simd", simd, COUNT(simd), err);
    if (status == CB_OK)
        status = read_fields(file, "l1", l1, COUNT(l1), err);
    if (status == CB_OK)
        status = read_fields(file, "l2", l2, COUNT(l2), err);
    if (status == CB_OK)
        status = read_fields(file, "dma_l2_l1", near, COUNT(near), err);
    if (status == CB_OK)
        status = read_fields(file, "dma_l3_l2", far, COUNT(far), err);
    return status;
}

static cb_status read_term(const cb_yaml *file, const cb_yaml_entry *entry, cb_accel_platform *p,
                           cb_error *err)
{
    static const char *const known[] = {"cycles", "start", "rows"};
    int term = cb_accel_term_named(entry->key);
    if (term < 0)
        return cb_yaml_fail(file, entry->line, err, "kernels: unknown key '%.60s'", entry->key);
    cb_status status = cb_yaml_keys(file, entry->value, entry->key, known, COUNT(known), err);
    const field cycles = {"cycles", 0, 1e9, NULL, &p->cycles.of[term], false};
    const field start = {"start", 1e-6, 1e9, NULL, &p->start.of[term], false};
    if (status == CB_OK)
        status = read_field(file, entry->value, entry->key, &cycles, err);
    const field rows = {"rows", 0, 1e9, &p->rows[term], NULL, true};
    if (status == CB_OK)
        status = read_field(file, entry->value, entry->key, &rows, err);
    if (status == CB_OK)
        status = read_field(file, entry->value, entry->key, &start, err);
    return status;
}

static cb_status read_kernels(const cb_yaml *file, cb_accel_platform *p, cb_error *err)
{
    const cb_yaml_node *map = cb_yaml_find(file->root, "kernels");
    for (int i = 0; i < CB_ACCEL_TERMS; i++)
        p->cycles.of[i] = p->start.of[i] = -1;
    if (!map || map->kind != CB_YAML_MAP)
        return cb_yaml_fail(file, map ? map->line : file->root->line, err,
                            "expected a map behind 'kernels'");
    cb_status status = CB_OK;
    for (size_t i = 0; status == CB_OK && i < map->count; i++)
        status = read_term(file, &map->entries[i], p, err);
    return status;
}

static cb_status read_errors(const cb_yaml *file, cb_accel_platform *p, cb_error *err)
{
    field spread[CB_ACCEL_FAMILIES], guard[CB_ACCEL_FAMILIES];
    long calibrated = 0;
    const field cores[] = {
        {"calibrated_cores", 0, MOST_CORES, &calibrated, NULL, false},
        {"core_guard", 0, 10, NULL, &p->core_guard, false},
    };
    for (int i = 0; i < CB_ACCEL_FAMILIES; i++) {
        spread[i] = (field){families[i], 0, 10, NULL, &p->spread[i], false};
        guard[i] = (field){families[i], 0, 10, NULL, &p->guard[i], false};
    }
    cb_status status = read_fields(file, "spread", spread, COUNT(spread), err);
    if (status == CB_OK)
        status = read_fields(file, "guard", guard, COUNT(guard), err);
    for (size_t i = 0; status == CB_OK && i < COUNT(cores); i++)
        status = read_field(file, file->root, "platform", &cores[i], err);
    p->calibrated_cores = (int)calibrated;
    return status;
}

static cb_status read_root(const cb_yaml *file, cb_accel_platform *p, cb_error *err)
{
    static const char *const known[] = {
        "name",       "about",     "origin",    "cores",   "split",  "clock_hz", "l1",
        "l2",         "dma_l2_l1", "dma_l3_l2", "kernels", "spread", "guard",    "calibrated_cores",
        "core_guard", "simd"};
    if (!file->root)
        return cb_yaml_fail(file, 1, err, "the file is empty; expected a platform");
    cb_status status = cb_yaml_keys(file, file->root, "platform", known, COUNT(known), err);
    if (status == CB_OK)
        status = read_text(file, "name", p->name, sizeof p->name, err);
    if (status == CB_OK)
        status = read_text(file, "about", p->about, sizeof p->about, err);
    if (status == CB_OK)
        status = read_text(file, "origin", p->origin, sizeof p->origin, err);
    if (status == CB_OK)
        status = read_cores(file, p, err);
    if (status == CB_OK)
        status = read_memories(file, p, err);
    if (status == CB_OK)
        status = read_kernels(file, p, err);
    return status == CB_OK ? read_errors(file, p, err) : status;
}

cb_status cb_accel_platform_read(const char *path, cb_error *err, cb_accel_platform *platform)
{
    cb_yaml file;
    cb_accel_platform p = {0};
    cb_error why = {{0}};
    cb_status status = cb_yaml_read(path, err, &file);
    if (status != CB_OK)
        return status;
    status = read_root(&file, &p, err);
    cb_yaml_free(&file);
    if (status == CB_OK && cb_accel_platform_check(&p, &why) != CB_OK)
        status = cb_fail(err, CB_PARSE, "%.200s: %s", path, why.text);
    if (status == CB_OK)
        *platform = p;
    return status;
}

long cb_accel_l1_data(const cb_accel_platform *p)
{
    return p->l1_bytes - p->stack_bytes - (p->stack_cores - 1) * p->core_stack_bytes;
}

long cb_accel_l2_data(const cb_accel_platform *p)
{
    return p->l2_bytes - p->l2_reserved_bytes;
}

cb_status cb_accel_platform_check(const cb_accel_platform *p, cb_error *err)
{
    if (p->cores < 1 || p->cores > MOST_CORES)
        return cb_fail(err, CB_USAGE, "%d cores: from 1 to %d", p->cores, MOST_CORES);
    if (p->split == CB_SPLIT_PULP_NN && (p->cores & (p->cores - 1)) != 0)
        return cb_fail(err, CB_USAGE, "%d cores: these kernels split work over a power of two",
                       p->cores);
    if (cb_accel_l1_data(p) <= 0)
        return cb_fail(err, CB_USAGE, "L1: stacks leave nothing of its %ld bytes", p->l1_bytes);
    if (cb_accel_l2_data(p) <= 0)
        return cb_fail(err, CB_USAGE, "L2: nothing is left of its %ld bytes", p->l2_bytes);
    return CB_OK;
}
