/* A document as a whole: its context, its rows and their order of keys. */
#include "results/check.h"
#include "results/context.h"
#include "results/machine_json.h"
#include "results/results.h"

#include <string.h>

/* The order of a row's keys, so that two documents can be compared line by line however a family
 * fills its rows. What is not listed comes before "check". */
static const char *const keys_first[] = {
    "family",
    "kernel",
    "variant",
    "dtype",
    "isa",
    "core_kind",
    "threads",
    "params",
    "tile",
    "blocking",
    "packing",
    "work",
    "repeats",
    "time_s",
    "ops_per_s",
    "ops_per_s_reason",
    "bytes_per_s",
    "bytes_per_s_reason",
    "ops_per_cycle",
    "ops_per_cycle_reason",
    "bytes_per_cycle",
    "bytes_per_cycle_reason",
    "latency_s",
    "latency_s_reason",
    "latency_cycles",
    "cycles",
    "clock_hz",
    "clock_hz_reason",
};
static const char *const keys_last[] = {"check", "origin", "tool", "source", "status", "reason"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static json_t *unknown_clock(json_t *environment)
{
    static const char reason[] = "the run has not ended";
    cb_row_set_number(environment, "clock_hz_before", 0, reason);
    cb_row_set_number(environment, "clock_hz_after", 0, reason);
    return environment;
}

json_t *cb_results_new(const cb_machine *machine, int argc, char *const *argv)
{
    json_t *environment = json_object();
    json_object_set_new(environment, "started", cb_context_now());
    json_t *state = cb_environment_to_json(&machine->environment);
    json_object_update(environment, state);
    json_decref(state);
    return json_pack("{s:s, s:{s:o, s:o, s:o, s:o}, s:[]}", "schema", CB_RESULTS_SCHEMA, "context",
                     "tool", cb_context_tool(argc, argv), "machine", cb_machine_to_json(machine),
                     "environment", unknown_clock(environment), "libraries", cb_context_libraries(),
                     "results");
}

static bool is_listed(const char *const *keys, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

static void move(json_t *from, const char *key, json_t *to)
{
    json_t *value = json_object_get(from, key);
    if (value)
        json_object_set(to, key, value);
}

/* Gives the row its order of keys in place: whoever holds it keeps holding it. */
static void put_in_order(json_t *row)
{
    json_t *ordered = json_object(), *value;
    const char *key;
    for (size_t i = 0; i < COUNT(keys_first); i++)
        move(row, keys_first[i], ordered);
    json_object_foreach(row, key, value)
    {
        if (!is_listed(keys_last, COUNT(keys_last), key))
            json_object_set(ordered, key, value);
    }
    for (size_t i = 0; i < COUNT(keys_last); i++)
        move(row, keys_last[i], ordered);
    if (json_object_size(ordered) == json_object_size(row)) { /* else memory ran out: keep it all */
        json_object_clear(row);
        json_object_update(row, ordered);
    }
    json_decref(ordered);
}

cb_status cb_results_append(json_t *document, json_t *row, cb_error *err)
{
    json_t *rows = json_object_get(document, "results");
    cb_status status = CB_OK;
    if (!row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    status = cb_check_row(row, json_array_size(rows), "new row", err);
    if (status != CB_OK)
        goto out;
    put_in_order(row);
    if (json_array_append(rows, row) != 0)
        status = cb_fail(err, CB_NO_MEMORY, "no memory for result row %zu", json_array_size(rows));
out:
    json_decref(row);
    return status;
}

static void set_fact(json_t *object, const char *key, const cb_fact *fact)
{
    cb_row_set_number(object, key, fact->value, fact->reason);
}

void cb_results_finish(json_t *document, const cb_environment *after, double clock_hz_before,
                       double clock_hz_after)
{
    json_t *environment = json_object_get(json_object_get(document, "context"), "environment");
    json_object_set_new(environment, "finished", cb_context_now());
    cb_row_set_number(environment, "clock_hz_before", clock_hz_before, NULL);
    cb_row_set_number(environment, "clock_hz_after", clock_hz_after, NULL);
    set_fact(environment, "load_1min_after", &after->load_1min);
    set_fact(environment, "temperature_celsius_after", &after->temperature_celsius);
    set_fact(environment, "throttled_after", &after->throttled);
}

size_t cb_results_count(const json_t *document)
{
    return json_array_size(json_object_get(document, "results"));
}

const json_t *cb_results_row(const json_t *document, size_t index)
{
    return json_array_get(json_object_get(document, "results"), index);
}

bool cb_results_emulated(const json_t *document)
{
    const json_t *environment =
        json_object_get(json_object_get(document, "context"), "environment");
    return json_is_true(json_object_get(environment, "emulated"));
}
