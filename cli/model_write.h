/* How `model` says what it found: cb_boundness as a table, JSON or CSV. */
#ifndef CB_CLI_MODEL_WRITE_H
#define CB_CLI_MODEL_WRITE_H

#include "cli/model_time.h"
#include "models/cachebound.h"

#include <stdio.h>

typedef struct {
    const json_t *document; /* all of one machine's rows */
    const json_t *machine;  /* whose ceilings they are held against: `document`, or another's */
    json_t *peaks;          /* the rows of `machine` that tell peaks */
    cb_boundness *bounds;
    cb_explanation *explained;     /* as many: what the time model says */
    const cb_explainer *explainer; /* of the first kind of core */
    size_t count;
} cb_model;

/* The ceilings, rates by size (as Tables IV and V of the paper), and each operator's times over
 * those of the ceilings. */
void cb_model_write_table(const cb_model *model, FILE *out);

/* Convolution layers that were measured in float32 and on 8-bit numbers: how much faster those are,
 * what the peaks would allow, and what binds where it is less. Nothing when there are none. */
void cb_model_speed_ups(const cb_model *model, FILE *out);

/* One object of one machine. NULL without memory. */
json_t *cb_model_json(const cb_model *model);

/* `header`: the line with the columns' names first. */
void cb_model_write_csv(const cb_model *model, bool header, FILE *out);

/* "measured", "published", "port limit". */
const char *cb_model_origin(cb_origin origin);

#endif
