/* Inside of bench/bitserial: packed operands and the loops over them.
 *
 * A block of activations: [panel of mr rows][plane][word][row][a_word bits], or [panel][word][row]
 * [plane][a_word bits] for kernels that want planes beside each other; of weights: [panel of nr
 * columns][plane][word][column][w_word bits], one such block for each kc words. */
#ifndef CB_BENCH_BITSERIAL_INSIDE_H
#define CB_BENCH_BITSERIAL_INSIDE_H

#include "bench/bitserial/bitserial.h"
#include "measure/buffer.h"

/* Rows of a block, and the largest tile of C that is kept until all planes are in it. */
enum { CB_BITS_BLOCK_ROWS = 64, CB_BITS_MOST_NR = 64 };

struct cb_bits_weights {
    cb_bits_plan plan;
    cb_buffer data;
    uint8_t *row;      /* one row's planes, before its words are dealt out */
    int32_t *col_add;  /* what does not depend on the row */
    int32_t *tap_sums; /* [tap][column]: sum of the weights' numbers, for padding */
};

/* Bytes of one word of a whole panel. */
static inline size_t cb_bits_a_step(const cb_bits_plan *plan)
{
    return (size_t)plan->kernel->mr * cb_bits_word(plan->kernel) / 8;
}

static inline size_t cb_bits_w_step(const cb_bits_plan *plan)
{
    return (size_t)plan->kernel->nr * cb_bits_word(plan->kernel) / 8;
}

/* Bytes from a row, word, plane of a panel of activations to the next one. */
typedef struct {
    size_t row, word, plane;
} cb_bits_strides;

static inline bool cb_bits_planes_beside(const cb_bits_plan *plan)
{
    return plan->kernel->planes == CB_BITS_BESIDE;
}

/* Of a panel of `words` words. */
static inline cb_bits_strides cb_bits_strides_of(const cb_bits_plan *plan, size_t words)
{
    size_t word = cb_bits_word(plan->kernel) / 8, step = cb_bits_a_step(plan);
    size_t bits = (size_t)plan->shape.a.bits;
    if (cb_bits_planes_beside(plan))
        return (cb_bits_strides){.row = word * bits, .word = step * bits, .plane = word};
    return (cb_bits_strides){.row = word, .word = step, .plane = words * step};
}

static inline size_t cb_bits_ceil(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

/* The part of a product that one thread computes. */
typedef struct {
    size_t row, rows;     /* of C */
    size_t panel, panels; /* of weights */
} cb_bits_share;

cb_bits_share cb_bits_share_of(const cb_bits_plan *plan, int thread);

/* Writes a block of packed activations: rows [row, row + rows), words [word, word + words), and
 * what each row adds to C in this block (zeros when the plan needs none). */
typedef struct {
    size_t row, rows, word, words;
    uint8_t *out;
    int32_t *row_add;
} cb_bits_block;

typedef void cb_bits_fill_fn(const void *arg, const cb_bits_plan *plan, const cb_bits_block *block);

/* Whether C needs the rows' sums; the factor that they are added with. */
bool cb_bits_needs_row_sums(const cb_bits_plan *plan);
int32_t cb_bits_row_factor(const cb_bits_plan *plan);

/* Multiplies a share: blocks come from `fill`, into `scratch` (cb_bits_scratch_bytes). Column j of
 * the plan is c[.. + j], rows c_ld elements apart. */
typedef struct {
    cb_bits_fill_fn *fill;
    const void *arg;
    uint8_t *scratch;
    int32_t *row_add; /* mc values */
    int32_t *c;
    size_t c_ld;
} cb_bits_product;

void cb_bits_multiply(const cb_bits_weights *weights, const cb_bits_share *share,
                      const cb_bits_product *product);
size_t cb_bits_scratch_bytes(const cb_bits_plan *plan);

/* The kernel of a kind that may run there, or NULL. */
const cb_bits_kernel *cb_bits_kernel_of(cb_bits_kind kind, const cb_bits_target *target);

#endif
