/* What the time model says, as a table, JSON and CSV columns of `model`. */
#ifndef CB_CLI_MODEL_TIME_H
#define CB_CLI_MODEL_TIME_H

#include "models/cost/explain.h"

#include <stdio.h>

/* Explains every operator. The caller frees *explained. CB_UNSUPPORTED as cb_explainer_make. */
cb_status cb_model_explain(const json_t *document, const json_t *machine, const cb_cost_file *cost,
                           const cb_boundness *bounds, size_t count, cb_error *err,
                           cb_explanation **explained, cb_explainer *first);

/* The lines of one table: operators number `index[0..count)`. */
void cb_model_time_table(const cb_boundness *bounds, const cb_explanation *explained,
                         const size_t *index, size_t count, bool what_if, FILE *out);

/* The largest limits, as far as there is room: "compute 61, L1 loads 25". */
void cb_model_time_shares(const cb_time *t, bool assumed, char *text, size_t room);

/* Where the figures came from, in one line. */
void cb_model_time_origin(const cb_explainer *explainer, FILE *out);

/* {predicted_s, measured_s, ..., limits: [...]}, or null where the model cannot follow the row. */
json_t *cb_model_time_json(const cb_explanation *x);

/* Columns behind those of a ceiling, each with a comma in front. */
extern const char cb_model_time_columns[];
void cb_model_time_csv(const cb_explanation *x, FILE *out);

#endif
