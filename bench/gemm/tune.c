/* The autotuner: measures candidates on one product, all, some drawn, or the best by prediction. */
#include "bench/gemm/candidates.h"
#include "bench/gemm/predict.h"
#include "bench/gemm/probe.h"
#include "bench/gemm/product.h"
#include "bench/gemm/variant_tuned.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 16 };

typedef struct {
    const cb_gemm_plan *plan;
    double predicted_s, measured_s;
} trial;

typedef struct {
    const cb_gemm_stage *stage;
    cb_gemm_product_buffers buffers;
    cb_gemm_problem problem;
    cb_gemm_candidates candidates;
    trial *trials; /* all candidates; the first `count` are measured */
    size_t count;
    const char *bandwidths_from;
} search;

static const char *search_name(cb_gemm_search s)
{
    static const char *const names[] = {"none", "exhaustive", "random", "guided"};
    return names[s];
}

static const cb_gemm_variant *tuned_variant(void)
{
    const cb_gemm_variant *v = cb_gemm_variants;
    while (strcmp(v->name, "tuned") != 0)
        v++;
    return v;
}

/* ---- which ---- */

static int by_prediction(const void *a, const void *b)
{
    double x = ((const trial *)a)->predicted_s, y = ((const trial *)b)->predicted_s;
    return (x > y) - (x < y);
}

static void shuffle(trial *trials, size_t count)
{
    uint64_t state = 20240501;
    for (size_t i = count; i > 1; i--) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t j = (size_t)((state >> 33) % i);
        trial swap = trials[i - 1];
        trials[i - 1] = trials[j];
        trials[j] = swap;
    }
}

/* A tenth, at least one. */
static void choose_trials(search *s)
{
    size_t all = s->candidates.count, tenth = all / 10 ? all / 10 : 1;
    if (s->stage->options->search == CB_GEMM_GUIDED)
        qsort(s->trials, all, sizeof *s->trials, by_prediction);
    if (s->stage->options->search == CB_GEMM_RANDOM)
        shuffle(s->trials, all);
    s->count = s->stage->options->search == CB_GEMM_EXHAUSTIVE ? all : tenth;
}

static cb_status make_trials(search *s, cb_error *err)
{
    cb_gemm_target target = cb_gemm_target_of(&s->buffers.work);
    cb_gemm_core_rates rates = cb_gemm_rates_of(target.machine, target.cpu, s->problem.threads);
    cb_status status =
        cb_gemm_candidates_new(&s->problem, &target, CB_GEMM_ALL, err, &s->candidates);
    if (status != CB_OK)
        return status;
    s->trials = calloc(s->candidates.count, sizeof *s->trials);
    if (!s->trials)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu trials", s->candidates.count);
    s->bandwidths_from = cb_gemm_probe(s->stage, &rates);
    for (size_t i = 0; i < s->candidates.count; i++) {
        const cb_gemm_plan *plan = &s->candidates.plans[i];
        s->trials[i] = (trial){
            plan, cb_gemm_predict_cycles(plan, &s->problem, &rates) / rates.clock_hz, INFINITY};
    }
    choose_trials(s);
    return CB_OK;
}

/* ---- measuring ---- */

static cb_sampling short_sampling(const cb_bench *bench)
{
    cb_sampling s = bench->sampling;
    s.min_time_s = 1.5e-3;
    s.max_time_s = 6e-3;
    s.min_samples = 6;
    return s;
}

/* Prepares one candidate with the given plan. */
static cb_status prepare(search *s, const cb_gemm_plan *plan, cb_error *err, cb_gemm_prepared *p)
{
    s->buffers.work.plan = plan;
    return cb_gemm_prepare_tuned(&s->buffers.work, err, p);
}

