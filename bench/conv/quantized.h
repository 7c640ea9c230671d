/* Inside of bench/conv: convolution of 8-bit numbers, as quantized networks have it
 * (bench/gemm/quantize.h says what is computed). Padding stands for the real number zero: it is
 * filled with the activations' zero point. */
#ifndef CB_BENCH_CONV_QUANTIZED_H
#define CB_BENCH_CONV_QUANTIZED_H

#include "bench/conv/variant.h"
#include "bench/gemm/quantize.h"

/* A layer (its place, layout, threads) and its numbers. */
typedef struct {
    cb_conv_problem base;
    bool is_signed;                      /* activations: int8, else uint8; weights are int8 */
    const cb_quantization *quantization; /* channels on columns, cout of them */
} cb_quantized_problem;

/* What a prepared implementation is in a row: cb_conv_info; transform_growth is always 0. Operands:
 * input int8 or uint8, output as quantization->out says. */
typedef struct {
    const char *name;
    const char *what;
    const char *(*refuses)(const cb_quantized_problem *problem); /* static text, or NULL */
    /* Packs the weights, cout x cin / groups x kh x kw. */
    cb_status (*prepare)(const cb_quantized_problem *problem, const int8_t *weights, cb_error *err,
                         void **work);
    void (*free)(void *work);
    void (*info)(const void *work, cb_conv_info *info);
    void (*run)(void *work, const void *input, void *output, int thread);
    void (*change_layout)(void *work, const void *input, void *output, int thread); /* or NULL */
    void (*describe)(const void *work, json_t *row);                                /* or NULL */
    bool is_peer; /* somebody else's library, with threads of its own */
} cb_quantized_variant;

extern const cb_quantized_variant *const cb_quantized_variants[];
extern const size_t cb_quantized_variant_count;

/* "s8" or "u8s8". */
const char *cb_quantized_dtype(const cb_quantized_problem *problem);

/* Bytes of an output element. */
size_t cb_quantized_out_bytes(const cb_quantized_problem *problem);

/* An activation, and a channel's weight zero point. */
int32_t cb_quantized_input(const cb_quantized_problem *problem, const void *input, size_t index);
int32_t cb_quantized_weight_zero(const cb_quantization *q, size_t channel);

/* ---- the definition, in plain C ---- */

/* One output element. */
int32_t cb_quantized_oracle(const cb_quantized_problem *problem, const void *input,
                            const int8_t *weights, size_t n, size_t oc, size_t y, size_t x);

/* How many of about `samples` output elements (spread over all, with the corners) differ, and by
 * how much the worst does. */
typedef struct {
    size_t compared, different;
    int64_t max_abs_err;
} cb_quantized_verdict;

cb_quantized_verdict cb_quantized_compare(const cb_quantized_problem *problem, const void *input,
                                          const int8_t *weights, const void *output,
                                          size_t samples);

#endif
