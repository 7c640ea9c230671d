/* An estimate as a table, CSV, JSON or a graph for Graphviz. */
#ifndef CB_CLI_ESTIMATE_PRINT_H
#define CB_CLI_ESTIMATE_PRINT_H

#include "cli/estimate_deadline.h"
#include "models/accel/estimate.h"

#include <jansson.h>
#include <stdio.h>

typedef struct {
    const cb_accel_platform *platform;
    const cb_accel_model *model;
    const cb_accel_estimate *estimate;
    const cb_deadlines *deadlines;
    bool explain;    /* the table tells every term of every bound */
    double accuracy; /* on the data set; negative: not asked for */
} cb_estimate_view;

void cb_estimate_print_table(const cb_estimate_view *view, FILE *out);
void cb_estimate_print_csv(const cb_estimate_view *view, FILE *out);
void cb_estimate_print_dot(const cb_estimate_view *view, FILE *out);

/* A new reference; NULL without memory. */
json_t *cb_estimate_to_json(const cb_estimate_view *view);

/* Whether the deadline is "met" by the bound, "likely" by the estimate, or "missed". */
const char *cb_estimate_verdict(const cb_estimate_view *view);

#endif
