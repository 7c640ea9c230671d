#include "bench/conv/group.h"

#include "bench/conv/oracle.h"
#include "bench/conv/reader.h"
#include "bench/peak/peak.h"
#include "bench/peak/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Elements of an output that are compared with the oracle: all of a small one. */
enum { ORACLE_MACS = 40000000 };

/* One implementation while it is measured. Cases point into it. */
typedef struct {
    const cb_conv_variant *variant;
    void *work; /* NULL: skipped, a row says why */
    cb_conv_info info;
    const float *input;
    float *output;
    cb_conv_verdict verdict;
    size_t run_case, layout_case; /* numbers; layout_case 0: none */
    bool alone;                   /* a library's own threads would share their cores with ours */
} entrant;

typedef struct {
    const cb_conv_group *group;
    float *input, *weights, *output;
    entrant entrants[CB_CONV_GROUP_VARIANTS];
    cb_peak_state peak, heating; /* the second shares the first's operands */
    bool has_peak;
    cb_conv_reader reader;
    cb_conv_mover mover;
    size_t reader_case, mover_case, beside; /* numbers; cases before the first entrant's */
    cb_case cases[2 * CB_CONV_GROUP_VARIANTS + 4];
    cb_samples samples[2 * CB_CONV_GROUP_VARIANTS + 4];
    size_t case_count, together; /* those of entrants that are measured alone stand behind */
} contest;

/* ---- operands ---- */

/* Small numbers with all of their bits in use, the same in every run. */
static void fill(float *values, size_t count, uint32_t seed)
{
    uint32_t state = seed;
    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        values[i] = (float)(int32_t)state * 0x1p-31f;
    }
}

/* The output begins elsewhere in its page than the input: where a channel's pixels lie a power of
 * two apart, loads would wait for stores of the same place in another page. */
static cb_status make_operands(contest *c, cb_error *err)
{
    enum { APART_BYTES = 21 * 64 };
    const cb_layer *l = &c->group->problem.layer;
    c->input = cb_conv_buffer(cb_layer_input_elems(l) * sizeof(float));
    c->weights = cb_conv_buffer(cb_layer_weight_elems(l) * sizeof(float));
    c->output = cb_conv_buffer_at(cb_layer_output_elems(l) * sizeof(float), APART_BYTES);
    if (!c->input || !c->weights || !c->output)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the layer's operands");
    fill(c->input, cb_layer_input_elems(l), 1);
    fill(c->weights, cb_layer_weight_elems(l), 2);
    return CB_OK;
}

/* ---- rows ---- */

json_t *cb_conv_params(const cb_conv_group *g)
{
    const cb_layer *l = &g->problem.layer;
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f}",
                     "layer", g->named->name, "layout", cb_conv_layout_name(g->problem.layout),
                     "batch", (json_int_t)l->batch, "cin", (json_int_t)l->cin, "h",
                     (json_int_t)l->h, "w", (json_int_t)l->w, "cout", (json_int_t)l->cout, "kh",
                     (json_int_t)l->kh, "kw", (json_int_t)l->kw, "stride", (json_int_t)l->stride,
                     "pad", (json_int_t)l->pad, "groups", (json_int_t)l->groups, "dilation",
                     (json_int_t)l->dilation, "macs", cb_layer_macs(l));
}

static cb_row_key key_of(const cb_conv_group *g, const cb_conv_variant *v, const cb_conv_info *info)
{
    return (cb_row_key){.family = "conv",
                        .kernel = info ? info->kernel : "-",
                        .variant = v->name,
                        .dtype = "f32",
                        .isa = info ? info->isa : "-",
                        .core_kind = g->kind->name,
                        .threads = g->problem.threads};
}

cb_status cb_conv_skip(const cb_conv_group *group, const cb_conv_variant *variant,
                       const char *reason, cb_error *err)
{
    cb_row_key key = key_of(group, variant, NULL);
    return cb_bench_skip(group->bench, &key, cb_conv_params(group), reason, err);
}

static double bytes_min(const cb_layer *l)
{
    return ((double)cb_layer_input_elems(l) + (double)cb_layer_weight_elems(l) +
            (double)cb_layer_output_elems(l)) *
           sizeof(float);
}

static void set_working_set(const cb_conv_group *g, const entrant *e, json_t *row)
{
    const cb_layer *l = &g->problem.layer;
    size_t activations = (cb_layer_input_elems(l) + cb_layer_output_elems(l)) * sizeof(float);
    json_object_set_new(
        row, "working_set_bytes",
        json_integer((json_int_t)(activations + e->info.weights_bytes + e->info.workspace_bytes)));
    json_object_set_new(row, "workspace_bytes", json_integer((json_int_t)e->info.workspace_bytes));
}

