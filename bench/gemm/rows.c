#include "bench/gemm/product.h"

#include <string.h>

static json_t *params_of(const cb_gemm_work *w)
{
    char trans[3] = {w->a_transposed ? 't' : 'n',
                     w->b_small        ? 's'
                     : w->b_packed     ? 'p'
                     : w->b_transposed ? 't'
                                       : 'n',
                     0};
    json_t *params = json_pack("{s:I, s:I, s:I, s:s}", "m", (json_int_t)w->shape.m, "n",
                               (json_int_t)w->shape.n, "k", (json_int_t)w->shape.k, "trans", trans);
    if (*w->shape.name)
        json_object_set_new(params, "shape", json_string(w->shape.name));
    return params;
}

json_t *cb_gemm_row(const cb_gemm_stage *stage, const cb_gemm_work *w, const char *variant,
                    const char *kernel, const char *isa)
{
    double m = (double)w->shape.m, n = (double)w->shape.n, k = (double)w->shape.k;
    const cb_row_key key = {.family = "gemm",
                            .kernel = kernel,
                            .variant = variant,
                            .dtype = stage->dtype,
                            .isa = isa,
                            .core_kind = stage->core_kind,
                            .threads = stage->threads};
    json_t *row = cb_row_new(&key, params_of(w));
    if (row)
        cb_row_set_work(row, 2 * m * n * k,
                        m * k * (double)w->type->a_bytes + k * n * (double)w->type->b_bytes +
                            m * n * (double)w->type->c_bytes);
    return row;
}

static void set_verdict(json_t *row, const cb_gemm_verdict *verdict)
{
    cb_row_set_check(row, verdict->how, verdict->max_abs_err, verdict->ok);
    cb_row_set_number(json_object_get(row, "check"), "of_bound", verdict->max_of_bound, NULL);
    if (!verdict->ok)
        cb_row_set_status(row, "failed", "differs from the oracle by more than rounding can");
}

static void set_peak(json_t *row, const cb_gemm_stage *stage, const cb_samples *peak,
                     const cb_peak_state *state)
{
    static const char unknown[] = "no peak kernel of this type was measured beside it";
    double ops_per_s = cb_row_number(row, "ops_per_s", 0), peak_ops_per_s = 0;
    if (peak && peak->count)
        peak_ops_per_s =
            cb_peak_ops(state) * stage->threads / cb_samples_summary(peak, peak->elapsed_s).median;
    bool known = peak_ops_per_s > 0;
    cb_row_set_number(row, "peak_ops_per_s", peak_ops_per_s, known ? NULL : unknown);
    cb_row_set_number(row, "peak_share", known ? ops_per_s / peak_ops_per_s : 0,
                      known ? NULL : unknown);
    if (known)
        json_object_set_new(row, "peak_kernel", json_string(stage->peak->name));
}

void cb_gemm_row_finish(json_t *row, const cb_gemm_stage *stage, const cb_samples *samples,
                        const cb_gemm_verdict *verdict, const cb_samples *peak,
                        const cb_peak_state *peak_state)
{
    cb_bench_set_samples(row, samples);
    if (!samples->count)
        return;
    set_peak(row, stage, peak, peak_state);
    set_verdict(row, verdict);
}

void cb_gemm_row_set_packing(json_t *row, const cb_samples *samples)
{
    json_t *packing = json_object_get(row, "packing");
    if (!samples->count)
        return;
    json_object_del(packing, "time_s_reason");
    cb_row_set_number(packing, "time_s", cb_samples_summary(samples, samples->elapsed_s).median,
                      NULL);
}
