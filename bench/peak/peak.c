#include "bench/peak/peak.h"

#include "bench/peak/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether `name` is one of the comma-separated names. */
static bool in_list(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || !at[length]))
            return true;
    }
    return false;
}

static bool wants(const cb_bench *bench, const cb_peak_options *options, const cb_peak_kernel *k)
{
    return (options->latency || k->form == CB_PEAK_THROUGHPUT) &&
           (!options->dtypes || in_list(options->dtypes, k->dtype)) &&
           cb_bench_selects(bench, k->name);
}

const cb_peak_kernel *cb_peak_best(const char *dtype, cb_isa_set allowed)
{
    const cb_peak_kernel *best = NULL;
    for (size_t i = 0; i < cb_peak_kernel_count; i++) {
        const cb_peak_kernel *k = &cb_peak_kernels[i];
        if (k->form == CB_PEAK_THROUGHPUT && (allowed & cb_isa_bit(k->isa)) &&
            strcmp(k->dtype, dtype) == 0 && (!best || k->ops_per_step > best->ops_per_step))
            best = k;
    }
    return best;
}

static cb_row_key key_of(const cb_peak_kernel *kernel, const cb_core_kind *kind, int threads)
{
    return (cb_row_key){.family = "peak",
                        .kernel = kernel->name,
                        .variant = kernel->form == CB_PEAK_LATENCY ? "latency" : "throughput",
                        .dtype = kernel->dtype,
                        .isa = cb_isa_name(kernel->isa),
                        .core_kind = kind->name,
                        .threads = threads};
}

static json_t *params_of(const cb_peak_kernel *k)
{
    return json_pack("{s:s, s:i, s:i, s:I, s:i}", "form",
                     k->form == CB_PEAK_LATENCY ? "latency" : "throughput", "chains", k->chains,
                     "steps", k->steps, "vector_bytes", (json_int_t)k->vector_bytes,
                     "instructions_per_step", k->instructions_per_step);
}

/* What the core is known for, at the clock that was measured: {steps_per_cycle, ops_per_cycle,
 * ops_per_s, share}, or null and why. */
static void set_theoretical(json_t *row, const cb_peak_kernel *k, const cb_core_kind *kind)
{
    double rate = cb_core_limit(kind, k->limit);
    if (k->limit && strncmp(k->limit, "simd_", 5) == 0)
        rate /= k->instructions_per_step;
    double clock_hz = cb_row_number(row, "clock_hz", 0);
    if (rate <= 0) {
        char reason[160];
        snprintf(reason, sizeof reason, "%s is not known for %s",
                 k->limit ? k->limit : "a rate of this instruction sequence", kind->name);
        json_object_set_new(row, "theoretical", json_null());
        json_object_set_new(row, "theoretical_reason", json_string(reason));
        return;
    }
    double ops_per_cycle = rate * k->ops_per_step;
    double ops_per_s = ops_per_cycle * clock_hz * cb_row_number(row, "threads", 1);
    json_object_set_new(row, "theoretical",
                        json_pack("{s:s, s:f, s:f, s:f, s:f}", "limit", k->limit, "steps_per_cycle",
                                  rate, "ops_per_cycle", ops_per_cycle, "ops_per_s", ops_per_s,
                                  "share", cb_row_number(row, "ops_per_cycle", 0) / ops_per_cycle));
}

