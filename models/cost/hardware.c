#include "models/cost/hardware.h"

#include "models/rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- from a document ---- */

static void add_threads(cb_hardware *h, int threads)
{
    size_t at = h->thread_count;
    for (size_t i = 0; i < h->thread_count; i++)
        if (h->threads[i] == threads)
            return;
    if (h->thread_count == CB_HARDWARE_THREADS)
        return;
    for (; at > 0 && h->threads[at - 1] > threads; at--)
        h->threads[at] = h->threads[at - 1];
    h->threads[at] = threads;
    h->thread_count++;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void add_peak(cb_hardware *h, const cb_hardware_peak *peak)
{
    for (size_t i = 0; i < h->peak_count; i++) {
        cb_hardware_peak *p = &h->peak[i];
        if (p->threads != peak->threads || !same_text(p->dtype, peak->dtype) ||
            !same_text(p->isa, peak->isa))
            continue;
        p->ops_per_s = fmax(p->ops_per_s, peak->ops_per_s);
        return;
    }
    if (h->peak_count < CB_HARDWARE_PEAKS)
        h->peak[h->peak_count++] = *peak;
}

static void add_peaks(const json_t *document, cb_hardware *h)
{
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        cb_hardware_peak peak = {.dtype = cb_row_text(row, "dtype"),
                                 .isa = cb_row_text(row, "isa"),
                                 .threads = cb_row_threads(row),
                                 .ops_per_s = cb_row_number(row, "ops_per_s", 0)};
        if (!cb_row_ok(row) || !cb_row_is(row, "family", "peak") || !(peak.ops_per_s > 0) ||
            !cb_row_on_core(row, h->core_kind) || cb_row_is(row, "params.form", "latency") ||
            cb_row_is(row, "params.form", "paper"))
            continue;
        add_threads(h, peak.threads);
        add_peak(h, &peak);
    }
}

/* The peak that was measured in turn with a row's samples; of bit-serial rows that of single bits.
 * The instruction set is the peak kernel's, where the row names it. */
static cb_hardware_peak peak_beside(const json_t *row)
{
    const char *kernel = cb_row_text(row, "peak_kernel");
    const char *isa = kernel ? strstr(kernel, "__") : NULL;
    cb_hardware_peak peak = {.dtype = cb_row_text(row, "dtype"),
                             .isa = isa ? isa + 2 : cb_row_text(row, "isa"),
                             .threads = cb_row_threads(row),
                             .ops_per_s = cb_row_number(row, "peak_ops_per_s", 0)};
    if (!cb_row_is(row, "family", "bitserial"))
        return peak;
    peak.dtype = "u1";
    peak.ops_per_s *=
        cb_row_number(row, "params.w_bits", 1) * cb_row_number(row, "params.a_bits", 1);
    return peak;
}

/* Peaks beside rows count too: a neighbour may have sat on the core when peaks were measured. */
static void raise_peaks(const json_t *document, cb_hardware *h)
{
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        cb_hardware_peak peak = peak_beside(row);
        if (!cb_row_ok(row) || !(peak.ops_per_s > 0) || !cb_row_on_core(row, h->core_kind) ||
            !peak.isa || strcmp(peak.isa, "-") == 0)
            continue;
        add_threads(h, peak.threads);
        add_peak(h, &peak);
    }
}

double cb_hardware_state(const cb_hardware *h, const json_t *row)
{
    cb_hardware_peak peak = peak_beside(row);
    for (size_t i = 0; i < h->peak_count && peak.ops_per_s > 0; i++) {
        const cb_hardware_peak *p = &h->peak[i];
        if (p->threads == peak.threads && same_text(p->dtype, peak.dtype) &&
            same_text(p->isa, peak.isa))
            return peak.ops_per_s / p->ops_per_s;
    }
    return 1;
}

static double rate_of(const cb_levels *levels, const char *pattern, size_t level, int threads)
{
    const cb_rate *rate = cb_levels_rate(levels, pattern, level, threads, CB_FORM_BEST);
    return rate ? rate->bytes_per_s : 0;
}

