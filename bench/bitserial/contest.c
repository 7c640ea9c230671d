#include "bench/bitserial/contest.h"

#include "bench/bitserial/inside.h"

#include <math.h>
#include <stdlib.h>

/* ---- what is timed ---- */

static void run_gemm(const cb_bits_entrant *e, int thread)
{
    const cb_bits_contest *c = e->contest;
    cb_bits_gemm_call(c->work, c->weights, c->a.data, c->c.data, thread);
}

static void run_two(const cb_bits_entrant *e, int thread)
{
    const cb_bits_contest *c = e->contest;
    cb_bits_gemm_call(c->two_work, c->two_weights, c->a.data, c->c.data, thread);
}

static void run_lut(const cb_bits_entrant *e, int thread)
{
    const cb_bits_contest *c = e->contest;
    cb_bits_tables_call(c->tables, c->a.data, c->c.data, thread);
}

static void run_pack(const cb_bits_entrant *e, int thread)
{
    cb_bits_gemm_pack_call(e->contest->work, e->contest->a.data, thread);
}

static void run_pack_weights(const cb_bits_entrant *e, int thread)
{
    if (thread == 0)
        cb_bits_weights_pack(e->contest->weights, e->contest->w.data);
}

static void run_conv(const cb_bits_entrant *e, int thread)
{
    const cb_bits_contest *c = e->contest;
    cb_bits_conv_call(c->conv, c->a.data, c->c.data, thread);
}

static void run_conv_pack(const cb_bits_entrant *e, int thread)
{
    cb_bits_conv_pack_call(e->contest->conv, e->contest->a.data, thread);
}

static void run_same_size(const cb_bits_entrant *e, int thread)
{
    const cb_bits_contest *c = e->contest;
    cb_bits_gemm_call(c->work, c->weights, c->rows.data, c->c.data, thread);
}

/* ---- operands ---- */

static cb_status new_codes(size_t bytes, size_t offset, uint32_t seed, cb_error *err, cb_buffer *to)
{
    cb_status status = cb_buffer_new(bytes, offset, CB_PAGES_DEFAULT, err, to);
    for (size_t i = 0; status == CB_OK && i < bytes; i++) {
        seed = seed * 1664525u + 1013904223u;
        ((uint8_t *)to->data)[i] = (uint8_t)(seed >> 24);
    }
    return status;
}

static cb_bits_target target_of(const cb_bits_stage *stage)
{
    return (cb_bits_target){.machine = stage->bench->machine,
                            .isa = stage->bench->isa,
                            .kernel_glob = stage->bench->kernel_glob,
                            .cpu = stage->cpu};
}

static cb_bits_matmul shape_of(const cb_bits_problem *p)
{
    cb_bits_matmul s = {.a = cb_bits_type_of(p->width.a, p->scheme->a),
                        .w = cb_bits_type_of(p->width.w, p->scheme->w)};
    if (p->named) {
        const cb_layer *l = &p->named->layer;
        s.m = l->batch * cb_layer_out_h(l) * cb_layer_out_w(l);
        s.n = l->cout / l->groups;
        s.k = l->kh * l->kw * (l->cin / l->groups);
    } else {
        s.m = p->shape->m;
        s.n = p->shape->n;
        s.k = p->shape->k;
    }
    return s;
}

/* ---- entrants ---- */

static cb_bits_entrant *add(cb_bits_contest *c, const char *variant, const cb_bits_kernel *kernel,
                            void (*run)(const cb_bits_entrant *, int))
{
    cb_bits_entrant *e = &c->entrants[c->entrant_count++];
    *e = (cb_bits_entrant){.variant = variant, .kernel = kernel, .contest = c, .run = run};
    return e;
}

/* Codes in, weights packed, C out: what no way of computing it can leave out. */
static void set_product(cb_bits_entrant *e, double macs, double a_bytes, double c_elems)
{
    const cb_bits_contest *c = e->contest;
    double groups = c->problem->named ? (double)c->problem->named->layer.groups : 1;
    double weights = groups * (double)c->shape.n * (double)c->shape.k * c->shape.w.bits / 8;
    e->ops = 2 * macs;
    e->bytes = a_bytes + weights + c_elems * sizeof(int32_t);
    e->is_product = true;
}

static void set_packing(cb_bits_entrant *e, double read, double written)
{
    e->read = read;
    e->written = written;
    e->bytes = read + written;
}

static void set_gemm_product(cb_bits_entrant *e)
{
    double m = (double)e->contest->shape.m, n = (double)e->contest->shape.n,
           k = (double)e->contest->shape.k;
    set_product(e, m * n * k, m * k, m * n);
}

