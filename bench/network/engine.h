/* Runs a quantized network on cachebound's own kernels, with the results of network/exec.h.
 *
 * A *layer* is what runs as one piece: a Conv, Gemm or MatMul with the element-wise nodes and the
 * quantizer behind it, or a single node that the executor runs. Between layers of kernels
 * activations stay integers of one byte, channels last.
 *
 * Exactness. A kernel's sum is the exact integer; the executor's is a float32 number near it, for
 * it adds products of rounded numbers. From the weights, the scales and the executor's order of
 * summation follows a bound on their distance, for each output channel (bound.c). What comes
 * behind the sum is monotone. So where both ends of the interval lead to the same integer, that is
 * the executor's; where they do not, the one element is summed again in the executor's order. If
 * all scales are powers of two and sums stay below 2^24, both are the same number and the bound is
 * 0. A layer whose sum is not quantized and not exact is left to the executor.
 *
 * Layers of plain float32 numbers from which no quantizer and no index can be reached run on
 * float32 kernels. Their sums are in another order than the executor's: equal within a bound
 * (float32_check.c), as is what follows. All integers stay the executor's. */
#ifndef CB_BENCH_NETWORK_ENGINE_H
#define CB_BENCH_NETWORK_ENGINE_H

#include "machine/machine.h"
#include "network/exec.h"

typedef enum {
    CB_MEANS_EXECUTOR,
    CB_MEANS_INT8,
    CB_MEANS_DEPTHWISE, /* int8, one channel at a time */
    CB_MEANS_BITSERIAL,
    CB_MEANS_FLOAT32, /* plain float32 numbers; equal to the executor's within a bound */
} cb_means;

typedef struct {
    const cb_network *network;
    const cb_machine *machine;
    cb_isa_set isa;
    const char *kernel_glob; /* of micro-kernels; NULL: any */
    int cpu;
    unsigned allowed; /* bits 1 << cb_means; the executor always is */
    bool all_floats;  /* each quantizer's output also as float32: for fingerprints */
} cb_engine_options;

/* What one run of a layer does, for a model of its time. Lines that are finished or multiplied go
 * through vectors of so many channels, and the rest of a line one by one. */
enum { CB_ENGINE_LANES = 16 };
typedef struct {
    double tiles;        /* calls of the micro-kernel */
    double edge_tiles;   /* of these, smaller than the kernel's tile */
    double tile_macs;    /* multiply-accumulates in these, padding to whole tiles included */
    double lines;        /* of sums that are finished together */
    double taps;         /* depthwise: lines of channels that are multiplied, */
    double tap_macs;     /* their channels, */
    double tap_rest;     /* and those behind whole vectors */
    double gathered;     /* bytes of windows copied to rows, */
    double pieces;       /* in so many pieces */
    double packed;       /* bytes of rows that the matrix multiply packs */
    double weight_bytes; /* as packed */
    double rounded;      /* outputs that are scaled and rounded; or */
    double bounded;      /* from both ends of an interval; or */
    double followed;     /* both ends through the executor's own steps */
    double finish_rest;  /* of these, those behind whole vectors */
    double again;        /* outputs that are summed again, as far as one can expect, */
    double again_macs;   /* and their products; */
    double again_line;   /* so many outputs are looked through for one */
    double floats_taken; /* from the executor's tensors, to it */
    double floats_made;  /* near each other, or */
    double floats_far;   /* each in a set of cache lines that others need too */
} cb_engine_counts;

typedef struct {
    cb_means means;
    size_t node;         /* the one that multiplies, or the executor's */
    const size_t *nodes; /* all that it covers, in order */
    size_t node_count;
    const char *kernel, *isa; /* "-" and NULL for the executor */
    const char *why;          /* the executor: why no kernel runs it; else NULL */
    int w_bits, a_bits;       /* 0: not of integers */
    size_t m, n, k, groups;   /* places, outputs of a group, terms of a sum; 0: no product */
    size_t bytes;             /* input, weights as packed and output, as they are moved */
    cb_engine_counts counts;
    uint64_t elements;     /* that it made, and of these in the last run */
    uint64_t summed_again; /* those that were summed again in the executor's order */
    bool exact;            /* none ever is: the bound is 0 */
    bool behind_float32;   /* what it reads goes back to a float32 layer */
} cb_engine_layer;

typedef struct cb_engine cb_engine;

/* Packs weights and chooses kernels. CB_NO_MEMORY; CB_UNSUPPORTED when `kernel_glob` names no
 * kernel. The network must live longer. The caller frees. */
cb_status cb_engine_new(const cb_engine_options *options, cb_error *err, cb_engine **engine);
void cb_engine_free(cb_engine *engine);

/* Its executor, whose inputs are to be filled and whose outputs are read. */
cb_exec *cb_engine_exec(cb_engine *engine);

size_t cb_engine_layers(const cb_engine *engine);
const cb_engine_layer *cb_engine_layer_at(const cb_engine *engine, size_t layer);

/* Whether the value of a node is whole in memory after a run: not inside of a layer. */
bool cb_engine_has_floats(const cb_engine *engine, size_t node);

/* One layer on what the layers before have left; all of them. */
cb_status cb_engine_run_layer(cb_engine *engine, size_t layer, cb_error *err);
cb_status cb_engine_run(cb_engine *engine, cb_error *err);

/* How far a layer's numbers are from another executor's: the largest distance. */
double cb_engine_distance(const cb_engine *engine, size_t layer, const cb_exec *other);

/* A float32 layer after a run, beside what the executor's order of summation makes of the same
 * input. */
typedef struct {
    double max_abs_err;
    double max_of_bound; /* the largest error over its bound; 1 is allowed */
    size_t compared;     /* elements */
} cb_engine_verdict;

cb_engine_verdict cb_engine_compare_float32(const cb_engine *engine, size_t layer);

/* "int8", "depthwise", "bitserial", "float32", "executor". */
const char *cb_means_name(cb_means means);
bool cb_means_find(const char *name, cb_means *means);

#endif
