#include "bench/peak/peak.h"

#include "bench/peak/state.h"
#include "results/attempts.h"

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

static double ops_per_instruction(const cb_peak_kernel *k)
{
    return k->ops_per_step / k->instructions_per_step;
}

const cb_peak_kernel *cb_peak_best_selected(const cb_bench *bench, const char *dtype)
{
    const cb_peak_kernel *best = NULL;
    for (size_t i = 0; i < cb_peak_kernel_count; i++) {
        const cb_peak_kernel *k = &cb_peak_kernels[i];
        if (k->form == CB_PEAK_THROUGHPUT && (bench->isa & cb_isa_bit(k->isa)) &&
            strcmp(k->dtype, dtype) == 0 && cb_bench_selects(bench, k->name) &&
            (!best || ops_per_instruction(k) > ops_per_instruction(best)))
            best = k;
    }
    return best;
}

const cb_peak_kernel *cb_peak_best(const char *dtype, cb_isa_set allowed)
{
    return cb_peak_best_selected(&(cb_bench){.isa = allowed}, dtype);
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
    return json_pack("{s:s, s:i, s:i, s:I, s:f}", "form",
                     k->form == CB_PEAK_LATENCY ? "latency" : "throughput", "chains", k->chains,
                     "steps", k->steps, "vector_bytes", (json_int_t)k->vector_bytes,
                     "instructions_per_step", k->instructions_per_step);
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
        cb_peak_check(row, state);
        if (k->form == CB_PEAK_LATENCY)
            cb_row_set_number(
                row, "latency_cycles",
                cb_row_number(row, "cycles", 0) / ((double)state->iterations * k->steps), NULL);
        else
            cb_peak_set_theoretical(row, k, kind);
    }
    return bench->emit(bench->sink, row, err);
}

/* Cycles of a repeat that one thread alone took in an earlier attempt; 0: there was none. */
static double earlier_cycles(const cb_bench *bench, const cb_peak_kernel *k,
                             const cb_core_kind *kind)
{
    cb_row_key key = key_of(k, kind, 1);
    json_t *params = params_of(k);
    const json_t *row = bench->earlier ? cb_attempts_row(bench->earlier, &key, params) : NULL;
    json_decref(params);
    return row ? cb_row_number(row, "cycles", 0) : 0;
}

/* Cycles of a repeat on each of several threads: what one alone took, or what the core is known for
 * where that one was not seen undisturbed. */
static double expected_cycles(const cb_bench *bench, const cb_peak_state *state,
                              const cb_core_kind *kind, double alone)
{
    static const double AT_LIMIT = 0.99;
    double iterations = (double)state->iterations;
    double limit = cb_peak_least_cycles(state->kernel, kind) * iterations;
    double cycles = alone > 0 ? alone * iterations : earlier_cycles(bench, state->kernel, kind);
    return limit > 0 && cycles > limit / AT_LIMIT ? limit : cycles;
}

/* `alone`: cycles of an iteration on one thread, 0 where that is not known yet. */
static cb_status measure_kernel(const cb_bench *bench, const cb_peak_kernel *kernel, cb_team *team,
                                const cb_core_kind *kind, double *alone, cb_error *err)
{
    int threads = (int)cb_team_size(team);
    cb_row_key key = key_of(kernel, kind, threads);
    if (!cb_bench_wants(bench, &key, params_of(kernel)))
        return CB_OK;
    if (!(bench->isa & cb_isa_bit(kernel->isa))) {
        char reason[96];
        snprintf(reason, sizeof reason, "needs %s, which this machine or --isa does not offer",
                 cb_isa_name(kernel->isa));
        return cb_bench_skip(bench, &key, params_of(kernel), reason, err);
    }
    cb_peak_state state;
    cb_status status = cb_peak_state_new(kernel, threads, err, &state);
    if (status != CB_OK)
        return status;
    cb_case one = cb_peak_case(&state);
    one.expected_cycles = threads > 1 ? expected_cycles(bench, &state, kind, *alone) : 0;
    cb_samples samples;
    status = cb_measure(team, &bench->timer, &bench->sampling, &one, 1, bench->stop, err, &samples);
    if (status == CB_OK || status == CB_INTERRUPTED) {
        if (threads == 1 && samples.count)
            *alone = cb_samples_summary(&samples, samples.cycles).median / (double)state.iterations;
        cb_status emitted = emit_row(bench, &state, kind, threads, &samples, err);
        status = emitted != CB_OK ? emitted : status;
        cb_samples_free(&samples);
    }
    cb_peak_state_free(&state);
    return status;
}

