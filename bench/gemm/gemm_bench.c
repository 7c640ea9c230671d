#include "bench/gemm/gemm_bench.h"

#include "bench/gemm/peer.h"
#include "bench/gemm/product.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char all_transposes[] = "nn,nt,tn,tt", known_transposes[] = "nn,nt,tn,tt,np,tp,ns,ts";
static const char all_dtypes[] = "f32,f64,f16,bf16";

typedef struct {
    const cb_bench *bench;
    cb_gemm_options options; /* with the planned shapes, if none were given */
    cb_gemm_shape *planned;
    cb_tune_log *log;
    size_t done, total; /* products, for the progress bar */
} run;

/* ---- words ---- */

static bool next_word(const char **at, char *word, size_t bytes)
{
    if (!*at)
        return false;
    size_t length = strcspn(*at, ",");
    snprintf(word, bytes, "%.*s", (int)(length < bytes ? length : bytes - 1), *at);
    *at = (*at)[length] ? *at + length + 1 : NULL;
    return true;
}

static cb_status check_words(const char *option, const char *list, const char *known, cb_error *err)
{
    char word[32];
    const char *at = list && strcmp(list, "all") != 0 ? list : NULL;
    while (next_word(&at, word, sizeof word))
        if (!*word || !cb_gemm_is_listed(known, word) || strcmp(word, "all") == 0)
            return cb_fail(err, CB_USAGE, "%s: '%s' is none of %s", option, word, known);
    return CB_OK;
}

static cb_status check_variants(const char *list, cb_error *err)
{
    char known[256] = "";
    for (size_t i = 0; i < cb_gemm_variant_count(); i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? "," : "", cb_gemm_variant_name(i));
    }
    return check_words("--variant", list, known, err);
}

/* ---- the planned shapes ---- */

static bool add_shape(cb_gemm_shape *shapes, size_t *count, const char *name, double m, double n,
                      double k)
{
    cb_gemm_shape *s = &shapes[*count];
    *s = (cb_gemm_shape){.m = (size_t)m, .n = (size_t)n, .k = (size_t)k};
    snprintf(s->name, sizeof s->name, "%s", name);
    ++*count;
    return true;
}

/* For each memory level a product whose B fills about half of it, 64 or fewer times over: what
 * `onereadpermac` is for. The last is four times the last cache, if that is below 256 MiB. */
static void plan_levels(const run *r, size_t *count)
{
    static const char *const names[] = {"L1", "L2", "L3"};
    double last = 16 << 20;
    for (int level = 1; level <= 3; level++) {
        double bytes = (double)cb_machine_cache_bytes(r->bench->machine, level, 0);
        last = bytes > last ? bytes : last;
        if (bytes > 0 && level < 3)
            add_shape(r->planned, count, names[level - 1], 64, 128, floor(bytes / 2 / 512));
    }
    add_shape(r->planned, count, "RAM", 2, 1024, floor(fmin(4 * last, 256 << 20) / 4096));
}

/* The paper's N; without --quick also two sizes an octave from 8 to 4096 (which have them). */
static cb_status plan_shapes(run *r, cb_error *err)
{
    static const size_t papers[] = {32, 128, 256, 512, 1024};
    size_t count = 0;
    r->planned = calloc(32, sizeof *r->planned);
    if (!r->planned)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a list of shapes");
    if (r->bench->quick)
        for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
            add_shape(r->planned, &count, "", (double)papers[i], (double)papers[i],
                      (double)papers[i]);
    else
        for (int half = 6; half <= 24; half++) {
            double n = round(exp2(half / 2.0));
            add_shape(r->planned, &count, "", n, n, n);
        }
    if (!r->bench->quick)
        plan_levels(r, &count);
    r->options.shapes = r->planned;
    r->options.shape_count = count;
    return CB_OK;
}

/* ---- loops ---- */

static void tell(run *r, const cb_gemm_stage *stage, const cb_gemm_shape *s, const char *transposes)
{
    char text[160];
    snprintf(text, sizeof text, "gemm %s %s %zu x %zu x %zu, %d thread%s", stage->dtype, transposes,
             s->m, s->n, s->k, stage->threads, stage->threads > 1 ? "s" : "");
    if (r->bench->progress)
        r->bench->progress(r->bench->sink, r->done, r->total, text);
    r->done++;
}

static cb_status run_shapes(run *r, const cb_gemm_stage *stage, const char *transposes,
                            cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < r->options.shape_count && status == CB_OK; i++) {
        const cb_gemm_shape *shape = &r->options.shapes[i];
        tell(r, stage, shape, transposes);
        status = r->options.search == CB_GEMM_NO_SEARCH
                     ? cb_gemm_product_run(stage, shape, transposes, err)
                     : cb_gemm_tune_run(stage, shape, transposes, err);
    }
    return status;
}

/* The peak kernel's rate on one thread, to know what will take how long: half a millisecond. */
static double probe_peak(const cb_bench *bench, const cb_peak_kernel *kernel)
{
    cb_peak_state state;
    if (!kernel || cb_peak_state_new(kernel, 1, NULL, &state) != CB_OK)
        return 1e10;
    cb_case one = cb_peak_case(&state);
    uint64_t repeats = 1;
    double elapsed_s = 0;
    for (; elapsed_s < 5e-4 && repeats < UINT64_C(1) << 40; repeats *= 2) {
        uint64_t start = cb_timer_ticks(&bench->timer);
        one.run(one.arg, 0, repeats);
        elapsed_s = (double)(cb_timer_ticks(&bench->timer) - start) * bench->timer.seconds_per_tick;
    }
    double rate = cb_peak_ops(&state) * (double)repeats / 2 / elapsed_s;
    cb_peak_state_free(&state);
    return rate;
}

