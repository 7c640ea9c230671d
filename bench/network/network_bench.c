#include "bench/network/network_bench.h"

#include "measure/samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Calls of the layered case that are kept: more would not move a median. */
enum { MOST_CALLS = 4096, COVERS_BYTES = 128 };

typedef struct {
    const cb_bench *bench;
    const cb_network_options *options;
    const char *core_kind;
    cb_team *team;
    cb_engine *engine;
    cb_exec *exec; /* the executor alone */
    size_t layers;
    uint64_t *ticks;   /* of one call, for each layer */
    double *elapsed_s; /* [call][layer], of one repeat */
    size_t calls;
    cb_status status; /* of the runs */
    cb_error failure;
} trial;

void cb_network_fill(const cb_network *net, const float *input, cb_exec *exec)
{
    for (size_t i = 0; i < cb_network_inputs(net); i++) {
        size_t count = cb_network_value(net, cb_network_input(net, i))->shape.count;
        if (i == 0 && input)
            memcpy(cb_exec_input(exec, i), input, count * sizeof(float));
        else
            cb_net_made_input(cb_exec_input(exec, i), count);
    }
}

/* ---- what is timed ---- */

static void run_whole(void *arg, int thread, uint64_t repeats)
{
    trial *t = arg;
    (void)thread;
    for (uint64_t r = 0; r < repeats && t->status == CB_OK; r++)
        t->status = cb_engine_run(t->engine, &t->failure);
}

static void run_executor(void *arg, int thread, uint64_t repeats)
{
    trial *t = arg;
    (void)thread;
    for (uint64_t r = 0; r < repeats && t->status == CB_OK; r++)
        t->status = cb_exec_run(t->exec, &t->failure);
}

static void note_call(trial *t, uint64_t repeats)
{
    const cb_timer *timer = &t->bench->timer;
    double *to = t->elapsed_s + t->calls * t->layers;
    if (t->calls == MOST_CALLS)
        return;
    for (size_t i = 0; i < t->layers; i++) {
        double s = (double)t->ticks[i] * timer->seconds_per_tick / (double)repeats;
        to[i] = s > timer->overhead_s ? s - timer->overhead_s : 0;
    }
    t->calls++;
}

/* The same with a look at the timer between layers. */
static void run_layered(void *arg, int thread, uint64_t repeats)
{
    trial *t = arg;
    const cb_timer *timer = &t->bench->timer;
    (void)thread;
    memset(t->ticks, 0, t->layers * sizeof *t->ticks);
    for (uint64_t r = 0; r < repeats; r++) {
        uint64_t before = cb_timer_ticks(timer);
        for (size_t i = 0; i < t->layers && t->status == CB_OK; i++) {
            t->status = cb_engine_run_layer(t->engine, i, &t->failure);
            uint64_t now = cb_timer_ticks(timer);
            t->ticks[i] += now - before;
            before = now;
        }
    }
    note_call(t, repeats);
}

/* ---- rows ---- */

