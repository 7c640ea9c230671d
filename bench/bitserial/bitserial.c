#include "bench/bitserial/bitserial.h"

#include "bench/bitserial/group.h"

#include "base/units.h"

#include <stdio.h>
#include <stdlib.h>

/* The whole run, and where it stands. */
typedef struct {
    const cb_bench *bench;
    const cb_bits_options *options;
    size_t done, total;
} run;

static size_t problem_count(const cb_bits_options *o)
{
    return (o->layer_count ? o->layer_count : o->shape_count) * o->width_count;
}

/* Widths go fastest, so that a size is done when its widths are. */
static cb_bits_problem problem_at(const cb_bits_options *o, size_t index)
{
    size_t item = index / o->width_count;
    return (cb_bits_problem){.named = o->layer_count ? &o->layers[item] : NULL,
                             .shape = o->layer_count ? NULL : &o->shapes[item],
                             .scheme = o->scheme,
                             .width = o->widths[index % o->width_count],
                             .variants = o->variants};
}

static void tell(run *r, const cb_bits_stage *stage, const cb_bits_problem *p)
{
    char what[160], size[64];
    if (p->named)
        snprintf(size, sizeof size, "%s", p->named->name);
    else
        snprintf(size, sizeof size, "%zux%zux%zu", p->shape->m, p->shape->n, p->shape->k);
    snprintf(what, sizeof what, "bitserial %s, %dx%d bits, %d thread%s", size, p->width.w,
             p->width.a, stage->threads, stage->threads > 1 ? "s" : "");
    if (r->bench->progress)
        r->bench->progress(r->bench->sink, r->done, r->total, what);
    r->done++;
}

/* Codes, packed codes and C, roughly. */
static double bytes_needed(const cb_bits_problem *p)
{
    if (p->named) {
        const cb_layer *l = &p->named->layer;
        double rows = (double)(l->batch * cb_layer_out_h(l) * cb_layer_out_w(l));
        return 3 * (double)cb_layer_input_elems(l) + 3 * (double)cb_layer_weight_elems(l) +
               4 * (double)cb_layer_output_elems(l) +
               rows * (double)(l->kh * l->kw * l->cin / l->groups);
    }
    double m = (double)p->shape->m, n = (double)p->shape->n, k = (double)p->shape->k;
    return 2 * m * k + 4 * n * k + 4 * m * n;
}

static cb_status run_problem(run *r, const cb_bits_stage *stage, const cb_bits_problem *p,
                             cb_error *err)
{
    char reason[160];
    cb_fact available = r->bench->machine->ram_available_bytes;
    double needed = bytes_needed(p);
    tell(r, stage, p);
    if (!stage->team)
        return cb_bits_skip(stage, p, "tuned", "this core kind has fewer CPUs that may be used",
                            err);
    if (!available.reason && needed > 0.9 * available.value) {
        snprintf(reason, sizeof reason, "its operands need about %s, and %s of memory are free",
                 cb_format_bytes((uint64_t)needed).text,
                 cb_format_bytes((uint64_t)available.value).text);
        return cb_bits_skip(stage, p, "tuned", reason, err);
    }
    return cb_bits_measure(stage, p, err);
}

static cb_status run_problems(run *r, const cb_bits_stage *stage, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < problem_count(r->options) && status == CB_OK; i++) {
        cb_bits_problem problem = problem_at(r->options, i);
        status = run_problem(r, stage, &problem, err);
    }
    return status;
}

static cb_status run_threads(run *r, size_t kind, int threads, cb_error *err)
{
    const cb_machine *m = r->bench->machine;
    int *cpus = calloc(m->cpu_count + 1, sizeof *cpus);
    if (!cpus)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu CPU numbers", m->cpu_count);
    size_t have = cb_machine_cpus_of_kind(m, (int)kind, cpus, m->cpu_count);
    cb_bits_stage stage = {
        .bench = r->bench, .kind = &m->kinds[kind], .threads = threads, .cpu = cpus[0]};
    cb_status status = CB_OK;
    if ((size_t)threads <= have)
        status = cb_team_start(cpus, (size_t)threads, err, &stage.team);
    if (status == CB_OK)
        status = run_problems(r, &stage, err);
    if (stage.team)
        cb_team_stop(stage.team);
    free(cpus);
    return status;
}

cb_status cb_bitserial_run(const cb_bench *bench, const cb_bits_options *options, cb_error *err)
{
    run r = {.bench = bench, .options = options};
    size_t kinds = bench->core_kind < 0 ? bench->machine->kind_count : 1;
    cb_status status = CB_OK;
    r.total = problem_count(options) * bench->thread_count * kinds;
    for (size_t kind = 0; kind < bench->machine->kind_count && status == CB_OK; kind++)
        for (size_t t = 0; t < bench->thread_count && status == CB_OK; t++)
            if (bench->core_kind < 0 || (size_t)bench->core_kind == kind)
                status = run_threads(&r, kind, bench->threads[t], err);
    return status;
}
