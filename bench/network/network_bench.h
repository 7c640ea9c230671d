/* The family "network": a whole network, timed layer by layer and as a whole. */
#ifndef CB_BENCH_NETWORK_NETWORK_BENCH_H
#define CB_BENCH_NETWORK_NETWORK_BENCH_H

#include "bench/bench.h"
#include "bench/network/engine.h"

typedef struct {
    const cb_network *network;
    const char *name;    /* for the rows */
    const float *input;  /* of its first input; NULL: the made-up one */
    unsigned allowed;    /* bits 1 << cb_means */
    bool times_executor; /* also the executor, beside it */
} cb_network_options;

/* Fills the inputs of an executor of the network: the first from `input`, if there is one, else
 * (and the others always) with the made-up one. */
void cb_network_fill(const cb_network *network, const float *input, cb_exec *exec);

/* Runs the network on one thread of each kind of core, compares each layer with the executor, and
 * emits a row for each layer, as it stands between its neighbours, and one for all of them back to
 * back (docs/SCHEMA.md, "params of network"). */
cb_status cb_network_run(const cb_bench *bench, const cb_network_options *options, cb_error *err);

/* Rows of a network's layers as cb_network_run emits them, without any time: what a model predicts.
 * A new array; NULL without memory. */
json_t *cb_network_rows(const cb_engine *engine, const cb_network *network, const char *name,
                        const char *core_kind);

#endif