static cb_status enter_two(cb_bits_contest *c, const cb_bits_target *target, cb_error *err)
{
    const cb_bits_scheme *s = c->problem->scheme;
    bool fits = s->a == CB_BITS_UNSIGNED && s->w == CB_BITS_BIPOLAR;
    if (!(c->problem->variants & CB_BITS_VARIANT_TWO) || !fits)
        return CB_OK;
    cb_status status = cb_bits_plan_make(&c->shape, 1, CB_BITS_FORM_TWO, target, c->stage->threads,
                                         err, &c->two_plan);
    if (status == CB_UNSUPPORTED) /* no such kernel under this --kernel */
        return CB_OK;
    status = status ? status : cb_bits_weights_new(&c->two_plan, c->w.data, err, &c->two_weights);
    status = status ? status : cb_bits_work_new(&c->two_plan, err, &c->two_work);
    if (status == CB_OK)
        set_gemm_product(add(c, "two-popcount", c->two_plan.kernel, run_two));
    return status;
}

static cb_status enter_lut(cb_bits_contest *c, const cb_bits_target *target, cb_error *err)
{
    if (!(c->problem->variants & CB_BITS_VARIANT_LUT) || !cb_bits_kernel_of(CB_BITS_LUT, target))
        return CB_OK;
    cb_status status =
        cb_bits_tables_new(&c->shape, c->w.data, target, c->stage->threads, err, &c->tables);
    if (status == CB_OK)
        set_gemm_product(add(c, "lut", cb_bits_tables_kernel(c->tables), run_lut));
    return status;
}

static cb_status enter_tuned(cb_bits_contest *c, const cb_bits_target *target, cb_error *err)
{
    double n = (double)c->shape.n, k = (double)c->shape.k, m = (double)c->shape.m;
    if (!(c->problem->variants & CB_BITS_VARIANT_TUNED))
        return CB_OK;
    cb_status status = cb_bits_plan_make(&c->shape, 1, CB_BITS_FORM_AUTO, target, c->stage->threads,
                                         err, &c->plan);
    if (status == CB_UNSUPPORTED && target->kernel_glob)
        return CB_OK;
    status = status ? status : cb_bits_weights_new(&c->plan, c->w.data, err, &c->weights);
    status = status ? status : cb_bits_work_new(&c->plan, err, &c->work);
    if (status != CB_OK)
        return status;
    set_gemm_product(add(c, "tuned", c->plan.kernel, run_gemm));
    set_packing(add(c, "pack-activations", c->plan.packer, run_pack),
                m * k * (c->plan.split_n ? c->plan.threads : 1), cb_bits_packed_a_bytes(&c->plan));
    set_packing(add(c, "pack-weights", c->plan.packer, run_pack_weights), n * k,
                cb_bits_packed_w_bytes(&c->plan));
    return CB_OK;
}

static cb_status enter_gemm(cb_bits_contest *c, cb_error *err)
{
    const cb_bits_target target = target_of(c->stage);
    size_t m = c->shape.m, n = c->shape.n, k = c->shape.k;
    cb_status status = new_codes(m * k, 0, 1, err, &c->a);
    status = status ? status : new_codes(n * k, 1344, 2, err, &c->w);
    status = status ? status
                    : cb_buffer_new(m * n * sizeof(int32_t), 2688, CB_PAGES_DEFAULT, err, &c->c);
    status = status ? status : enter_tuned(c, &target, err);
    status = status ? status : enter_two(c, &target, err);
    status = status ? status : enter_lut(c, &target, err);
    if (status == CB_OK && !c->entrant_count)
        status = cb_fail(err, CB_UNSUPPORTED,
                         "no kernel matches --kernel, --variant and --encoding together");
    return status;
}

/* The matrix multiply that a convolution of this size would be with all its pixels laid out. */
static cb_status enter_same_size(cb_bits_contest *c, const cb_bits_target *target, cb_error *err)
{
    if (c->problem->named->layer.groups > 1)
        return CB_OK; /* many small ones: nothing to compare with */
    cb_status status = new_codes(c->shape.m * c->shape.k, 0, 3, err, &c->rows);
    status = status ? status
                    : cb_bits_plan_make(&c->shape, 1, CB_BITS_FORM_AUTO, target, c->stage->threads,
                                        err, &c->plan);
    status = status ? status : cb_bits_weights_new(&c->plan, c->w.data, err, &c->weights);
    status = status ? status : cb_bits_work_new(&c->plan, err, &c->work);
    if (status == CB_OK)
        set_gemm_product(add(c, "same-size-gemm", c->plan.kernel, run_same_size));
    return status;
}