/* 0: there are no samples. */
static double median_of(const contest *c, size_t number)
{
    const cb_samples *samples = &c->samples[number];
    return samples->count ? cb_samples_summary(samples, samples->elapsed_s).median : 0;
}

/* `name`_s, and as `share` the part of the layer's time that the longer one of it and the
 * arithmetic is. */
static double set_least(json_t *row, const char *name, const char *share, double least_s,
                        double ops_s)
{
    double longer_s = least_s > ops_s ? least_s : ops_s;
    double time_s = cb_row_number(row, "time_s.median", 0);
    const char *none = longer_s > 0 && time_s > 0 ? NULL : "nothing was measured beside it";
    cb_row_set_number(row, name, least_s, least_s > 0 ? NULL : "no such kernel was measured");
    cb_row_set_number(row, share, none ? 0 : longer_s / time_s, none);
    return longer_s;
}

/* What the layer takes at least where nothing waits for anything: each of its bytes is read once
 * (as if writing were reading), or its output is written. */
static void set_bound(const contest *c, double peak_rate, json_t *row)
{
    double read_s = c->reader.kernel ? median_of(c, c->reader_case) * c->reader.scale : 0;
    double move_s = c->mover.copy ? median_of(c, c->mover_case) * c->mover.scale : 0;
    double ops_s = peak_rate > 0 ? 2 * cb_layer_macs(&c->group->problem.layer) / peak_rate : 0;
    double bound_s = set_least(row, "read_s", "bound_share", read_s, ops_s);
    cb_row_set_number(row, "bound_s", bound_s,
                      bound_s > 0 ? NULL : "nothing was measured beside it");
    set_least(row, "move_s", "move_share", move_s, ops_s);
}

/* Time of the layout changes alone, and the shares of what is measured in turn with the layer. */
static void set_shares(const contest *c, const entrant *e, json_t *row)
{
    double rate = cb_row_number(row, "ops_per_s", 0), peak_rate = 0;
    cb_row_set_number(row, "layout_s", e->layout_case ? median_of(c, e->layout_case) : 0, NULL);
    if (c->has_peak && c->samples[0].count)
        peak_rate = cb_peak_ops(&c->peak) * c->group->problem.threads / median_of(c, 0);
    cb_row_set_number(row, "peak_ops_per_s", peak_rate,
                      peak_rate > 0 ? NULL : "no peak kernel was measured beside it");
    cb_row_set_number(row, "peak_share", peak_rate > 0 ? rate / peak_rate : 0,
                      peak_rate > 0 ? NULL : "no peak kernel was measured beside it");
    set_bound(c, peak_rate, row);
}