/* "Conv+Relu+Quant" */
static void covers_text(const cb_network *net, const cb_engine_layer *layer, char *text)
{
    size_t used = 0;
    *text = 0;
    for (size_t i = 0; i < layer->node_count && used < COVERS_BYTES; i++) {
        const char *op = cb_network_node(net, layer->nodes[i])->op_type;
        int more = snprintf(text + used, COVERS_BYTES - used, "%s%.32s", i ? "+" : "", op);
        used += more > 0 ? (size_t)more : 0;
    }
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Whose rows are made. */
typedef struct {
    const cb_engine *engine;
    const cb_network *net;
    const char *name, *core_kind;
} subject;

static subject subject_of(const trial *t)
{
    return (subject){t->engine, t->options->network, t->options->name, t->core_kind};
}

static json_t *new_row(const subject *t, const char *variant, const char *kernel, const char *dtype,
                       const char *isa, json_t *params)
{
    const cb_row_key key = {.family = "network",
                            .kernel = kernel,
                            .variant = variant,
                            .dtype = dtype,
                            .isa = isa,
                            .core_kind = t->core_kind,
                            .threads = 1};
    json_object_set_new(params, "network", json_string(last_part(t->name)));
    return cb_row_new(&key, params);
}

static json_t *layer_params(const subject *t, size_t i)
{
    char covers[COVERS_BYTES];
    const cb_network *net = t->net;
    const cb_engine_layer *l = cb_engine_layer_at(t->engine, i);
    covers_text(net, l, covers);
    json_t *params = json_pack("{s:I, s:s, s:s}", "layer", (json_int_t)i, "node",
                               cb_network_node(net, l->node)->name, "covers", covers);
    if (l->m) {
        json_object_set_new(params, "m", json_integer((json_int_t)l->m));
        json_object_set_new(params, "n", json_integer((json_int_t)l->n));
        json_object_set_new(params, "k", json_integer((json_int_t)l->k));
        json_object_set_new(params, "groups", json_integer((json_int_t)l->groups));
    }
    return params;
}

/* Elements of a node's first input and of its output. */
static double elements_of(const cb_network *net, int value)
{
    return value < 0 ? 0 : (double)cb_network_value(net, value)->shape.count;
}

static json_t *counts_json(const subject *t, const cb_engine_layer *l)
{
    const cb_engine_counts *c = &l->counts;
    const cb_net_node *first = cb_network_node(t->net, l->node);
    const cb_net_node *last = cb_network_node(t->net, l->nodes[l->node_count - 1]);
    double inputs = first->input_count ? elements_of(t->net, first->inputs[0]) : 0;
    const struct {
        const char *name;
        double count;
    } all[] = {{"macs", (double)first->macs},
               {"inputs", inputs},
               {"outputs", elements_of(t->net, last->output)},
               {"tiles", c->tiles},
               {"edge_tiles", c->edge_tiles},
               {"tile_macs", c->tile_macs},
               {"lines", c->lines},
               {"taps", c->taps},
               {"tap_macs", c->tap_macs},
               {"tap_rest", c->tap_rest},
               {"gathered", c->gathered},
               {"pieces", c->pieces},
               {"packed", c->packed},
               {"weight_bytes", c->weight_bytes},
               {"rounded", c->rounded},
               {"bounded", c->bounded},
               {"followed", c->followed},
               {"finish_rest", c->finish_rest},
               {"again", c->again},
               {"again_macs", c->again_macs},
               {"again_line", c->again_line},
               {"floats_taken", c->floats_taken},
               {"floats_made", c->floats_made},
               {"floats_far", c->floats_far}};
    json_t *counts = json_object();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        json_object_set_new(counts, all[i].name, json_real(all[i].count));
    json_object_set_new(counts, "exact", json_boolean(l->exact));
    return counts;
}

static json_t *layer_row(const subject *t, size_t i)
{
    char dtype[32] = "f32";
    const cb_engine_layer *l = cb_engine_layer_at(t->engine, i);
    const cb_net_node *node = cb_network_node(t->net, l->node);
    if (l->w_bits)
        snprintf(dtype, sizeof dtype, "w%da%d", l->w_bits, l->a_bits);
    json_t *row = new_row(t, cb_means_name(l->means), l->kernel, dtype, l->isa ? l->isa : "-",
                          layer_params(t, i));
    if (!row)
        return NULL;
    cb_row_set_work(row, 2 * (double)node->macs, (double)l->bytes);
    json_object_set_new(row, "counts", counts_json(t, l));
    if (l->behind_float32)
        json_object_set_new(row, "behind_float32", json_true());
    if (l->why)
        json_object_set_new(row, "left_to_executor", json_string(l->why));
    else if (l->means != CB_MEANS_FLOAT32)
        json_object_set_new(row, "exactness",
                            json_pack("{s:I, s:I, s:b}", "elements", (json_int_t)l->elements,
                                      "summed_again", (json_int_t)l->summed_again, "always",
                                      l->exact));
    return row;
}

static cb_status emit(const trial *t, json_t *row, cb_error *err)
{
    return row ? t->bench->emit(t->bench->sink, row, err)
               : cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
}

/* ---- checks ---- */

/* What is known of how near some layers' numbers are to the executor's. */
typedef struct {
    double distance; /* the largest of all layers */
    bool exact;      /* what no float32 layer stands before, has distance 0 */
    bool floats;     /* there are float32 layers; and */
    double of_bound; /* their largest error over its bound */
} verdict;

static bool is_float32(const trial *t, size_t i)
{
    return cb_engine_layer_at(t->engine, i)->means == CB_MEANS_FLOAT32;
}

static void check_layer(const trial *t, size_t i, verdict *v)
{
    double distance = cb_engine_distance(t->engine, i, t->exec);
    v->distance = distance > v->distance ? distance : v->distance;
    if (is_float32(t, i)) {
        double of_bound = cb_engine_compare_float32(t->engine, i).max_of_bound;
        v->floats = true;
        v->of_bound = of_bound > v->of_bound ? of_bound : v->of_bound;
    } else if (!cb_engine_layer_at(t->engine, i)->behind_float32) {
        v->exact &= distance == 0;
    }
}

static void set_check(const verdict *v, const char *against, double max_abs_err, json_t *row)
{
    bool inside = v->of_bound <= 1;
    cb_row_set_check(row, against, max_abs_err, v->exact && inside);
    if (v->floats)
        cb_row_set_number(json_object_get(row, "check"), "of_bound", v->of_bound, NULL);
    if (!v->exact)
        cb_row_set_status(row, "failed", "differs from the exact executor");
    else if (!inside)
        cb_row_set_status(row, "failed", "float32 sums differ by more than the bound");
}

/* The executor on other numbers than the executor's own cannot be held against it. */
static void set_layer_check(const trial *t, size_t i, json_t *row)
{
    verdict v = {.exact = true};
    if (is_float32(t, i)) {
        cb_engine_verdict found = cb_engine_compare_float32(t->engine, i);
        v.floats = true;
        v.of_bound = found.max_of_bound;
        set_check(&v, "executor's order of sums, same input", found.max_abs_err, row);
    } else if (cb_engine_layer_at(t->engine, i)->behind_float32) {
        json_object_set_new(row, "check", json_null());
    } else {
        check_layer(t, i, &v);
        set_check(&v, "executor", v.distance, row);
    }
}

static void set_whole_check(const trial *t, json_t *row)
{
    verdict v = {.exact = true};
    for (size_t i = 0; i < t->layers; i++)
        check_layer(t, i, &v);
    set_check(&v, "executor", v.distance, row);
    json_object_set_new(
        row, "equality",
        json_string(v.floats ? "float32 layers: equal within the bound" : "bit-equal"));
}

/* ---- timed rows ---- */

/* The samples of one layer, judged like any that vary. */
static cb_status layer_samples(const trial *t, size_t i, const cb_samples *layered, cb_error *err,
                               cb_samples *samples)
{
    double clock_hz = cb_samples_summary(layered, layered->clock_hz).median;
    *samples = (cb_samples){.steadiness = CB_VARIES,
                            .repeats = layered->repeats,
                            .clock_hz_before = layered->clock_hz_before,
                            .clock_hz_after = layered->clock_hz_after,
                            .clock_drifted = layered->clock_drifted,
                            .converged = layered->converged};
    cb_status status = cb_samples_reserve(samples, t->calls + 1, err);
    for (size_t c = 0; status == CB_OK && c < t->calls; c++) {
        double elapsed_s = t->elapsed_s[c * t->layers + i];
        cb_samples_add(samples, &(cb_sample){.elapsed_s = elapsed_s,
                                             .cycles = elapsed_s * clock_hz,
                                             .clock_hz = clock_hz,
                                             .probe_ratio = 1});
    }
    if (status == CB_OK)
        cb_samples_judge(samples);
    return status;
}

static cb_status emit_layer(const trial *t, size_t i, const cb_samples *layered, double whole_s,
                            cb_error *err)
{
    cb_samples samples;
    const subject s = subject_of(t);
    json_t *row = layer_row(&s, i);
    cb_status status = layer_samples(t, i, layered, err, &samples);
    if (row && status == CB_OK) {
        cb_bench_set_samples(row, &samples);
        double part_s = cb_row_number(row, "time_s.median", 0);
        cb_row_set_number(row, "share", whole_s > 0 ? part_s / whole_s : 0, NULL);
    }
    cb_samples_free(&samples);
    if (row)
        set_layer_check(t, i, row);
    if (status == CB_OK)
        return emit(t, row, err);
    json_decref(row);
    return status;
}

static cb_status emit_whole(const trial *t, const char *variant, const cb_samples *samples,
                            cb_error *err)
{
    double ops = 0, bytes = 0;
    for (size_t i = 0; i < t->layers; i++) {
        const cb_engine_layer *l = cb_engine_layer_at(t->engine, i);
        ops += 2 * (double)cb_network_node(t->options->network, l->node)->macs;
        bytes += (double)l->bytes;
    }
    const subject s = subject_of(t);
    json_t *row = new_row(&s, variant, "-", "-", "-", json_object());
    if (row) {
        cb_row_set_work(row, ops, bytes);
        cb_bench_set_samples(row, samples);
        set_whole_check(t, row);
    }
    return emit(t, row, err);
}

/* ---- one kind of core ---- */

static cb_status start(trial *t, int cpu, cb_error *err)
{
    const cb_network_options *o = t->options;
    const cb_engine_options options = {.network = o->network,
                                       .machine = t->bench->machine,
                                       .isa = t->bench->isa,
                                       .kernel_glob = t->bench->kernel_glob,
                                       .cpu = cpu,
                                       .allowed = o->allowed};
    cb_status status = cb_engine_new(&options, err, &t->engine);
    if (status == CB_OK)
        status = cb_exec_new(o->network, NULL, err, &t->exec);
    if (status != CB_OK)
        return status;
    t->layers = cb_engine_layers(t->engine);
    t->ticks = calloc(t->layers + 1, sizeof *t->ticks);
    t->elapsed_s = calloc(MOST_CALLS * (t->layers + 1), sizeof *t->elapsed_s);
    if (!t->ticks || !t->elapsed_s)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the times of %zu layers", t->layers);
    cb_network_fill(o->network, o->input, cb_engine_exec(t->engine));
    cb_network_fill(o->network, o->input, t->exec);
    status = cb_engine_run(t->engine, err);
    return status == CB_OK ? cb_exec_run(t->exec, err) : status;
}

static cb_status emit_all(const trial *t, const cb_samples *samples, cb_error *err)
{
    double whole_s = cb_samples_summary(&samples[0], samples[0].elapsed_s).median;
    cb_status status = CB_OK;
    for (size_t i = 0; i < t->layers && status == CB_OK; i++)
        status = emit_layer(t, i, &samples[1], whole_s, err);
    if (status == CB_OK)
        status = emit_whole(t, "whole", &samples[0], err);
    if (status == CB_OK && t->options->times_executor)
        status = emit_whole(t, "executor", &samples[2], err);
    return status;
}

static cb_status measure(trial *t, cb_error *err)
{
    cb_samples samples[3];
    const cb_case cases[3] = {{.run = run_whole, .arg = t, .steadiness = CB_VARIES},
                              {.run = run_layered, .arg = t, .steadiness = CB_VARIES},
                              {.run = run_executor, .arg = t, .steadiness = CB_VARIES}};
    const size_t count = t->options->times_executor ? 3 : 2;
    cb_status status = cb_measure(t->team, &t->bench->timer, &t->bench->sampling, cases, count,
                                  t->bench->stop, err, samples);
    if (status != CB_OK && status != CB_INTERRUPTED)
        return status;
    cb_status emitted = t->status == CB_OK ? emit_all(t, samples, err)
                                           : cb_fail(err, t->status, "%s", t->failure.text);
    for (size_t i = 0; i < count; i++)
        cb_samples_free(&samples[i]);
    return emitted == CB_OK ? status : emitted;
}

static cb_status run_kind(trial *t, int cpu, cb_error *err)
{
    cb_status status = cb_team_start(&cpu, 1, err, &t->team);
    if (status == CB_OK)
        status = start(t, cpu, err);
    if (status == CB_OK)
        status = measure(t, err);
    if (t->team)
        cb_team_stop(t->team);
    cb_engine_free(t->engine);
    cb_exec_free(t->exec);
    free(t->ticks);
    free(t->elapsed_s);
    return status;
}

cb_status cb_network_run(const cb_bench *bench, const cb_network_options *options, cb_error *err)
{
    const cb_machine *m = bench->machine;
    cb_status status = CB_OK;
    for (size_t kind = 0; kind < m->kind_count && status == CB_OK; kind++) {
        int cpu;
        trial t = {.bench = bench, .options = options, .core_kind = m->kinds[kind].name};
        if (bench->core_kind >= 0 && (size_t)bench->core_kind != kind)
            continue;
        if (bench->progress)
            bench->progress(bench->sink, kind, m->kind_count, last_part(options->name));
        if (cb_machine_cpus_of_kind(m, (int)kind, &cpu, 1) > 0)
            status = run_kind(&t, cpu, err);
    }
    return status;
}

json_t *cb_network_rows(const cb_engine *engine, const cb_network *net, const char *name,
                        const char *core_kind)
{
    const subject s = {engine, net, name, core_kind};
    json_t *rows = json_array();
    for (size_t i = 0; i < cb_engine_layers(engine); i++)
        json_array_append_new(rows, layer_row(&s, i));
    return rows;
}
