#include "models/summary.h"

#include "base/stats.h"
#include "base/units.h"
#include "models/roofline.h"
#include "models/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *ops_unit(const char *dtype)
{
    return dtype[0] == 'f' || strncmp(dtype, "bf", 2) == 0 ? "FLOP/s" : "OP/s";
}

static const char *plural(int n)
{
    return n == 1 ? "" : "s";
}

static const char *text_at(const json_t *document, const char *path, const char *unknown)
{
    const char *text = cb_row_text(document, path);
    return text ? text : unknown;
}

/* One thread and the largest count: what a table of two columns has room for. */
static size_t two_counts(int *threads, size_t count)
{
    if (count > 1)
        threads[1] = threads[count - 1];
    return count < 2 ? count : 2;
}

static void write_peaks(const json_t *document, const cb_levels *levels, FILE *out)
{
    const char *dtypes[CB_DTYPES_MAX];
    int threads[CB_THREADS_MAX];
    size_t dtype_count = cb_roofline_dtypes(document, levels->core_kind, dtypes, CB_DTYPES_MAX);
    if (!dtype_count) {
        fprintf(out, "  peak: not measured\n");
        return;
    }
    fprintf(out, "  peak arithmetic (a multiply-accumulate is two operations)\n");
    for (size_t d = 0; d < dtype_count; d++) {
        size_t count = cb_roofline_threads(document, levels, dtypes[d], threads, CB_THREADS_MAX);
        count = two_counts(threads, count);
        fprintf(out, "    %-6s", dtypes[d]);
        const char *kernel = NULL;
        for (size_t t = 0; t < count; t++) {
            cb_roofline r;
            cb_roofline_build(document, levels, dtypes[d], threads[t], &r);
            if (!r.compute_count)
                continue;
            cb_text rate = cb_format_si(cb_roofline_peak(&r), ops_unit(dtypes[d]));
            fprintf(out, "  %d thread%s %-15s", threads[t], plural(threads[t]), rate.text);
            kernel = r.compute[0].kernel;
        }
        fprintf(out, "  %s\n", kernel ? kernel : "");
    }
}

static void write_bandwidth_cell(const cb_levels *levels, const char *pattern, size_t level,
                                 int threads, FILE *out)
{
    const cb_rate *rate = cb_levels_rate(levels, pattern, level, threads, CB_FORM_BEST);
    if (!rate) {
        fprintf(out, "  %s -", pattern);
        return;
    }
    fprintf(out, "  %s %s%s", pattern, cb_format_si(rate->bytes_per_s, "B/s").text,
            rate->near_edge ? " (near an edge)" : "");
}

/* Whether a line of this level and these threads would say anything: published boards have gaps. */
static bool any_bandwidth(const cb_levels *levels, size_t level, int threads)
{
    return cb_levels_rate(levels, "read", level, threads, CB_FORM_BEST) ||
           cb_levels_rate(levels, "write", level, threads, CB_FORM_BEST) ||
           cb_levels_rate(levels, "copy", level, threads, CB_FORM_BEST);
}

static void write_bandwidths(const cb_levels *levels, FILE *out)
{
    int threads[CB_THREADS_MAX];
    size_t count = two_counts(threads, cb_levels_threads(levels, threads, CB_THREADS_MAX));
    fprintf(out, count ? "  bandwidth of all threads together (median over each level's plateau)\n"
                       : "  bandwidth: not measured\n");
    for (size_t l = 0; l < levels->level_count && count; l++)
        for (size_t t = 0; t < count; t++) {
            if (!any_bandwidth(levels, l, threads[t]))
                continue;
            fprintf(out, "    %-4s %d thread%s%s", levels->level[l].name, threads[t],
                    plural(threads[t]), threads[t] == 1 ? " " : "");
            write_bandwidth_cell(levels, "read", l, threads[t], out);
            write_bandwidth_cell(levels, "write", l, threads[t], out);
            write_bandwidth_cell(levels, "copy", l, threads[t], out);
            fprintf(out, "\n");
        }
}

