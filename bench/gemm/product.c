#include "bench/gemm/product.h"

#include "bench/gemm/peer.h"
#include "bench/gemm/variant_tuned.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_VARIANTS = 16 };

/* A variant that is ready to be measured. */
typedef struct {
    const cb_gemm_variant *variant;
    cb_gemm_prepared prepared;
    cb_gemm_verdict verdict;
    json_t *row;
    cb_samples samples, packing; /* of whole products; of their packing alone */
} entry;

typedef struct {
    const cb_gemm_stage *stage;
    cb_gemm_product_buffers buffers;
    entry entries[MOST_VARIANTS];
    size_t count;
    cb_peak_state peak_state;
    cb_samples peak_samples;
} group;

bool cb_gemm_is_listed(const char *list, const char *word)
{
    size_t length = strlen(word);
    if (!list || strcmp(list, "all") == 0)
        return true;
    for (const char *at = list; (at = strstr(at, word)); at++)
        if ((at == list || at[-1] == ',') && (at[length] == ',' || !at[length]))
            return true;
    return false;
}

/* ---- choosing ---- */

/* What was not asked for by its name is left out where one call would take seconds. */
static bool takes_too_long(const group *g, const cb_gemm_variant *variant)
{
    const cb_gemm_options *o = g->stage->options;
    const cb_gemm_shape *s = &g->buffers.work.shape;
    double ops = 2 * (double)s->m * (double)s->n * (double)s->k;
    double longest_s = g->stage->bench->quick ? 0.15 : 5;
    bool named = o->variants && strcmp(o->variants, "all") != 0;
    return !named && ops > longest_s * variant->floor_of_peak * g->stage->peak_ops_per_s;
}

static cb_status skip(const group *g, const cb_gemm_variant *variant, const char *reason,
                      cb_error *err)
{
    json_t *row =
        cb_gemm_row(g->stage, &g->buffers.work, variant ? variant->name : NULL, "-", NULL);
    if (!row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    cb_row_set_status(row, "skipped", reason);
    return g->stage->bench->emit(g->stage->bench->sink, row, err);
}

static const char *isa_name(cb_isa isa)
{
    return isa < CB_ISA_COUNT ? cb_isa_name(isa) : NULL;
}

static cb_status make_row(group *g, entry *e, cb_error *err)
{
    e->row = cb_gemm_row(g->stage, &g->buffers.work, e->variant->name, e->prepared.kernel,
                         isa_name(e->prepared.isa));
    if (!e->row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    if (e->prepared.describe)
        return e->prepared.describe(e->prepared.state, e->row);
    return CB_OK;
}

/* Prepares one variant, runs it once and checks it; or emits the row that says why not. */
static cb_status add_variant(group *g, const cb_gemm_variant *variant, cb_error *err)
{
    cb_error why;
    const char *missing = variant->missing ? variant->missing() : NULL;
    if (missing)
        return skip(g, variant, missing, err);
    if (takes_too_long(g, variant))
        return skip(g, variant, "one call would take seconds; ask for it with --variant", err);
    entry *e = &g->entries[g->count];
    *e = (entry){.variant = variant};
    cb_status status = variant->prepare(&g->buffers.work, &why, &e->prepared);
    if (status == CB_UNSUPPORTED)
        return skip(g, variant, why.text, err);
    if (status != CB_OK)
        return cb_fail(err, status, "%s", why.text);
    if (!cb_bench_selects(g->stage->bench, e->prepared.kernel)) {
        variant->release(e->prepared.state);
        return CB_OK;
    }
    g->count++;
    status = make_row(g, e, err);
    return status ? status
                  : cb_gemm_verify(g->stage, &g->buffers.work, variant, e->prepared.state, err,
                                   &e->verdict);
}

static cb_status add_variants(group *g, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < cb_gemm_variant_count() && status == CB_OK; i++)
        if (cb_gemm_is_listed(g->stage->options->variants, cb_gemm_variants[i].name))
            status = add_variant(g, &cb_gemm_variants[i], err);
    return status;
}

/* ---- measuring ---- */

typedef void run_fn(void *state, int thread, uint64_t repeats);

static cb_case case_of(const entry *e, run_fn *run)
{
    return (cb_case){.run = run, .arg = e->prepared.state, .steadiness = CB_VARIES};
}

/* A library with threads of its own is called by one thread alone, while ours sleep. */
static bool has_own_threads(const group *g, const entry *e)
{
    return e->variant->start && g->stage->threads > 1;
}

/* What is measured in turn, and where its samples go. */
typedef struct {
    cb_case cases[2 * MOST_VARIANTS + 1];
    cb_samples samples[2 * MOST_VARIANTS + 1];
    cb_samples *to[2 * MOST_VARIANTS + 1];
    size_t count;
} turns;

static void add_turn(turns *t, cb_case one, cb_samples *to)
{
    t->cases[t->count] = one;
    t->to[t->count++] = to;
}

/* The peak kernel and all variants that run on our threads; behind a variant its packing alone. */
static turns turns_of(group *g)
{
    turns t = {.count = 0};
    if (g->stage->peak)
        add_turn(&t, cb_peak_case(&g->peak_state), &g->peak_samples);
    for (size_t i = 0; i < g->count; i++) {
        entry *e = &g->entries[i];
        if (has_own_threads(g, e))
            continue;
        add_turn(&t, case_of(e, e->variant->run), &e->samples);
        if (e->prepared.pack)
            add_turn(&t, case_of(e, e->prepared.pack), &e->packing);
    }
    return t;
}

static cb_status measure_together(group *g, cb_error *err)
{
    const cb_gemm_stage *stage = g->stage;
    turns t = turns_of(g);
    if (!t.count)
        return CB_OK;
    cb_status status = cb_measure(stage->team, &stage->bench->timer, &stage->bench->sampling,
                                  t.cases, t.count, stage->bench->stop, err, t.samples);
    if (status != CB_OK && status != CB_INTERRUPTED)
        return status;
    for (size_t i = 0; i < t.count; i++)
        *t.to[i] = t.samples[i];
    return status;
}

/* The library's threads look for work for some 25 ms after a call (OpenBLAS), on our cores. */
static void let_them_sleep(void)
{
    const struct timespec pause = {.tv_nsec = 30000000};
    nanosleep(&pause, NULL);
}

static cb_status measure_alone(group *g, entry *e, cb_error *err)
{
    const cb_gemm_stage *stage = g->stage;
    cb_team *alone;
    cb_case one = case_of(e, e->variant->run);
    cb_status status = cb_team_start(stage->cpus, 1, err, &alone);
    if (status != CB_OK)
        return status;
    status = cb_measure(alone, &stage->bench->timer, &stage->bench->sampling, &one, 1,
                        stage->bench->stop, err, &e->samples);
    cb_team_stop(alone);
    let_them_sleep();
    return status;
}

static cb_status measure(group *g, cb_error *err)
{
    cb_status status = measure_together(g, err);
    for (size_t i = 0; i < g->count && status == CB_OK; i++)
        if (has_own_threads(g, &g->entries[i]))
            status = measure_alone(g, &g->entries[i], err);
    return status;
}

/* ---- rows ---- */

static cb_status emit(group *g, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < g->count; i++) {
        entry *e = &g->entries[i];
        if (!e->row || status != CB_OK)
            continue;
        cb_gemm_row_finish(e->row, g->stage, &e->samples, &e->verdict, &g->peak_samples,
                           &g->peak_state);
        cb_gemm_row_set_packing(e->row, &e->packing);
        json_t *row = e->row;
        e->row = NULL;
        status = g->stage->bench->emit(g->stage->bench->sink, row, err);
    }
    return status;
}

