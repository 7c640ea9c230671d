#include "bench/conv/quantized_contest.h"

#include "bench/peak/peak.h"
#include "bench/peak/state.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

/* Multiply-accumulates of the outputs that are compared with the definition: all of a small one. */
enum { ORACLE_MACS = 20000000 };

/* One implementation while it is measured. Cases point into it. */
typedef struct {
    const cb_quantized_variant *variant;
    void *work; /* NULL: skipped, a row says why */
    cb_conv_info info;
    const void *input;
    void *output;
    cb_quantized_verdict verdict;
    cb_samples run, layout;
} entrant;

/* The layer's numbers: what is computed around the product is that of a real network's layer, with
 * zero points away from zero, bias, and a scale for each channel. */
typedef struct {
    void *input, *output;
    int8_t *weights;
    int32_t *bias;
    float *scales;
    cb_quantization quantization;
    cb_quantized_problem problem;
} operands;

typedef struct {
    const cb_quantized_contest *contest;
    const cb_conv_group *group;
    operands operands;
    entrant entrants[CB_CONV_GROUP_VARIANTS];
    cb_peak_state peak;
    bool has_peak;
    cb_samples peak_samples;
} match;

/* ---- operands ---- */

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Weights in -127 to 127, as quantizers make them. */
static void fill(operands *o, const cb_layer *l)
{
    uint32_t state = 1;
    uint8_t *input = o->input;
    for (size_t i = 0; i < cb_layer_input_elems(l); i++)
        input[i] = (uint8_t)next_random(&state);
    for (size_t i = 0; i < cb_layer_weight_elems(l); i++)
        o->weights[i] = (int8_t)((int32_t)(next_random(&state) % 255) - 127);
    /* The sums' spread, so that results fill the range and some are cut. */
    double spread = 74 * 73 * sqrt((double)(l->cin / l->groups * l->kh * l->kw));
    for (size_t c = 0; c < l->cout; c++) {
        o->bias[c] = (int32_t)(next_random(&state) % 2001) - 1000;
        o->scales[c] = (float)((0.5 + (double)(next_random(&state) % 1000) / 1000) * 60 / spread);
    }
}

static void set_quantization(operands *o, bool is_signed)
{
    o->quantization = (cb_quantization){.channels = CB_QUANT_COLUMNS,
                                        .activation_zero = is_signed ? -7 : 121,
                                        .bias = o->bias,
                                        .form = CB_QUANT_FLOAT,
                                        .per_channel = true,
                                        .scales = o->scales,
                                        .out_zero = is_signed ? 5 : 133,
                                        .low = is_signed ? -128 : 0,
                                        .high = is_signed ? 127 : 255,
                                        .out = is_signed ? CB_S8 : CB_U8};
}

static cb_status make_operands(match *m, cb_error *err)
{
    const cb_layer *l = &m->group->problem.layer;
    operands *o = &m->operands;
    o->input = cb_conv_buffer(cb_layer_input_elems(l));
    o->weights = cb_conv_buffer(cb_layer_weight_elems(l));
    o->output = cb_conv_buffer(cb_layer_output_elems(l));
    o->bias = malloc(l->cout * sizeof *o->bias);
    o->scales = malloc(l->cout * sizeof *o->scales);
    if (!o->input || !o->weights || !o->output || !o->bias || !o->scales)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the layer's operands");
    fill(o, l);
    set_quantization(o, m->contest->is_signed);
    o->problem = (cb_quantized_problem){.base = m->group->problem,
                                        .is_signed = m->contest->is_signed,
                                        .quantization = &o->quantization};
    return CB_OK;
}

static void free_operands(operands *o)
{
    cb_conv_buffer_free(o->input);
    cb_conv_buffer_free(o->weights);
    cb_conv_buffer_free(o->output);
    free(o->bias);
    free(o->scales);
}

/* ---- rows ---- */

static cb_row_key key_of(const cb_quantized_contest *c, const cb_quantized_variant *v,
                         const cb_conv_info *info)
{
    return (cb_row_key){.family = "conv",
                        .kernel = info ? info->kernel : "-",
                        .variant = v->name,
                        .dtype = c->is_signed ? "s8" : "u8s8",
                        .isa = info ? info->isa : "-",
                        .core_kind = c->group->kind->name,
                        .threads = c->group->problem.threads};
}

static cb_status skip_one(const cb_quantized_contest *c, const cb_quantized_variant *variant,
                          const char *reason, cb_error *err)
{
    cb_row_key key = key_of(c, variant, NULL);
    return cb_bench_skip(c->group->bench, &key, cb_conv_params(c->group), reason, err);
}

cb_status cb_quantized_skip(const cb_quantized_contest *contest, const char *reason, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < contest->variant_count && status == CB_OK; i++)
        status = skip_one(contest, contest->variants[i], reason, err);
    return status;
}

static double bytes_min(const cb_layer *l)
{
    return (double)cb_layer_input_elems(l) + (double)cb_layer_weight_elems(l) +
           (double)cb_layer_output_elems(l);
}

