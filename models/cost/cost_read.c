#include "models/cost/cost_file.h"
#include "models/rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- checks ---- */

static cb_status broken(const char *path, const char *place, const char *expected, cb_error *err)
{
    return cb_fail(err, CB_PARSE,
                   "%.200s: %.100s: expected %.100s; make it with `cachebound "
                   "calibrate --results`",
                   path, place, expected);
}

static cb_status need_positive(const json_t *object, const char *key, const char *path,
                               const char *place, cb_error *err, double *value)
{
    char where[128];
    double found = cb_row_number(object, key, -1);
    snprintf(where, sizeof where, "%.80s.%.40s", place, key);
    if (!(found > 0) || !isfinite(found))
        return broken(path, where, "a number above 0", err);
    *value = found;
    return CB_OK;
}

/* ---- parts ---- */

static size_t place_of_threads(cb_hardware *h, int threads)
{
    for (size_t i = 0; i < h->thread_count; i++)
        if (h->threads[i] == threads)
            return i;
    if (h->thread_count == CB_HARDWARE_THREADS)
        return CB_HARDWARE_THREADS;
    h->threads[h->thread_count] = threads;
    return h->thread_count++;
}

static void read_bandwidth(const json_t *from, cb_hardware *h, cb_hardware_level *level)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(from, "bandwidth"), i, one)
    {
        int threads = (int)cb_row_number(one, "threads", 0);
        size_t t = threads > 0 ? place_of_threads(h, threads) : CB_HARDWARE_THREADS;
        if (t == CB_HARDWARE_THREADS)
            continue;
        level->read[t] = cb_row_number(one, "read_bytes_per_cycle", 0) * h->clock_hz;
        level->write[t] = cb_row_number(one, "write_bytes_per_cycle", 0) * h->clock_hz;
        level->copy[t] = cb_row_number(one, "copy_bytes_per_cycle", 0) * h->clock_hz;
    }
}

static cb_status read_levels(const json_t *from, const char *path, cb_error *err, cb_hardware *h)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(from, "levels"), i, one)
    {
        const char *name = cb_row_text(one, "name");
        if (!name || i >= CB_LEVELS_MAX || strlen(name) >= sizeof h->level[i].name)
            return broken(path, "levels", "L1 to RAM, each with a name", err);
        cb_hardware_level *level = &h->level[h->level_count++];
        snprintf(level->name, sizeof level->name, "%s", name);
        level->bytes = cb_row_number(one, "bytes", 0);
        level->shared_by = (int)cb_row_number(one, "shared_by", 0);
        level->latency_s = cb_row_number(one, "latency_cycles", 0) / h->clock_hz;
        read_bandwidth(one, h, level);
    }
    return CB_OK;
}

static void read_peaks(const json_t *from, cb_hardware *h)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(from, "peaks"), i, one)
    {
        cb_hardware_peak peak = {.dtype = cb_row_text(one, "dtype"),
                                 .isa = cb_row_text(one, "isa"),
                                 .threads = (int)cb_row_number(one, "threads", 0)};
        peak.ops_per_s = 2 * h->clock_hz * cb_row_number(one, "macs_per_cycle", 0);
        if (peak.dtype && peak.threads > 0 && peak.ops_per_s > 0 &&
            h->peak_count < CB_HARDWARE_PEAKS)
            h->peak[h->peak_count++] = peak;
    }
}

static cb_status read_figures(const json_t *from, const char *path, cb_error *err, cb_costs *costs)
{
    size_t i;
    json_t *one;
    cb_status status = CB_OK;
    json_array_foreach(json_object_get(from, "figures"), i, one)
    {
        for (size_t t = 0; t < CB_COST_COUNT && status == CB_OK; t++)
            if (cb_row_is(one, "name", cb_cost_terms[t].name))
                status =
                    need_positive(one, "value", path, cb_cost_terms[t].name, err, &costs->of[t]);
    }
    return status;
}

/* A kernel's own share of the common `arithmetic`. */
static void read_kernels(const json_t *from, cb_costs *costs)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(from, "arithmetic"), i, one)
    {
        cb_cost_kernel *k = &costs->kernel[costs->kernels];
        const char *name = cb_row_text(one, "implementation");
        double cycles = cb_row_number(one, "cycles_per_mac", 0);
        double peak = cb_row_number(one, "peak_cycles_per_mac", 0);
        if (!name || strlen(name) >= sizeof k->name || !(cycles > 0) || !(peak > 0) ||
            costs->kernels == CB_TIME_KERNELS)
            continue;
        snprintf(k->name, sizeof k->name, "%s", name);
        k->times = cycles / peak / costs->of[CB_COST_ARITHMETIC];
        costs->kernels++;
    }
}

static cb_status read_core(const json_t *from, const char *path, cb_error *err, cb_cost_core *core)
{
    const char *kind = cb_row_text(from, "kind");
    *core = (cb_cost_core){.costs = cb_costs_start()};
    snprintf(core->kind, sizeof core->kind, "%s", kind ? kind : "");
    core->spread = cb_row_number(from, "spread", 0);
    core->hardware.core_kind = kind;
    core->hardware.line_bytes = cb_row_number(from, "line_bytes", 64);
    cb_status status =
        need_positive(from, "clock_hz", path, "cores", err, &core->hardware.clock_hz);
    if (status == CB_OK)
        status = read_levels(from, path, err, &core->hardware);
    if (status == CB_OK)
        status = read_figures(from, path, err, &core->costs);
    if (status != CB_OK)
        return status;
    read_peaks(from, &core->hardware);
    read_kernels(from, &core->costs);
    return CB_OK;
}

/* ---- the file ---- */

static cb_status read_cores(const char *path, cb_error *err, cb_cost_file *cost)
{
    const json_t *cores = json_object_get(cost->document, "cores");
    cb_status status = CB_OK;
    if (!cb_row_is(cost->document, "schema", CB_COST_SCHEMA))
        return broken(path, "schema", "\"" CB_COST_SCHEMA "\"", err);
    if (!json_array_size(cores) || json_array_size(cores) > CB_COST_KINDS)
        return broken(path, "cores", "one object for each kind of core", err);
    for (size_t i = 0; i < json_array_size(cores) && status == CB_OK; i++)
        status = read_core(json_array_get(cores, i), path, err, &cost->core[cost->count++]);
    return status;
}

cb_status cb_cost_read(const char *path, cb_error *err, cb_cost_file *cost)
{
    json_error_t why;
    cb_cost_file read = {.document = json_load_file(path, 0, &why)};
    if (!read.document)
        return cb_fail(err, why.line > 0 ? CB_PARSE : CB_IO, "%.200s: %.160s (line %d)", path,
                       why.text, why.line);
    cb_status status = read_cores(path, err, &read);
    if (status == CB_OK)
        *cost = read;
    else
        json_decref(read.document);
    return status;
}

void cb_cost_free(cb_cost_file *cost)
{
    json_decref(cost->document);
    *cost = (cb_cost_file){.count = 0};
}

const cb_cost_core *cb_cost_core_of(const cb_cost_file *cost, const char *core_kind)
{
    for (size_t i = 0; i < cost->count; i++)
        if (core_kind && strcmp(cost->core[i].kind, core_kind) == 0)
            return &cost->core[i];
    return cost->count ? &cost->core[0] : NULL;
}