static void add_levels(const cb_levels *levels, cb_hardware *h)
{
    int threads[CB_HARDWARE_THREADS];
    size_t count = cb_levels_threads(levels, threads, CB_HARDWARE_THREADS);
    for (size_t t = 0; t < count && t < CB_HARDWARE_THREADS; t++)
        add_threads(h, threads[t]);
    h->level_count = levels->level_count;
    for (size_t l = 0; l < levels->level_count; l++) {
        const cb_level *from = &levels->level[l];
        cb_hardware_level *to = &h->level[l];
        *to = (cb_hardware_level){.bytes = cb_level_bytes(from),
                                  .shared_by = from->shared_by,
                                  .latency_s = from->latency_s};
        snprintf(to->name, sizeof to->name, "%s", from->name);
        for (size_t t = 0; t < h->thread_count; t++) {
            to->read[t] = rate_of(levels, "read", l, h->threads[t]);
            to->write[t] = rate_of(levels, "write", l, h->threads[t]);
            to->copy[t] = rate_of(levels, "copy", l, h->threads[t]);
        }
    }
}

static size_t place_of(const cb_hardware *h, double bytes)
{
    size_t at = 0;
    while (at < h->ladder_count && h->ladder[at].bytes < bytes)
        at++;
    return at;
}

/* Of several rows of one block (pages, passes) the least: a neighbour only adds. */
static void add_step(cb_hardware *h, cb_hardware_step step)
{
    size_t at = place_of(h, step.bytes);
    if (at < h->ladder_count && h->ladder[at].bytes == step.bytes) {
        h->ladder[at].latency_s = fmin(h->ladder[at].latency_s, step.latency_s);
        return;
    }
    if (h->ladder_count == CB_HARDWARE_LADDER)
        return;
    memmove(&h->ladder[at + 1], &h->ladder[at], (h->ladder_count - at) * sizeof *h->ladder);
    h->ladder[at] = step;
    h->ladder_count++;
}

static void add_ladder(const json_t *document, cb_hardware *h)
{
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        cb_hardware_step step = {.bytes = cb_row_number(row, "params.block_bytes", 0),
                                 .latency_s = cb_row_number(row, "latency_s", 0)};
        if (step.latency_s > 0 && step.bytes > 0 && cb_row_ok(row) &&
            cb_row_is(row, "params.pattern", "latency") && cb_row_on_core(row, h->core_kind))
            add_step(h, step);
    }
}

/* Published boards have what a tool's narrow loads reach, or nothing: there the widest loads that
 * the core's table knows. */
static void add_port_limit(const json_t *document, const cb_levels *levels, cb_hardware *h)
{
    size_t i;
    json_t *core;
    const json_t *machine = json_object_get(json_object_get(document, "context"), "machine");
    json_array_foreach(json_object_get(machine, "cores"), i, core)
    {
        double bytes = cb_row_number(core, "limits.load_bytes_per_cycle", 0);
        if (h->core_kind && !cb_row_is(core, "kind", h->core_kind))
            continue;
        for (size_t t = 0; h->level_count && t < h->thread_count; t++) {
            const cb_rate *rate = cb_levels_rate(levels, "read", 0, h->threads[t], CB_FORM_BEST);
            double *read = &h->level[0].read[t];
            if (!rate || rate->published)
                *read = fmax(*read, bytes * h->clock_hz * h->threads[t]);
        }
        return;
    }
}

static double line_of(const json_t *document)
{
    const json_t *machine = json_object_get(json_object_get(document, "context"), "machine");
    double line = cb_row_number(json_array_get(json_object_get(machine, "caches"), 0), "line", 0);
    return line > 0 ? line : 64;
}

/* Of scalar code: dependent additions; in published documents what the peaks were measured at. */
static double clock_of(const json_t *document, const char *core_kind)
{
    const char *const paths[] = {"context.environment.clock_hz_before",
                                 "context.environment.clock_hz_after"};
    double clock = 0;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        clock = fmax(clock, cb_row_number(document, paths[i], 0));
    for (size_t i = 0; i < cb_results_count(document) && !(clock > 0); i++) {
        const json_t *row = cb_results_row(document, i);
        if (cb_row_ok(row) && cb_row_on_core(row, core_kind) && cb_row_is(row, "family", "peak"))
            clock = cb_row_number(row, "clock_hz", 0);
    }
    return clock > 0 ? clock : 1e9;
}

