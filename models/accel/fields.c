#include "models/accel/fields.h"

#include "base/units.h"

#include <stddef.h>
#include <string.h>

enum { MOST_CORES = 1024 };
static const int64_t most_bytes = (int64_t)1 << 30;

typedef enum { BYTES, WHOLE, INTEGER, NUMBER } field_kind;

typedef struct {
    const char *key;
    field_kind kind;
    size_t at;
    double low, high;
    cb_accel_effect effect;
} field;

#define AT(member) offsetof(cb_accel_platform, member)

static const field fields[] = {
    {"cores", INTEGER, AT(cores), 1, MOST_CORES, CB_FIELD_TIME},
    {"clock", NUMBER, AT(clock_hz), 1, 1e12, CB_FIELD_CLOCK},
    {"l1", BYTES, AT(l1_bytes), 1, 0, CB_FIELD_MEMORY},
    {"l1.stack_bytes", BYTES, AT(stack_bytes), 0, 0, CB_FIELD_MEMORY},
    {"l1.core_stack_bytes", BYTES, AT(core_stack_bytes), 0, 0, CB_FIELD_MEMORY},
    {"l1.stack_cores", WHOLE, AT(stack_cores), 1, MOST_CORES, CB_FIELD_MEMORY},
    {"l1.banks", WHOLE, AT(l1_banks), 1, 4096, CB_FIELD_TIME},
    {"l2", BYTES, AT(l2_bytes), 1, 0, CB_FIELD_MEMORY},
    {"l2.reserved_bytes", BYTES, AT(l2_reserved_bytes), 0, 0, CB_FIELD_MEMORY},
    {"dma_l2_l1.bytes_per_cycle", NUMBER, AT(l2_l1.bytes_per_cycle), 1e-6, 1e6, CB_FIELD_TIME},
    {"dma_l2_l1.latency_cycles", NUMBER, AT(l2_l1.latency_cycles), 0, 1e9, CB_FIELD_TIME},
    {"dma_l3_l2.bytes_per_cycle", NUMBER, AT(l3_l2.bytes_per_cycle), 1e-6, 1e6, CB_FIELD_TIME},
    {"dma_l3_l2.latency_cycles", NUMBER, AT(l3_l2.latency_cycles), 0, 1e9, CB_FIELD_TIME},
    {"simd.bits", WHOLE, AT(simd_bits), 8, 2048, CB_FIELD_TIME},
    {"simd.lane_bits", WHOLE, AT(lane_bits), 8, 64, CB_FIELD_TIME},
    {"core_guard", NUMBER, AT(core_guard), 0, 10, CB_FIELD_TIME},
};

static const field *find(const char *key)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(fields[i].key, key) == 0)
            return &fields[i];
    return NULL;
}

int cb_accel_term_named(const char *name)
{
    for (int i = 0; i < CB_ACCEL_TERMS; i++)
        if (strcmp(cb_accel_term_name(i), name) == 0)
            return i;
    return -1;
}

/* "guard.conv", "spread.lut": where that number is; NULL for other keys. */
static double *family_number(const char *key, cb_accel_platform *p)
{
    double *numbers = strncmp(key, "guard.", 6) == 0    ? p->guard
                      : strncmp(key, "spread.", 7) == 0 ? p->spread
                                                        : NULL;
    for (int i = 0; numbers && i < CB_ACCEL_FAMILIES; i++)
        if (strcmp(strchr(key, '.') + 1, cb_accel_family_name((cb_accel_family)i)) == 0)
            return &numbers[i];
    return NULL;
}

bool cb_accel_field_known(const char *key, cb_accel_effect *effect)
{
    cb_accel_platform any;
    const field *f = find(key);
    *effect = f ? f->effect : CB_FIELD_TIME;
    return f || strcmp(key, "split") == 0 || cb_accel_term_named(key) >= 0 ||
           family_number(key, &any);
}

static cb_status set_split(const char *value, cb_error *err, cb_accel_platform *p)
{
    bool even = strcmp(value, "even") == 0;
    if (!even && strcmp(value, "pulp-nn") != 0)
        return cb_fail(err, CB_USAGE, "split: '%.40s' is neither pulp-nn nor even", value);
    p->split = even ? CB_SPLIT_EVEN : CB_SPLIT_PULP_NN;
    return CB_OK;
}

static cb_status set_field(const field *f, const char *value, cb_error *err, void *to)
{
    uint64_t bytes = 0;
    int64_t whole = 0;
    cb_status status;
    if (f->kind == NUMBER)
        return cb_parse_number(value, f->low, f->high, err, to);
    if (f->kind == BYTES) {
        status = cb_parse_bytes(value, err, &bytes);
        if (status == CB_OK && bytes > (uint64_t)most_bytes)
            return cb_fail(err, CB_USAGE, "%.60s: at most 1 GiB", value);
        whole = (int64_t)bytes;
    } else {
        status = cb_parse_integer(value, (int64_t)f->low, (int64_t)f->high, err, &whole);
    }
    if (status != CB_OK)
        return status;
    if (f->kind == INTEGER)
        *(int *)to = (int)whole;
    else
        *(long *)to = (long)whole;
    return CB_OK;
}

cb_status cb_accel_field_set(const char *key, const char *value, cb_error *err,
                             cb_accel_platform *p)
{
    const field *f = find(key);
    int term = cb_accel_term_named(key);
    cb_error why = {{0}};
    cb_status status;
    if (f)
        status = set_field(f, value, &why, (char *)p + f->at);
    else if (strcmp(key, "split") == 0)
        status = set_split(value, &why, p);
    else if (term >= 0)
        status = cb_parse_number(value, 0, 1e9, &why, &p->cycles.of[term]);
    else if (family_number(key, p))
        status = cb_parse_number(value, 0, 10, &why, family_number(key, p));
    else
        return cb_fail(err, CB_USAGE,
                       "'%.60s' is no field of a platform; there are cores, clock, l1, l2, split, "
                       "l1.banks, l1.stack_bytes, l2.reserved_bytes, dma_l2_l1.bytes_per_cycle, "
                       "dma_l3_l2.latency_cycles, guard.conv, terms like conv8.step, ...",
                       key);
    return status == CB_OK ? CB_OK : cb_fail(err, CB_USAGE, "%.60s: %.200s", key, why.text);
}
