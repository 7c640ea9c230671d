#include "bench/gemm/split.h"

#include "bench/gemm/barrier.h"
#include "bench/gemm/panels.h"
#include "measure/buffer.h"

#include <stdlib.h>
#include <string.h>

struct cb_gemm_split {
    cb_gemm_plan plan;
    cb_gemm_type type;
    int parts, threads;
    cb_gemm **gemms;  /* one for each part */
    cb_buffer sums;   /* C of each part but the first, one after another */
    size_t sum_bytes; /* of one */
    cb_spin_barrier *barrier;
};

size_t cb_gemm_part_steps(const cb_gemm_plan *plan)
{
    const cb_gemm_kernel *k = plan->kernel;
    size_t step = (size_t)(k->kr_a > k->kr_b ? k->kr_a : k->kr_b); /* powers of two */
    return cb_round_up(cb_ceil_div(plan->k, (size_t)cb_gemm_plan_parts(plan)), step);
}

static cb_status make_parts(cb_gemm_split *s, cb_error *err)
{
    size_t steps = cb_gemm_part_steps(&s->plan);
    cb_gemm_plan part = s->plan;
    cb_status status = CB_OK;
    part.threads_k = 1;
    for (int i = 0; i < s->parts && status == CB_OK; i++) {
        size_t first = (size_t)i * steps;
        part.k = s->plan.k - first < steps ? s->plan.k - first : steps;
        status = cb_gemm_new(&part, err, &s->gemms[i]);
    }
    return status;
}

static cb_status allocate(cb_gemm_split *s, cb_error *err)
{
    size_t bytes = s->sum_bytes * (size_t)(s->parts - 1);
    s->gemms = calloc((size_t)s->parts, sizeof(cb_gemm *));
    s->barrier = aligned_alloc(128, sizeof *s->barrier);
    if (!s->gemms || !s->barrier)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %d parts of a matrix multiply", s->parts);
    memset(s->barrier, 0, sizeof *s->barrier);
    return bytes ? cb_buffer_new(bytes, 0, CB_PAGES_DEFAULT, err, &s->sums) : CB_OK;
}

cb_status cb_gemm_split_new(const cb_gemm_plan *plan, cb_error *err, cb_gemm_split **split)
{
    cb_gemm_split *s = calloc(1, sizeof *s);
    if (!s)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a matrix multiply");
    s->plan = *plan;
    s->type = *cb_gemm_type_of(cb_gemm_plan_dtype(plan));
    s->parts = cb_gemm_plan_parts(plan);
    s->threads = cb_gemm_plan_threads(plan);
    s->sum_bytes = cb_round_up(plan->m * plan->n * s->type.c_bytes, 64);
    cb_status status = allocate(s, err);
    status = status ? status : make_parts(s, err);
    if (status != CB_OK) {
        cb_gemm_split_free(s);
        return status;
    }
    *split = s;
    return CB_OK;
}

void cb_gemm_split_free(cb_gemm_split *split)
{
    if (!split)
        return;
    for (int i = 0; split->gemms && i < split->parts; i++)
        cb_gemm_free(split->gemms[i]);
    cb_buffer_free(&split->sums);
    free(split->gemms);
    free(split->barrier);
    free(split);
}

static char *sums_of(const cb_gemm_split *s, int part)
{
    return (char *)s->sums.data + (size_t)(part - 1) * s->sum_bytes;
}

static const void *from_step(const cb_gemm_operand *operand, bool k_lies_near, size_t step,
                             size_t element)
{
    return (const char *)operand->data + step * (k_lies_near ? 1 : operand->ld) * element;
}

/* What one part computes: its steps, into C or beside it. */
static cb_gemm_args args_of(const cb_gemm_split *s, const cb_gemm_args *args, int part)
{
    size_t first = (size_t)part * cb_gemm_part_steps(&s->plan);
    cb_gemm_args own = *args;
    own.a.data = from_step(&args->a, !args->a.transposed, first, s->type.a_bytes);
    own.b.data = from_step(&args->b, args->b.transposed, first, s->type.b_bytes);
    own.epilogue = NULL;
    if (part) {
        own.c = sums_of(s, part);
        own.c_ld = s->plan.n;
        own.beta = 0;
    }
    return own;
}

static void add_f32(float *restrict to, const float *restrict from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

static void add_f64(double *restrict to, const double *restrict from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

/* They go round at the ends, as the kernels' sums do. */
static void add_s32(uint32_t *restrict to, const uint32_t *restrict from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

/* C is of one of these (cb_gemm_plan_check). */
static void add_row(cb_number number, void *to, const void *from, size_t count)
{
    if (number == CB_F32)
        add_f32(to, from, count);
    else if (number == CB_F64)
        add_f64(to, from, count);
    else
        add_s32(to, from, count);
}

static void add_rows(const cb_gemm_split *s, const cb_gemm_args *args, cb_range rows)
{
    size_t row_bytes = s->plan.n * s->type.c_bytes;
    for (size_t i = rows.first; i < rows.last; i++)
        for (int part = 1; part < s->parts; part++)
            add_row(s->type.c, (char *)args->c + i * args->c_ld * s->type.c_bytes,
                    sums_of(s, part) + i * row_bytes, s->plan.n);
}

static void finish(const cb_gemm_split *s, const cb_gemm_args *args, int thread)
{
    cb_range rows = cb_range_of(s->plan.m, thread, s->threads);
    add_rows(s, args, rows);
    const cb_gemm_part done = {.row = rows.first,
                               .m = rows.last - rows.first,
                               .n = s->plan.n,
                               .c = (char *)args->c + rows.first * args->c_ld * s->type.c_bytes,
                               .ld = args->c_ld};
    if (args->epilogue && done.m)
        args->epilogue(args->epilogue_arg, &done);
}

void cb_gemm_split_call(cb_gemm_split *s, const cb_gemm_args *args, int thread, bool only_packs)
{
    int team = s->threads / s->parts, part = thread / team;
    cb_gemm_args own = args_of(s, args, part);
    if (only_packs)
        cb_gemm_call_packing(s->gemms[part], &own, thread % team);
    else
        cb_gemm_call(s->gemms[part], &own, thread % team);
    cb_spin_barrier_wait(s->barrier, (unsigned)s->threads);
    if (!only_packs)
        finish(s, args, thread);
    cb_spin_barrier_wait(s->barrier, (unsigned)s->threads);
}
