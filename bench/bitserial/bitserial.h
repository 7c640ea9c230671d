/* Bit-serial matrix multiply and convolution: numbers of 1 to 8 bits as bit planes, products by
 * AND (or XOR) and popcount.
 *
 * Operands come as *codes*, one a byte, of which the low bits count; an encoding says which number
 * a code u of b bits stands for:
 *     unsigned  u                                     0 .. 2^b - 1
 *     signed    two's complement of the b bits        -2^(b-1) .. 2^(b-1) - 1
 *     bipolar   the sum of +-2^i: 2 u - (2^b - 1)     the odd numbers -(2^b - 1) .. 2^b - 1
 * Each is scale * v + offset with v = u ^ flip unsigned, so that one kernel, popcount(w & a),
 * serves all pairs: sum x y = sx sy sum vx vy + sx oy sum vx + sy ox sum vy + K ox oy, with the
 * sums of v kept from packing (Klein et al., section V-A, and Cowan et al., CGO 2020, count
 * popcount(~w & a) as well: the variant `two-popcount`). */
#ifndef CB_BENCH_BITSERIAL_BITSERIAL_H
#define CB_BENCH_BITSERIAL_BITSERIAL_H

#include "bench/bench.h"
#include "bench/bitserial/micro.h"
#include "bench/gemm/gemm_bench.h"
#include "bench/layer.h"

enum { CB_BITS_MOST = 8 };

typedef enum { CB_BITS_UNSIGNED, CB_BITS_SIGNED, CB_BITS_BIPOLAR } cb_bits_encoding;

/* A number is scale * (code ^ flip) + offset; log2_scale is 0 or 1. */
typedef struct {
    int bits;
    cb_bits_encoding encoding;
    unsigned flip;
    int log2_scale;
    int32_t offset;
} cb_bits_type;

cb_bits_type cb_bits_type_of(int bits, cb_bits_encoding encoding);
int32_t cb_bits_value(const cb_bits_type *type, uint8_t code);

/* "unipolar" (activations unsigned, weights bipolar: the paper's), "bipolar" (both), "unsigned",
 * "signed" (both), "mixed" (activations unsigned, weights signed). */
typedef struct {
    const char *name;
    cb_bits_encoding a, w;
} cb_bits_scheme;

/* NULL when there is none. With index counts up to the last one. */
const cb_bits_scheme *cb_bits_scheme_of(const char *name);
const cb_bits_scheme *cb_bits_scheme_at(size_t index);

/* ---- the definition, in plain C ---- */

/* c[i][j] = sum over k of the numbers a[i][k] and w[j][k]: activations m x k, weights n x k (a row
 * an output, as networks keep them). */
typedef struct {
    size_t m, n, k;
    cb_bits_type a, w;
} cb_bits_matmul;

void cb_bits_oracle(const cb_bits_matmul *shape, const uint8_t *a, const uint8_t *w, int32_t *c,
                    size_t first_row, size_t rows);

/* NHWC activations, weights cout x kh x kw x (cin / groups), output NHWC. Padding is the number 0,
 * in every encoding, also in bipolar, which has no code for it. Computes one output pixel: cout
 * values. */
void cb_bits_oracle_pixel(const cb_layer *layer, const cb_bits_type *a, const cb_bits_type *w,
                          const uint8_t *x, const uint8_t *weights, size_t pixel, int32_t *c);

/* ---- plan ---- */

/* How the products are counted. */
typedef enum {
    CB_BITS_FORM_AUTO, /* XOR where both sides are bipolar, else AND */
    CB_BITS_FORM_AND,
    CB_BITS_FORM_TWO, /* the paper's two popcounts; only activations unsigned, weights bipolar */
} cb_bits_form;

typedef struct {
    const cb_machine *machine;
    cb_isa_set isa;
    const char *kernel_glob; /* NULL: any */
    int cpu;
} cb_bits_target;

typedef struct {
    cb_bits_matmul shape; /* k = taps * tap_k */
    size_t taps, tap_k;   /* each tap starts on a word of its own */
    const cb_bits_kernel *kernel, *packer;
    size_t words;  /* of all of k, in the kernel's words */
    size_t mc, kc; /* rows of a block, words of a block */
    int threads;   /* that take part */
    bool split_n;  /* threads share out columns (each packs all rows), not rows */
} cb_bits_plan;

/* CB_USAGE when sums could pass 2^31 or the form does not fit the encodings, CB_UNSUPPORTED when no
 * kernel of the kind may run. */
cb_status cb_bits_plan_make(const cb_bits_matmul *shape, size_t taps, cb_bits_form form,
                            const cb_bits_target *target, int threads, cb_error *err,
                            cb_bits_plan *plan);