static cb_status emit_row(const contest *c, const entrant *e, cb_error *err)
{
    const cb_conv_group *g = c->group;
    cb_row_key key = key_of(g, e->variant, &e->info);
    json_t *row = cb_row_new(&key, cb_conv_params(g));
    if (!row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    cb_row_set_work(row, 2 * cb_layer_macs(&g->problem.layer), bytes_min(&g->problem.layer));
    if (e->variant->describe)
        e->variant->describe(e->work, row);
    set_working_set(g, e, row);
    cb_bench_set_samples(row, &c->samples[e->run_case]);
    if (c->samples[e->run_case].count) {
        bool ok = e->verdict.max_of_bound <= 1;
        set_shares(c, e, row);
        cb_row_set_check(row, "float64 direct", e->verdict.max_abs_err, ok);
        cb_row_set_number(json_object_get(row, "check"), "of_bound", e->verdict.max_of_bound, NULL);
        if (!ok)
            cb_row_set_status(row, "failed", "differs from the float64 oracle");
    }
    return g->bench->emit(g->bench->sink, row, err);
}

/* ---- entrants ---- */

static void run_repeats(void *arg, int thread, uint64_t repeats)
{
    const entrant *e = arg;
    for (uint64_t i = 0; i < repeats; i++)
        e->variant->run(e->work, e->input, e->output, thread);
}

static void run_layout(void *arg, int thread, uint64_t repeats)
{
    const entrant *e = arg;
    for (uint64_t i = 0; i < repeats; i++)
        e->variant->change_layout(e->work, e->input, e->output, thread);
}

static void run_once(void *arg, int thread)
{
    run_repeats(arg, thread, 1);
}

/* Prepares and checks one implementation; one that cannot be becomes a skipped row. */
static cb_status enter(contest *c, entrant *e, const cb_conv_variant *variant, cb_error *err)
{
    const cb_conv_group *g = c->group;
    const char *refusal = variant->refuses(&g->problem);
    cb_error why;
    *e = (entrant){.variant = variant, .input = c->input, .output = c->output};
    if (refusal)
        return cb_conv_skip(g, variant, refusal, err);
    cb_status status = variant->prepare(&g->problem, c->weights, &why, &e->work);
    if (status != CB_OK) {
        e->work = NULL;
        return cb_conv_skip(g, variant, why.text, err);
    }
    variant->info(e->work, &e->info);
    if (!cb_bench_selects(g->bench, e->info.kernel)) {
        variant->free(e->work);
        e->work = NULL;
        return cb_conv_skip(g, variant, "--kernel does not select its kernel", err);
    }
    e->alone = variant->has_threads && g->problem.threads > 1;
    cb_team *alone = NULL;
    if (e->alone && cb_team_start(&g->problem.cpu, 1, err, &alone) != CB_OK)
        return CB_FAILED;
    cb_team_run(alone ? alone : g->team, run_once, e);
    cb_team_stop(alone);
    const cb_layer *l = &g->problem.layer;
    double terms = cb_layer_macs(l) / (double)cb_layer_output_elems(l);
    e->verdict = cb_conv_compare(&g->problem, e->info.transform_growth, c->input, c->weights,
                                 c->output, 1 + (size_t)(ORACLE_MACS / terms));
    return CB_OK;
}

static void add_entrant(contest *c, entrant *e)
{
    e->run_case = c->case_count;
    c->cases[c->case_count++] = (cb_case){.run = run_repeats, .arg = e, .steadiness = CB_VARIES};
    if (!e->info.changes_layout || !e->variant->change_layout)
        return;
    e->layout_case = c->case_count;
    c->cases[c->case_count++] = (cb_case){.run = run_layout, .arg = e, .steadiness = CB_VARIES};
}

static void add_cases(contest *c)
{
    for (int alone = 0; alone < 2; alone++) {
        for (size_t i = 0; i < c->group->variant_count; i++)
            if (c->entrants[i].work && c->entrants[i].alone == alone)
                add_entrant(c, &c->entrants[i]);
        c->together = alone ? c->together : c->case_count;
    }
}

static cb_status add_peak(contest *c, cb_error *err)
{
    const cb_conv_group *g = c->group;
    const cb_peak_kernel *best = cb_peak_best("f32", g->bench->isa);
    if (!best)
        return CB_OK;
    cb_status status = cb_peak_state_new(best, g->problem.threads, err, &c->peak);
    if (status != CB_OK)
        return status;
    /* As much work as the layer has: a wide kernel lowers the clock over a millisecond, and a peak
     * that is over before it does would be one of another clock. */
    double ops = 2 * cb_layer_macs(&g->problem.layer) / g->problem.threads;
    c->peak.iterations = 1 + (uint64_t)(ops * (double)c->peak.iterations / cb_peak_ops(&c->peak));
    c->has_peak = true;
    cb_case peak = cb_peak_case(&c->peak);
    peak.steadiness = CB_VARIES; /* for so long the clock does not stand still */
    c->cases[c->case_count++] = peak;
    return CB_OK;
}

static cb_status add_reader(contest *c, cb_error *err)
{
    const cb_conv_problem *p = &c->group->problem;
    cb_status status =
        cb_conv_reader_new(bytes_min(&p->layer), p->threads, c->group->bench->isa, err, &c->reader);
    if (status != CB_OK || !c->reader.kernel)
        return status;
    c->reader_case = c->case_count;
    c->cases[c->case_count++] =
        (cb_case){.run = cb_conv_reader_run, .arg = &c->reader, .steadiness = CB_VARIES};
    return CB_OK;
}

static cb_status add_mover(contest *c, cb_error *err)
{
    const cb_conv_problem *p = &c->group->problem;
    double written = (double)cb_layer_output_elems(&p->layer) * sizeof(float);
    cb_status status = cb_conv_mover_new(bytes_min(&p->layer) - written, written, p->threads,
                                         c->group->bench->isa, err, &c->mover);
    if (status != CB_OK || !c->mover.copy)
        return status;
    c->mover_case = c->case_count;
    c->cases[c->case_count++] =
        (cb_case){.run = cb_conv_mover_run, .arg = &c->mover, .steadiness = CB_VARIES};
    return CB_OK;
}

static void read_operand(const contest *c, const float *operand, size_t elems, int thread)
{
    const cb_membw_kernel *read = c->reader.kernel;
    size_t share = elems * sizeof(float) / (size_t)c->group->problem.threads;
    size_t part = share / read->step_bytes * read->step_bytes;
    if (part)
        read->run(NULL, (const char *)operand + (size_t)thread * part, NULL, part, 1);
}

/* The reader and the mover leave the caches full of their own, and the clock that of a core that
 * only loads and stores. The implementation that comes next finds both as the others do, which
 * follow one of their kind. */
static void get_ready(void *arg, int thread, uint64_t repeats)
{
    contest *c = arg;
    const cb_layer *l = &c->group->problem.layer;
    (void)repeats;
    if (c->has_peak)
        cb_peak_case(&c->heating).run(&c->heating, thread, 1);
    read_operand(c, c->input, cb_layer_input_elems(l), thread);
    read_operand(c, c->output, cb_layer_output_elems(l), thread);
}

static void add_getting_ready(contest *c)
{
    if (!c->reader.kernel)
        return;
    c->heating = c->peak;
    c->heating.iterations = c->peak.iterations / 4;
    c->cases[c->case_count++] = (cb_case){.run = get_ready, .arg = c, .steadiness = CB_VARIES};
}

static void leave(contest *c)
{
    cb_conv_reader_free(&c->reader);
    cb_conv_mover_free(&c->mover);
    for (size_t i = 0; i < CB_CONV_GROUP_VARIANTS; i++)
        if (c->entrants[i].work)
            c->entrants[i].variant->free(c->entrants[i].work);
    if (c->has_peak)
        cb_peak_state_free(&c->peak);
    cb_conv_buffer_free(c->input);
    cb_conv_buffer_free(c->weights);
    cb_conv_buffer_free(c->output);
}

static cb_status measure_cases(contest *c, cb_team *team, size_t first, size_t end, cb_error *err)
{
    const cb_bench *bench = c->group->bench;
    return first == end ? CB_OK
                        : cb_measure(team, &bench->timer, &bench->sampling, c->cases + first,
                                     end - first, bench->stop, err, c->samples + first);
}

/* On one thread, which waits for the library's; then those fall asleep. */
static cb_status measure_alone(contest *c, const entrant *e, cb_error *err)
{
    const struct timespec until_its_threads_sleep = {.tv_nsec = 30000000};
    cb_team *alone;
    size_t end = (e->layout_case ? e->layout_case : e->run_case) + 1;
    cb_status status = cb_team_start(&c->group->problem.cpu, 1, err, &alone);
    if (status != CB_OK)
        return status;
    status = measure_cases(c, alone, e->run_case, end, err);
    cb_team_stop(alone);
    nanosleep(&until_its_threads_sleep, NULL);
    return status;
}

static cb_status measure(contest *c, cb_error *err)
{
    if (c->case_count == c->beside)
        return CB_OK;
    cb_status status = measure_cases(c, c->group->team, 0, c->together, err);
    for (size_t i = 0; i < c->group->variant_count && status == CB_OK; i++)
        if (c->entrants[i].work && c->entrants[i].alone)
            status = measure_alone(c, &c->entrants[i], err);
    if (status != CB_OK && status != CB_INTERRUPTED)
        return status;
    for (size_t i = 0; i < c->group->variant_count; i++) {
        if (!c->entrants[i].work)
            continue;
        cb_status emitted = emit_row(c, &c->entrants[i], err);
        status = emitted != CB_OK ? emitted : status;
    }
    for (size_t i = 0; i < c->case_count; i++)
        cb_samples_free(&c->samples[i]);
    return status;
}

cb_status cb_conv_measure_group(const cb_conv_group *group, cb_error *err)
{
    contest *c = calloc(1, sizeof *c);
    if (!c)
        return cb_fail(err, CB_NO_MEMORY, "no memory to measure a layer");
    c->group = group;
    cb_status status = make_operands(c, err);
    status = status ? status : add_peak(c, err);
    status = status ? status : add_reader(c, err);
    status = status ? status : add_mover(c, err);
    add_getting_ready(c);
    c->beside = c->case_count;
    for (size_t i = 0; i < group->variant_count && status == CB_OK; i++)
        status = enter(c, &c->entrants[i], group->variants[i], err);
    add_cases(c);
    if (status == CB_OK)
        status = measure(c, err);
    leave(c);
    free(c);
    return status;
}
