#include "models/levels_sizes.h"

#include "base/stats.h"
#include "models/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A plateau is taken well inside its level: from FROM x the share of the cache below to TO x its
 * own; where the sweep has no block there, from NEAR_FROM to NEAR_TO. */
static const double FROM = 1.5, TO = 0.7, NEAR_FROM = 1.1, NEAR_TO = 0.95;
/* In a block of a few hundred bytes the loop's start and end are part of what is measured. */
static const double SMALLEST_SHARE_OF_L1 = 1.0 / 16;

/* What this file needs of one row, looked up once. */
typedef struct {
    const json_t *row;
    const char *pattern, *kernel, *variant, *pages, *level;
    int threads, width_bits;
    bool published;
    double block_bytes, bytes_per_s, latency_s, latency_cycles;
} point;

typedef struct {
    cb_levels *levels;
    point *points;
    size_t count;
    double *values, *more; /* room for one value a point each */
    const point **groups;  /* one point for each group; room as above */
    size_t capacity;       /* of levels->rates */
} work;

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* One kernel in one of its forms: the blocks of a plateau must come from one of them. */
static bool same_group(const point *a, const point *b)
{
    return same(a->kernel, b->kernel) && same(a->variant, b->variant) && same(a->pages, b->pages);
}

static bool usable(const cb_levels *levels, const json_t *row)
{
    return cb_row_ok(row) && cb_row_is(row, "family", "membw") && !cb_row_true(row, "shared") &&
           cb_row_on_core(row, levels->core_kind) && cb_row_text(row, "params.pattern");
}

static point point_of(const json_t *row)
{
    return (point){
        .row = row,
        .pattern = cb_row_text(row, "params.pattern"),
        .kernel = cb_row_text(row, "kernel"),
        .variant = cb_row_text(row, "variant"),
        .pages = cb_row_text(row, "params.pages"),
        .level = cb_row_text(row, "params.level"),
        .threads = cb_row_threads(row),
        .width_bits = (int)cb_row_number(row, "params.width_bits", 0),
        .published = cb_row_published(row),
        .block_bytes = cb_row_number(row, "params.block_bytes", 0),
        .bytes_per_s = cb_row_number(row, "bytes_per_s", 0),
        .latency_s = cb_row_number(row, "latency_s", 0),
        .latency_cycles = cb_row_number(row, "latency_cycles", 0),
    };
}

/* Whether a row's block lies in the level. A row that others published says so itself, and so does
 * one of a machine whose caches are neither stated nor seen. */
static bool in_level(const cb_levels *levels, const point *p, size_t level, bool wide)
{
    if (p->published || (levels->level_count == 1 && p->level))
        return same(p->level, levels->level[level].name);
    double low = 0, high = INFINITY;
    if (level > 0)
        low = cb_level_share(levels, level - 1, p->threads) * (wide ? NEAR_FROM : FROM);
    if (level + 1 < levels->level_count)
        high = cb_level_share(levels, level, p->threads) * (wide ? NEAR_TO : TO);
    if (level == 0 && levels->level_count > 1 && !wide)
        low = cb_level_share(levels, 0, p->threads) * SMALLEST_SHARE_OF_L1;
    return p->block_bytes > 0 && p->block_bytes >= low && p->block_bytes <= high;
}

typedef struct {
    const char *pattern;
    int threads;
    size_t level;
    cb_access_form form;
    bool wide;
} question;

static bool answers(const cb_levels *levels, const point *p, const question *q)
{
    if (p->threads != q->threads || !(p->bytes_per_s > 0) ||
        (q->form == CB_FORM_NARROW && p->width_bits != 64))
        return false;
    return same(p->pattern, q->pattern) && in_level(levels, p, q->level, q->wide);
}

static size_t collect_groups(const work *w, const question *q)
{
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++) {
        const point *p = &w->points[i];
        if (!answers(w->levels, p, q))
            continue;
        size_t k = 0;
        while (k < count && !same_group(p, w->groups[k]))
            k++;
        if (k == count)
            w->groups[count++] = p;
    }
    return count;
}

static size_t collect_values(const work *w, const question *q, const point *group)
{
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++)
        if (answers(w->levels, &w->points[i], q) && same_group(&w->points[i], group))
            w->values[count++] = w->points[i].bytes_per_s;
    return count;
}

static cb_rate rate_of(const question *q, const cb_summary *s, size_t blocks, const point *p)
{
    return (cb_rate){
        .pattern = p->pattern,
        .level = q->level,
        .threads = q->threads,
        .form = q->form,
        .bytes_per_s = s->median,
        .low_per_s = s->min,
        .high_per_s = s->max,
        .blocks = blocks,
        .near_edge = q->wide && !p->published,
        .published = p->published,
        .kernel = p->kernel,
        .variant = p->variant,
        .pages = p->pages,
        .isa = cb_row_text(p->row, "isa"),
        .width_bits = p->width_bits,
        .non_temporal = cb_row_true(p->row, "non_temporal"),
    };
}

