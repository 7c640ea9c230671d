#include "bench/membw/operands.h"

#include <inttypes.h>
#include <stdlib.h>

/* Operands start 1344 bytes (21 lines) further inside a page each, so that a load never has the
 * page offset of a store just before it: the core would hold the load back (4-KiB aliasing). */
enum { SKEW_BYTES = 1344, SLACK_BYTES = 64 << 10 };

typedef struct {
    cb_operands *operands;
    cb_status status;
    cb_error err;
} touch_job;

static void touch(void *arg, int thread)
{
    touch_job *job = arg;
    cb_operands *o = job->operands;
    if (o->shared && thread > 0)
        return;
    cb_error err;
    cb_status status =
        cb_buffer_new((size_t)o->bytes + SLACK_BYTES, 0, o->pages, &err, &o->buffers[thread]);
    if (status == CB_OK)
        return;
    /* Two threads may fail at once: either message is right, and the team's end orders the writes
     * before they are read only when one thread writes. */
    if (thread == 0) {
        job->status = status;
        job->err = err;
    }
}

cb_status cb_operands_new(cb_team *team, uint64_t bytes, cb_pages pages, bool shared, cb_error *err,
                          cb_operands *out)
{
    if (bytes > SIZE_MAX - SLACK_BYTES)
        return cb_fail(err, CB_NO_MEMORY, "%" PRIu64 " bytes do not fit this address space", bytes);
    cb_operands o = {
        .threads = cb_team_size(team), .shared = shared, .pages = pages, .bytes = bytes};
    o.buffers = calloc(o.threads, sizeof *o.buffers);
    if (!o.buffers)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu operand blocks", o.threads);
    touch_job job = {.operands = &o};
    cb_team_run(team, touch, &job);
    for (size_t t = 0; t < (shared ? 1 : o.threads) && job.status == CB_OK; t++)
        if (!o.buffers[t].data) {
            job.status = CB_NO_MEMORY;
            cb_fail(&job.err, CB_NO_MEMORY, "no memory for the operand block of thread %zu", t);
        }
    if (job.status != CB_OK) {
        cb_operands_free(&o);
        return cb_fail(err, job.status, "%s", job.err.text);
    }
    *out = o;
    return CB_OK;
}

void cb_operands_free(cb_operands *operands)
{
    for (size_t t = 0; operands->buffers && t < operands->threads; t++)
        cb_buffer_free(&operands->buffers[t]);
    free(operands->buffers);
    *operands = (cb_operands){0};
}

cb_placement cb_operands_place(const cb_operands *operands, const cb_membw_kernel *kernel,
                               uint64_t block_bytes, int thread)
{
    char *base = operands->buffers[operands->shared ? 0 : thread].data;
    int count = cb_membw_operands(kernel->pattern);
    size_t each = (size_t)(block_bytes / (unsigned)count);
    size_t bytes = each / kernel->step_bytes * kernel->step_bytes;
    size_t apart = ((bytes + 4095) & ~(size_t)4095) + SKEW_BYTES;
    switch (kernel->pattern) {
    case CB_PATTERN_READ:
        return (cb_placement){.a = base, .bytes = bytes};
    case CB_PATTERN_WRITE:
    case CB_PATTERN_RMW:
        return (cb_placement){.dst = base, .bytes = bytes};
    case CB_PATTERN_COPY:
    case CB_PATTERN_UPDATE:
        return (cb_placement){.a = base, .dst = base + apart, .bytes = bytes};
    case CB_PATTERN_TRIAD:
    case CB_PATTERN_MIX21:
        break;
    }
    return (cb_placement){.a = base, .b = base + apart, .dst = base + 2 * apart, .bytes = bytes};
}
