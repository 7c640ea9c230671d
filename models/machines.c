#include "models/machines.h"

#include "results/results.h"

#include <string.h>

static const char *machine_text(const json_t *document, const char *path)
{
    const char *text = cb_row_text(document, path);
    return text ? text : "";
}

bool cb_machines_same(const json_t *a, const json_t *b)
{
    static const char *const paths[] = {"context.machine.name", "context.machine.cpu_model"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (strcmp(machine_text(a, paths[i]), machine_text(b, paths[i])) != 0)
            return false;
    return true;
}

bool cb_machines_seen(const json_t *const *documents, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (cb_machines_same(documents[k], documents[i]))
            return true;
    return false;
}

json_t *cb_machines_merge(const json_t *const *documents, size_t count, size_t first)
{
    json_t *all = json_copy((json_t *)documents[first]);
    json_t *rows = json_array();
    bool failed = !all || !rows;
    for (size_t i = first; i < count && !failed; i++)
        if (cb_machines_same(documents[i], documents[first]))
            failed = json_array_extend(rows, json_object_get(documents[i], "results"));
    if (failed || json_object_set(all, "results", rows)) {
        json_decref(all);
        all = NULL;
    }
    json_decref(rows);
    return all;
}

cb_status cb_machines_check(const json_t *const *documents, size_t count, const char *what,
                            cb_error *err)
{
    if (!count)
        return cb_fail(err, CB_USAGE, "there is no results document");
    for (size_t i = 0; i < count; i++)
        if (cb_results_emulated(documents[i]))
            return cb_fail(err, CB_UNSUPPORTED,
                           "%.80s: measured under an emulator, which is never %s as a "
                           "measurement; run cachebound on the machine itself",
                           machine_text(documents[i], "context.machine.name"), what);
    return CB_OK;
}
