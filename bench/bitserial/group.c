#include "bench/bitserial/group.h"

#include "bench/bitserial/contest.h"
#include "bench/bitserial/inside.h"

#include <stdio.h>

/* ---- rows ---- */

static json_t *layer_params(const cb_named_layer *named)
{
    const cb_layer *l = &named->layer;
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f}",
                     "op", "conv", "layer", named->name, "layout", "nhwc", "batch",
                     (json_int_t)l->batch, "cin", (json_int_t)l->cin, "h", (json_int_t)l->h, "w",
                     (json_int_t)l->w, "cout", (json_int_t)l->cout, "kh", (json_int_t)l->kh, "kw",
                     (json_int_t)l->kw, "stride", (json_int_t)l->stride, "pad", (json_int_t)l->pad,
                     "groups", (json_int_t)l->groups, "dilation", (json_int_t)l->dilation, "macs",
                     cb_layer_macs(l));
}

static json_t *params_of(const cb_bits_problem *p)
{
    json_t *params;
    if (p->named)
        params = layer_params(p->named);
    else
        params = json_pack("{s:s, s:I, s:I, s:I}", "op", "gemm", "m", (json_int_t)p->shape->m, "n",
                           (json_int_t)p->shape->n, "k", (json_int_t)p->shape->k);
    json_object_set_new(params, "w_bits", json_integer(p->width.w));
    json_object_set_new(params, "a_bits", json_integer(p->width.a));
    json_object_set_new(params, "encoding", json_string(p->scheme->name));
    return params;
}

/* "w2a1": weights of two bits, activations of one. */
static cb_row_key key_of(const cb_bits_stage *stage, const cb_bits_problem *p, const char *variant,
                         const cb_bits_kernel *kernel, char dtype[16])
{
    snprintf(dtype, 16, "w%da%d", p->width.w, p->width.a);
    return (cb_row_key){.family = "bitserial",
                        .kernel = kernel ? kernel->name : "-",
                        .variant = variant,
                        .dtype = dtype,
                        .isa = kernel ? cb_isa_name(kernel->isa) : "-",
                        .core_kind = stage->kind->name,
                        .threads = stage->threads};
}

cb_status cb_bits_skip(const cb_bits_stage *stage, const cb_bits_problem *problem,
                       const char *variant, const char *reason, cb_error *err)
{
    char dtype[16];
    cb_row_key key = key_of(stage, problem, variant, NULL, dtype);
    return cb_bench_skip(stage->bench, &key, params_of(problem), reason, err);
}

/* The plan that an entrant's product runs by; NULL where it has none. */
static const cb_bits_plan *plan_of(const cb_bits_entrant *e)
{
    const cb_bits_contest *c = e->contest;
    if (!e->is_product || e->kernel->kind == CB_BITS_LUT)
        return NULL;
    if (e->kernel->kind == CB_BITS_TWO)
        return &c->two_plan;
    bool is_conv = c->conv && e == &c->entrants[0];
    return is_conv ? cb_bits_conv_plan(c->conv) : &c->plan;
}

/* Rows of a panel that go through the weights together; the others read them again. */
static size_t rows_at_once(const cb_bits_kernel *kernel)
{
    if (kernel->isa == CB_ISA_VPOPCNT)
        return 4;
    return kernel->isa == CB_ISA_AVX2 ? 1 : (size_t)kernel->mr;
}

/* Bytes of packed operands that the kernels load in one call: in each step of k a panel's words of
 * activations once, and the weights once for each rows_at_once of them. */
static double packed_bytes_read(const cb_bits_plan *p)
{
    size_t mr = (size_t)p->kernel->mr, nr = (size_t)p->kernel->nr;
    double panels = (double)cb_bits_ceil(p->shape.m, mr) * (double)cb_bits_ceil(p->shape.n, nr);
    double steps = panels * (double)p->words * p->shape.a.bits * p->shape.w.bits;
    size_t passes = mr / rows_at_once(p->kernel);
    return steps * (double)(cb_bits_a_step(p) + passes * cb_bits_w_step(p));
}

static void set_plan(json_t *row, const cb_bits_entrant *e)
{
    const cb_bits_plan *p = plan_of(e);
    const cb_bits_kernel *k = e->kernel;
    if (!p)
        return;
    double word = (double)cb_bits_word(k), groups = 1;
    if (e->contest->problem->named)
        groups = (double)e->contest->problem->named->layer.groups;
    double read = packed_bytes_read(p) * groups;
    json_object_set_new(row, "tile",
                        json_pack("{s:i, s:i, s:i}", "mr", k->mr, "nr", k->nr, "kr", (int)word));
    json_object_set_new(row, "blocking",
                        json_pack("{s:I, s:f, s:I, s:s, s:s}", "mc", (json_int_t)p->mc, "kc",
                                  (double)p->kc * word, "nc", (json_int_t)p->shape.n, "order",
                                  "kij", "threads_split", p->split_n ? "n" : "m"));
    json_object_set_new(row, "packing",
                        json_pack("{s:f, s:f, s:f, s:f}", "a_bytes",
                                  cb_bits_packed_a_bytes(p) * groups, "w_bytes",
                                  cb_bits_packed_w_bytes(p) * groups, "loaded_bytes", read,
                                  "loaded_bytes_per_mac", read / (e->ops / 2)));
}

