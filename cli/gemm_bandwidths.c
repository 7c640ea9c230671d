#include "cli/gemm_bandwidths.h"

#include "models/levels.h"
#include "models/machines.h"
#include "models/rows.h"
#include "results/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS = 8, THREADS = 16, MOST = KINDS * THREADS * CB_LEVELS_MAX };

/* The tuner's number of a level: 0 to 2 for caches, 3 for memory; -1: it knows no such level. */
static int level_number(const char *name)
{
    static const char *const names[] = {"L1", "L2", "L3", "RAM"};
    for (int i = 0; i < 4; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

static void add_level(const cb_levels *levels, size_t level, int threads, cb_gemm_bandwidth *all,
                      size_t *count)
{
    const cb_rate *rate = cb_levels_rate(levels, "read", level, threads, CB_FORM_BEST);
    int number = level_number(levels->level[level].name);
    if (!rate || rate->published || number < 0 || *count == MOST)
        return;
    cb_gemm_bandwidth *b = &all[(*count)++];
    *b = (cb_gemm_bandwidth){.level = number, .threads = threads, .bytes_per_s = rate->bytes_per_s};
    snprintf(b->core_kind, sizeof b->core_kind, "%s", levels->core_kind ? levels->core_kind : "");
}

static cb_status add_kind(const json_t *document, const char *kind, cb_error *err,
                          cb_gemm_bandwidth *all, size_t *count)
{
    cb_levels levels;
    int threads[THREADS];
    cb_status status = cb_levels_find(document, kind, err, &levels);
    if (status != CB_OK)
        return status;
    size_t thread_counts = cb_levels_threads(&levels, threads, THREADS);
    for (size_t t = 0; t < thread_counts; t++)
        for (size_t l = 0; l < levels.level_count; l++)
            add_level(&levels, l, threads[t], all, count);
    cb_levels_free(&levels);
    return CB_OK;
}

static cb_status add_kinds(const char *path, const json_t *document, cb_error *err,
                           cb_gemm_bandwidth *all, size_t *count)
{
    const char *kinds[KINDS];
    size_t kind_count = cb_rows_core_kinds(document, kinds, KINDS);
    cb_status status = CB_OK;
    for (size_t i = 0; i < kind_count && status == CB_OK; i++)
        status = add_kind(document, kinds[i], err, all, count);
    if (status == CB_OK && *count == 0)
        status = cb_fail(err, CB_USAGE,
                         "--results: %.200s holds no bandwidths of reading; `cachebound membw` and "
                         "`cachebound characterize` measure them",
                         path);
    return status;
}

cb_status cb_gemm_bandwidths_read(const char *path, const json_t *here, cb_error *err,
                                  cb_gemm_bandwidth **bandwidths, size_t *count)
{
    json_t *document;
    cb_status status = cb_results_read_summaries(path, err, &document);
    if (status != CB_OK)
        return status;
    cb_gemm_bandwidth *all = calloc(MOST, sizeof *all);
    *count = 0;
    if (!all)
        status = cb_fail(err, CB_NO_MEMORY, "no memory for the bandwidths of %.200s", path);
    else if (!cb_machines_same(document, here))
        status = cb_fail(
            err, CB_USAGE,
            "--results: %.200s is of another machine; its bandwidths are not this one's", path);
    else
        status = add_kinds(path, document, err, all, count);
    json_decref(document);
    if (status != CB_OK)
        free(all);
    else
        *bandwidths = all;
    return status;
}