static void set_sizes(const entrant *e, const cb_layer *l, json_t *row)
{
    size_t all = cb_layer_input_elems(l) + cb_layer_output_elems(l) + e->info.weights_bytes +
                 e->info.workspace_bytes;
    json_object_set_new(row, "working_set_bytes", json_integer((json_int_t)all));
    json_object_set_new(row, "workspace_bytes", json_integer((json_int_t)e->info.workspace_bytes));
}

/* Time of the layout changes alone, and the share of the interleaved peak. */
static void set_shares(const match *m, const entrant *e, json_t *row)
{
    const char *no_peak = "no peak kernel was measured beside it";
    double rate = cb_row_number(row, "ops_per_s", 0), peak = 0;
    double layout =
        e->layout.count ? cb_samples_summary(&e->layout, e->layout.elapsed_s).median : 0;
    if (m->has_peak && m->peak_samples.count)
        peak = cb_peak_ops(&m->peak) * m->group->problem.threads /
               cb_samples_summary(&m->peak_samples, m->peak_samples.elapsed_s).median;
    cb_row_set_number(row, "layout_s", layout, NULL);
    cb_row_set_number(row, "peak_ops_per_s", peak, peak > 0 ? NULL : no_peak);
    cb_row_set_number(row, "peak_share", peak > 0 ? rate / peak : 0, peak > 0 ? NULL : no_peak);
}

/* A library may round x * scale + zero once, where the definition rounds x * scale: by one. */
static void set_verdict(const entrant *e, json_t *row)
{
    const cb_quantized_verdict *v = &e->verdict;
    bool ok = v->max_abs_err <= (e->variant->is_peer ? 1 : 0);
    cb_row_set_check(row, "definition", (double)v->max_abs_err, ok);
    cb_row_set_number(json_object_get(row, "check"), "different",
                      (double)v->different / (double)v->compared, NULL);
    if (!ok)
        cb_row_set_status(row, "failed", "differs from the definition");
}