/* What packing reads and writes, and how fast it reads. */
static void set_packing(json_t *row, const cb_bits_entrant *e)
{
    double time_s = cb_row_number(row, "time_s.median", 0);
    if (e->is_product)
        return;
    json_object_set_new(
        row, "packing",
        json_pack("{s:f, s:f}", "read_bytes", e->read, "written_bytes", e->written));
    cb_row_set_number(json_object_get(row, "packing"), "read_bytes_per_s",
                      time_s > 0 ? e->read / time_s : 0, time_s > 0 ? NULL : "not measured");
}

/* Share of what the peak kernel would give: its rate over the planes on both sides. */
static void set_peak(json_t *row, const cb_bits_entrant *e, const cb_samples *samples)
{
    const cb_bits_contest *c = e->contest;
    static const char none[] = "no peak kernel counts what this one does";
    double rate = cb_row_number(row, "ops_per_s", 0), peak = 0;
    double pairs = c->problem->width.a * c->problem->width.w;
    if (!e->is_product)
        return;
    if (c->has_peak && e->kernel->kind != CB_BITS_LUT && samples[c->entrant_count].count)
        peak = cb_peak_ops(&c->peak) * c->stage->threads /
               cb_samples_summary(&samples[c->entrant_count], samples[c->entrant_count].elapsed_s)
                   .median;
    bool known = peak > 0 && rate > 0;
    cb_row_set_number(row, "peak_ops_per_s", peak / pairs, known ? NULL : none);
    cb_row_set_number(row, "peak_share", known ? rate / (peak / pairs) : 0, known ? NULL : none);
    if (known)
        json_object_set_new(row, "peak_kernel", json_string(c->peak.kernel->name));
}

/* A convolution's share of the rate of a matrix multiply of its size. */
static void set_gemm_share(json_t *row, const cb_bits_entrant *e, const cb_samples *samples)
{
    const cb_bits_contest *c = e->contest;
    const cb_bits_entrant *last = &c->entrants[c->entrant_count - 1];
    const cb_samples *same = &samples[last->case_index];
    if (e != &c->entrants[0] || !c->weights || !c->conv || !same->count)
        return;
    double gemm = last->ops / cb_samples_summary(same, same->elapsed_s).median;
    cb_row_set_number(row, "gemm_ops_per_s", gemm, NULL);
    cb_row_set_number(row, "gemm_share", cb_row_number(row, "ops_per_s", 0) / gemm, NULL);
}

static void set_check(json_t *row, const cb_bits_entrant *e)
{
    if (!e->is_product)
        return;
    bool ok = e->max_abs_err == 0;
    cb_row_set_check(row, "plain C on the numbers", e->max_abs_err, ok);
    if (!ok)
        cb_row_set_status(row, "failed", "differs from the oracle");
}

static cb_status emit(const cb_bits_entrant *e, const cb_samples *samples, cb_error *err)
{
    char dtype[16];
    const cb_bits_contest *c = e->contest;
    cb_row_key key = key_of(c->stage, c->problem, e->variant, e->kernel, dtype);
    json_t *row = cb_row_new(&key, params_of(c->problem));
    if (!row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    cb_row_set_work(row, e->ops, e->bytes);
    cb_bench_set_samples(row, &samples[e->case_index]);
    set_plan(row, e);
    if (samples[e->case_index].count) {
        set_packing(row, e);
        set_peak(row, e, samples);
        set_gemm_share(row, e, samples);
        set_check(row, e);
    }
    return c->stage->bench->emit(c->stage->bench->sink, row, err);
}

/* ---- measuring ---- */

static void run_repeats(void *arg, int thread, uint64_t repeats)
{
    const cb_bits_entrant *e = arg;
    for (uint64_t i = 0; i < repeats; i++)
        e->run(e, thread);
}

static void run_once(void *arg, int thread)
{
    run_repeats(arg, thread, 1);
}

static void check_all(cb_bits_contest *c)
{
    for (size_t i = 0; i < c->entrant_count; i++) {
        cb_bits_entrant *e = &c->entrants[i];
        cb_team_run(c->stage->team, run_once, e);
        if (e->is_product)
            e->max_abs_err = cb_bits_check(c, e);
    }
}

static cb_status measure(cb_bits_contest *c, cb_error *err)
{
    const cb_bench *bench = c->stage->bench;
    cb_case cases[CB_BITS_ENTRANTS + 1];
    cb_samples samples[CB_BITS_ENTRANTS + 1] = {{0}};
    size_t count = c->entrant_count;
    for (size_t i = 0; i < c->entrant_count; i++) {
        cases[i] = (cb_case){.run = run_repeats, .arg = &c->entrants[i], .steadiness = CB_VARIES};
        c->entrants[i].case_index = i;
    }
    if (c->has_peak)
        cases[count++] = cb_peak_case(&c->peak);
    cb_status status = cb_measure(c->stage->team, &bench->timer, &bench->sampling, cases, count,
                                  bench->stop, err, samples);
    bool measured = status == CB_OK || status == CB_INTERRUPTED;
    for (size_t i = 0; measured && i < c->entrant_count; i++) {
        cb_status emitted = emit(&c->entrants[i], samples, err);
        status = emitted != CB_OK && status == CB_OK ? emitted : status;
    }
    for (size_t i = 0; measured && i < count; i++)
        cb_samples_free(&samples[i]);
    return status;
}

cb_status cb_bits_measure(const cb_bits_stage *stage, const cb_bits_problem *problem, cb_error *err)
{
    cb_bits_contest contest;
    cb_error why;
    cb_status status = cb_bits_enter(stage, problem, &why, &contest);
    if (status != CB_OK)
        return cb_bits_skip(stage, problem, "tuned", why.text, err);
    check_all(&contest);
    status = measure(&contest, err);
    cb_bits_leave(&contest);
    return status;
}