/* More threads are not always faster: said for the levels where they are not. */
static void write_best_threads(const cb_levels *levels, FILE *out)
{
    int threads[CB_THREADS_MAX];
    size_t count = cb_levels_threads(levels, threads, CB_THREADS_MAX);
    for (size_t l = 0; l < levels->level_count && count > 1; l++) {
        const cb_rate *best = cb_levels_best_rate(levels, "read", l, CB_FORM_BEST);
        const cb_rate *all = cb_levels_rate(levels, "read", l, threads[count - 1], CB_FORM_BEST);
        if (best && all && best->threads != all->threads)
            fprintf(out, "    %s is read fastest with %d thread%s: %s; %d give %s\n",
                    levels->level[l].name, best->threads, plural(best->threads),
                    cb_format_si(best->bytes_per_s, "B/s").text, all->threads,
                    cb_format_si(all->bytes_per_s, "B/s").text);
    }
}

static void write_size(const cb_levels *levels, const cb_level *level, FILE *out)
{
    cb_text stated = cb_format_bytes((uint64_t)level->stated_bytes);
    cb_text largest = cb_format_bytes((uint64_t)levels->largest_block_bytes);
    cb_text measured = cb_level_size_text(level->measured_bytes);
    fprintf(out, "    %-4s ", level->name);
    switch (level->verdict) {
    case CB_SIZE_AGREES:
    case CB_SIZE_DISAGREES:
        fprintf(out, "%s measured, %s stated: %s", measured.text, stated.text,
                level->verdict == CB_SIZE_AGREES ? "agree" : "DISAGREE");
        break;
    case CB_SIZE_NO_EDGE:
        fprintf(out, "no edge found up to %s, %s stated", largest.text, stated.text);
        break;
    case CB_SIZE_UNKNOWN:
        fprintf(out,
                level->measured_bytes > 0 ? "%s measured, not stated" : "%s stated, not measured",
                level->measured_bytes > 0 ? measured.text : stated.text);
        break;
    }
    if (level->latency_s > 0)
        fprintf(out, "; latency %s", cb_format_si(level->latency_s, "s").text);
    if (level->latency_cycles > 0)
        fprintf(out, " (%.1f cycles)", level->latency_cycles);
    fprintf(out, "\n");
}

static void write_sizes(const cb_levels *levels, FILE *out)
{
    fprintf(out, "  caches\n");
    for (size_t l = 0; l + 1 < levels->level_count; l++)
        write_size(levels, &levels->level[l], out);
    const cb_level *ram = &levels->level[levels->level_count - 1];
    if (ram->latency_s > 0)
        fprintf(out, "    %-4s latency %s\n", ram->name, cb_format_si(ram->latency_s, "s").text);
    if (levels->level_count == 1)
        fprintf(out, "    none stated and no edge found\n");
}

static void write_ridges(const json_t *document, const cb_levels *levels, FILE *out)
{
    const char *dtypes[CB_DTYPES_MAX];
    int threads[CB_THREADS_MAX];
    size_t dtype_count = cb_roofline_dtypes(document, levels->core_kind, dtypes, CB_DTYPES_MAX);
    bool titled = false;
    for (size_t d = 0; d < dtype_count; d++) {
        size_t count = cb_roofline_threads(document, levels, dtypes[d], threads, CB_THREADS_MAX);
        cb_roofline r;
        while (count--) { /* the largest count that has both kinds of roofs */
            cb_roofline_build(document, levels, dtypes[d], threads[count], &r);
            if (r.compute_count && r.memory_count)
                break;
        }
        if (count == (size_t)-1)
            continue;
        if (!titled)
            fprintf(out, "  ridge points: operations a byte below which reading from the level "
                         "limits\n");
        titled = true;
        fprintf(out, "    %-6s  %d thread%s ", dtypes[d], r.threads, plural(r.threads));
        for (size_t m = 0; m < r.memory_count; m++)
            fprintf(out, "  %s%s %.3g", r.memory[m].level,
                    r.memory[m].origin == CB_ORIGIN_LIMIT ? " (port limit)"
                    : r.memory[m].form == CB_FORM_NARROW  ? " (64-bit loads)"
                                                          : "",
                    r.memory[m].ridge);
        fprintf(out, "\n");
    }
}

typedef struct {
    size_t rows, skipped, failed, drifted, unconverged, published;
    double disturbed, samples;
} doubts;

