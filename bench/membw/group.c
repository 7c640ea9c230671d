#include "bench/membw/group.h"

#include "bench/membw/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const cb_membw_kernel *kernel;
    cb_placement *places; /* one a thread */
} pass_work;

static void run_passes(void *arg, int thread, uint64_t repeats)
{
    const pass_work *work = arg;
    const cb_placement *p = &work->places[thread];
    work->kernel->run(p->dst, p->a, p->b, p->bytes, repeats);
}

const char *cb_membw_pages_name(const cb_operands *operands)
{
    return operands->pages == CB_PAGES_HUGE    ? "huge"
           : operands->pages == CB_PAGES_SMALL ? "small"
                                               : "default";
}

json_t *cb_membw_params(const cb_membw_stage *stage, const char *pattern, uint64_t block_bytes)
{
    const char *level =
        cb_plan_level(stage->bench->machine, stage->first_cpu, stage->threads, block_bytes);
    return json_pack("{s:s, s:I, s:s?, s:s, s:b}", "pattern", pattern, "block_bytes",
                     (json_int_t)block_bytes, "level", level, "pages",
                     cb_membw_pages_name(&stage->operands), "shared", stage->operands.shared);
}

/* Runs the kernel and its twin on two steps of small whole numbers and compares every byte. */
static bool equals_oracle(const cb_membw_kernel *kernel, cb_error *err, bool *equal)
{
    size_t bytes = 2 * kernel->step_bytes;
    cb_buffer ours, twins;
    cb_status status = cb_buffer_new(3 * bytes, 0, CB_PAGES_DEFAULT, err, &ours);
    if (status != CB_OK)
        return false;
    status = cb_buffer_new(3 * bytes, 0, CB_PAGES_DEFAULT, err, &twins);
    if (status != CB_OK) {
        cb_buffer_free(&ours);
        return false;
    }
    double *a = ours.data;
    for (size_t i = 0; i < 3 * bytes / sizeof *a; i++)
        a[i] = (double)(i % 251);
    memcpy(twins.data, ours.data, 3 * bytes);
    char *x = ours.data, *y = twins.data;
    kernel->run(x + 2 * bytes, x, x + bytes, bytes, 1);
    kernel->oracle(y + 2 * bytes, y, y + bytes, bytes, 1);
    *equal = memcmp(x, y, 3 * bytes) == 0;
    cb_buffer_free(&ours);
    cb_buffer_free(&twins);
    return true;
}

static void set_check(json_t *row, const cb_membw_kernel *kernel)
{
    bool equal = false;
    if (kernel->pattern == CB_PATTERN_READ) {
        json_object_set_new(row, "check", json_null());
        json_object_set_new(row, "check_reason", json_string("a read leaves nothing to compare"));
        return;
    }
    bool ran = equals_oracle(kernel, NULL, &equal);
    cb_row_set_check(row, "scalar", 0, ran && equal);
    if (!equal)
        cb_row_set_status(row, "failed", "differs from its scalar twin");
}

cb_row_key cb_membw_key(const cb_membw_stage *stage, const cb_membw_kernel *kernel)
{
    return (cb_row_key){.family = "membw",
                        .kernel = kernel->name,
                        .variant = kernel->non_temporal ? "nt" : NULL,
                        .dtype = "bytes",
                        .isa = cb_isa_name(kernel->isa),
                        .core_kind = stage->core_kind,
                        .threads = stage->threads};
}

json_t *cb_membw_kernel_params(const cb_membw_stage *stage, const cb_membw_kernel *kernel,
                               uint64_t block_bytes)
{
    json_t *params = cb_membw_params(stage, cb_membw_pattern_name(kernel->pattern), block_bytes);
    json_object_set_new(params, "width_bits", json_integer(kernel->width_bits));
    json_object_set_new(params, "non_temporal", json_boolean(kernel->non_temporal));
    return params;
}

