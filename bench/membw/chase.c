#include "bench/membw/chase.h"

#include "bench/membw/plan.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    CHOICES = 5,              /* of pages, where their colours matter */
    FEWEST = 4,               /* samples of a choice */
    MOST_HOPS = 8 << 20 >> 6, /* of one repeat: beyond 8 MiB a part of the cycle is like the rest */
};
static const uint64_t CHOICE_FROM = 256 << 10, CHOICE_TO = 8 << 20;

typedef struct {
    const void *at; /* where thread 0 stands: the next sample goes on from there */
    uint64_t hops;  /* of one repeat: once around, so that each sample sees all lines alike */
} chase_work;

static void run_chase(void *arg, int thread, uint64_t repeats)
{
    chase_work *work = arg;
    if (thread == 0)
        work->at = chase__scalar(work->at, repeats * work->hops);
}

/* xorshift64*: any generator does, the same one on every run keeps runs comparable. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

/* Lines that lie one after another in pages that need not. */
typedef struct {
    char *base;
    uint32_t *pages; /* NULL: one after another */
    size_t page_bytes, line_bytes, lines;
} line_list;

static void **line_at(const line_list *list, size_t i)
{
    size_t offset = i * list->line_bytes;
    if (list->pages)
        offset =
            list->pages[offset / list->page_bytes] * list->page_bytes + offset % list->page_bytes;
    return (void **)(list->base + offset);
}

/* One cycle through all lines in random order (Sattolo's algorithm), built in place. */
static void link_lines(const line_list *list, uint64_t random)
{
    for (size_t i = 0; i < list->lines; i++)
        *line_at(list, i) = line_at(list, i);
    for (size_t i = list->lines - 1; i > 0; i--) {
        size_t j = (size_t)(next_random(&random) % i);
        void **x = line_at(list, i), **y = line_at(list, j), *swap = *x;
        *x = *y;
        *y = swap;
    }
}

/* The first `wanted` of `count` pages in random order. */
static void choose_pages(uint32_t *pages, size_t count, size_t wanted, uint64_t random)
{
    for (size_t i = 0; i < count; i++)
        pages[i] = (uint32_t)i;
    for (size_t i = 0; i < wanted; i++) {
        size_t j = i + (size_t)(next_random(&random) % (count - i));
        uint32_t swap = pages[i];
        pages[i] = pages[j];
        pages[j] = swap;
    }
}

static size_t line_bytes_of(const cb_machine *machine)
{
    for (size_t i = 0; i < machine->cache_count; i++)
        if (machine->caches[i].level == 1 && machine->caches[i].line_bytes >= 16)
            return (size_t)machine->caches[i].line_bytes;
    return 64; /* of all cores that we know */
}

static cb_row_key key_of(const cb_membw_stage *stage, const char *kernel)
{
    return (cb_row_key){.family = "membw",
                        .kernel = kernel,
                        .dtype = "bytes",
                        .isa = "scalar",
                        .core_kind = stage->core_kind,
                        .threads = stage->threads};
}

static cb_status measure_lines(const cb_membw_stage *stage, const line_list *list, int choices,
                               uint64_t random, cb_error *err, cb_samples *samples)
{
    chase_work work = {.at = line_at(list, 0), .hops = list->lines};
    if (work.hops > MOST_HOPS)
        work.hops = MOST_HOPS;
    link_lines(list, random);
    work.at = chase__scalar(work.at, list->lines); /* warm: once around */
    cb_sampling sampling = stage->bench->sampling;
    sampling.min_time_s /= choices;
    sampling.max_time_s /= choices;
    if (choices > 1) { /* they differ by more than that, and the least time is what counts */
        sampling.relative_ci = fmax(sampling.relative_ci, 0.05);
        sampling.min_samples = sampling.min_samples < FEWEST ? sampling.min_samples : FEWEST;
    }
    cb_case probe = {.run = run_chase, .arg = &work};
    return cb_measure(stage->team, &stage->bench->timer, &sampling, &probe, 1, stage->bench->stop,
                      err, samples);
}

static double least_of(const cb_samples *samples)
{
    return cb_samples_summary(samples, samples->elapsed_s).min;
}

static int by_least(const void *a, const void *b)
{
    double x = least_of(a), y = least_of(b);
    return (x > y) - (x < y);
}

/* Pages fall on the colours of a physically indexed cache by chance, and a block whose pages crowd
 * into a few of them sees a smaller cache. So each point takes pages of its own, several times, and
 * the middle one of these choices stands for the point: by least times, which neighbours move
 * least. */
