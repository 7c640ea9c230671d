/* The rows as CSV (RFC 4180): a header, then one record a row. A nested key is a dotted column, the
 * params columns are the union over all rows; samples stay in the JSON. */
#include "results/results.h"
#include "results/writers.h"

#include <stdlib.h>
#include <string.h>

/* Columns that are always there, in this order. The params of all rows come, sorted, where
 * "params" stands, and every other key, sorted, behind the last of these. */
static const char *const fixed_columns[] = {
    "family",        "kernel",          "variant",        "dtype",         "isa",
    "core_kind",     "threads",         "status",         "reason",        "params",
    "work.ops",      "work.bytes_min",  "time_s.min",     "time_s.median", "time_s.max",
    "time_s.mad",    "time_s.ci_low",   "time_s.ci_high", "ops_per_s",     "bytes_per_s",
    "ops_per_cycle", "bytes_per_cycle", "clock_hz",       "check.against", "check.max_abs_err",
    "check.ok",
};

#define FIXED_COUNT (sizeof fixed_columns / sizeof *fixed_columns)

static const char samples_column[] = "time_s.samples";
static const char params_column[] = "params";

/* Sets cells[prefix.key] for every value below `value` that is not an object. */
static int flatten(const json_t *value, const char *column, json_t *cells)
{
    const char *key;
    json_t *below;
    if (!json_is_object(value))
        return strcmp(column, samples_column) == 0
                   ? 0
                   : json_object_set(cells, column, (json_t *)value);
    json_object_foreach((json_t *)value, key, below)
    {
        size_t bytes = strlen(column) + strlen(key) + 2;
        char *name = malloc(bytes);
        if (!name)
            return -1;
        snprintf(name, bytes, "%s%s%s", column, *column ? "." : "", key);
        int failed = flatten(below, name, cells);
        free(name);
        if (failed)
            return failed;
    }
    return 0;
}

static size_t rank_of(const char *column)
{
    size_t prefix = sizeof params_column - 1;
    int is_param = strncmp(column, params_column, prefix) == 0 && column[prefix] == '.';
    for (size_t i = 0; i < FIXED_COUNT; i++)
        if (strcmp(fixed_columns[i], is_param ? params_column : column) == 0)
            return i;
    return FIXED_COUNT;
}

static int in_column_order(const void *a, const void *b)
{
    const char *left = *(const char *const *)a, *right = *(const char *const *)b;
    size_t left_rank = rank_of(left), right_rank = rank_of(right);
    if (left_rank != right_rank)
        return left_rank < right_rank ? -1 : 1;
    return strcmp(left, right);
}

/* The keys of `names`, sorted; they live as long as it does. */
static const char **sorted_columns(json_t *names)
{
    const char **columns = malloc((json_object_size(names) + 1) * sizeof *columns);
    const char *key;
    json_t *unused;
    size_t n = 0;
    if (!columns)
        return NULL;
    json_object_foreach(names, key, unused) columns[n++] = key;
    (void)unused;
    qsort(columns, n, sizeof *columns, in_column_order);
    return columns;
}

/* A cell in quotes where it needs them (RFC 4180, section 2, rules 5 to 7). */
static void put_text(const char *text, FILE *out)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    putc('"', out);
}

/* Null and a key that the row lacks are both an empty cell. */
static int put_cell(const json_t *value, FILE *out)
{
    char *list;
    if (!value || json_is_null(value))
        return 0;
    if (json_is_string(value))
        put_text(json_string_value(value), out);
    else if (json_is_number(value))
        fputs(cb_number_text(value).text, out);
    else if (json_is_boolean(value))
        fputs(json_is_true(value) ? "true" : "false", out);
    else {
        list = json_dumps(value, JSON_COMPACT);
        if (!list)
            return -1;
        put_text(list, out);
        free(list);
    }
    return 0;
}

static void put_header(const char *const *columns, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        fputs(i ? "," : "", out);
        put_text(columns[i], out);
    }
    fputs("\r\n", out);
}

static int put_record(const json_t *row, const char *const *columns, size_t count, FILE *out)
{
    json_t *cells = json_object();
    int failed = !cells || flatten(row, "", cells);
    for (size_t i = 0; i < count && !failed; i++) {
        fputs(i ? "," : "", out);
        failed = put_cell(json_object_get(cells, columns[i]), out);
    }
    fputs("\r\n", out);
    json_decref(cells);
    return failed;
}

/* An object whose keys are the columns. */
static json_t *column_names(const json_t *document)
{
    json_t *names = json_object();
    int failed = !names;
    for (size_t i = 0; i < FIXED_COUNT && !failed; i++)
        if (strcmp(fixed_columns[i], params_column) != 0)
            failed = json_object_set_new(names, fixed_columns[i], json_null());
    for (size_t i = 0; i < cb_results_count(document) && !failed; i++)
        failed = flatten(cb_results_row(document, i), "", names);
    if (!failed)
        return names;
    json_decref(names);
    return NULL;
}

cb_status cb_write_csv(const json_t *document, FILE *out, cb_error *err)
{
    json_t *names = column_names(document);
    const char **columns = names ? sorted_columns(names) : NULL;
    int failed = !columns;
    if (!failed)
        put_header(columns, json_object_size(names), out);
    for (size_t i = 0; i < cb_results_count(document) && !failed; i++)
        failed = put_record(cb_results_row(document, i), columns, json_object_size(names), out);
    free(columns);
    json_decref(names);
    return failed ? cb_fail(err, CB_NO_MEMORY, "no memory for the table of columns") : CB_OK;
}