/* s8 runs on instructions of u8s8 where there are none of its own. */
static const cb_peak_kernel *best_peak(const char *dtype, cb_isa_set isa)
{
    const cb_peak_kernel *best = cb_peak_best(dtype, isa);
    return best || strcmp(dtype, "s8") != 0 ? best : cb_peak_best("u8s8", isa);
}

static cb_status run_stage(run *r, cb_gemm_stage *stage, cb_error *err)
{
    char dtype[16], transposes[16];
    cb_status status = CB_OK;
    const char *dtypes = r->options.dtypes ? r->options.dtypes : "f32";
    for (const char *d = strcmp(dtypes, "all") ? dtypes : all_dtypes;
         status == CB_OK && next_word(&d, dtype, sizeof dtype);) {
        const char *list = r->options.transposes ? r->options.transposes : "nn";
        stage->dtype = dtype;
        stage->peak = best_peak(dtype, r->bench->isa);
        stage->peak_ops_per_s = stage->threads * probe_peak(r->bench, stage->peak);
        for (const char *t = strcmp(list, "all") ? list : all_transposes;
             status == CB_OK && next_word(&t, transposes, sizeof transposes);)
            status = run_shapes(r, stage, transposes, err);
    }
    return status;
}

/* Libraries make their threads before the team pins the caller: a thread that a pinned one makes
 * inherits its one CPU. */
static void start_peers(const run *r, int threads)
{
    for (size_t i = 0; i < cb_gemm_variant_count(); i++) {
        const cb_gemm_variant *v = &cb_gemm_variants[i];
        if (v->start && r->options.search == CB_GEMM_NO_SEARCH &&
            cb_gemm_is_listed(r->options.variants, v->name) && !v->missing())
            v->start(threads);
    }
}

static cb_status skip_threads(const run *r, const char *core_kind, int threads, cb_error *err)
{
    const cb_row_key key = {.family = "gemm",
                            .kernel = "-",
                            .dtype = r->options.dtypes,
                            .isa = "-",
                            .core_kind = core_kind,
                            .threads = threads};
    return cb_bench_skip(r->bench, &key, json_object(),
                         "this core kind has fewer CPUs that may be used", err);
}

static cb_status run_threads(run *r, int kind, int threads, cb_error *err)
{
    const cb_machine *m = r->bench->machine;
    cb_gemm_stage stage = {.bench = r->bench,
                           .options = &r->options,
                           .log = r->log,
                           .threads = threads,
                           .core_kind = m->kinds[kind].name};
    int *cpus = calloc(m->cpu_count + 1, sizeof *cpus);
    if (!cpus)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu CPU numbers", m->cpu_count);
    size_t have = cb_machine_cpus_of_kind(m, kind, cpus, m->cpu_count);
    cb_status status;
    if ((size_t)threads > have) {
        status = skip_threads(r, stage.core_kind, threads, err);
    } else {
        start_peers(r, threads);
        stage.cpus = cpus;
        status = cb_team_start(cpus, (size_t)threads, err, &stage.team);
        if (status == CB_OK)
            status = run_stage(r, &stage, err);
        cb_team_stop(stage.team);
    }
    free(cpus);
    return status;
}

static size_t count_words(const char *list, const char *all, size_t fall_back)
{
    size_t count = list ? 1 : fall_back;
    if (list && strcmp(list, "all") == 0)
        list = all;
    for (; list && *list; list++)
        count += *list == ',';
    return count;
}

static cb_status run_kinds(run *r, cb_error *err)
{
    const cb_bench *b = r->bench;
    size_t kinds = b->core_kind < 0 ? b->machine->kind_count : 1;
    r->total = r->options.shape_count * count_words(r->options.dtypes, all_dtypes, 1) *
               count_words(r->options.transposes, all_transposes, 1) * b->thread_count * kinds;
    for (size_t kind = 0; kind < b->machine->kind_count; kind++) {
        if (b->core_kind >= 0 && (size_t)b->core_kind != kind)
            continue;
        for (size_t t = 0; t < b->thread_count; t++) {
            cb_status status = run_threads(r, (int)kind, b->threads[t], err);
            if (status != CB_OK)
                return status;
        }
    }
    return CB_OK;
}

cb_status cb_gemm_run(const cb_bench *bench, const cb_gemm_options *options, cb_error *err)
{
    run r = {.bench = bench, .options = *options};
    cb_status status = check_words("--dtype", options->dtypes, "f32,f64,f16,bf16,s8,u8s8", err);
    status =
        status ? status : check_words("--transpose", options->transposes, known_transposes, err);
    status = status ? status : check_variants(options->variants, err);
    if (status != CB_OK)
        return status;
    cb_peer_hold_to(bench->isa);
    if (options->log_path)
        status = cb_tune_log_read(options->log_path, bench->machine, err, &r.log);
    if (status == CB_OK && !options->shape_count)
        status = plan_shapes(&r, err);
    status = status ? status : run_kinds(&r, err);
    cb_tune_log_free(r.log);
    free(r.planned);
    return status;
}