static cb_status emit_row(const match *m, const entrant *e, cb_error *err)
{
    const cb_layer *l = &m->group->problem.layer;
    cb_row_key key = key_of(m->contest, e->variant, &e->info);
    json_t *row = cb_row_new(&key, cb_conv_params(m->group));
    if (!row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    cb_row_set_work(row, 2 * cb_layer_macs(l), bytes_min(l));
    json_object_set_new(row, "requantization",
                        json_string(cb_quant_form_name(m->operands.quantization.form)));
    if (e->variant->describe)
        e->variant->describe(e->work, row);
    set_sizes(e, l, row);
    cb_bench_set_samples(row, &e->run);
    if (e->run.count) {
        set_shares(m, e, row);
        set_verdict(e, row);
    }
    return m->group->bench->emit(m->group->bench->sink, row, err);
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

/* A library's own threads would share their cores with ours: thread 0 calls it. */
static bool has_own_threads(const match *m, const entrant *e)
{
    return e->variant->is_peer && m->group->problem.threads > 1;
}

static cb_status team_of(const match *m, const entrant *e, cb_error *err, cb_team **alone)
{
    *alone = NULL;
    return has_own_threads(m, e) ? cb_team_start(&m->group->problem.cpu, 1, err, alone) : CB_OK;
}

/* Runs it once and compares. */
static cb_status verify(match *m, entrant *e, cb_error *err)
{
    const operands *o = &m->operands;
    const cb_layer *l = &m->group->problem.layer;
    double terms = cb_layer_macs(l) / (double)cb_layer_output_elems(l);
    cb_team *alone;
    cb_status status = team_of(m, e, err, &alone);
    if (status != CB_OK)
        return status;
    cb_team_run(alone ? alone : m->group->team, run_once, e);
    cb_team_stop(alone);
    e->verdict = cb_quantized_compare(&o->problem, o->input, o->weights, o->output,
                                      1 + (size_t)(ORACLE_MACS / terms));
    return CB_OK;
}

/* Prepares and checks one implementation; one that cannot be becomes a skipped row. */
static cb_status enter(match *m, entrant *e, const cb_quantized_variant *variant, cb_error *err)
{
    const operands *o = &m->operands;
    const char *refusal = variant->refuses(&o->problem);
    cb_error why;
    *e = (entrant){.variant = variant, .input = o->input, .output = o->output};
    if (refusal)
        return skip_one(m->contest, variant, refusal, err);
    if (variant->prepare(&o->problem, o->weights, &why, &e->work) != CB_OK) {
        e->work = NULL;
        return skip_one(m->contest, variant, why.text, err);
    }
    variant->info(e->work, &e->info);
    if (!cb_bench_selects(m->group->bench, e->info.kernel)) {
        variant->free(e->work);
        e->work = NULL;
        return skip_one(m->contest, variant, "--kernel does not select its kernel", err);
    }
    return verify(m, e, err);
}

/* As much work as the layer has: a wide kernel lowers the clock over a millisecond, and a peak that
 * is over before it does would be one of another clock. */
static cb_status make_peak(match *m, cb_error *err)
{
    const cb_peak_kernel *best =
        cb_peak_best(m->contest->is_signed ? "s8" : "u8s8", m->group->bench->isa);
    best = best ? best : cb_peak_best(m->contest->is_signed ? "u8s8" : "s8", m->group->bench->isa);
    if (!best)
        return CB_OK;
    cb_status status = cb_peak_state_new(best, m->group->problem.threads, err, &m->peak);
    if (status != CB_OK)
        return status;
    double ops = 2 * cb_layer_macs(&m->group->problem.layer) / m->group->problem.threads;
    m->peak.iterations = 1 + (uint64_t)(ops * (double)m->peak.iterations / cb_peak_ops(&m->peak));
    m->has_peak = true;
    return CB_OK;
}

/* ---- measuring ---- */

enum { MOST_CASES = 2 * CB_CONV_GROUP_VARIANTS + 1 };

/* Cases and where their samples go. */
typedef struct {
    cb_case cases[MOST_CASES];
    cb_samples *to[MOST_CASES];
    size_t count;
} program;

static void add_case(program *p, cb_case one, cb_samples *to)
{
    one.steadiness = CB_VARIES;
    p->cases[p->count] = one;
    p->to[p->count++] = to;
}

static void add_entrant(program *p, entrant *e)
{
    add_case(p, (cb_case){.run = run_repeats, .arg = e}, &e->run);
    if (e->info.changes_layout && e->variant->change_layout)
        add_case(p, (cb_case){.run = run_layout, .arg = e}, &e->layout);
}

static cb_status run_program(const match *m, program *p, cb_team *team, cb_error *err)
{
    const cb_bench *bench = m->group->bench;
    cb_samples samples[MOST_CASES];
    if (!p->count)
        return CB_OK;
    cb_status status = cb_measure(team, &bench->timer, &bench->sampling, p->cases, p->count,
                                  bench->stop, err, samples);
    if (status == CB_OK || status == CB_INTERRUPTED)
        for (size_t i = 0; i < p->count; i++)
            *p->to[i] = samples[i];
    return status;
}

static cb_status measure_alone(match *m, entrant *e, cb_error *err)
{
    const struct timespec until_its_threads_sleep = {.tv_nsec = 30000000};
    program p = {.count = 0};
    cb_team *alone;
    cb_status status = team_of(m, e, err, &alone);
    if (status != CB_OK)
        return status;
    add_entrant(&p, e);
    status = run_program(m, &p, alone, err);
    cb_team_stop(alone);
    nanosleep(&until_its_threads_sleep, NULL);
    return status;
}

static cb_status measure(match *m, cb_error *err)
{
    program together = {.count = 0};
    if (m->has_peak)
        add_case(&together, cb_peak_case(&m->peak), &m->peak_samples);
    for (size_t i = 0; i < m->contest->variant_count; i++)
        if (m->entrants[i].work && !has_own_threads(m, &m->entrants[i]))
            add_entrant(&together, &m->entrants[i]);
    cb_status status = run_program(m, &together, m->group->team, err);
    for (size_t i = 0; i < m->contest->variant_count && status == CB_OK; i++)
        if (m->entrants[i].work && has_own_threads(m, &m->entrants[i]))
            status = measure_alone(m, &m->entrants[i], err);
    return status;
}

static cb_status emit(match *m, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < m->contest->variant_count && status == CB_OK; i++)
        if (m->entrants[i].work)
            status = emit_row(m, &m->entrants[i], err);
    return status;
}

static void leave(match *m)
{
    for (size_t i = 0; i < m->contest->variant_count; i++) {
        if (m->entrants[i].work)
            m->entrants[i].variant->free(m->entrants[i].work);
        cb_samples_free(&m->entrants[i].run);
        cb_samples_free(&m->entrants[i].layout);
    }
    if (m->has_peak)
        cb_peak_state_free(&m->peak);
    cb_samples_free(&m->peak_samples);
    free_operands(&m->operands);
}

cb_status cb_quantized_measure(const cb_quantized_contest *contest, cb_error *err)
{
    match *m = calloc(1, sizeof *m);
    if (!m)
        return cb_fail(err, CB_NO_MEMORY, "no memory to measure a layer");
    m->contest = contest;
    m->group = contest->group;
    cb_status status = make_operands(m, err);
    status = status ? status : make_peak(m, err);
    for (size_t i = 0; i < contest->variant_count && status == CB_OK; i++)
        status = enter(m, &m->entrants[i], contest->variants[i], err);
    status = status ? status : measure(m, err);
    if (status == CB_OK || status == CB_INTERRUPTED) {
        cb_status emitted = emit(m, err);
        status = emitted != CB_OK ? emitted : status;
    }
    leave(m);
    free(m);
    return status;
}
