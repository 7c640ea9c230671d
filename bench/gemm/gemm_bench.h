/* The family "gemm": which products are measured, by which implementations. */
#ifndef CB_BENCH_GEMM_GEMM_BENCH_H
#define CB_BENCH_GEMM_GEMM_BENCH_H

#include "bench/bench.h"
#include "bench/gemm/gemm.h"

typedef struct {
    char name[48]; /* "" where it has none */
    size_t m, n, k;
} cb_gemm_shape;

/* How the tuner goes through the candidates. */
typedef enum {
    CB_GEMM_NO_SEARCH,
    CB_GEMM_EXHAUSTIVE, /* measures all */
    CB_GEMM_RANDOM,     /* a tenth of them, drawn */
    CB_GEMM_GUIDED,     /* the best few by prediction */
} cb_gemm_search;

/* What one memory level gives to reading: 0 to 2 caches, 3 memory; all threads together. */
typedef struct {
    char core_kind[64]; /* "" is any */
    int threads, level;
    double bytes_per_s;
} cb_gemm_bandwidth;

typedef struct {
    const cb_gemm_shape *shapes; /* none: the paper's N, a logarithmic sweep, and for each memory
                                    level a product whose operand fills it */
    size_t shape_count;
    const char *dtypes;     /* comma list; NULL: f32 */
    const char *variants;   /* comma list of names, or "all"; NULL: those of `list` that are quick
                               enough for the shape */
    const char *transposes; /* comma list of nn, nt, tn, tt, np, tp, ns, ts (docs/SCHEMA.md);
                               NULL: nn */
    cb_gemm_search search;  /* tune instead of measuring all variants, with these */
    const cb_gemm_bandwidth *bandwidths; /* measured before, in */
    const char *bandwidths_from;         /* this document; where it says nothing of a thread count,
                                            or NULL, the tuner measures for itself */
    size_t bandwidth_count;
    const char *log_path;     /* the tuner's log: read before, added to by a search; NULL: none */
    const char *machine_name; /* that the log must be of */
} cb_gemm_options;

/* Measures and emits rows, family "gemm" (docs/SCHEMA.md, "gemm rows"): for each shape, type and
 * thread count all variants and the peak kernel in turn. What cannot be measured becomes a skipped
 * row. CB_USAGE when a word is not known or nothing matches. */
cb_status cb_gemm_run(const cb_bench *bench, const cb_gemm_options *options, cb_error *err);

/* Reads "MxNxK,..." (name: the text), "N,..." (square). The caller frees *shapes. CB_USAGE. */
cb_status cb_gemm_shapes_parse(const char *shapes, const char *sizes, cb_error *err,
                               cb_gemm_shape **out, size_t *count);

/* Reads a file of lines "name M N K"; `#` begins a comment. A name without '/' is also looked for
 * among those that ship with cachebound (bench/gemm/shapes/NAME.txt). CB_IO, CB_PARSE with file
 * and line. The caller frees *shapes. */
cb_status cb_gemm_shapes_read(const char *path, cb_error *err, cb_gemm_shape **out, size_t *count);

/* ---- for `list` ---- */

typedef struct cb_gemm_variant cb_gemm_variant;

size_t cb_gemm_variant_count(void);
const char *cb_gemm_variant_name(size_t index);
const char *cb_gemm_variant_what(size_t index);

/* Whether it is somebody else's. */
bool cb_gemm_variant_is_library(size_t index);

/* The kernels of the variants in plain C. */
size_t cb_gemm_plain_kernel_count(void);
const char *cb_gemm_plain_kernel_name(size_t index, cb_isa *isa);

/* NULL when the variant can be run with these instruction sets, else why not ("libblis.so.4 is not
 * installed"). */
const char *cb_gemm_variant_missing(size_t index, cb_isa_set allowed);

#endif