static cb_status emit_row(const cb_bench *bench, const cb_peak_state *state,
                          const cb_core_kind *kind, int threads, const cb_samples *samples,
                          cb_error *err)
{
    const cb_peak_kernel *k = state->kernel;
    cb_row_key key = key_of(k, kind, threads);
    json_t *row = cb_row_new(&key, params_of(k));
    if (!row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    cb_row_set_work(row, cb_peak_ops(state) * threads, 0);
    cb_bench_set_samples(row, samples);
    if (samples->count) {
        bool equal = cb_peak_equals_oracle(state);
        cb_row_set_check(row, k->oracle_name, 0, equal);
        if (!equal)
            cb_row_set_status(row, "failed", "differs from its scalar twin");
        if (k->form == CB_PEAK_LATENCY)
            cb_row_set_number(
                row, "latency_cycles",
                cb_row_number(row, "cycles", 0) / ((double)state->iterations * k->steps), NULL);
        else
            set_theoretical(row, k, kind);
    }
    return bench->emit(bench->sink, row, err);
}

static cb_status measure_kernel(const cb_bench *bench, const cb_peak_kernel *kernel, cb_team *team,
                                const cb_core_kind *kind, cb_error *err)
{
    int threads = (int)cb_team_size(team);
    if (!(bench->isa & cb_isa_bit(kernel->isa))) {
        char reason[96];
        snprintf(reason, sizeof reason, "needs %s, which this machine or --isa does not offer",
                 cb_isa_name(kernel->isa));
        cb_row_key key = key_of(kernel, kind, threads);
        return cb_bench_skip(bench, &key, params_of(kernel), reason, err);
    }
    cb_peak_state state;
    cb_status status = cb_peak_state_new(kernel, threads, err, &state);
    if (status != CB_OK)
        return status;
    cb_case one = cb_peak_case(&state);
    cb_samples samples;
    status = cb_measure(team, &bench->timer, &bench->sampling, &one, 1, bench->stop, err, &samples);
    if (status == CB_OK || status == CB_INTERRUPTED) {
        cb_status emitted = emit_row(bench, &state, kind, threads, &samples, err);
        status = emitted != CB_OK ? emitted : status;
        cb_samples_free(&samples);
    }
    cb_peak_state_free(&state);
    return status;
}

typedef struct {
    size_t done, total;
} steps;

static cb_status measure_all(const cb_bench *bench, const cb_peak_options *options, cb_team *team,
                             const cb_core_kind *kind, steps *count, cb_error *err)
{
    for (size_t i = 0; i < cb_peak_kernel_count; i++) {
        const cb_peak_kernel *k = &cb_peak_kernels[i];
        if (!wants(bench, options, k))
            continue;
        char what[128];
        snprintf(what, sizeof what, "peak %s, %zu thread%s", k->name, cb_team_size(team),
                 cb_team_size(team) > 1 ? "s" : "");
        if (bench->progress)
            bench->progress(bench->sink, count->done, count->total, what);
        count->done++;
        cb_status status = measure_kernel(bench, k, team, kind, err);
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

static cb_status skip_threads(const cb_bench *bench, const cb_core_kind *kind, int threads,
                              cb_error *err)
{
    cb_row_key key = {.family = "peak",
                      .kernel = "-",
                      .dtype = "-",
                      .isa = "-",
                      .core_kind = kind->name,
                      .threads = threads};
    return cb_bench_skip(bench, &key, json_object(),
                         "this core kind has fewer CPUs that may be used", err);
}

static cb_status run_threads(const cb_bench *bench, const cb_peak_options *options, int kind,
                             int threads, steps *count, cb_error *err)
{
    const cb_machine *m = bench->machine;
    int *cpus = calloc(m->cpu_count + 1, sizeof *cpus);
    if (!cpus)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu CPU numbers", m->cpu_count);
    size_t have = cb_machine_cpus_of_kind(m, kind, cpus, m->cpu_count);
    cb_team *team = NULL;
    cb_status status;
    if ((size_t)threads > have)
        status = skip_threads(bench, &m->kinds[kind], threads, err);
    else if (options->paper_mode)
        status = cb_peak_run_paper(bench, kind, threads, err);
    else {
        status = cb_team_start(cpus, (size_t)threads, err, &team);
        if (status == CB_OK)
            status = measure_all(bench, options, team, &m->kinds[kind], count, err);
        cb_team_stop(team);
    }
    free(cpus);
    return status;
}

static cb_status check_dtypes(const cb_peak_options *options, cb_error *err)
{
    char known[256] = "";
    size_t matching = 0;
    for (size_t i = 0; i < cb_peak_kernel_count; i++) {
        const char *dtype = cb_peak_kernels[i].dtype;
        matching += !options->dtypes || in_list(options->dtypes, dtype);
        if (!in_list(known, dtype) && strlen(known) + strlen(dtype) + 2 < sizeof known) {
            strcat(known, *known ? "," : "");
            strcat(known, dtype);
        }
    }
    if (matching)
        return CB_OK;
    return cb_fail(err, CB_USAGE, "--dtype %s: no peak kernel has it; there are %s",
                   options->dtypes, known);
}

cb_status cb_peak_run(const cb_bench *bench, const cb_peak_options *options, cb_error *err)
{
    cb_status status = check_dtypes(options, err);
    if (status != CB_OK)
        return status;
    steps count = {0};
    for (size_t i = 0; i < cb_peak_kernel_count; i++)
        count.total += wants(bench, options, &cb_peak_kernels[i]);
    if (!count.total)
        return cb_fail(err, CB_USAGE,
                       "no peak kernel matches --kernel '%s' and --dtype together; "
                       "`cachebound list` shows what there is",
                       bench->kernel_glob ? bench->kernel_glob : "*");
    count.total *= bench->thread_count * bench->machine->kind_count;
    for (size_t kind = 0; kind < bench->machine->kind_count; kind++) {
        if (bench->core_kind >= 0 && (size_t)bench->core_kind != kind)
            continue;
        for (size_t t = 0; t < bench->thread_count; t++) {
            status = run_threads(bench, options, (int)kind, bench->threads[t], &count, err);
            if (status != CB_OK)
                return status;
        }
    }
    return CB_OK;
}