/* Bytes that packing the activations writes, and those that packing the weights has written. */
double cb_bits_packed_a_bytes(const cb_bits_plan *plan);
double cb_bits_packed_w_bytes(const cb_bits_plan *plan);

/* ---- weights, packed once ---- */

typedef struct cb_bits_weights cb_bits_weights;

/* `codes`: n rows of k. CB_NO_MEMORY. */
cb_status cb_bits_weights_new(const cb_bits_plan *plan, const uint8_t *codes, cb_error *err,
                              cb_bits_weights **weights);
void cb_bits_weights_free(cb_bits_weights *weights);
/* Packs again into the same place: for timing. */
void cb_bits_weights_pack(cb_bits_weights *weights, const uint8_t *codes);

/* ---- running ---- */

/* Room of each thread for a block of packed activations. */
typedef struct cb_bits_work cb_bits_work;

cb_status cb_bits_work_new(const cb_bits_plan *plan, cb_error *err, cb_bits_work **work);
void cb_bits_work_free(cb_bits_work *work);

/* C (m x n int32, row-major) = activations (m x k codes, row-major) x weights. Every thread of the
 * team calls it with its number; packing is inside. */
void cb_bits_gemm_call(cb_bits_work *work, const cb_bits_weights *weights, const uint8_t *a,
                       int32_t *c, int thread);

/* Only the packing of what cb_bits_gemm_call packs. */
void cb_bits_gemm_pack_call(cb_bits_work *work, const uint8_t *a, int thread);

/* ---- convolution ---- */

typedef struct cb_bits_conv cb_bits_conv;

/* `weights`: cout x kh x kw x (cin / groups) codes, packed here. CB_NO_MEMORY, and as
 * cb_bits_plan_make. */
cb_status cb_bits_conv_new(const cb_layer *layer, const cb_bits_type *a, const cb_bits_type *w,
                           const uint8_t *weights, const cb_bits_target *target, int threads,
                           cb_error *err, cb_bits_conv **conv);
void cb_bits_conv_free(cb_bits_conv *conv);
const cb_bits_plan *cb_bits_conv_plan(const cb_bits_conv *conv);

/* x: NHWC codes, y: NHWC int32. Every thread of the team calls it; packing is inside: each
 * thread packs the lines of input that its pixels reach into. */
void cb_bits_conv_call(cb_bits_conv *conv, const uint8_t *x, int32_t *y, int thread);
void cb_bits_conv_pack_call(cb_bits_conv *conv, const uint8_t *x, int thread);
double cb_bits_conv_packed_bytes(const cb_bits_conv *conv);

/* ---- look-up tables: weights of few bits, activations of 8 ---- */

typedef struct cb_bits_tables cb_bits_tables;

/* `codes`: n rows of k. As cb_bits_plan_make. */
cb_status cb_bits_tables_new(const cb_bits_matmul *shape, const uint8_t *codes,
                             const cb_bits_target *target, int threads, cb_error *err,
                             cb_bits_tables **tables);
void cb_bits_tables_free(cb_bits_tables *tables);
const cb_bits_kernel *cb_bits_tables_kernel(const cb_bits_tables *tables);
double cb_bits_tables_packed_bytes(const cb_bits_tables *tables);
/* As cb_bits_gemm_call; building the tables is inside. */
void cb_bits_tables_call(cb_bits_tables *tables, const uint8_t *a, int32_t *c, int thread);

/* ---- measuring ---- */

typedef struct {
    int w, a; /* bits */
} cb_bits_width;

enum {
    CB_BITS_VARIANT_TUNED = 1, /* one popcount an AND, or XOR */
    CB_BITS_VARIANT_TWO = 2,   /* "two-popcount", where the encodings are the paper's */
    CB_BITS_VARIANT_LUT = 4,
};

typedef struct {
    const cb_bits_width *widths;
    size_t width_count;
    const cb_bits_scheme *scheme;
    const cb_gemm_shape *shapes; /* matrix multiply */
    size_t shape_count;
    const cb_named_layer *layers; /* convolution */
    size_t layer_count;
    unsigned variants;
} cb_bits_options;

/* Measures and emits rows, family "bitserial" (docs/SCHEMA.md, "bitserial rows"): for each size or
 * layer and each pair of widths the products, the packing of the activations alone and that of the
 * weights; a convolution also beside a matrix multiply of its size. All in turn with the peak
 * kernel of the same instruction set. What cannot be measured becomes a skipped row. */
cb_status cb_bitserial_run(const cb_bench *bench, const cb_bits_options *options, cb_error *err);

#endif