void cb_hardware_of(const json_t *document, const cb_levels *levels, cb_hardware *hardware)
{
    cb_hardware h = {.core_kind = levels->core_kind};
    h.clock_hz = clock_of(document, levels->core_kind);
    h.line_bytes = line_of(document);
    add_peaks(document, &h);
    raise_peaks(document, &h);
    add_levels(levels, &h);
    add_ladder(document, &h);
    add_port_limit(document, levels, &h);
    *hardware = h;
}

/* ---- questions ---- */

/* Widths that the same instructions multiply. */
static const char *type_of(const char *dtype)
{
    return dtype && strcmp(dtype, "s8") == 0 ? "u8s8" : dtype;
}

static bool is_of(const cb_hardware_peak *p, const char *dtype, const char *isa)
{
    return same_text(type_of(p->dtype), type_of(dtype)) && (!isa || same_text(p->isa, isa));
}

/* Of one thread, measured with at most `threads`. */
static double find_ops(const cb_hardware *h, const char *dtype, const char *isa, int threads)
{
    double best = 0;
    int nearest = 0;
    for (size_t i = 0; i < h->peak_count; i++) {
        const cb_hardware_peak *p = &h->peak[i];
        if (!is_of(p, dtype, isa) || p->threads > threads || p->threads < nearest)
            continue;
        double ops = p->ops_per_s / p->threads;
        best = p->threads > nearest ? ops : fmax(best, ops);
        nearest = p->threads;
    }
    return best;
}

/* Of all thread counts, for machines whose peaks are published for all cores only. */
static double any_ops(const cb_hardware *h, const char *dtype, const char *isa)
{
    double best = 0;
    for (size_t i = 0; i < h->peak_count; i++)
        if (is_of(&h->peak[i], dtype, isa) && h->peak[i].threads > 0)
            best = fmax(best, h->peak[i].ops_per_s / h->peak[i].threads);
    return best;
}

double cb_hardware_ops(const cb_hardware *h, const char *dtype, const char *isa, int threads)
{
    double ops = isa ? find_ops(h, dtype, isa, threads) : 0;
    ops = ops > 0 || !isa ? ops : any_ops(h, dtype, isa);
    ops = ops > 0 ? ops : find_ops(h, dtype, NULL, threads);
    return ops > 0 ? ops : any_ops(h, dtype, NULL);
}

/* Of one thread, measured with at most `threads` of them, else with the fewest. */
static double rate_with(const cb_hardware *h, const double *rates, int threads)
{
    double fewer = 0, more = 0;
    for (size_t t = 0; t < h->thread_count; t++) {
        double rate = rates[t] / h->threads[t];
        if (!(rate > 0))
            continue;
        if (h->threads[t] <= threads)
            fewer = rate;
        else
            more = more > 0 ? more : rate;
    }
    return fewer > 0 ? fewer : more;
}

double cb_hardware_read(const cb_hardware *h, size_t level, int threads)
{
    return level < h->level_count ? rate_with(h, h->level[level].read, threads) : 0;
}

double cb_hardware_back(const cb_hardware *h, size_t level, int threads)
{
    double read = cb_hardware_read(h, level, threads);
    double write = level < h->level_count ? rate_with(h, h->level[level].write, threads) : 0;
    if (!(read > 0))
        return 0;
    /* Faster than reading: stores that pass the caches by, which operators do not use. */
    return write > 0 && write < read ? 1 / write - 1 / read : 1 / read;
}

double cb_hardware_latency(const cb_hardware *h, double bytes)
{
    size_t at = place_of(h, bytes), level = 0;
    if (h->ladder_count)
        return h->ladder[at < h->ladder_count ? at : at - 1].latency_s;
    while (level + 1 < h->level_count && h->level[level].bytes < bytes)
        level++;
    return h->level_count ? h->level[level].latency_s : 0;
}

double cb_hardware_share(const cb_hardware *h, size_t level, int threads)
{
    const cb_hardware_level *l = &h->level[level];
    int sharers = l->shared_by > 0 ? l->shared_by : level == 0 ? 1 : threads;
    return l->bytes / (sharers < threads ? sharers : threads);
}
