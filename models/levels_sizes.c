#include "models/levels_sizes.h"

#include "models/edges.h"
#include "models/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_EDGES = 12, CACHES_MAX = CB_LEVELS_MAX - 1 };
static const double TOLERANCE = 0.125; /* measured against stated */
static const double SAME_EDGE = 2;     /* two curves show one edge when it lies this near */
static const double SHRUNK = 1.25;     /* a curve whose edge lies this far below was disturbed */
static const double SAME_CACHE = 4;    /* an edge farther from a stated size is not that cache */
static const double UNCONFIRMED_RISE = 1.8; /* without a bandwidth curve: more than a TLB costs */

typedef struct {
    cb_edge_point *points;
    size_t count;
    double largest_bytes;
} curve;

/* Rows of one curve. */
typedef struct {
    const char *core_kind, *pattern;
    const char *pages; /* NULL: any */
    int pass;          /* over the ladder; -1: any. A row that names none is of pass 0 */
} selection;

enum { PASSES = 2 };

static bool selected(const selection *s, const json_t *row)
{
    return cb_row_ok(row) && cb_row_is(row, "family", "membw") && !cb_row_published(row) &&
           cb_row_threads(row) == 1 && cb_row_on_core(row, s->core_kind) &&
           cb_row_is(row, "params.pattern", s->pattern) &&
           (!s->pages || cb_row_is(row, "params.pages", s->pages)) &&
           (s->pass < 0 || cb_row_number(row, "params.pass", 0) == s->pass);
}

/* The least time of a row rather than its median: a neighbour on the same core's other thread takes
 * a part of the caches while he runs, which makes them look smaller and never larger. */
static double time_of_row(const json_t *row, const char *pattern)
{
    double median = cb_row_number(row, "time_s.median", 0);
    double least = cb_row_number(row, "time_s.min", median);
    double share = median > 0 && least > 0 ? least / median : 1;
    if (strcmp(pattern, "latency") == 0)
        return share * cb_row_number(row, "latency_s", 0);
    double rate = cb_row_number(row, "bytes_per_s", 0);
    return rate > 0 ? share / rate : 0;
}

/* Time against block size of one thread alone, so that nobody shares a cache. */
static cb_status collect(const json_t *document, const selection *wanted, curve *out)
{
    size_t rows = cb_results_count(document);
    curve c = {malloc((rows + 1) * sizeof *c.points), 0, 0};
    if (!c.points)
        return CB_NO_MEMORY;
    for (size_t i = 0; i < rows; i++) {
        const json_t *row = cb_results_row(document, i);
        if (!selected(wanted, row))
            continue;
        double block = cb_row_number(row, "params.block_bytes", 0);
        double time_s = time_of_row(row, wanted->pattern);
        if (!(block > 0) || !(time_s > 0))
            continue;
        c.points[c.count++] = (cb_edge_point){block, time_s};
        c.largest_bytes = fmax(c.largest_bytes, block);
    }
    *out = c;
    return CB_OK;
}

typedef struct {
    cb_edge edge[MAX_EDGES];
    size_t count;
    double largest_bytes;
    size_t points;
} edge_list;

static cb_status edges_of(const json_t *document, const selection *wanted, edge_list *list)
{
    curve c;
    cb_status status = collect(document, wanted, &c);
    if (status)
        return status;
    list->largest_bytes = c.largest_bytes;
    list->points = c.count;
    status = cb_edges_find(c.points, c.count, MAX_EDGES, list->edge, &list->count);
    free(c.points);
    return status;
}

static bool near(double a, double b, double factor)
{
    return a < b * factor && b < a * factor;
}

static const cb_edge *nearest(const edge_list *list, double bytes)
{
    const cb_edge *best = NULL;
    for (size_t i = 0; i < list->count; i++)
        if (near(list->edge[i].bytes, bytes, SAME_EDGE) &&
            (!best || fabs(log(list->edge[i].bytes / bytes)) < fabs(log(best->bytes / bytes))))
            best = &list->edge[i];
    return best;
}

