#include "results/attempts.h"

#include <math.h>
#include <string.h>

static const double AT_LIMIT = 0.99, AGREE = 0.005;

static bool same_text(const json_t *row, const char *key, const char *text)
{
    const char *has = cb_row_text(row, key);
    return has && text ? strcmp(has, text) == 0 : has == text;
}

json_t *cb_attempts_row(const json_t *document, const cb_row_key *key, const json_t *params)
{
    json_t *rows = json_object_get(document, "results"), *row;
    size_t i;
    json_array_foreach(rows, i, row)
    {
        if (same_text(row, "kernel", key->kernel) && same_text(row, "family", key->family) &&
            same_text(row, "variant", key->variant) && same_text(row, "dtype", key->dtype) &&
            same_text(row, "isa", key->isa) && same_text(row, "core_kind", key->core_kind) &&
            cb_row_number(row, "threads", 0) == key->threads &&
            json_equal(json_object_get(row, "params"), params))
            return row;
    }
    return NULL;
}

/* Work a cycle: it stands still when the clock does not. */
static double rate_of(const json_t *row)
{
    return cb_row_number(row, "ops_per_cycle", cb_row_number(row, "bytes_per_cycle", 0));
}

bool cb_attempts_settled(const json_t *row, size_t most)
{
    const json_t *others = json_object_get(row, "attempts");
    double rate = rate_of(row), share = cb_row_number(row, "theoretical.share", -1);
    if (!same_text(row, "status", "ok") || share >= AT_LIMIT || rate <= 0 ||
        json_array_size(others) + 1 >= most)
        return true;
    size_t agreeing = 0, wanted = share < 0 ? 1 : 2;
    for (size_t i = 0; i < json_array_size(others); i++)
        agreeing += fabs(rate_of(json_array_get(others, i)) / rate - 1) <= AGREE;
    return agreeing >= wanted;
}

/* What is kept of an attempt that is not the row. */
static json_t *remains_of(const json_t *row)
{
    static const char *const keys[] = {"time_s",   "ops_per_cycle", "bytes_per_cycle",
                                       "clock_hz", "disturbed",     "repeats"};
    json_t *kept = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (json_object_get(row, keys[i]))
            json_object_set(kept, keys[i], json_object_get(row, keys[i]));
    return kept;
}

/* Makes `into` what `from` is; both stay. */
static void become(json_t *into, json_t *from)
{
    json_object_clear(into);
    json_object_update(into, from);
}

static void merge(json_t *before, json_t *now)
{
    json_t *others = json_incref(json_object_get(before, "attempts"));
    if (!others)
        others = json_array();
    bool better = rate_of(now) > rate_of(before);
    json_array_append_new(others, remains_of(better ? before : now));
    if (better)
        become(before, now);
    json_object_set_new(before, "attempts", others);
}

/* The row's key, for a search. */
static cb_row_key key_of(const json_t *row)
{
    return (cb_row_key){.family = cb_row_text(row, "family"),
                        .kernel = cb_row_text(row, "kernel"),
                        .variant = cb_row_text(row, "variant"),
                        .dtype = cb_row_text(row, "dtype"),
                        .isa = cb_row_text(row, "isa"),
                        .core_kind = cb_row_text(row, "core_kind"),
                        .threads = (int)cb_row_number(row, "threads", 0)};
}

/* A wrong result counts whenever it comes, and the row's figures are then nobody's. */
static bool is_wrong(const json_t *row)
{
    return same_text(row, "status", "failed");
}

cb_status cb_attempts_add(json_t *document, json_t *row, cb_error *err)
{
    cb_row_key key = key_of(row);
    json_t *before = cb_attempts_row(document, &key, json_object_get(row, "params"));
    if (!before || is_wrong(row))
        return cb_results_append(document, row, err);
    if (!same_text(row, "status", "ok")) {
        json_decref(row);
        return CB_OK;
    }
    json_t *rows = json_object_get(document, "results");
    size_t last = json_array_size(rows);
    cb_status status = cb_results_append(document, row, err); /* checked, its keys in order */
    if (status != CB_OK)
        return status;
    merge(before, json_array_get(rows, last));
    json_array_remove(rows, last);
    return CB_OK;
}
