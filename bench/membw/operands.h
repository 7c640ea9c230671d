/* The memory that the threads of a team work on. */
#ifndef CB_BENCH_MEMBW_OPERANDS_H
#define CB_BENCH_MEMBW_OPERANDS_H

#include "bench/membw/membw.h"

typedef struct {
    size_t threads;
    bool shared;
    cb_pages pages;
    uint64_t bytes; /* for one thread */
    cb_buffer *buffers;
} cb_operands;

/* Room for blocks of up to `bytes` for each thread of the team, touched by the thread that uses it.
 * CB_UNSUPPORTED without huge pages, CB_NO_MEMORY when it does not fit. */
cb_status cb_operands_new(cb_team *team, uint64_t bytes, cb_pages pages, bool shared, cb_error *err,
                          cb_operands *operands);
void cb_operands_free(cb_operands *operands);

/* Where a kernel's operands lie for one thread, and their length. */
typedef struct {
    void *dst;
    const void *a, *b;
    size_t bytes; /* of each operand; 0 when the block is shorter than one step */
} cb_placement;

cb_placement cb_operands_place(const cb_operands *operands, const cb_membw_kernel *kernel,
                               uint64_t block_bytes, int thread);

#endif