/* A cache's edge is seen by latency and by bandwidth at one place. What only latency sees is the
 * reach of a TLB; what only bandwidth sees is a prefetcher's. */
static bool confirmed(const cb_edge *edge, const edge_list *bandwidth)
{
    if (bandwidth->largest_bytes < 2 * edge->bytes || bandwidth->points < 4)
        return edge->above_s >= UNCONFIRMED_RISE * edge->below_s;
    return nearest(bandwidth, edge->bytes) != NULL;
}

/* One edge, seen on several curves: the geometric mean, because page colours fall differently on
 * each ladder. What lies far below the largest was seen while somebody else used the cache. */
static cb_edge combined(const cb_edge *edge, const edge_list *ladders, size_t count,
                        const edge_list *bandwidth)
{
    cb_edge mean = *edge;
    double sum = 0, n = 0, largest = edge->bytes;
    for (size_t i = 0; i < count; i++)
        if (nearest(&ladders[i], edge->bytes))
            largest = fmax(largest, nearest(&ladders[i], edge->bytes)->bytes);
    for (size_t i = 0; i < count; i++) {
        const cb_edge *other = nearest(&ladders[i], edge->bytes);
        if (!other || other->bytes * SHRUNK < largest)
            continue;
        sum += log(other->bytes);
        n += 1;
    }
    mean.bytes = exp(sum / n);
    const cb_edge *other = nearest(bandwidth, mean.bytes);
    if (other && mean.bytes * SHRUNK < other->bytes)
        mean = *other;
    return mean;
}

static void add_confirmed(edge_list *out, const edge_list *ladders, size_t count, size_t from,
                          const edge_list *bandwidth)
{
    for (size_t i = 0; i < ladders[from].count; i++) {
        const cb_edge *edge = &ladders[from].edge[i];
        if (confirmed(edge, bandwidth) && !nearest(out, edge->bytes) && out->count < MAX_EDGES)
            out->edge[out->count++] = combined(edge, ladders, count, bandwidth);
    }
}

static int by_size(const void *a, const void *b)
{
    double x = ((const cb_edge *)a)->bytes, y = ((const cb_edge *)b)->bytes;
    return (x > y) - (x < y);
}

static cb_status find_edges(const json_t *document, const char *core_kind, edge_list *out)
{
    static const char *const pages[] = {"huge", "default", "small"};
    enum { LADDERS = PASSES * sizeof pages / sizeof *pages };
    edge_list ladders[LADDERS] = {0}, bandwidth = {0};
    selection reads = {core_kind, "read", NULL, -1};
    cb_status status = edges_of(document, &reads, &bandwidth);
    for (size_t i = 0; i < LADDERS && !status; i++) {
        selection one = {core_kind, "latency", pages[i / PASSES], (int)(i % PASSES)};
        status = edges_of(document, &one, &ladders[i]);
        out->largest_bytes = fmax(out->largest_bytes, ladders[i].largest_bytes);
        out->points += ladders[i].points;
    }
    if (status)
        return status;
    if (!out->points) {
        *out = bandwidth;
        return CB_OK;
    }
    for (size_t i = 0; i < LADDERS; i++)
        add_confirmed(out, ladders, LADDERS, i, &bandwidth);
    qsort(out->edge, out->count, sizeof *out->edge, by_size);
    return CB_OK;
}

/* The kind of the core with this CPU number, or NULL where the document does not say. */
static const char *kind_of_cpu(const json_t *machine, double cpu)
{
    size_t i;
    json_t *element;
    const json_t *cores = json_object_get(machine, "cores");
    json_array_foreach(json_object_get(machine, "cpus"), i,
                       element) if (cb_row_number(element, "cpu", -1) ==
                                    cpu) return cb_row_text(json_array_get(cores,
                                                                           (size_t)cb_row_number(
                                                                               element, "kind", 0)),
                                                            "kind");
    json_array_foreach(cores, i, element) if (cb_row_number(element, "cpu", -1) ==
                                              cpu) return cb_row_text(element, "kind");
    return NULL;
}