static cb_status emit(const cb_membw_stage *stage, const pass_work *work, uint64_t block_bytes,
                      const cb_samples *samples, cb_error *err, double *rate)
{
    const cb_membw_kernel *kernel = work->kernel;
    cb_row_key key = cb_membw_key(stage, kernel);
    json_t *row = cb_row_new(&key, cb_membw_kernel_params(stage, kernel, block_bytes));
    if (!row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    double bytes = (double)work->places[0].bytes * cb_membw_bytes_moved(kernel->pattern);
    cb_row_set_work(row, 0, bytes * stage->threads);
    cb_bench_set_samples(row, samples);
    if (samples->count)
        set_check(row, kernel);
    if (rate)
        *rate = cb_row_number(row, "bytes_per_s", 0);
    return stage->bench->emit(stage->bench->sink, row, err);
}

static cb_status skip_short(const cb_membw_stage *stage, const cb_membw_kernel *kernel,
                            uint64_t block_bytes, cb_error *err)
{
    cb_row_key key = cb_membw_key(stage, kernel);
    return cb_bench_skip(stage->bench, &key, cb_membw_kernel_params(stage, kernel, block_bytes),
                         "the block is shorter than one step of this kernel", err);
}

static bool is_near(const cb_membw_stage *stage, uint64_t block_bytes)
{
    const char *level =
        cb_plan_level(stage->bench->machine, stage->first_cpu, stage->threads, block_bytes);
    return level && (strcmp(level, "L1") == 0 || strcmp(level, "L2") == 0);
}

/* A core's own caches take one time when nobody disturbs them, which some 200 samples show. That
 * is short, so it is not cut when the time of a run gets scarce. */
static cb_sampling sampling_of(const cb_membw_stage *stage, bool near)
{
    enum { FEWEST = 200 };
    cb_sampling s = stage->bench->sampling;
    double least_s = fmin(FEWEST * fmax(s.sample_s, 50e-6), 0.02);
    if (!near)
        return s;
    s.min_time_s = fmax(s.min_time_s, least_s);
    s.max_time_s = fmax(s.max_time_s, 2 * least_s);
    return s;
}

/* Registers of 512 bits lower the clock of some cores, and it stays low for a while: kernels that
 * use them are not measured in turn with those that do not. */
static bool lowers_clock(const cb_membw_kernel *kernel)
{
    return kernel->width_bits >= 512;
}

/* Splits the kernels into those that can run at this block and those that get a skipped row; adds
 * those that lower the clock, or the others, to works[0..*placed). */
static cb_status place(const cb_membw_stage *stage, const cb_membw_kernel *const *kernels,
                       size_t count, uint64_t block_bytes, bool lowering, cb_error *err,
                       pass_work *works, cb_case *cases, size_t *index_of, size_t *placed)
{
    bool near = is_near(stage, block_bytes);
    size_t n = *placed;
    for (size_t i = 0; i < count; i++) {
        if (lowers_clock(kernels[i]) != lowering)
            continue;
        cb_placement *places = works[n].places;
        for (int t = 0; t < stage->threads; t++)
            places[t] = cb_operands_place(&stage->operands, kernels[i], block_bytes, t);
        if (!places[0].bytes) {
            cb_status status = skip_short(stage, kernels[i], block_bytes, err);
            if (status != CB_OK)
                return status;
            continue;
        }
        works[n].kernel = kernels[i];
        cases[n] = (cb_case){
            .run = run_passes, .arg = &works[n], .steadiness = near ? CB_STEADY_TIME : CB_VARIES};
        index_of[n++] = i;
    }
    *placed = n;
    return CB_OK;
}

static cb_status measure_some(const cb_membw_stage *stage, const cb_sampling *sampling,
                              const cb_case *cases, size_t count, cb_error *err,
                              cb_samples *samples)
{
    if (!count)
        return CB_OK;
    return cb_measure(stage->team, &stage->bench->timer, sampling, cases, count, stage->bench->stop,
                      err, samples);
}

cb_status cb_membw_group(const cb_membw_stage *stage, const cb_membw_kernel *const *kernels,
                         size_t count, uint64_t block_bytes, cb_error *err, double *rates)
{
    size_t threads = (size_t)stage->threads, placed = 0, narrow = 0;
    pass_work *works = calloc(count, sizeof *works);
    cb_case *cases = calloc(count, sizeof *cases);
    cb_samples *samples = calloc(count, sizeof *samples);
    size_t *index_of = calloc(count, sizeof *index_of);
    cb_placement *places = calloc(count * threads, sizeof *places);
    cb_status status = CB_NO_MEMORY;
    if (!works || !cases || !samples || !index_of || !places) {
        cb_fail(err, CB_NO_MEMORY, "no memory to measure %zu kernels", count);
        goto out;
    }
    for (size_t i = 0; i < count; i++) {
        works[i].places = &places[i * threads];
        if (rates)
            rates[i] = 0;
    }
    status = place(stage, kernels, count, block_bytes, false, err, works, cases, index_of, &placed);
    narrow = placed;
    if (status == CB_OK)
        status =
            place(stage, kernels, count, block_bytes, true, err, works, cases, index_of, &placed);
    if (status != CB_OK || !placed)
        goto out;
    cb_sampling sampling = sampling_of(stage, is_near(stage, block_bytes));
    status = measure_some(stage, &sampling, cases, narrow, err, samples);
    if (status == CB_OK)
        status =
            measure_some(stage, &sampling, cases + narrow, placed - narrow, err, samples + narrow);
    if (status != CB_OK && status != CB_INTERRUPTED)
        goto out;
    for (size_t i = 0; i < placed; i++) {
        double *rate = rates ? &rates[index_of[i]] : NULL;
        cb_status emitted = emit(stage, &works[i], block_bytes, &samples[i], err, rate);
        if (emitted != CB_OK && status == CB_OK)
            status = emitted;
    }
out:
    for (size_t i = 0; samples && i < placed; i++)
        cb_samples_free(&samples[i]);
    free(works);
    free(cases);
    free(samples);
    free(index_of);
    free(places);
    return status;
}