static cb_status measure_batch(search *s, trial *trials, size_t count, cb_error *err)
{
    const cb_bench *bench = s->stage->bench;
    cb_gemm_prepared prepared[BATCH];
    cb_case cases[BATCH];
    cb_samples samples[BATCH];
    cb_sampling sampling = short_sampling(bench);
    size_t ready = 0;
    cb_status status = CB_OK;
    for (; ready < count && status == CB_OK; ready += status == CB_OK) {
        status = prepare(s, trials[ready].plan, err, &prepared[ready]);
        cases[ready] = (cb_case){.run = cb_gemm_run_tuned, .steadiness = CB_VARIES};
        if (status == CB_OK)
            cases[ready].arg = prepared[ready].state;
    }
    if (status == CB_OK)
        status = cb_measure(s->stage->team, &bench->timer, &sampling, cases, count, bench->stop,
                            err, samples);
    bool measured = ready == count && (status == CB_OK || status == CB_INTERRUPTED);
    for (size_t i = 0; measured && i < count; i++) {
        if (samples[i].count)
            /* The lower quartile: neighbours make samples longer, and a thread that starts late
             * can make one of them shorter. */
            trials[i].measured_s = cb_quantile(samples[i].elapsed_s, samples[i].count, 0.25);
        cb_samples_free(&samples[i]);
    }
    for (size_t i = 0; i < ready; i++)
        cb_gemm_release_tuned(prepared[i].state);
    return status;
}

static cb_status log_trials(search *s, const trial *trials, size_t count, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < count && status == CB_OK && s->stage->log; i++)
        if (isfinite(trials[i].measured_s))
            status = cb_tune_log_add(s->stage->log, &s->problem, trials[i].plan,
                                     search_name(s->stage->options->search), trials[i].measured_s,
                                     trials[i].predicted_s, err);
    return status;
}

static cb_status measure_trials(search *s, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < s->count && status == CB_OK; i += BATCH) {
        size_t count = s->count - i < BATCH ? s->count - i : BATCH;
        status = measure_batch(s, s->trials + i, count, err);
        cb_status logged = log_trials(s, s->trials + i, count, err);
        status = status ? status : logged;
    }
    return status;
}

static const trial *best_of(const search *s)
{
    const trial *best = s->trials;
    for (size_t i = 1; i < s->count; i++)
        if (s->trials[i].measured_s < best->measured_s)
            best = &s->trials[i];
    return best;
}

/* ---- the rows: the default and the best, beside each other and the peak kernel ---- */

enum { PEAK, DEFAULT, BEST, DEFAULT_PACKING, BEST_PACKING, CASES };

typedef struct {
    cb_gemm_plan plans[BEST + 1];
    cb_gemm_prepared prepared[BEST + 1];
    cb_gemm_verdict verdicts[BEST + 1];
    cb_samples samples[CASES]; /* without samples: not measured */
    cb_peak_state peak;
    int ready; /* of the plans that are prepared: DEFAULT to ready - 1 */
} final;

static cb_status prepare_final(search *s, final *f, cb_error *err)
{
    cb_gemm_target target = cb_gemm_target_of(&s->buffers.work);
    cb_status status = cb_gemm_plan_make(&s->problem, &target, err, &f->plans[DEFAULT]);
    f->plans[BEST] = *best_of(s)->plan;
    f->plans[BEST].origin = "tuned";
    for (f->ready = DEFAULT; f->ready <= BEST && status == CB_OK; f->ready += status == CB_OK) {
        status = prepare(s, &f->plans[f->ready], err, &f->prepared[f->ready]);
        if (status == CB_OK)
            status = cb_gemm_verify(s->stage, &s->buffers.work, tuned_variant(),
                                    f->prepared[f->ready].state, err, &f->verdicts[f->ready]);
    }
    if (status == CB_OK && s->stage->peak)
        status = cb_peak_state_new(s->stage->peak, s->stage->threads, err, &f->peak);
    return status;
}

