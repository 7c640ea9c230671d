/* The results document (docs/SCHEMA.md): the one thing that travels between the stages.
 *
 * A document is a jansson object; this header makes rows, checks documents, reads and writes them.
 * What is in a row is reached with the accessors below or jansson itself. */
#ifndef CB_RESULTS_RESULTS_H
#define CB_RESULTS_RESULTS_H

#include "base/stats.h"
#include "base/status.h"
#include "machine/machine.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CB_RESULTS_SCHEMA "cachebound/results/1"

/* ---- making a document ---- */

/* A document without rows. `argv` is the command as typed. NULL only without memory. */
json_t *cb_results_new(const cb_machine *machine, int argc, char *const *argv);

/* Appends a row (takes over the reference). CB_PARSE when the row breaks the schema. */
cb_status cb_results_append(json_t *document, json_t *row, cb_error *err);

/* Writes the clock and the load at the end of a run into context.environment. */
void cb_results_finish(json_t *document, const cb_environment *after, double clock_hz_before,
                       double clock_hz_after);

/* ---- making a row ---- */

typedef struct {
    const char *family, *kernel, *variant, *dtype, *isa; /* variant may be NULL */
    const char *core_kind;                               /* "Cortex-A72", ... */
    int threads;
} cb_row_key;

/* A row with its key, "params" (reference taken over; NULL gives {}), status "ok", reason null. */
json_t *cb_row_new(const cb_row_key *key, json_t *params);

/* "work": operations and the least bytes that must move, both for one repeat over all threads. */
void cb_row_set_work(json_t *row, double ops, double bytes_min);

/* "time_s" {min, median, max, mad, ci_low, ci_high, samples[]} of one repeat. The summary is of
 * the undisturbed samples; the samples are all of them, to seven digits. */
void cb_row_set_time(json_t *row, const cb_summary *summary, const double *samples, size_t count);

/* A number, or null with "<key>_reason" when reason is not NULL. Never NaN. */
void cb_row_set_number(json_t *row, const char *key, double value, const char *reason);

/* "check": against which oracle, the largest absolute error, and whether it is allowed. */
void cb_row_set_check(json_t *row, const char *against, double max_abs_err, bool ok);

/* status "skipped" or "failed" with a reason; the row then has no time and no rates. */
void cb_row_set_status(json_t *row, const char *status, const char *reason);

/* ---- reading ---- */

/* Reads and checks a document. `path` may be "latest" (newest file below results/<host>/) or
 * "reference:NAME" (a document that ships with cachebound). Errors name the file and the place. */
cb_status cb_results_read(const char *path, cb_error *err, json_t **document);

/* The same for those who look at rows' summaries alone: lists of samples come empty, in a third of
 * the time. */
cb_status cb_results_read_summaries(const char *path, cb_error *err, json_t **document);

/* The same from memory; `name` is used in errors. For tests and fuzzing. */
cb_status cb_results_parse(const char *text, size_t length, const char *name, cb_error *err,
                           json_t **document);

/* Checks an object against the schema; the message names the place as a JSON path. */
cb_status cb_results_check(const json_t *document, const char *name, cb_error *err);

size_t cb_results_count(const json_t *document);
const json_t *cb_results_row(const json_t *document, size_t index);
bool cb_results_emulated(const json_t *document);

/* Accessors that never fail: NULL / fallback where the key is missing, null or of another type.
 * `path` is dotted: "params.block_bytes", "time_s.median". */
const char *cb_row_text(const json_t *row, const char *path);
double cb_row_number(const json_t *row, const char *path, double fallback);

/* ---- writing ---- */

typedef enum { CB_FORMAT_TABLE, CB_FORMAT_JSON, CB_FORMAT_CSV } cb_format;

cb_status cb_format_from_name(const char *name, cb_error *err, cb_format *format);

/* Writes the document to `path` by way of a temporary file beside it that is renamed, so that the
 * file is whole at every moment. Makes missing folders. CB_IO names the path and what to do. */
cb_status cb_results_write_file(const json_t *document, const char *path, cb_format format,
                                cb_error *err);

/* The same to a stream (standard output). One writer per format: write_<format>.c. */
cb_status cb_results_write(const json_t *document, cb_format format, FILE *out, cb_error *err);

/* "results/<host>/<timestamp>.json" below the current folder, or below $CACHEBOUND_RESULTS. */
cb_status cb_results_default_path(const json_t *document, cb_error *err, char *path, size_t bytes);

#endif
