#include "bench/membw/again.h"

#include "bench/membw/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A row of an earlier attempt, looked up once. */
typedef struct {
    const json_t *row;
    const char *pattern;
    const cb_membw_kernel *kernel;
    uint64_t block_bytes;
    double bytes_per_cycle;
} figure;

static const cb_membw_kernel *kernel_named(const char *name)
{
    for (size_t i = 0; i < cb_membw_kernel_count; i++)
        if (name && strcmp(cb_membw_kernels[i].name, name) == 0)
            return &cb_membw_kernels[i];
    return NULL;
}

/* Well inside the first or the second level: 0.7 of a share at most, 1.5 of the one below at least
 * (models/levels.h). Nearer to an edge a block has no one time. */
static bool on_plateau(const cb_membw_stage *stage, uint64_t block_bytes)
{
    const cb_machine *m = stage->bench->machine;
    const char *high =
        cb_plan_level(m, stage->first_cpu, stage->threads, (uint64_t)((double)block_bytes / 0.7));
    const char *low =
        cb_plan_level(m, stage->first_cpu, stage->threads, (uint64_t)((double)block_bytes / 1.5));
    if (!high || !low || strcmp(high, low) != 0)
        return high && strcmp(high, "L1") == 0;
    return strcmp(high, "L1") == 0 || strcmp(high, "L2") == 0;
}

static bool is_text(const json_t *row, const char *path, const char *text)
{
    const char *has = cb_row_text(row, path);
    return has && strcmp(has, text) == 0;
}

static bool is_of_stage(const cb_membw_stage *stage, const json_t *row)
{
    return is_text(row, "family", "membw") && is_text(row, "status", "ok") &&
           is_text(row, "core_kind", stage->core_kind) &&
           is_text(row, "params.pages", cb_membw_pages_name(&stage->operands)) &&
           (int)cb_row_number(row, "threads", 0) == stage->threads;
}

static size_t collect(const cb_membw_stage *stage, figure *figures)
{
    const json_t *rows = json_object_get(stage->bench->earlier, "results"), *row;
    size_t i, n = 0;
    json_array_foreach(rows, i, row)
    {
        const cb_membw_kernel *kernel = kernel_named(cb_row_text(row, "kernel"));
        uint64_t block = (uint64_t)cb_row_number(row, "params.block_bytes", 0);
        if (kernel && !kernel->non_temporal && is_of_stage(stage, row) &&
            on_plateau(stage, block) && cb_bench_selects(stage->bench, kernel->name))
            figures[n++] = (figure){row, cb_membw_pattern_name(kernel->pattern), kernel, block,
                                    cb_row_number(row, "bytes_per_cycle", 0)};
    }
    return n;
}

/* One of those that are measured in turn. */
static bool same_group(const figure *a, const figure *b)
{
    return a->block_bytes == b->block_bytes && a->kernel->pattern == b->kernel->pattern;
}

/* What is slower than another kernel of its width by more than that is nobody's figure. */
static bool is_near_best(const figure *figures, size_t count, const figure *f)
{
    static const double REACH = 0.97;
    double best = 0;
    for (size_t i = 0; i < count; i++)
        if (same_group(&figures[i], f) && figures[i].kernel->width_bits == f->kernel->width_bits)
            best = fmax(best, figures[i].bytes_per_cycle);
    return f->bytes_per_cycle >= REACH * best;
}

static bool is_wanted(const cb_membw_stage *stage, const figure *figures, size_t count,
                      const figure *f)
{
    if (!is_near_best(figures, count, f))
        return false;
    cb_row_key key = cb_membw_key(stage, f->kernel);
    return cb_bench_wants(stage->bench, &key,
                          cb_membw_kernel_params(stage, f->kernel, f->block_bytes));
}

/* The kernels of a group that want another attempt, the same one once. */
static size_t choose(const cb_membw_stage *stage, const figure *figures, size_t count,
                     const figure *first, const cb_membw_kernel *kernels[CB_GROUP_KERNELS])
{
    size_t n = 0;
    for (size_t i = 0; i < count && n < CB_GROUP_KERNELS; i++) {
        const figure *f = &figures[i];
        bool seen = !same_group(f, first);
        for (size_t k = 0; k < n && !seen; k++)
            seen = kernels[k] == f->kernel;
        if (!seen && is_wanted(stage, figures, count, f))
            kernels[n++] = f->kernel;
    }
    return n;
}

static bool group_was_seen(const figure *figures, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (same_group(&figures[i], &figures[at]))
            return true;
    return false;
}

cb_status cb_membw_again(const cb_membw_stage *stage, cb_error *err)
{
    size_t rows = cb_results_count(stage->bench->earlier);
    figure *figures = calloc(rows + 1, sizeof *figures);
    if (!figures)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu figures", rows);
    size_t count = collect(stage, figures);
    cb_status status = CB_OK;
    for (size_t i = 0; i < count && status == CB_OK; i++) {
        const cb_membw_kernel *kernels[CB_GROUP_KERNELS];
        size_t n =
            group_was_seen(figures, i) ? 0 : choose(stage, figures, count, &figures[i], kernels);
        if (n)
            status = cb_membw_group(stage, kernels, n, figures[i].block_bytes, err, NULL);
    }
    free(figures);
    return status;
}