static cb_status emit_final(search *s, final *f, int which, cb_error *err)
{
    const cb_gemm_stage *stage = s->stage;
    json_t *row = cb_gemm_row(stage, &s->buffers.work, "tuned", f->prepared[which].kernel,
                              cb_isa_name(f->prepared[which].isa));
    if (!row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    f->prepared[which].describe(f->prepared[which].state, row);
    cb_gemm_row_finish(row, stage, &f->samples[which], &f->verdicts[which],
                       stage->peak ? &f->samples[PEAK] : NULL, &f->peak);
    cb_gemm_row_set_packing(row, &f->samples[DEFAULT_PACKING + which - DEFAULT]);
    json_object_set_new(row, "search",
                        json_pack("{s:s, s:I, s:I, s:s}", "kind",
                                  search_name(stage->options->search), "candidates",
                                  (json_int_t)s->candidates.count, "measured", (json_int_t)s->count,
                                  "bandwidths", s->bandwidths_from));
    return stage->bench->emit(stage->bench->sink, row, err);
}

/* Whether this is measured, and by what. */
static bool final_case(search *s, final *f, int which, cb_case *one)
{
    if (which == PEAK) {
        if (s->stage->peak)
            *one = cb_peak_case(&f->peak);
        return s->stage->peak;
    }
    bool packing = which >= DEFAULT_PACKING;
    const cb_gemm_prepared *p = &f->prepared[packing ? which - DEFAULT_PACKING + DEFAULT : which];
    *one = (cb_case){
        .run = packing ? p->pack : cb_gemm_run_tuned, .arg = p->state, .steadiness = CB_VARIES};
    return one->run;
}

static cb_status measure_final(search *s, final *f, cb_error *err)
{
    const cb_bench *bench = s->stage->bench;
    cb_case cases[CASES];
    cb_samples samples[CASES];
    int of[CASES];
    size_t count = 0;
    for (int i = PEAK; i < CASES; i++)
        if (final_case(s, f, i, &cases[count]))
            of[count++] = i;
    cb_status status = cb_measure(s->stage->team, &bench->timer, &bench->sampling, cases, count,
                                  bench->stop, err, samples);
    if (status != CB_OK && status != CB_INTERRUPTED)
        return status;
    for (size_t i = 0; i < count; i++)
        f->samples[of[i]] = samples[i];
    for (int i = DEFAULT; i <= BEST; i++) {
        cb_status emitted = emit_final(s, f, i, err);
        status = emitted != CB_OK ? emitted : status;
    }
    return status;
}

static void release_final(final *f)
{
    for (int i = DEFAULT; i < f->ready; i++)
        cb_gemm_release_tuned(f->prepared[i].state);
    for (int i = 0; i < CASES; i++)
        cb_samples_free(&f->samples[i]);
    if (f->peak.operands)
        cb_peak_state_free(&f->peak);
}

static cb_status skip(const cb_gemm_stage *stage, const cb_gemm_shape *shape, const char *reason,
                      cb_error *err)
{
    const cb_gemm_work work = {.type = cb_gemm_type_of(stage->dtype), .shape = *shape};
    json_t *row = cb_gemm_row(stage, &work, "tuned", "-", NULL);
    if (!row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    cb_row_set_status(row, "skipped", reason);
    return stage->bench->emit(stage->bench->sink, row, err);
}

cb_status cb_gemm_tune_run(const cb_gemm_stage *stage, const cb_gemm_shape *shape,
                           const char *transposes, cb_error *err)
{
    search s = {.stage = stage};
    final f = {.ready = DEFAULT};
    cb_error why;
    cb_status status = cb_gemm_buffers_new(stage, shape, transposes, &why, &s.buffers);
    if (status == CB_OK) {
        s.problem = cb_gemm_problem_of(&s.buffers.work);
        status = make_trials(&s, &why);
    }
    if (status == CB_UNSUPPORTED)
        status = skip(stage, shape, why.text, err);
    else if (status != CB_OK)
        cb_fail(err, status, "%s", why.text);
    if (!s.trials || status != CB_OK)
        goto out;
    status = measure_trials(&s, err);
    status = status ? status : prepare_final(&s, &f, err);
    status = status ? status : measure_final(&s, &f, err);
out:
    release_final(&f);
    free(s.trials);
    cb_gemm_candidates_free(&s.candidates);
    cb_gemm_buffers_free(&s.buffers);
    return status;
}