static cb_status measure_choices(const cb_membw_stage *stage, line_list *list, size_t arena_pages,
                                 uint64_t random, cb_error *err, cb_samples *middle)
{
    cb_samples samples[CHOICES];
    size_t wanted = (list->lines * list->line_bytes + list->page_bytes - 1) / list->page_bytes;
    int taken = 0;
    cb_status status = CB_OK;
    list->pages = malloc(arena_pages * sizeof *list->pages);
    if (!list->pages)
        return cb_fail(err, CB_NO_MEMORY, "no memory to choose among %zu pages", arena_pages);
    while (taken < CHOICES && status == CB_OK) {
        next_random(&random);
        choose_pages(list->pages, arena_pages, wanted, random);
        status = measure_lines(stage, list, CHOICES, random, err, &samples[taken]);
        taken += status == CB_OK || status == CB_INTERRUPTED;
    }
    free(list->pages);
    if (!taken)
        return status;
    qsort(samples, (size_t)taken, sizeof *samples, by_least);
    for (int i = 0; i < taken; i++)
        if (i != taken / 2)
            cb_samples_free(&samples[i]);
    *middle = samples[taken / 2];
    return status == CB_OK || status == CB_INTERRUPTED ? status : CB_OK;
}

static json_t *params_of(const cb_membw_stage *stage, uint64_t block_bytes, int pass, bool chosen,
                         size_t line_bytes)
{
    json_t *params = cb_membw_params(stage, "latency", block_bytes);
    json_object_set_new(params, "stride_bytes", json_integer((json_int_t)line_bytes));
    json_object_set_new(params, "page_choices", json_integer(chosen ? CHOICES : 1));
    json_object_set_new(params, "pass", json_integer(pass));
    return params;
}

static cb_status emit_chase(const cb_membw_stage *stage, json_t *params, size_t lines,
                            cb_samples *samples, cb_error *err)
{
    double hops = (double)(lines < MOST_HOPS ? lines : MOST_HOPS);
    cb_row_key key = key_of(stage, "chase__scalar");
    json_t *row = cb_row_new(&key, params);
    if (!row) {
        cb_samples_free(samples);
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    }
    cb_row_set_work(row, 0, hops * sizeof(void *));
    cb_bench_set_samples(row, samples);
    if (samples->count) {
        cb_row_set_number(row, "latency_s", cb_row_number(row, "time_s.median", 0) / hops, NULL);
        cb_row_set_number(row, "latency_cycles", cb_row_number(row, "cycles", 0) / hops, NULL);
    }
    cb_samples_free(samples);
    return stage->bench->emit(stage->bench->sink, row, err);
}

static cb_status chase_block(const cb_membw_stage *stage, uint64_t block_bytes, int pass,
                             cb_error *err)
{
    size_t line_bytes = line_bytes_of(stage->bench->machine);
    line_list list = {.base = stage->operands.buffers[0].data,
                      .page_bytes = (size_t)sysconf(_SC_PAGESIZE),
                      .line_bytes = line_bytes,
                      .lines = (size_t)(block_bytes / line_bytes)};
    uint64_t arena =
        stage->operands.bytes < CB_CHASE_ARENA ? stage->operands.bytes : CB_CHASE_ARENA;
    bool chosen = block_bytes >= CHOICE_FROM && block_bytes <= CHOICE_TO && arena / 4 > block_bytes;
    uint64_t random = (block_bytes + (uint64_t)pass) * UINT64_C(0x9E3779B97F4A7C15);
    cb_samples samples;
    cb_status status = chosen ? measure_choices(stage, &list, (size_t)arena / list.page_bytes,
                                                random, err, &samples)
                              : measure_lines(stage, &list, 1, random, err, &samples);
    if (status != CB_OK && status != CB_INTERRUPTED)
        return status;
    cb_status emitted = emit_chase(stage, params_of(stage, block_bytes, pass, chosen, line_bytes),
                                   list.lines, &samples, err);
    return emitted != CB_OK ? emitted : status;
}

cb_status cb_membw_chase(const cb_membw_stage *stage, const uint64_t *blocks, size_t count,
                         int pass, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < count && status == CB_OK; i++)
        if (blocks[i] >= 1024 && blocks[i] <= stage->operands.bytes)
            status = chase_block(stage, blocks[i], pass, err);
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
    cb_row_key key = key_of(stage, "stride__scalar");
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
