/* The paper's peak experiment (Klein et al., III-B1; Tables IV and V, column "measured"): the
 * multiply-accumulates of an N x N x N matrix product, spread over all cores, registers only, the
 * start of the parallel region inside the timed part. */
#include "bench/peak/state.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef _OPENMP
#include <omp.h>
#endif

static const int sizes[] = {32, 64, 128, 256, 512, 1024};

static size_t size_count(const cb_peak_options *options)
{
    size_t count = sizeof sizes / sizeof *sizes;
    while (options->paper_largest && count && sizes[count - 1] > options->paper_largest)
        count--;
    return count;
}

static json_t *params_of(int n)
{
    return json_pack("{s:s, s:i, s:f}", "form", "paper", "n", n, "macs", pow(n, 3));
}

static cb_row_key key_of(const cb_peak_kernel *kernel, const cb_core_kind *kind, int threads)
{
    return (cb_row_key){.family = "peak",
                        .kernel = kernel->name,
                        .variant = "paper",
                        .dtype = kernel->dtype,
                        .isa = cb_isa_name(kernel->isa),
                        .core_kind = kind->name,
                        .threads = threads};
}

static cb_status skip_paper(const cb_bench *bench, int kind, const cb_peak_kernel *kernel,
                            int threads, size_t count, const char *reason, cb_error *err)
{
    cb_row_key key = key_of(kernel, &bench->machine->kinds[kind], threads);
    for (size_t i = 0; i < count; i++) {
        cb_status status = cb_bench_skip(bench, &key, params_of(sizes[i]), reason, err);
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

#ifdef _OPENMP

typedef struct {
    cb_peak_state state;
    uint64_t iterations; /* on each thread */
    int threads;
} region_work;

static void run_region(void *arg, int thread, uint64_t repeats)
{
    const region_work *work = arg;
    const cb_peak_state *s = &work->state;
    (void)thread;
    for (; repeats; repeats--) {
#pragma omp parallel num_threads(work->threads)
        s->kernel->run(work->iterations, s->operands, s->operands + 4096,
                       s->out + (size_t)omp_get_thread_num() * CB_PEAK_OUT_BYTES);
    }
}

/* OpenMP's own threads inherit nothing from our team: each pins itself once. Returns how many run,
 * each on a CPU of its own; OMP_THREAD_LIMIT and the like can make them fewer. */
static int pin_region(const int *cpus, int threads)
{
    int pinned = 0;
    omp_set_dynamic(0);
#pragma omp parallel num_threads(threads) reduction(+ : pinned)
    {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET((size_t)cpus[omp_get_thread_num()], &set);
        pinned += sched_setaffinity(0, sizeof set, &set) == 0;
    }
    return pinned;
}

static cb_status measure_size(const cb_bench *bench, const cb_core_kind *kind, cb_team *team,
                              region_work *work, int n, cb_error *err)
{
    const cb_peak_kernel *k = work->state.kernel;
    double ops_per_iteration = k->ops_per_step * k->steps * k->chains;
    double ops_per_thread = 2 * pow(n, 3) / work->threads;
    work->iterations = (uint64_t)ceil(ops_per_thread / ops_per_iteration);
    cb_case one = {.run = run_region, .arg = work};
    cb_samples samples;
    cb_status status =
        cb_measure(team, &bench->timer, &bench->sampling, &one, 1, bench->stop, err, &samples);
    if (status != CB_OK && status != CB_INTERRUPTED)
        return status;
    cb_row_key key = key_of(k, kind, work->threads);
    json_t *row = cb_row_new(&key, params_of(n));
    if (row) {
        cb_row_set_work(row, (double)work->iterations * ops_per_iteration * work->threads, 0);
        cb_bench_set_samples(row, &samples);
    }
    if (row && samples.count) {
        cb_peak_check(row, &work->state);
        cb_peak_set_theoretical(row, k, kind);
    }
    cb_samples_free(&samples);
    if (!row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    cb_status emitted = bench->emit(bench->sink, row, err);
    return emitted != CB_OK ? emitted : status;
}

static cb_status run_sizes(const cb_bench *bench, int kind, const cb_peak_kernel *kernel,
                           const int *cpus, int threads, size_t count, cb_error *err)
{
    region_work work = {.threads = threads};
    cb_team *team = NULL;
    cb_status status = cb_peak_state_new(kernel, threads, err, &work.state);
    if (status != CB_OK)
        return status;
    if (pin_region(cpus, threads) != threads) {
        status = skip_paper(bench, kind, kernel, threads, count,
                            "OpenMP gives fewer threads, or they cannot be pinned; look at "
                            "OMP_THREAD_LIMIT",
                            err);
        goto out;
    }
    status = cb_team_start(cpus, 1, err, &team);
    for (size_t i = 0; status == CB_OK && i < count; i++)
        status = measure_size(bench, &bench->machine->kinds[kind], team, &work, sizes[i], err);
    cb_team_stop(team);
out:
    cb_peak_state_free(&work.state);
    return status;
}

#else

static cb_status run_sizes(const cb_bench *bench, int kind, const cb_peak_kernel *kernel,
                           const int *cpus, int threads, size_t count, cb_error *err)
{
    (void)cpus;
    return skip_paper(bench, kind, kernel, threads, count, "built without OpenMP", err);
}

#endif

cb_status cb_peak_run_paper(const cb_bench *bench, const cb_peak_options *options, int kind,
                            int threads, cb_error *err)
{
    const cb_machine *m = bench->machine;
    const cb_peak_kernel *kernel = cb_peak_best_selected(bench, "f32");
    int *cpus = calloc(m->cpu_count + 1, sizeof *cpus);
    cpu_set_t before;
    if (!kernel) {
        free(cpus);
        return cb_fail(err, CB_USAGE,
                       "no f32 throughput kernel that may run here matches --kernel '%s', and "
                       "--paper needs one; `cachebound list` shows what there is",
                       bench->kernel_glob ? bench->kernel_glob : "*");
    }
    if (!cpus)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu CPU numbers", m->cpu_count);
    bool saved = sched_getaffinity(0, sizeof before, &before) == 0;
    cb_machine_cpus_of_kind(m, kind, cpus, m->cpu_count);
    cb_status status = run_sizes(bench, kind, kernel, cpus, threads, size_count(options), err);
    if (saved)
        sched_setaffinity(0, sizeof before, &before);
    free(cpus);
    return status;
}