/* The group with the highest median. One that was tried on one block cannot win by luck against one
 * that swept the level: at least half as many blocks as the best-known group has are needed. */
static bool best_group(const work *w, const question *q, cb_rate *best)
{
    size_t groups = collect_groups(w, q), most = 0;
    for (size_t g = 0; g < groups; g++) {
        size_t blocks = collect_values(w, q, w->groups[g]);
        most = blocks > most ? blocks : most;
    }
    bool found = false;
    for (size_t g = 0; g < groups; g++) {
        size_t blocks = collect_values(w, q, w->groups[g]);
        cb_summary s = cb_summarize(w->values, blocks);
        if (2 * blocks < most || (found && s.median <= best->bytes_per_s))
            continue;
        *best = rate_of(q, &s, blocks, w->groups[g]);
        found = true;
    }
    return found;
}

static cb_status add_rate(work *w, question q)
{
    cb_rate rate;
    bool found = best_group(w, &q, &rate);
    if (!found) {
        q.wide = true;
        found = best_group(w, &q, &rate);
    }
    if (!found)
        return CB_OK;
    cb_levels *levels = w->levels;
    if (levels->rate_count == w->capacity) {
        size_t capacity = w->capacity * 2 + 32;
        cb_rate *grown = realloc(levels->rates, capacity * sizeof *grown);
        if (!grown)
            return CB_NO_MEMORY;
        levels->rates = grown;
        w->capacity = capacity;
    }
    levels->rates[levels->rate_count++] = rate;
    return CB_OK;
}

static cb_status add_levels(work *w, const char *pattern, int threads)
{
    cb_status status = CB_OK;
    for (size_t l = 0; l < w->levels->level_count; l++)
        for (int form = 0; form < CB_FORM_COUNT && !status; form++)
            status = add_rate(w, (question){pattern, threads, l, (cb_access_form)form, false});
    return status;
}

static bool seen_before(const work *w, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (w->points[i].threads == w->points[at].threads &&
            same(w->points[i].pattern, w->points[at].pattern))
            return true;
    return false;
}

static bool is_bandwidth(const point *p)
{
    return !same(p->pattern, "latency") && !same(p->pattern, "stride");
}

/* Latency of a level: the median over the ladder's blocks well inside it, huge pages first because
 * they leave out what a TLB miss costs. */
static void set_latency(work *w, size_t level)
{
    static const char *const pages[] = {"huge", "default", "small", NULL};
    cb_level *l = &w->levels->level[level];
    for (size_t k = 0; k < sizeof pages / sizeof *pages && !(l->latency_s > 0); k++) {
        size_t count = 0;
        for (size_t i = 0; i < w->count; i++) {
            const point *p = &w->points[i];
            if (!(p->latency_s > 0) || !same(p->pages, pages[k]) ||
                !in_level(w->levels, p, level, false))
                continue;
            w->values[count] = p->latency_s;
            w->more[count++] = p->latency_cycles;
        }
        l->latency_s = cb_quantile(w->values, count, 0.5);
        l->latency_cycles = cb_quantile(w->more, count, 0.5);
    }
}

static cb_status work_new(const json_t *document, cb_levels *levels, work *w)
{
    size_t rows = cb_results_count(document);
    *w = (work){.levels = levels};
    w->points = malloc((rows + 1) * sizeof *w->points);
    w->values = malloc((rows + 1) * sizeof *w->values);
    w->more = malloc((rows + 1) * sizeof *w->more);
    w->groups = malloc((rows + 1) * sizeof *w->groups);
    if (!w->points || !w->values || !w->more || !w->groups)
        return CB_NO_MEMORY;
    for (size_t i = 0; i < rows; i++)
        if (usable(levels, cb_results_row(document, i)))
            w->points[w->count++] = point_of(cb_results_row(document, i));
    return CB_OK;
}

cb_status cb_levels_rates(const json_t *document, cb_levels *levels)
{
    work w;
    cb_status status = work_new(document, levels, &w);
    for (size_t i = 0; i < w.count && !status; i++)
        if (is_bandwidth(&w.points[i]) && !seen_before(&w, i))
            status = add_levels(&w, w.points[i].pattern, w.points[i].threads);
    for (size_t l = 0; l < levels->level_count && !status; l++)
        set_latency(&w, l);
    free(w.points);
    free(w.values);
    free(w.more);
    free(w.groups);
    return status;
}
