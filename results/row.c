/* Making rows, and reaching into them. */
#include "results/results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

/* Whole numbers are written without a fraction, as far as a double holds them exactly. */
static json_t *number(double value)
{
    if (fabs(value) < 0x1p53 && value == floor(value))
        return json_integer((json_int_t)value);
    return json_real(value);
}

json_t *cb_row_new(const cb_row_key *key, json_t *params)
{
    json_t *row = json_object();
    json_object_set_new(row, "family", text_or_null(key->family));
    json_object_set_new(row, "kernel", text_or_null(key->kernel));
    json_object_set_new(row, "variant", text_or_null(key->variant));
    json_object_set_new(row, "dtype", text_or_null(key->dtype));
    json_object_set_new(row, "isa", text_or_null(key->isa));
    json_object_set_new(row, "core_kind", text_or_null(key->core_kind));
    json_object_set_new(row, "threads", json_integer(key->threads));
    json_object_set_new(row, "params", params ? params : json_object());
    json_object_set_new(row, "status", json_string("ok"));
    json_object_set_new(row, "reason", json_null());
    return row;
}

void cb_row_set_work(json_t *row, double ops, double bytes_min)
{
    json_t *work = json_object();
    json_object_set_new(work, "ops", number(ops));
    json_object_set_new(work, "bytes_min", number(bytes_min));
    json_object_set_new(row, "work", work);
}

/* Seven digits: a hundred times finer than a timer tick in the shortest sample, and half the size
 * of a document, most of which is samples. */
static json_t *sample(double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.7g", value);
    return json_real(strtod(text, NULL));
}

void cb_row_set_time(json_t *row, const cb_summary *summary, const double *samples, size_t count)
{
    json_t *time_s = json_object(), *list = json_array();
    json_object_set_new(time_s, "min", number(summary->min));
    json_object_set_new(time_s, "median", number(summary->median));
    json_object_set_new(time_s, "max", number(summary->max));
    json_object_set_new(time_s, "mad", number(summary->mad));
    json_object_set_new(time_s, "ci_low", number(summary->ci_low));
    json_object_set_new(time_s, "ci_high", number(summary->ci_high));
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, sample(samples[i]));
    json_object_set_new(time_s, "samples", list);
    json_object_set_new(row, "time_s", time_s);
}

void cb_row_set_number(json_t *row, const char *key, double value, const char *reason)
{
    char reason_key[96];
    if (!reason && !isfinite(value))
        reason = "it came out as no finite number";
    snprintf(reason_key, sizeof reason_key, "%s_reason", key);
    json_object_set_new(row, key, reason ? json_null() : number(value));
    if (reason)
        json_object_set_new(row, reason_key, json_string(reason));
    else
        json_object_del(row, reason_key);
}

void cb_row_set_check(json_t *row, const char *against, double max_abs_err, bool ok)
{
    json_t *check = json_object();
    json_object_set_new(check, "against", text_or_null(against));
    cb_row_set_number(check, "max_abs_err", max_abs_err, NULL);
    json_object_set_new(check, "ok", json_boolean(ok));
    json_object_set_new(row, "check", check);
}

void cb_row_set_status(json_t *row, const char *status, const char *reason)
{
    /* A figure of a kernel that computes wrongly is not one to quote. */
    static const char *const measured[] = {
        "time_s",
        "ops_per_s",
        "ops_per_s_reason",
        "bytes_per_s",
        "ops_per_cycle",
        "bytes_per_cycle",
        "bytes_per_s_reason",
        "ops_per_cycle_reason",
        "latency_s",
        "latency_cycles",
        "cycles",
        "bytes_per_cycle_reason",
    };
    json_object_set_new(row, "status", json_string(status));
    json_object_set_new(row, "reason", text_or_null(reason));
    for (size_t i = 0; i < sizeof measured / sizeof *measured; i++)
        json_object_del(row, measured[i]);
}

/* The value at a dotted path, or NULL. A key that itself has a dot is not found. */
static const json_t *at_path(const json_t *object, const char *path)
{
    char key[64];
    while (object) {
        const char *dot = strchr(path, '.');
        size_t length = dot ? (size_t)(dot - path) : strlen(path);
        if (length >= sizeof key)
            return NULL;
        memcpy(key, path, length);
        key[length] = 0;
        object = json_object_get(object, key);
        if (!dot)
            return object;
        path = dot + 1;
    }
    return NULL;
}

const char *cb_row_text(const json_t *row, const char *path)
{
    return json_string_value(at_path(row, path));
}

double cb_row_number(const json_t *row, const char *path, double fallback)
{
    const json_t *value = at_path(row, path);
    return json_is_number(value) ? json_number_value(value) : fallback;
}
