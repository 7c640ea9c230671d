/* Traces: tables of layers and their measured cycles, as the authors of ALADIN wrote them. */
#ifndef CB_ACCEL_TRACE_H
#define CB_ACCEL_TRACE_H

#include "models/accel/fit.h"

typedef struct {
    char network[32]; /* "Case 1" */
    char layer[64];   /* "ReluConvolution0": the number at its end is the layer's */
    int group;        /* number of the network, from 0, in the order of the file */
    size_t index;
    int cores;
    long l1_bytes, l2_bytes;
    double cycles;
    double l1_tile_bytes, l2_tile_bytes; /* what the traced tiler chose; negative: not told */
} cb_accel_trace_row;

typedef struct {
    cb_accel_trace_row *rows;
    size_t count;
    int groups;
} cb_accel_trace;

/* CSV with a header: Case, layer_name, num_cycles, num_cores, L1_mem, L2_mem and, if they are
 * there, L1_tiling and L2_tiling; other columns are passed over. CB_IO, CB_PARSE with the line. */
cb_status cb_accel_trace_read(const char *path, cb_error *err, cb_accel_trace *trace);
void cb_accel_trace_free(cb_accel_trace *trace);

/* The file that tells how the network of a row is implemented: beside the trace, its name in small
 * letters without blanks and ".impl.json" (case1.impl.json), else ".impl.yaml". CB_IO. */
cb_status cb_accel_trace_impl(const char *trace_path, const cb_accel_trace_row *row, cb_error *err,
                              char *path, size_t bytes);

/* What the model counts for a row. `same_tiles` says whether tile bytes are those of the row. */
cb_status cb_accel_observe(const cb_accel_platform *platform, const cb_accel_model *model,
                           const cb_accel_trace_row *row, cb_error *err,
                           cb_accel_observation *observation, bool *same_tiles);

#endif