static void add_stated(const json_t *document, cb_levels *levels)
{
    const json_t *machine = json_object_get(json_object_get(document, "context"), "machine");
    size_t i;
    json_t *cache;
    double stated[CACHES_MAX] = {0};
    int sharers[CACHES_MAX] = {0};
    json_array_foreach(json_object_get(machine, "caches"), i, cache)
    {
        double level = cb_row_number(cache, "level", 0), bytes = cb_row_number(cache, "bytes", 0);
        const char *kind = kind_of_cpu(machine, cb_row_number(cache, "first_cpu", -1));
        bool other = kind && levels->core_kind && strcmp(kind, levels->core_kind) != 0;
        /* A cluster's L2 counts for all its kinds, but its first CPU names only one of them. */
        other = other && level == 1;
        if (level < 1 || level > CACHES_MAX || !(bytes > 0) || other ||
            cb_row_is(cache, "type", "instruction") || stated[(int)level - 1] > 0)
            continue;
        stated[(int)level - 1] = bytes;
        sharers[(int)level - 1] = (int)cb_row_number(cache, "shared_by", 0);
    }
    for (int l = 0; l < CACHES_MAX; l++) {
        if (!(stated[l] > 0))
            continue;
        cb_level *level = &levels->level[levels->level_count++];
        snprintf(level->name, sizeof level->name, "L%c", '1' + l);
        level->stated_bytes = stated[l];
        level->shared_by = sharers[l];
    }
}

static void set_measured(cb_level *level, const cb_edge *edge)
{
    level->measured_bytes = edge->bytes;
    level->measured_low_bytes = edge->low_bytes;
    level->measured_high_bytes = edge->high_bytes;
}

/* Each edge goes to the nearest stated size above the last one taken. */
static void match_edges(cb_levels *levels, const edge_list *edges)
{
    size_t from = 0;
    for (size_t e = 0; e < edges->count; e++) {
        double bytes = edges->edge[e].bytes;
        size_t best = levels->level_count;
        for (size_t l = from; l < levels->level_count; l++)
            if (near(levels->level[l].stated_bytes, bytes, SAME_CACHE) &&
                (best == levels->level_count ||
                 fabs(log(levels->level[l].stated_bytes / bytes)) <
                     fabs(log(levels->level[best].stated_bytes / bytes))))
                best = l;
        if (best == levels->level_count)
            continue;
        set_measured(&levels->level[best], &edges->edge[e]);
        from = best + 1;
    }
}

static void name_edges(cb_levels *levels, const edge_list *edges)
{
    for (size_t e = 0; e < edges->count && levels->level_count < CACHES_MAX; e++) {
        cb_level *level = &levels->level[levels->level_count++];
        snprintf(level->name, sizeof level->name, "L%zu", levels->level_count);
        set_measured(level, &edges->edge[e]);
    }
}

static cb_size_verdict verdict_of(const cb_level *level, double largest_bytes)
{
    if (!(level->stated_bytes > 0) || !(largest_bytes > 0))
        return CB_SIZE_UNKNOWN;
    if (!(level->measured_bytes > 0))
        return CB_SIZE_NO_EDGE;
    double off = fabs(level->measured_bytes / level->stated_bytes - 1);
    return off <= TOLERANCE ? CB_SIZE_AGREES : CB_SIZE_DISAGREES;
}

cb_status cb_levels_sizes(const json_t *document, cb_levels *levels)
{
    edge_list edges = {0};
    cb_status status = find_edges(document, levels->core_kind, &edges);
    if (status)
        return status;
    levels->largest_block_bytes = edges.largest_bytes;
    add_stated(document, levels);
    if (levels->level_count)
        match_edges(levels, &edges);
    else
        name_edges(levels, &edges);
    for (size_t l = 0; l < levels->level_count; l++)
        levels->level[l].verdict = verdict_of(&levels->level[l], edges.largest_bytes);
    snprintf(levels->level[levels->level_count++].name, sizeof levels->level->name, "RAM");
    return CB_OK;
}