static void release(group *g)
{
    for (size_t i = 0; i < g->count; i++) {
        entry *e = &g->entries[i];
        e->variant->release(e->prepared.state);
        cb_samples_free(&e->samples);
        cb_samples_free(&e->packing);
        json_decref(e->row);
    }
    cb_samples_free(&g->peak_samples);
    if (g->stage->peak)
        cb_peak_state_free(&g->peak_state);
    cb_gemm_buffers_free(&g->buffers);
}

static cb_status skip_product(const cb_gemm_stage *stage, const cb_gemm_shape *shape,
                              const char *transposes, const char *reason, cb_error *err)
{
    group g = {.stage = stage,
               .buffers.work = {.type = cb_gemm_type_of(stage->dtype),
                                .shape = *shape,
                                .a_transposed = transposes[0] == 't',
                                .b_transposed = transposes[1] == 't',
                                .b_small = transposes[1] == 's',
                                .b_packed = strchr("ps", transposes[1]) != NULL}};
    return skip(&g, NULL, reason, err);
}

cb_status cb_gemm_product_run(const cb_gemm_stage *stage, const cb_gemm_shape *shape,
                              const char *transposes, cb_error *err)
{
    cb_error why;
    group *g = calloc(1, sizeof *g);
    if (!g)
        return cb_fail(err, CB_NO_MEMORY, "no memory to measure a product");
    g->stage = stage;
    cb_status status = cb_gemm_buffers_new(stage, shape, transposes, &why, &g->buffers);
    if (status != CB_OK) {
        free(g);
        return status == CB_UNSUPPORTED ? skip_product(stage, shape, transposes, why.text, err)
                                        : cb_fail(err, status, "%s", why.text);
    }
    if (stage->peak)
        status = cb_peak_state_new(stage->peak, stage->threads, err, &g->peak_state);
    status = status ? status : add_variants(g, err);
    status = status ? status : measure(g, err);
    if (status == CB_OK || status == CB_INTERRUPTED) {
        cb_status emitted = emit(g, err);
        status = emitted != CB_OK ? emitted : status;
    }
    release(g);
    free(g);
    return status;
}
