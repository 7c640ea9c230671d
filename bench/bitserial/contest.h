/* Inside of bench/bitserial: the operands of a problem and those that compute on them. */
#ifndef CB_BENCH_BITSERIAL_CONTEST_H
#define CB_BENCH_BITSERIAL_CONTEST_H

#include "bench/bitserial/group.h"
#include "bench/peak/state.h"
#include "measure/buffer.h"

typedef struct contest cb_bits_contest;
typedef struct entrant cb_bits_entrant;

/* What is timed, and what its row says. */
struct entrant {
    const char *variant;
    const cb_bits_kernel *kernel;
    cb_bits_contest *contest;
    void (*run)(const cb_bits_entrant *entrant, int thread);
    double ops, bytes;    /* of one call; `bytes`: the least that must move */
    double read, written; /* of packing; 0 of a product */
    bool is_product;      /* has a result to check */
    size_t case_index;
    double max_abs_err;
};

enum { CB_BITS_ENTRANTS = 6 };

struct contest {
    const cb_bits_stage *stage;
    const cb_bits_problem *problem;
    cb_bits_matmul shape; /* of a convolution: of one group */
    cb_buffer a, w, c;    /* codes, codes, int32 */
    cb_buffer rows;       /* codes of the matrix multiply of a layer's size */
    cb_bits_plan plan, two_plan;
    cb_bits_weights *weights, *two_weights;
    cb_bits_work *work, *two_work;
    cb_bits_tables *tables;
    cb_bits_conv *conv;
    cb_bits_entrant entrants[CB_BITS_ENTRANTS];
    size_t entrant_count;
    cb_peak_state peak;
    bool has_peak;
};

/* Operands filled, everything packed once. CB_UNSUPPORTED, CB_USAGE and CB_NO_MEMORY are reasons to
 * skip the problem. */
cb_status cb_bits_enter(const cb_bits_stage *stage, const cb_bits_problem *problem, cb_error *err,
                        cb_bits_contest *contest);
void cb_bits_leave(cb_bits_contest *contest);

/* Compares what lies in C with the oracle, rows of it where it is large; the largest difference. */
double cb_bits_check(const cb_bits_contest *contest, const cb_bits_entrant *entrant);

#endif
