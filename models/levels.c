#include "models/levels.h"

#include "models/levels_sizes.h"
#include "results/results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

cb_status cb_levels_find(const json_t *document, const char *core_kind, cb_error *err,
                         cb_levels *levels)
{
    if (cb_results_emulated(document))
        return cb_fail(err, CB_UNSUPPORTED,
                       "the document was measured under an emulator, which says nothing about "
                       "memory; run cachebound on the machine itself");
    cb_levels found = {.core_kind = core_kind};
    cb_status status = cb_levels_sizes(document, &found);
    if (!status)
        status = cb_levels_rates(document, &found);
    if (status) {
        cb_levels_free(&found);
        return cb_fail(err, status, "no memory for the levels of the document");
    }
    *levels = found;
    return CB_OK;
}

void cb_levels_free(cb_levels *levels)
{
    free(levels->rates);
    levels->rates = NULL;
    levels->rate_count = 0;
}

const cb_rate *cb_levels_rate(const cb_levels *levels, const char *pattern, size_t level,
                              int threads, cb_access_form form)
{
    for (size_t i = 0; i < levels->rate_count; i++) {
        const cb_rate *r = &levels->rates[i];
        if (r->level == level && r->threads == threads && r->form == form &&
            strcmp(r->pattern, pattern) == 0)
            return r;
    }
    return NULL;
}

const cb_rate *cb_levels_best_rate(const cb_levels *levels, const char *pattern, size_t level,
                                   cb_access_form form)
{
    const cb_rate *best = NULL;
    for (size_t i = 0; i < levels->rate_count; i++) {
        const cb_rate *r = &levels->rates[i];
        if (r->level == level && r->form == form && strcmp(r->pattern, pattern) == 0 &&
            (!best || r->bytes_per_s > best->bytes_per_s))
            best = r;
    }
    return best;
}

double cb_level_bytes(const cb_level *level)
{
    return level->measured_bytes > 0 ? level->measured_bytes : level->stated_bytes;
}

cb_text cb_level_size_text(double bytes)
{
    double kib = round(bytes / 1024);
    cb_text text = cb_format_bytes((uint64_t)kib * 1024);
    if (kib >= 1000)
        snprintf(text.text, sizeof text.text, "%.10g MiB", round(bytes / 0x1p20 * 10) / 10);
    return text;
}

double cb_level_share(const cb_levels *levels, size_t level, int threads)
{
    const cb_level *l = &levels->level[level];
    /* Where nothing says who shares a cache: the first level is a core's own on every machine that
     * there is; any other may belong to all, and the smaller share is the safe one. */
    int sharers = l->shared_by > 0 ? l->shared_by : level == 0 ? 1 : threads;
    return cb_level_bytes(l) / fmin(threads, sharers);
}

static int ascending(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

size_t cb_levels_threads(const cb_levels *levels, int *threads, size_t capacity)
{
    size_t count = 0;
    for (size_t i = 0; i < levels->rate_count; i++) {
        size_t k = 0;
        while (k < count && threads[k] != levels->rates[i].threads)
            k++;
        if (k == count && count < capacity)
            threads[count++] = levels->rates[i].threads;
    }
    qsort(threads, count, sizeof *threads, ascending);
    return count;
}
