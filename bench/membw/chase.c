#include "bench/membw/chase.h"

#include "bench/membw/plan.h"

#include <math.h>
#include <stdlib.h>

enum { HOPS_PER_REPEAT = 64 };

typedef struct {
    const void *at; /* where thread 0 stands: the next sample goes on from there */
} chase_work;

static void run_chase(void *arg, int thread, uint64_t repeats)
{
    chase_work *work = arg;
    if (thread == 0)
        work->at = chase__scalar(work->at, repeats * HOPS_PER_REPEAT);
}

/* xorshift64*: any generator does, the same one on every run keeps runs comparable. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

/* One cycle through all lines in random order (Sattolo's algorithm), built in place. */
static void link_lines(char *block, size_t lines, size_t line_bytes)
{
    uint64_t random = UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = 0; i < lines; i++)
        *(void **)(block + i * line_bytes) = block + i * line_bytes;
    for (size_t i = lines - 1; i > 0; i--) {
        size_t j = (size_t)(next_random(&random) % i);
        void **x = (void **)(block + i * line_bytes), **y = (void **)(block + j * line_bytes);
        void *swap = *x;
        *x = *y;
        *y = swap;
    }
}

static size_t line_bytes_of(const cb_machine *machine)
{
    for (size_t i = 0; i < machine->cache_count; i++)
        if (machine->caches[i].level == 1 && machine->caches[i].line_bytes >= 16)
            return (size_t)machine->caches[i].line_bytes;
    return 64; /* of all cores that we know */
}

static cb_status chase_block(const cb_membw_stage *stage, uint64_t block_bytes, cb_error *err)
{
    size_t line_bytes = line_bytes_of(stage->bench->machine);
    size_t lines = (size_t)(block_bytes / line_bytes);
    chase_work work = {.at = stage->operands.buffers[0].data};
    link_lines(stage->operands.buffers[0].data, lines, line_bytes);
    work.at = chase__scalar(work.at, lines); /* warm: once around */

    /* A sample should see the whole cycle, or blocks at an edge would give two kinds of samples. */
    cb_sampling sampling = stage->bench->sampling;
    sampling.sample_s = fmin(2e-3, fmax(sampling.sample_s, (double)lines * 4e-9));
    cb_case probe = {.run = run_chase, .arg = &work};
    cb_samples samples;
    cb_status status = cb_measure(stage->team, &stage->bench->timer, &sampling, &probe, 1,
                                  stage->bench->stop, err, &samples);
    if (status != CB_OK && status != CB_INTERRUPTED)
        return status;

    json_t *params = cb_membw_params(stage, "latency", block_bytes);
    json_object_set_new(params, "stride_bytes", json_integer((json_int_t)line_bytes));
    cb_row_key key = {.family = "membw",
                      .kernel = "chase__scalar",
                      .dtype = "bytes",
                      .isa = "scalar",
                      .core_kind = stage->core_kind,
                      .threads = stage->threads};
    json_t *row = cb_row_new(&key, params);
    if (!row) {
        cb_samples_free(&samples);
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    }
    cb_row_set_work(row, 0, HOPS_PER_REPEAT * sizeof(void *));
    cb_bench_set_samples(row, &samples);
    if (samples.count) {
        cb_row_set_number(row, "latency_s",
                          cb_row_number(row, "time_s.median", 0) / HOPS_PER_REPEAT, NULL);
        cb_row_set_number(row, "latency_cycles", cb_row_number(row, "cycles", 0) / HOPS_PER_REPEAT,
                          NULL);
    }
    cb_samples_free(&samples);
    cb_status emitted = stage->bench->emit(stage->bench->sink, row, err);
    return emitted != CB_OK ? emitted : status;
}

cb_status cb_membw_chase(const cb_membw_stage *stage, const uint64_t *blocks, size_t count,
                         cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < count && status == CB_OK; i++)
        if (blocks[i] >= 1024 && blocks[i] <= stage->operands.bytes)
            status = chase_block(stage, blocks[i], err);
    return status;
}

typedef struct {
    const cb_membw_stage *stage;
    size_t bytes, stride_bytes;
} stride_work;

static void run_stride(void *arg, int thread, uint64_t repeats)
{
    const stride_work *work = arg;
    stride__scalar(work->stage->operands.buffers[work->stage->operands.shared ? 0 : thread].data,
                   work->bytes, work->stride_bytes, repeats);
}

static cb_status stride_row(const cb_membw_stage *stage, stride_work *work, cb_error *err)
{
    cb_case probe = {.run = run_stride, .arg = work};
    cb_samples samples;
    cb_status status = cb_measure(stage->team, &stage->bench->timer, &stage->bench->sampling,
                                  &probe, 1, stage->bench->stop, err, &samples);
    if (status != CB_OK && status != CB_INTERRUPTED)
        return status;
    json_t *params = cb_membw_params(stage, "stride", work->bytes);
    json_object_set_new(params, "stride_bytes", json_integer((json_int_t)work->stride_bytes));
    json_object_set_new(params, "width_bits", json_integer(64));
    cb_row_key key = {.family = "membw",
                      .kernel = "stride__scalar",
                      .dtype = "bytes",
                      .isa = "scalar",
                      .core_kind = stage->core_kind,
                      .threads = stage->threads};
    json_t *row = cb_row_new(&key, params);
    if (!row) {
        cb_samples_free(&samples);
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    }
    double loads = floor((double)(work->bytes - 8) / (double)work->stride_bytes) + 1;
    cb_row_set_work(row, 0, 8 * loads * stage->threads);
    cb_bench_set_samples(row, &samples);
    cb_samples_free(&samples);
    cb_status emitted = stage->bench->emit(stage->bench->sink, row, err);
    return emitted != CB_OK ? emitted : status;
}

cb_status cb_membw_stride(const cb_membw_stage *stage, const uint64_t *blocks, size_t count,
                          cb_error *err)
{
    for (size_t i = 0; i < count; i++)
        for (size_t stride = 8; stride <= 4096 && stride <= blocks[i] / 8; stride *= 2) {
            stride_work work = {stage, (size_t)blocks[i], stride};
            cb_status status = stride_row(stage, &work, err);
            if (status != CB_OK)
                return status;
        }
    return CB_OK;
}