static cb_status enter_conv(cb_bits_contest *c, cb_error *err)
{
    const cb_layer *l = &c->problem->named->layer;
    const cb_bits_target target = target_of(c->stage);
    size_t in = cb_layer_input_elems(l), out = cb_layer_output_elems(l);
    cb_status status = new_codes(in, 0, 1, err, &c->a);
    status = status ? status : new_codes(cb_layer_weight_elems(l), 1344, 2, err, &c->w);
    status =
        status ? status : cb_buffer_new(out * sizeof(int32_t), 2688, CB_PAGES_DEFAULT, err, &c->c);
    status = status ? status
                    : cb_bits_conv_new(l, &c->shape.a, &c->shape.w, c->w.data, &target,
                                       c->stage->threads, err, &c->conv);
    if (status != CB_OK)
        return status;
    const cb_bits_plan *plan = cb_bits_conv_plan(c->conv);
    set_product(add(c, "tuned", plan->kernel, run_conv), cb_layer_macs(l), (double)in, (double)out);
    set_packing(add(c, "pack-activations", plan->packer, run_conv_pack), (double)in,
                cb_bits_conv_packed_bytes(c->conv));
    return enter_same_size(c, &target, err);
}

/* ---- the peak kernel beside them ---- */

static const cb_peak_kernel *peak_for(const cb_bits_contest *c)
{
    const cb_bits_kernel *kernel = c->entrants[0].kernel;
    const cb_peak_kernel *same = cb_peak_best("u1", cb_isa_bit(kernel->isa));
    return same ? same : cb_peak_best("u1", c->stage->bench->isa);
}

static cb_status add_peak(cb_bits_contest *c, cb_error *err)
{
    const cb_peak_kernel *kernel = peak_for(c);
    if (!kernel)
        return CB_OK;
    cb_status status = cb_peak_state_new(kernel, c->stage->threads, err, &c->peak);
    if (status != CB_OK)
        return status;
    /* As long as the product: a wide kernel lowers the clock within a millisecond, and a peak that
     * is over before it does would be one of another clock. */
    double pairs = c->problem->width.a * c->problem->width.w;
    double ops = fmin(c->entrants[0].ops * pairs / c->stage->threads, 0x1p32);
    c->peak.iterations = 1 + (uint64_t)(ops * (double)c->peak.iterations / cb_peak_ops(&c->peak));
    c->has_peak = true;
    return CB_OK;
}

cb_status cb_bits_enter(const cb_bits_stage *stage, const cb_bits_problem *problem, cb_error *err,
                        cb_bits_contest *contest)
{
    *contest = (cb_bits_contest){.stage = stage, .problem = problem, .shape = shape_of(problem)};
    cb_status status = problem->named ? enter_conv(contest, err) : enter_gemm(contest, err);
    status = status ? status : add_peak(contest, err);
    if (status != CB_OK)
        cb_bits_leave(contest);
    return status;
}

void cb_bits_leave(cb_bits_contest *c)
{
    if (c->has_peak)
        cb_peak_state_free(&c->peak);
    cb_bits_conv_free(c->conv);
    cb_bits_tables_free(c->tables);
    cb_bits_work_free(c->two_work);
    cb_bits_work_free(c->work);
    cb_bits_weights_free(c->two_weights);
    cb_bits_weights_free(c->weights);
    cb_buffer_free(&c->rows);
    cb_buffer_free(&c->c);
    cb_buffer_free(&c->w);
    cb_buffer_free(&c->a);
}

/* ---- checking ---- */

enum { ORACLE_MACS = 1 << 25 };

static double compare(const int32_t *got, const int32_t *wanted, size_t count)
{
    int64_t most = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t difference = llabs((int64_t)got[i] - wanted[i]);
        most = difference > most ? difference : most;
    }
    return (double)most;
}

static double check_row(const cb_bits_contest *c, const cb_bits_entrant *e, size_t row,
                        int32_t *wanted)
{
    const cb_bits_problem *p = c->problem;
    const int32_t *got = c->c.data;
    if (p->named && e->run == run_conv) {
        size_t cout = p->named->layer.cout;
        cb_bits_oracle_pixel(&p->named->layer, &c->shape.a, &c->shape.w, c->a.data, c->w.data, row,
                             wanted);
        return compare(got + row * cout, wanted, cout);
    }
    const uint8_t *a = p->named ? c->rows.data : c->a.data;
    cb_bits_matmul one = c->shape;
    one.m = 1;
    cb_bits_oracle(&one, a + row * one.k, c->w.data, wanted, 0, 1);
    return compare(got + row * one.n, wanted, one.n);
}

double cb_bits_check(const cb_bits_contest *c, const cb_bits_entrant *e)
{
    size_t groups = c->problem->named ? c->problem->named->layer.groups : 1;
    size_t columns = c->shape.n * groups, rows = c->shape.m;
    size_t most = ORACLE_MACS / (columns * c->shape.k) + 2;
    size_t checked = rows < most ? rows : most;
    int32_t *wanted = malloc(columns * sizeof *wanted);
    double worst = wanted ? 0 : INFINITY;
    for (size_t i = 0; wanted && i < checked; i++) {
        size_t row = checked > 1 ? i * (rows - 1) / (checked - 1) : 0;
        worst = fmax(worst, check_row(c, e, row, wanted));
    }
    free(wanted);
    return worst;
}