static doubts count_doubts(const json_t *document)
{
    doubts d = {0};
    d.rows = cb_results_count(document);
    for (size_t i = 0; i < d.rows; i++) {
        const json_t *row = cb_results_row(document, i);
        d.skipped += cb_row_is(row, "status", "skipped");
        d.failed += cb_row_is(row, "status", "failed");
        d.drifted += json_is_true(json_object_get(row, "clock_drifted"));
        d.unconverged += json_is_false(json_object_get(row, "converged"));
        d.published += cb_row_published(row);
        d.disturbed += cb_row_number(row, "disturbed", 0);
        d.samples +=
            (double)json_array_size(json_object_get(json_object_get(row, "time_s"), "samples"));
    }
    return d;
}

static bool is_known_peak(const json_t *row)
{
    return cb_row_ok(row) && cb_row_is(row, "family", "peak") &&
           cb_row_number(row, "theoretical.share", 0) > 0;
}

/* Independent multiply-adds that start less often than the core can start them, on a machine that
 * runs nothing else: another hardware thread of the core, perhaps a neighbour's, takes the rest. */
static void write_lost_ports(const json_t *document, FILE *out)
{
    static const double LOW = 0.97;
    size_t rows = cb_results_count(document), known = 0, low = 0;
    double *shares = malloc((rows + 1) * sizeof *shares);
    for (size_t i = 0; shares && i < rows; i++) {
        const json_t *row = cb_results_row(document, i);
        if (!is_known_peak(row))
            continue;
        shares[known] = cb_row_number(row, "theoretical.share", 0);
        low += shares[known++] < LOW;
    }
    if (low > known / 2)
        fprintf(out,
                "  warning: %zu of %zu peaks stand below %.2f of what this core can start (median "
                "%.2f): something else used the core, perhaps a neighbour on its other hardware "
                "thread; measure again at a calmer time\n",
                low, known, LOW, cb_quantile(shares, known, 0.5));
    free(shares);
}

static void write_doubts(const json_t *document, FILE *out)
{
    doubts d = count_doubts(document);
    if (d.published)
        fprintf(out,
                "  %zu of %zu figures were published by others; nothing was measured for "
                "them here\n",
                d.published, d.rows);
    if (d.failed)
        fprintf(out, "  warning: %zu kernels computed wrong results; their figures are left out\n",
                d.failed);
    if (d.skipped)
        fprintf(out, "  %zu of %zu benchmarks were skipped; each row says why\n", d.skipped,
                d.rows);
    if (d.drifted)
        fprintf(out,
                "  warning: the clock moved by more than 2 %% during %zu of %zu benchmarks; "
                "compare figures a cycle, not a second\n",
                d.drifted, d.rows);
    if (d.unconverged)
        fprintf(out,
                "  warning: %zu of %zu benchmarks ran out of time before their median was "
                "known to 1 %%\n",
                d.unconverged, d.rows);
    write_lost_ports(document, out);
    if (d.disturbed > 0.01 * d.samples && d.samples > 0)
        fprintf(out,
                "  %.0f %% of the samples were disturbed (another program, an interrupt, a "
                "clock step) and left out\n",
                100 * d.disturbed / d.samples);
    if (json_is_true(
            json_object_get(json_object_get(json_object_get(document, "context"), "environment"),
                            "virtual_machine")))
        fprintf(out, "  this is a virtual machine: neighbours share its caches and its memory\n");
}

cb_status cb_summary_write(const json_t *document, FILE *out, cb_error *err)
{
    const char *kinds[CB_DTYPES_MAX];
    const char *name = text_at(document, "context.machine.name", "unknown machine");
    const char *model = text_at(document, "context.machine.cpu_model", "unknown processor");
    if (cb_results_emulated(document)) {
        fprintf(out, "%s (%s): measured under an emulator, so there are no figures to quote\n",
                name, model);
        goto out;
    }
    size_t kind_count = cb_rows_core_kinds(document, kinds, CB_DTYPES_MAX);
    for (size_t k = 0; k < kind_count; k++) {
        cb_levels levels;
        cb_status status = cb_levels_find(document, kinds[k], err, &levels);
        if (status)
            return status;
        fprintf(out, "%s: %s%s%s\n", name, model, kinds[k] ? ", cores: " : "",
                kinds[k] ? kinds[k] : "");
        write_peaks(document, &levels, out);
        write_bandwidths(&levels, out);
        write_best_threads(&levels, out);
        write_sizes(&levels, out);
        write_ridges(document, &levels, out);
        cb_levels_free(&levels);
    }
    write_doubts(document, out);
out:
    return ferror(out) ? cb_fail(err, CB_IO, "the summary could not be written") : CB_OK;
}