/* Where the run stands. */
typedef struct {
    size_t done, total;
    double *alone; /* of each kernel: cycles of an iteration on one thread of this core kind */
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
        cb_status status = measure_kernel(bench, k, team, kind, &count->alone[i], err);
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
        status = cb_peak_run_paper(bench, options, kind, threads, err);
    else {
        status = cb_team_start(cpus, (size_t)threads, err, &team);
        if (status == CB_OK)
            status = measure_all(bench, options, team, &m->kinds[kind], count, err);
        cb_team_stop(team);
    }
    free(cpus);
    return status;
}

/* "f32,f64,...": every type of the table once. */
static void list_dtypes(char *known, size_t bytes)
{
    *known = 0;
    for (size_t i = 0; i < cb_peak_kernel_count; i++) {
        const char *dtype = cb_peak_kernels[i].dtype;
        size_t length = strlen(known);
        if (!in_list(known, dtype))
            snprintf(known + length, bytes - length, "%s%s", length ? "," : "", dtype);
    }
}

static cb_status check_dtypes(const char *dtypes, cb_error *err)
{
    char known[256];
    list_dtypes(known, sizeof known);
    for (const char *at = dtypes; at;) {
        int length = (int)strcspn(at, ",");
        char one[32];
        snprintf(one, sizeof one, "%.*s", length, at);
        if (!length || !in_list(known, one))
            return cb_fail(err, CB_USAGE, "--dtype %s: no peak kernel has '%s'; there are %s",
                           dtypes, one, known);
        at = at[length] ? at + length + 1 : NULL;
    }
    return CB_OK;
}

static cb_status run_kind(const cb_bench *bench, const cb_peak_options *options, int kind,
                          steps *count, cb_error *err)
{
    cb_status status = CB_OK;
    memset(count->alone, 0, cb_peak_kernel_count * sizeof *count->alone);
    for (size_t t = 0; t < bench->thread_count && status == CB_OK; t++)
        status = run_threads(bench, options, kind, bench->threads[t], count, err);
    return status;
}

cb_status cb_peak_run(const cb_bench *bench, const cb_peak_options *options, cb_error *err)
{
    cb_status status = check_dtypes(options->dtypes, err);
    if (status != CB_OK)
        return status;
    if (options->paper_mode && options->dtypes && !in_list(options->dtypes, "f32"))
        return cb_fail(err, CB_USAGE, "--dtype %s: --paper measures f32; leave --dtype out",
                       options->dtypes);
    steps count = {0};
    for (size_t i = 0; i < cb_peak_kernel_count; i++)
        count.total += wants(bench, options, &cb_peak_kernels[i]);
    if (!count.total)
        return cb_fail(err, CB_USAGE,
                       "no peak kernel matches --kernel '%s' and --dtype together; "
                       "`cachebound list` shows what there is",
                       bench->kernel_glob ? bench->kernel_glob : "*");
    count.total *= bench->thread_count * (bench->core_kind < 0 ? bench->machine->kind_count : 1);
    count.alone = calloc(cb_peak_kernel_count, sizeof *count.alone);
    if (!count.alone)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu kernels", cb_peak_kernel_count);
    for (size_t kind = 0; kind < bench->machine->kind_count && status == CB_OK; kind++)
        if (bench->core_kind < 0 || (size_t)bench->core_kind == kind)
            status = run_kind(bench, options, (int)kind, &count, err);
    free(count.alone);
    return status;
}
