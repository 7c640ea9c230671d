#include "models/roofline.h"

#include "models/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* A throughput kernel; the paper's experiment (thread start included) is no roof. Published rows
 * name no form. */
static bool is_peak(const json_t *row, const char *core_kind, const char *dtype)
{
    if (!cb_row_is(row, "family", "peak"))
        return false;
    const char *form = cb_row_text(row, "params.form");
    return cb_row_ok(row) && cb_row_on_core(row, core_kind) &&
           (!form || strcmp(form, "throughput") == 0) && cb_row_text(row, "dtype") &&
           (!dtype || cb_row_is(row, "dtype", dtype)) && cb_row_number(row, "ops_per_s", 0) > 0;
}

size_t cb_roofline_dtypes(const json_t *document, const char *core_kind, const char **dtypes,
                          size_t capacity)
{
    size_t count = 0;
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        if (!is_peak(row, core_kind, NULL))
            continue;
        size_t k = 0;
        while (k < count && !cb_row_is(row, "dtype", dtypes[k]))
            k++;
        if (k == count && count < capacity)
            dtypes[count++] = cb_row_text(row, "dtype");
    }
    return count;
}

static int ascending(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static size_t add_threads(int *threads, size_t count, size_t capacity, int value)
{
    for (size_t i = 0; i < count; i++)
        if (threads[i] == value)
            return count;
    if (count < capacity)
        threads[count++] = value;
    return count;
}

size_t cb_roofline_threads(const json_t *document, const cb_levels *levels, const char *dtype,
                           int *threads, size_t capacity)
{
    size_t count = 0;
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        if (is_peak(row, levels->core_kind, dtype))
            count = add_threads(threads, count, capacity, cb_row_threads(row));
    }
    for (size_t i = 0; i < levels->rate_count; i++)
        if (same(levels->rates[i].pattern, "read"))
            count = add_threads(threads, count, capacity, levels->rates[i].threads);
    qsort(threads, count, sizeof *threads, ascending);
    return count;
}

/* Keeps the best row of each ISA. */
static void add_compute(cb_roofline *r, const json_t *row)
{
    cb_compute_roof roof = {.isa = cb_row_text(row, "isa"),
                            .kernel = cb_row_text(row, "kernel"),
                            .ops_per_s = cb_row_number(row, "ops_per_s", 0),
                            .origin =
                                cb_row_published(row) ? CB_ORIGIN_PUBLISHED : CB_ORIGIN_MEASURED};
    size_t k = 0;
    while (k < r->compute_count && !same(r->compute[k].isa, roof.isa))
        k++;
    if (k == CB_ROOFS_MAX)
        return;
    if (k == r->compute_count)
        r->compute[r->compute_count++] = roof;
    else if (roof.ops_per_s > r->compute[k].ops_per_s)
        r->compute[k] = roof;
}

static int best_first(const void *a, const void *b)
{
    double x = ((const cb_compute_roof *)a)->ops_per_s, y = ((const cb_compute_roof *)b)->ops_per_s;
    return (x < y) - (x > y);
}

static void add_memory(cb_roofline *r, const cb_level *level, cb_access_form form,
                       const char *kernel, double bytes_per_s, cb_origin origin)
{
    if (r->memory_count == CB_ROOFS_MAX)
        return;
    cb_memory_roof *roof = &r->memory[r->memory_count++];
    *roof = (cb_memory_roof){.form = form,
                             .kernel = kernel,
                             .bytes_per_s = bytes_per_s,
                             .ridge = cb_roofline_peak(r) / bytes_per_s,
                             .origin = origin};
    memcpy(roof->level, level->name, sizeof roof->level);
}

/* The clock that published peaks of this many threads were measured at: a port limit must be of the
 * same clock as the roof it stands beside. */
static double published_clock(const json_t *document, const char *core_kind, int threads)
{
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        if (is_peak(row, core_kind, NULL) && cb_row_published(row) &&
            cb_row_threads(row) == threads && cb_row_number(row, "clock_hz", 0) > 0)
            return cb_row_number(row, "clock_hz", 0);
    }
    return 0;
}

static const json_t *limits_of(const json_t *document, const char *core_kind)
{
    size_t i;
    json_t *core;
    const json_t *machine = json_object_get(json_object_get(document, "context"), "machine");
    json_array_foreach(
        json_object_get(machine, "cores"), i,
        core) if (!core_kind ||
                  cb_row_is(core, "kind", core_kind)) return json_object_get(core, "limits");
    return NULL;
}

/* Bytes a cycle that the first level can give to loads: from an instruction rate that was published
 * for this core, else from the core's table of limits. */
static double load_limit(const json_t *document, const char *core_kind)
{
    double best = cb_row_number(limits_of(document, core_kind), "load_bytes_per_cycle", 0);
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        if (cb_row_ok(row) && cb_row_published(row) && cb_row_is(row, "family", "membw") &&
            cb_row_is(row, "params.pattern", "read") && cb_row_on_core(row, core_kind))
            best = fmax(best, cb_row_number(row, "bytes_per_cycle", 0));
    }
    return best;
}

/* A published board has the L1 roof of the tool that somebody ran. What the core's load port can do
 * goes beside it, or one would take a tool's limit for the core's. */
static void add_port_limit(cb_roofline *r, const json_t *document, const cb_levels *levels)
{
    const cb_rate *rate = cb_levels_rate(levels, "read", 0, r->threads, CB_FORM_BEST);
    double clock_hz = published_clock(document, levels->core_kind, r->threads);
    double limit = load_limit(document, levels->core_kind) * clock_hz * r->threads;
    bool only_tool = (rate && rate->published) || (!rate && clock_hz > 0);
    if (levels->level_count > 1 && only_tool && limit > (rate ? rate->bytes_per_s * 1.05 : 0))
        add_memory(r, &levels->level[0], CB_FORM_BEST, NULL, limit, CB_ORIGIN_LIMIT);
}

void cb_roofline_build(const json_t *document, const cb_levels *levels, const char *dtype,
                       int threads, cb_roofline *roofline)
{
    cb_roofline r = {.dtype = dtype, .threads = threads};
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        if (is_peak(row, levels->core_kind, dtype) && cb_row_threads(row) == threads)
            add_compute(&r, row);
    }
    qsort(r.compute, r.compute_count, sizeof *r.compute, best_first);
    add_port_limit(&r, document, levels);
    for (size_t l = 0; l < levels->level_count; l++)
        for (int form = 0; form < CB_FORM_COUNT; form++) {
            const cb_rate *rate = cb_levels_rate(levels, "read", l, threads, (cb_access_form)form);
            const cb_rate *best = cb_levels_rate(levels, "read", l, threads, CB_FORM_BEST);
            bool narrow_is_best = best && best->width_bits == 64;
            if (!rate || (form == CB_FORM_NARROW && (l > 0 || narrow_is_best)))
                continue;
            add_memory(&r, &levels->level[l],
                       narrow_is_best && l == 0 ? CB_FORM_NARROW : (cb_access_form)form,
                       rate->kernel, rate->bytes_per_s,
                       rate->published ? CB_ORIGIN_PUBLISHED : CB_ORIGIN_MEASURED);
        }
    *roofline = r;
}

double cb_roofline_peak(const cb_roofline *roofline)
{
    return roofline->compute_count ? roofline->compute[0].ops_per_s : 0;
}

double cb_roofline_attainable(const cb_roofline *roofline, const cb_memory_roof *memory,
                              double intensity)
{
    double peak = cb_roofline_peak(roofline), slope = intensity * memory->bytes_per_s;
    return peak > 0 ? fmin(peak, slope) : slope;
}
