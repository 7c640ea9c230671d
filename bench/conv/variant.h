/* Inside of bench/conv: what an implementation of convolution is. One file each; the table is in
 * variants.c. */
#ifndef CB_BENCH_CONV_VARIANT_H
#define CB_BENCH_CONV_VARIANT_H

#include "base/status.h"
#include "bench/conv/kernel.h"
#include "bench/layer.h"
#include "machine/machine.h"

#include <jansson.h>
#include <stdbool.h>

typedef enum { CB_CONV_NCHW, CB_CONV_NHWC } cb_conv_layout;

/* A layer, how its activations lie, and where it will run. */
typedef struct {
    cb_layer layer;
    cb_conv_layout layout; /* of input and output as the caller has them */
    int threads;
    const cb_machine *machine;
    int cpu; /* of thread 0: its caches and kind of core count */
    cb_isa_set isa;
} cb_conv_problem;

/* What a prepared implementation holds and runs. */
typedef struct {
    const char *kernel;      /* the kernel that does the work, or the library */
    const char *isa;         /* its level's name */
    size_t weights_bytes;    /* as they are packed */
    size_t workspace_bytes;  /* beside input, output and weights */
    bool changes_layout;     /* change_layout moves something */
    double transform_growth; /* the error that is allowed: 0, that of float32 sums; else that of
                                transforms with this growth (oracle.h) */
} cb_conv_info;

typedef struct {
    const char *name; /* as --variant takes it */
    const char *what; /* one line for the list */
    /* NULL, or why this implementation is not for the problem (static text). */
    const char *(*refuses)(const cb_conv_problem *problem);
    /* Packs the weights (cout x cin / groups x kh x kw) and allocates. CB_NO_MEMORY,
     * CB_UNSUPPORTED. */
    cb_status (*prepare)(const cb_conv_problem *problem, const float *weights, cb_error *err,
                         void **work);
    void (*free)(void *work);
    void (*info)(const void *work, cb_conv_info *info);
    /* One convolution: all threads of the team call it; output is whole when all have returned. */
    void (*run)(void *work, const float *input, float *output, int thread);
    /* Only the changes of layout that `run` makes; NULL: none. */
    void (*change_layout)(void *work, const float *input, float *output, int thread);
    /* What a model needs of it, into a row: tile, blocking, packing. NULL: nothing. */
    void (*describe)(const void *work, json_t *row);
    bool is_peer; /* somebody else's library */
    /* Its own threads do the work where there are several: thread 0 alone calls `run`. */
    bool has_threads;
} cb_conv_variant;

extern const cb_conv_variant *const cb_conv_variants[];
extern const size_t cb_conv_variant_count;

/* The variant of this name, or NULL. */
const cb_conv_variant *cb_conv_variant_find(const char *name);

/* How the core of a CPU issues instructions, for the choice between kernels. */
cb_gemm_core cb_conv_core(const cb_machine *machine, int cpu);

/* Bytes of a data cache level of the problem's CPU, as far as one thread may count on them;
 * `fallback` where it is not known. */
size_t cb_conv_cache_bytes(const cb_conv_problem *problem, int level, size_t fallback);

/* "NCHW", "NHWC" in lower case, as --layout has them. */
const char *cb_conv_layout_name(cb_conv_layout layout);

/* ---- shares and barriers ---- */

typedef struct {
    size_t first, end;
} cb_conv_share;

/* The part of `total` units that a thread does. */
cb_conv_share cb_conv_share_of(size_t total, int threads, int thread);

/* A barrier of the team that runs a variant: zeroed before the first use. */
typedef struct {
    _Atomic unsigned arrived, generation;
    unsigned threads;
} cb_conv_barrier;

void cb_conv_wait(cb_conv_barrier *barrier);

/* ---- memory ---- */

/* Zeroed, aligned to a page, in huge pages where that helps and can be; NULL without memory. Freed
 * with cb_conv_buffer_free, which takes NULL. */
void *cb_conv_buffer(size_t bytes);

/* The same, `offset` bytes into a page: less than 4096, a multiple of 64. */
void *cb_conv_buffer_at(size_t bytes, size_t offset);
void cb_conv_buffer_free(void *data);

#endif
