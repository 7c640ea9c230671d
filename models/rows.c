#include "models/rows.h"

#include <string.h>

bool cb_row_ok(const json_t *row)
{
    return cb_row_is(row, "status", "ok");
}

bool cb_row_is(const json_t *row, const char *path, const char *text)
{
    const char *found = cb_row_text(row, path);
    return found && text ? strcmp(found, text) == 0 : found == text;
}

bool cb_row_true(const json_t *row, const char *key)
{
    return json_is_true(json_object_get(json_object_get(row, "params"), key));
}

bool cb_row_published(const json_t *row)
{
    return cb_row_is(row, "origin", "published");
}

bool cb_row_on_core(const json_t *row, const char *core_kind)
{
    return !core_kind || !cb_row_text(row, "core_kind") || cb_row_is(row, "core_kind", core_kind);
}

int cb_row_threads(const json_t *row)
{
    double threads = cb_row_number(row, "threads", 0);
    return threads >= 1 && threads <= 1 << 20 ? (int)threads : 1;
}

size_t cb_rows_core_kinds(const json_t *document, const char **kinds, size_t capacity)
{
    size_t count = 0;
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        const char *kind = cb_row_text(row, "core_kind");
        bool known = !kind || !cb_row_ok(row);
        for (size_t k = 0; k < count && !known; k++)
            known = strcmp(kinds[k], kind) == 0;
        if (!known && count < capacity)
            kinds[count++] = kind;
    }
    if (!count && capacity)
        kinds[count++] = NULL;
    return count;
}

static json_t *rows_of(const json_t *document, const char *family, const char *other)
{
    json_t *some = json_copy((json_t *)document), *rows = json_array();
    bool failed = !some || !rows;
    for (size_t i = 0; i < cb_results_count(document) && !failed; i++) {
        const json_t *row = cb_results_row(document, i);
        const char *own = cb_row_text(row, "family");
        if (own && (strcmp(own, family) == 0 || strcmp(own, other) == 0))
            failed = json_array_append(rows, (json_t *)row);
    }
    if (!failed)
        failed = json_object_set(some, "results", rows);
    json_decref(rows);
    if (!failed)
        return some;
    json_decref(some);
    return NULL;
}

json_t *cb_rows_ceilings(const json_t *document)
{
    return rows_of(document, "peak", "membw");
}

json_t *cb_rows_peaks(const json_t *document)
{
    return rows_of(document, "peak", "peak");
}
